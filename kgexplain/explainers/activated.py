"""What one image shows, as statements: its class, the network's prediction, and the filters that it activates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from pyoxigraph import Literal, NamedNode

from kgexplain.explainers.filtag import FilTag, best
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    ACTIVATES,
    ACTIVATION,
    ACTIVATION_CLASS,
    ACTIVE_FILTER,
    DIGEST,
    IDENTIFIER,
    IMAGE,
    PREDICTED_CLASS,
    PROBABILITY,
    RANK,
    TRUE_CLASS,
    A,
    Statement,
    document,
    thing,
)


@dataclass(frozen=True)
class Shot:
    """One photograph, known by what is in the file: its name, its SHA-256, and its class's index where that is known."""

    name: str
    digest: str
    label: int | None = None

    @property
    def iri(self) -> NamedNode:
        """The image's IRI; the same file is the same image, wherever it lies."""
        return NamedNode(document("image", self.name, self.digest[:16]))


@dataclass(frozen=True)
class Selection:
    """How active filters are found: as the tags were (k or q, and the same contrast).

    ``centres`` and ``spreads`` are those of the class means, layer by layer.
    """

    method: FilTag
    centres: Mapping[str, Float[np.ndarray, " filters"]]
    spreads: Mapping[str, Float[np.ndarray, " filters"]]

    def values(self, layer: str, scaled: Float[np.ndarray, " filters"]) -> Float[np.ndarray, " filters"]:
        """What the filters of a layer are compared by."""
        if layer not in self.centres:
            return scaled
        values: np.ndarray = (scaled - self.centres[layer]) / self.spreads[layer]
        return values


def shown(
    network: Architecture,
    run: str,
    shot: Shot,
    scaled: Mapping[str, Float[np.ndarray, " filters"]],
    scores: Float[np.ndarray, " classes"],
    selection: Selection,
) -> Iterator[Statement]:
    """The image, its prediction with its softmax probability, and its active filters in each layer, by rank.

    ``run`` is the IRI that the activations are named after.
    """
    image = shot.iri
    probabilities = np.exp(scores.astype(np.float64) - scores.max())
    predicted = int(scores.argmax())
    probability = float(probabilities[predicted] / probabilities.sum())
    yield from pictured(network, image, shot.name, shot.label, predicted, probability)
    yield Statement(image, DIGEST, Literal(shot.digest))
    for layer, means in scaled.items():
        values = selection.values(layer, means)
        yield from _activations(network, run, image, layer, values, selection.method.number(len(means)))


def pictured(
    network: Architecture, image: NamedNode, name: str, label: int | None, predicted: int, probability: float
) -> Iterator[Statement]:
    """An image, its class where that is known, and the network's prediction with its softmax probability."""
    yield Statement(image, A, IMAGE)
    yield Statement(image, IDENTIFIER, Literal(name))
    if label is not None:
        yield Statement(image, TRUE_CLASS, network.class_(label))
    yield Statement(image, PREDICTED_CLASS, network.class_(predicted))
    yield Statement(image, PROBABILITY, Literal(probability))


def _activations(
    network: Architecture, run: str, image: NamedNode, layer: str, values: np.ndarray, number: int
) -> Iterator[Statement]:
    active = np.flatnonzero(best(values[None], number)[0])
    for rank, filter_ in enumerate(active[np.argsort(-values[active], kind="stable")].tolist(), start=1):
        node = thing(run, "activation", layer, filter_)
        yield Statement(image, ACTIVATES, node)
        yield Statement(node, A, ACTIVATION_CLASS)
        yield Statement(node, ACTIVE_FILTER, network.filter(layer, filter_))
        yield Statement(node, ACTIVATION, Literal(float(values[filter_])))
        yield Statement(node, RANK, Literal(rank))
