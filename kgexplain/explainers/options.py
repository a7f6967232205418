"""Explainers by name, with their parameters from words or from a file."""

import importlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from kgexplain.errors import InputError
from kgexplain.explainers import EXPLAINERS
from kgexplain.explainers.explainer import Explainer


def explainers(
    names: Iterable[str], settings: Iterable[str] = (), file: Path | None = None
) -> tuple[Explainer, ...]:
    """The named explainers, with ``name.parameter=value`` settings, which go before those of a TOML ``file``.

    A name is one of ours (``filtag``) or ``package.module:Class``; the file has a table for each name.

    >>> explainers(["filtag"], ["filtag.q=25", "filtag.layers=features.3,features.6"])[0].layers
    ('features.3', 'features.6')
    """
    kinds = {name: _kind(name) for name in names}
    values: dict[str, dict[str, Any]] = {name: {} for name in kinds}
    for name, parameters in _tables(file).items():
        _known(name, kinds)
        values[name].update(parameters)
    for setting in settings:
        name, parameter, value = _split(setting)
        _known(name, kinds)
        values[name][parameter] = value
    return tuple(_made(kind, name, values[name]) for name, kind in kinds.items())


def _kind(name: str) -> type[Any]:
    """A class of explainers; Any, as a protocol with more than methods has no subclasses at run time."""
    known = {kind.name: kind for kind in EXPLAINERS}
    if name in known:
        return known[name]
    module, colon, attribute = name.rpartition(":")
    if not colon:
        raise InputError(
            f"no explainer {name!r}; there are {', '.join(known)}, or package.module:Class for your own"
        )
    try:
        found: Any = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise InputError(
            f"explainer {name!r} cannot be imported ({error}); give it as package.module:Class"
        ) from error
    if not (
        isinstance(found, type)
        and is_dataclass(found)
        and hasattr(found, "name")
        and hasattr(found, "explain")
    ):
        raise InputError(f"{name} is no explainer; one is a dataclass with a name and the method explain")
    return found


def _tables(file: Path | None) -> Mapping[str, Mapping[str, Any]]:
    if file is None:
        return {}
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read as TOML ({error})") from error
    loose = [key for key, value in tables.items() if not isinstance(value, dict)]
    if loose:
        raise InputError(f"{file}: {loose} stand outside a table; each explainer has its own, as [filtag]")
    return tables


def _known(name: str, kinds: Mapping[str, object]) -> None:
    if name not in kinds:
        raise InputError(f"settings for {name!r}, which is not asked for; these are: {', '.join(kinds)}")


def _split(setting: str) -> tuple[str, str, str]:
    left, equals, value = setting.partition("=")
    name, dot, parameter = left.rpartition(".")
    if not (equals and dot and parameter):
        raise InputError(f"{setting!r} is no setting; write explainer.parameter=value, as filtag.q=25")
    return name, parameter, value


def _made(kind: type[Any], name: str, values: Mapping[str, Any]) -> Explainer:
    defaults = {field.name: field.default for field in fields(kind)}
    unknown = [parameter for parameter in values if parameter not in defaults]
    if unknown:
        raise InputError(f"{name} has no parameter {unknown}; it has {', '.join(defaults)}")
    made: Explainer = kind(**{p: _typed(f"{name}.{p}", value, defaults[p]) for p, value in values.items()})
    return made


def _typed(name: str, value: Any, default: Any) -> Any:
    """``value`` as the type of the parameter's default; words are read, and other values are taken as they are."""
    if isinstance(default, tuple):
        return _texts(name, value)
    kind = type(default)
    read: Callable[[str], Any] = _READERS.get(kind, str)
    try:
        typed = read(value) if isinstance(value, str) else value
    except ValueError as error:
        raise _unfit(name, value, default) from error
    if kind is float and type(typed) is int:
        return float(typed)
    if kind in _READERS and type(typed) is not kind:
        raise _unfit(name, value, default)
    return typed


def _texts(name: str, value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise InputError(f"{name} is {value!r}; it must be texts, as 'features.3,features.6'")
    return tuple(part.strip() for part in parts if part.strip())


def _unfit(name: str, value: Any, default: Any) -> InputError:
    return InputError(f"{name} is {value!r}; it must be {_KINDS[type(default)]}, as {default!r}")


_KINDS = {int: "a whole number", float: "a number", str: "a text"}
_READERS: Mapping[type, Callable[[str], Any]] = {int: int, float: float, str: str}
