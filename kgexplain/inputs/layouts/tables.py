"""A plain table of photographs: ``index.csv`` names masks and labels of each, ``labels.csv`` what the numbers mean."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.layouts.layout import Concept, Fault, Layout, Marked, concept_of
from kgexplain.inputs.layouts.rows import NAME_COLUMNS, NUMBER_COLUMNS, column, number, rows_of
from kgexplain.inputs.listing import FILE_COLUMNS, few, folded

INDEX = "index.csv"
LABELS = "labels.csv"

_MASK = re.compile(r"mask|seg|segmentation|.*_mask")
_WHOLE = re.compile(r"label|.*_label")


def is_table(folder: Path) -> bool:
    """Whether a folder is laid out so."""
    return (folder / INDEX).is_file() and (folder / LABELS).is_file()


def in_table(folder: Path) -> Layout:
    """The columns ``mask``, ``seg``, ``segmentation`` or ``…_mask`` name masks, ``label`` or ``…_label`` the whole's.

    Cells may have several, with ; between them. A label is a number or a name of ``labels.csv``.
    """
    labels = labels_in(folder / LABELS)
    rows = rows_of(folder / INDEX)
    if not rows:
        raise InputError(f"{folder / INDEX}: lists no photograph; it needs a header and a row for each")
    image = column(folder / INDEX, rows[0], FILE_COLUMNS)
    masks = [name for name in rows[0] if _MASK.fullmatch(name)]
    whole = [name for name in rows[0] if _WHOLE.fullmatch(name)]
    if not masks and not whole:
        raise InputError(
            f"{folder / INDEX}: has the columns {few(rows[0])}; masks are in a column seg, mask or …_mask, "
            "labels of whole photographs in label or …_label"
        )
    read = [marked_in(folder, labels, row[image], cells(row, masks), cells(row, whole)) for row in rows]
    faults = [fault for _, found in read for fault in found]
    return Layout(folder, labels, tuple(marked for marked, _ in read), faults=tuple(faults))


def marked_in(
    folder: Path, labels: Mapping[int, Concept], image: str, masks: Sequence[str], whole: Sequence[str]
) -> tuple[Marked, list[Fault]]:
    """What a row says of one photograph, and the labels in it that are none."""
    if not image:
        raise InputError(f"{folder / INDEX}: has a row that names no photograph; each row needs one")
    numbers = {folded(concept.name): label for label, concept in labels.items()}
    found = [(text, int(text) if text.isdecimal() else numbers.get(folded(text))) for text in whole]
    faults = [Fault(image, f"label {text!r} is not in {LABELS}") for text, label in found if label is None]
    known = tuple(label for _, label in found if label is not None)
    return Marked(image, tuple(folder / mask for mask in masks), known), faults


def cells(row: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """What a row has in some columns, one after the other."""
    return [text.strip() for name in columns for text in row[name].split(";") if text.strip()]


def labels_in(table: Path) -> dict[int, Concept]:
    """What each number means: the columns id or number, name, and perhaps category, which is object where not said."""
    rows = rows_of(table)
    if not rows:
        raise InputError(f"{table}: lists no label; it needs a header, id,name,category, and a row for each")
    key, name = column(table, rows[0], NUMBER_COLUMNS), column(table, rows[0], NAME_COLUMNS)
    return {number(table, row[key]): concept_of(row[name], row.get("category") or "object") for row in rows}
