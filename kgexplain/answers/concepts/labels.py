"""Labels of filters: of each the candidate that says best what it responds to, and whether chance says as much."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.candidates import Candidate, Concept, extents
from kgexplain.answers.concepts.scores import SCORES, Sums
from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    CATEGORY,
    FILTER_CONCEPT,
    HAS_CONCEPT,
    IOU,
    LABELLED_WITH,
    MATCHED,
    MEASURE,
    P_VALUE,
    PREF_LABEL,
    RANK,
    SCORE,
    VISUAL_CONCEPT,
    A,
    Statement,
    thing,
)
from kgexplain.vocabulary import concept as concept_iri

BY_IOU = "iou"
MEASURES = (*SCORES, BY_IOU)
"""What filters can be labelled by; intersection over union is of concepts only, and as published."""

BY_CHANCE = "_by_chance"
TITLES = (
    *("concepts", "sizes", "products", "moments", "cells", "gram", "areas", "iou"),
    *("image_areas", "image_squares"),
)
"""The arrays of a dissection that labels are made from."""

CHANCE_TITLES = tuple(f"{title}{BY_CHANCE}" for title in ("products", "moments", "iou"))
"""Those by which it is known what chance gives."""


class Label(NamedTuple):
    """A candidate of a filter, its place among the filter's, and how probable as high a score is by chance.

    ``iou`` is None where the candidate is no concept.
    """

    filter_: int
    candidate: Candidate
    score: float
    rank: int
    p_value: float
    iou: float | None = None


@dataclass(frozen=True, eq=False)
class Counted:
    """What a dissection added up, by title and layer, as it is kept beside the graph."""

    arrays: Mapping[str, Mapping[str, np.ndarray]]

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """The concepts, in the order of the rows."""
        (names,) = self.arrays["concepts"].values()
        pairs = (str(text).split("\t") for text in names.reshape(-1))
        return tuple(Concept(concept_iri(category, name).value, name, category) for name, category in pairs)

    @cached_property
    def rows(self) -> Mapping[str, list[int]]:
        """The rows of each category's concepts."""
        categories = dict.fromkeys(concept.category for concept in self.concepts)
        return {c: [i for i, one in enumerate(self.concepts) if one.category == c] for c in categories}

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that were looked at."""
        return tuple(self.arrays["products"])

    def sums(self, layer: str, category: str, chance: str = "") -> Sums:
        """Those of one layer and category; with ``_by_chance``, those with the annotations of other images."""
        rows, of = self.rows[category], list(self.rows).index(category)
        height, width = self.arrays["sizes"][layer].reshape(-1).tolist()
        size = f"{height}x{width}"
        moments = self.arrays[f"moments{chance}"][layer]
        over, squares = (self.arrays[title][size].reshape(-1) for title in ("image_areas", "image_squares"))
        return Sums(
            self.arrays[f"products{chance}"][layer][rows],
            moments[of],
            moments[len(self.rows) + of],
            self.arrays["gram"][size][np.ix_(rows, rows)],
            self.arrays["areas"][size].reshape(-1)[rows],
            np.divide(over**2, squares, out=np.zeros(len(over)), where=squares > 0)[rows],
            float(self.arrays["cells"][layer].reshape(-1)[of]),
            float(height * width),
        )

    def alive(self, layer: str) -> Bool[np.ndarray, " filters"]:
        """Which filters do not always give the same value."""
        spreads = [self.sums(layer, category).spread for category in self.rows]
        return np.asarray(np.any(np.stack(spreads) > 0, axis=0))


def scores(
    counted: Counted, layer: str, of: Sequence[Candidate], measure: str, chance: str = ""
) -> Float[np.ndarray, "candidates filters"]:
    """How well each candidate agrees with each filter of a layer; NaN where the measure does not say it."""
    if measure not in MEASURES:
        raise InputError(f"measure is {measure!r}; it must be one of {', '.join(MEASURES)}")
    if measure == BY_IOU:
        concepts = counted.arrays[f"iou{chance}"][layer]
        unknown = np.full(concepts.shape[1], np.nan)
        return np.stack([unknown if one.is_synset else concepts[one.covers[0]] for one in of])
    covers = extents(len(counted.concepts), of)
    columns = {c: [place for place, one in enumerate(of) if one.category == c] for c in counted.rows}
    by_category = SCORES[measure](
        {category: counted.sums(layer, category, chance) for category in counted.rows},
        {category: covers[np.ix_(rows, columns[category])] for category, rows in counted.rows.items()},
    )
    found = np.empty((len(of), counted.arrays["products"][layer].shape[1]))
    for category, values in by_category.items():
        found[columns[category]] = values
    return found


def highest(found: Float[np.ndarray, "candidates filters"]) -> Float[np.ndarray, " filters"]:
    """The best score of each filter, whichever candidate it is of; 0 where none is above it."""
    best: Float[np.ndarray, " filters"] = np.nan_to_num(found).max(0, initial=0.0)
    return best


def p_values(
    found: Float[np.ndarray, "*shape"], null: Float[np.ndarray, " null_filters"]
) -> Float[np.ndarray, "*shape"]:
    """(1 + how many of ``null`` are as high) / (1 + all of them); null are best scores of filters that mean nothing.

    The best of many candidates is compared with the best of as many, so a label is not due to their number.

    >>> p_values(np.array([0.5, 0.2]), np.array([0.1, 0.2, 0.3]))
    array([0.25, 0.75])
    """
    below = np.searchsorted(np.sort(null), found, side="left")
    return np.asarray((1 + len(null) - below) / (1 + len(null)))


def null_filters(
    null: Mapping[str, Float[np.ndarray, " filters"]], least: int
) -> dict[str, Float[np.ndarray, " null_filters"]]:
    """The filters that mean nothing which each layer is compared with: its own; if fewer than ``least``, its neighbours' too.

    Layers are in the order of the network; of two that are as near, the one before is taken first.

    >>> null_filters({"a": np.array([0.1, 0.2]), "b": np.array([0.3]), "c": np.array([0.4])}, 2)["c"]
    array([0.4, 0.3])
    """
    found: dict[str, Float[np.ndarray, " null_filters"]] = {}
    names = list(null)
    for place, name in enumerate(names):
        distances = np.abs(np.arange(len(names)) - place)
        nearest = [null[names[other]] for other in np.argsort(distances, kind="stable")]
        known = np.cumsum([len(scores) for scores in nearest])
        found[name] = np.concatenate(nearest[: int(np.searchsorted(known, least)) + 1])
    return found


def labels(
    found: Float[np.ndarray, "candidates filters"],
    null: Float[np.ndarray, " null_filters"],
    of: Sequence[Candidate],
    ious: Float[np.ndarray, "concepts filters"],
    most: int,
) -> Iterator[Label]:
    """The ``most`` best candidates of each filter, as far as they score above 0; of equals the first."""
    order = np.argsort(-np.nan_to_num(found), axis=0, kind="stable")[:most]
    best = np.take_along_axis(np.nan_to_num(found), order, 0)
    p = p_values(best, null)
    for filter_ in range(found.shape[1]):
        for rank, place in enumerate(order[:, filter_].tolist()):
            if best[rank, filter_] > 0:
                one = of[place]
                iou = None if one.is_synset else float(ious[one.covers[0], filter_])
                score, probability = float(best[rank, filter_]), float(p[rank, filter_])
                yield Label(filter_, one, score, rank + 1, probability, iou)


def is_label(label: Label, limit: float) -> bool:
    """Whether a filter is labelled with it: its best candidate, and less probable by chance than the limit."""
    return label.rank == 1 and label.p_value <= limit


@dataclass(frozen=True)
class Said:
    """What a run says of labels, by one measure; ``limit`` is up to which p-value the best candidate is a label."""

    network: Architecture
    run: str
    measure: str
    limit: float

    def concepts(self, of: Iterable[Candidate]) -> Iterator[Statement]:
        """What the candidates that are concepts are called; synsets have their names from WordNet."""
        for one in of:
            if not one.is_synset:
                yield Statement(NamedNode(one.iri), A, VISUAL_CONCEPT)
                yield Statement(NamedNode(one.iri), PREF_LABEL, Literal(one.name))
                yield Statement(NamedNode(one.iri), CATEGORY, Literal(one.category))

    def labels(self, layer: str, found: Iterable[Label]) -> Iterator[Statement]:
        """Each label as a node of its own, and in one direct statement where chance does not explain it."""
        for label in found:
            filter_ = self.network.filter(layer, label.filter_)
            yield from self._label(filter_, layer, label)
            if is_label(label, self.limit):
                yield Statement(filter_, LABELLED_WITH, NamedNode(label.candidate.iri))

    def _label(self, filter_: NamedNode, layer: str, label: Label) -> Iterator[Statement]:
        node = thing(self.run, "label", layer, label.filter_, label.rank)
        yield Statement(filter_, HAS_CONCEPT, node)
        yield Statement(node, A, FILTER_CONCEPT)
        yield Statement(node, MATCHED, NamedNode(label.candidate.iri))
        yield Statement(node, MEASURE, Literal(self.measure))
        yield Statement(node, SCORE, Literal(label.score))
        yield Statement(node, RANK, Literal(label.rank))
        yield Statement(node, P_VALUE, Literal(label.p_value))
        if label.iou is not None:
            yield Statement(node, IOU, Literal(label.iou))
