"""Named numbers that add up, on whatever device they are added."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from kgexplain.activations.statistic import host


class Totals:
    """Tensors by name, zeros to begin with; two of the same shapes add up to one.

    Those named in ``whole`` are whole numbers; of tables of these, a column is together in memory.
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], whole: tuple[str, ...] = ()) -> None:
        self._totals = {
            name: torch.zeros(shape[::-1], dtype=torch.int64).permute(*reversed(range(len(shape))))
            if name in whole
            else torch.zeros(shape, dtype=torch.float64)
            for name, shape in shapes.items()
        }

    def __getitem__(self, name: str) -> Tensor:
        return self._totals[name]

    def array(self, name: str) -> np.ndarray:
        """A copy of one of them."""
        return host(self._totals[name])

    def at(self, device: torch.device) -> "Totals":
        """The same, moved to this device."""
        for name, total in self._totals.items():
            self._totals[name] = total.to(device)
        return self

    def add(self, other: "Totals") -> None:
        """Take in what another has added up."""
        for name, total in self._totals.items():
            total.add_(other[name].to(total.device))

    def state(self) -> dict[str, np.ndarray]:
        """All of them, as arrays of their own."""
        return {name: host(total) for name, total in self._totals.items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Become what ``state`` was taken from."""
        for name, total in self._totals.items():
            total.copy_(torch.from_numpy(state[name]))
