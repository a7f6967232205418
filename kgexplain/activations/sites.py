"""Where a filter's map is taken: what the rest of the network sees of it, or what its convolution gives."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Protocol, runtime_checkable

import torch
from PIL import Image
from torch import Tensor, nn

from kgexplain.activations.dataflow import flow
from kgexplain.activations.following import Follower
from kgexplain.activations.statistic import OUTPUT
from kgexplain.activations.ways import Way, ways
from kgexplain.errors import InputError

PLACES = ("activation", "raw")
"""Where maps can be taken: after normalisation and activation, or as the convolution gives them."""

# True during a pass that only finds out the ways: it is no pass over images, and nobody hears it.
_finding_ways: ContextVar[bool] = ContextVar("finding_ways", default=False)


@runtime_checkable
class Runs(Protocol):
    """What is needed of a network here."""

    @property
    def module(self) -> nn.Module:
        """The network itself, in evaluation mode."""


@runtime_checkable
class Prepares(Protocol):
    """A network's preprocessing, as far as it is needed here."""

    def pixels(self, photograph: Image.Image) -> Tensor:
        """What the network wants to see of a photograph."""


@runtime_checkable
class Opened(Runs, Protocol):
    """A network that knows how it wants its pixels."""

    @property
    def preprocessing(self) -> Prepares:
        """How it wants them."""


@contextmanager
def listening(
    network: Runs, layers: Sequence[str], hear: Callable[[str, Tensor], None], place: str = "activation"
) -> Iterator[Mapping[str, float]]:
    """While open, each forward pass calls ``hear(layer, maps)`` once for every layer, and ``hear(OUTPUT, scores)``.

    ``maps`` is (images, filters, height, width), final, and not yet changed by any later operation that works in
    place; ``hear`` may read it, not keep or change it. Place ``activation`` is the last value before a filter's map
    is mixed with another, pooled, moved or used in several places: after normalisations (batch, instance, group,
    layer, local response) and element-wise functions, be they modules, functional, in place, reused or written out
    by hand. It is before a residual addition, and before a gate that a convolution or linear layer computes (squeeze
    and excitation). Place ``raw`` is what the convolution's module gives.

    The first pass is run once more before, on its first image alone, to find out the ways (raw needs none).
    What it gives is, by layer, a value that the maps cannot fall below (0 after a ReLU); known when ``hear`` is called.

    Listeners may be nested. Everything is removed at the end, also after an error.

    Raises InputError for a layer that does not exist, that a pass does not reach, that it runs more than once (its
    filters have several maps), or whose maps take another way than those of the first image.
    """
    if place not in PLACES:
        raise InputError(f"place is {place!r}; it must be one of {', '.join(PLACES)}")
    listener = _Listener(network.module, _convolutions(network.module, layers), hear, place)
    with ExitStack() as stack:
        stack.callback(listener.stop)
        listener.hook(stack)
        yield listener.floors


@contextmanager
def finding_ways() -> Iterator[None]:
    """While open, passes are none over images, and no listener hears them."""
    token = _finding_ways.set(True)
    try:
        yield
    finally:
        _finding_ways.reset(token)


def reached(network: Opened) -> tuple[str, ...]:
    """The layers that can be listened to: a forward pass runs them exactly once; in the order in which they run.

    >>> from types import SimpleNamespace
    >>> module = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU(), nn.Conv2d(2, 4, 1)).eval()
    >>> preprocessing = SimpleNamespace(pixels=lambda photograph: torch.zeros(3, 8, 8))
    >>> reached(SimpleNamespace(module=module, preprocessing=preprocessing))
    ('0', '2')
    """
    runs: list[str] = []
    convolutions = _convolutions(network.module)
    pixels = black(network)
    with ExitStack() as stack, torch.no_grad():
        for name, module in convolutions.items():
            hook = module.register_forward_hook(lambda *_, name=name: runs.append(name))
            stack.callback(hook.remove)
        stack.enter_context(finding_ways())
        network.module(pixels)
    return tuple(name for name in runs if runs.count(name) == 1)


def black(network: Opened) -> Tensor:
    """A black photograph as the network wants it, on its device, for passes whose values do not matter."""
    device = next((p.device for p in network.module.parameters()), torch.device("cpu"))
    return network.preprocessing.pixels(Image.new("RGB", (256, 256))).to(device)[None]


class _Listener:
    """The hooks of one listening; those of others, and of passes that only find out the ways, do not concern it."""

    def __init__(
        self,
        module: nn.Module,
        layers: Mapping[str, nn.Module],
        hear: Callable[[str, Tensor], None],
        place: str,
    ) -> None:
        self.module = module
        self.layers = layers
        self.hear = hear
        self.ways: dict[str, Way] | None = {} if place == "raw" else None
        self.floors: dict[str, float] = {}
        self.follower: Follower | None = None
        self.modes = ExitStack()
        self.begun: set[str] = set()
        self.heard: set[str] = set()

    def hook(self, stack: ExitStack) -> None:
        before = self.module.register_forward_pre_hook(self.start, with_kwargs=True)
        # The listener that started last stops first: torch's modes are a stack.
        after = self.module.register_forward_hook(self.end, prepend=True, always_call=True)
        layers = [m.register_forward_hook(self.convolved(name)) for name, m in self.layers.items()]
        for hook in (before, after, *layers):
            stack.callback(hook.remove)

    def start(self, _module: nn.Module, inputs: tuple[object, ...], named: dict[str, object]) -> None:
        if _finding_ways.get():
            return
        self.stop()
        if self.ways is None:
            self.ways = self._find(inputs, named)
            self.floors.update((layer, way.floor) for layer, way in self.ways.items())
        self.begun, self.heard = set(), set()
        self.follower = Follower(self.ways, self._tell)
        if any(way.steps for way in self.ways.values()):
            self.modes.enter_context(self.follower)

    def convolved(self, layer: str) -> Callable[[nn.Module, object, Tensor], None]:
        def given(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            if self.follower and not _finding_ways.get():
                self._begin(layer)
                self.follower.follow(layer, output)

        return given

    def end(self, _module: nn.Module, _inputs: object, output: object) -> None:
        if _finding_ways.get() or not self.follower:
            return
        self.stop()
        if output is None:  # the pass was broken off by an error, which goes on from here
            return
        self._refuse_unheard()
        if not isinstance(output, Tensor):
            kind = type(output).__name__
            raise InputError(
                f"the network gives a {kind}; it must give one tensor of scores, (images, classes)"
            )
        self.hear(OUTPUT, output)

    def stop(self) -> None:
        self.follower = None
        self.modes.close()

    def _find(self, inputs: tuple[object, ...], named: dict[str, object]) -> dict[str, Way]:
        by_name = {key: _first(value) for key, value in named.items()}
        with finding_ways():
            return ways(flow(self.module, self.layers, [_first(value) for value in inputs], by_name))

    def _begin(self, layer: str) -> None:
        if layer in self.begun:
            raise InputError(f"layer {layer!r} runs more than once in a forward pass; leave it out")
        self.begun.add(layer)

    def _tell(self, layer: str, maps: Tensor) -> None:
        self.heard.add(layer)
        self.hear(layer, maps)

    def _refuse_unheard(self) -> None:
        if unreached := [layer for layer in self.layers if layer not in self.begun]:
            raise InputError(f"layers {unreached} are not reached by a forward pass; leave them out")
        if lost := [layer for layer in self.layers if layer not in self.heard]:
            raise InputError(
                f"the maps of layers {lost} took another way than those of the first image; "
                "leave them out, or take them at place 'raw'"
            )


def _first(given: object) -> object:
    return given[:1] if isinstance(given, Tensor) else given


def _convolutions(module: nn.Module, layers: Sequence[str] | None = None) -> dict[str, nn.Module]:
    """The convolutions with these names, all without names; refuses networks that cannot be listened to."""
    found: dict[str, nn.Module] = {}
    for name, part in module.named_modules():
        _check(name, part)
        if name and isinstance(part, nn.Conv2d):
            found[name] = part
    if layers is None:
        return found
    if unknown := [layer for layer in layers if layer not in found]:
        raise InputError(f"no layer {unknown} in this network; it has {list(found)}")
    return {layer: found[layer] for layer in layers}


def _check(name: str, part: nn.Module) -> None:
    if isinstance(part, torch.jit.ScriptModule):
        raise InputError(f"module {name!r} is a TorchScript; give the network that it was made from")
    if type(part).__name__ == "OptimizedModule" or getattr(part, "_compiled_call_impl", None):
        raise InputError(f"module {name!r} is compiled; give the network that it was made from")
    if part.training:
        raise InputError(f"module {name!r} is in training mode; call eval() on the network first")
