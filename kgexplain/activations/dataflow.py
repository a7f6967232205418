"""What reads and makes what: the operations of one forward pass, written down."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

Axes: TypeAlias = tuple[int, ...]

# Local by definition, whatever they do inside: normalisations rescale a filter's map, and keep it that filter's,
# by whatever numbers they do so; the others work on each value by itself.
_NORMALISATIONS = {
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "rms_norm",
}
_ACTIVATIONS = {"hardswish", "hardswish_", "log_sigmoid", "logsigmoid", "prelu", "rrelu", "rrelu_"}
_LOCAL = _NORMALISATIONS | _ACTIVATIONS
# What local functions do inside, beside what torch itself tags as pointwise. Sums are those of a normalisation
# written out by hand; its result is of the maps' shape again.
_COPIES = {"_to_copy", "alias", "detach", "lift_fresh"}
_PERMUTATIONS = {"permute", "transpose"}
_SUMS = {"linalg_vector_norm", "mean", "std", "sum", "unsqueeze", "var", "var_mean"}
_LOCAL_INSIDE = _COPIES | _PERMUTATIONS | _SUMS


_ABOVE_ZERO = {"relu", "relu_", "relu6", "relu6_"}
_HARDTANH = {"hardtanh", "hardtanh_"}


class Operation(NamedTuple):
    """One call of a torch function; values are numbered, and a tensor changed in place is a new value.

    ``is_local`` where results stay at the places they were made from: nothing reshaped, moved or mixed, but for sums.
    ``axes`` is how it permutes them, empty where it does not. No result is below ``floor``, whatever it is made from.
    """

    function: str
    reads: tuple[int, ...]
    makes: tuple[int, ...]
    is_local: bool
    axes: Axes = ()
    floor: float = -math.inf


@dataclass
class Flow:
    """All operations of one forward pass.

    ``shapes`` are those of the values, ``derived`` the values that depend on the inputs (others are constants), and
    ``starts`` a layer's first output with the number of operations before it.
    """

    operations: list[Operation] = field(default_factory=list)
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    derived: set[int] = field(default_factory=set)
    starts: dict[str, tuple[int, int]] = field(default_factory=dict)


def flow(
    module: nn.Module, layers: Mapping[str, nn.Module], inputs: Sequence[object], named: Mapping[str, object]
) -> Flow:
    """What happens in a forward pass over these inputs, and inputs by name; its last operation is to give the output.

    The inputs stay as they are, also where the network works on them in place.
    """
    recorder = _Recorder()
    with ExitStack() as stack:
        stack.enter_context(torch.inference_mode(mode=False))
        stack.enter_context(torch.no_grad())
        for name, layer in layers.items():
            stack.callback(layer.register_forward_hook(recorder.hook(name)).remove)
        given = [_clone(value) for value in inputs]
        by_name = {key: _clone(value) for key, value in named.items()}
        recorder.flow.derived.update(recorder.value(tensor) for tensor in tensors([given, by_name]))
        with recorder:
            output = module(*given, **by_name)
        recorder.note(Operation("", tuple(map(recorder.value, tensors(output))), (), is_local=False))
    return recorder.flow


def tensors(things: object) -> Iterator[Tensor]:
    """The tensors in nested lists, tuples and dictionaries, in order."""
    if isinstance(things, Tensor):
        yield things
    elif isinstance(things, (list, tuple)):
        for thing in things:
            yield from tensors(thing)
    elif isinstance(things, dict):
        yield from tensors(list(things.values()))


class _Recorder(TorchFunctionMode):
    """Writes down every operation; it keeps all tensors alive, as their identity would else be given away again."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = Flow()
        self.values: dict[tuple[int, int], int] = {}
        self.kept: dict[int, Tensor] = {}

    def value(self, tensor: Tensor) -> int:
        """The number of a tensor's present value."""
        # Inference tensors (a network's weights may be some) do not count how often they were changed.
        key = (id(tensor), 0 if tensor.is_inference() else tensor._version)  # noqa: SLF001  (no other way to know)
        if key not in self.values:
            self.values[key] = len(self.flow.shapes)
            self.flow.shapes.append(tuple(tensor.shape))
            if id(tensor) in self.kept:
                # Changed, perhaps through a view: it may hold anything now, so it is no constant.
                self.flow.derived.add(self.values[key])
            self.kept[id(tensor)] = tensor
        return self.values[key]

    def hook(self, name: str) -> Callable[[nn.Module, object, Tensor], None]:
        """What notes a layer's first output."""

        def start(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            value = self.value(output)
            self.flow.derived.add(value)
            self.flow.starts.setdefault(name, (value, len(self.flow.operations)))

        return start

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        given = list(tensors((args, kwargs)))
        reads = tuple(map(self.value, given))
        with _Inside() as inside:
            result = func(*args, **(kwargs or {}))
        returned = tuple(map(self.value, tensors(result)))
        changed = tuple(v for v in map(self.value, given) if v not in reads and v not in returned)
        if returned or changed:
            is_local = not changed and (func.__name__ in _LOCAL or inside.is_local)
            axes = () if func.__name__ in _LOCAL else inside.axes
            self.note(
                Operation(
                    func.__name__,
                    reads,
                    returned + changed,
                    is_local,
                    axes,
                    _floor(func.__name__, args, kwargs),
                )
            )
        return result

    def note(self, operation: Operation) -> None:
        """Write down an operation."""
        self.flow.operations.append(operation)
        if self.flow.derived.intersection(operation.reads):
            self.flow.derived.update(operation.makes)


class _Inside(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """What a torch function does inside: whether all of it is local, and how it permutes the axes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.is_local = True
        self.axes: Axes = ()

    def __torch_dispatch__(
        self,
        func: OpOverload,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, object] | None = None,
    ) -> object:
        name = func.overloadpacket.__name__
        self.is_local &= torch.Tag.pointwise in func.tags or name in _LOCAL_INSIDE
        if name in _PERMUTATIONS:
            axes = _axes(*args)
            self.axes = tuple(self.axes[axis] for axis in axes) if self.axes else axes
        return func(*args, **(kwargs or {}))


def _axes(tensor: Tensor, *permuted: Sequence[int] | int) -> Axes:
    axes = list(range(tensor.dim()))
    if isinstance(permuted[0], int) and isinstance(permuted[1], int):
        axes[permuted[0]], axes[permuted[1]] = axes[permuted[1]], axes[permuted[0]]
    elif not isinstance(permuted[0], int):
        axes = [axes[axis] for axis in permuted[0]]
    return tuple(axes)


def _floor(function: str, args: Sequence[object], named: Mapping[str, object] | None) -> float:
    """What no result of a function is below: 0 of a ReLU, ``min_val`` of a hardtanh, which ReLU6 is one of.

    >>> _floor("relu_", (), None), _floor("hardtanh", ("maps", -1.0, 1.0), None), _floor("gelu", (), None)
    (0.0, -1.0, -inf)
    """
    if function in _ABOVE_ZERO:
        return 0.0
    if function in _HARDTANH:
        lowest = args[1] if len(args) > 1 else (named or {}).get("min_val", -1.0)
        return float(lowest) if isinstance(lowest, (int, float)) else -math.inf
    return -math.inf


def _clone(given: object) -> object:
    return given.clone() if isinstance(given, Tensor) else given
