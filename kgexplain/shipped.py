"""The folders that travel with the package: inside the installed wheel, or beside the package in a checkout."""

from pathlib import Path

from kgexplain.errors import InputError

FOLDERS = ("data", "ontologies", "queries")
PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """Where a folder that travels with the package lies.

    >>> shipped("queries").name
    'queries'
    """
    if folder not in FOLDERS:
        raise InputError(f"folder {folder!r}: does not travel with kgexplain; {', '.join(FOLDERS)} do")
    inside, beside = PACKAGE / folder, PACKAGE.parent / folder
    return inside if inside.is_dir() else beside
