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
    scores_digest: str


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
    files = {
        row["title"].value: row["sha256"].value
        for row in store.select(query("provenance/files_of_run").bind(run=run))
    }
    return TaggingRun(
        run=run,
        network=rows[0]["model"].value,
        network_name=rows[0]["network"].value,
        network_digest=rows[0]["digest"].value,
        parameters={
            name.removeprefix("filtag."): v for name, v in options.items() if name.startswith("filtag.")
        },
        place=options["explain.place"],
        scores_digest=files.get("scores", ""),
    )


def _options(store: Store, run: str) -> dict[str, str]:
    rows = store.select(query("provenance/options_of_run").bind(run=run))
    return {row["option"].value: row["value"].value for row in rows}
