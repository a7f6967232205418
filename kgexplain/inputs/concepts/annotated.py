"""Photographs in which concepts are marked: which concepts there are, and where in each photograph."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Int, UInt16

from kgexplain.errors import InputError
from kgexplain.inputs.ahead import ahead, processors
from kgexplain.inputs.concepts.colours import COLOURS, seen_colours
from kgexplain.inputs.concepts.masks import is_of_shape, numbers, seen_part
from kgexplain.inputs.layouts import Concept, Fault
from kgexplain.inputs.listing import few
from kgexplain.inputs.photograph import Fault as Unreadable
from kgexplain.inputs.photograph import Photograph, file_digest, picture
from kgexplain.inputs.view import View

# In the table from label numbers to planes: not a number of the label file.
UNKNOWN = np.iinfo(np.uint16).max

# Files that are hashed at the same time as one is waited for; few, for each result is but 64 letters.
_HASHED_AHEAD = 64


class Marks(NamedTuple):
    """What marks one photograph: its masks' files, and concepts of the whole picture by index.

    ``size`` is the photograph's, upright: columns and rows, as ``inputs.view.view`` wants them.
    """

    photograph: Photograph
    size: tuple[int, int]
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


def no_colours() -> UInt16[np.ndarray, " colours"]:
    """Colours of pixels that are marked as nothing."""
    return np.zeros(len(COLOURS), dtype=np.uint16)


@dataclass(frozen=True, eq=False)
class Concepts:
    """Concepts that are marked in the photographs of a set.

    ``concepts`` are sorted by category, as Broden's papers have them, and name; their place there is their index
    everywhere. ``keys`` are the annotated photographs in the order of the set, ``without`` those that have no
    annotation, ``unused`` what is annotated but not in the set, ``faults`` what was found to be wrong when opened.
    ``planes_of`` has for each label number what its pixels are in the planes; ``colours`` the same for each of the
    colours that pixels are called by, if they are.
    """

    name: str
    concepts: tuple[Concept, ...]
    marks: Mapping[str, Marks] = field(repr=False)
    planes_of: UInt16[np.ndarray, " numbers"] = field(repr=False)
    without: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    unused: tuple[str, ...] = ()
    colours: UInt16[np.ndarray, " colours"] = field(default_factory=no_colours, repr=False)

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
        for table in (self.planes_of, self.colours):
            digest.update(table.astype("<u2").tobytes() + b"\n")
        masks = [mask for marks in self.marks.values() for mask in marks.masks]
        with closing(ahead(file_digest, masks, processors(), _HASHED_AHEAD)) as contents:
            for key, marks in self.marks.items():
                pixels = [marks.photograph.content] if self.colours.any() else []
                said = [*map(str, marks.whole), *(next(contents) for _ in marks.masks), *pixels]
                digest.update(("\0".join([key, *said]) + "\n").encode())
        return digest.hexdigest()

    def among(self, concepts: Sequence[Concept]) -> "Concepts":
        """The same marks of other concepts, in their order; what is of none of them, is marked as nothing."""
        index = {concept: place for place, concept in enumerate(concepts)}
        new = [index.get(concept, -1) for concept in self.concepts]
        marks = {
            key: of._replace(whole=tuple(sorted(new[i] for i in of.whole if new[i] >= 0)))
            for key, of in self.marks.items()
        }
        planes_of, colours = renumbered(self.planes_of, new), renumbered(self.colours, new)
        return replace(self, concepts=tuple(concepts), marks=marks, planes_of=planes_of, colours=colours)

    def only(self, categories: Sequence[str]) -> "Concepts":
        """The same marks of the concepts of some categories."""
        if strange := [category for category in categories if category not in self.categories]:
            raise InputError(
                f"{', '.join(strange)}: no category of {self.name}; it has {', '.join(self.categories)}"
            )
        return self.among([concept for concept in self.concepts if concept.category in categories])

    def size(self, key: str) -> tuple[int, int]:
        """Columns and rows of a photograph, upright: what ``inputs.view.view`` needs."""
        return self._marks(key).size

    def annotation(self, key: str, seen: View, rows: int, columns: int) -> Annotation:
        """What is marked in the part of a photograph that is seen, at rows × columns pixels, each the nearest."""
        marks = self._marks(key)
        faults: list[str] = []
        planes = [
            seen_part(plane, marks.size, seen, rows, columns)
            for plane in self._planes(marks.masks, marks.size, faults)
        ]
        if self.colours.any():
            planes += self._coloured(marks.photograph, seen, (rows, columns), faults)
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

    def _coloured(
        self, photograph: Photograph, seen: View, shape: tuple[int, int], faults: list[str]
    ) -> Iterator[UInt16[np.ndarray, "rows columns"]]:
        """The plane of the pixels' colours, if there are pixels."""
        pixels = picture(photograph.path)
        if isinstance(pixels, Unreadable):
            faults.append(f"photograph: {pixels.reason}; its colours are not known")
        else:
            yield np.append(np.uint16(0), self.colours)[seen_colours(pixels, seen, *shape)]

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


def renumbered(table: UInt16[np.ndarray, " entries"], new: Sequence[int]) -> UInt16[np.ndarray, " entries"]:
    """A table into the planes of other concepts; ``new`` has each concept's new index, −1 if it is not among them.

    >>> renumbered(np.array([0, 1, 2, UNKNOWN], np.uint16), [-1, 5])
    array([    0,     0,     6, 65535], dtype=uint16)
    """
    into = np.zeros(UNKNOWN + 1, dtype=np.uint16)
    into[1 : len(new) + 1] = np.array(new, dtype=np.int64) + 1
    into[UNKNOWN] = UNKNOWN
    moved: np.ndarray = into[table]
    return moved


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
