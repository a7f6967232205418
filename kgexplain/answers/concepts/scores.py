"""How well the activations of filters agree with concepts, and with unions of concepts, from sums of one pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

# What a concept must cover before its own mean activation counts as much as no response at all, as a share of an image.
_PRIOR = 0.005
# A response is that of a cell that a concept covers as it mostly does, as a power of that share: 0 is all of a cell.
_SHARE = 0.75
# Responses count by this power: a concept with two strong kinds and three weak ones is still that of all five.
_DAMPING = 0.5
# How much a category goes before another whose concepts explain less of the activation, as a power of the ratio.
_FAVOUR = 0.2
_TINY = 1e-12
# Categories that leave less than this of the activation unexplained explain all of it.
_NEAR = 1e-6


@dataclass(frozen=True, eq=False)
class Sums:
    """What one pass adds up of some filters and the concepts of one category.

    Sums are over the cells of maps of the images that have a concept of the category: a is the activation of a cell, c
    the share of it that a concept covers. ``products`` is Σ a·c, ``activations`` Σ a, ``squares`` Σ a², ``gram``
    Σ c·c′, ``areas`` Σ c; of an image there are ``cells_per_image``, in all there are ``cells``. ``images`` is in how many
    images each concept is, images with less of it counting less: (Σ c̄)² / Σ c̄², c̄ being its share of an image.
    """

    products: Float[np.ndarray, "concepts filters"]
    activations: Float[np.ndarray, " filters"]
    squares: Float[np.ndarray, " filters"]
    gram: Float[np.ndarray, "concepts concepts"]
    areas: Float[np.ndarray, " concepts"]
    images: Float[np.ndarray, " concepts"]
    cells: float
    cells_per_image: float = 1.0

    @cached_property
    def shares(self) -> Float[np.ndarray, " concepts"]:
        """Σ c² / Σ c: how much each concept covers of a cell where it is, larger shares counting more."""
        return _ratio(np.diag(self.gram), self.areas)

    @cached_property
    def spread(self) -> Float[np.ndarray, " filters"]:
        """Σ (a − ā)², 0 for a filter that gives one value only."""
        spread = self.squares - self.activations**2 / max(self.cells, 1)
        # What is left of such a difference by rounding is no spread.
        return np.where(spread > self.squares * _TINY, spread, 0.0)

    @cached_property
    def covariances(self) -> Float[np.ndarray, "concepts filters"]:
        """Σ (a − ā)(c − c̄)."""
        return self.products - np.outer(self.areas, self.activations) / max(self.cells, 1)

    @cached_property
    def centred_gram(self) -> Float[np.ndarray, "concepts concepts"]:
        """Σ (c − c̄)(c′ − c̄′)."""
        return self.gram - np.outer(self.areas, self.areas) / max(self.cells, 1)


Extents: TypeAlias = Float[np.ndarray, "concepts candidates"]
"""Which concepts each candidate covers, 1 or 0. A union covers of a cell what its concepts cover together."""

Score: TypeAlias = Callable[
    [Mapping[str, Sums], Mapping[str, Extents]], Mapping[str, Float[np.ndarray, "candidates filters"]]
]
"""From the sums of each category and the extents of its candidates to their scores."""


def pearson(sums: Sums, extents: Extents) -> Float[np.ndarray, "candidates filters"]:
    """Correlation of activation and covered share over all cells, −1 to 1; 0 where either never changes."""
    spreads = np.einsum("ij,ik,kj->j", extents, sums.centred_gram, extents)
    return _ratio(extents.T @ sums.covariances, np.sqrt(np.outer(spreads.clip(0), sums.spread)))


def cosine(sums: Sums, extents: Extents) -> Float[np.ndarray, "candidates filters"]:
    """Σ a·c / √(Σ a² · Σ c²), −1 to 1; 0 where either is nothing."""
    squares = np.einsum("ij,ik,kj->j", extents, sums.gram, extents)
    return _ratio(extents.T @ sums.products, np.sqrt(np.outer(squares.clip(0), sums.squares)))


def soft_iou(sums: Sums, extents: Extents) -> Float[np.ndarray, "candidates filters"]:
    """Σ a·c / (Σ a² + Σ c² − Σ a·c), with the activations on the scale that makes it the largest; −⅓ to 1.

    At the best scale Σ a² is Σ c², so it is cos / (2 − cos): it orders concepts as the cosine does.
    """
    cosines = cosine(sums, extents)
    return np.asarray(cosines / (2 - cosines))


def profile(
    sums: Mapping[str, Sums], extents: Mapping[str, Extents]
) -> Mapping[str, Float[np.ndarray, "candidates filters"]]:
    """How much of the activation concepts explain, times how like its profile over them is to each candidate.

    Pearson's correlation with a union of concepts that do not overlap is R · r: R, the multiple correlation of the
    activation with all concepts, times r, the correlation of the profile, the mean response to each concept, with
    being in the union, each concept counted by its area. So an often seen concept that a filter responds to weakly goes
    before a rare one that it responds to strongly. Here a concept counts 1, however large its area is. By category:

    R = √(bᵀ(G + λ)⁻¹b / Σ(a − ā)²), G and b the centred Σ c·c′ and Σ a·c, λ a two-hundredth of an image;
    (G + λ)⁻¹b / ω is what a concept adds to a cell that it covers wholly where the others are as they are, and
    ω = 1 − λ (G + λ)⁻¹ₗₗ how sure that is, near 1 but for what covers next to nothing. The response β is that times t^¾,
    t = Σ c² / Σ c, how much it covers of cells where it is: a thin part never covers a whole cell, and what it would
    add if it did is the activation of the thing that it is a part of, many times over. Over the concepts of all categories:
    r is the correlation of √max(β, 0) with being in the candidate, concepts weighted by ω, and one more, with response
    0, for what carries no concept. The score is r · R_max · (R / R_max)^⅕ · √((1 − R_max²) / (1 − R²)): the category whose
    concepts explain more, or leave less unexplained, goes before another, by little where none explains much, and the
    best of all categories says how sure the whole is.

    0 where a filter gives one value only. Between −1 and 1.
    """
    responses = {category: _responses(of) for category, of in sums.items()}
    sure = np.concatenate([one.sure for one in responses.values()])
    values = np.concatenate([one.values for one in responses.values()])
    total = sure.sum() + 1
    mean = sure @ values / total
    spread = (sure @ values**2 / total - mean**2).clip(0)
    best = np.max([one.explained for one in responses.values()], axis=0)
    found = {}
    for category, one in responses.items():
        share = one.sure @ extents[category] / total
        together = extents[category].T @ (one.sure[:, None] * one.values) / total - np.outer(share, mean)
        likeness = _ratio(together, np.sqrt(np.outer((share * (1 - share)).clip(0), spread)))
        found[category] = likeness * best * _favour(one.explained, best)
    return found


def _favour(
    explained: Float[np.ndarray, " filters"], best: Float[np.ndarray, " filters"]
) -> Float[np.ndarray, " filters"]:
    """How much the concepts of a category go before others, by what they explain and what the best category does."""
    unexplained = (1 - best**2 + _NEAR) / (1 - explained**2 + _NEAR)
    return np.asarray(_ratio(explained, best) ** _FAVOUR * np.sqrt(unexplained))


class _Responses(NamedTuple):
    """What filters add where there is a concept, damped; how sure that is, and how much all concepts explain."""

    values: Float[np.ndarray, "concepts filters"]
    sure: Float[np.ndarray, " concepts"]
    explained: Float[np.ndarray, " filters"]


def _responses(sums: Sums) -> _Responses:
    prior = _PRIOR * sums.cells_per_image
    inverse = np.linalg.inv(sums.centred_gram + prior * np.eye(len(sums.areas)))
    slopes = inverse @ sums.covariances
    sure = (1 - prior * np.diag(inverse)).clip(0)
    explained = _ratio((sums.covariances * slopes).sum(0).clip(0), sums.spread)
    full = _ratio(slopes.clip(0), sure[:, None])
    values = (full * sums.shares[:, None] ** _SHARE) ** _DAMPING
    sure *= sums.images / (sums.images + 1)
    return _Responses(values, sure, np.sqrt(explained.clip(max=1)))


def _by_category(score: Callable[[Sums, Extents], Float[np.ndarray, "candidates filters"]]) -> Score:
    """A score of one category, of several, each by itself."""
    return lambda sums, extents: {category: score(of, extents[category]) for category, of in sums.items()}


def _ratio(
    part: Float[np.ndarray, "*shape"], whole: Float[np.ndarray, "*whole"]
) -> Float[np.ndarray, "*shape"]:
    """Part / whole, 0 where the whole is nothing."""
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > _TINY))


SCORES: Mapping[str, Score] = {
    "profile": profile,
    "pearson": _by_category(pearson),
    "cosine": _by_category(cosine),
    "soft_iou": _by_category(soft_iou),
}
"""The measures that are there for concepts and what is above them, the recommended one first."""
