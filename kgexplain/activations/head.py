"""How a network's scores come from its last maps: through their means and one linear layer, or by the gradient."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from kgexplain.activations.dataflow import tensors
from kgexplain.activations.gradients import gradients
from kgexplain.activations.sites import finding_ways
from kgexplain.activations.statistic import HEAD, host
from kgexplain.errors import InputError
from kgexplain.inputs.network import Network

_ALIKE = 1e-4
"""Sums of 32-bit numbers differ by less, in units of the largest; means and maxima of maps by far more."""


@dataclass(frozen=True, eq=False)
class Head:
    """What the scores of a network are made of.

    ``layer`` is the convolution whose filters the maps are. With ``linear``, the name of the network's one linear
    layer, scores are ``weights`` φ + ``bias``, exactly, where φ are the means of the last maps as that layer sees
    them. In a residual network these are the last block's output, after its ReLU: what the block's last convolution
    gives and what goes past it by the shortcut. Without ``linear``, weights are the gradient of a score by the maps
    of ``layer``, image by image.
    """

    layer: str
    filters: int
    linear: str | None = None
    weights: Float[np.ndarray, "classes filters"] | None = None
    bias: Float[np.ndarray, " classes"] | None = None

    @property
    def place(self) -> str:
        """Where φ is observed in a pass.

        >>> Head("conv5", 64, "linear").place, Head("conv5", 64).place
        ('.head', 'conv5')
        """
        return self.layer if self.linear is None else HEAD


def head(network: Network, layer: str = "") -> Head:
    """How scores come from the last maps; or from those of ``layer``, if that is named and is not the last.

    Names of modules are not trusted, a picture is shown to the network instead. It is ``linear`` if what a linear
    layer gets are the means of maps that the pass has made, what it gives are the scores, and the maps have as many
    filters as the last convolution. Else the layer is the last convolution that runs once and gives whole maps, and
    whose means are not the scores themselves: SqueezeNet's last filters are its classes.

    Raises InputError for a layer that does not exist or does not run once, and for a network whose scores have no
    gradient.
    """
    pixels = _probe(network)
    shown = _shown(network, pixels)
    found = _linear(network, pixels, shown)
    if found and layer in ("", found.layer):
        return found
    chosen = layer or _last(network, pixels, shown)
    # What it gives is not needed, but that it can be had.
    gradients(network, chosen, pixels, lambda scores: scores.argmax(1, keepdim=True))
    return Head(chosen, network.layers[chosen].filters)


class Pooling(TorchFunctionMode):
    """Keeps what the network's functions read that could be maps of so many filters, as it is when they read it."""

    def __init__(self, images: int, filters: int) -> None:
        super().__init__()
        self.shape = images, filters
        self.read: list[Tensor] = []

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        for tensor in tensors((args, kwargs)):
            if (
                tensor.ndim == 4
                and tensor.shape[:2] == self.shape
                and _is_whole(tensor)
                and tensor.is_floating_point()
            ):
                self.read.append(tensor.detach().clone())
        return func(*args, **(kwargs or {}))

    def maps_of(self, means: Float[Tensor, "images filters"]) -> Tensor | None:
        """The maps with these means; of several those that were read last."""
        return next((maps for maps in reversed(self.read) if _alike(maps.mean((2, 3)), means)), None)


@contextmanager
def getting(network: Network, linear: str, get: Callable[[Tensor], None]) -> Iterator[None]:
    """While open, each forward pass calls ``get`` with what the linear layer gets, before it does."""
    module = network.module.get_submodule(linear)
    hook = module.register_forward_pre_hook(lambda _, inputs: get(inputs[0]))
    try:
        yield
    finally:
        hook.remove()


class _Shown:
    """What convolutions and linear layers got and gave in one pass, in the order in which they ran."""

    def __init__(self) -> None:
        self.convolutions: list[tuple[str, bool]] = []  # with whether it gave more than one position
        self.linears: list[tuple[str, Tensor, Tensor]] = []
        self.scores = torch.empty(0)

    def keep(self, name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def ran(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            if isinstance(module, nn.Conv2d):
                self.convolutions.append((name, _is_whole(output)))
            else:
                self.linears.append((name, inputs[0].detach().clone(), output.detach().clone()))

        return ran

    @property
    def whole(self) -> Sequence[str]:
        """Convolutions that gave maps of more than one position, all if there is none; a gate's are not among them."""
        whole = [name for name, is_whole in self.convolutions if is_whole]
        return whole or [name for name, _ in self.convolutions]

    def runs_once(self, layer: str) -> bool:
        return [name for name, _ in self.convolutions].count(layer) == 1


def _shown(network: Network, pixels: Tensor) -> _Shown:
    shown = _Shown()
    with ExitStack() as stack, finding_ways(), torch.no_grad():
        for name, module in network.module.named_modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                stack.callback(module.register_forward_hook(shown.keep(name)).remove)
        shown.scores = network.module(pixels)
    return shown


def _linear(network: Network, pixels: Tensor, shown: _Shown) -> Head | None:
    """The one linear layer between the means of the last maps and the scores; None where there is none."""
    made = [(name, got) for name, got, gave in shown.linears if _alike(gave, shown.scores)]
    if len(made) != 1 or not shown.whole:
        return None
    (name, means), layer = made[0], shown.whole[-1]
    if means.shape[1] != network.layers[layer].filters or not shown.runs_once(layer):
        return None
    if not _are_means(network, pixels, means):
        return None
    parameters = network.module.get_submodule(name).state_dict()
    weights = host(parameters["weight"].float())
    bias = host(parameters["bias"].float()) if "bias" in parameters else np.zeros(len(weights), np.float32)
    return Head(layer, weights.shape[1], name, weights, bias)


def _are_means(network: Network, pixels: Tensor, means: Tensor) -> bool:
    """Whether the network makes maps with these means; of maps that are the same everywhere nothing can be said."""
    with Pooling(*means.shape) as pooling, finding_ways(), torch.no_grad():
        network.module(pixels)
    maps = pooling.maps_of(means)
    return maps is not None and not _alike(maps.amax((2, 3)), means)


def _last(network: Network, pixels: Tensor, shown: _Shown) -> str:
    once = [layer for layer in shown.whole if shown.runs_once(layer)]
    if not once:
        raise InputError(
            f"network {network.name}: none of its convolutions runs exactly once; attributes need filters with one map"
        )
    if _are_means(network, pixels, shown.scores) and len(once) > 1:
        return [layer for layer in once if network.layers[layer].filters != shown.scores.shape[1]][-1]
    return once[-1]


def _probe(network: Network) -> Tensor:
    """A picture that makes maps lively: noise, fine upon coarse."""
    random = np.random.default_rng(0)
    coarse = random.integers(0, 128, (16, 16, 3), np.uint8).repeat(16, 0).repeat(16, 1)
    picture = Image.fromarray(coarse + random.integers(0, 128, coarse.shape, np.uint8))
    pixels = network.preprocessing.pixels(picture)[None]
    return pixels.to(network.device).contiguous(memory_format=torch.channels_last)


def _is_whole(maps: Tensor) -> bool:
    return maps[0, 0].numel() > 1


def _alike(a: Tensor, b: Tensor) -> bool:
    if a.shape != b.shape:
        return False
    return bool((a - b).abs().max() <= _ALIKE * b.abs().max())
