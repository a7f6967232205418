"""Finding images by an attribute: recall, precision, true-negative rate, accuracy and average precision, beside chance.

An image is found by the attributes of its explanation's sentence (arXiv:1805.08969), or images are ranked by how
probable the attribute is to them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Num
from pyoxigraph import NamedNode

from kgexplain.evaluation.bootstrap import USUAL, Bootstrap, Measure, divided
from kgexplain.evaluation.figures import Figure, measured
from kgexplain.evaluation.precision import mean_average_precision, precision_by_lot, prevalence
from kgexplain.vocabulary import (
    AVERAGE_PRECISION,
    MEAN_AVERAGE_PRECISION,
    RETRIEVAL_ACCURACY,
    RETRIEVAL_PRECISION,
    RETRIEVAL_RECALL,
    RETRIEVAL_TRUE_NEGATIVE_RATE,
)

PERMUTED, CONSTANT = "permuted images", "constant density"


@dataclass(frozen=True, eq=False)
class Found:
    """What is true and what was found, image by image, of the attributes that are asked for.

    ``present``: the image has the attribute. ``named``: the attribute is in the image's explanation. ``always``: it
    would be in that of every image if all densities were the same. ``probabilities``: p(t|x, c), which rank images.
    """

    attributes: tuple[str, ...]
    present: Bool[np.ndarray, "images attributes"]
    named: Bool[np.ndarray, "images attributes"]
    always: Bool[np.ndarray, " attributes"]
    probabilities: Float[np.ndarray, "images attributes"]

    @property
    def images(self) -> int:
        """How many images there are."""
        return len(self.present)

    def of(self, columns: Sequence[int]) -> "Found":
        """The same of some of the attributes."""
        return Found(
            tuple(self.attributes[column] for column in columns),
            self.present[:, columns],
            self.named[:, columns],
            self.always[list(columns)],
            self.probabilities[:, columns],
        )


@dataclass(frozen=True, eq=False)
class Counts:
    """How many images of a drawing have an attribute, are found by it, and both."""

    images: Num[np.ndarray, "drawings 1"]
    present: Num[np.ndarray, "drawings attributes"]
    named: Num[np.ndarray, "drawings attributes"]
    both: Num[np.ndarray, "drawings attributes"]


def recall(counts: Counts) -> np.ndarray:
    """Found and right, of those that are right."""
    return divided(counts.both.sum(1), counts.present.sum(1))


def precision(counts: Counts) -> np.ndarray:
    """Found and right, of those that are found. The paper's Table 2 calls it accuracy."""
    # Differs from arXiv:1805.08969: with its recall and true negatives, its "accuracy" can be nothing but precision.
    return divided(counts.both.sum(1), counts.named.sum(1))


def true_negative_rate(counts: Counts) -> np.ndarray:
    """Neither found nor right, of those that are not right."""
    neither = counts.images - counts.present - counts.named + counts.both
    return divided(neither.sum(1), (counts.images - counts.present).sum(1))


def accuracy(counts: Counts) -> np.ndarray:
    """Found and right, or neither, of all."""
    same = counts.images - counts.present - counts.named + 2 * counts.both
    return divided(same.sum(1), np.broadcast_to(counts.images, same.shape).sum(1))


Counting: TypeAlias = Callable[[np.ndarray], Counts]

MEASURES: Mapping[NamedNode, Callable[[Counts], np.ndarray]] = {
    RETRIEVAL_RECALL: recall,
    RETRIEVAL_PRECISION: precision,
    RETRIEVAL_TRUE_NEGATIVE_RATE: true_negative_rate,
    RETRIEVAL_ACCURACY: accuracy,
}


def most_frequent(images: Num[np.ndarray, " attributes"], number: int = 50) -> np.ndarray:
    """The attributes that most images have, by their place; of as frequent ones the first. None that no image has.

    >>> most_frequent(np.array([0, 3, 5, 3]), 2)
    array([2, 1])
    """
    order = np.argsort(-images, kind="stable")[:number]
    return order[images[order] > 0]


def top(
    densities: Float[np.ndarray, "images attributes"], number: int = 5
) -> Bool[np.ndarray, "images attributes"]:
    """Which attributes are the most probable of each image; of as probable ones the first.

    >>> top(np.array([[0.2, 0.5, 0.2, 0.1]]), 2)
    array([[ True,  True, False, False]])
    """
    best = np.argsort(-densities, axis=1, kind="stable")[:, :number]
    chosen: Bool[np.ndarray, "images attributes"] = np.zeros(densities.shape, dtype=bool)
    np.put_along_axis(chosen, best, values=True, axis=1)
    return chosen


def retrieval(found: Found, bootstrap: Bootstrap = USUAL) -> list[Figure]:
    """Each measure over all attributes, of the baselines, and by how much it is above them; then average precision."""
    own, baselines = _sentences(found)
    figures = [
        figure
        for metric, measure in MEASURES.items()
        for figure in measured(
            Figure(metric, found.images),
            _after(measure, own),
            {name: _after(measure, counts) for name, counts in baselines.items()},
            bootstrap,
        )
    ]
    return figures + _ranked(Figure(MEAN_AVERAGE_PRECISION, found.images), found, bootstrap)


def retrieval_of_attributes(found: Found, bootstrap: Bootstrap = USUAL) -> list[Figure]:
    """Average precision of each attribute apart, as ``retrieval`` gives it of all."""
    return [
        figure
        for column, attribute in enumerate(found.attributes)
        for figure in _ranked(
            Figure(AVERAGE_PRECISION, found.images, attribute=attribute), found.of([column]), bootstrap
        )
    ]


def counted(
    weights: Num[np.ndarray, "drawings images"],
    present: Bool[np.ndarray, "images attributes"],
    named: Bool[np.ndarray, "images attributes"],
) -> Counts:
    """How many images there are of each kind, each image as often as it was drawn."""
    images = weights.sum(1, keepdims=True)
    have, found, both = (weights @ kind.astype(np.float32) for kind in (present, named, present & named))
    return Counts(images, have, found, both)


def dealt(counts: Counts) -> Counts:
    """What is found if explanations are dealt to images by lot: of each attribute as many, right as often as any."""
    return replace(counts, both=counts.named * counts.present / counts.images)


def _sentences(found: Found) -> tuple[Counting, dict[str, Counting]]:
    always = np.broadcast_to(found.always, found.named.shape)
    own = partial(counted, present=found.present, named=found.named)
    return own, {
        PERMUTED: lambda weights: dealt(own(weights)),
        CONSTANT: partial(counted, present=found.present, named=always),
    }


def _after(measure: Callable[[Counts], np.ndarray], counting: Counting) -> Measure:
    return lambda weights: measure(counting(weights))


def _ranked(figure: Figure, found: Found, bootstrap: Bootstrap) -> list[Figure]:
    own = partial(mean_average_precision, present=found.present, scores=found.probabilities)
    baselines: dict[str, Measure] = {
        PERMUTED: partial(precision_by_lot, present=found.present),
        CONSTANT: partial(prevalence, present=found.present),
    }
    return measured(figure, own, baselines, bootstrap)
