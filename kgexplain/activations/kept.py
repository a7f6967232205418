"""A few maps as they are, for pictures of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from kgexplain.activations.statistic import Batch, host
from kgexplain.errors import InputError


class KeptMaps:
    """The maps of one layer that are ``wanted``: of some images, by their keys, those of some filters.

    Memory is that of the wanted maps, and grows with nothing else.
    """

    def __init__(self, layer: str, wanted: Mapping[str, Sequence[int]]) -> None:
        self.layer = layer
        self.wanted = {key: sorted(set(filters)) for key, filters in sorted(wanted.items())}
        self._maps: dict[str, np.ndarray] = {}  # (filters, height, width), the filters as they are wanted

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        return f"KeptMaps({self.layer!r}, {self.wanted})"

    def observe(self, batch: Batch) -> None:
        for key, maps in zip(batch.images, batch.maps, strict=True):
            if key in self.wanted:
                self._maps[key] = host(maps[self.wanted[key]].float())

    def merge(self, other: "KeptMaps") -> None:
        self._maps.update(other.state())

    def state(self) -> dict[str, np.ndarray]:
        return {key: maps.copy() for key, maps in sorted(self._maps.items())}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._maps = {key: maps.copy() for key, maps in state.items()}

    def map_(self, key: str, filter_: int) -> np.ndarray:
        """The map of a filter on an image, (height, width); InputError where that was not wanted or not shown."""
        if filter_ not in self.wanted.get(key, ()) or key not in self._maps:
            raise InputError(f"the map of filter {filter_} of {self.layer} on {key} was not kept")
        return np.asarray(self._maps[key][self.wanted[key].index(filter_)])
