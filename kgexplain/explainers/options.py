"""Explainers by name, with their parameters from words or from a file."""

import importlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
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


def _kind(name: str) -> type[Explainer]:
    known = {kind.name: kind for kind in EXPLAINERS}
    if name in known:
        return known[name]
    module, colon, attribute = name.rpartition(":")
    if not colon:
        raise InputError(
            f"no explainer {name!r}; there are {', '.join(known)}, or package.module:Class for your own"
        )
    try:
        kind: type[Explainer] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"explainer {name!r} cannot be imported ({error}); give it as package.module:Class"
        ) from error
    return kind


def _tables(file: Path | None) -> Mapping[str, Mapping[str, Any]]:
    if file is None:
        return {}
    try:
        tables = tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
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


def _made(kind: type[Explainer], name: str, values: Mapping[str, Any]) -> Explainer:
    defaults = {field.name: field.default for field in fields(kind)}  # type: ignore[arg-type]
    unknown = [parameter for parameter in values if parameter not in defaults]
    if unknown:
        raise InputError(f"{name} has no parameter {unknown}; it has {', '.join(defaults)}")
    return kind(**{p: _typed(f"{name}.{p}", value, defaults[p]) for p, value in values.items()})


def _typed(name: str, value: Any, default: Any) -> Any:
    """``value`` as the type of the parameter's default."""
    if isinstance(default, tuple):
        parts = value.split(",") if isinstance(value, str) else list(value)
        return tuple(part.strip() for part in parts if part.strip())
    try:
        typed = type(default)(value)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{name} is {value!r}; it must be {_KINDS[type(default)]}, as {default!r}"
        ) from error
    return typed


_KINDS = {int: "a whole number", float: "a number", str: "a text"}
