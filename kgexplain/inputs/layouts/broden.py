"""Broden's layout, as Network Dissection distributes it: an index of photographs, masks and labels by category."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.layouts.layout import Concept, Fault, Layout, Marked, concept_of, laid, wholes
from kgexplain.inputs.layouts.rows import cells, header_of, number, photograph, rows_of

INDEX = "index.csv"
LABELS = "label.csv"
CATEGORIES = "category.csv"

# Photographs and masks alike are below it.
IMAGES = "images"

_COUNTED = re.compile(r"(.+)\((\d+)\)")


def is_broden(folder: Path) -> bool:
    """Whether a folder is laid out so."""
    has_tables = (folder / LABELS).is_file() and (folder / CATEGORIES).is_file()
    return has_tables and "image" in header_of(folder / INDEX)


def in_broden(folder: Path) -> Layout:
    """Cells of a category have masks and numbers of labels of the whole photograph, with ; between them."""
    labels = labels_in(folder)
    rows = rows_of(folder / INDEX)
    names = [row["name"] for row in rows_of(folder / CATEGORIES)]
    if rows and (absent := [name for name in names if name not in rows[0]]):
        raise InputError(
            f"{folder / INDEX}: has no column {', '.join(absent)}; it needs one for each of {CATEGORIES}"
        )
    return laid(folder, labels, (marked_in(folder, row, names, labels) for row in rows))


def marked_in(
    folder: Path, row: Mapping[str, str], categories: Sequence[str], labels: Mapping[int, Concept]
) -> tuple[Marked, list[Fault]]:
    """What a row of the index says of one photograph, and the labels in it that are none."""
    image = f"{IMAGES}/{photograph(folder / INDEX, row, 'image')}"
    said = cells(row, categories)
    whole, faults = wholes(image, [text for text in said if text.isdecimal()], labels)
    masks = tuple(folder / IMAGES / text for text in said if not text.isdecimal())
    return Marked(image, folder / image, masks, whole), faults


def labels_in(folder: Path) -> dict[int, Concept]:
    """The labels by number, each in the category in which it covers the most."""
    coverage = coverages(folder)
    table = folder / LABELS
    return {
        number(table, row["number"]): concept_of(row["name"], category_of(table, row, coverage))
        for row in rows_of(table)
    }


def coverages(folder: Path) -> dict[tuple[str, str], float]:
    """How much each label, by its number as it is written, covers in each category, as ``c_<category>.csv`` say."""
    return {
        (row["number"], category["name"]): share(file, row["coverage"])
        for category in rows_of(folder / CATEGORIES)
        if (file := folder / f"c_{category['name']}.csv").is_file()
        for row in rows_of(file)
    }


def share(table: Path, text: str) -> float:
    """A share of pictures, summed over them."""
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{table}: has the coverage {text!r}; a coverage is a number") from None


def category_of(table: Path, row: Mapping[str, str], coverage: Mapping[tuple[str, str], float]) -> str:
    """The category of a label: of the largest coverage, else of the most pictures; of equals, the first.

    >>> category_of(Path(), {"number": "7", "category": "part(9);object(3)"}, {("7", "part"): 0.1, ("7", "object"): 2.0})
    'object'
    """
    counted = [_COUNTED.fullmatch(text) for text in cells(row, ["category"])]
    pictures = {found[1]: int(found[2]) for found in counted if found}
    if not pictures:
        raise InputError(
            f"{table}: label {row['number']} is in {row['category']!r}; categories are written object(3);part(1)"
        )
    return max(
        pictures, key=lambda category: (coverage.get((row["number"], category), 0.0), pictures[category])
    )
