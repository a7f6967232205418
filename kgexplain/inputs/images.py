"""Labelled photographs, in a fixed order, as often as asked."""

import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from pyoxigraph import NamedNode
from torch import Tensor

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.listing import Listed, Names, listed
from kgexplain.inputs.photograph import Fault, Photograph, Skipped, open_photograph, picture
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.vocabulary import document, thing

__all__ = ["Images", "Photograph", "Shown", "Skipped", "Unmatched", "open_images", "open_photograph"]

_THREADS = 2
_AHEAD = 2  # batches whose pictures are decoded while the network is busy
_FEW = 5


@dataclass(frozen=True)
class Unmatched:
    """A label that the network has no class for, and how many photographs carry it."""

    label: str
    photographs: int

    def __str__(self) -> str:
        return f"{self.label} ({self.photographs})"


@dataclass(frozen=True)
class Shown:
    """A batch: the photographs that could be read, their pixels, and those that could not; ``start`` counts from 0."""

    start: int
    photographs: tuple[Photograph, ...]
    pixels: Float[Tensor, "images 3 height width"]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class Images:
    """A set of photographs, sorted by key; ``unmatched`` photographs are not among them."""

    name: str
    photographs: tuple[Photograph, ...]
    unmatched: tuple[Unmatched, ...] = ()

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

    def batches(self, preprocessing: Preprocessing, size: int, start: int = 0) -> Iterator[Shown]:
        """All photographs from number ``start`` on, ``size`` at a time; pictures are decoded ahead, in threads.

        The unreadable leave their batch smaller, so that a batch is the same photographs whenever it is made.
        """
        starts = range(start, len(self.photographs), size)
        waiting: deque[tuple[int, list[Future[Tensor | Fault]]]] = deque()
        pool = ThreadPoolExecutor(_THREADS, "decoding")
        try:
            for first in starts:
                part = self.photographs[first : first + size]
                waiting.append((first, [pool.submit(_pixels, p.path, preprocessing) for p in part]))
                if len(waiting) > _AHEAD:
                    yield self._shown(*waiting.popleft())
            while waiting:
                yield self._shown(*waiting.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def split(self, share: float, seed: int) -> tuple["Images", "Images"]:
        """The rest, and ``share`` of each class held out, chosen with ``seed``; at least one of a class stays.

        The choice in one class does not depend on the others; photographs of no known class stay in the rest.
        """
        if not 0 < share < 1:
            raise InputError(f"a share of {share} cannot be held out; it must lie between 0 and 1")
        classes: dict[str, list[Photograph]] = defaultdict(list)
        for photograph in self.photographs:
            classes[photograph.class_key].append(photograph)
        held: set[str] = set()
        for class_key, photographs in classes.items():
            if class_key:
                held.update(_chosen(photographs, share, seed, class_key))
        rest = tuple(p for p in self.photographs if p.key not in held)
        return replace(self, photographs=rest), Images(self.name, tuple(p for p in self.photographs if p.key in held))

    def _shown(self, start: int, futures: Sequence[Future[Tensor | Fault]]) -> Shown:
        photographs, pixels, skipped = [], [], []
        for photograph, future in zip(self.photographs[start:], futures, strict=False):
            read = future.result()
            if isinstance(read, Fault):
                skipped.append(Skipped(photograph.key, read.reason))
            else:
                photographs.append(photograph)
                pixels.append(read)
        return Shown(start, tuple(photographs), _stacked(photographs, pixels), tuple(skipped))


def open_images(address: str | Path, classes: Sequence[OutputClass], name: str | None = None) -> Images:
    """The photographs of a folder of class folders, or of a .csv of paths and labels.

    A label is a class's wnid or name. Photographs whose label is no class of ``classes`` are left out, and told in
    ``unmatched``; those without a label stay, with label −1. ``name`` is by default the folder's or the file's.

    Raises InputError where there is nothing, nothing that matches, or a name that several classes have.
    """
    place = Path(address)
    entries = sorted(listed(place))
    if not entries:
        raise InputError(f"{place}: no images are in it; give a folder of class folders, or a .csv of paths and labels")
    matched, unmatched = _matched(entries, Names(classes))
    if not matched:
        raise InputError(
            f"{place}: none of its {len(unmatched)} labels ({_few(unmatched)}) is a class of the network; "
            f"it has {len(classes)}, as {_few([c.key for c in classes])}"
        )
    with ThreadPoolExecutor(_THREADS, "hashing") as pool:
        contents = pool.map(_content, [entry.path for entry, _ in matched])
        photographs = tuple(
            Photograph(e.key, e.path, c.index if c else -1, c.key if c else "", content)
            for (e, c), content in zip(matched, contents, strict=True)
        )
    known = name or (place.stem if place.is_file() else place.resolve().name)
    return Images(known, photographs, tuple(Unmatched(label, n) for label, n in sorted(unmatched.items())))


def _matched(
    entries: Iterable[Listed], names: Names
) -> tuple[list[tuple[Listed, OutputClass | None]], Mapping[str, int]]:
    matched: list[tuple[Listed, OutputClass | None]] = []
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


def _pixels(path: Path, preprocessing: Preprocessing) -> Tensor | Fault:
    read = picture(path)
    return read if isinstance(read, Fault) else preprocessing.pixels(read)


def _stacked(photographs: Sequence[Photograph], pixels: Sequence[Tensor]) -> Tensor:
    if not pixels:
        return torch.empty(0, 3, 0, 0)
    sizes = {tuple(p.shape) for p in pixels}
    if len(sizes) > 1:
        keys = " and ".join(p.key for p in photographs[:2])
        raise InputError(f"{keys} …: pictures of different sizes; give the preprocessing a crop")
    return torch.stack(list(pixels))


def _chosen(photographs: Sequence[Photograph], share: float, seed: int, class_key: str) -> Iterator[str]:
    number = min(round(share * len(photographs)), len(photographs) - 1)
    entropy = int.from_bytes(hashlib.sha256(f"{seed} {class_key}".encode()).digest()[:8], "big")
    order = np.random.default_rng(entropy).permutation(len(photographs))
    yield from (photographs[i].key for i in order[:number])


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "absent"


def _few(names: Iterable[str]) -> str:
    listing = list(names)
    return ", ".join(listing[:_FEW]) + (" …" if len(listing) > _FEW else "")
