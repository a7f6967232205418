"""Which layout a folder has."""

from pathlib import Path

from kgexplain.inputs.layouts.layout import Layout
from kgexplain.inputs.layouts.tables import in_table, is_table

LAYOUTS = ((is_table, in_table),)


def laid_out(folder: Path) -> Layout | None:
    """What a folder lists in the first layout that it has; None if it has none."""
    return next((read(folder) for is_so, read in LAYOUTS if is_so(folder)), None)
