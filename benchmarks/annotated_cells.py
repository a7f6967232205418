"""Cells of maps over real annotations, and candidates from WordNet: what the trial of label scores looks at."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.label_scores import Ground, by_size
from kgexplain.inputs.concepts import Concepts, open_concepts
from kgexplain.inputs.images import open_images
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.inputs.view import view
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.senses import KINDS, choices

SIDE, PIXELS = 14, 8
# A concept that fewer photographs have, or that covers less of them all, is no candidate: so many photographs, cells.
LEAST, AREA = 5, 20


def cells(folder: Path, cache: Path | None) -> Ground:
    """The photographs of a folder in which something is marked, at 14 × 14 cells."""
    concepts = open_concepts(folder, open_images(folder, ()))
    covered = np.stack(list(_covered(concepts)))
    seen = covered.max(1) > 0
    kept = np.flatnonzero((seen.sum(0) >= LEAST) & (covered.sum((0, 1)) >= AREA))
    covered, seen = covered[:, :, kept], seen[:, kept]
    above = _above(concepts, kept, cache)
    extents, categories = [], []
    for category in dict.fromkeys(concepts.category_of[kept].tolist()):
        members = np.flatnonzero(concepts.category_of[kept] == category)
        own = list(_extents(len(kept), members, above))
        images = np.flatnonzero(seen[:, members].any(1))
        places = (images[:, None] * SIDE**2 + np.arange(SIDE**2)).reshape(-1)
        categories.append((places, members, len(extents) + np.arange(len(own))))
        extents += own
    covers = np.array(extents).T
    return Ground(
        covered.reshape(-1, len(kept)),
        covers,
        np.repeat(np.arange(len(covered)), SIDE**2),
        tuple(categories),
        by_size(covers),
        SIDE,
    )


def _covered(concepts: Concepts) -> Iterator[np.ndarray]:
    """The share of each cell that each concept covers, of photographs with masks."""
    side = SIDE * PIXELS
    for key in concepts.keys:
        if not concepts.marks[key].masks:
            continue
        whole = view(Preprocessing(resize=(side, side), crop=None), *concepts.size(key))
        planes = concepts.annotation(key, whole, side, side).planes
        shares = np.zeros((SIDE**2, len(concepts.concepts)), np.float32)
        for plane in planes:
            blocks = plane.reshape(SIDE, PIXELS, SIDE, PIXELS).swapaxes(1, 2).reshape(SIDE**2, -1)
            for number in np.unique(plane[plane > 0]):
                shares[:, number - 1] += (blocks == number).mean(1)
        yield shares


def _above(concepts: Concepts, kept: np.ndarray, cache: Path | None) -> dict[int, frozenset[str]]:
    """The synsets above each concept whose meaning is sure."""
    lexicon = wordnet.lexicon(cache) if cache else wordnet.whole_wordnet()
    said = [concepts.concepts[index] for index in kept.tolist()]
    of = [c.category if c.category in KINDS else "word" for c in said]
    found = choices([c.name for c in said], lexicon, of, rounds=3)
    return {
        place: frozenset(lexicon.hierarchy.closure([choice.chosen.wnid]).words)
        for place, choice in enumerate(found)
        if choice.chosen
    }


def _extents(number: int, members: np.ndarray, above: dict[int, frozenset[str]]) -> Iterator[np.ndarray]:
    """Each concept by itself, and each set of two and more that are all below a synset."""
    for member in members.tolist():
        yield (np.arange(number) == member).astype(np.float64)
    seen: set[tuple[int, ...]] = set()
    for synset in sorted({s for member in members.tolist() for s in above.get(member, ())}):
        covers = tuple(m for m in members.tolist() if synset in above.get(m, ()))
        if len(covers) > 1 and covers not in seen:
            seen.add(covers)
            yield np.isin(np.arange(number), covers).astype(np.float64)
