"""What the graph knows of a run over labelled images: its mistakes, their active filters, the tags, what is usual."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from pyoxigraph import NamedNode

from kgexplain.answers.coarsening.hierarchy import Classes, ClassHierarchy
from kgexplain.answers.coarsening.reading import concepts_of
from kgexplain.answers.explanation import number, told_apart
from kgexplain.graph.query import query
from kgexplain.graph.store import Rows, Store
from kgexplain.vocabulary import ACTIVATES_FILTER, HAS_TAG, TAG, Term


class WrongImage(NamedTuple):
    """A misclassified image; its classes are rows of ``Seen.classes``, its place that among the network's scores."""

    iri: str
    key: str
    true: int
    predicted: int
    probability: float
    true_probability: float
    true_place: int


class FilterName(NamedTuple):
    """A filter: its IRI, its layer, its number there, from 0."""

    iri: str
    layer: str
    number: int


@dataclass(frozen=True)
class Usual:
    """How many active filters usually carry a class's tag, class by class; NaN where there is no such image.

    ``own`` is over the class's images that were predicted right, ``other`` over those of all other classes.
    """

    seen: Int[np.ndarray, " classes"]
    right: Int[np.ndarray, " classes"]
    own: Float[np.ndarray, " classes"]
    own_deviation: Float[np.ndarray, " classes"]
    other: Float[np.ndarray, " classes"]
    other_deviation: Float[np.ndarray, " classes"]
    probability: Float[np.ndarray, " classes"]


@dataclass(frozen=True)
class Seen:
    """A run's mistakes, with all that is needed to judge them; classes in the order of ``classes.names``."""

    images: tuple[WrongImage, ...]
    active: Bool[np.ndarray, "images filters"]
    filters: tuple[FilterName, ...]
    right_active: Int[np.ndarray, " filters"]
    tags: Bool[np.ndarray, "classes filters"]
    usual: Usual
    hierarchy: ClassHierarchy

    @property
    def classes(self) -> Classes:
        """The classes of the network, by IRI."""
        return self.hierarchy.classes

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each class is called; of two classes of one name (ImageNet's cranes) also its key."""
        return tuple(told_apart(self.classes.names).values())

    @cached_property
    def tagged(self) -> Bool[np.ndarray, " classes"]:
        """Whether the class tags any filter."""
        return np.asarray(self.tags.any(1))

    @cached_property
    def support(self) -> Int[np.ndarray, "images classes"]:
        """How many of each image's active filters carry each class's tag."""
        return (self.active.astype(np.float32) @ self.tags.T.astype(np.float32)).astype(np.int64)


def seen(store: Store, run: str, tagging: str) -> Seen:
    """What the graph knows of ``run``, by the tags of the run ``tagging``."""
    node = NamedNode(run)
    known = concepts_of(store, node)
    filters = list(store.select(query("mistakes/filters_in_right_images").bind(run=node)))
    column = {row["filter"]: i for i, row in enumerate(filters)}
    place: dict[Term, int] = {NamedNode(iri): row for iri, row in known.classes.place.items()}
    images = store.select(query("mistakes/images_of_run").bind(run=node))
    return Seen(
        tuple(_image(row, place) for row in images),
        _active(store, node, images, column),
        tuple(FilterName(r["filter"].value, r["layer"].value, int(number(r["index"]))) for r in filters),
        np.array([int(number(row["right"])) for row in filters], dtype=np.int64),
        _tags(store, NamedNode(tagging), place, column),
        _usual(store.select(query("mistakes/usual_support").bind(run=node)), place),
        known,
    )


def _image(row: Mapping[str, Term], place: Mapping[Term, int]) -> WrongImage:
    return WrongImage(
        row["image"].value,
        row["key"].value,
        place[row["true"]],
        place[row["predicted"]],
        number(row["probability"]),
        number(row["true_probability"]),
        int(number(row["true_place"])),
    )


# No files among the questions: the rows of a question are in an order, and to bring 800,000 IRIs into one takes
# Oxigraph's folder a minute; as a set, image by image, they are there in four seconds.
def _active(
    store: Store, run: NamedNode, images: Rows, column: Mapping[Term, int]
) -> Bool[np.ndarray, "images filters"]:
    active = np.zeros((len(images), len(column)), dtype=bool)
    for row, image in enumerate(images):
        rows = store.select(f"SELECT ?f WHERE {{ GRAPH {run} {{ {image['image']} {ACTIVATES_FILTER} ?f }} }}")
        active[row, [column[found["f"]] for found in rows]] = True
    return active


def _tags(
    store: Store, tagging: NamedNode, place: Mapping[Term, int], column: Mapping[Term, int]
) -> Bool[np.ndarray, "classes filters"]:
    tags = np.zeros((len(place), len(column)), dtype=bool)
    for filter_, class_ in tag_pairs(store, tagging):
        if filter_ in column:
            tags[place[class_], column[filter_]] = True
    return tags


def tag_pairs(store: Store, tagging: NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Filter and class of each tag of a run, in any order."""
    asked = f"SELECT ?f ?c WHERE {{ GRAPH {tagging} {{ ?f {HAS_TAG} ?t . ?t {TAG} ?c }} }}"
    return ((NamedNode(row["f"].value), NamedNode(row["c"].value)) for row in store.select(asked))


def _usual(rows: Rows, place: Mapping[Term, int]) -> Usual:
    columns = {name: np.full(len(place), np.nan) for name in Usual.__dataclass_fields__}
    for row in rows:
        for name, column in columns.items():
            if name in row:
                column[place[row["class"]]] = number(row[name])
    counts = {name: np.nan_to_num(columns[name]).astype(np.int64) for name in ("seen", "right")}
    return Usual(**{**columns, **counts})
