"""The value that the strongest of a filter's activations exceed: exact, over all positions of all annotated images."""

import math

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from kgexplain.activations.annotations import Annotations
from kgexplain.activations.statistic import Batch, host
from kgexplain.errors import InputError


class TopActivations:
    """T_k of each filter k of a layer: P(a_k > T_k) = ``share`` over positions of annotated images (Bau et al., §2.2).

    Exact: of n positions, T is the m-th largest value, m = ⌊share · n⌋, so that fewer than m values are larger. Where
    fewer than m are above the layer's floor (0 after a ReLU), T is the floor; nothing of a filter that never exceeds
    its floor is above T, and it is ``dead``.

    Memory grows with the images: four bytes for each of the m values of each filter, or twice that while they are
    looked for; 50 MB of all ResNet-18 for 1,000 images.
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
        self.floor = -math.inf
        self._most = 0  # values to keep of each filter, known with the size of the maps
        self._values: list[Float[Tensor, "filters values"]] = []

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
        self.floor = batch.floor
        self.positions += len(rows) * cells
        self._most = math.floor(self.share * len(self.annotations.keys) * cells)
        values = batch.maps[torch.from_numpy(rows).to(batch.maps.device)].float()
        self._take(values.transpose(0, 1).flatten(1))

    def merge(self, other: "TopActivations") -> None:
        state = other.state()
        positions, most = state["numbers"].tolist()
        self.positions += positions
        self.floor = max(self.floor, float(state["floor"]))
        self._most = max(self._most, most)
        self._take(torch.from_numpy(state["values"]))

    def state(self) -> dict[str, np.ndarray]:
        self._keep_the_largest()
        values = [host(part) for part in self._values] or [np.zeros((self.filters, 0), np.float32)]
        return {
            "values": -np.sort(-values[0], axis=1),
            "numbers": np.array([self.positions, self._most]),
            "floor": np.array(self.floor),
        }

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.positions, self._most = state["numbers"].tolist()
        self.floor = float(state["floor"])
        self._values = [torch.from_numpy(state["values"].copy())]

    def thresholds(self) -> Float[np.ndarray, " filters"]:
        """T of each filter."""
        values = self.state()["values"]
        least = math.floor(self.share * self.positions)
        if not 0 < least <= values.shape[1]:
            return np.full(self.filters, self.floor if least else math.inf, np.float32)
        found: np.ndarray = values[:, least - 1]
        return found

    def dead(self) -> Bool[np.ndarray, " filters"]:
        """Which filters have nothing above T: all their values are one, or none was seen."""
        values = self.state()["values"]
        highest = values.max(1, initial=self.floor) if values.shape[1] else np.full(self.filters, self.floor)
        dead: np.ndarray = ~(highest > self.thresholds())
        return dead

    def _take(self, values: Float[Tensor, "filters values"]) -> None:
        self._values.append(values)
        if sum(part.shape[1] for part in self._values) > 2 * self._most:
            self._keep_the_largest()

    def _keep_the_largest(self) -> None:
        if self._values:
            device = self._values[-1].device
            values = torch.cat([part.to(device) for part in self._values], dim=1)
            self._values = [values.topk(min(self._most, values.shape[1]), dim=1, sorted=False).values]
