"""What a graph says of a ranking run: which images show which concepts, and what is known around those of a class."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from pyoxigraph import NamedNode

from kgexplain.answers.concepts.relations import Concept, Knowledge, Tie, edge, step
from kgexplain.answers.concepts.shown import Shown, Sight, shown
from kgexplain.answers.explanation import number, told_apart
from kgexplain.errors import InputError, QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Term


class RankingRun(NamedTuple):
    """A run that ranked concepts: of which network, on which images.

    ``most`` is the rank up to which kgx:shows says that an image shows one; None where the run does not say that.
    """

    run: str
    network: str
    network_name: str
    network_digest: str
    images: str
    images_digest: str
    most: int | None


class NamedClass(NamedTuple):
    """A class that a run speaks of, and how many concepts it relies on."""

    class_: str
    name: str
    wnid: str
    concepts: int


def ranking_run(store: Store, run: str | None = None) -> RankingRun:
    """The run of this IRI, or the newest one that ranked concepts."""
    rows = list(store.select(query("relations/ranking_runs").bind()))
    columns = {
        "run": "run",
        "network": "model",
        "network_name": "network",
        "network_digest": "network_digest",
    }
    columns |= {"images": "images", "images_digest": "images_digest"}
    for row in rows:
        if run in (None, row["run"].value):
            most = int(number(row["most"])) if "most" in row else None
            return RankingRun(**{field: row[column].value for field, column in columns.items()}, most=most)
    known = ", ".join(dict.fromkeys(row["run"].value for row in rows)) or "none; run `kgexplain rank` first"
    what = "any run that ranked concepts" if run is None else f"{run}, or it ranked no concept"
    raise QueryError(f"the graph at {store.address} does not know {what}; those that did are {known}")


def shown_in(store: Store, run: str, best: int | None = None) -> Shown:
    """What the images of a run show: of each the concepts of rank 1 to ``best``; None takes all."""
    node = NamedNode(run)
    rows = store.select(query("concepts/images_and_concepts").bind(run=node))
    names = {one.class_: one.name for one in classes(store, run)}
    return shown(
        [
            Sight(
                row["image"].value,
                row["predicted"].value,
                row["concept"].value if best is None or number(row["rank"]) <= best else None,
            )
            for row in rows
        ],
        {**told_apart(names), **concept_names(store, run)},
    )


def concept_names(store: Store, run: str) -> dict[str, str]:
    """What the concepts of a run are called; two of one name get their category, too: glass (object), glass (material)."""
    rows = list(store.select(query("relations/concepts_of_run").bind(run=NamedNode(run))))
    names = {row["concept"].value: row["name"].value for row in rows}
    kinds = {row["concept"].value: row["category"].value for row in rows if "category" in row}
    counts = Counter(names.values())
    return {
        concept: f"{name} ({kinds.get(concept, 'kind')})" if counts[name] > 1 else name
        for concept, name in names.items()
    }


def classes(store: Store, run: str) -> tuple[NamedClass, ...]:
    """The classes that a run speaks of, by name."""
    rows = store.select(query("relations/classes_of_run").bind(run=NamedNode(run)))
    return tuple(
        NamedClass(
            row["class"].value,
            row["name"].value,
            row["wnid"].value if "wnid" in row else "",
            int(number(row["concepts"])),
        )
        for row in rows
    )


def class_of(store: Store, run: str, word: str) -> NamedClass:
    """The class that a word means, its name, wnid or IRI, among those of which a run ranked concepts."""
    ranked = [one for one in classes(store, run) if one.concepts]
    found = [
        one for one in ranked if word in (one.class_, one.wnid) or word.casefold() == one.name.casefold()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{one.wnid or one.class_}" for one in found)
        raise InputError(f"{word!r} is the name of {len(found)} classes; give one of {several}")
    names = [one.name for one in ranked]
    near = ", ".join(get_close_matches(word, names, cutoff=0.5) or names[:3]) or "none"
    raise InputError(f"{word!r} is no class that {run} ranked concepts of; it has {near}")


def knowledge(store: Store, run: str, class_: NamedClass) -> Knowledge:
    """What the graph knows of a class, of the concepts that it relies on, and around them."""
    bound = {"run": NamedNode(run), "class": NamedNode(class_.class_)}
    called = concept_names(store, run)
    concepts = tuple(_concepts(store.select(query("relations/concepts_of_class").bind(**bound)), called))
    meanings: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in store.select(query("relations/meanings").bind(**bound)):
        meanings[row["thing"].value][row["meaning"].value] = None
    edges = list(store.select(query("relations/edges").bind(**bound)))
    steps = list(store.select(query("relations/hypernyms").bind(**bound)))
    names = {
        **_names(edges, {"start": "from", "end": "to"}),
        **_names(steps, {"below": "from", "above": "to"}),
        class_.class_: class_.name,
        **called,
    }
    ties = (*map(_edge, edges), *map(_step, steps))
    return Knowledge(class_.class_, concepts, {t: tuple(m) for t, m in meanings.items()}, ties, names)


def _concepts(rows: Iterable[Mapping[str, Term]], names: Mapping[str, str]) -> Iterator[Concept]:
    for row in rows:
        iri = row["concept"].value
        yield Concept(iri, names[iri], int(number(row["rank"])), number(row["score"]))


def _names(rows: Iterable[Mapping[str, Term]], columns: Mapping[str, str]) -> dict[str, str]:
    return {row[thing].value: row[name].value for row in rows for thing, name in columns.items()}


def _edge(row: Mapping[str, Term]) -> Tie:
    relation = row["relation"].value.rpartition("/")[2]
    return edge(row["start"].value, relation, row["end"].value, number(row["weight"]))


def _step(row: Mapping[str, Term]) -> Tie:
    return step(row["below"].value, row["above"].value, int(number(row["depth"])))
