"""Questions: one SPARQL query a file, found, described, and safely filled in.

A question is a file ``queries/<folder>/<name>.rq``, or any other ``.rq`` file. It begins with its header::

    #+ summary: One sentence that says what the rows are.
    #+ description: More of it, where needed; several such lines are one text.
    #+ $name: what is asked for (kind)
    #+ $other: what has a value of its own when none is given (kind) = 5

In the query, ``?x`` is an answer and ``$x`` a parameter; to SPARQL both are variables, so the file runs in any editor.
Header and query must name the same parameters, or reading the file is an error.

The kinds:

- ``IRI``: an IRI, whole or with a prefix of ours, as ``kgx:method--filtag`` or ``wn30:02084071-n``
- ``synset``: a wnid, as ``n02084071``, or the IRI of a synset
- ``number`` and ``integer``: 0.5 and 5, as numbers or as text
- ``text``: any text, as it is
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Store

from kgexplain.errors import QueryError
from kgexplain.graph.sparql import tokens
from kgexplain.shipped import shipped
from kgexplain.vocabulary import PREFIXES, XSD_DOUBLE, XSD_INTEGER, synset, term

Value: TypeAlias = NamedNode | Literal | str | int | float

_WNID = re.compile(r"[nvars][0-9]{8}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_PARAMETER = re.compile(r"\$(?P<name>[A-Za-z]\w*): (?P<meaning>.+) \((?P<kind>\w+)\)(?: = (?P<default>.+))?")
_LINES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}


def iri(value: Value) -> str:
    """An IRI as SPARQL writes it.

    >>> iri("kgx:hasTag")
    '<https://w3id.org/kgexplain/ontology#hasTag>'
    """
    if isinstance(value, NamedNode):
        return str(value)
    if not isinstance(value, str):
        raise TypeError("is no IRI")
    prefix, _, local = value.partition(":")
    if prefix in PREFIXES and not local.startswith("//"):
        return str(term(value))
    return str(NamedNode(value.removeprefix("<").removesuffix(">")))


def synset_iri(value: Value) -> str:
    """A synset's IRI as SPARQL writes it, from a wnid or an IRI.

    >>> synset_iri("n02084071")
    '<http://wordnet-rdf.princeton.edu/pwn30/02084071-n>'
    """
    if isinstance(value, str) and _WNID.fullmatch(value):
        return str(synset(value))
    return iri(value)


def integer(value: Value) -> str:
    """A whole number as SPARQL writes it.

    >>> integer("5")
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(value, bool) or not isinstance(value, (str, Integral, Literal)):
        raise TypeError("is no whole number")
    given = value.value if isinstance(value, Literal) else str(value)
    if not _INTEGER.fullmatch(given):
        raise ValueError("is no whole number of at most 18 digits")
    return f'"{int(given)}"^^{XSD_INTEGER}'


def number(value: Value) -> str:
    """A number as SPARQL writes it.

    >>> number(0.5)
    '"0.5"^^<http://www.w3.org/2001/XMLSchema#double>'
    """
    if isinstance(value, (bool, NamedNode)) or not isinstance(value, (str, Real, Literal)):
        raise TypeError("is no number")
    real = float(value.value if isinstance(value, Literal) else value)
    if not math.isfinite(real):
        raise ValueError("is no finite number")
    return f'"{real!r}"^^{XSD_DOUBLE}'


def text(value: Value) -> str:
    r"""A text as SPARQL writes it.

    The standard lets an engine replace ``\u0022`` by a quote before it reads anything else, and rdflib does so even
    where the backslash is itself escaped; so a u after a backslash is written as its own number (eight digits: rdflib takes four more where they follow four).

    >>> print(text('a "b"'), text("\\u0022"))
    "a \"b\"" "\\\U000000750022"
    """
    if not isinstance(value, (str, Literal)):
        raise TypeError("is no text")
    plain = value.value if isinstance(value, Literal) else value
    plain.encode()
    escaped = "".join(_LINES.get(character, character) for character in plain)
    return '"' + re.sub(r"(?<=\\\\)[uU]", lambda match: f"\\U{ord(match[0]):08x}", escaped) + '"'


KINDS: dict[str, Callable[[Value], str]] = {
    "IRI": iri,
    "integer": integer,
    "number": number,
    "synset": synset_iri,
    "text": text,
}
_EXAMPLES: dict[str, str] = {
    "IRI": "wn30:02084071-n",
    "integer": "5",
    "number": "0.5",
    "synset": "n02084071",
    "text": "conv5_3",
}


@dataclass(frozen=True)
class Parameter:
    """What a question must be told; ``default`` is None where it has to be."""

    name: str
    meaning: str
    kind: str
    default: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise QueryError(f"${self.name} is of kind {self.kind!r}; the kinds are {', '.join(KINDS)}")
        if self.default is not None:
            self.written(self.default)

    def __str__(self) -> str:
        """As the header has it, for messages."""
        return f"${self.name}: {self.meaning} ({self.kind})"

    def written(self, value: Value) -> str:
        """The value as one term of SPARQL, whatever stands in it."""
        try:
            return KINDS[self.kind](value)
        except (TypeError, ValueError, OverflowError) as error:
            example = _EXAMPLES[self.kind]
            reason = "is not Unicode" if isinstance(error, UnicodeError) else error
            raise QueryError(f"{self.name}={value!r}: {reason}; {self}, as {example}") from error


@dataclass(frozen=True)
class Query:
    """One question; ``sparql`` is its file as it is."""

    name: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    sparql: str

    def bind(self, /, **values: Value) -> str:
        """The query for these values, each in the place of its parameter.

        Whole tokens are replaced by whole terms, so a value never becomes syntax, and nothing changes inside strings,
        comments and IRIs.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = [name for name in values if name not in known]
        if unknown:
            raise QueryError(
                f"{self.name} has no parameter {unknown[0]}; it has {self._parameters(unknown[0])}"
            )
        defaults = {name: p.default for name, p in known.items() if p.default is not None}
        given: dict[str, Value] = {**defaults, **values}
        missing = [str(parameter) for name, parameter in known.items() if name not in given]
        if missing:
            raise QueryError(f"{self.name} wants {'; '.join(missing)}")
        return _replaced(self.sparql, {name: known[name].written(value) for name, value in given.items()})

    def _parameters(self, wanted: str) -> str:
        return ", ".join(_nearest_first(wanted, [p.name for p in self.parameters])) or "none"


def query(name: str) -> Query:
    """The question of this name, as ``explanation/tags_of_filter``, or the one in a ``.rq`` file of one's own.

    Those that come with kgexplain are read once in a program.
    """
    return read(Path(name), name) if name.endswith(".rq") else _shipped(name)


@cache
def _shipped(name: str) -> Query:
    names = _names()
    if name not in names:
        raise QueryError(f"no question {name!r}; there are {', '.join(_nearest_first(name, names))}")
    return read(shipped("queries") / f"{name}.rq", name)


def queries() -> tuple[Query, ...]:
    """All questions that come with kgexplain, by name."""
    return tuple(query(name) for name in _names())


def read(path: Path, name: str) -> Query:
    """The question in a file; QueryError where header and query do not agree."""
    try:
        sparql = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise QueryError(f"{path}: cannot be read: {reason}; a question is a .rq file") from error
    try:
        found = _parsed(name, sparql)
        _check(found)
    except QueryError as error:
        raise QueryError(f"{path}: {error}") from error
    return found


def _names() -> list[str]:
    folder = shipped("queries")
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.rq"))


def _nearest_first(wanted: str, names: Iterable[str]) -> list[str]:
    every = sorted(names)
    near = get_close_matches(wanted, every, n=3, cutoff=0.4)
    return near + [name for name in every if name not in near]


def _parsed(name: str, sparql: str) -> Query:
    summary, description, parameters = "", [], []
    for line in (line.removeprefix("#+ ") for line in sparql.splitlines() if line.startswith("#+")):
        key, _, value = line.partition(": ")
        if key == "summary":
            summary = value
        elif key == "description":
            description.append(value)
        elif match := _PARAMETER.fullmatch(line):
            parameters.append(Parameter(**match.groupdict()))
        else:
            raise QueryError(f"line {line!r}: is none of summary:, description:, $name: meaning (kind)")
    return Query(name, summary, " ".join(description), tuple(parameters), sparql)


def _check(found: Query) -> None:
    if not found.summary:
        raise QueryError("has no summary; begin with #+ summary: what the rows are")
    names = [token.text for token in tokens(found.sparql) if token.kind == "variable"]
    asked = {name[1:] for name in names if name[0] == "$"}
    described = {parameter.name for parameter in found.parameters}
    if asked != described:
        raise QueryError(_disagreement(asked, described))
    both = sorted(asked & {name[1:] for name in names if name[0] == "?"})
    if both:
        raise QueryError(f"?{both[0]} and ${both[0]} are the same variable; give one another name")
    example = {p.name: p.written(_EXAMPLES[p.kind]) for p in found.parameters}
    try:
        Store().query(_replaced(found.sparql, example))
    except SyntaxError as error:
        raise QueryError(f"is no SPARQL once its parameters have values: {error}; {_PLACES}") from error


_PLACES = "a parameter cannot be projected, bound or a LIMIT"


def _disagreement(asked: set[str], described: set[str]) -> str:
    return " and ".join(
        [f"${name} is in the query and not in the header" for name in sorted(asked - described)]
        + [f"${name} is in the header and not in the query" for name in sorted(described - asked)]
    )


def _replaced(sparql: str, terms: dict[str, str]) -> str:
    """The query with each ``$name`` token replaced."""
    pieces, end = [], 0
    for token in tokens(sparql):
        if token.kind == "variable" and token.text[0] == "$":
            pieces += [sparql[end : token.start], terms[token.text[1:]]]
            end = token.end
    return "".join((*pieces, sparql[end:]))
