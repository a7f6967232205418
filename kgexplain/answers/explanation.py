"""Why a network called an image what it did: the tags of the filters that the image activates."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Term


@dataclass(frozen=True)
class TagCount:
    """A tag, and how many of the image's active filters carry it; ``place`` 1 is the most frequent, ties share one."""

    class_: str
    name: str
    filters: int
    place: int


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that the image activates: its place in its layer (1 = most active), and its tags, best first."""

    iri: str
    layer: str
    index: int
    activation: float
    rank: int
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """What the graph knows of one image, ``true`` and its figures None where the graph holds no true class."""

    image: str
    network: str
    predicted: str
    probability: float
    true: str | None
    active: int
    layers: int
    tags: tuple[TagCount, ...]
    filters: tuple[ActiveFilter, ...]

    def carrying(self, class_: str | None) -> int:
        """How many active filters carry the tag with this name."""
        return sum(tag.filters for tag in self.tags if tag.name == class_)

    def place(self, class_: str | None) -> int | None:
        """The place of this tag among all, None where no active filter carries it."""
        return next((tag.place for tag in self.tags if tag.name == class_), None)

    @property
    def sentence(self) -> str:
        """The explanation in words."""
        return " ".join(_sentences(self))


def explanation(store: Store, image: NamedNode, network: NamedNode, run: NamedNode) -> Explanation:
    """What the graph knows of ``image`` as ``network`` saw it, by the tags of ``run``."""
    facts = list(store.select(query("explanation/image").bind(image=image, network=network)))
    if not facts:
        raise QueryError(
            f"the graph at {store.address} has no activations of {image.value}; run `kgexplain why` on it"
        )
    filter_rows = list(store.select(query("explanation/active_filters").bind(image=image, network=network)))
    tags = store.select(query("explanation/tags_of_image").bind(image=image, network=network))
    tag_rows = [row for row in tags if row["run"] == run]
    named = (*tag_rows, *_predictions(facts[0]))
    names = told_apart({row["class"].value: row["name"].value for row in named})
    filters = tuple(_filters(filter_rows, run, names))
    return Explanation(
        image=facts[0]["key"].value,
        network=facts[0]["network_name"].value,
        predicted=names[facts[0]["predicted"].value],
        probability=number(facts[0]["probability"]),
        true=names[facts[0]["true"].value] if "true" in facts[0] else None,
        active=len(filters),
        layers=len({f.layer for f in filters}),
        tags=tuple(_counts(tag_rows, names)),
        filters=filters,
    )


def _predictions(fact: Mapping[str, Term]) -> Iterator[Mapping[str, Term]]:
    yield {"class": fact["predicted"], "name": fact["predicted_name"]}
    if "true" in fact:
        yield {"class": fact["true"], "name": fact["true_name"]}


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """What each class is called, by IRI, in their order; two of one name (ImageNet's cranes) get their key, too."""
    counts = Counter(names.values())
    return {
        iri: f"{name} ({iri.rpartition('--')[2]})" if counts[name] > 1 else name
        for iri, name in names.items()
    }


def _counts(rows: Iterable[Mapping[str, Term]], names: Mapping[str, str]) -> Iterator[TagCount]:
    place, last = 0, None
    for row_number, row in enumerate(rows, start=1):
        filters = int(number(row["filters"]))
        if filters != last:
            place, last = row_number, filters
        yield TagCount(row["class"].value, names[row["class"].value], filters, place)


def _filters(
    rows: Iterable[Mapping[str, Term]], run: NamedNode, names: Mapping[str, str]
) -> Iterator[ActiveFilter]:
    """One filter for all rows that name it; a row is a filter with one of its tags, of any run."""
    found: dict[str, Mapping[str, Term]] = {}
    tags: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found.setdefault(row["filter"].value, row)
        if row.get("run") == run:
            tags[row["filter"].value].append(names[row["class"].value])
    for iri, row in found.items():
        index, rank = int(number(row["index"])), int(number(row["place"]))
        yield ActiveFilter(iri, row["layer"].value, index, number(row["activation"]), rank, tuple(tags[iri]))


def _sentences(e: Explanation) -> Iterator[str]:
    yield f"{e.network} takes this for {_a(e.predicted)} ({e.probability:.0%})."
    yield _support(e, e.predicted)
    if e.true is not None and e.true != e.predicted:
        yield f"It is {_a(e.true)}. " + _support(e, e.true)
    others = [tag for tag in e.tags if tag.name not in (e.predicted, e.true)][:3]
    if others:
        yield "Next come " + ", ".join(f"{tag.name} ({tag.filters})" for tag in others) + "."


def _support(e: Explanation, class_: str) -> str:
    carrying, place = e.carrying(class_), e.place(class_)
    where = f"{e.active} filters that it activates in {e.layers} layer{'s' if e.layers != 1 else ''}"
    if place is None:
        return f"None of the {where} is tagged {class_}."
    return (
        f"Of the {where}, {carrying} ({carrying / e.active:.0%}) are tagged {class_}: "
        f"place {place} of {len(e.tags)} tags."
    )


def _a(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def number(value: Term) -> float:
    """The number that a term of the graph is."""
    if not isinstance(value, Literal):
        raise QueryError(f"{value} stands where the graph should have a number")
    return float(value.value)
