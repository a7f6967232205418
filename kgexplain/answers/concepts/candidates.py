"""What a filter can be labelled with: concepts that are marked in images, and what WordNet has above several of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

# What is above more of the concepts of a category than this share says nothing: an object is an entity.
BREADTH = 0.5


class Concept(NamedTuple):
    """A concept that is marked in images, by IRI."""

    iri: str
    name: str
    category: str


class Above(NamedTuple):
    """That a concept is a kind of a synset; ``depth`` is how far that is below WordNet's roots."""

    concept: str
    synset: str
    name: str
    depth: int


@dataclass(frozen=True)
class Candidate:
    """A concept, or a synset above several concepts of one category: ``covers`` are their places among all concepts."""

    iri: str
    name: str
    category: str
    covers: tuple[int, ...]
    is_synset: bool = False


def candidates(concepts: Sequence[Concept], above: Iterable[Above]) -> tuple[Candidate, ...]:
    """All concepts, then, category by category, the synsets above two of its concepts or more.

    A synset that is above the same concepts as a deeper one is none, and neither is one that is above more than half
    of the category. Deeper ones come first, of equally deep ones that of the first IRI.
    """
    own = [Candidate(c.iri, c.name, c.category, (place,)) for place, c in enumerate(concepts)]
    return (*own, *_synsets(concepts, tuple(above)))


def _synsets(concepts: Sequence[Concept], above: Sequence[Above]) -> Iterator[Candidate]:
    members: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for place, concept in enumerate(concepts):
        members[concept.category][concept.iri] = place
    deepest = {a.synset: a.name for a in sorted(above, key=lambda a: (-a.depth, a.synset))}
    for category, places in members.items():
        seen: set[tuple[int, ...]] = set()
        covered = _covered(above, places)
        for synset, name in deepest.items():
            covers = tuple(sorted(covered[synset]))
            if 1 < len(covers) <= BREADTH * len(places) and covers not in seen:
                seen.add(covers)
                yield Candidate(synset, name, category, covers, is_synset=True)


def _covered(above: Iterable[Above], places: Mapping[str, int]) -> Mapping[str, set[int]]:
    covered: defaultdict[str, set[int]] = defaultdict(set)
    for one in above:
        if one.concept in places:
            covered[one.synset].add(places[one.concept])
    return covered


def extents(concepts: int, of: Sequence[Candidate]) -> Float[np.ndarray, "concepts candidates"]:
    """1 where a candidate covers a concept.

    >>> extents(3, [Candidate("a", "animal", "object", (0, 2))]).tolist()
    [[1.0], [0.0], [1.0]]
    """
    covers = np.zeros((concepts, len(of)))
    for column, candidate in enumerate(of):
        covers[list(candidate.covers), column] = 1
    return covers
