"""A trained network: its module, layers and classes, and how it wants its pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torchvision.models import WeightsEnum

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.inputs.catalogue import (
    default_weights,
    downloaded,
    known_network,
    known_weights,
    random_network,
    trained_network,
    weights_in,
)
from kgexplain.inputs.classes import IMAGENET, NUMBERED, are_imagenet, imagenet_classes, open_classes
from kgexplain.inputs.factory import is_factory, made
from kgexplain.inputs.preprocessing import Preprocessing, of_preset, read_preprocessing
from kgexplain.inputs.structure import architecture_of
from kgexplain.inputs.weights import is_file, load, read_weights


@dataclass(frozen=True, eq=False)
class Network:
    """A trained network in evaluation mode, on its device.

    ``source`` holds the words that it was opened with; ``open_network(**source)`` opens it again. The classes that were
    assumed, because nobody said any, stand there, too.
    """

    architecture: Architecture
    module: nn.Module
    preprocessing: Preprocessing
    source: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the network is called."""
        return self.architecture.name

    @property
    def digest(self) -> str:
        """What tells its weights and structure from all others, hexadecimal."""
        return self.architecture.digest

    @property
    def layers(self) -> Mapping[str, Layer]:
        """Its convolutions, in the order in which they are defined."""
        return self.architecture.layers

    @property
    def classes(self) -> tuple[OutputClass, ...]:
        """What it can predict, by output."""
        return self.architecture.classes

    @property
    def device(self) -> torch.device:
        """Where it runs."""
        return next((parameter.device for parameter in self.module.parameters()), torch.device("cpu"))


def open_network(
    network: str,
    weights: str | None = None,
    classes: str | None = None,
    preprocessing: str | None = None,
    device: str = "cpu",
) -> Network:
    """A network by torchvision's name, or from a factory: ``package.module:function``, ``path/file.py:function``.

    ``weights``: none (random, the same each time; or what the factory gives), ``DEFAULT`` or another name that
    torchvision has, or a file (.pt, .pth, .safetensors, .npz), which also decides the number of outputs.
    ``classes``: ``imagenet``, ``numbered``, or a file; else those of the weights; else ImageNet's if there are 1000.
    ``preprocessing``: a JSON file, or JSON; else that of torchvision's weights; else what ImageNet networks mostly want.

    >>> open_network("squeezenet1_1").layers["features.12.expand3x3"].filters
    256
    """
    place = available(device)
    module, known = opened(network, weights)
    name = network.rpartition(":")[2] if is_factory(network) else network.lower()
    wanted = prepared(network, preprocessing, known)
    outputs = count_outputs(name, ready(name, module), wanted)
    if classes is None and not meant(known, outputs):
        classes = assumed(outputs)
    list_ = open_classes(classes, outputs) if classes else meant(known, outputs)
    words = {"network": network, "weights": weights, "classes": classes, "preprocessing": preprocessing}
    source = MappingProxyType({key: said for key, said in words.items() if said is not None})
    return Network(architecture_of(name, module, list_), module.to(place), wanted, source)


def network_of(
    module: nn.Module,
    name: str,
    classes: str | Sequence[str | OutputClass] | None = None,
    preprocessing: Preprocessing | None = None,
) -> Network:
    """A network that is already there, which is put into evaluation mode; ``classes`` as words, names, or themselves.

    >>> module = nn.Sequential(nn.Conv2d(3, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> network_of(module, "tiny", ["cat", "dog"]).classes[1].name
    'dog'
    """
    wanted = preprocessing or Preprocessing()
    outputs = count_outputs(name, ready(name, module), wanted)
    if classes is None or isinstance(classes, str):
        list_ = open_classes(classes or assumed(outputs), outputs)
    else:
        list_ = tuple(OutputClass(i, c) if isinstance(c, str) else c for i, c in enumerate(classes))
    check_classes(name, list_, outputs)
    return Network(architecture_of(name, module, list_), module, wanted)


def opened(network: str, weights: str | None) -> tuple[nn.Module, WeightsEnum | None]:
    """The module that the words mean, and which of torchvision's weights it has, if any."""
    if is_factory(network):
        return from_factory(network, weights), None
    name = known_network(network)
    if weights is None:
        return random_network(name), None
    if is_file(weights):
        known = weights_in(name, weights)
        return trained_network(name, read_weights(weights), known, weights), known
    known = known_weights(name, weights)
    return trained_network(name, downloaded(known), known, weights), known


def from_factory(network: str, weights: str | None) -> nn.Module:
    """What a factory makes, with other weights if a file of them is given."""
    if weights is not None and not is_file(weights):
        raise InputError(
            f"weights {weights}: are no file, and {network} is a factory, whose weights have no names; "
            "give a file: .pt, .pth, .safetensors, .npz; or none, for those that the factory gives"
        )
    module = made(network)
    if weights is not None:
        load(refuse_lazy(network, module), read_weights(weights), weights)
    return module


def prepared(network: str, preprocessing: str | None, known: WeightsEnum | None) -> Preprocessing:
    """How a network wants its pixels: as said, as its weights want it, or as its architecture's usual weights do."""
    if preprocessing is not None:
        return read_preprocessing(preprocessing)
    if is_factory(network):
        return Preprocessing()
    return of_preset((known or default_weights(network.lower())).transforms())


def meant(known: WeightsEnum | None, outputs: int) -> tuple[OutputClass, ...]:
    """The classes that torchvision's weights name, where these are not ImageNet's; else none."""
    names = [] if known is None else known.meta.get("categories") or []
    if len(names) != outputs or are_imagenet(names):
        return ()
    return tuple(OutputClass(index, name) for index, name in enumerate(names))


def assumed(outputs: int) -> str:
    """The classes of a network of which nobody said any, as words that say it."""
    return IMAGENET if outputs == len(imagenet_classes()) else NUMBERED


def available(device: str) -> torch.device:
    """A device by torch's name, if it can be used here."""
    try:
        place = torch.zeros(1, device=device)
        # The device "meta" makes tensors that hold nothing, which shows when they are read.
        place.cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InputError(
            f"device {device}: cannot be used: {str(error).splitlines()[0]}; cpu always can, cuda with a GPU"
        ) from error
    return place.device


def ready(name: str, module: nn.Module) -> nn.Module:
    """A module in evaluation mode that computes in 32 bits, as pixels are given."""
    return refuse_lazy(name, module).eval().float()


def refuse_lazy(name: str, module: nn.Module) -> nn.Module:
    """A module, unless it does not know its own sizes yet."""
    if any(map(is_lazy, (*module.parameters(), *module.buffers()))):
        raise InputError(f"network {name}: has lazy layers without weights; run it once before it is given")
    return module


def count_outputs(name: str, module: nn.Module, preprocessing: Preprocessing) -> int:
    """How many scores a network gives for a black picture of its size."""
    height, width = preprocessing.size
    device = next((parameter.device for parameter in module.parameters()), torch.device("cpu"))
    try:
        with torch.no_grad():
            scores = module(torch.zeros(1, 3, height, width, device=device))
    except Exception as error:  # Any code may stand in a network.
        raise InputError(
            f"network {name}: fails on a picture of 3 colours, {height} × {width} pixels: "
            f"{(str(error) or type(error).__name__).splitlines()[0]}; give preprocessing with the size that it wants"
        ) from error
    if not isinstance(scores, Tensor) or scores.ndim != 2 or scores.shape[0] != 1:
        given = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
        raise InputError(
            f"network {name}: gives {given} for one picture; it must give one tensor of (pictures, classes); "
            "write a factory that returns a module doing that"
        )
    return scores.shape[1]


def check_classes(name: str, classes: Sequence[OutputClass], outputs: int) -> None:
    """Refuses classes that are not one for each output, in order, each with a key of its own."""
    if len(classes) != outputs:
        raise InputError(
            f"network {name}: has {outputs} outputs, but {len(classes)} classes were given; give one for each output"
        )
    if [class_.index for class_ in classes] != list(range(outputs)):
        raise InputError(
            f"network {name}: its classes are not in the order of the outputs; their indices are 0, 1, 2 …"
        )
    if len({class_.key for class_ in classes}) < outputs:
        raise InputError(f"network {name}: two of its classes have one wnid; a wnid is one class's")
