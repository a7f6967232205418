"""The largest of very many values of each filter: on a CPU compiled, on other devices by torch."""

import math
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kgexplain.activations.compiled import compiled, in_threads
from kgexplain.activations.statistic import host


@runtime_checkable
class Largest(Protocol):
    """The ``most`` largest values of each filter that are above ``floor``."""

    most: int
    floor: float

    def take(self, values: Float[Tensor, "positions filters"]) -> None:
        """Take in a value of each filter at every position."""

    def values(self) -> Float[np.ndarray, "filters values"]:
        """The largest first; filled up with the floor where a filter has fewer than others."""


class Sorted:
    """By torch, on the device of the values."""

    def __init__(self, filters: int, most: int, floor: float = -math.inf) -> None:
        self.most = most
        self.floor = floor
        self._parts: list[Float[Tensor, "values filters"]] = [torch.zeros(0, filters)]

    def take(self, values: Float[Tensor, "positions filters"]) -> None:
        self._parts.append(values)
        if sum(map(len, self._parts)) > 2 * self.most:
            self._keep()

    def values(self) -> Float[np.ndarray, "filters values"]:
        self._keep()
        values = host(self._parts[0].T)
        return trimmed(np.where(values > self.floor, values, np.float32(self.floor)), self.floor)

    def _keep(self) -> None:
        device = self._parts[-1].device
        values = torch.cat([part.to(device) for part in self._parts])
        # NaN is larger than all for torch, and is above nothing.
        values = torch.where(values.isnan(), -math.inf, values)
        self._parts = [values.topk(min(self.most, len(values)), dim=0).values]


class Buffered:
    """Compiled: what is above the floor waits, and the smallest go when there is no more room.

    From then on only values above the smallest that stayed can matter, few of those that come.
    """

    def __init__(self, filters: int, most: int, floor: float = -math.inf) -> None:
        self.most = most
        self.floor = floor
        self._room = np.empty((filters, 2 * most + 64), np.float32)
        self._counts = np.zeros(filters, np.int64)
        self._bounds = np.full(filters, floor, np.float32)

    def take(self, values: Float[Tensor, "positions filters"]) -> None:
        room = Room(self.most, self._room, self._counts, self._bounds)
        rows = values.contiguous().numpy()
        in_threads(lambda first, last: _take(rows, first, last, room), rows.shape[1])

    def values(self) -> Float[np.ndarray, "filters values"]:
        widest = int(self._counts.max(initial=0))
        is_there = np.arange(widest) < self._counts[:, None]
        values = np.where(is_there, self._room[:, :widest], np.float32(self.floor))
        return trimmed(-np.sort(-values, axis=1)[:, : self.most], self.floor)


def trimmed(values: Float[np.ndarray, "filters values"], floor: float) -> Float[np.ndarray, "filters fewer"]:
    """The same without columns in which all are the floor.

    >>> trimmed(np.array([[2.0, 1.0, 0.0], [1.0, 0.0, 0.0]], np.float32), 0.0)
    array([[2., 1.],
           [1., 0.]], dtype=float32)
    """
    return np.ascontiguousarray(values[:, (values > floor).any(axis=0)])


class Room(NamedTuple):
    """Where the largest values wait: ``counts`` of each filter, and what is not above its bound need not."""

    most: int
    values: np.ndarray
    counts: np.ndarray
    bounds: np.ndarray


@compiled
def _take(rows: np.ndarray, first: int, last: int, room: Room) -> None:
    """Take in the values of some filters; nothing else is written to, so that threads do not meet."""
    kept, counts, bounds = room.values[first:last], room.counts[first:last], room.bounds[first:last]
    is_above = np.empty(last - first, np.int32)
    for position in range(len(rows)):
        values = rows[position, first:last]
        # Two loops, of which the first does all filters at once; few values are above the bound.
        above = np.int32(0)
        for i in range(len(values)):
            is_above[i] = values[i] > bounds[i]
            above += is_above[i]
        if above:
            for i in range(len(values)):
                if is_above[i]:
                    kept[i, counts[i]] = values[i]
                    counts[i] += 1
                    if counts[i] == kept.shape[1]:
                        bounds[i] = _order(kept[i], room.most)
                        counts[i] = room.most


@compiled
def _order(values: np.ndarray, most: int) -> float:
    """Bring the largest values to the front, in any order; the smallest of them."""
    rest = len(values) - most
    ordered = np.partition(values, rest)
    values[:most] = ordered[rest:]
    least: float = ordered[rest]
    return least
