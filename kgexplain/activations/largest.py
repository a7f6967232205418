"""The largest of very many values of each filter: on a CPU compiled, on other devices by torch."""

import math
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from kgexplain.activations.compiled import compiled, in_threads
from kgexplain.activations.lanes import WORD, above, lowest
from kgexplain.activations.statistic import host

# Positions between two looks at how much room there is, and room for more than twice what is kept.
_AT_ONCE, _SPARE = 64, 512


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
        self._room = np.empty((filters, 2 * most + _SPARE), np.float32)
        # Others nearly run out of room when one does.
        self._full = self._room.shape[1] - _AT_ONCE - most // 4
        self._counts = np.zeros(filters, np.int64)
        self._bounds = np.full(filters, floor, np.float32)

    def take(self, values: Float[Tensor, "positions filters"]) -> None:
        rows = values.contiguous().numpy()
        in_threads(lambda first, last: self._take(rows, first, last), rows.shape[1])

    def values(self) -> Float[np.ndarray, "filters values"]:
        widest = int(self._counts.max(initial=0))
        is_there = np.arange(widest) < self._counts[:, None]
        values = np.where(is_there, self._room[:, :widest], np.float32(self.floor))
        return trimmed(-np.sort(-values, axis=1)[:, : self.most], self.floor)

    def _take(self, rows: Float[np.ndarray, "positions filters"], first: int, last: int) -> None:
        """Take in the values of some filters; nothing else is written to, so that threads do not meet."""
        done = 0
        while self.most:
            done = _fill(rows, (done, first, last), self._room, self._counts, self._bounds)
            if done == len(rows):
                break
            for i in np.flatnonzero(self._counts[first:last] > self._full).tolist():
                self._keep(first + i)

    def _keep(self, filter_: int) -> None:
        """Keep the largest of a filter, in any order."""
        waiting = self._room[filter_, : self._counts[filter_]]
        rest = len(waiting) - self.most
        waiting.partition(rest)
        self._bounds[filter_] = waiting[rest]
        waiting[: self.most] = waiting[rest:]
        self._counts[filter_] = self.most


def trimmed(values: Float[np.ndarray, "filters values"], floor: float) -> Float[np.ndarray, "filters fewer"]:
    """The same without columns in which all are the floor.

    >>> trimmed(np.array([[2.0, 1.0, 0.0], [1.0, 0.0, 0.0]], np.float32), 0.0)
    array([[2., 1.],
           [1., 0.]], dtype=float32)
    """
    return np.ascontiguousarray(values[:, (values > floor).any(axis=0)])


@compiled
def _fill(
    rows: np.ndarray, part: tuple[int, int, int], room: np.ndarray, counts: np.ndarray, bounds: np.ndarray
) -> int:
    """Put values above their bounds into the room, until one filter may have too little of it; where it stopped.

    ``part`` is of rows, those from its first number on, and of filters: from its second to before its third number.
    """
    begin, first, last = part
    waiting, numbers, least = room[first:last], counts[first:last], bounds[first:last]
    for start in range(begin, len(rows), _AT_ONCE):
        if numbers.max() + _AT_ONCE > waiting.shape[1]:
            return start
        for position in range(start, min(start + _AT_ONCE, len(rows))):
            values = rows[position, first:last]
            for at in range(0, len(values), WORD):
                bits = above(values, least, at)
                while bits:
                    i = at + lowest(bits)
                    bits &= bits - np.uint64(1)
                    waiting[i, numbers[i]] = values[i]
                    numbers[i] += 1
    return len(rows)
