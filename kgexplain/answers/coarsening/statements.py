"""Coarse tags as statements: a node each, what a thing is about in one direct statement, and how its tags agree."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kgexplain.answers.coarsening.coarse import Coarse
from kgexplain.vocabulary import (
    ABOUT,
    ACCORD,
    COARSE,
    COARSE_TAG,
    COMMENT,
    CONFORMANCE,
    CONFORMANCE_BY_CHANCE,
    CONFORMING,
    COVERAGE,
    HAS_COARSE_TAG,
    MIXED,
    OUTLIER,
    RANK,
    SINGLE_TAG,
    SPECIFICITY,
    TAGS,
    UNTAGGED,
    A,
    Statement,
)

ACCORDS = {"conforming": CONFORMING, "mixed": MIXED, "single": SINGLE_TAG, "untagged": UNTAGGED}


@dataclass(frozen=True)
class Agreement:
    """How the tags of a thing agree: ``conforming``, ``mixed``, ``single`` or ``untagged``.

    ``conformance`` and ``by_chance`` are of two tags or more; of fewer they would say nothing, and are None.
    """

    accord: str
    conformance: float | None = None
    by_chance: float | None = None


def statements(
    coarse: Iterable[Coarse], agreements: Mapping[str, Agreement], about: Mapping[str, str], run: str
) -> Iterator[Statement]:
    """All coarse tags, for the graph of the run; ``about`` is the concept that each thing is directly about."""
    for one in coarse:
        yield from _coarse_tag(one, agreements.get(one.thing), run)
    for thing, concept in about.items():
        yield Statement(NamedNode(thing), ABOUT, NamedNode(concept))
    for thing, agreement in agreements.items():
        yield Statement(NamedNode(thing), ACCORD, ACCORDS[agreement.accord])


def node(coarse: Coarse, run: str) -> NamedNode:
    """The IRI of a coarse tag: its thing's own name and its rank, in the run's document.

    >>> node(Coarse("https://x.org/net#filter--conv--7", "s", "dog", 1.0, 0.4, 3, "all 3"), "https://x.org/run").value
    'https://x.org/run#coarse--filter--conv--7--1'
    """
    name = coarse.thing.partition("#")[2] or "network"
    return NamedNode(f"{run}#coarse--{name}--{coarse.rank}")


def _coarse_tag(coarse: Coarse, agreement: Agreement | None, run: str) -> Iterator[Statement]:
    tag = node(coarse, run)
    yield Statement(NamedNode(coarse.thing), HAS_COARSE_TAG, tag)
    yield Statement(tag, A, COARSE_TAG)
    yield Statement(tag, COARSE, NamedNode(coarse.concept))
    yield Statement(tag, COVERAGE, Literal(coarse.coverage))
    yield Statement(tag, SPECIFICITY, Literal(coarse.specificity))
    yield Statement(tag, TAGS, Literal(coarse.tags))
    yield Statement(tag, RANK, Literal(coarse.rank))
    yield Statement(tag, COMMENT, Literal(coarse.sentence))
    yield from (Statement(tag, OUTLIER, NamedNode(outlier)) for outlier in coarse.outliers)
    if agreement is not None and agreement.conformance is not None and agreement.by_chance is not None:
        yield Statement(tag, CONFORMANCE, Literal(agreement.conformance))
        yield Statement(tag, CONFORMANCE_BY_CHANCE, Literal(agreement.by_chance))
