"""The value that the strongest of a filter's activations exceed: exact, over all positions of all annotated images."""

import math

import numpy as np
import torch
from jaxtyping import Bool, Float

from kgexplain.activations.annotations import Annotations
from kgexplain.activations.cells import cells_of
from kgexplain.activations.largest import Buffered, Largest, Sorted
from kgexplain.activations.statistic import Batch
from kgexplain.errors import InputError


class TopActivations:
    """T_k of each filter k of a layer: P(a_k > T_k) = ``share`` over positions of annotated images (Bau et al., §2.2).

    Exact: of n positions, T is the m-th largest value, m = ⌊share · n⌋, so that fewer than m values are larger. Where
    fewer than m are above the layer's floor (0 after a ReLU), T is the floor; nothing of a filter that never exceeds
    its floor is above T, and it is ``dead``.

    Memory grows with the images: four bytes for each of the m values of each filter, or twice that while they are
    looked for; 50 MB, or 109, of all layers of ResNet-18 for 1,000 images.
    """

    def __init__(self, layer: str, filters: int, annotations: Annotations, share: float = 0.005) -> None:
        if not 0 < share < 1:
            raise InputError(
                f"share is {share}; it is of a filter's activations, and must lie between 0 and 1"
            )
        self.layer = layer
        self.filters = filters
        self.annotations = annotations
        self.share = share
        self.positions = 0  # that were seen of each filter
        self._largest: Largest | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        return f"TopActivations({self.layer!r}, {self.filters}, {self.share}, {self.annotations.identity})"

    def observe(self, batch: Batch) -> None:
        rows = self.annotations.of(batch.images).rows
        if not len(rows):
            return
        cells = batch.maps.shape[2] * batch.maps.shape[3]
        most = math.floor(self.share * len(self.annotations.keys) * cells)
        largest = self._of(batch.maps.device, most, batch.floor)
        self.positions += len(rows) * cells
        largest.take(cells_of(batch.maps, rows).flatten(0, 1))

    def merge(self, other: "TopActivations") -> None:
        state = other.state()
        positions, most = state["numbers"].tolist()
        if positions:
            self.positions += positions
            largest = self._of(torch.device("cpu"), most, float(state["floor"]))
            largest.take(torch.from_numpy(state["values"].T))

    def state(self) -> dict[str, np.ndarray]:
        most, floor = (self._largest.most, self._largest.floor) if self._largest else (0, math.inf)
        return {
            "values": self._values(),
            "numbers": np.array([self.positions, most]),
            "floor": np.array(floor),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.positions, most = state["numbers"].tolist()
        self._largest = None
        if self.positions:
            largest = self._of(torch.device("cpu"), most, float(state["floor"]))
            largest.take(torch.from_numpy(state["values"].T.copy()))

    def thresholds(self) -> Float[np.ndarray, " filters"]:
        """T of each filter."""
        values, least = self._values(), math.floor(self.share * self.positions)
        if self._largest is None or not least:
            return np.full(self.filters, math.inf, np.float32)
        if least > values.shape[1]:
            return np.full(self.filters, self._largest.floor, np.float32)
        found: np.ndarray = values[:, least - 1]
        return found

    def dead(self) -> Bool[np.ndarray, " filters"]:
        """Which filters have nothing above T: all their values are one, or none was seen."""
        values = self._values()
        highest = values.max(1, initial=-math.inf)
        dead: np.ndarray = ~(highest > self.thresholds())
        return dead

    def _values(self) -> Float[np.ndarray, "filters values"]:
        return self._largest.values() if self._largest else np.zeros((self.filters, 0), np.float32)

    def _of(self, device: torch.device, most: int, floor: float) -> Largest:
        if self._largest is None:
            kind = Buffered if device.type == "cpu" else Sorted
            self._largest = kind(self.filters, most, floor)
        return self._largest
