"""A store behind a SPARQL 1.1 endpoint, whatever engine runs there."""

import contextlib
import itertools
import math
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import NamedTuple, cast

import pyoxigraph
import requests
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, QueryTriples

from kgexplain.errors import StoreError
from kgexplain.graph.endpoint import Endpoint
from kgexplain.graph.engines import addresses, engine, split_address
from kgexplain.graph.sparql import checked, construction, page, twin
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
from kgexplain.vocabulary import XSD_DOUBLE, Statement, Term

# Statements of one request: Virtuoso takes small ones slowly, and a request has to fit into memory.
PIECE = 50_000
# Rows of one page, where the server names no limit of its own.
_MOST = 1_000_000
# Rows of one page of a CONSTRUCT's template.
TEMPLATE_ROWS = 5_000
# A staging graph that is older was left by a process that was killed.
LEFTOVER_SECONDS = 24 * 60 * 60

# The default graph of a store without graphs: to name none would mean all, those that are hidden included.
_NOTHING = f"{STAGING}nothing"


class RemoteStore:
    """Any server that speaks SPARQL 1.1. What is sent depends on its kind, which it says when it is first asked.

    Virtuoso 7 shows six digits of a double, and sixteen if asked for text, which is done; whole numbers of more than
    31 bits come back as decimals. It computes and sorts with all digits.
    """

    def __init__(self, address: str, endpoint: Endpoint) -> None:
        self.address = address
        query, given = split_address(address)
        self._endpoint = endpoint
        first = endpoint.ask(query, {"query": "ASK {}"})
        _parsed(first)
        self._engine = engine(first.headers.get("Server", ""))
        self._at = addresses(query, self._engine, given)
        self._has_graph_store = bool(self._at.store)
        self._listed: dict[str, str | Sequence[str]] = {}
        self._listed_until = 0.0

    def replace(self, graph: NamedNode, statements: Iterable[Statement]) -> None:
        """Make the graph consist of these statements and no other."""
        self._write(graph, statements, REPLACING)

    def add(self, graph: NamedNode, statements: Iterable[Statement]) -> None:
        """Let the graph also have these statements."""
        self._write(graph, statements, ADDING)

    def clear(self, graph: NamedNode) -> None:
        """Forget a graph; one that does not exist is no error."""
        self._update(f"DROP SILENT GRAPH {graph}")
        self._listed_until = 0.0

    def graphs(self) -> set[NamedNode]:
        """The names of all graphs, without those that every server of this kind brings."""
        return {graph for graph in self._all_graphs() if not is_hidden(graph.value)}

    def select(self, sparql: str) -> Rows:
        """The rows that a SELECT asks for; where the server cuts answers or numbers, asked for again, as a whole."""
        query, dataset = checked(sparql, "SELECT"), self._dataset()
        rows, most = self._rows(query, dataset)
        is_rounded = self._engine.rounds and (len(rows) >= most or _has_doubles(rows))
        if len(rows) < most and not is_rounded:
            return rows
        twins = rows.columns if is_rounded else ()
        return self._paged(query, dataset, _Pages(rows.columns, min(most - 1, _MOST), twins))

    def ask(self, sparql: str) -> bool:
        """Whether what an ASK describes is there."""
        answer = _parsed(self._answer(checked(sparql, "ASK"), self._dataset()))
        # Virtuoso 7 answers with a table that is empty, or has one row.
        return answer if isinstance(answer, bool) else len(answer) > 0

    def construct(self, sparql: str) -> Iterator[Statement]:
        """The statements that a CONSTRUCT makes, each once.

        The server gives the rows and the template is filled here: a graph that was cut short (Virtuoso does so at
        10,000 rows, and says nothing) looks like a whole one.
        """
        parts = construction(checked(sparql, "CONSTRUCT"))
        rows = self.select(parts.select)
        columns = " ".join(f"?{column}" for column in rows.columns)
        remaining = iter(rows)
        made: dict[Statement, None] = {}
        while batch := list(itertools.islice(remaining, TEMPLATE_ROWS)):
            values = "\n".join(
                f"({' '.join(str(row.get(key, 'UNDEF')) for key in rows.columns)})" for row in batch
            )
            query = f"{parts.prologue}CONSTRUCT {parts.template} {{ VALUES ({columns}) {{ {values} }} }}"
            made |= dict.fromkeys(map(statement, cast("QueryTriples", pyoxigraph.Store().query(query))))
        return iter(made)

    def close(self) -> None:
        """Let go of all connections; twice is once."""
        self._endpoint.close()

    def __enter__(self) -> "RemoteStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, graph: NamedNode, statements: Iterable[Statement], joining: Joining) -> None:
        batches = ntriples(statements, self._engine.batch)
        first, second = next(batches, ""), next(batches, "")
        if not second:
            self._update(joining.of_few(graph, first))
        elif self._engine.loads_whole and self._has_graph_store and graph not in self._all_graphs():
            every = itertools.chain((first, second), batches)
            self._endpoint.stream_graph(self._at.store, graph.value, every)
        else:
            self._write_many(graph, itertools.chain((first, second), batches), joining)
        self._listed_until = 0.0

    def _write_many(self, graph: NamedNode, batches: Iterator[str], joining: Joining) -> None:
        self._drop_leftovers()
        staged = staging_graph()
        try:
            while piece := list(itertools.islice(batches, PIECE // self._engine.batch)):
                self._send(staged, piece)
            self._update(joining.of_many(graph, staged))
        finally:
            # Whatever went wrong before is what is told; a later write drops what stays.
            with contextlib.suppress(StoreError):
                self.clear(staged)

    def _send(self, graph: NamedNode, batches: Sequence[str]) -> None:
        if self._has_graph_store:
            self._has_graph_store = self._endpoint.send_graph(self._at.store, graph.value, "".join(batches))
        if not self._has_graph_store:
            for batch in batches:
                self._update(ADDING.of_few(graph, batch))

    def _drop_leftovers(self) -> None:
        for graph in self._all_graphs():
            began, _, _ = graph.value.removeprefix(STAGING).partition("-")
            if is_hidden(graph.value) and began.isdigit() and time.time() - int(began) > LEFTOVER_SECONDS:
                self.clear(graph)

    def _update(self, sparql: str) -> None:
        if sparql:
            self._endpoint.change(self._at.update, sparql)

    def _all_graphs(self) -> set[NamedNode]:
        rows, most = self._rows(self._engine.listing, {})
        if len(rows) >= most:
            raise StoreError(
                f"{self.address} lists only {most} graphs and may have more; raise the server's limit"
            )
        names = {row["g"] for row in rows}
        return {name for name in names if isinstance(name, NamedNode) and name.value not in self._engine.own}

    def _dataset(self) -> dict[str, str | Sequence[str]]:
        """The parameters by which a query sees all graphs, and none that is hidden."""
        if time.monotonic() >= self._listed_until:
            self._listed = self._dataset_of(self._all_graphs())
            self._listed_until = time.monotonic() + self._engine.listed
        return self._listed

    def _dataset_of(self, every: set[NamedNode]) -> dict[str, str | Sequence[str]]:
        visible = sorted(graph.value for graph in every if not is_hidden(graph.value))
        if self._engine.union and len(visible) == len(every):
            return dict(self._engine.union)
        return dict.fromkeys(("default-graph-uri", "named-graph-uri"), visible or [_NOTHING])

    def _answer(self, query: str, dataset: Mapping[str, str | Sequence[str]]) -> requests.Response:
        return self._endpoint.ask(self._at.query, {"query": query, **dataset})

    def _rows(self, query: str, dataset: Mapping[str, str | Sequence[str]]) -> tuple[Rows, int]:
        """The rows, and from how many on they are not all."""
        response = self._answer(query, dataset)
        rows = _parsed(response)
        if isinstance(rows, bool):
            raise StoreError(f"{self.address} answers {rows} where rows are due; is it a SPARQL endpoint?")
        most = response.headers.get("X-SPARQL-MaxRows", "")
        return rows, int(most) if most.isdigit() else sys.maxsize

    def _paged(self, query: str, dataset: Mapping[str, str | Sequence[str]], pages: "_Pages") -> Rows:
        rows: list[Mapping[str, Term]] = []
        last: Rows | None = None
        while pages.size > 0 and (last is None or len(last) == pages.size):
            asked = page(query, pages.columns, pages.size, len(rows), pages.twins)
            part, _ = self._rows(asked, dataset)
            if last == part:
                break  # The server does not know pages.
            rows += [_exact(row) for row in part] if pages.twins else part.rows
            last = part
        if last is None or len(last) >= pages.size:
            raise StoreError(
                f"{self.address} cuts every answer at {pages.size + 1} rows; ask for fewer, or raise its limit"
            )
        return Rows(pages.columns, rows)


class _Pages(NamedTuple):
    """How a long answer is asked for: ``size`` rows at a time; with the columns ``twins`` as text, too.

    A page as long as the longest answer would look as if it were cut, so ``size`` is less than that.
    """

    columns: tuple[str, ...]
    size: int
    twins: tuple[str, ...]


def _has_doubles(rows: Rows) -> bool:
    return any(_is_double(term) for row in rows for term in row.values())


def _is_double(term: Term) -> bool:
    return isinstance(term, Literal) and term.datatype == XSD_DOUBLE


def _exact(row: Mapping[str, Term]) -> dict[str, Term]:
    """The row without its columns of text, from which its doubles get their digits."""
    texts = {twin(column) for column in row}
    return {
        column: _double(row[twin(column)].value, term) if _is_double(term) else term
        for column, term in row.items()
        if column not in texts
    }


def _double(text: str, term: Term) -> Term:
    # Rounded to sixteen digits, the largest doubles are infinite.
    return Literal(text, datatype=XSD_DOUBLE) if math.isfinite(float(text)) else term


def _parsed(response: requests.Response) -> Rows | bool:
    """The rows of an answer, or its yes or no."""
    if "html" in response.headers.get("Content-Type", ""):
        raise StoreError(f"{response.url} answers with a web page; give the address of a SPARQL endpoint")
    try:
        answer = pyoxigraph.parse_query_results(response.content, QueryResultsFormat.JSON)
        if isinstance(answer, QueryBoolean):
            return bool(answer)
        columns = tuple(variable.value for variable in answer.variables)
        found = (zip(columns, solution, strict=True) for solution in answer)
        return Rows(columns, [{key: named(term) for key, term in row if term is not None} for row in found])
    except SyntaxError as error:
        said = " ".join(response.text[-100:].split())
        raise StoreError(
            f"{response.url} answers something else than SPARQL results, or only a part of them; it ends in {said!r}"
        ) from error
