"""Why a network would call an image a class, as statements: the attributes that speak for it (docs/attributes.md)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from pyoxigraph import Literal, NamedNode

from kgexplain.explainers.activated import pictured
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.densities import mixture, positive_share, steady
from kgexplain.explainers.estimates import Terms, first, places
from kgexplain.explainers.learned import Densities
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    FOR_CLASS,
    HAS_RATIONALE,
    POSITIVE_SHARE,
    RATIONALE,
    WEIGHTS_BY,
    A,
    Statement,
    thing,
)


@dataclass(frozen=True, eq=False)
class Reasons:
    """What filters contribute to the scores of some classes, for one image: φ w, filter by filter.

    ``contributions`` has a row for each of ``classes``, which are indices. ``weights_by`` is ``linear`` or
    ``gradient``; ``label`` is None where the image's class is not known.
    """

    key: str
    image: NamedNode
    predicted: int
    probability: float
    classes: tuple[int, ...]
    contributions: Float[np.ndarray, "asked filters"]
    weights_by: str
    label: int | None = None


class Rationales:
    """Makes rationales of images, from what a run has learned; for one graph, whose nodes are named after ``document``.

    p(t|x, c) is the mixture of the filters' densities by their importances (equations 5 and 6). For the classes that
    are explained together of one image, the ``number`` most probable attributes of any of them are stated for all, each
    with its place among all attributes, so that two classes can be compared by what is stated.
    """

    def __init__(
        self,
        method: AttributeDensity,
        network: Architecture,
        document: str,
        learned: Densities,
        number: int = 20,
    ) -> None:
        self.method = method
        self.network = network
        self.document = document
        self.learned = learned
        self.number = number
        self.terms = Terms(learned.phrases)

    def statements(self, reasons: Reasons) -> Iterator[Statement]:
        """The image, and a rationale for each of the classes."""
        yield from pictured(
            self.network,
            reasons.image,
            reasons.key,
            reasons.label,
            reasons.predicted,
            reasons.probability,
        )
        found = self.densities(reasons.contributions)
        chosen = np.unique(np.concatenate([first(steady(density), self.number) for density in found]))
        for index in chosen.tolist():
            yield from self.terms.described(index)
        share = positive_share(reasons.contributions).tolist()
        for class_, density, positive in zip(reasons.classes, found, share, strict=True):
            yield from self._rationale(reasons, class_, density, chosen)
            yield Statement(self._node(reasons, class_), POSITIVE_SHARE, Literal(positive))

    def densities(
        self, contributions: Float[np.ndarray, "asked filters"]
    ) -> Float[np.ndarray, "asked attributes"]:
        """p(t|x, c), a row for each class; where nothing speaks for the class, the mean of all filters' densities."""
        return mixture(self.learned.filters, self.method.importances(contributions))

    def _node(self, reasons: Reasons, class_: int) -> NamedNode:
        return thing(self.document, "rationale", reasons.key, self.network.classes[class_].key)

    def _rationale(
        self, reasons: Reasons, class_: int, density: np.ndarray, chosen: np.ndarray
    ) -> Iterator[Statement]:
        node, key = self._node(reasons, class_), self.network.classes[class_].key
        yield Statement(reasons.image, HAS_RATIONALE, node)
        yield Statement(node, A, RATIONALE)
        yield Statement(node, FOR_CLASS, self.network.class_(class_))
        yield Statement(node, WEIGHTS_BY, Literal(reasons.weights_by))
        stem = thing(self.document, "attribute", "rationale", reasons.key, key)
        yield from self.terms.estimates(node, stem, density, chosen, places(steady(density))[chosen])
