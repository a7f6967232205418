"""Which runs tagged a network, and how: what is needed to see a new image as they did."""

from collections.abc import Mapping
from dataclasses import dataclass

from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store


@dataclass(frozen=True)
class ExplainingRun:
    """A run that explained filters: the network it saw, and its parameters."""

    run: str
    network: str
    network_name: str
    network_digest: str
    parameters: dict[str, str]
    place: str


def tagging_run(store: Store, network: str | None = None) -> ExplainingRun:
    """The newest run that tagged ``network`` (an IRI), or that tagged any."""
    whose = f"the filters of {network}" if network else "any filters"
    refusal = f"tagged {whose}; run `kgexplain explain` first"
    return _newest(store, "provenance/tagging_runs", "filtag", network, refusal)


def attribute_run(store: Store, network: str | None = None) -> ExplainingRun:
    """The newest run that said in words what the filters of ``network`` (an IRI), or of any, respond to."""
    whose = f"the filters of {network}" if network else "any filters"
    refusal = f"has attributes of {whose}; run `kgexplain explain --with attributes` first"
    return _newest(store, "attributes/runs", "attributes", network, refusal)


def explained_by(store: Store) -> str:
    """What filters are explained by in the graph: ``tags``, if any run tagged them; else ``attributes``, if it has some."""
    if any(store.select(query("provenance/tagging_runs").bind())):
        return "tags"
    return "attributes" if any(store.select(query("attributes/runs").bind())) else "tags"


def newest_run(store: Store, method: str) -> str:
    """The IRI of the newest run of a method; QueryError where there is none."""
    for row in store.select(query("provenance/runs").bind()):
        if row["method"].value == method:
            return row["run"].value
    raise QueryError(f"no run in the graph at {store.address} made {method}; run `kgexplain {method}` first")


def _newest(store: Store, question: str, method: str, network: str | None, refusal: str) -> ExplainingRun:
    rows = [r for r in store.select(query(question).bind()) if network in (None, r["model"].value)]
    if not rows:
        raise QueryError(f"no run in the graph at {store.address} {refusal}")
    run = rows[0]["run"].value
    options = options_of_run(store, run)
    return ExplainingRun(
        run=run,
        network=rows[0]["model"].value,
        network_name=rows[0]["network"].value,
        network_digest=rows[0]["digest"].value,
        parameters=_of(method, options),
        place=options["explain.place"],
    )


def _of(method: str, options: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(f"{method}."): value
        for name, value in options.items()
        if name.startswith(f"{method}.")
    }


def options_of_run(store: Store, run: str) -> dict[str, str]:
    """What was set for a run, as the graph has it: ``filtag.k`` and the like, in words."""
    rows = store.select(query("provenance/options_of_run").bind(run=run))
    return {row["option"].value: row["value"].value for row in rows}
