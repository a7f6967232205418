"""A run over labelled images as statements: its mistakes, their diagnoses, its Hits@n."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kgexplain.answers.mistakes.answer import Mistake, Mistakes
from kgexplain.answers.mistakes.diagnosis import LABELS
from kgexplain.vocabulary import (
    AT_N,
    COMMENT,
    COMMON_HYPERNYM,
    COMPUTED_ON,
    CONCEPT_RELATION,
    DIAGNOSIS,
    DIAGNOSIS_CLASS,
    DISTANCE,
    FOR_BOTH,
    FOR_NEITHER,
    FOR_PREDICTED,
    FOR_TRUE,
    HAS_MISTAKE,
    HITS_MISSED,
    HITS_MISTAKEN,
    IS_MEASUREMENT_OF,
    LABEL,
    MEASURED_VALUE,
    MISTAKE,
    PRESENCE_PREDICTED,
    PRESENCE_TRUE,
    QUALITY_MEASUREMENT,
    STRONGEST_TAG,
    TAG_PLACE_PREDICTED,
    TAG_PLACE_TRUE,
    A,
    Statement,
    Term,
    thing,
)


def statements(answer: Mistakes, run: str) -> Iterator[Statement]:
    """Every mistake with its diagnosis, what the diagnoses are called, and Hits@n, for the run's own graph."""
    for name, label in LABELS.items():
        yield Statement(name, A, DIAGNOSIS_CLASS)
        yield Statement(name, LABEL, Literal(label))
    for mistake in answer.mistakes:
        yield from _mistake(mistake, run)
    for metric, figures in ((HITS_MISSED, answer.hits_true), (HITS_MISTAKEN, answer.hits_predicted)):
        for n, value in figures.items():
            node = thing(run, metric.value.rpartition("#")[2], n)
            yield Statement(node, A, QUALITY_MEASUREMENT)
            yield Statement(node, COMPUTED_ON, NamedNode(run))
            yield Statement(node, IS_MEASUREMENT_OF, metric)
            yield Statement(node, AT_N, Literal(n))
            yield Statement(node, MEASURED_VALUE, Literal(value))


def _mistake(mistake: Mistake, run: str) -> Iterator[Statement]:
    node = thing(run, "mistake", mistake.key)
    yield Statement(NamedNode(mistake.image), HAS_MISTAKE, node)
    said: list[tuple[NamedNode, Term | None]] = [
        (A, MISTAKE),
        (DIAGNOSIS, mistake.diagnosis),
        (FOR_TRUE, Literal(mistake.counts.true)),
        (FOR_PREDICTED, Literal(mistake.counts.predicted)),
        (FOR_BOTH, Literal(mistake.counts.both)),
        (FOR_NEITHER, Literal(mistake.counts.neither)),
        (TAG_PLACE_TRUE, _literal(mistake.tag_places[0])),
        (TAG_PLACE_PREDICTED, _literal(mistake.tag_places[1])),
        (PRESENCE_TRUE, _literal(mistake.presences[0])),
        (PRESENCE_PREDICTED, _literal(mistake.presences[1])),
        (STRONGEST_TAG, _node(mistake.strongest_iri)),
        (COMMON_HYPERNYM, _node(mistake.hypernym_iri)),
        (DISTANCE, _literal(mistake.distance)),
        *((CONCEPT_RELATION, NamedNode(relation)) for relation in mistake.relations),
        (COMMENT, Literal(mistake.evidence)),
    ]
    yield from (Statement(node, predicate, term) for predicate, term in said if term is not None)


def _literal(value: float | None) -> Literal | None:
    return None if value is None else Literal(value)


def _node(iri: str | None) -> NamedNode | None:
    return None if iri is None else NamedNode(iri)
