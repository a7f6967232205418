"""The networks and weights that torchvision knows by name."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePath
from urllib.parse import urlparse

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import WeightsEnum

from kgexplain.errors import InputError
from kgexplain.inputs.weights import load, renamed

# Their auxiliary heads are for training only; in evaluation mode their convolutions never run.
_AUXILIARY = {"googlenet": ("aux1.", "aux2."), "inception_v3": ("AuxLogits.",)}


def networks() -> list[str]:
    """The names of torchvision's classification networks.

    >>> "vgg16" in networks(), "fasterrcnn_resnet50_fpn" in networks()
    (True, False)
    """
    return [str(name) for name in models.list_models(module=models)]


def known_network(name: str) -> str:
    """The name as torchvision writes it; an InputError names similar ones."""
    if name.lower() in networks():
        return name.lower()
    raise InputError(
        f"network {name}: is neither one of torchvision's {len(networks())} classification networks nor a factory; "
        f"{closest(name, networks())}`kgexplain list networks` names all; a factory is package.module:function "
        "or path/file.py:function"
    )


def closest(name: str, known: Sequence[str]) -> str:
    """What a misspelt name may have meant, as the beginning of an advice.

    >>> closest("resnet5O", ["alexnet", "resnet50"])
    'close to it: resnet50; '
    """
    close = get_close_matches(name.lower(), known, n=4)
    return f"close to it: {', '.join(close)}; " if close else ""


def weights_names(network: str) -> list[str]:
    """The names of the trained weights that torchvision has for a network.

    >>> weights_names("vgg16")
    ['IMAGENET1K_V1', 'IMAGENET1K_FEATURES']
    """
    return [str(member) for member in models.get_model_weights(network).__members__ if member != "DEFAULT"]


def known_weights(network: str, name: str) -> WeightsEnum:
    """Torchvision's weights by name: ``DEFAULT``, ``IMAGENET1K_V1``, or ``VGG16_Weights.IMAGENET1K_V1``."""
    family = models.get_model_weights(network)
    member = name.removeprefix(f"{family.__name__}.").upper()
    if member not in family.__members__:
        raise InputError(
            f"weights {name}: are none that torchvision has for {network}; "
            f"it has DEFAULT, {', '.join(weights_names(network))}; or give a file: .pt, .pth, .safetensors, .npz"
        )
    return family[member]


def default_weights(network: str) -> WeightsEnum:
    """The weights that torchvision recommends for a network."""
    return models.get_model_weights(network).DEFAULT


def weights_in(network: str, file: str) -> WeightsEnum | None:
    """Which of torchvision's weights a downloaded file is, by its name; None if it is none of them.

    >>> weights_in("squeezenet1_1", "Downloads/squeezenet1_1-b8a52dc0.pth").name
    'IMAGENET1K_V1'
    """
    family = models.get_model_weights(network)
    name = PurePath(file).name
    return next((weights for weights in family if PurePath(urlparse(weights.url).path).name == name), None)


def downloaded(weights: WeightsEnum) -> dict[str, Tensor]:
    """The state dictionary of torchvision's weights; from torch's cache if it is there."""
    try:
        state: dict[str, Tensor] = weights.get_state_dict(
            progress=True, check_hash=True, map_location="cpu", weights_only=True
        )
    except (OSError, RuntimeError) as error:
        raise InputError(
            f"weights {weights}: cannot be downloaded from {weights.url}: {error}; "
            "fetch that file elsewhere and give its path as the weights"
        ) from error
    return state


def random_network(name: str) -> nn.Module:
    """A network of torchvision with random weights, the same each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module: nn.Module = models.get_model(name, weights=None, **options(name))
    return module


def trained_network(
    name: str, state: Mapping[str, Tensor], weights: WeightsEnum | None, words: str
) -> nn.Module:
    """A network of torchvision with the weights of a state dictionary, and with as many outputs as that has.

    GoogLeNet and Inception convert colours themselves where the weights are torchvision's own, which want it.
    """
    chosen = options(name)
    if weights is not None and name in _AUXILIARY:
        chosen["transform_input"] = True
    module = empty(name, chosen)
    fitting = renamed(state, module.state_dict())
    for key in [key for key in fitting if key.startswith(_AUXILIARY.get(name, ()))]:
        del fitting[key]
    last = fitting.get(classifier(module))
    if last is not None and last.ndim >= 2 and last.shape[0] != 1000:
        module = empty(name, {**chosen, "num_classes": last.shape[0]})
    load(module, fitting, words)
    return module


def empty(name: str, chosen: Mapping[str, int]) -> nn.Module:
    """A network without memory for weights, where that is possible; random weights would take seconds for nothing."""
    try:
        with torch.device("meta"):
            module: nn.Module = models.get_model(name, weights=None, **chosen)
    except NotImplementedError:
        # RegNet computes with numbers that it keeps in tensors.
        module = models.get_model(name, weights=None, **chosen)
    return module


def options(name: str) -> dict[str, int]:
    """What a network's builder is told: GoogLeNet and Inception need no heads for training, and no slow beginning."""
    return {"aux_logits": False, "init_weights": False} if name in _AUXILIARY else {}


def classifier(module: nn.Module) -> str:
    """The name of the last weight, which has a row for each output; in SqueezeNet it is a convolution's.

    >>> classifier(empty("squeezenet1_1", {}))
    'classifier.1.weight'
    """
    return [name for name, tensor in module.state_dict().items() if tensor.ndim >= 2][-1]
