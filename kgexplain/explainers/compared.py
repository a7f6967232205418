"""What two passes over annotated images showed of filters and concepts: how their areas agree, and all the sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kgexplain.activations.overlap import ConceptOverlaps
from kgexplain.activations.products import ConceptGram, ConceptProducts
from kgexplain.activations.strongest import Strongest
from kgexplain.activations.top import TopActivations
from kgexplain.activations.totals import Totals
from kgexplain.errors import InputError
from kgexplain.explainers.iou import iou
from kgexplain.inputs.concepts import Concept, Concepts


@dataclass(frozen=True, eq=False)
class Chosen:
    """The concepts of some categories; ``rows`` and ``category_rows`` are their places among all."""

    concepts: tuple[Concept, ...]
    categories: tuple[str, ...]
    rows: Int[np.ndarray, " concepts"]
    category_rows: Int[np.ndarray, " categories"]

    @property
    def category_of(self) -> Int[np.ndarray, " concepts"]:
        """The place of each concept's category among the categories."""
        place = {category: number for number, category in enumerate(self.categories)}
        return np.array([place[concept.category] for concept in self.concepts], np.int64)


class Shown(NamedTuple):
    """What was remembered of one layer."""

    top: TopActivations
    products: ConceptProducts
    strongest: Strongest
    overlaps: ConceptOverlaps


@dataclass(frozen=True, eq=False)
class Agreement:
    """Intersections over union of one layer's filters and concepts, and with annotations of other images ``by_chance``.

    A ``dead`` filter has no active area.
    """

    iou: Float[np.ndarray, "concepts filters"]
    by_chance: Float[np.ndarray, "concepts filters"]
    dead: Bool[np.ndarray, " filters"]


def chosen(concepts: Concepts, categories: tuple[str, ...]) -> Chosen:
    """The concepts of these categories, in their order; all where none are named."""
    known = concepts.categories
    unknown = [category for category in categories if category not in known]
    if unknown:
        raise InputError(
            f"categories {', '.join(unknown)}: not in {concepts.name}; it has {', '.join(known)}"
        )
    kept = [number for number, category in enumerate(known) if not categories or category in categories]
    rows = np.flatnonzero(np.isin(concepts.category_of, kept))
    return Chosen(
        tuple(concepts.concepts[row] for row in rows.tolist()),
        tuple(known[number] for number in kept),
        rows,
        np.array(kept, np.int64),
    )


def agreement(shown: Shown, of: Chosen) -> Agreement:
    """How well the filters of a layer agree with the concepts."""
    found, by_chance = (_iou(totals, of) for totals in (shown.overlaps.found, shown.overlaps.by_chance))
    return Agreement(found, by_chance, shown.top.dead())


def _iou(totals: Totals, of: Chosen) -> Float[np.ndarray, "concepts filters"]:
    return iou(
        totals.array("intersections")[of.rows],
        totals.array("activations")[of.category_rows],
        totals.array("areas")[of.rows],
        of.category_of,
    )


def arrays(
    of: Chosen,
    shown: Mapping[str, Shown],
    agreements: Mapping[str, Agreement],
    grams: Mapping[tuple[int, int], ConceptGram],
    sizes: Mapping[str, tuple[int, int]],
) -> dict[str, dict[str, np.ndarray]]:
    """What is kept beside the graph, by title and layer (docs/dissection.md): rows are concepts or categories."""
    kept: dict[str, dict[str, np.ndarray]] = {
        "iou": {layer: found.iou for layer, found in agreements.items()},
        "iou_by_chance": {layer: found.by_chance for layer, found in agreements.items()},
        "concepts": {"concepts": names(of.concepts)},
        "sizes": {layer: np.array([size]) for layer, size in sizes.items()},
        "thresholds": {layer: seen.top.thresholds()[None] for layer, seen in shown.items()},
        "strongest": {layer: seen.strongest.images() for layer, seen in shown.items()},
    }
    return kept | _sums(of, shown) | _covers(of, grams)


def names(concepts: Iterable[Concept]) -> np.ndarray:
    r"""Name and category of each concept, parted by a tab, a row each.

    >>> names([Concept("wheel", "part")]).tolist()
    [['wheel\tpart']]
    """
    return np.array([[f"{name}\t{category}"] for name, category in concepts], np.str_)


def _sums(of: Chosen, shown: Mapping[str, Shown]) -> dict[str, dict[str, np.ndarray]]:
    """Σ a·c of concepts and filters, Σ a above Σ a² of categories and filters, and over how many cells."""
    kept: dict[str, dict[str, np.ndarray]] = {
        "cells": {n: s.products.found.array("cells")[of.category_rows, None] for n, s in shown.items()}
    }
    for chance in ("", "_by_chance"):
        totals = {n: s.products.by_chance if chance else s.products.found for n, s in shown.items()}
        kept[f"products{chance}"] = {n: t.array("products")[of.rows] for n, t in totals.items()}
        kept[f"moments{chance}"] = {n: _moments(of, t) for n, t in totals.items()}
    return kept


def _moments(of: Chosen, totals: Totals) -> Float[np.ndarray, "rows filters"]:
    return np.concatenate([totals.array(kind)[of.category_rows] for kind in ("sums", "squares")])


def _covers(of: Chosen, grams: Mapping[tuple[int, int], ConceptGram]) -> dict[str, dict[str, np.ndarray]]:
    """Σ c·c′ of pairs of concepts and Σ c of each, by the size of the maps; Σ c̄ and Σ c̄² over images."""
    found = {f"{rows}x{columns}": gram.found for (rows, columns), gram in grams.items()}
    return {
        "gram": {size: t.array("gram")[np.ix_(of.rows, of.rows)] for size, t in found.items()},
        "areas": {size: t.array("sums")[of.rows, None] for size, t in found.items()},
        "image_areas": {size: t.array("image_sums")[of.rows, None] for size, t in found.items()},
        "image_squares": {
            size: np.diag(t.array("image_gram"))[of.rows, None].copy() for size, t in found.items()
        },
    }
