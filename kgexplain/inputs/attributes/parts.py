"""Where the parts of a thing are in its photograph, in the layout of Caltech-UCSD Birds 200-2011."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

from kgexplain.errors import InputError
from kgexplain.inputs.attributes.birds import found, numbered, table_of
from kgexplain.inputs.attributes.matching import endings_of, furthest
from kgexplain.inputs.listing import few

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts and the box of each photograph's thing; all in pixels of the picture as it was published.

    Photographs are asked for by path, as far as that tells them apart.
    """

    folder: Path
    names: tuple[str, ...]
    visible: Mapping[str, Mapping[str, Point]]
    boxes: Mapping[str, Box]

    def locations(self, key: str) -> dict[str, Point]:
        """Column and row of the middle of each part that can be seen, by its name."""
        return dict(self.visible[self.image(key)])

    def box(self, key: str) -> Box:
        """The left column, the top row, the width and the height of the whole."""
        return self.boxes[self.image(key)]

    def has(self, key: str) -> bool:
        """Whether a photograph's key means one of this data set."""
        return key in self.boxes or furthest(key, self._by_ending) is not None

    def image(self, key: str) -> str:
        """The path in this data set that a photograph's key means."""
        if key in self.boxes:
            return key
        if nearest := furthest(key, self._by_ending):
            return nearest[1]
        raise InputError(f"{key}: no photograph of {self.folder}; it has {few(self.boxes)}")

    @cached_property
    def _by_ending(self) -> Mapping[str, Sequence[str]]:
        return endings_of(self.boxes)


def read_parts(folder: str | Path) -> Parts:
    """The key points and boxes that a folder as Caltech-UCSD Birds 200-2011 has."""
    place = Path(folder)
    images = numbered(needed(place, "images.txt"))
    names = numbered(needed(place, "parts/parts.txt"))
    boxes = numbers(needed(place, "bounding_boxes.txt"), 5)
    points = numbers(needed(place, "parts/part_locs.txt"), 5)
    visible: dict[int, dict[str, Point]] = defaultdict(dict)
    try:
        for image, part, x, y, is_visible in points.tolist():
            if is_visible:
                visible[int(image)][names[int(part)]] = (x, y)
        box_of = {int(row[0]): (row[1], row[2], row[3], row[4]) for row in boxes.tolist()}
        return Parts(
            place,
            tuple(names.values()),
            {path: visible[image] for image, path in images.items()},
            {path: box_of[image] for image, path in images.items()},
        )
    except KeyError as error:
        raise InputError(
            f"{place}: the number {error} is not in all of images.txt, bounding_boxes.txt and parts; "
            "give the files of one data set"
        ) from error


def numbers(path: Path, columns: int) -> Float[np.ndarray, "lines columns"]:
    """Lines of so many numbers."""
    rows = table_of("numbers", path)
    if rows.shape[1:] != (columns,):
        raise InputError(f"{path}: has lines of {rows.shape[1]} numbers; each line has {columns}")
    return rows


def needed(folder: Path, name: str) -> Path:
    """A file that must be there."""
    if path := found(folder, name):
        return path
    raise InputError(f"{folder}: has no {name}; parts are read from a folder as Caltech-UCSD Birds 200-2011")
