"""What the tags of an image's active filters say of each class, measured against what is usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from kgexplain.answers.mistakes.kinship import among_pairs
from kgexplain.answers.mistakes.reading import Seen, Usual

FEW = 5
"""Images of a class that are predicted right; with fewer, what is usual of all classes stands for it."""


@dataclass(frozen=True)
class Measures:
    """Numbers that a run's mistakes are judged by."""

    seen: Seen

    @cached_property
    def own(self) -> Float[np.ndarray, " classes"]:
        """The usual support of each class by its own images; of a class with few of them, that of all classes."""
        usual = self.seen.usual
        return np.where(self._known, usual.own, _pooled(usual.own, usual, self.seen.tagged))

    @cached_property
    def deviation(self) -> Float[np.ndarray, " classes"]:
        """The deviation of that support, by the same rule."""
        usual = self.seen.usual
        pooled = np.sqrt(_pooled(usual.own_deviation**2, usual, self.seen.tagged))
        return np.where(self._known, usual.own_deviation, pooled)

    @cached_property
    def presence(self) -> Float[np.ndarray, "images classes"]:
        """How much of each class is found: 0 as on images of others, 1 as on its own; NaN where tags do not tell.

        (support − other) / (own − other). Tags tell nothing of a class that has none, or whose own images have
        hardly more support than others: by less than one deviation of the others.
        """
        other = self.seen.usual.other
        gap = self.own - other
        tells = self.seen.tagged & (gap > 0) & (gap >= self.seen.usual.other_deviation)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (self.seen.support - other) / gap
        return np.where(tells, found, np.nan)

    @cached_property
    def places(self) -> Int[np.ndarray, "images classes"]:
        """The place of each tag among those of the image, ties sharing the first; 0 where no active filter has it."""
        return np.asarray([_places(row) for row in self.seen.support], dtype=np.int64).reshape(
            self.seen.support.shape
        )

    @cached_property
    def overlap(self) -> Float[np.ndarray, "classes classes"]:
        """Of the filters that one of two classes tags, the share that both do (of the class with fewer)."""
        tags = self.seen.tags.astype(np.float32)
        shared = tags @ tags.T
        numbers = tags.sum(1)
        fewer = np.minimum(numbers[:, None], numbers[None])
        return np.asarray(np.where(fewer > 0, shared / np.maximum(fewer, 1), np.nan), dtype=np.float64)

    @cached_property
    def sharing(self) -> Float[np.ndarray, "classes classes"]:
        """The share of all pairs of tagged classes that share more of their filters."""
        return among_pairs(-self.overlap, np.isfinite(self.overlap))

    @property
    def usual_probability(self) -> float:
        """The mean probability of right predictions."""
        usual = self.seen.usual
        known = usual.right > 0
        total = int(usual.right[known].sum())
        return float((usual.probability[known] * usual.right[known]).sum() / total) if total else float("nan")

    @property
    def _known(self) -> Bool[np.ndarray, " classes"]:
        return np.asarray(self.seen.usual.right >= FEW)


def _pooled(
    values: Float[np.ndarray, " classes"], usual: Usual, tagged: Bool[np.ndarray, " classes"]
) -> float:
    """The mean over all images predicted right, of all classes that have tags."""
    known = tagged & (usual.right > 0) & np.isfinite(values)
    total = usual.right[known].sum()
    return float((values[known] * usual.right[known]).sum() / total) if total else float("nan")


def _places(support: Int[np.ndarray, " classes"]) -> Int[np.ndarray, " classes"]:
    """Places of one image's tags, most frequent first.

    >>> _places(np.array([2, 5, 0, 2]))
    array([2, 1, 0, 2])
    """
    ordered = np.sort(support)
    more = len(support) - np.searchsorted(ordered, support, side="right")
    return np.where(support > 0, 1 + more, 0)


def hits(
    support: Int[np.ndarray, "images classes"], classes: Int[np.ndarray, " images"], at: Sequence[int]
) -> Float[np.ndarray, "n images"]:
    """Hits@n of one class for each image: the probability that it is among the n most frequent tags, ties in any order.

    >>> hits(np.array([[4, 2, 2, 0]]), np.array([1]), (1, 2, 3))[:, 0]
    array([0. , 0.5, 1. ])
    """
    own = support[np.arange(len(support)), classes]
    before = (support > own[:, None]).sum(1)
    alike = (support == own[:, None]).sum(1)
    return np.stack([((n - before) / alike).clip(0, 1) * (own > 0) for n in at])
