"""What is marked in the images of a batch: decoded ahead, once for all passes; and the same dealt at random."""

import hashlib
import zlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kgexplain.activations.cells import Shares, changes, changes_of_codes, ends, shares
from kgexplain.errors import InputError
from kgexplain.inputs.ahead import ahead, processors
from kgexplain.inputs.concepts import Annotation, Concepts
from kgexplain.inputs.images import Images
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.inputs.view import view

# Annotations that are decoded before they are asked for; packed, they are small.
_AHEAD = 64


class Packed(NamedTuple):
    """What is marked in one image: a small number at each pixel, compressed, and the concepts that it stands for."""

    codes: bytes
    palette: Int[np.ndarray, "codes width"]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Marks:
    """What is marked in those images of a batch that are annotated, ``rows`` of the batch.

    Each pixel has a code, each code a row of concepts in ``palette``, filled up with −1. A concept of the whole image
    is in every row. ``categories`` are those that an image has at least one concept of; ``belongs`` says which one each
    concept is of, and −1 of none.
    """

    rows: Int[np.ndarray, " images"]
    codes: Int[np.ndarray, "images rows columns"]
    palette: Int[np.ndarray, "codes width"]
    categories: Bool[np.ndarray, "images categories"]
    belongs: Bool[np.ndarray, "concepts_and_none categories"] = field(repr=False)
    _shares: dict[tuple[int, int], Shares] = field(default_factory=dict, repr=False)
    _changes: dict[tuple[int, int], Shares] = field(default_factory=dict, repr=False)

    @cached_property
    def carried(self) -> Bool[np.ndarray, "codes categories"]:
        """Which categories each code has a concept of."""
        carried: np.ndarray = self.belongs[self.palette].any(1)
        return carried

    @cached_property
    def ends(self) -> Int[np.ndarray, "images rows columns"]:
        """The column up to which each pixel's code goes on in its row."""
        return ends(self.codes)

    @cached_property
    def pixels(self) -> Int[np.ndarray, " codes"]:
        """How many pixels have each code."""
        return np.bincount(self.codes.ravel(), minlength=len(self.palette))

    @cached_property
    def areas(self) -> Int[np.ndarray, " concepts"]:
        """How many pixels each concept covers."""
        areas = np.zeros(len(self.belongs), np.int64)
        for concepts in self.palette.T:  # −1 is the last
            np.add.at(areas, concepts, self.pixels)
        return areas[:-1]

    @cached_property
    def covers(self) -> Float[np.ndarray, "images concepts"]:
        """Which share of each image every concept covers."""
        whole = self.shares(1, 1)
        covers = np.zeros((len(self.rows), len(self.belongs) - 1))
        covers[np.repeat(np.arange(len(covers)), np.diff(whole.starts)), whole.concepts] = whole.shares
        return covers

    def shares(self, height: int, width: int) -> Shares:
        """Which share of each cell of a map every concept covers; computed once for all layers with such maps."""
        if (height, width) not in self._shares:
            self._shares[height, width] = shares(self.codes, self.palette, height, width)
        return self._shares[height, width]

    def changes(self, height: int, width: int) -> Shares:
        """Where these shares change from cell to cell."""
        if (height, width) not in self._changes:
            is_as_large = (height, width) == self.codes.shape[1:]
            self._changes[height, width] = (
                changes_of_codes(self.codes, self.palette)
                if is_as_large
                else changes(self.shares(height, width), len(self.rows))
            )
        return self._changes[height, width]


class Annotations:
    """The annotations of a set of images, as the network sees them, at ``rows`` × ``columns`` pixels.

    Each is decoded once, in threads, in the order of the pass, and kept compressed: about 1 KB an
    image with one mask, 3 KB with colours of its pixels too. ``keys`` are
    the images that are annotated. ``permuted`` deals the annotations of all of these to other images: with ``seed``, in
    one circle, so that each has another's, and each annotation is dealt once.
    """

    def __init__(
        self,
        concepts: Concepts,
        images: Images,
        preprocessing: Preprocessing,
        rows: int,
        columns: int,
        seed: int,
    ) -> None:
        self.concepts = concepts
        self.preprocessing = preprocessing
        self.rows, self.columns = rows, columns
        self.seed = seed
        annotated = set(concepts.keys)
        self.keys = tuple(p.key for p in images.photographs if p.key in annotated)
        if not self.keys:
            raise InputError(
                f"annotations {concepts.name}: mark none of the {len(images.photographs)} photographs of "
                f"{images.name}; name the same files in both, or take the photographs of the annotations' own folder"
            )
        self._belongs = np.zeros((self.sizes[0] + 1, self.sizes[1]), np.bool_)
        self._belongs[np.arange(self.sizes[0]), concepts.category_of] = True
        self.others = _circle(self.keys, seed)  # of each image, the one whose annotation it is dealt
        self._packed: dict[str, Packed] = {}
        self._decoded = _decoded(concepts, preprocessing, (rows, columns), self._order())
        self._latest: dict[bool, tuple[tuple[str, ...], Marks]] = {}

    def __contains__(self, key: object) -> bool:
        return key in self.others

    @property
    def identity(self) -> str:
        """Words that differ whenever what is marked, or dealt, does."""
        keys = hashlib.sha256("\n".join(self.keys).encode()).hexdigest()[:16]
        of = f"{self.concepts.digest[:16]} {keys} {self.preprocessing.json()}"
        return f"{of} {self.rows} {self.columns} {self.seed}"

    @property
    def sizes(self) -> tuple[int, int]:
        """How many concepts and categories there are."""
        return len(self.concepts.concepts), len(self.concepts.categories)

    @property
    def faults(self) -> tuple[tuple[str, str], ...]:
        """What was found wrong while annotations were decoded, with the key of the image, sorted."""
        return tuple(sorted((key, fault) for key, packed in self._packed.items() for fault in packed.faults))

    def of(self, keys: Sequence[str]) -> Marks:
        """What is marked in these images, as far as they are annotated."""
        return self._marks(keys, permuted=False)

    def permuted(self, keys: Sequence[str]) -> Marks:
        """What is marked in the images whose annotations are dealt to these, as far as these are annotated."""
        return self._marks(keys, permuted=True)

    def close(self) -> None:
        """End the threads; what is decoded stays."""
        self._decoded.close()

    def _marks(self, keys: Sequence[str], *, permuted: bool) -> Marks:
        known, marks = self._latest.get(permuted, ((), None))
        if marks is None or known != tuple(keys):
            rows = np.array([i for i, key in enumerate(keys) if key in self.others], np.int64)
            names = [self.others[keys[i]] if permuted else keys[i] for i in rows]
            marks = self._unpacked(rows, [self._get(name) for name in names])
            self._latest[permuted] = tuple(keys), marks
        return marks

    def _order(self) -> tuple[str, ...]:
        """The order in which a pass asks for annotations, each once."""
        return tuple(dict.fromkeys(name for key in self.keys for name in (key, self.others[key])))

    def _get(self, key: str) -> Packed:
        while key not in self._packed:
            name, packed = next(self._decoded)
            self._packed[name] = packed
        return self._packed[key]

    def _unpacked(self, rows: Int[np.ndarray, " images"], of: Sequence[Packed]) -> Marks:
        width = max((image.palette.shape[1] for image in of), default=0)
        codes = np.empty((len(of), self.rows, self.columns), np.int32)
        palette = np.full((sum(len(image.palette) for image in of), width), -1, np.int32)
        categories = np.zeros((len(of), self.sizes[1]), np.bool_)
        start = 0
        for i, image in enumerate(of):
            flat = np.frombuffer(zlib.decompress(image.codes), _kind(len(image.palette)))
            np.add(flat.reshape(self.rows, self.columns), start, out=codes[i], dtype=np.int32)
            palette[start : start + len(image.palette), : image.palette.shape[1]] = image.palette
            categories[i, self.concepts.category_of[image.palette[image.palette >= 0]]] = True
            start += len(image.palette)
        return Marks(rows, codes, palette, categories, self._belongs)


def _decoded(
    concepts: Concepts, preprocessing: Preprocessing, size: tuple[int, int], keys: Iterable[str]
) -> Generator[tuple[str, Packed], None, None]:
    """Annotations by key, decoded ahead in threads, which end with the generator.

    It must not know the Annotations that hold it. In a circle of the two it would end whenever the garbage collector
    runs, in any thread: and waiting for threads in one that is just ending waits forever.
    """

    def read(key: str) -> tuple[str, Packed]:
        seen = view(preprocessing, *concepts.size(key))
        return key, packed(concepts.annotation(key, seen, *size))

    with closing(ahead(read, keys, processors(), _AHEAD)) as decoded:
        yield from decoded


def packed(annotation: Annotation) -> Packed:
    """An annotation's planes in one: a number for each set of concepts that some pixel carries.

    >>> planes = np.array([[[0, 3, 3]], [[7, 7, 0]]], np.uint16)
    >>> packed(Annotation(planes, (0,), ())).palette.tolist()
    [[0, 6, -1], [0, 2, -1], [0, 2, 6]]
    """
    planes = annotation.planes.astype(np.int64)
    codes = np.zeros(planes.shape[1:], np.int64)
    palette = np.zeros((1, 0), np.int64)
    for plane in planes:
        values = int(plane.max(initial=0)) + 1
        both = codes * values + plane
        # As many places as there can be numbers are fewer than sorting looks at.
        places = np.zeros(len(palette) * values, np.int64)
        places[both] = 1
        seen = np.flatnonzero(places)
        places[seen] = np.arange(len(seen))
        codes = places[both]
        before, added = np.divmod(seen, values)
        palette = np.concatenate([palette[before], added[:, None] - 1], axis=1)
    whole = np.tile(np.array(annotation.whole, np.int64), (len(palette), 1))
    concepts = _once(np.concatenate([whole, palette], axis=1))
    compressed = zlib.compress(codes.astype(_kind(len(concepts))).tobytes(), 1)
    return Packed(compressed, concepts, tuple(annotation.faults))


def _kind(codes: int) -> type[np.uint8 | np.uint16]:
    """Numbers of as few bits as so many codes need."""
    return np.uint8 if codes <= 256 else np.uint16


def _once(palette: Int[np.ndarray, "codes width"]) -> Int[np.ndarray, "codes width"]:
    """Each row's concepts sorted, each once, −1 where there is none, at the end."""
    ordered = np.sort(palette, axis=1)
    ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = -1
    last = np.iinfo(np.int64).max
    ordered = np.sort(np.where(ordered < 0, last, ordered), axis=1)
    return np.where(ordered == last, -1, ordered).astype(np.int32)


def _circle(keys: Sequence[str], seed: int) -> dict[str, str]:
    order = np.random.default_rng(seed).permutation(len(keys))
    return {keys[a]: keys[b] for a, b in zip(order, np.roll(order, -1), strict=True)}
