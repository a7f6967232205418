"""How far each filter's map stays its own: from its convolution to what the rest of the network sees of it."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kgexplain.activations.dataflow import Axes, Flow, Operation


class Step(NamedTuple):
    """One operation on the way; ``drops`` are values not needed after it, ``floor`` is one no result is below."""

    function: str
    reads: tuple[int, ...]
    makes: tuple[int, ...]
    drops: tuple[int, ...]
    floor: float = -math.inf


class Way(NamedTuple):
    """From what a convolution gives (value ``start``) to the final maps (``end``).

    Axis i of the final maps is axis ``order[i]`` of (images, filters, height, width).
    """

    start: int
    end: int
    order: Axes = (0, 1, 2, 3)
    steps: tuple[Step, ...] = ()

    @property
    def floor(self) -> float:
        """A value that the final maps cannot fall below: 0 after a ReLU.

        >>> Way(0, 1, steps=(Step("relu", (0,), (1,), (0,), floor=0.0),)).floor, Way(0, 0).floor
        (0.0, -inf)
        """
        return self.steps[-1].floor if self.steps else -math.inf


def ways(flow: Flow) -> dict[str, Way]:
    """The way of each layer that the pass reached.

    It ends before the first operation that mixes filters or images, moves values or changes their number; and before
    maps that are read in several places: what all these places see of the filter is the value there. So it ends
    before a residual addition (the sum is the map of two filters), a concatenation, a pooling, another convolution.
    """
    return {name: _way(flow, *start) for name, start in flow.starts.items()}


def _way(flow: Flow, start: int, position: int) -> Way:
    """Follow a layer's maps through all that is made of them alone, to the last value that all later ones come from.

    A region, not a chain: ``x * sigmoid(x)`` and a normalisation written out by hand read the maps more than once.
    """
    unread = Counter(value for operation in flow.operations for value in set(operation.reads))
    orders: dict[int, Axes | None] = {start: (0, 1, 2, 3)}  # of the region's values; None for smaller ones
    way, taken = Way(start, start), list[Operation]()
    for operation in flow.operations[position:]:
        if orders.keys().isdisjoint(operation.reads):
            continue
        if not operation.is_local or any(v in flow.derived and v not in orders for v in operation.reads):
            break
        taken.append(operation)
        unread.subtract(set(operation.reads))
        order = _order(operation, orders)
        for value in operation.makes:
            orders[value] = order if _is_whole(flow.shapes[value], flow.shapes[start], order) else None
        end = _only([value for value in orders if unread[value] > 0])
        if end in operation.makes and (whole := orders[end]):
            way = Way(start, end, whole, _steps(taken, orders))
    return way


def _only(values: Sequence[int]) -> int:
    return values[0] if len(values) == 1 else -1


def _order(operation: Operation, orders: Mapping[int, Axes | None]) -> Axes | None:
    """The order of the axes after an operation; None where it reads no whole maps, or some in different orders."""
    found = {order for value in operation.reads if (order := orders.get(value))}
    if len(found) != 1:
        return None
    (order,) = found
    return tuple(order[axis] for axis in operation.axes) if operation.axes else order


def _is_whole(shape: tuple[int, ...], maps: tuple[int, ...], order: Axes | None) -> bool:
    return order is not None and shape == tuple(maps[axis] for axis in order)


def _steps(taken: Sequence[Operation], region: Mapping[int, Axes | None]) -> tuple[Step, ...]:
    last = {value: i for i, operation in enumerate(taken) for value in operation.reads if value in region}
    return tuple(
        Step(
            operation.function,
            tuple(value for value in operation.reads if value in region),
            operation.makes,
            tuple(value for value, use in last.items() if use == i),
            operation.floor,
        )
        for i, operation in enumerate(taken)
    )
