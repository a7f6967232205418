"""What a dissection says: which concepts filters detect, how many would by chance, what annotations lack."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kgexplain.inputs.architecture import Architecture
from kgexplain.inputs.concepts import Concept
from kgexplain.vocabulary import (
    ANNOTATION_FAULT,
    CATEGORY,
    DETECTORS_BY_CHANCE,
    DETECTS,
    FILTER_CONCEPT,
    HAS_ANNOTATION_FAULT,
    HAS_CONCEPT,
    HAS_NULL_COUNT,
    IDENTIFIER,
    IMAGE_WITHOUT_ANNOTATION,
    IOU,
    MATCHED,
    MEASURE,
    NULL_COUNT,
    OF_LAYER,
    P_VALUE,
    PREF_LABEL,
    RANK,
    REASON,
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
        keys = ("concept", layer, match.filter_, match.concept.category, match.concept.name)
        yield from _match(filter_, thing(run, *keys), iri, match)
        if match.rank == 1 and match.iou > least:
            yield Statement(filter_, DETECTS, iri)


def null_said(network: Architecture, run: str, layer: str, counts: Mapping[str, int]) -> Iterator[Statement]:
    """How many filters of a layer would detect a concept of each category by chance."""
    of = network.layer(layer)
    for category, number in counts.items():
        node = thing(run, "null", layer, category)
        yield Statement(of, HAS_NULL_COUNT, node)
        yield Statement(node, A, NULL_COUNT)
        yield Statement(node, OF_LAYER, of)
        yield Statement(node, CATEGORY, Literal(category))
        yield Statement(node, DETECTORS_BY_CHANCE, Literal(number))


def lacking_said(run: str, without: Iterable[str], faults: Iterable[tuple[str, str]]) -> Iterator[Statement]:
    """Images that nothing is marked in, and what is wrong with annotations, each a key and a reason."""
    node = NamedNode(run)
    for key in without:
        yield Statement(node, IMAGE_WITHOUT_ANNOTATION, Literal(key))
    for key, reason in faults:
        fault = thing(run, "fault", key, reason)
        yield Statement(node, HAS_ANNOTATION_FAULT, fault)
        yield Statement(fault, A, ANNOTATION_FAULT)
        yield Statement(fault, IDENTIFIER, Literal(key))
        yield Statement(fault, REASON, Literal(reason))


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
