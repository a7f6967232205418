"""A SPARQL query as tokens: what it asks for, what it must not do, and how to ask for it page by page."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kgexplain.errors import QueryError

# In this order: what may hide a keyword comes before the keyword. An IRI wins over "less than", as in the standard.
_KINDS = {
    "space": r"\s+|\#[^\n\r]*",
    "iri": r"<[^<>\"{}|^`\\\x00-\x20]*>",
    "string": r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'",
    "variable": r"[?$]\w+",
    "blank": r"_:[\w.\-]+",
    "name": r"(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*",
    "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
    "number": r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?",
    "word": r"[A-Za-z_][A-Za-z0-9_]*",
    "mark": r"[{}()\[\].,;*+\-/|^!=<>&?]",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()), re.DOTALL)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_CHANGES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
# They reach for other data than the store's own: over the network, or by naming some graphs only.
_FORBIDDEN = {"SERVICE", "LOAD", "FROM"}
_ENDS = {"LIMIT", "OFFSET", "VALUES"}


class Token(NamedTuple):
    """A piece of a query: its kind (a key of the table above), its text, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the text after it starts."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The keyword that it is, in capitals, or nothing."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(sparql: str) -> Iterator[Token]:
    """The tokens of a query without white space and comments.

    >>> [token.text for token in tokens("ASK { ?s <urn:p> 'SERVICE' } # LOAD")]
    ['ASK', '{', '?s', '<urn:p>', "'SERVICE'", '}']
    """
    position = 0
    while position < len(sparql):
        match = _TOKEN.match(sparql, position)
        if match is None:
            raise QueryError(f"no SPARQL at character {position + 1}: {sparql[position : position + 20]!r}")
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match[0], position)
        position = match.end()


def checked(sparql: str, form: str) -> str:
    """The query itself, if it is of that form and asks for nothing outside the store.

    >>> checked("SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", "SELECT")
    Traceback (most recent call last):
    kgexplain.errors.QueryError: a query may not use SERVICE; it sees all graphs of its store and nothing else
    """
    words = _words(sparql)
    # The standard lets an engine replace \\u0053 before it looks for keywords.
    decoded = words if _CODE_POINT.search(sparql) is None else _words(_CODE_POINT.sub(_character, sparql))
    for word in (*words, *decoded):
        if word in _FORBIDDEN:
            raise QueryError(f"a query may not use {word}; it sees all graphs of its store and nothing else")
    asked = next((word for word in words if word in _FORMS | _CHANGES), "")
    if asked in _CHANGES:
        raise QueryError(f"{asked} changes the store; a query begins with {form}")
    if asked != form:
        raise QueryError(f"the query begins with {asked or 'no known word'}; here it has to be {form}")
    return sparql


def _words(sparql: str) -> list[str]:
    return [token.word for token in tokens(sparql)]


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def page(sparql: str, columns: Sequence[str], size: int, start: int, twins: Sequence[str] = ()) -> str:
    """The query for some rows of a SELECT, in an order without ties, so that pages join to the whole answer.

    Each column of ``twins`` comes a second time as text, under the name that ``twin`` gives.

    >>> page("SELECT ?s { ?s ?p ?o }", ["s"], 100, 200).replace(chr(10), " ")
    'SELECT * { { SELECT ?s { ?s ?p ?o } ORDER BY ?s } } LIMIT 100 OFFSET 200'
    """
    begin = next(token.start for token in tokens(sparql) if token.word == "SELECT")
    ordered = _in_full_order(sparql, columns)[begin:]
    texts = [f"(STR(?{column}) AS ?{twin(column)})" for column in twins]
    asked = " ".join([*(f"?{column}" for column in columns), *texts]) if twins else "*"
    return f"{sparql[:begin]}SELECT {asked} {{ {{ {ordered} }} }} LIMIT {size} OFFSET {start}"


def twin(column: str) -> str:
    """The name of a column that holds the values of another as text."""
    return f"{column}__text"


def _in_full_order(sparql: str, columns: Sequence[str]) -> str:
    outer = list(_outer(sparql))
    has_order = any(token.word == "ORDER" for token in outer)
    end = next((token.start for token in outer if token.word in _ENDS), len(sparql))
    order = ("" if has_order else "ORDER BY ") + " ".join(f"?{column}" for column in columns)
    # On a line of its own: the line before may end in a comment.
    return f"{sparql[:end]}\n{order}\n{sparql[end:]}".rstrip()


def _outer(sparql: str) -> Iterator[Token]:
    """The tokens outside all brackets."""
    depth = 0
    for token in tokens(sparql):
        if token.kind == "mark":
            depth += (token.text in "{(") - (token.text in "})")
        elif depth == 0:
            yield token


class Construction(NamedTuple):
    """A CONSTRUCT taken apart: prefixes, the template (with its brackets), and the SELECT that fills it."""

    prologue: str
    template: str
    select: str


def construction(sparql: str) -> Construction:
    """The two halves of a CONSTRUCT: which rows to ask for, and what to make of each.

    >>> construction("CONSTRUCT { ?s <urn:q> ?o } WHERE { ?s <urn:p> ?o } LIMIT 3")
    Construction(prologue='', template='{ ?s <urn:q> ?o }', select='SELECT * WHERE { ?s <urn:p> ?o } LIMIT 3')
    """
    pieces = list(tokens(sparql))
    begin = next(index for index, token in enumerate(pieces) if token.word == "CONSTRUCT")
    opening = next((token for token in pieces[begin:] if token.text == "{"), None)
    if opening is None:
        raise QueryError("CONSTRUCT has no { }; it has to say what to make, and of what")
    template = sparql[opening.start : _closing(pieces, opening)]
    is_short = pieces[begin + 1].word == "WHERE"
    rest = sparql[pieces[begin].end if is_short else opening.start + len(template) :]
    prologue = sparql[: pieces[begin].start]
    return Construction(prologue, template, f"{prologue}SELECT *{rest}")


def _closing(pieces: Sequence[Token], opening: Token) -> int:
    depth = 0
    for token in pieces[pieces.index(opening) :]:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return token.end
    raise QueryError(f"the bracket at character {opening.start + 1} is never closed")
