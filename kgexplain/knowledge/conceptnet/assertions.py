"""The lines of ConceptNet's official file, and of triples of phrases, as assertions."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias

from kgexplain.knowledge.conceptnet.edge import Edge
from kgexplain.knowledge.conceptnet.reading import BREAKS, Lines
from kgexplain.knowledge.conceptnet.terms import WORDNET_31, concept

EXTERNAL = "/r/ExternalURL"

# The five columns' last: JSON whose keys are sorted, so that dataset and license come first and the weight last. A text in
# it cannot end like this: every quotation mark inside a text has a backslash before it.
_FACTS = re.compile(
    rb'\{"dataset": "([^"\\]+)", "license": "([^"\\]+)", (?:.*, )?"weight": (\d+(?:\.\d+)?)\}\s*'
)
_RELATION = re.compile(rb"(?:/r/)?[A-Za-z]+")
_FALSE = b"0"
_WANTED = "five columns parted by tabs, the first beginning with /a/ and the last JSON, or relation, head and tail parted by tabs"


class Wanted(NamedTuple):
    """Which assertions are kept: in these languages (``en``), of these relations (``IsA``)."""

    languages: tuple[str, ...]
    relations: tuple[str, ...]


Facts: TypeAlias = tuple[bytes, bytes, bytes]
Reader: TypeAlias = Callable[[Lines, Iterable[bytes], Wanted], Iterator[Edge]]


def assertions(lines: Lines, wanted: Wanted) -> Iterator[Edge]:
    """What a file asserts, as far as it is wanted, and which nodes are which synsets of WordNet 3.1.

    Its first line tells whether the file is an official one or has triples. InputError has the number of a line
    that is neither.
    """
    every = iter(lines)
    try:
        first = next(every, b"")
        if not first.strip():
            raise lines.broken(f"is empty; lines of ConceptNet have {_WANTED}")
        yield from _reader(first, lines)(lines, chain((first,), every), wanted)
    except BREAKS as error:
        raise lines.broken(f"the packed file ends or breaks off here ({error}); download it again") from error


def _reader(first: bytes, lines: Lines) -> Reader:
    columns = first.split(b"\t", 4)
    if len(columns) == 5 and first.startswith(b"/a/"):
        return _official
    if len(columns) in (3, 4) and _RELATION.fullmatch(columns[0]):
        return _triples
    raise lines.broken(f"is no line of ConceptNet, which has {_WANTED}")


def _official(lines: Lines, every: Iterable[bytes], wanted: Wanted) -> Iterator[Edge]:
    """Lines that are not wanted, nine of ten, cost a split and two comparisons."""
    relations = frozenset(f"/r/{name}".encode() for name in wanted.relations)
    concepts = tuple(f"/c/{language}/".encode() for language in wanted.languages)
    external, synsets = EXTERNAL.encode(), WORDNET_31.encode()
    # The number is counted here and kept only where it is told: a line has three microseconds.
    number = -1
    try:
        for number, line in enumerate(every):
            columns = line.split(b"\t", 4)
            if len(columns) != 5 or line[:3] != b"/a/" or line[-2:] != b"}\n":
                _check_end(lines, number, line, columns)
            _, relation, start, end, facts = columns
            if relation in relations:
                is_wanted = start.startswith(concepts) and end.startswith(concepts)
            else:
                is_wanted = relation == external and end.startswith(synsets) and start.startswith(concepts)
            if is_wanted:
                lines.number = number
                yield _edge(lines, columns[1:4], facts)
    finally:
        lines.number = number + 1


def _check_end(lines: Lines, number: int, line: bytes, columns: list[bytes]) -> None:
    """Lets pass the last line without its line break, and a line break of Windows; nothing else."""
    lines.number = number
    if len(columns) != 5 or not line.startswith(b"/a/") or not line.rstrip().endswith(b"}"):
        raise lines.broken(
            f"has {len(columns)} columns and ends with {_shown(line[-12:])}, so it is cut off or no assertion; "
            f"lines of ConceptNet have {_WANTED}"
        )


def _edge(lines: Lines, columns: list[bytes], facts: bytes) -> Edge:
    found = _FACTS.fullmatch(facts)
    dataset, license_, weight = found.groups() if found else _slowly(lines, facts)
    try:
        relation, start, end, by, under = b"\t".join((*columns, dataset, license_)).decode().split("\t")
    except UnicodeDecodeError as error:
        raise lines.broken(f"is not UTF-8 ({error.reason})") from error
    return Edge(relation, start, end, float(weight), by, under)


def _slowly(lines: Lines, facts: bytes) -> Facts:
    """Dataset, licence and weight of JSON whatever way it is written."""
    try:
        said = json.loads(facts)
        return said["dataset"].encode(), said["license"].encode(), b"%r" % float(said["weight"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise lines.broken(
            f"the last column is no JSON with dataset, license and weight: {_shown(facts)}"
        ) from error


def _triples(lines: Lines, every: Iterable[bytes], wanted: Wanted) -> Iterator[Edge]:
    """Triples have neither weights nor datasets; those that a fourth column calls false are left out."""
    for lines.number, line in enumerate(every):
        columns = line.rstrip(b"\r\n").split(b"\t")
        if len(columns) not in (3, 4) or not _RELATION.fullmatch(columns[0]):
            raise lines.broken(f"is no triple of relation, head and tail parted by tabs: {_shown(line)}")
        name = columns[0].decode().removeprefix("/r/")
        if name in wanted.relations and columns[3:] != [_FALSE] and "en" in wanted.languages:
            yield from _triple(lines, name, columns[1:3])
    lines.number += 1


def _triple(lines: Lines, name: str, phrases: list[bytes]) -> Iterator[Edge]:
    try:
        start, end = (concept(phrase.decode()) for phrase in phrases)
    except UnicodeDecodeError as error:
        raise lines.broken(f"is not UTF-8 ({error.reason})") from error
    # A phrase of marks alone, as a smiley, is no concept.
    if start and end:
        yield Edge(f"/r/{name}", start, end, 1.0)


def _shown(text: bytes) -> str:
    return repr(text[:80].decode(errors="replace").strip())
