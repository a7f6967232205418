"""Coarse tags: filters, classes, layers and networks in the most specific words that cover what they carry."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int

from kgexplain.answers.coarsening.covering import HALF, SHARE, cover
from kgexplain.answers.coarsening.hierarchy import ClassHierarchy

MOST = 5
_NAMED = 3


@dataclass(frozen=True)
class Coarse:
    """One coarse tag: ``coverage`` is the share of the tags below the concept, ``specificity`` its information.

    ``tags`` is how many were looked at, ``outliers`` are the IRIs of those that are not below the concept. Of a layer or
    a network, ``tags`` are its filters that are about something. ``sentence`` says it in words.
    """

    thing: str
    concept: str
    label: str
    coverage: float
    specificity: float
    tags: int
    sentence: str
    outliers: tuple[str, ...] = ()
    rank: int = 1


@dataclass(frozen=True)
class Tagging:
    """Which filter of which layer carries which class; filters are IRIs, rows of ``tags``."""

    filters: tuple[str, ...]
    layers: tuple[str, ...]
    tags: Bool[np.ndarray, "filters classes"]

    @property
    def sizes(self) -> Int[np.ndarray, " filters"]:
        """How many tags each filter has."""
        return np.asarray(self.tags.sum(1))


def tagging(
    filters: Iterable[tuple[str, str]], tags: Iterable[tuple[str, str]], place: Mapping[str, int]
) -> Tagging:
    """From rows: filters with their layer, and filters with a class; ``place`` is the column of each class.

    Layers of which no filter has a tag are left out: the run did not look at them.
    """
    layers = dict(filters)
    carried = list(tags)
    seen = {layers[filter_] for filter_ in {filter_ for filter_, _ in carried}}
    layers = {filter_: layer for filter_, layer in layers.items() if layer in seen}
    rows = {filter_: row for row, filter_ in enumerate(layers)}
    matrix = np.zeros((len(rows), len(place)), dtype=bool)
    if carried:
        matrix[[rows[filter_] for filter_, _ in carried], [place[class_] for _, class_ in carried]] = True
    return Tagging(tuple(rows), tuple(layers.values()), matrix)


def coarse_filters(tagged: Tagging, hierarchy: ClassHierarchy, share: float = SHARE) -> tuple[Coarse, ...]:
    """The coarse tag of every filter with two tags or more that have one."""
    names = hierarchy.classes.names
    return tuple(
        replace(coarse, sentence=coarse.sentence + _but([names[class_] for class_ in coarse.outliers]))
        for coarse in _coarse(tagged.filters, tagged.tags, hierarchy, share)
    )


def companions(tagged: Tagging) -> Int[np.ndarray, "classes classes"]:
    """On how many filters each class stands together with each other one; none with itself."""
    # float32 counts exactly up to 2**24 filters.
    tags = tagged.tags.astype(np.float32)
    counts = (tags.T @ tags).astype(np.int64)
    np.fill_diagonal(counts, 0)
    return counts


def coarse_classes(tagged: Tagging, hierarchy: ClassHierarchy, share: float = SHARE) -> tuple[Coarse, ...]:
    """What the filters of each class carry beside it, each companion as often as it shares a filter with it."""
    classes = tuple(hierarchy.classes.names)
    return tuple(_coarse(classes, companions(tagged), hierarchy, share))


def _coarse(
    things: Sequence[str], weights: np.ndarray, hierarchy: ClassHierarchy, share: float
) -> Iterator[Coarse]:
    concepts, coverages = cover(weights, hierarchy.below, hierarchy, share)
    totals = weights.sum(1)
    classes = tuple(hierarchy.classes.names)
    for row in np.flatnonzero((concepts >= 0) & (totals >= 2)).tolist():
        column, tags, coverage = int(concepts[row]), int(totals[row]), float(coverages[row])
        outside = np.flatnonzero((weights[row] > 0) & ~hierarchy.below[:, column])
        covered = f"{round(coverage * tags)} of {tags}" if len(outside) else f"all {tags}"
        yield Coarse(
            thing=things[row],
            concept=hierarchy.concepts[column],
            label=label(hierarchy, column),
            coverage=coverage,
            specificity=float(hierarchy.information[column]),
            tags=tags,
            sentence=f"{covered} are kinds of {label(hierarchy, column)}",
            outliers=tuple(classes[other] for other in outside),
        )


def summary(
    thing: str, about: Iterable[str], hierarchy: ClassHierarchy, most: int = MOST
) -> tuple[Coarse, ...]:
    """What filters are about together: the few concepts that say most of them, the one that says most first.

    A concept stands for the filters that are about it or a kind of it, if it says at least half of what theirs does. Each
    next one has the largest  information · filters that it stands for and none before it does. Coverage counts all
    filters below a concept.
    """
    counts = Counter(hierarchy.place[concept] for concept in about)
    filters = np.zeros(len(hierarchy.concepts))
    filters[list(counts)] = list(counts.values())
    stands = hierarchy.above & (hierarchy.information >= HALF * hierarchy.information[:, None])
    chosen: list[int] = []
    left = filters.copy()
    while len(chosen) < most and left.any():
        gain = hierarchy.information * (left @ stands)
        # Concepts stand by depth: of equals it is the deepest.
        chosen.append(int(np.flatnonzero(gain >= gain.max() - 1e-12)[-1]))
        left[stands[:, chosen[-1]]] = 0
    coverage = filters @ hierarchy.above / max(filters.sum(), 1)
    parts = (
        _part(thing, column, hierarchy, float(coverage[column]), int(filters.sum())) for column in chosen
    )
    return tuple(replace(part, rank=rank) for rank, part in enumerate(parts, start=1))


def _part(thing: str, column: int, hierarchy: ClassHierarchy, coverage: float, total: int) -> Coarse:
    name, information = label(hierarchy, column), float(hierarchy.information[column])
    sentence = f"{round(coverage * total)} of {total} filters are about {name}"
    return Coarse(thing, hierarchy.concepts[column], name, coverage, information, total, sentence)


def label(hierarchy: ClassHierarchy, column: int) -> str:
    """The name of a concept, its IRI where it has none."""
    concept = hierarchy.concepts[column]
    return hierarchy.labels.get(concept) or concept


def says_something(coarse: Coarse, classes: int) -> bool:
    """Whether the concept is above fewer than half of the classes, by its specificity."""
    return classes > 2 and coarse.specificity > math.log(2) / math.log(classes)


def _but(outliers: Sequence[str]) -> str:
    """The outliers, the first few by name.

    >>> _but(("bobsled",)), _but(("a", "b", "c", "d", "e"))
    (', all but bobsled', ', all but a, b, c and 2 more')
    """
    if not outliers:
        return ""
    named, more = outliers[:_NAMED], len(outliers) - _NAMED
    *first, last = (*named, f"{more} more") if more > 0 else named
    return ", all but " + (f"{', '.join(first)} and {last}" if first else last)
