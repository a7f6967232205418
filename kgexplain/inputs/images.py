"""Labelled photographs, in a fixed order, as often as asked."""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float
from pyoxigraph import NamedNode
from torch import Tensor

from kgexplain.errors import InputError
from kgexplain.inputs.ahead import ahead, processors
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.layouts import photographs_in
from kgexplain.inputs.listing import Listed, Names, few
from kgexplain.inputs.photograph import (
    ABSENT,
    Fault,
    Photograph,
    Skipped,
    file_digest,
    open_photograph,
    picture,
)
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.vocabulary import document, thing

__all__ = ["Images", "Photograph", "Shown", "Skipped", "Unmatched", "open_images", "open_photograph"]

Match: TypeAlias = tuple[Listed, OutputClass | None]
Read: TypeAlias = tuple[Photograph, Tensor | Fault]

# Files that are hashed at the same time as one is waited for; few, for each result is but 64 letters.
_HASHED_AHEAD = 64


@dataclass(frozen=True)
class Unmatched:
    """A label that the network has no class for, and how many photographs carry it."""

    label: str
    photographs: int

    def __str__(self) -> str:
        return f"{self.label} ({self.photographs})"


@dataclass(frozen=True)
class Shown:
    """A batch: the photographs that could be read, their pixels, and those that could not; ``start`` counts from 0.

    A batch of which nothing could be read is there, too; its pixels are empty.
    """

    start: int
    photographs: tuple[Photograph, ...]
    pixels: Float[Tensor, "images 3 height width"]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Images:
    """A set of photographs, sorted by key; ``unmatched`` photographs are not among them.

    ``whole`` is the set that this was split from; None where it was not.
    """

    name: str
    photographs: tuple[Photograph, ...]
    unmatched: tuple[Unmatched, ...] = ()
    whole: "Images | None" = field(default=None, compare=False, repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over keys, classes and contents: the same photographs have the same digest on every machine."""
        digest = hashlib.sha256()
        for photograph in self.photographs:
            digest.update(f"{photograph.key}\0{photograph.class_key}\0{photograph.content}\n".encode())
        return digest.hexdigest()

    @property
    def document(self) -> str:
        """The IRI of the set; its images are named after it."""
        return document("images", self.name, self.digest[:8])

    def image(self, key: str) -> NamedNode:
        """The IRI of the photograph with this key."""
        return thing(self.document, "image", key)

    def batches(
        self, preprocessing: Preprocessing, size: int, start: int = 0, threads: int | None = None
    ) -> Iterator[Shown]:
        """All photographs from number ``start`` on, ``size`` at a time; pictures are decoded ahead, in threads.

        The unreadable leave their batch smaller, so that a batch is the same photographs whenever it is made.
        ``threads`` are by default as many as there are processors; nothing but the speed depends on them. At most two
        batches are decoded ahead, and decoding stops when the iterator is closed.
        """
        if size < 1:
            raise InputError(f"batches of {size} photographs: show nothing; a batch has at least 1")

        def read(photograph: Photograph) -> Read:
            return photograph, _pixels(photograph.path, preprocessing)

        with closing(ahead(read, self.photographs[start:], threads or processors(), 2 * size)) as decoded:
            sized = _of_one_size(decoded)
            for first in range(start, len(self.photographs), size):
                yield _shown(first, list(islice(sized, size)))

    def split(self, share: float, seed: int) -> tuple["Images", "Images"]:
        """The rest, and ``share`` of each class held out, chosen with ``seed``; at least one of a class stays.

        Half a photograph is rounded up. The choice in one class does not depend on the others; photographs of no known
        class stay in the rest, and so does what is said of the unmatched. Where no photograph has a class, all are
        one.
        """
        if not 0 < share < 1:
            raise InputError(f"a share of {share}: cannot be held out; it must lie between 0 and 1")
        classes: dict[str, list[Photograph]] = defaultdict(list)
        for photograph in self.photographs:
            if photograph.label >= 0:
                classes[photograph.class_key].append(photograph)
        classes = classes or {"": list(self.photographs)}
        held = {
            key
            for class_key, photographs in classes.items()
            for key in _chosen(photographs, share, seed, class_key)
        }
        rest = tuple(p for p in self.photographs if p.key not in held)
        held_out = tuple(p for p in self.photographs if p.key in held)
        return replace(self, photographs=rest, whole=self), Images(self.name, held_out, whole=self)


def open_images(address: str | Path, classes: Sequence[OutputClass], name: str | None = None) -> Images:
    """The photographs of a folder of class folders, or of a .csv of paths and labels.

    Also those of an annotated folder (``inputs.layouts``), which have no label, and of one as Stanford-40's, whose
    files' names begin with it. A label is a class's wnid or name. Photographs whose label is no class of ``classes``
    are left out, and told in ``unmatched``; those without a label stay, with label −1. ``name`` is by default the
    folder's or the file's.

    Raises InputError where there is nothing, no file, nothing that matches, a name that several classes have, or a
    photograph that is given two classes.
    """
    place = Path(address)
    listed = entries(place)
    matched, unmatched = _matched(listed, Names(classes))
    if unmatched and not any(class_ for _, class_ in matched):
        raise InputError(
            f"{place}: none of its {len(unmatched)} labels ({few(unmatched)}) is a class of the network; "
            f"it has {len(classes)}, as {few(c.key for c in classes)}"
        )
    photographs = _photographs(_once(place, matched))
    if all(photograph.content == ABSENT for photograph in photographs):
        raise InputError(
            f"{place}: none of its {len(photographs)} files is there, as {photographs[0].path}; "
            "paths in a .csv begin where the .csv is"
        )
    known = name or (place.stem if place.is_file() else place.resolve().name)
    return Images(known, photographs, tuple(Unmatched(label, n) for label, n in sorted(unmatched.items())))


def entries(place: Path) -> list[Listed]:
    """The photographs that a folder or a .csv lists, in the order of their keys."""
    try:
        found = sorted(set(photographs_in(place)))
    except OSError as error:
        where = error.filename or place
        raise InputError(f"{where}: cannot be read ({error.strerror}); make it readable") from error
    if not found:
        raise InputError(
            f"{place}: no images are in it; give a folder of class folders, or a .csv of paths and labels"
        )
    return found


def _matched(entries: Iterable[Listed], names: Names) -> tuple[list[Match], Mapping[str, int]]:
    matched: list[Match] = []
    unmatched: Counter[str] = Counter()
    found: dict[tuple[str, ...], OutputClass | None] = {}
    for entry in entries:
        if entry.labels not in found:
            found[entry.labels] = names.first(entry.labels)
        if entry.labels and found[entry.labels] is None:
            unmatched[entry.labels[0]] += 1
        else:
            matched.append((entry, found[entry.labels]))
    return matched, unmatched


def _once(place: Path, matched: Sequence[Match]) -> list[Match]:
    """Each photograph once; one that is listed with two classes is an InputError."""
    kept: dict[str, Match] = {}
    for entry, class_ in matched:
        _, other = kept.setdefault(entry.key, (entry, class_))
        if other != class_:
            labels = " and ".join(c.key if c else "unlabelled" for c in (other, class_))
            raise InputError(f"{place}: {entry.key} is listed twice, as {labels}; keep one of them")
    return list(kept.values())


def _photographs(matched: Sequence[Match]) -> tuple[Photograph, ...]:
    with closing(ahead(file_digest, [e.path for e, _ in matched], processors(), _HASHED_AHEAD)) as contents:
        return tuple(
            Photograph(e.key, e.path, c.index if c else -1, c.key if c else "", content)
            for (e, c), content in zip(matched, contents, strict=True)
        )


def _pixels(path: Path, preprocessing: Preprocessing) -> Tensor | Fault:
    read = picture(path)
    if isinstance(read, Fault):
        return read
    try:
        return preprocessing.pixels(read)
    except InputError as error:
        # The preprocessing is sound; it is this one photograph that it refuses.
        return Fault(str(error))


def _of_one_size(read: Iterable[Read]) -> Iterator[Read]:
    """What was read, as long as all pixels are of one size, for only those can be shown together."""
    first: tuple[Photograph, Tensor] | None = None
    for photograph, pixels in read:
        if isinstance(pixels, Tensor):
            first = first or (photograph, pixels)
            if pixels.shape != first[1].shape:
                raise InputError(
                    f"{first[0].key} and {photograph.key}: pictures of different sizes, {tuple(first[1].shape[1:])} "
                    f"and {tuple(pixels.shape[1:])}; give the preprocessing a crop"
                )
        yield photograph, pixels


def _shown(start: int, batch: Sequence[Read]) -> Shown:
    read = [(photograph, pixels) for photograph, pixels in batch if isinstance(pixels, Tensor)]
    skipped = tuple(Skipped(p.key, fault.reason) for p, fault in batch if isinstance(fault, Fault))
    pixels = torch.stack([pixels for _, pixels in read]) if read else torch.empty(0, 3, 0, 0)
    return Shown(start, tuple(photograph for photograph, _ in read), pixels, skipped)


def _chosen(photographs: Sequence[Photograph], share: float, seed: int, class_key: str) -> Iterator[str]:
    # As it is written: 0.35 × 10 is 3.5, which is 4, whatever binary fractions make of it.
    exact = Fraction(str(share)) * len(photographs)
    number = min(math.floor(exact + Fraction(1, 2)), len(photographs) - 1)
    entropy = int.from_bytes(hashlib.sha256(f"{seed} {class_key}".encode()).digest()[:8], "big")
    order = np.random.default_rng(entropy).permutation(len(photographs))
    yield from (photographs[i].key for i in order[:number])
