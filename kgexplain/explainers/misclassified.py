"""What a run over labelled images shows, as statements: each mistake with its active filters, and what is usual."""

from collections.abc import Iterator, Sequence

import numpy as np
from pyoxigraph import Literal, NamedNode

from kgexplain.activations.mistakes import Mistakes
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    ACTIVATES_FILTER,
    ACTIVE_IN_RIGHT,
    IDENTIFIER,
    IMAGE,
    OTHER_DEVIATION,
    OTHER_SUPPORT,
    OWN_DEVIATION,
    OWN_SUPPORT,
    PREDICTED_CLASS,
    PROBABILITY,
    RIGHT_IMAGES,
    SEEN_IMAGES,
    SUPPORTED_CLASS,
    TRUE_CLASS,
    TRUE_PLACE,
    TRUE_PROBABILITY,
    USUAL_PROBABILITY,
    USUAL_SUPPORT,
    A,
    Statement,
    thing,
)


def observed(network: Architecture, run: str, document: str, shown: Mistakes) -> Iterator[Statement]:
    """All that the statistic remembers; images are named after ``document``, nodes of the run after ``run``."""
    filters = [
        network.filter(layer, i) for layer in shown.tagged for i in range(network.layers[layer].filters)
    ]
    yield from _wrong(network, document, shown, filters)
    for filter_, images in zip(filters, shown.right_active.tolist(), strict=True):
        yield Statement(filter_, ACTIVE_IN_RIGHT, Literal(images))
    for class_ in np.union1d(np.flatnonzero(shown.seen), shown.tags).tolist():
        yield from _usual(network, run, shown, class_)


def _wrong(
    network: Architecture, document: str, shown: Mistakes, filters: Sequence[NamedNode]
) -> Iterator[Statement]:
    wrong = shown.wrong
    classes = [network.class_(class_.index) for class_ in network.classes]
    for row, key in enumerate(wrong.keys.tolist()):
        image = thing(document, "image", key)
        yield Statement(image, A, IMAGE)
        yield Statement(image, IDENTIFIER, Literal(key))
        yield Statement(image, TRUE_CLASS, classes[wrong.labels[row]])
        yield Statement(image, PREDICTED_CLASS, classes[wrong.predicted[row]])
        yield Statement(image, PROBABILITY, Literal(float(wrong.probabilities[row])))
        yield Statement(image, TRUE_PROBABILITY, Literal(float(wrong.true_probabilities[row])))
        yield Statement(image, TRUE_PLACE, Literal(int(wrong.true_places[row])))
        active = np.flatnonzero(np.unpackbits(wrong.packed[row], count=len(filters))).tolist()
        yield from (Statement(image, ACTIVATES_FILTER, filters[filter_]) for filter_ in active)


def _usual(network: Architecture, run: str, shown: Mistakes, class_: int) -> Iterator[Statement]:
    node = thing(run, "usual", network.classes[class_].key)
    right = int(shown.right[class_])
    yield Statement(node, A, USUAL_SUPPORT)
    yield Statement(node, SUPPORTED_CLASS, network.class_(class_))
    yield Statement(node, SEEN_IMAGES, Literal(int(shown.seen[class_])))
    yield Statement(node, RIGHT_IMAGES, Literal(right))
    if right:
        yield Statement(node, USUAL_PROBABILITY, Literal(float(shown.probability[class_] / right)))
    for column in np.flatnonzero(shown.tags == class_).tolist():
        own, own_squares = float(shown.own[class_]), float(shown.own_squares[class_])
        others = int(shown.right.sum()) - right
        rest, squares = float(shown.support[column]) - own, float(shown.squares[column]) - own_squares
        for number, sums, (mean, deviation) in (
            (right, (own, own_squares), (OWN_SUPPORT, OWN_DEVIATION)),
            (others, (rest, squares), (OTHER_SUPPORT, OTHER_DEVIATION)),
        ):
            if number:
                yield Statement(node, mean, Literal(sums[0] / number))
                yield Statement(node, deviation, Literal(_deviation(number, *sums)))


def _deviation(number: int, total: float, squares: float) -> float:
    """Standard deviation by number, sum and sum of squares.

    >>> _deviation(2, 4.0, 10.0)
    1.0
    """
    return float(max(squares / number - (total / number) ** 2, 0.0) ** 0.5)
