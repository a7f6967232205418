"""Follows maps from their convolution to where they are final, while the network runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor
from torch.overrides import TorchFunctionMode

from kgexplain.activations.dataflow import tensors
from kgexplain.activations.ways import Way


@dataclass
class Trail:
    """One layer's maps under way: ``done`` steps are behind them, ``held`` are the values that later ones read."""

    layer: str
    way: Way
    done: int = 0
    held: dict[int, Tensor] = field(default_factory=dict)


class Follower(TorchFunctionMode):
    """Hears each operation, and tells ``hear`` of maps that just became final.

    An operation that reads nothing awaited costs a look into a dictionary. Maps that are used otherwise than their
    way says are lost, and never told of.
    """

    def __init__(self, ways: Mapping[str, Way], hear: Callable[[str, Tensor], None]) -> None:
        super().__init__()
        self.ways = ways
        self.hear = hear
        # By identity; the trail holds the tensor, so that no other gets its identity meanwhile.
        self.awaited: dict[int, tuple[Trail, int]] = {}

    def follow(self, layer: str, maps: Tensor) -> None:
        """Take up the maps that a layer's convolution just gave."""
        way = self.ways.get(layer)
        if way and way.steps:
            self._await(Trail(layer, way), way.start, maps)
        else:
            self.hear(layer, maps)

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        result = func(*args, **(kwargs or {}))
        if awaited := self.awaited:
            read = [awaited[id(a)] for a in args if id(a) in awaited]
            if kwargs:
                read += [awaited[id(a)] for a in kwargs.values() if id(a) in awaited]
            if read:
                self._pass(func.__name__, read, result)
        return result

    def _pass(self, function: str, read: list[tuple[Trail, int]], result: object) -> None:
        trail = read[0][0]
        step = trail.way.steps[trail.done]
        if function == step.function and tuple(value for _, value in read) == step.reads:
            self._go_on(trail, list(tensors(result)))
        elif result is None or any(True for _ in tensors(result)):
            # Asking for a shape is no use; making a tensor, or changing one and giving nothing, is one not foreseen.
            for lost, _ in read:
                self._forget(lost)

    def _go_on(self, trail: Trail, made: list[Tensor]) -> None:
        step = trail.way.steps[trail.done]
        trail.done += 1
        for value in step.drops:
            self.awaited.pop(id(trail.held.pop(value)), None)
        if trail.done < len(trail.way.steps):
            for value, tensor in zip(step.makes, made, strict=False):
                self._await(trail, value, tensor)
        else:
            self._forget(trail)
            self.hear(trail.layer, upright(made[step.makes.index(trail.way.end)], trail.way))

    def _await(self, trail: Trail, value: int, tensor: Tensor) -> None:
        trail.held[value] = tensor
        self.awaited[id(tensor)] = trail, value

    def _forget(self, trail: Trail) -> None:
        for tensor in trail.held.values():
            self.awaited.pop(id(tensor), None)
        trail.held.clear()


def upright(maps: Tensor, way: Way) -> Tensor:
    """Maps in the order (images, filters, height, width): a view, no copy."""
    if way.order == (0, 1, 2, 3):
        return maps
    return maps.permute([way.order.index(axis) for axis in range(4)])
