"""Which filters each misclassified image activates, and what images that are predicted right usually do."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from scipy.special import softmax
from torch import Tensor

from kgexplain.activations.agreement import LayerTags
from kgexplain.activations.statistic import OUTPUT, Batch, host


class Wrong(NamedTuple):
    """Misclassified images, a row each: what they show, what they are taken for, and which filters they activate.

    ``true_places`` is the place of the true class among the network's scores, 1 = first; ``packed`` has one bit for
    each filter of all layers, one layer after another.
    """

    keys: np.ndarray
    labels: Int[np.ndarray, " images"]
    predicted: Int[np.ndarray, " images"]
    probabilities: Float[np.ndarray, " images"]
    true_probabilities: Float[np.ndarray, " images"]
    true_places: Int[np.ndarray, " images"]
    packed: UInt8[np.ndarray, "images bytes"]


class Mistakes:
    """Each misclassified image with its active filters; of images predicted right, sums only.

    The support of a class by an image is the number of the image's active filters that the class tags. It is whole,
    so sums are exact in any order. What is remembered grows with the number of mistakes, not of images: about a
    hundred bytes and one bit for each filter. Images are known by their keys, which no two share.
    """

    _SUMS = ("seen", "right", "own", "own_squares", "support", "squares", "probability", "right_active")

    def __init__(self, layers: Mapping[str, LayerTags]) -> None:
        self.tagged = dict(layers)
        tags = np.concatenate([layer.tags for layer in layers.values()], axis=1)
        classes, filters = tags.shape
        self.filters = filters
        self.tags = np.flatnonzero(tags.any(1))  # classes that tag any filter
        self.seen = np.zeros(classes, np.int64)  # images of each class
        self.right = np.zeros(classes, np.int64)  # of them, predicted right
        self.own = np.zeros(classes, np.int64)  # their support of their own class
        self.own_squares = np.zeros(classes, np.int64)
        self.support = np.zeros(len(self.tags), np.int64)  # of each tag, by all images predicted right
        self.squares = np.zeros(len(self.tags), np.int64)
        self.probability = np.zeros(classes)  # of right predictions
        self.right_active = np.zeros(filters, np.int64)  # images predicted right that activate each filter
        self._wrong: list[Wrong] = []
        self._active: dict[str, Bool[np.ndarray, "images filters"]] = {}
        self._support: Tensor | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        return (*self.tagged, OUTPUT)

    @property
    def identity(self) -> str:
        parts = [f"{name} {layer.identity}" for name, layer in self.tagged.items()]
        return f"Mistakes({parts})"

    @property
    def wrong(self) -> Wrong:
        """The misclassified images, sorted by key."""
        parts = self._wrong or [_nothing((self.filters + 7) // 8)]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Wrong(*(column[order] for column in columns))

    def observe(self, batch: Batch) -> None:
        if batch.layer == OUTPUT:
            self._judge(batch)
            self._active, self._support = {}, None
            return
        layer = self.tagged[batch.layer]
        chosen = layer.active(batch.reduced.scaled)
        carriers = torch.from_numpy(layer.tags[self.tags]).to(chosen.device, torch.float32).T
        support = chosen.float() @ carriers
        self._active[batch.layer] = host(chosen)
        self._support = support if self._support is None else self._support + support

    def merge(self, other: "Mistakes") -> None:
        for field in self._SUMS:
            getattr(self, field)[...] += getattr(other, field)
        self._wrong.append(other.wrong)

    def state(self) -> dict[str, np.ndarray]:
        return {
            **{field: getattr(self, field).copy() for field in self._SUMS},
            **{f"wrong_{name}": column for name, column in self.wrong._asdict().items()},
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        for field in self._SUMS:
            getattr(self, field)[...] = state[field]
        self._wrong = [Wrong(*(state[f"wrong_{name}"].copy() for name in Wrong._fields))]

    def _judge(self, batch: Batch) -> None:
        if self._support is None:
            raise ValueError("the output was observed before the layers")
        labels, scores = host(batch.labels), host(batch.maps).astype(np.float64)
        chosen = np.concatenate([self._active[layer] for layer in self.tagged], axis=1)
        support = host(self._support).astype(np.int64)
        predicted = scores.argmax(1)
        probabilities = softmax(scores, axis=1)
        known, right = labels >= 0, labels == predicted
        np.add.at(self.seen, labels[known], 1)
        self._add_right(labels[right], support[right], probabilities[right], chosen[right])
        rows = np.flatnonzero(known & ~right)
        true = scores[rows, labels[rows]]
        self._wrong.append(
            Wrong(
                np.array(batch.images, dtype=np.str_)[rows],
                labels[rows],
                predicted[rows],
                probabilities[rows, predicted[rows]],
                probabilities[rows, labels[rows]],
                1 + (scores[rows] > true[:, None]).sum(1),
                np.packbits(chosen[rows], axis=1),
            )
        )

    def _add_right(
        self, labels: np.ndarray, support: np.ndarray, probabilities: np.ndarray, chosen: np.ndarray
    ) -> None:
        np.add.at(self.right, labels, 1)
        self.support += support.sum(0)
        self.squares += (support**2).sum(0)
        np.add.at(self.probability, labels, probabilities[np.arange(len(labels)), labels])
        self.right_active += chosen.sum(0)
        rows, columns = np.nonzero(labels[:, None] == self.tags)
        own = support[rows, columns]
        np.add.at(self.own, labels[rows], own)
        np.add.at(self.own_squares, labels[rows], own**2)


def _nothing(bytes_: int) -> Wrong:
    numbers, shares = np.zeros(0, np.int64), np.zeros(0)
    packed = np.zeros((0, bytes_), np.uint8)
    return Wrong(np.zeros(0, np.str_), numbers, numbers, shares, shares, numbers, packed)
