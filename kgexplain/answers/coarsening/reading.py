"""What coarsening needs to know of a run, as rows of questions: its classes, their concepts, its filters and tags."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from pyoxigraph import NamedNode

from kgexplain.answers.coarsening.coarse import Tagging, tagging
from kgexplain.answers.coarsening.hierarchy import Classes, ClassHierarchy, hierarchy
from kgexplain.answers.coarsening.relatives import Relation, Relatives, relatives
from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Rows, Store


class Source(NamedTuple):
    """The run whose tags are coarsened: of which network, by which images."""

    run: str
    network: str
    network_name: str
    network_digest: str
    images: str
    images_digest: str


@dataclass(frozen=True)
class Tags:
    """The tags of a run, and what is known of them; ``definitions`` are texts by concept, where the graph has any."""

    source: Source
    tagging: Tagging
    hierarchy: ClassHierarchy
    relatives: Relatives
    definitions: Mapping[str, str]

    @property
    def unlinked(self) -> tuple[str, ...]:
        """The names of classes that tag a filter and have no concept; they count as tags of no kind."""
        tagged = np.asarray(self.tagging.tags.any(0))
        names = self.hierarchy.classes.names.items()
        known = self.hierarchy.classes.concepts
        return tuple(
            name for (iri, name), is_tag in zip(names, tagged, strict=True) if is_tag and iri not in known
        )


def source(store: Store, run: str | None = None) -> Source:
    """The run of this IRI, or the newest one that tagged filters."""
    rows = store.select(query("coarsening/tagging_runs").bind())
    for row in rows:
        if run in (None, row["run"].value):
            names = ("run", "model", "network", "network_digest", "images", "images_digest")
            return Source(*(row[name].value for name in names))
    known = (
        ", ".join(dict.fromkeys(row["run"].value for row in rows)) or "none; run `kgexplain explain` first"
    )
    what = "any run that tagged filters" if run is None else f"{run}, or it tagged no filter"
    raise QueryError(f"the graph at {store.address} does not know {what}; those that did are {known}")


def tags(store: Store, run: str | None = None, best: int | None = None) -> Tags:
    """All that coarsening needs of a run; of each filter the ``best`` tags by rank, or all that the graph has.

    A class of which the run had no image cannot be a tag, and is left out.
    """
    of = source(store, run)
    node = NamedNode(of.run)
    concepts = concepts_of(store, node)
    definitions = store.select(query("coarsening/definitions_of_run").bind(run=node))
    kin = store.select(query("coarsening/relatives_of_run").bind(run=node))
    return Tags(
        of,
        _tagging(store, node, concepts.classes, best),
        concepts,
        relatives(concepts.classes, _relations(kin)),
        {row["synset"].value: row["definition"].value for row in definitions},
    )


def concepts_of(store: Store, run: NamedNode) -> ClassHierarchy:
    """The classes that a run can speak of, below the concepts that they are linked to and all above those."""
    classes = _classes(store.select(query("coarsening/classes_of_run").bind(run=run)))
    steps = store.select(query("coarsening/hypernyms_of_run").bind(run=run))
    labels = store.select(query("coarsening/synsets_of_run").bind(run=run))
    return hierarchy(
        classes,
        [(row["below"].value, row["above"].value) for row in steps],
        {row["synset"].value: row["name"].value for row in labels},
    )


def _classes(rows: Rows) -> Classes:
    names: dict[str, str] = {}
    concepts: dict[str, tuple[str, ...]] = {}
    for row in rows:
        class_ = row["class"].value
        names[class_] = row["name"].value
        if "synset" in row:
            concepts[class_] = (*concepts.get(class_, ()), row["synset"].value)
    return Classes(names, concepts)


def _tagging(store: Store, run: NamedNode, classes: Classes, best: int | None) -> Tagging:
    filters = store.select(query("coarsening/filters_of_run").bind(run=run))
    name, values = ("tags_of_run", {}) if best is None else ("best_tags_of_run", {"most": best})
    rows = store.select(query(f"coarsening/{name}").bind(run=run, **values))
    return tagging(
        ((row["filter"].value, row["in"].value) for row in filters),
        ((row["filter"].value, row["class"].value) for row in rows),
        classes.place,
    )


def _relations(rows: Rows) -> Iterator[Relation]:
    for row in rows:
        text = {column: term.value for column, term in row.items()}
        relation = text["relation"].rpartition("/")[2]
        yield Relation(text["class"], text["node"], text["name"], relation, text["other"], text["other_name"])
