"""Attributes in the layout of Caltech-UCSD Birds 200-2011, with captions as Reed et al. 2016 laid them out."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int, Num

from kgexplain.errors import InputError
from kgexplain.inputs.attributes.tables import Captioned, ClassTable, ImageTable, Source, lines_of, shares

CAPTIONS = "text_c10"
IMAGE_LABELS = "image_attribute_labels.txt"
CLASS_LABELS = "class_attribute_labels_continuous.txt"

# How sure an annotator was: 1 not visible, 2 guessing, 3 probably, 4 definitely.
_SUREST = 4


def in_folder(folder: Path) -> Source:
    """Captions where there are some, else the annotators' attributes of each photograph, else of each class."""
    if (folder / CAPTIONS).is_dir():
        return captions_below(folder / CAPTIONS)
    if labels := found(folder, IMAGE_LABELS):
        return annotated(folder, labels)
    if labels := found(folder, CLASS_LABELS):
        return of_classes(folder, labels)
    raise InputError(
        f"{folder}: has neither {CAPTIONS}, {IMAGE_LABELS} nor {CLASS_LABELS}; "
        "give a folder as Caltech-UCSD Birds 200-2011, or a .csv or .jsonl of captions, or a .csv of attributes"
    )


def captions_below(folder: Path) -> Captioned:
    """A caption a line, in ``<class>/<name of the photograph>.txt``."""
    return Captioned(
        {
            path.relative_to(folder).as_posix().removesuffix(".txt"): tuple(
                line.strip() for line in lines_of(path) if line.strip()
            )
            for path in sorted(folder.rglob("*.txt"))
        }
    )


def annotated(folder: Path, labels: Path) -> ImageTable:
    """Lines of photograph, attribute, whether it is there, and how surely: 0, 1/3, 2/3 or 1, as 1 to 4 say."""
    images, names = numbered(needed(folder, "images.txt")), numbered(needed(folder, "attributes.txt"))
    rows = annotations(labels)
    values = np.zeros((len(images), len(names)))
    row_of, column_of = places(images), places(names)
    try:
        for image, attribute, _, certainty in rows[rows[:, 2] == 1].tolist():
            values[row_of[image], column_of[attribute]] = (certainty - 1) / (_SUREST - 1)
    except KeyError as error:
        raise InputError(
            f"{labels}: has the number {error}, of no photograph or attribute in images.txt and attributes.txt; "
            "give the three files of one data set"
        ) from error
    return ImageTable(tuple(images.values()), tuple(names.values()), values)


def annotations(labels: Path) -> Int[np.ndarray, "lines 4"]:
    """Photograph, attribute, presence and certainty of each line."""
    # A few lines of the original have a column too many, behind these.
    what = "photograph, attribute, presence and certainty"
    rows = table_of(what, labels, dtype=np.int64, usecols=(0, 1, 2, 3))
    if not (np.isin(rows[:, 2], (0, 1)) & (rows[:, 3] >= 1) & (rows[:, 3] <= _SUREST)).all():
        raise InputError(
            f"{labels}: presence is 0 or 1, and certainty 1 to {_SUREST}; give it as it was published"
        )
    return rows


def of_classes(folder: Path, labels: Path) -> ClassTable:
    """A line of percents for each class of classes.txt."""
    classes, names = numbered(needed(folder, "classes.txt")), numbered(needed(folder, "attributes.txt"))
    values = table_of("percents", labels)
    if values.shape != (len(classes), len(names)):
        raise InputError(
            f"{labels}: has {values.shape[0]} lines of {values.shape[1]} numbers; classes.txt and attributes.txt "
            f"name {len(classes)} classes and {len(names)} attributes"
        )
    return ClassTable(tuple(classes.values()), tuple(names.values()), shares(labels, values))


def table_of(what: str, path: Path, **how: Any) -> Num[np.ndarray, "lines columns"]:
    """The numbers of a file, read as ``np.loadtxt`` is told; a file without any is no table."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            return np.loadtxt(path, ndmin=2, **how)
    except (ValueError, UserWarning) as error:
        raise InputError(f"{path}: is no table of {what} ({error}); give it as it was published") from error


def numbered(path: Path) -> dict[int, str]:
    """A number and a name a line."""
    names: dict[int, str] = {}
    for line in filter(str.strip, lines_of(path)):
        number, _, name = line.strip().partition(" ")
        if not number.isdecimal() or not name:
            raise InputError(f"{path}: has the line {line!r}; each line is a number and a name")
        names[int(number)] = name.strip()
    return names


def places(names: dict[int, str]) -> dict[int, int]:
    """Where each number stands, from 0."""
    return {number: place for place, number in enumerate(names)}


def needed(folder: Path, name: str) -> Path:
    """A file that must be there."""
    if path := found(folder, name):
        return path
    raise InputError(
        f"{folder}: has no {name}, which says what the numbers of its attributes mean; put it there"
    )


def found(folder: Path, name: str) -> Path | None:
    """A file of the data set; the published archive has some in ``attributes`` and one beside the folder."""
    return next((path for path in candidates(folder, name) if path.is_file()), None)


def candidates(folder: Path, name: str) -> Iterator[Path]:
    """Where a file may be."""
    yield from (folder / name, folder / "attributes" / name, folder.resolve().parent / name)
