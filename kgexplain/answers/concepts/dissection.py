"""What a dissection says, read from the graph: its run, and the detectors of each layer beside those of chance."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from kgexplain.answers.concepts.detectors import Detector, Dissected, LayerDetectors, Match, ordered
from kgexplain.answers.explanation import number
from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Term

METHODS = ("dissection", "dissection-table")

# Beside what a filter detects, so many other concepts that it agrees with are told.
_OTHERS = 2


@dataclass(frozen=True)
class DissectionRun:
    """A run that dissected a network, or brought a published table of one; with its options, by name."""

    method: str
    run: str
    network: str
    network_name: str
    network_digest: str
    images: str
    images_digest: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where the filters' maps were taken."""
        return self.options.get("explain.place", "activation")

    @property
    def least(self) -> float:
        """The IoU above which a filter detects a concept."""
        return float(self.options.get(f"{self.method}.iou", 0.04))

    @property
    def share(self) -> float:
        """The share of a filter's values that count as active."""
        return float(self.options.get(f"{self.method}.share", 0.005))


def dissection_run(store: Store, network: str | None = None) -> DissectionRun:
    """The newest run that dissected ``network`` (an IRI), or any."""
    for row in store.select(query("concepts/concept_runs").bind()):
        if row["method"].value in METHODS and network in (None, row["model"].value):
            return _run(store, {column: value.value for column, value in row.items()})
    whose = network or "any network"
    raise QueryError(
        f"no run in the graph at {store.address} dissected {whose}; run `kgexplain explain --with dissection` first"
    )


def _run(store: Store, row: Mapping[str, str]) -> DissectionRun:
    return DissectionRun(
        method=row["method"],
        run=row["run"],
        network=row["model"],
        network_name=row["network"],
        network_digest=row["digest"],
        images=row["images"],
        images_digest=row["images_digest"],
        options=_options(store, row["run"]),
    )


def dissected(store: Store, run: DissectionRun) -> Dissected:
    """What a run found: the layers of which it says anything, in the order in which they run."""
    rows: defaultdict[str, list[Mapping[str, Term]]] = defaultdict(list)
    for row in store.select(query("concepts/detectors_of_run").bind(run=NamedNode(run.run))):
        rows[row["layer"].value].append(row)
    layers = tuple(_layer(store, run, layer, of_layer) for layer, of_layer in rows.items())
    return Dissected(
        run.run, run.network_name, run.images, _shown(store, run.run), run.share, run.least, layers
    )


def _layer(
    store: Store, run: DissectionRun, layer: str, rows: Sequence[Mapping[str, Term]]
) -> LayerDetectors:
    by_chance = {row["category"].value: int(number(row["by_chance"])) for row in rows if "by_chance" in row}
    filters: defaultdict[int, list[Mapping[str, Term]]] = defaultdict(list)
    bound = query("concepts/concepts_of_layer").bind(
        run=NamedNode(run.run), network=NamedNode(run.network), layer=layer
    )
    for row in store.select(bound):
        filters[int(number(row["index"]))].append(row)
    detectors = (
        _detector(layer, index, matches)
        for index, matches in filters.items()
        if number(matches[0]["score"]) > run.least
    )
    return LayerDetectors(layer, int(number(rows[0]["all"])), ordered(detectors), by_chance)


def _detector(layer: str, index: int, rows: Sequence[Mapping[str, Term]]) -> Detector:
    first, *others = (
        Match(row["concept"].value, row["name"].value, row["category"].value, number(row["score"]))
        for row in rows[: 1 + _OTHERS]
    )
    p_value = number(rows[0]["p_value"]) if "p_value" in rows[0] else None
    return Detector(rows[0]["filter"].value, layer, index, first, p_value, tuple(others))


def _shown(store: Store, run: str) -> int:
    """How many photographs a run saw; 0 where it saw none itself."""
    rows = store.select(query("provenance/runs").bind())
    return next((int(number(row["tagging_images"])) for row in rows if row["run"].value == run), 0)


def _options(store: Store, run: str) -> dict[str, str]:
    rows = store.select(query("provenance/options_of_run").bind(run=NamedNode(run)))
    return {row["option"].value: row["value"].value for row in rows}
