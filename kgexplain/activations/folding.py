"""Batch normalisations as part of the convolutions before them, for as long as a pass lasts."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils import fuse_conv_bn_weights

from kgexplain.activations.dataflow import Flow, flow
from kgexplain.activations.sites import Opened, black, finding_ways


class Pair(NamedTuple):
    """A convolution, and the batch normalisation that is all that reads what it gives."""

    convolution: nn.Conv2d
    norm: nn.BatchNorm2d


@contextmanager
def folded(network: Opened) -> Iterator[tuple[Pair, ...]]:
    """While open, a batch normalisation right after a convolution is part of it; the network's values stay the same.

    BN(W x + b) = γ (W x + b − μ) / √(σ² + ε) + β is a convolution, too, so that one reading and one writing of every
    map are saved. Values differ by the rounding of 32-bit numbers. What the convolution's module gives is then the
    normalised map; so this is not for the place ``raw``.

    Left as they are: convolutions that run more than once, whose output is also used elsewhere, whose weights are
    computed, or which someone listens to; and normalisations by the batch's own mean. Everything is put back at the
    end, also after an error.
    """
    pairs = _pairs(network)
    with ExitStack() as stack:
        for pair in pairs:
            stack.callback(_restore(pair))
            _fold(pair)
        yield pairs


class _Seen:
    """Which module made and which module read a tensor, in the pass that finds out."""

    def __init__(self) -> None:
        self.runs: Counter[nn.Module] = Counter()
        self.made: dict[int, tuple[nn.Conv2d, Tensor]] = {}
        self.pairs: list[Pair] = []

    def convolved(self, module: nn.Conv2d, _inputs: object, output: Tensor) -> None:
        self.runs[module] += 1
        self.made[id(output)] = module, output

    def normalised(self, module: nn.BatchNorm2d, inputs: tuple[Tensor, ...], _output: object) -> None:
        self.runs[module] += 1
        if inputs and (made := self.made.get(id(inputs[0]))):
            self.pairs.append(Pair(made[0], module))


def _pairs(network: Opened) -> tuple[Pair, ...]:
    convolutions = {
        name: part
        for name, part in network.module.named_modules()
        if type(part) is nn.Conv2d and _is_free(part)
    }
    norms = [
        part
        for part in network.module.modules()
        if type(part) is nn.BatchNorm2d and part.running_mean is not None and _is_free(part)
    ]
    if not convolutions or not norms:
        return ()
    seen = _Seen()
    with ExitStack() as stack:
        for module in convolutions.values():
            stack.callback(module.register_forward_hook(seen.convolved).remove)
        for norm in norms:
            stack.callback(norm.register_forward_hook(seen.normalised).remove)
        stack.enter_context(finding_ways())
        written = flow(network.module, convolutions, [black(network)], {})
    own = _read_by_one_norm(written)
    names = {module: name for name, module in convolutions.items()}
    return tuple(
        pair
        for pair in seen.pairs
        if names[pair.convolution] in own and all(seen.runs[part] == 1 for part in pair)
    )


def _is_free(part: nn.Module) -> bool:
    """Nobody listens to it, or computes its weights before it runs."""
    return not (part._forward_hooks or part._forward_pre_hooks)  # noqa: SLF001  (no other way to know)


def _read_by_one_norm(written: Flow) -> set[str]:
    readers: dict[int, list[str]] = {}
    for operation in written.operations:
        for value in set(operation.reads):
            readers.setdefault(value, []).append(operation.function)
    return {name for name, (value, _) in written.starts.items() if readers.get(value) == ["batch_norm"]}


def _fold(pair: Pair) -> None:
    convolution, norm = pair
    if norm.running_mean is None or norm.running_var is None:
        return
    # In 64 bits, and rounded once.
    weight, bias = fuse_conv_bn_weights(
        convolution.weight.detach().double(),
        _wide(convolution.bias),
        norm.running_mean.double(),
        norm.running_var.double(),
        norm.eps,
        _wide(norm.weight),
        _wide(norm.bias),
    )
    kind = convolution.weight.dtype
    layout = torch.channels_last
    convolution.weight = nn.Parameter(weight.to(kind).contiguous(memory_format=layout), requires_grad=False)
    convolution.bias = nn.Parameter(bias.to(kind), requires_grad=False)
    norm.forward = _unchanged  # type: ignore[method-assign,assignment]


def _wide(numbers: Tensor | None) -> Tensor | None:
    return None if numbers is None else numbers.detach().double()


def _restore(pair: Pair) -> Callable[[], None]:
    weight, bias = pair.convolution.weight, pair.convolution.bias

    def restore() -> None:
        pair.convolution.weight, pair.convolution.bias = weight, bias
        pair.norm.__dict__.pop("forward", None)

    return restore


def _unchanged(maps: Tensor) -> Tensor:
    return maps
