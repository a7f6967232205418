"""Answers as text: a table for people; JSON, CSV and Turtle for programs."""

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias
from unicodedata import combining, east_asian_width

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kgexplain.errors import InputError
from kgexplain.graph.store import Rows
from kgexplain.vocabulary import BASE, PREFIXES, XSD_INTEGER, A, Statement, Term

Row: TypeAlias = Mapping[str, Term]

NUMBERS = {PREFIXES["xsd"] + kind for kind in ("integer", "decimal", "double", "float", "int", "long")}
XSD_STRING = PREFIXES["xsd"] + "string"

# How W3C's test cases for SPARQL say rows in RDF.
RESULTS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


def written(answer: Rows | Iterable[Statement], style: str) -> Iterator[str]:
    """The lines of an answer, rows or statements, as ``text``, ``json``, ``csv`` or ``turtle``.

    JSON and CSV are SPARQL 1.1's; they are written while rows come in. Text shows numbers to four digits, and IRIs by
    their prefix or, of the things of a network or a run, by the words that they were named with. Rows in Turtle
    are solutions in the words of W3C's test cases; statements elsewhere are rows of subject, predicate and object.
    """
    if style not in WRITERS:
        raise InputError(f"style {style!r}: answers are not written so; {', '.join(STYLES)} are there")
    if not isinstance(answer, Rows):
        return turtle(answer) if style == "turtle" else WRITERS[style](Statement._fields, map(_row, answer))
    return WRITERS[style](answer.columns, answer)


def table(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """A table for people, its columns as wide as they need be, numbers to the right."""
    rows = list(rows)
    cells = [[_shown(row.get(column)) for column in columns] for row in rows]
    numeric = [_all_numbers(row.get(column) for row in rows) for column in columns]
    widths = [max(map(_width, column)) for column in zip(columns, *cells, strict=True)]
    yield _line(columns, widths, numeric)
    yield "  ".join("─" * width for width in widths)
    yield from (_line(line, widths, numeric) for line in cells)
    if not rows:
        yield "(no rows)"


def json_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """SPARQL 1.1 Query Results JSON, a row a line."""
    yield f'{{"head": {{"vars": {json.dumps(list(columns))}}}, "results": {{"bindings": ['
    separator = " "
    for row in rows:
        bound = {column: _bound(row[column]) for column in columns if column in row}
        yield separator + json.dumps(bound, ensure_ascii=False)
        separator = ","
    yield "]}}"


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """SPARQL 1.1 Query Results CSV: values alone, without their types."""
    yield _record(columns)
    for row in rows:
        yield _record(row[column].value if column in row else "" for column in columns)


def turtle_rows(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Rows as a result set in Turtle, each solution with its place in the answer."""
    return _serialised(_result_set(columns, rows), PREFIXES | {"rs": RESULTS})


def turtle(statements: Iterable[Statement]) -> Iterator[str]:
    """Statements in Turtle, sorted: the same statements, the same lines."""
    return _serialised((Triple(*statement) for statement in sorted(set(statements), key=str)), PREFIXES)


def readable(iri: str) -> str:
    """An IRI for people.

    >>> readable("https://w3id.org/kgexplain/ontology#hasTag")
    'kgx:hasTag'
    >>> readable("https://w3id.org/kgexplain/net/vgg16--0a1b2c3d#filter--features.28--95")
    'filter features.28 95'
    >>> readable("https://w3id.org/kgexplain/net/vgg16--0a1b2c3d")
    'net vgg16 0a1b2c3d'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    if not iri.startswith(BASE):
        return f"<{iri}>"
    document, _, name = iri.removeprefix(BASE).partition("#")
    return _words(name or document.replace("/", "--"))


def _words(name: str) -> str:
    """The keys that ``vocabulary.name`` joined, read from the left."""
    return re.sub("--|-([0-9a-f]+)-", lambda found: chr(int(found[1], 16)) if found[1] else " ", name)


def _row(statement: Statement) -> Row:
    return statement._asdict()


def _shown(value: Term | None) -> str:
    """A value for people, on one line and without what would steer a terminal."""
    if value is None:
        return ""
    if isinstance(value, NamedNode):
        text = readable(value.value)
    else:
        text = _number(value) if _is_number(value) else value.value
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(text.split())
    )


def _number(value: Literal) -> str:
    """Whole numbers whole, others to four digits.

    >>> [_number(Literal(number)) for number in (95, 0.42, 0.123456, 12.3456, 123456.7)]
    ['95', '0.4200', '0.1235', '12.35', '123457']
    """
    if value.datatype == XSD_INTEGER:
        return value.value
    number = float(value.value)
    if number == 0 or not math.isfinite(number):
        return value.value
    return f"{number:.{max(0, 3 - math.floor(math.log10(abs(number))))}f}"


def _is_number(value: Term | None) -> bool:
    return isinstance(value, Literal) and value.datatype.value in NUMBERS


def _all_numbers(values: Iterable[Term | None]) -> bool:
    bound = [value for value in values if value is not None]
    return bool(bound) and all(map(_is_number, bound))


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    padded = (
        " " * (width - _width(cell)) + cell if is_number else cell + " " * (width - _width(cell))
        for cell, width, is_number in zip(cells, widths, numeric, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many places of a terminal a text takes: wide letters take two, accents that join their letter none."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _bound(value: Term) -> dict[str, str]:
    if isinstance(value, NamedNode):
        return {"type": "uri", "value": value.value}
    if value.language:
        return {"type": "literal", "value": value.value, "xml:lang": value.language}
    if value.datatype.value == XSD_STRING:
        return {"type": "literal", "value": value.value}
    return {"type": "literal", "value": value.value, "datatype": value.datatype.value}


def _record(cells: Iterable[str]) -> str:
    record = io.StringIO()
    # Python quotes a line break only where its own lines end with one.
    csv.writer(record, lineterminator="\r\n").writerow(cells)
    return record.getvalue().removesuffix("\r\n")


def _result_set(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Triple]:
    everything = BlankNode("rows")
    yield Triple(everything, A, _rs("ResultSet"))
    yield from (Triple(everything, _rs("resultVariable"), Literal(column)) for column in columns)
    for index, row in enumerate(rows, start=1):
        solution = BlankNode(f"row{index}")
        yield Triple(everything, _rs("solution"), solution)
        yield Triple(solution, _rs("index"), Literal(index))
        for place, column in enumerate(columns):
            if column in row:
                yield from _binding(solution, BlankNode(f"row{index}.{place}"), column, row[column])


def _binding(solution: BlankNode, binding: BlankNode, column: str, value: Term) -> Iterator[Triple]:
    yield Triple(solution, _rs("binding"), binding)
    yield Triple(binding, _rs("variable"), Literal(column))
    yield Triple(binding, _rs("value"), value)


def _rs(local: str) -> NamedNode:
    return NamedNode(RESULTS + local)


def _serialised(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> Iterator[str]:
    text = io.BytesIO()
    serialize(triples, text, RdfFormat.TURTLE, prefixes=dict(prefixes))
    return iter(text.getvalue().decode().rstrip("\n").split("\n"))


WRITERS: dict[str, Callable[[Sequence[str], Iterable[Row]], Iterator[str]]] = {
    "text": table,
    "json": json_lines,
    "csv": csv_lines,
    "turtle": turtle_rows,
}
STYLES = tuple(WRITERS)
