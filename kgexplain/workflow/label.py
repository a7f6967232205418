"""Label filters: with the concept, or what WordNet has above several, that best says what each responds to, or with none."""

import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float
from pyoxigraph import Literal, NamedNode

from kgexplain import __version__
from kgexplain.answers.concepts.candidates import Above, Candidate, candidates
from kgexplain.answers.concepts.dissection import labels_of
from kgexplain.answers.concepts.labels import (
    BY_CHANCE,
    CHANCE_TITLES,
    MEASURES,
    TITLES,
    Counted,
    Label,
    Said,
    highest,
    is_label,
    labels,
    null_filters,
    scores,
)
from kgexplain.answers.runs import options_of_run
from kgexplain.errors import InputError, QueryError
from kgexplain.graph.provenance import Pictures, Run, Value, provenance
from kgexplain.graph.query import query
from kgexplain.graph.store import Rows, Store
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import Statement, Term
from kgexplain.workflow.beside import Beside

log = logging.getLogger("kgexplain")

Nulls: TypeAlias = Mapping[str, Float[np.ndarray, " filters"]]
"""By layer, the best scores of filters that mean nothing."""

LIMIT = 0.01
# Fewer filters that mean nothing could not tell one in a hundred from two.
LEAST_NULL = 200
# So many candidates of each filter become statements, best first.
_MOST = 3


class Source(NamedTuple):
    """The run whose sums are used: of which network, over which images."""

    run: str
    network: Architecture
    images: Pictures


class Dissected(NamedTuple):
    """A dissection: its sums, and what filters can be labelled with by them."""

    source: Source
    counted: Counted
    known: tuple[Candidate, ...]

    def scores(self, layer: str, measure: str, chance: str = "") -> Float[np.ndarray, "candidates filters"]:
        """How well each candidate agrees with each filter of a layer."""
        return scores(self.counted, layer, self.known, measure, chance)

    def highest(self, layer: str, measure: str, chance: str = "") -> Float[np.ndarray, " filters"]:
        """The best score of each filter of a layer that does not always give the same value."""
        return np.asarray(highest(self.scores(layer, measure, chance))[self.counted.alive(layer)])


@dataclass(frozen=True)
class Labelling:
    """What came of it: by layer the best candidates of its filters, and how many filters it has."""

    run: str
    measure: str
    limit: float
    labels: Mapping[str, tuple[Label, ...]]
    filters: Mapping[str, int]

    @property
    def labelled(self) -> Mapping[str, tuple[Label, ...]]:
        """The labels of each layer: the best candidates that chance does not explain."""
        return {
            layer: tuple(one for one in found if is_label(one, self.limit))
            for layer, found in self.labels.items()
        }

    def rows(self) -> Rows:
        """Layer by layer: how many filters there are, are labelled, with a synset; and how many labels there are."""
        columns = ("layer", "filters", "labelled", "with_synset", "labels")
        told: list[Mapping[str, Term]] = []
        for layer, found in self.labelled.items():
            synsets = sum(one.candidate.is_synset for one in found)
            different = len({one.candidate.iri for one in found})
            numbers = (self.filters[layer], len(found), synsets, different)
            counts = {column: Literal(number) for column, number in zip(columns[1:], numbers, strict=True)}
            told.append({"layer": Literal(layer), **counts})
        return Rows(columns, told)


def label(
    store: Store,
    run: str | None = None,
    measure: str = MEASURES[0],
    limit: float = LIMIT,
    null: str | None = None,
    files: Path | None = None,
) -> Labelling:
    """Label the filters that ``run`` looked at, by default the newest dissection, into a graph of their own.

    A label's p-value tells how probable as high a score is where filters mean nothing: those of the same layer (if
    they are few, of the layers around it, too) with the annotations of other images, or with ``null``, those of
    another dissection, as of the same architecture with random weights. Above ``limit`` a filter has no label. A second labelling of the same run replaces the first.
    """
    _check(measure, limit)
    started = datetime.now(UTC)
    beside = Beside(store, files)
    of = _dissected(store, beside, source(store, run), TITLES if null else (*TITLES, *CHANCE_TITLES))
    other = _dissected(store, beside, source(store, null), TITLES) if null else None
    null_scores = _by_another(of, other, measure) if other else _by_chance(of, measure)
    nulls = null_filters(null_scores, max(LEAST_NULL, math.ceil(2 / limit)))
    counted = of.counted
    found = {
        layer: tuple(
            labels(of.scores(layer, measure), nulls[layer], of.known, counted.arrays["iou"][layer], _MOST)
        )
        for layer in counted.layers
    }
    told = _Run(
        "labels",
        of.source.network,
        of.source.images,
        started,
        datetime.now(UTC),
        __version__,
        _options(store, of.source.run, {"measure": measure, "limit": limit, "null": null}),
        of=of.source.run,
    )
    store.replace(NamedNode(told.iri), chain(_said(told, found, measure, limit), provenance(told)))
    filters = {layer: counted.arrays["products"][layer].shape[1] for layer in counted.layers}
    result = Labelling(told.iri, measure, limit, found, filters)
    labelled = sum(len(of_layer) for of_layer in result.labelled.values())
    log.info("%d of %d filters are labelled in the graph %s", labelled, sum(filters.values()), told.iri)
    return result


def source(store: Store, run: str | None = None) -> Source:
    """The dissection of this IRI, or the newest one."""
    rows = [
        row
        for row in store.select(query("concepts/concept_runs").bind())
        if row["method"].value == "dissection"
    ]
    for row in rows:
        if run in (None, row["run"].value):
            text = {name: value.value for name, value in row.items()}
            network = Architecture(text["network"], text["digest"], {}, ())
            return Source(text["run"], network, Pictures(text["images"], text["images_digest"], 0))
    known = ", ".join(row["run"].value for row in rows)
    known = known or "none; run `kgexplain explain --with dissection` first"
    what = "any dissection" if run is None else f"{run}, or it is no dissection"
    raise QueryError(f"the graph at {store.address} does not know {what}; dissections are {known}")


def _check(measure: str, limit: float) -> None:
    if measure not in MEASURES:
        raise InputError(f"measure is {measure!r}; it must be one of {', '.join(MEASURES)}")
    if not 0 < limit <= 1:
        raise InputError(f"limit is {limit}; it is a p-value and must be more than 0 and at most 1")


def _dissected(store: Store, beside: Beside, of: Source, titles: Iterable[str]) -> Dissected:
    counted = Counted({title: beside.linked(store, of.run, title) for title in titles})
    return Dissected(of, counted, candidates(counted.concepts, _above(store, of.run)))


def _above(store: Store, run: str) -> Iterator[Above]:
    for row in store.select(query("concepts/synsets_above_concepts").bind(run=NamedNode(run))):
        yield Above(row["concept"].value, row["synset"].value, row["name"].value, int(row["depth"].value))


def _by_chance(of: Dissected, measure: str) -> Nulls:
    """The best scores of each layer's filters with the annotations of other images."""
    return {layer: of.highest(layer, measure, BY_CHANCE) for layer in of.counted.layers}


def _by_another(of: Dissected, other: Dissected, measure: str) -> Nulls:
    """The best scores of the filters of another dissection, by layer."""
    if missing := [layer for layer in of.counted.layers if layer not in other.counted.layers]:
        raise InputError(
            f"null is {other.source.run}: it did not look at {', '.join(missing)}; give a dissection of the same "
            "architecture"
        )
    return {layer: other.highest(layer, measure) for layer in of.counted.layers}


def _options(store: Store, run: str, own: Mapping[str, Value]) -> Mapping[str, Mapping[str, Value]]:
    """What was set, and where the dissection took maps, which is where the labelled filters are."""
    return {"labels": own, "explain": {"place": options_of_run(store, run).get("explain.place")}}


def _said(
    told: Run, found: Mapping[str, tuple[Label, ...]], measure: str, limit: float
) -> Iterator[Statement]:
    said = Said(told.network, told.iri, measure, limit)
    used = {one.candidate.iri: one.candidate for of_layer in found.values() for one in of_layer}
    yield from said.concepts(used.values())
    for layer, of_layer in found.items():
        yield from said.labels(layer, of_layer)


@dataclass(frozen=True)
class _Run(Run):
    """A run that used a dissection, and is named after it."""

    @property
    def iri(self) -> str:
        return labels_of(self.of)
