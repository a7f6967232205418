"""Rules as statements, each with a query that finds the images which satisfy it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.rules import Rule
from kgexplain.vocabulary import (
    COMMENT,
    CONFIDENCE,
    EXCLUDES,
    FIDELITY,
    FOR_CLASS,
    HAS_RULE,
    HELD_OUT_SUPPORT,
    PREFIXES,
    REQUIRES,
    RULE,
    SPARQL,
    SUPPORT,
    A,
    Statement,
)

_FOUND = """PREFIX kgx: <{kgx}>
PREFIX dcterms: <{dcterms}>
SELECT DISTINCT ?key ?predicted ?image WHERE {{
  GRAPH <{run}> {{
    ?image kgx:predictedClass ?predicted ; dcterms:identifier ?key .
    {shows}
  }}{excluded}
}}
ORDER BY ?key ?image ?predicted
"""


@dataclass(frozen=True)
class Showing:
    """When an image shows a concept: where ``run`` gave it the concept, at a rank of 1 to ``best``; None is at any.

    ``is_direct`` says that these are the ranks up to which kgx:shows says it.
    """

    run: str
    best: int | None = None
    is_direct: bool = False


def statements(found: Iterable[Rule], run: str, showing: Showing) -> Iterator[Statement]:
    """What rules say, for the graph ``run``; each with the query that finds its images."""
    for rule in found:
        node = rule_node(rule, run)
        yield Statement(NamedNode(rule.class_), HAS_RULE, node)
        yield Statement(node, A, RULE)
        yield Statement(node, FOR_CLASS, NamedNode(rule.class_))
        yield from (Statement(node, REQUIRES, NamedNode(concept)) for concept in rule.requires)
        yield from (Statement(node, EXCLUDES, NamedNode(concept)) for concept in rule.excludes)
        yield Statement(node, SUPPORT, Literal(rule.support))
        yield Statement(node, CONFIDENCE, Literal(rule.confidence))
        yield Statement(node, HELD_OUT_SUPPORT, Literal(rule.unseen))
        if rule.fidelity is not None:
            yield Statement(node, FIDELITY, Literal(rule.fidelity))
        yield Statement(node, SPARQL, Literal(sparql(rule, showing)))
        yield Statement(node, COMMENT, Literal(rule.text))


def rule_node(rule: Rule, run: str) -> NamedNode:
    """The IRI of a rule: its class's own name and its rank, in the run's document.

    >>> rule_node(Rule("https://x.org/net#class--n02084071", 2, (), (), 1, 1.0, 0, None, ""), "https://x.org/run").value
    'https://x.org/run#rule--n02084071--2'
    """
    name = rule.class_.rpartition("#")[2].removeprefix("class--")
    return NamedNode(f"{run}#rule--{name}--{rule.rank}")


def sparql(rule: Rule, showing: Showing) -> str:
    """The query that finds the images of a run which satisfy a rule, with what the network takes them for."""
    shows = [_shows(f"required{i}", concept, showing) for i, concept in enumerate(rule.requires, start=1)]
    excluded = [
        f"\n  MINUS {{ GRAPH <{showing.run}> {{ {_shows(f'excluded{i}', concept, showing)} }} }}"
        for i, concept in enumerate(rule.excludes, start=1)
    ]
    return _FOUND.format(
        kgx=PREFIXES["kgx"],
        dcterms=PREFIXES["dcterms"],
        run=showing.run,
        shows="\n    ".join(shows),
        excluded="".join(excluded),
    )


def _shows(entry: str, concept: str, showing: Showing) -> str:
    if showing.is_direct:
        return f"?image kgx:shows <{concept}> ."
    listed = f"?image kgx:hasConcept ?{entry} . ?{entry} kgx:concept <{concept}>"
    if showing.best is None:
        return f"{listed} ."
    return f"{listed} ; kgx:rank ?{entry}_rank . FILTER(?{entry}_rank <= {showing.best})"
