"""The door: what is remembered of a pass over the images."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int
from torch import Tensor

from kgexplain.activations.reduction import Reduction, reduce

OUTPUT = ""
"""The place of the network's own output, its scores, among the layers; torch names the whole network so, too."""

HEAD = ".head"
"""The place of what the network's one linear layer gets: the mean of each last map. No module's name begins so."""


@dataclass(frozen=True)
class Batch:
    """What one forward pass shows of one layer.

    ``maps`` may change or go when ``observe`` returns: later layers work in place. Keep numbers, not maps.

    ``labels`` are indices into the network's classes, −1 where the class is not known; of the place ``OUTPUT``,
    ``maps`` are the scores before any softmax, shape (images, classes), of the place ``HEAD`` the means of the last
    maps, shape (images, filters). ``floor`` is a value that the layer's maps cannot fall below, 0 after a ReLU.
    """

    layer: str
    images: tuple[str, ...]
    labels: Int[Tensor, " images"]
    pixels: Float[Tensor, "images colours height width"]
    maps: Float[Tensor, "images ..."]
    floor: float = -math.inf

    @cached_property
    def reduced(self) -> Reduction:
        """Mean of each map, lowest and highest value of the layer, per image; computed once for all statistics."""
        return reduce(self.maps, self.floor)


@runtime_checkable
class Statistic(Protocol):
    """Numbers that grow with classes and filters, never with images.

    Laws, tested for every statistic: observing all images is observing two parts and merging; merging is
    associative; a fresh statistic is neutral; ``restore(state())`` gives the same; ``state`` is a snapshot.
    """

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it observes, ``OUTPUT`` among them if it wants the scores, ``HEAD`` if the pooled last maps."""

    @property
    def identity(self) -> str:
        """What it counts, in words that differ whenever two states could not be merged."""

    def observe(self, batch: Batch) -> None:
        """Take in one layer of one batch; called for its layers in the order of the forward pass, ``OUTPUT`` last.

        While it takes in ``HEAD`` or ``OUTPUT`` it may run the network itself, which no statistic hears.
        """

    def merge(self, other: Any) -> None:
        """Take in what another statistic of the same kind and shape has seen."""

    def state(self) -> dict[str, np.ndarray]:
        """All it knows, as arrays: a snapshot, never a view."""

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Become what ``state`` was taken from."""


def host(tensor: Tensor) -> np.ndarray:
    """A copy of a small tensor as an array, whatever device it is on."""
    array: np.ndarray = tensor.detach().to("cpu", copy=True).numpy()
    return array
