"""What filters add to the scores of the classes that matter to an image, and to a class by its images."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.special import softmax

from kgexplain.activations.gradients import gradients
from kgexplain.activations.head import Head
from kgexplain.activations.pooled import ClassTotals
from kgexplain.activations.statistic import HEAD, OUTPUT, Batch, host
from kgexplain.inputs.network import Network


class Weighed(NamedTuple):
    """Images, a row each: what they show, what they are taken for, φ, and the weights found image by image.

    ``gradients`` has two rows for each image, of the predicted and of the true class, which are 0 where the true
    class is not known (label −1); no rows if the head is linear, whose weights are the same for all images.
    """

    keys: np.ndarray
    labels: Int[np.ndarray, " images"]
    predicted: Int[np.ndarray, " images"]
    probabilities: Float[np.ndarray, " images"]
    true_probabilities: Float[np.ndarray, " images"]
    pooled: Float[np.ndarray, "images filters"]
    gradients: Float[np.ndarray, "images rows filters"]


def weights(head: Head, images: Weighed, row: int) -> Float[np.ndarray, "2 filters"]:
    """Weights of the filters of one image for its predicted and its true class; 0 where that is not known."""
    if head.weights is None:
        found: np.ndarray = images.gradients[row]
        return found
    true = images.labels[row]
    known = np.array([[True], [true >= 0]])
    rows: np.ndarray = np.where(known, head.weights[[images.predicted[row], max(true, 0)]], np.float32(0))
    return rows


class Contributions:
    """φ of each image, and its filters' weights for the predicted and for the true class.

    What is remembered grows with the images: four bytes for each filter, 8 KB for 2,048; three times that if weights
    come from the gradient. The gradient takes a second pass and two ways back for each batch. Images are known by
    their keys, which no two share.
    """

    def __init__(self, network: Network, head: Head) -> None:
        self.network = network
        self.head = head
        self._parts: list[Weighed] = []
        self._pooled: Float[np.ndarray, "images filters"] | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        return (OUTPUT,) if self.head.linear is None else (HEAD, OUTPUT)

    @property
    def identity(self) -> str:
        return f"Contributions({self.head.layer!r}, {self.head.filters}, {self.head.linear!r})"

    @property
    def images(self) -> Weighed:
        """All images, sorted by key."""
        parts = self._parts or [_nothing(self.head, 0)]
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Weighed(*(column[order] for column in columns))

    def observe(self, batch: Batch) -> None:
        if batch.layer == HEAD:
            self._pooled = host(batch.maps.float())
            return
        labels, scores = host(batch.labels), host(batch.maps).astype(np.float64)
        predicted, rows = scores.argmax(1), np.arange(len(labels))
        probabilities = softmax(scores, axis=1)
        true = np.where(labels >= 0, probabilities[rows, labels], 0.0)
        pooled, found = self._weighed(batch, np.stack([predicted, labels], 1))
        keys = np.array(batch.images, dtype=np.str_)
        self._parts.append(
            Weighed(keys, labels, predicted, probabilities[rows, predicted], true, pooled, found)
        )

    def merge(self, other: "Contributions") -> None:
        self._parts.append(other.images)

    def state(self) -> dict[str, np.ndarray]:
        return self.images._asdict()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._parts = [Weighed(*(state[name].copy() for name in Weighed._fields))]

    def _weighed(self, batch: Batch, classes: Int[np.ndarray, "images 2"]) -> tuple[np.ndarray, np.ndarray]:
        if self.head.linear is None:
            return _by_gradient(self.network, self.head, batch, classes)
        if self._pooled is None:
            raise ValueError("the output was observed before the head")
        pooled, self._pooled = self._pooled, None
        return pooled, _nothing(self.head, len(pooled)).gradients


class ClassGradients(ClassTotals):
    """Mean weights of the filters for each class over its images, where weights come from the gradient.

    For heads that are not linear; linear ones have weights of their own, which ``means`` are in place of. It takes a
    second pass and one way back for each batch.
    """

    def __init__(self, network: Network, head: Head) -> None:
        super().__init__(len(network.classes), head.filters)
        self.network = network
        self.head = head

    @property
    def layers(self) -> tuple[str, ...]:
        return (OUTPUT,)

    @property
    def identity(self) -> str:
        return f"ClassGradients({self.head.layer!r}, {self.sums.shape})"

    def observe(self, batch: Batch) -> None:
        labels = host(batch.labels)
        _, found = _by_gradient(self.network, self.head, batch, labels[:, None])
        self.add(labels, found[:, 0])


def _by_gradient(
    network: Network, head: Head, batch: Batch, classes: Int[np.ndarray, "images asked"]
) -> tuple[Float[np.ndarray, "images filters"], Float[np.ndarray, "images asked filters"]]:
    """φ and weights; those of a class −1 are 0."""
    chosen = torch.from_numpy(classes.clip(min=0))
    found = gradients(network, head.layer, batch.pixels, lambda _: chosen)
    pooled = host(found.maps.mean((2, 3), dtype=torch.float32))
    return pooled, np.where(classes[..., None] >= 0, host(found.weights.float()), np.float32(0))


def _nothing(head: Head, images: int) -> Weighed:
    numbers, shares = np.zeros(images, np.int64), np.zeros(images)
    pooled = np.zeros((images, head.filters), np.float32)
    rows = np.zeros((images, 2 if head.linear is None else 0, head.filters), np.float32)
    return Weighed(np.zeros(images, np.str_), numbers, numbers, shares, shares, pooled, rows)
