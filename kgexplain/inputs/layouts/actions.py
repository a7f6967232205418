"""Stanford-40's layout: photographs of people, the action in the name of the file."""

import re
from collections.abc import Iterator
from pathlib import Path

from kgexplain.inputs.layouts.rows import lines_of
from kgexplain.inputs.listing import Listed, files_below, readable

IMAGES = "JPEGImages"
SPLITS = "ImageSplits"

_ACTION = re.compile(r"(.+)_\d+")


def are_actions(folder: Path) -> bool:
    """Whether a folder is laid out so."""
    return (folder / IMAGES).is_dir() and (folder / SPLITS).is_dir()


def in_actions(folder: Path) -> Iterator[Listed]:
    """The photographs of both splits, and any others that are there."""
    splits = (folder / SPLITS / f"{name}.txt" for name in ("train", "test"))
    listed = [line.strip() for file in splits if file.is_file() for line in lines_of(file)]
    there = [path.relative_to(folder / IMAGES).as_posix() for path in files_below(folder / IMAGES)]
    for name in sorted({*listed, *there} - {""}):
        yield Listed(readable(f"{IMAGES}/{name}"), folder / IMAGES / name, actions(name))


def actions(name: str) -> tuple[str, ...]:
    """What the file of a photograph is called without its number.

    >>> actions("blowing_bubbles_001.jpg")
    ('blowing_bubbles',)
    """
    found = _ACTION.fullmatch(Path(name).stem)
    return (readable(found[1]),) if found else ()
