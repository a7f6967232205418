"""Which concepts filters detect, as statements: of a dissection, or of a table that somebody published."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kgexplain.inputs.architecture import Architecture
from kgexplain.inputs.layouts import Concept
from kgexplain.vocabulary import (
    CATEGORY,
    DETECTS,
    FILTER_CONCEPT,
    HAS_CONCEPT,
    IOU,
    MATCHED,
    MEASURE,
    P_VALUE,
    PREF_LABEL,
    RANK,
    SCORE,
    VISUAL_CONCEPT,
    A,
    Statement,
    concept,
    thing,
)

BY_IOU = Literal("iou")


class Match(NamedTuple):
    """A filter of a layer and a concept, how well their areas agree, and the concept's place among the filter's.

    ``p_value`` is None where nothing was compared with chance.
    """

    filter_: int
    concept: Concept
    iou: float
    rank: int
    p_value: float | None = None


def concepts_said(concepts: Iterable[Concept]) -> Iterator[Statement]:
    """Each concept with its name and its category."""
    for name, category in concepts:
        iri = concept(category, name)
        yield Statement(iri, A, VISUAL_CONCEPT)
        yield Statement(iri, PREF_LABEL, Literal(name))
        yield Statement(iri, CATEGORY, Literal(category))


def matches_said(
    network: Architecture, run: str, layer: str, matches: Iterable[Match], least: float
) -> Iterator[Statement]:
    """Each match as a node of its own; a filter whose best match is above ``least`` is said to detect the concept."""
    for match in matches:
        filter_ = network.filter(layer, match.filter_)
        iri = concept(match.concept.category, match.concept.name)
        keys = ("concept", "filter", layer, match.filter_, match.concept.category, match.concept.name)
        yield from _match(filter_, thing(run, *keys), iri, match)
        if match.rank == 1 and match.iou > least:
            yield Statement(filter_, DETECTS, iri)


def _match(filter_: NamedNode, node: NamedNode, iri: NamedNode, match: Match) -> Iterator[Statement]:
    yield Statement(filter_, HAS_CONCEPT, node)
    yield Statement(node, A, FILTER_CONCEPT)
    yield Statement(node, MATCHED, iri)
    yield Statement(node, MEASURE, BY_IOU)
    yield Statement(node, SCORE, Literal(match.iou))
    yield Statement(node, IOU, Literal(match.iou))
    yield Statement(node, RANK, Literal(match.rank))
    if match.p_value is not None:
        yield Statement(node, P_VALUE, Literal(match.p_value))
