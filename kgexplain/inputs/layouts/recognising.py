"""Which layout a folder has, and which photographs it lists."""

from collections.abc import Iterable
from pathlib import Path

from kgexplain.inputs.layouts.actions import are_actions, in_actions
from kgexplain.inputs.layouts.broden import in_broden, is_broden
from kgexplain.inputs.layouts.folders import are_folders, in_folders
from kgexplain.inputs.layouts.layout import Layout
from kgexplain.inputs.layouts.tables import in_table, is_table
from kgexplain.inputs.listing import Listed, listed

LAYOUTS = ((is_broden, in_broden), (is_table, in_table), (are_folders, in_folders))
FORMATS = (
    "a folder as Broden's (index.csv, label.csv, category.csv), one with index.csv (columns image and seg) and "
    "labels.csv, or photographs and masks of the same names, as images/ and annotations/ or masks/ of ADE20K or "
    "JPEGImages/ and SegmentationClass/ of PASCAL VOC"
)


def laid_out(folder: Path) -> Layout | None:
    """What a folder lists in the first layout that it has; None if it has none."""
    return next((read(folder) for is_so, read in LAYOUTS if is_so(folder)), None)


def photographs_in(place: Path) -> Iterable[Listed]:
    """The photographs of a folder or a .csv; those of an annotated folder, which is not by classes, have no class."""
    if are_actions(place):
        return in_actions(place)
    layout = laid_out(place)
    if layout is None:
        return listed(place)
    return [Listed(marked.image, marked.path, ()) for marked in layout.marked]
