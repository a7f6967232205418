"""Trained weights from files that hold tensors only, and whether they belong to a network."""

import re
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kgexplain.errors import InputError

# What training code puts around a state dictionary, and before each of its names.
_WRAPPERS = ("state_dict", "model_state_dict", "model", "net")
_PREFIXES = ("module.", "_orig_mod.", "model.")

# Some of torchvision's published files are older than the names of its modules.
_OLD_NAMES = (
    (re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12])\."), r"\1\2."),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_1\."), r"\1.0."),
    (re.compile(r"(encoder_layer_\d+\.mlp)\.linear_2\."), r"\1.3."),
)


def is_file(weights: str) -> bool:
    """Whether these words name a file, by their ending, or because there is one.

    >>> is_file("nets/vgg16.npz"), is_file("IMAGENET1K_V1")
    (True, False)
    """
    return Path(weights).suffix.lower() in READERS or "/" in weights or Path(weights).is_file()


def read_weights(file: str) -> dict[str, Tensor]:
    """The state dictionary in a file: .pt, .pth, .safetensors or .npz; code in a file is never run."""
    path = Path(file)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"weights {file}: end in {path.suffix or 'nothing'}; they can end in {', '.join(READERS)}"
        )
    if not path.is_file():
        raise InputError(f"weights {file}: there is no such file; give a file ending in {', '.join(READERS)}")
    state = unwrapped(reader(path))
    if not state or not all(isinstance(tensor, Tensor) for tensor in state.values()):
        raise InputError(
            f"weights {file}: hold no state dictionary, names with a tensor each; save module.state_dict()"
        )
    return state


def read_torch(path: Path) -> Any:
    """What torch saved, if it is tensors, numbers and texts only."""
    try:
        with warnings.catch_warnings():
            # What torch thinks of a file's age is nothing that the reader can act upon.
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except (
        Exception
    ) as error:  # The unpickler raises what the bytes lead it to: KeyError, EOFError, RuntimeError …
        raise InputError(
            f"weights {path}: are not tensors only: damaged, or a pickle that would run code, which is refused; "
            "save module.state_dict() with torch.save"
        ) from error


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """The tensors in a .safetensors file."""
    try:
        from safetensors import SafetensorError  # noqa: PLC0415  (an extra, not everybody has it)
        from safetensors.torch import load_file  # noqa: PLC0415  (the same)
    except ImportError as error:
        raise InputError(
            f"weights {path}: need a package that is not installed; pip install kgexplain[safetensors]"
        ) from error
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise InputError(
            f"weights {path}: cannot be read: {error}; give a whole .safetensors file"
        ) from error
    return tensors


def read_npz(path: Path) -> dict[str, Tensor]:
    """The arrays in a .npz file; pickled objects are refused."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    except (OSError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"weights {path}: are not arrays of numbers only: {error}; save them with numpy.savez"
        ) from error


READERS: Mapping[str, Callable[[Path], Any]] = {
    ".pt": read_torch,
    ".pth": read_torch,
    ".safetensors": read_safetensors,
    ".npz": read_npz,
}


def unwrapped(saved: Any) -> dict[str, Any]:
    """The state dictionary in what was saved: itself, or below the name that training code gives it.

    >>> unwrapped({"epoch": 3, "state_dict": {"conv.weight": torch.zeros(1)}})
    {'conv.weight': tensor([0.])}
    """
    if not isinstance(saved, Mapping):
        return {}
    inner = next((saved[name] for name in _WRAPPERS if isinstance(saved.get(name), Mapping)), None)
    state = saved if inner is None else inner
    # torch's own dictionaries say which version of each module they were made with; loading needs that.
    return state if isinstance(state, dict) else dict(state)


def renamed(state: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> OrderedDict[str, Tensor]:
    """A state dictionary with names as the network's ``own`` has them.

    A prefix that all names share and no own name has is taken off (DataParallel's ``module.``).
    """
    prefix = next(
        (p for p in _PREFIXES if shared(p, state) and not any(name.startswith(p) for name in own)), ""
    )
    result = OrderedDict((present(name.removeprefix(prefix)), tensor) for name, tensor in state.items())
    if not prefix and hasattr(state, "_metadata"):
        result._metadata = state._metadata  # type: ignore[attr-defined]  # noqa: SLF001
    return result


def shared(prefix: str, state: Mapping[str, Tensor]) -> bool:
    """Whether all names begin like this."""
    return all(name.startswith(prefix) for name in state)


def present(name: str) -> str:
    """A tensor's name as today's torchvision writes it.

    >>> present("features.denseblock1.denselayer1.norm.1.weight")
    'features.denseblock1.denselayer1.norm1.weight'
    """
    for old, new in _OLD_NAMES:
        name = old.sub(new, name)
    return name


def completed(state: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> OrderedDict[str, Tensor]:
    """A state dictionary with the names and the kinds of numbers that a network's ``own`` has."""
    result = renamed(state, own)
    for name, tensor in own.items():
        if name in result:
            result[name] = result[name].to(tensor.dtype)
        elif name.endswith(".num_batches_tracked"):
            # A counter that evaluation does not use; files from elsewhere leave it out.
            result[name] = torch.tensor(0)
    if not hasattr(result, "_metadata") and hasattr(own, "_metadata"):
        # Without the versions of its modules, a state dictionary counts as one of the oldest.
        result._metadata = own._metadata  # type: ignore[attr-defined]  # noqa: SLF001
    return result


def load(module: nn.Module, state: Mapping[str, Tensor], words: str) -> None:
    """Gives a network its weights; refuses those of another architecture, naming what does not fit."""
    own = module.state_dict()
    fitting = completed(state, own)
    if shapes := [
        f"{name} {tuple(tensor.shape)} instead of {tuple(own[name].shape)}"
        for name, tensor in fitting.items()
        if name in own and tensor.shape != own[name].shape
    ]:
        raise misfit(words, {"wrong shape": shapes})
    result = module.load_state_dict(fitting, strict=False, assign=True)
    if result.missing_keys or result.unexpected_keys:
        raise misfit(words, {"missing": result.missing_keys, "unexpected": result.unexpected_keys})


def misfit(words: str, faults: Mapping[str, Sequence[str]]) -> InputError:
    """What is said of weights that belong to another network."""
    said = "; ".join(f"{kind}: {listing(names)}" for kind, names in faults.items() if names)
    return InputError(
        f"weights {words}: are of another architecture ({said}); give the weights of this network, or its factory"
    )


def listing(names: Sequence[str]) -> str:
    """The first of many names.

    >>> listing(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
