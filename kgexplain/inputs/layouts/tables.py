"""A plain table of photographs: ``index.csv`` names masks and labels of each, ``labels.csv`` what the numbers mean."""

import re
from collections.abc import Mapping
from pathlib import Path

from kgexplain.inputs.layouts import labels
from kgexplain.inputs.layouts.layout import Concept, Fault, Layout, Marked, laid, wholes
from kgexplain.inputs.layouts.rows import cells, column, header_of, photograph, rows_of
from kgexplain.inputs.listing import FILE_COLUMNS

INDEX = "index.csv"
LABELS = "labels.csv"

_MASK = re.compile(r"mask|seg|segmentation|.*_mask")
_WHOLE = re.compile(r"label|.*_label")


def is_table(folder: Path) -> bool:
    """Whether a folder is laid out so: both files are there, and the first has the columns."""
    header = header_of(folder / INDEX) if (folder / LABELS).is_file() else ()
    has_marks = any(_MASK.fullmatch(name) or _WHOLE.fullmatch(name) for name in header)
    return has_marks and any(name in FILE_COLUMNS for name in header)


def in_table(folder: Path) -> Layout:
    """The columns ``mask``, ``seg``, ``segmentation`` or ``…_mask`` name masks, ``label`` or ``…_label`` the whole's.

    Cells may have several, with ; between them. A label is a number or a name of ``labels.csv``.
    """
    named = labels.in_table(folder / LABELS)
    return laid(folder, named, (marked_in(folder, row, named) for row in rows_of(folder / INDEX)))


def marked_in(
    folder: Path, row: Mapping[str, str], named: Mapping[int, Concept]
) -> tuple[Marked, list[Fault]]:
    """What a row says of one photograph, and the labels in it that are none."""
    image = photograph(folder / INDEX, row, column(folder / INDEX, row, FILE_COLUMNS))
    masks = cells(row, [name for name in row if _MASK.fullmatch(name)])
    whole, faults = wholes(image, cells(row, [name for name in row if _WHOLE.fullmatch(name)]), named)
    return Marked(image, folder / image, tuple(folder / mask for mask in masks), whole), faults
