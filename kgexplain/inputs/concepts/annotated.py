"""Photographs in which concepts are marked: which concepts there are, and where in each photograph."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Int, UInt16

from kgexplain.errors import InputError
from kgexplain.inputs.ahead import ahead, processors
from kgexplain.inputs.concepts.masks import is_of_shape, numbers, seen_part
from kgexplain.inputs.layouts import Concept, Fault
from kgexplain.inputs.listing import few
from kgexplain.inputs.photograph import Fault as Unreadable
from kgexplain.inputs.photograph import Photograph, content, file_digest, upright_size
from kgexplain.inputs.view import View

# In the table from label numbers to planes: not a number of the label file.
UNKNOWN = np.iinfo(np.uint16).max

# Files that are hashed at the same time as one is waited for; few, for each result is but 64 letters.
_HASHED_AHEAD = 64


class Marks(NamedTuple):
    """What marks one photograph: its masks' files, and concepts of the whole picture by index."""

    photograph: Photograph
    masks: tuple[Path, ...] = ()
    whole: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Annotation:
    """What is marked in one photograph, as a network sees it.

    In ``planes`` 0 is nothing and i + 1 is concept i; no pixel has a concept in two planes. ``whole`` are concepts of
    the whole photograph. ``faults`` say what is wrong with its masks; one of another shape than the photograph, or that
    cannot be read, is left out, and numbers that are no label's count as nothing.
    """

    planes: UInt16[np.ndarray, "planes rows columns"]
    whole: tuple[int, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Concepts:
    """Concepts that are marked in the photographs of a set.

    ``concepts`` are sorted by category, as Broden's papers have them, and name; their place there is their index
    everywhere. ``keys`` are the annotated photographs in the order of the set, ``without`` those that have no
    annotation, ``unused`` what is annotated but not in the set, ``faults`` what was found to be wrong when opened.
    ``planes_of`` has for each label number what its pixels are in the planes.
    """

    name: str
    concepts: tuple[Concept, ...]
    marks: Mapping[str, Marks] = field(repr=False)
    planes_of: UInt16[np.ndarray, " numbers"] = field(repr=False)
    without: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    unused: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The photographs that are annotated, in the order of their set."""
        return tuple(self.marks)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories of the concepts, in their order."""
        return tuple(dict.fromkeys(concept.category for concept in self.concepts))

    @cached_property
    def category_of(self) -> Int[np.ndarray, " concepts"]:
        """The index of each concept's category."""
        index = {category: number for number, category in enumerate(self.categories)}
        return np.array([index[concept.category] for concept in self.concepts], dtype=np.int64)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over concepts, keys, and the contents of photographs' masks: the same marks have the same digest."""
        digest = hashlib.sha256()
        for concept in self.concepts:
            digest.update(f"{concept.category}\0{concept.name}\n".encode())
        digest.update(self.planes_of.astype("<u2").tobytes())
        masks = [mask for marks in self.marks.values() for mask in marks.masks]
        with closing(ahead(file_digest, masks, processors(), _HASHED_AHEAD)) as contents:
            for key, marks in self.marks.items():
                said = [str(index) for index in marks.whole] + [next(contents) for _ in marks.masks]
                digest.update("\0".join([key, *said, ""]).encode())
        return digest.hexdigest()

    def size(self, key: str) -> tuple[int, int]:
        """Columns and rows of a photograph, upright: what ``inputs.view.view`` needs."""
        found = content(self._marks(key).photograph.path, upright_size)
        if isinstance(found, Unreadable):
            raise InputError(f"{key}: {found.reason}; the size of such a photograph is not known")
        return found

    def annotation(self, key: str, seen: View, rows: int, columns: int) -> Annotation:
        """What is marked in the part of a photograph that is seen, at rows × columns pixels, each the nearest."""
        marks = self._marks(key)
        size = self.size(key)
        faults: list[str] = []
        planes = [
            seen_part(plane, size, seen, rows, columns) for plane in self._planes(marks.masks, size, faults)
        ]
        return Annotation(once(planes, (rows, columns)), marks.whole, tuple(faults))

    def _marks(self, key: str) -> Marks:
        if key not in self.marks:
            raise InputError(f"{key}: is not annotated by {self.name}; annotated are {few(self.marks)}")
        return self.marks[key]

    def _planes(
        self, masks: Sequence[Path], size: tuple[int, int], faults: list[str]
    ) -> Iterator[UInt16[np.ndarray, "height width"]]:
        """The masks that can be used, as planes; ``faults`` is told of what is wrong with any."""
        for path in masks:
            mask = numbers(path)
            if isinstance(mask, Unreadable):
                faults.append(f"mask {path.name}: {mask.reason}; it is not used")
            elif not is_of_shape((mask.shape[1], mask.shape[0]), size):
                faults.append(
                    f"mask {path.name}: is {mask.shape[1]} × {mask.shape[0]} pixels, its photograph "
                    f"{size[0]} × {size[1]}; it is not used"
                )
            else:
                yield self._plane(path, mask, faults)

    def _plane(
        self, path: Path, mask: Int[np.ndarray, "height width"], faults: list[str]
    ) -> UInt16[np.ndarray, "height width"]:
        plane = self.planes_of.take(mask, mode="clip")
        plane[(mask < 0) | (mask >= len(self.planes_of))] = UNKNOWN
        is_unknown = plane == UNKNOWN
        if is_unknown.any():
            counts = Counter(mask[is_unknown].tolist())
            faults.append(f"mask {path.name}: {unknown(counts)}")
            plane[is_unknown] = 0
        return plane


def unknown(counts: Mapping[int, int]) -> str:
    """What is said of label numbers that are none's, with their pixels.

    >>> unknown({7: 2, 3: 40})
    'label numbers 3 (40 pixels), 7 (2 pixels): unknown; they count as nothing'
    """
    told = few(f"{number} ({count} pixels)" for number, count in sorted(counts.items()))
    return f"label numbers {told}: unknown; they count as nothing"


def once(
    planes: Sequence[UInt16[np.ndarray, "rows columns"]], shape: tuple[int, int]
) -> UInt16[np.ndarray, "planes rows columns"]:
    """Planes in which no pixel has a concept twice: what an earlier plane has there, a later one has not.

    >>> once([np.array([[1, 2]], np.uint16), np.array([[1, 3]], np.uint16)], (1, 2)).tolist()
    [[[1, 2]], [[0, 3]]]
    """
    stacked = np.stack(planes) if planes else np.zeros((0, *shape), np.uint16)
    for later in range(1, len(stacked)):
        stacked[later][(stacked[:later] == stacked[later]).any(axis=0)] = 0
    return stacked
