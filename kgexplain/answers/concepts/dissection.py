"""What a dissection says, read from the graph: its run, and the detectors of each layer beside those of chance."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import NamedNode

from kgexplain.answers.concepts.detectors import IOU, Detector, Dissected, LayerDetectors, Match, ordered
from kgexplain.answers.explanation import number
from kgexplain.answers.runs import options_of_run
from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Term

Row: TypeAlias = Mapping[str, Term]

METHODS = ("dissection", "dissection-table")

# Beside what a filter detects, so many other concepts that it agrees with are told.
_OTHERS = 2


@dataclass(frozen=True)
class DissectionRun:
    """A run that dissected a network, brought a published table of one, or labelled filters; its options, by name."""

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


def dissection_run(store: Store, network: str | None = None, run: str | None = None) -> DissectionRun:
    """The run of this IRI, or the newest one that dissected ``network`` (an IRI), or any."""
    rows = [row for row in _runs(store) if row["method"] in METHODS]
    for row in rows:
        if run in (None, row["run"]) and network in (None, row["model"]):
            return _run(store, row)
    known = ", ".join(row["run"] for row in rows) or "none; run `kgexplain explain --with dissection` first"
    what = " of ".join(filter(None, (run, network))) or "any dissection"
    raise QueryError(f"the graph at {store.address} does not know {what}; dissections are {known}")


def labelling_run(store: Store, of: DissectionRun) -> DissectionRun:
    """The run that labelled filters by what a dissection counted."""
    named = labels_of(of.run)
    for row in _runs(store):
        if (row["method"], row["run"]) == ("labels", named):
            return _run(store, row)
    raise QueryError(
        f"no run in the graph at {store.address} labelled filters by {of.run}; run `kgexplain label` first"
    )


def labels_of(run: str) -> str:
    """The IRI of the run that labels filters by a dissection, which it is named after: of each there is one.

    >>> labels_of("https://w3id.org/kgexplain/run/dissection--vgg16--0a1b2c3d--garden--4c5d6e7f")
    'https://w3id.org/kgexplain/run/labels--vgg16--0a1b2c3d--garden--4c5d6e7f'
    """
    return run.replace("/run/dissection", "/run/labels", 1)


def _runs(store: Store) -> Iterator[dict[str, str]]:
    for row in store.select(query("concepts/concept_runs").bind()):
        yield {column: value.value for column, value in row.items()}


def _run(store: Store, row: Mapping[str, str]) -> DissectionRun:
    return DissectionRun(
        method=row["method"],
        run=row["run"],
        network=row["model"],
        network_name=row["network"],
        network_digest=row["digest"],
        images=row["images"],
        images_digest=row["images_digest"],
        options=options_of_run(store, row["run"]),
    )


def dissected(store: Store, run: DissectionRun) -> Dissected:
    """What filters detect by a dissection: the layers of which it says anything, in the order in which they run."""
    layers = [
        LayerDetectors(
            layer, _filters(rows), _detectors(store, run, layer, IOU, _above(run.least)), _by_chance(rows)
        )
        for layer, rows in _layers(store, run).items()
    ]
    shown = _shown(store, run.run)
    return Dissected(run.run, run.network_name, run.images, shown, run.share, run.least, tuple(layers))


def labelled(store: Store, run: DissectionRun, labels: DissectionRun) -> Dissected:
    """What the filters of a dissection are labelled with by the run ``labels``; chance is in their p-values."""
    measure, limit = labels.options["labels.measure"], float(labels.options["labels.limit"])
    layers = [
        LayerDetectors(layer, _filters(rows), _detectors(store, labels, layer, measure, _below(limit)), {})
        for layer, rows in _layers(store, run).items()
    ]
    shown = _shown(store, run.run)
    return Dissected(
        labels.run, run.network_name, run.images, shown, run.share, limit, tuple(layers), measure
    )


def _layers(store: Store, run: DissectionRun) -> dict[str, list[Row]]:
    """What a dissection counted in each layer, by category."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in store.select(query("concepts/detectors_of_run").bind(run=NamedNode(run.run))):
        rows[row["layer"].value].append(row)
    return dict(rows)


def _filters(rows: Sequence[Row]) -> int:
    return int(number(rows[0]["all"]))


def _by_chance(rows: Sequence[Row]) -> dict[str, int]:
    return {row["category"].value: int(number(row["by_chance"])) for row in rows if "by_chance" in row}


def _above(least: float) -> Callable[[Row], bool]:
    return lambda row: number(row["score"]) > least


def _below(limit: float) -> Callable[[Row], bool]:
    return lambda row: number(row["p_value"]) <= limit


def _detectors(
    store: Store, run: DissectionRun, layer: str, measure: str, passes: Callable[[Row], bool]
) -> tuple[Detector, ...]:
    """The filters of a layer whose best concept by a measure ``passes``."""
    filters: defaultdict[int, list[Row]] = defaultdict(list)
    bound = query("concepts/concepts_of_layer").bind(
        run=NamedNode(run.run), network=NamedNode(run.network), layer=layer, measure=measure
    )
    for row in store.select(bound):
        filters[int(number(row["index"]))].append(row)
    return ordered(_detector(layer, i, rows) for i, rows in filters.items() if passes(rows[0]))


def _detector(layer: str, index: int, rows: Sequence[Row]) -> Detector:
    first, *others = map(_match, rows[: 1 + _OTHERS])
    p_value = number(rows[0]["p_value"]) if "p_value" in rows[0] else None
    return Detector(rows[0]["filter"].value, layer, index, first, p_value, tuple(others))


def _match(row: Row) -> Match:
    category = row["category"].value if "category" in row else ""
    return Match(row["concept"].value, row["name"].value, category, number(row["score"]))


def _shown(store: Store, run: str) -> int:
    """How many photographs a run saw; 0 where it saw none itself."""
    rows = store.select(query("provenance/runs").bind())
    return next((int(number(row["tagging_images"])) for row in rows if row["run"].value == run), 0)
