"""Which runs tagged a network, and how: what is needed to see a new image as they did."""

from collections.abc import Mapping
from dataclasses import dataclass

from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store


@dataclass(frozen=True)
class TaggingRun:
    """A run that tagged filters with classes: the network it saw, its parameters, and the scores beside the graph."""

    run: str
    network: str
    network_name: str
    network_digest: str
    parameters: Mapping[str, str]
    place: str


@dataclass(frozen=True)
class AttributeRun:
    """A run that said in words what filters respond to: the network and the images it saw, and its parameters."""

    run: str
    network: str
    network_name: str
    network_digest: str
    parameters: dict[str, str]


def tagging_run(store: Store, network: str | None = None) -> TaggingRun:
    """The newest run that tagged ``network`` (an IRI), or that tagged any."""
    rows = [
        r
        for r in store.select(query("provenance/tagging_runs").bind())
        if network in (None, r["model"].value)
    ]
    if not rows:
        whose = f"the filters of {network}" if network else "any filters"
        raise QueryError(
            f"no run in the graph at {store.address} tagged {whose}; run `kgexplain explain` first"
        )
    run = rows[0]["run"].value
    options = _options(store, run)
    return TaggingRun(
        run=run,
        network=rows[0]["model"].value,
        network_name=rows[0]["network"].value,
        network_digest=rows[0]["digest"].value,
        parameters=_of("filtag", options),
        place=options["explain.place"],
    )


def explained_by(store: Store) -> str:
    """What filters are explained by in the graph: ``tags``, if any run tagged them; else ``attributes``, if it has some."""
    if any(store.select(query("provenance/tagging_runs").bind())):
        return "tags"
    return "attributes" if any(store.select(query("attributes/runs").bind())) else "tags"


def attribute_run(store: Store, network: str | None = None) -> AttributeRun:
    """The newest run that said in words what the filters of ``network`` (an IRI), or of any, respond to."""
    rows = [r for r in store.select(query("attributes/runs").bind()) if network in (None, r["model"].value)]
    if not rows:
        whose = f"the filters of {network}" if network else "any filters"
        raise QueryError(
            f"no run in the graph at {store.address} has attributes of {whose}; "
            "run `kgexplain explain --with attributes` first"
        )
    run = rows[0]["run"].value
    return AttributeRun(
        run=run,
        network=rows[0]["model"].value,
        network_name=rows[0]["network"].value,
        network_digest=rows[0]["digest"].value,
        parameters=_of("attributes", _options(store, run)),
    )


def newest_run(store: Store, method: str) -> str:
    """The IRI of the newest run of a method; QueryError where there is none."""
    for row in store.select(query("provenance/runs").bind()):
        if row["method"].value == method:
            return row["run"].value
    raise QueryError(f"no run in the graph at {store.address} made {method}; run `kgexplain {method}` first")


def _of(method: str, options: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(f"{method}."): value
        for name, value in options.items()
        if name.startswith(f"{method}.")
    }


def _options(store: Store, run: str) -> dict[str, str]:
    rows = store.select(query("provenance/options_of_run").bind(run=run))
    return {row["option"].value: row["value"].value for row in rows}
