"""Where knowledge that was downloaded or read with effort is kept between two runs."""

from pathlib import Path


def cache_folder() -> Path:
    """The folder of what can be made or downloaded again; deleting it costs time and nothing else."""
    return Path.home() / ".cache" / "kgexplain"
