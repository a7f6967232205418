"""How often the tags of an image's active filters name its class: Hits@n, with its level by chance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from kgexplain.activations.statistic import OUTPUT, Batch, host


@dataclass(frozen=True)
class LayerTags:
    """Tags of one layer, and how an image's active filters are found there.

    ``number`` filters are active: those with the largest scaled activation, less ``centre``, over ``spread``.
    """

    tags: Bool[np.ndarray, "classes filters"]
    number: int
    centre: Float[np.ndarray, " filters"]
    spread: Float[np.ndarray, " filters"]

    @property
    def identity(self) -> str:
        """Words that differ whenever the tags, or how active filters are found, do."""
        return (
            f"{self.number} {self.tags.shape} {np.packbits(self.tags).tobytes().hex()} "
            f"{self.centre.tobytes().hex()} {self.spread.tobytes().hex()}"
        )

    def active(self, scaled: Float[Tensor, "images filters"]) -> Bool[Tensor, "images filters"]:
        """The active filters of each image, by its scaled activations."""
        centre, spread = (torch.from_numpy(a).to(scaled.device) for a in (self.centre, self.spread))
        return active((scaled - centre) / spread, self.number)


class TagHits:
    """Sums of Hits@n over images: whether the class is among the n tags that most active filters carry.

    Of tags carried by equally many filters, any order is as likely as another: an image scores the probability that
    its class is among the first n. A tag that no active filter carries is never a hit. ``chance`` is the mean of the
    same score for the classes of all images given to the images at random, exactly, not by sampling.
    """

    _FIELDS = ("counts", "right", "predicted", "true_hits", "predicted_hits", "missed_hits", "any_hits")

    def __init__(self, layers: Mapping[str, LayerTags], at: tuple[int, ...] = (1, 5, 10, 50)) -> None:
        self.tagged = dict(layers)
        self.at = at
        classes = len(next(iter(layers.values())).tags)
        self.counts = np.zeros(classes, np.int64)  # images of each class
        self.right = np.zeros(classes, np.int64)  # of them, predicted right
        self.predicted = np.zeros(classes, np.int64)  # predictions of each class
        self.true_hits = np.zeros((len(at), classes))  # by true class, against it
        self.predicted_hits = np.zeros((len(at), classes))  # by true class, against the prediction
        self.missed_hits = np.zeros((len(at), classes))  # of wrong predictions, by true class, against it
        self.any_hits = np.zeros(
            (len(at), classes)
        )  # what each class as the label of every image would score
        self._carried: Float[Tensor, "images classes"] | None = None
        self._tags: dict[str, Tensor] = {}

    @property
    def layers(self) -> tuple[str, ...]:
        return (*self.tagged, OUTPUT)

    @property
    def identity(self) -> str:
        parts = [f"{name} {layer.identity}" for name, layer in self.tagged.items()]
        return f"TagHits({self.at}, {parts})"

    def observe(self, batch: Batch) -> None:
        if batch.layer == OUTPUT:
            self._count(host(batch.labels), host(batch.maps.argmax(1)))
            self._carried = None
        else:
            carried = self._carrying(batch)
            self._carried = carried if self._carried is None else self._carried + carried

    def merge(self, other: "TagHits") -> None:
        for field in self._FIELDS:
            getattr(self, field)[...] += getattr(other, field)

    def state(self) -> dict[str, np.ndarray]:
        return {field: getattr(self, field).copy() for field in self._FIELDS}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        for field in self._FIELDS:
            getattr(self, field)[...] = state[field]

    def _carrying(self, batch: Batch) -> Float[Tensor, "images classes"]:
        """For each image, how many of its active filters in this layer carry each tag."""
        layer = self.tagged[batch.layer]
        scaled = batch.reduced.scaled
        device = scaled.device
        if batch.layer not in self._tags:
            self._tags[batch.layer] = torch.from_numpy(layer.tags).to(device, torch.float32).T
        return layer.active(scaled).float() @ self._tags[batch.layer]

    def _count(self, labels: np.ndarray, predicted: np.ndarray) -> None:
        if self._carried is None:
            raise ValueError("the output was observed before the layers")
        known = labels >= 0
        labels, predicted = labels[known], predicted[known]
        scores = host(hits(self._carried, self.at))[:, known]
        rows = np.arange(len(labels))
        wrong = (labels != predicted)[None]
        np.add.at(self.counts, labels, 1)
        np.add.at(self.right, labels[labels == predicted], 1)
        np.add.at(self.predicted, predicted, 1)
        for sums, values in (
            (self.true_hits, scores[:, rows, labels]),
            (self.predicted_hits, scores[:, rows, predicted]),
            (self.missed_hits, scores[:, rows, labels] * wrong),
        ):
            np.add.at(sums.T, labels, values.T)
        self.any_hits += scores.sum(1)


def active(values: Float[Tensor, "images filters"], number: int) -> Bool[Tensor, "images filters"]:
    """The ``number`` filters of each image with the largest value; of equals the lower index.

    >>> active(torch.tensor([[1.0, 3.0, 3.0, 3.0]]), 2)
    tensor([[False,  True,  True, False]])
    """
    order = torch.argsort(values, dim=1, descending=True, stable=True)[:, :number]
    return torch.zeros(values.shape, dtype=torch.bool, device=values.device).scatter_(1, order, value=True)


def hits(carried: Float[Tensor, "images classes"], at: tuple[int, ...]) -> Float[Tensor, "n images classes"]:
    """Probability that each class is among the n most carried tags, ties in random order; 0 for a tag not carried.

    >>> hits(torch.tensor([[4.0, 2.0, 2.0, 0.0]]), (1, 2, 4))[:, 0]
    tensor([[1.0000, 0.0000, 0.0000, 0.0000],
            [1.0000, 0.5000, 0.5000, 0.0000],
            [1.0000, 1.0000, 1.0000, 0.0000]], dtype=torch.float64)
    """
    ascending = carried.sort(dim=1).values
    up_to = torch.searchsorted(ascending, carried.contiguous(), right=True)
    below = torch.searchsorted(ascending, carried.contiguous())
    before, alike = carried.shape[1] - up_to, up_to - below
    return torch.stack([((n - before) / alike).double().clamp(0, 1) * (carried > 0) for n in at])
