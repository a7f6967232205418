"""Rows put in the order that a query asks for.

Oxigraph looks up the text of an IRI each time it compares two of them, in a folder in a file: half of the time of a
long answer went there. Here each text is looked at once.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

from kgexplain.graph.sparql import tokens
from kgexplain.vocabulary import XSD_DOUBLE, XSD_INTEGER, Term, term

Row: TypeAlias = Mapping[str, Term]

# As tokens stand in a query, one blank between them.
_KEY = re.compile(r"(?:(?P<way>(?i:ASC|DESC)) \( )?[?$](?P<column>\w+)(?(way) \))(?: |$)")

_STRING = term("xsd:string")
_COMPARED = ({_STRING}, {XSD_INTEGER}, {XSD_DOUBLE}, {XSD_INTEGER, XSD_DOUBLE})


class Key(NamedTuple):
    """A column that rows are ordered by, the highest value first where ``descends``."""

    column: str
    descends: bool


class Unordered(NamedTuple):
    """A query without its order, and the order."""

    sparql: str
    keys: tuple[Key, ...]


def unordered(sparql: str) -> Unordered:
    """A SELECT without the order of its rows; as it is and without keys where that is not just one of columns.

    >>> unordered("SELECT ?s { ?s ?p ?o } ORDER BY DESC(?o) ?s").keys
    (Key(column='o', descends=True), Key(column='s', descends=False))
    >>> unordered("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 5").keys
    ()
    """
    pieces = list(tokens(sparql))
    begin = max((i for i, token in enumerate(pieces) if token.word == "ORDER"), default=len(pieces))
    text = " ".join(token.text for token in pieces[begin + 2 :])
    found = list(_KEY.finditer(text))
    if not found or "".join(match[0] for match in found) != text:
        return Unordered(sparql, ())
    keys = (Key(match["column"], (match["way"] or "").upper() == "DESC") for match in found)
    return Unordered(sparql[: pieces[begin].start], tuple(keys))


def ordered(rows: Sequence[Row], keys: Sequence[Key]) -> Sequence[Row] | None:
    """The rows in the order of SPARQL 1.1 (15.1); None where it is for an engine to say, as between text and numbers.

    What has no value comes first, IRIs and text are compared character by character, numbers by value.
    """
    places = list(range(len(rows)))
    for key in reversed(keys):
        values = _values([row.get(key.column) for row in rows])
        if values is None:
            return None
        places.sort(key=values.__getitem__, reverse=key.descends)
    return [rows[place] for place in places]


def _values(terms: Sequence[Term | None]) -> Sequence[str] | Sequence[float] | None:
    """What Python compares in the place of the terms, if they are all of one kind."""
    present = [term for term in terms if term is not None]
    if all(isinstance(term, NamedNode) for term in present):
        return _texts(terms)
    datatypes = {term.datatype for term in present if isinstance(term, Literal)}
    if not all(isinstance(term, Literal) for term in present) or datatypes not in _COMPARED:
        return None
    return _texts(terms) if datatypes == {_STRING} else _numbers(terms)


def _texts(terms: Sequence[Term | None]) -> Sequence[str]:
    # No character comes before the first.
    return ["" if term is None else f"\0{term.value}" for term in terms]


def _numbers(terms: Sequence[Term | None]) -> Sequence[float] | None:
    try:
        numbers = [_number(term.value) for term in terms if term is not None]
    except ValueError:
        return None
    if not all(map(math.isfinite, numbers)):
        return None
    remaining = iter(numbers)
    return [-math.inf if term is None else next(remaining) for term in terms]


def _number(text: str) -> float:
    return int(text) if text.lstrip("+-").isdigit() else float(text)
