"""What a pass showed, and what was learned of attributes from it: probabilities, given a filter and given a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from kgexplain.inputs.attributes import Phrase


@dataclass(frozen=True, eq=False)
class Seen:
    """What one pass showed of the filters: sums and numbers of images, of each attribute, of all, of each class.

    ``sums`` and ``counts`` are Σ_x p(x|t) φ(x) and Σ_x p(x|t); ``class_weights`` is what φ is multiplied by to give
    what a filter adds to a class's score, NaN where it is not known; ``described`` is how many images of each class
    something is said of.
    """

    sums: Float[np.ndarray, "attributes filters"]
    counts: Float[np.ndarray, " attributes"]
    total: Float[np.ndarray, " filters"]
    images: int
    class_sums: Float[np.ndarray, "classes filters"]
    class_counts: Int[np.ndarray, " classes"]
    class_weights: Float[np.ndarray, "classes filters"]
    described: Int[np.ndarray, " classes"]


@dataclass(frozen=True, eq=False)
class Densities:
    """p(t|f) of the filters of one layer, and p(t|c) of the network's classes, as they are kept beside a graph.

    Each column sums to 1. The density of a filter that never fired is the prior; of a class of which no image was
    described, it is not known: NaN.
    """

    layer: str
    phrases: tuple[Phrase, ...]
    filters: Float[np.ndarray, "attributes filters"]
    classes: Float[np.ndarray, "attributes classes"]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The place of each attribute among all, by its text."""
        return {phrase.text: place for place, phrase in enumerate(self.phrases)}

    def arrays(self) -> dict[str, dict[str, np.ndarray]]:
        """Arrays by title, and there by layer; ``names`` are pairs of adjective and noun.

        >>> kept = Densities("conv5", (Phrase("red", "eye"),), np.ones((1, 2), np.float32), np.ones((1, 3), np.float32))
        >>> kept.arrays()["names"]["conv5"].tolist(), densities_of(kept.arrays()).phrases[0].text
        ([['red', 'eye']], 'red eye')
        """
        names = np.array([tuple(phrase) for phrase in self.phrases], dtype=np.str_)
        return {
            "densities": {self.layer: self.filters},
            "classes": {self.layer: self.classes},
            "names": {self.layer: names},
        }


def densities_of(arrays: Mapping[str, Mapping[str, np.ndarray]]) -> Densities:
    """What ``Densities.arrays`` gave, by title and layer."""
    ((layer, filters),) = arrays["densities"].items()
    phrases = tuple(Phrase(adjective, noun) for adjective, noun in arrays["names"][layer].tolist())
    return Densities(layer, phrases, filters, arrays["classes"][layer])
