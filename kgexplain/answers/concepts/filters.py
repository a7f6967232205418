"""What the filters of layers stand for: of each the best of its concepts, by a run that dissected or labelled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from kgexplain.answers.runs import options_of_run
from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Term


@dataclass(frozen=True)
class ConceptRun:
    """A run that says what filters stand for: the network that it saw, and where it took the filters' maps."""

    run: str
    network: str
    network_name: str
    network_digest: str
    place: str


def concept_run(store: Store, measure: str, network: str | None = None, run: str = "") -> ConceptRun:
    """The newest run that says by a measure what the filters of ``network`` (an IRI), or of any, stand for; or ``run``."""
    rows = list(store.select(query("concepts/labelling_runs").bind(measure=measure)))
    meant = [
        row for row in rows if (row["run"].value == run if run else network in (None, row["model"].value))
    ]
    if not meant:
        whose = f"the run {run}" if run else f"any run of {network}" if network else "any run"
        known = ", ".join(row["run"].value for row in rows) or "none does"
        raise QueryError(
            f"no filter in the graph at {store.address} has a concept by {measure} from {whose} (runs: {known}); "
            "run `kgexplain explain --with dissection` first"
        )
    first = {column: value.value for column, value in meant[0].items()}
    place = options_of_run(store, first["run"]).get("explain.place", "activation")
    return ConceptRun(first["run"], first["model"], first["network"], first["digest"], place)


@dataclass(frozen=True)
class Demand:
    """What a concept must have for a filter to stand for it; what the graph does not say of it is not asked.

    ``categories`` are those that count, none = all, and synsets, too; the IoU must be above ``iou``, the p-value at
    most ``p_value``.
    """

    measure: str = "iou"
    categories: tuple[str, ...] = ()
    iou: float = -1.0
    p_value: float = 1.0

    def is_met(self, row: Mapping[str, Term]) -> bool:
        """Whether a row of ``concepts/concepts_of_layer`` has it."""
        category = row["category"].value if "category" in row else ""
        return (
            (not self.categories or category in self.categories)
            and _number(row, "iou", 1.0) > self.iou
            and _number(row, "p_value", 0.0) <= self.p_value
        )


@dataclass(frozen=True)
class Standing:
    """That a filter stands for a concept, a visual one or, without a category, a synset."""

    index: int
    concept: str
    name: str
    category: str
    score: float


def standing(store: Store, source: ConceptRun, layer: str, demand: Demand) -> Iterator[Standing]:
    """The concept of each filter of a layer that has one, by filter: of those in demand the one with the lowest rank."""
    question = query("concepts/concepts_of_layer").bind(
        run=source.run, network=source.network, layer=layer, measure=demand.measure
    )
    last = -1
    for row in store.select(question):
        index = int(row["index"].value)
        if index > last and demand.is_met(row):
            last = index
            category = row["category"].value if "category" in row else ""
            yield Standing(
                index, row["concept"].value, row["name"].value, category, float(row["score"].value)
            )


def _number(row: Mapping[str, Term], column: str, unknown: float) -> float:
    value = row.get(column)
    return float(value.value) if isinstance(value, Literal) else unknown
