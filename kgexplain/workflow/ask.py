"""Ask the graph: by query, or for what there is."""

# What loads torch is imported where it is needed: a question to a graph should not wait seconds for it.

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

from pyoxigraph import Literal

from kgexplain.errors import InputError
from kgexplain.graph.opening import existing_store
from kgexplain.graph.query import queries, query
from kgexplain.graph.store import Rows, Store

# What is asked of a run that did not tag.
_FINDINGS = {"attributes": "attributes/findings", "dissection": "concepts/findings"}

LISTS = ("explainers", "queries", "layers", "networks", "runs")


def ask(name: str, values: Iterable[str], store: Store) -> Rows:
    """The answer to a query, by its name or its file, with ``parameter=value`` for each parameter."""
    given: dict[str, str] = {}
    for value in values:
        parameter, equals, text = value.partition("=")
        if not equals:
            raise InputError(f"{value!r} is no parameter; write name=value")
        if parameter in given:
            raise InputError(f"{parameter} is given twice, {given[parameter]!r} and {text!r}; give it once")
        given[parameter] = text
    return store.select(query(name).bind(**given))


def found(store: Store, runs: Iterable[str]) -> tuple[Rows, ...]:
    """What runs found, a table for each kind: how many tags of how many filters, Hits@n beside chance; or attributes."""
    methods = {row["run"].value: row["method"].value for row in store.select(query("provenance/runs").bind())}
    answers: dict[str, Rows] = {}
    for run in runs:
        name = _FINDINGS.get(methods[run], "provenance/findings")
        answer = store.select(query(name).bind(run=run))
        before = answers.get(name, ())
        answers[name] = Rows(answer.columns, [*before, *answer])
    return tuple(answers.values())


def listed(what: str, address: str, network: str | None = None) -> Rows:
    """What there is: explainers and queries of the library; networks, runs and layers of the graph at ``address``.

    Networks are those that can be opened by name, too; with ``network``, layers are those that it has once opened.
    """
    if what not in LISTS:
        raise InputError(f"{what!r} cannot be listed; {', '.join(LISTS)} can")
    if what == "explainers":
        return _rows(("explainer", "parameters", "summary"), _explainers())
    if what == "queries":
        return _rows(("query", "parameters", "summary"), _queries())
    if what == "networks":
        return _rows(("network", "where"), _networks(address))
    if what == "layers" and network is not None:
        return _rows(("layer", "filters", "kernel", "groups"), _layers(network))
    with existing_store(address) as store:
        return store.select(query(f"provenance/{what}").bind())


def _networks(address: str) -> Iterator[tuple[str, str]]:
    from kgexplain.inputs.catalogue import networks

    if "://" in address or Path(address).is_dir():
        with existing_store(address) as store:
            for row in store.select(query("provenance/networks").bind()):
                yield row["network"].value, f"in the graph, digest {row['digest'].value[:8]}"
    for name in networks():
        yield name, "torchvision"


def _layers(network: str) -> Iterator[tuple[str, str, str, str]]:
    from kgexplain.activations.sites import reached
    from kgexplain.inputs.network import open_network

    opened = open_network(network)
    for name in reached(opened):
        layer = opened.layers[name]
        yield name, str(layer.filters), "×".join(map(str, layer.kernel)), str(layer.groups)


def _explainers() -> Iterator[tuple[str, str, str]]:
    from kgexplain.explainers import EXPLAINERS

    for kind in EXPLAINERS:
        parameters = ", ".join(f"{f.name}={f.default!r}" for f in fields(kind))  # type: ignore[arg-type]
        yield kind.name, parameters, (kind.__doc__ or "").partition("\n")[0]


def _queries() -> Iterator[tuple[str, str, str]]:
    for question in queries():
        yield question.name, ", ".join(p.name for p in question.parameters), question.summary


def _rows(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Rows:
    return Rows(columns, [dict(zip(columns, map(Literal, row), strict=True)) for row in rows])
