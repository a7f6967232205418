"""What a module is made of: its convolutions, and the digest of its structure and weights."""

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass

# What changes the output of a network and is no weight: ResNet-50 with moved strides has the same weights.
_HYPER_PARAMETERS = (
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "padding_mode",
    "ceil_mode",
    "count_include_pad",
    "output_size",
    "negative_slope",
    "eps",
    "transform_input",
)


def architecture_of(name: str, module: nn.Module, classes: tuple[OutputClass, ...]) -> Architecture:
    """What the graph says of a network."""
    return Architecture(name, digest(module), layers_of(name, module), classes)


def layers_of(name: str, module: nn.Module) -> Mapping[str, Layer]:
    """The 2-d convolutions of a module, in the order in which they are defined."""
    convolutions = [(name, part) for name, part in module.named_modules() if isinstance(part, nn.Conv2d)]
    if not convolutions:
        raise InputError(
            f"network {name}: has no torch.nn.Conv2d; only filters of 2-d convolutions can be explained"
        )
    return MappingProxyType(
        {
            name: Layer(
                name=name,
                filters=part.out_channels,
                sequence=sequence,
                kernel=pair(part.kernel_size),
                stride=pair(part.stride),
                dilation=pair(part.dilation),
                groups=part.groups,
            )
            for sequence, (name, part) in enumerate(convolutions, 1)
        }
    )


def pair(sizes: Sequence[int]) -> tuple[int, int]:
    """Height and width, as a convolution keeps them.

    >>> pair((3, 5))
    (3, 5)
    """
    return int(sizes[0]), int(sizes[-1])


def digest(module: nn.Module) -> str:
    """SHA-256 over the structure of a module and all of its weights, one tensor at a time.

    Each tensor's name, kind of number, shape and bytes; each part's name, type and hyper-parameters. What a
    ``forward`` written in Python does beyond these is not seen.
    """
    sha = hashlib.sha256()
    for name, part in module.named_modules():
        numbers = [
            f"{key}={getattr(part, key)}" for key in _HYPER_PARAMETERS if is_plain(getattr(part, key, None))
        ]
        sha.update(f"{name}\t{type(part).__name__}\t{' '.join(numbers)}\n".encode())
    for name, tensor in module.state_dict().items():
        if isinstance(tensor, Tensor):
            sha.update(f"{name}\t{tensor.dtype}\t{tuple(tensor.shape)}\n".encode())
            sha.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return sha.hexdigest()


def is_plain(value: object) -> bool:
    """Whether a value is written the same in every run: numbers, texts, and tuples of them."""
    return isinstance(value, bool | int | float | str) or (
        isinstance(value, tuple | list) and all(map(is_plain, value))
    )
