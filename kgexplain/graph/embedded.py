"""A store inside this process: in memory, or in a folder that one process at a time may open."""

import itertools
import os
import shutil
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import cast

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat

from kgexplain.errors import QueryError, StoreError
from kgexplain.graph.order import ordered, unordered
from kgexplain.graph.sparql import checked
from kgexplain.graph.store import (
    ADDING,
    REPLACING,
    STAGING,
    Joining,
    Rows,
    is_hidden,
    named,
    ntriples,
    staging_graph,
    statement,
)
from kgexplain.vocabulary import A, Statement

# Statements of one load. Smaller ones leave many files to merge, larger ones sort more slowly and need more memory:
# a million statements took 4.7 s with 25,000 at a time, 6.6 s with 50,000 and 9.8 s with 100,000.
PIECE = 25_000
LOADERS = min(4, os.cpu_count() or 1)

# Says, in the store itself, which graph is only partly written; whoever opens the store next drops that graph.
_UNFINISHED = NamedNode(f"{STAGING}unfinished")


class EmbeddedStore:
    """Oxigraph, used as a library.

    Many statements are loaded piece by piece, by several threads, which is twice as fast as in one go and needs a
    tenth of the memory. Until the last piece is in, the graph they go to is marked as unfinished.

    ``made`` are the folders that were made for it, the innermost first: what fails before it has written anything
    leaves none of them behind.
    """

    def __init__(self, store: pyoxigraph.Store, address: str, made: Sequence[Path] = ()) -> None:
        self.address = address
        self._made = made
        self._engine: pyoxigraph.Store | None = store
        self._writing = threading.Lock()
        marks = store.quads_for_pattern(None, A, _UNFINISHED, _UNFINISHED)
        self._hidden = {mark.subject for mark in marks if isinstance(mark.subject, NamedNode)}
        self._hidden |= {graph for graph in _names(store) if is_hidden(graph.value)}

    def tidy(self) -> None:
        """Drop what a killed process has left half-written."""
        for graph in self._hidden - {_UNFINISHED}:
            self._forget(graph)
        # Last: until then the mark says which graphs they are.
        self._forget(_UNFINISHED)
        self._hidden = set()

    def replace(self, graph: NamedNode, statements: Iterable[Statement]) -> None:
        """Make the graph consist of these statements and no other."""
        self._write(graph, statements, REPLACING)

    def add(self, graph: NamedNode, statements: Iterable[Statement]) -> None:
        """Let the graph also have these statements."""
        self._write(graph, statements, ADDING)

    def clear(self, graph: NamedNode) -> None:
        """Forget a graph; one that does not exist is no error."""
        with self._writing:
            self._update(f"DROP SILENT GRAPH {graph}")

    def graphs(self) -> set[NamedNode]:
        """The names of all graphs."""
        return set(_names(self._store)) - self._hidden

    def select(self, sparql: str) -> Rows:
        """The rows that a SELECT asks for."""
        asked = unordered(sparql)
        found = self._rows(asked.sparql)
        # An order by what is not among the columns is for the engine.
        shown = all(key.column in found.columns for key in asked.keys)
        rows = ordered(found.rows, asked.keys) if shown else None
        return self._rows(sparql) if rows is None else Rows(found.columns, rows)

    def ask(self, sparql: str) -> bool:
        """Whether what an ASK describes is there."""
        with self._asking():
            return bool(self._answer(sparql, "ASK"))

    def construct(self, sparql: str) -> Iterator[Statement]:
        """The statements that a CONSTRUCT makes, each once."""
        with self._asking():
            answer = cast("QueryTriples", self._answer(sparql, "CONSTRUCT"))
            return iter(dict.fromkeys(statement(triple) for triple in answer))

    def close(self) -> None:
        """Let go of the folder; twice is once."""
        self._engine = None

    def __enter__(self) -> "EmbeddedStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_unused = error is not None and self._engine is not None and not self.graphs()
        self.close()
        if is_unused:
            self._unmake()

    def _unmake(self) -> None:
        for folder in self._made[:1]:
            shutil.rmtree(folder, ignore_errors=True)
        # Around it may be what somebody else has put there since.
        with suppress(OSError):
            for folder in self._made[1:]:
                folder.rmdir()

    @property
    def _store(self) -> pyoxigraph.Store:
        if self._engine is None:
            raise StoreError(f"the store {self.address} is closed; open it again")
        return self._engine

    def _rows(self, sparql: str) -> Rows:
        with self._asking():
            answer = cast("QuerySolutions", self._answer(sparql, "SELECT"))
            columns = tuple(variable.value for variable in answer.variables)
            found = (zip(columns, solution, strict=True) for solution in answer)
            return Rows(
                columns, [{key: named(term) for key, term in row if term is not None} for row in found]
            )

    def _answer(self, sparql: str, form: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        query = checked(sparql, form)
        if not self._hidden:
            return self._store.query(query, use_default_graph_as_union=True)
        visible = [*self.graphs()]
        return self._store.query(query, default_graph=[*visible], named_graphs=[*visible])

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except SyntaxError as error:
            raise QueryError(f"the query is not SPARQL: {str(error).splitlines()[0][:200]}") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the store {self.address} cannot answer: {error}") from error

    def _write(self, graph: NamedNode, statements: Iterable[Statement], joining: Joining) -> None:
        with self._writing:
            pieces = ntriples(statements, PIECE)
            first, second = next(pieces, ""), next(pieces, "")
            if second:
                self._write_many(graph, itertools.chain((first, second), pieces), joining)
            else:
                self._update(joining.of_few(graph, first))

    def _write_many(self, graph: NamedNode, pieces: Iterable[str], joining: Joining) -> None:
        is_new = graph not in self.graphs()
        target = graph if is_new else staging_graph()
        self._hidden = {target, _UNFINISHED}
        try:
            self._mark(target)
            self._load(target, pieces)
            if is_new:
                self._forget(_UNFINISHED)
                self._hidden = set()
            else:
                self._update(joining.of_many(graph, target))
                self.tidy()
        except BaseException:
            self.tidy()
            raise

    def _mark(self, graph: NamedNode) -> None:
        with self._changing():
            self._store.add(Quad(graph, A, _UNFINISHED, _UNFINISHED))
            # Loaded pieces are on disk at once; the mark has to be there before them, also when the power fails.
            self._store.flush()

    def _forget(self, graph: NamedNode) -> None:
        """Drop a hidden graph, statement by statement: three times as fast as in a transaction, which nobody needs."""
        with self._changing():
            for quad in self._store.quads_for_pattern(None, None, None, graph):
                self._store.remove(quad)
            self._store.remove_graph(graph)

    def _load(self, graph: NamedNode, pieces: Iterable[str]) -> None:
        with ThreadPoolExecutor(LOADERS) as loaders:
            loading: deque[Future[None]] = deque()
            for piece in pieces:
                if len(loading) > LOADERS:
                    loading.popleft().result()
                loading.append(loaders.submit(self._load_piece, graph, piece))
            for load in loading:
                load.result()

    def _load_piece(self, graph: NamedNode, piece: str) -> None:
        with self._changing():
            # The lines come from terms that were checked when they were made.
            self._store.bulk_load(piece, RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)

    def _update(self, sparql: str) -> None:
        with self._changing():
            self._store.update(sparql)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"the store {self.address} cannot be changed: {error}; it is as it was"
            ) from error


def _names(store: pyoxigraph.Store) -> Iterator[NamedNode]:
    return (graph for graph in store.named_graphs() if isinstance(graph, NamedNode))
