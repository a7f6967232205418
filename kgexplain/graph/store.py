"""The door to every store: named graphs of statements that are replaced as a whole and asked in SPARQL."""

import itertools
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Protocol, runtime_checkable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kgexplain.errors import QueryError
from kgexplain.vocabulary import BASE, Statement, Term


@dataclass(frozen=True)
class Rows:
    """The answer to a SELECT, in the order of the store; a row has no key for a variable without a value."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Term]]

    def __iter__(self) -> Iterator[Mapping[str, Term]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@runtime_checkable
class Store(Protocol):
    """Statements in named graphs.

    Laws: ``replace`` and ``add`` happen whole or not at all, also when the process is killed; replacing twice is
    replacing once; a graph without statements does not exist; a query sees all graphs as one, and each by
    ``GRAPH``; an answer that is not whole is an error. What two graphs say, a query finds once or twice: ask for
    DISTINCT where that matters.
    """

    @property
    def address(self) -> str:
        """What ``open_store`` was given."""

    def replace(self, graph: NamedNode, statements: Iterable[Statement]) -> None:
        """Make the graph consist of these statements and no other."""

    def add(self, graph: NamedNode, statements: Iterable[Statement]) -> None:
        """Let the graph also have these statements."""

    def clear(self, graph: NamedNode) -> None:
        """Forget a graph; one that does not exist is no error."""

    def graphs(self) -> set[NamedNode]:
        """The names of all graphs."""

    def select(self, sparql: str) -> Rows:
        """The rows that a SELECT asks for."""

    def ask(self, sparql: str) -> bool:
        """Whether what an ASK describes is there."""

    def construct(self, sparql: str) -> Iterator[Statement]:
        """The statements that a CONSTRUCT makes, each once."""

    def close(self) -> None:
        """Let go of files and connections; twice is once."""

    def __enter__(self) -> "Store": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


# Graphs below this IRI are still being written; no query sees them.
STAGING = f"{BASE}staging/"


def staging_graph() -> NamedNode:
    """A graph that nobody else writes to, whose name says since when it exists (seconds of Unix time)."""
    return NamedNode(f"{STAGING}{int(time.time())}-{uuid.uuid4().hex}")


def is_hidden(graph: str) -> bool:
    """Whether a graph is one that is still being written."""
    return graph.startswith(STAGING)


class Joining(NamedTuple):
    """How new statements meet those of their graph, as SPARQL updates that are one transaction each.

    ``few`` comes before an INSERT DATA; ``many`` takes the statements from a staging graph, which stays as it is.
    """

    few: str
    many: str

    def of_few(self, graph: NamedNode, lines: str) -> str:
        """The update that brings statements along, given as N-Triples."""
        insert = f"INSERT DATA {{ GRAPH {graph} {{\n{lines}}} }}" if lines else ""
        return self.few.replace("$graph", str(graph)) + insert

    def of_many(self, graph: NamedNode, staged: NamedNode) -> str:
        """The update that takes the statements of a staging graph."""
        return self.many.replace("$graph", str(graph)).replace("$staged", str(staged))


# Only what differs is written: a run that is repeated changes little, and to write is what takes time (Oxigraph needs
# 70 microseconds a statement for MOVE).
REPLACING = Joining(
    "DROP SILENT GRAPH $graph ;\n",
    """DELETE { GRAPH $graph { ?s ?p ?o } }
WHERE { GRAPH $graph { ?s ?p ?o } FILTER NOT EXISTS { GRAPH $staged { ?s ?p ?o } } } ;
INSERT { GRAPH $graph { ?s ?p ?o } }
WHERE { GRAPH $staged { ?s ?p ?o } FILTER NOT EXISTS { GRAPH $graph { ?s ?p ?o } } }""",
)
ADDING = Joining("", "INSERT { GRAPH $graph { ?s ?p ?o } } WHERE { GRAPH $staged { ?s ?p ?o } }")


def ntriples(statements: Iterable[Statement], size: int) -> Iterator[str]:
    """Statements as N-Triples, ``size`` lines at a time."""
    remaining = iter(statements)
    while lines := _lines(itertools.islice(remaining, size)):
        yield lines


def _lines(statements: Iterable[Statement]) -> str:
    # Neighbours share their subject and all share few predicates: writing each once makes it a third faster.
    last, subject = None, ""
    predicates: dict[NamedNode, str] = {}
    lines = []
    for statement in statements:
        if statement[0] is not last:
            last = statement[0]
            subject = str(last)
        predicate = predicates.get(statement[1]) or predicates.setdefault(statement[1], str(statement[1]))
        lines.append(f"{subject} {predicate} {statement[2]} .\n")
    return "".join(lines)


def named(term: NamedNode | BlankNode | Literal | Triple) -> Term:
    """The term itself; a blank node of somebody else's graph gets an IRI, as RDF 1.1 (3.5) proposes."""
    if isinstance(term, BlankNode):
        return NamedNode(f"{BASE}.well-known/genid/{term.value}")
    if isinstance(term, Triple):
        raise QueryError(f"the answer holds the triple {term} as a term; ask for its parts instead")
    return term


def statement(triple: Triple) -> Statement:
    """The statement that an engine's triple is."""
    subject, object_ = named(triple.subject), named(triple.object)
    if isinstance(subject, Literal):
        raise QueryError(f"the answer speaks of the literal {subject}; only things have statements")
    return Statement(subject, triple.predicate, object_)
