"""Networks from Python code: ``package.module:function``, or ``path/file.py:function``."""

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from torch import nn

from kgexplain.errors import InputError

FORM = "package.module:function or path/file.py:function"


def is_factory(network: str) -> bool:
    """Whether these words name a factory; torchvision's names have no colon.

    >>> is_factory("nets/mine.py:vgg"), is_factory("vgg16")
    (True, False)
    """
    return ":" in network or network.endswith(".py")


def made(factory: str) -> nn.Module:
    """The network that a factory makes when it is called without arguments."""
    where, _, name = factory.rpartition(":")
    if not where or not name.isidentifier():
        raise InputError(f"network {factory}: names no function of a module; a factory is {FORM}")
    is_file = where.endswith(".py")
    with importable(Path(where).parent if is_file else None):
        source = loaded(factory, Path(where)) if is_file else imported(factory, where)
        function = getattr(source, name, None)
        if not callable(function):
            raise InputError(f"network {factory}: {where} has no function {name}; it has {functions(source)}")
        module = called(factory, function)
    if not isinstance(module, nn.Module):
        raise InputError(
            f"network {factory}: gave {type(module).__name__}, not a torch.nn.Module; "
            "a factory takes no arguments and returns the network"
        )
    return module


def called(factory: str, function: object) -> object:
    """What a factory returns; whatever it raises becomes a sentence, as it is the user's own code."""
    try:
        return function()  # type: ignore[operator]
    except Exception as error:
        raise InputError(
            f"network {factory}: the function raised {type(error).__name__}: {error}; "
            "a factory takes no arguments and returns the network"
        ) from error


def imported(factory: str, where: str) -> ModuleType:
    """A module by its dotted name."""
    try:
        return importlib.import_module(where)
    except Exception as error:
        raise InputError(
            f"network {factory}: {where} cannot be imported: {type(error).__name__}: {error}; a factory is {FORM}"
        ) from error


def loaded(factory: str, file: Path) -> ModuleType:
    """A module from its file."""
    if not file.is_file():
        raise InputError(f"network {factory}: there is no file {file}; a factory is {FORM}")
    name = f"{file.stem}_{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InputError(f"network {factory}: {file} is not Python code; a factory is {FORM}")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up there while they are made.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise InputError(
            f"network {factory}: {file} cannot be run: {type(error).__name__}: {error}; mend the file"
        ) from error
    return module


@contextmanager
def importable(folder: Path | None) -> Iterator[None]:
    """While open, modules beside a factory's file can be imported by it."""
    before = list(sys.path)
    if folder is not None:
        sys.path.insert(0, str(folder.resolve()))
    try:
        yield
    finally:
        sys.path[:] = before


def functions(source: ModuleType) -> str:
    """What a module defines that can be called, for a message."""
    names = [n for n, value in vars(source).items() if callable(value) and not n.startswith("_")]
    return ", ".join(sorted(names)[:20]) or "none"
