"""Files that say what the numbers in masks mean."""

import re
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.layouts.layout import Concept, concept_of
from kgexplain.inputs.layouts.rows import NAME_COLUMNS, NUMBER_COLUMNS, column, lines_of, number, rows_of
from kgexplain.inputs.listing import folded

OBJECT = "object"

# Both ways in which ADE20K writes the 150 objects of its benchmark.
ADE = ("objectInfo150.txt", "objectInfo150.csv")
FILES = ("labels.csv", "labels.txt", *ADE)

# PASCAL VOC has no file for them.
VOC = (
    "aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person "
    "pottedplant sheep sofa train tvmonitor"
)

_NUMBERED = re.compile(r"(\d+)\s*[\s:,;=]\s*(.+)")


def in_table(table: Path) -> dict[int, Concept]:
    """What each number means: the columns id or number, name, and perhaps category, which is object where not said."""
    rows = rows_of(table)
    if not rows:
        raise InputError(f"{table}: lists no label; it needs a header, id,name,category, and a row for each")
    key, name = column(table, rows[0], NUMBER_COLUMNS), column(table, rows[0], NAME_COLUMNS)
    return {number(table, row[key]): concept_of(row[name], row.get("category") or OBJECT) for row in rows}


def in_lines(file: Path) -> dict[int, Concept]:
    """A label a line, with its number before it, or else counted from 1; from 0 where the first is the background."""
    lines = [line.strip() for line in lines_of(file) if line.strip()]
    if not lines:
        raise InputError(f"{file}: lists no label; it needs one a line")
    found = [_NUMBERED.fullmatch(line) for line in lines]
    if all(found):
        return {number(file, line[1]): concept_of(line[2], OBJECT) for line in found if line}
    is_from_0 = folded(lines[0]) == "background"
    return {place: concept_of(line, OBJECT) for place, line in enumerate(lines, start=int(not is_from_0))}


def of_ade(file: Path) -> dict[int, Concept]:
    """ADE20K's objects; the first of the names of each."""
    named = in_table(file)
    return {key: Concept(re.split("[,;]", concept.name)[0].strip(), OBJECT) for key, concept in named.items()}


def of_voc() -> dict[int, Concept]:
    """PASCAL VOC's twenty objects.

    >>> of_voc()[20]
    Concept(name='tvmonitor', category='object')
    """
    return {place: Concept(name, OBJECT) for place, name in enumerate(VOC.split(), start=1)}


def beside(folder: Path) -> dict[int, Concept] | None:
    """What the label file in a folder says; None if there is none."""
    file = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if file is None:
        return None
    if file.name in ADE:
        return of_ade(file)
    return in_table(file) if file.suffix == ".csv" else in_lines(file)
