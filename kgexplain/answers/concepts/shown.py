"""Which image shows which concept, and what a network takes it for, as a graph says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int


class Sight(NamedTuple):
    """That an image, which is predicted to be of a class, shows a concept; None if it shows none. Things are IRIs."""

    image: str
    predicted: str
    concept: str | None


@dataclass(frozen=True)
class Shown:
    """Images and the concepts that they show, each in the order of their IRIs; ``predicted`` are places in ``classes``.

    ``names`` are of classes and concepts.
    """

    images: tuple[str, ...]
    classes: tuple[str, ...]
    concepts: tuple[str, ...]
    predicted: Int[np.ndarray, " images"]
    shows: Bool[np.ndarray, "images concepts"]
    names: Mapping[str, str]

    def of(self, class_: int) -> Bool[np.ndarray, " images"]:
        """The images that are predicted to be of a class."""
        return np.asarray(self.predicted == class_)


def shown(sights: Iterable[Sight], names: Mapping[str, str]) -> Shown:
    """What images show, from a row for each concept of each image; the order of the rows does not matter."""
    rows = list(sights)
    predictions = {row.image: row.predicted for row in rows}
    images = tuple(sorted(predictions))
    classes = tuple(sorted(set(predictions.values())))
    concepts = tuple(sorted({row.concept for row in rows if row.concept is not None}))
    place = {iri: i for things in (images, classes, concepts) for i, iri in enumerate(things)}
    matrix = np.zeros((len(images), len(concepts)), dtype=bool)
    for row in rows:
        if row.concept is not None:
            matrix[place[row.image], place[row.concept]] = True
    predicted = np.array([place[predictions[image]] for image in images], dtype=np.int64)
    return Shown(images, classes, concepts, predicted, matrix, dict(names))
