"""ConceptNet imported, and asked for a word."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import Literal

from kgexplain.errors import InputError
from kgexplain.graph.store import Rows
from kgexplain.knowledge.conceptnet import Edge, import_assertions, neighbourhood, open_conceptnet


def imported(files: Sequence[Path], database: Path, languages: Sequence[str], relations: str = "") -> Rows:
    """Import files of assertions into a database; what was read and kept of each."""
    found = import_assertions(files, database, languages, _names(relations))
    columns = ("file", "lines", "kept", "sha256")
    return _rows(columns, ((file.name, file.lines, file.kept, file.sha256) for file in found))


def neighbours(word: str, address: str, relations: str = "", limit: int = 5) -> Rows:
    """The edges of a word, a phrase or a URI, and of its senses, the strongest of each relation."""
    if limit < 1:
        raise InputError(f"limit is {limit}; it must be at least 1")
    with open_conceptnet(address) as conceptnet:
        nodes = (word,) if word.startswith("/c/") else conceptnet.nodes(word)
        if not nodes:
            raise InputError(
                f"{word!r}: {address} has no node for it; it has words as people write them, as 'dog' or 'table lamp', "
                f"in {', '.join(conceptnet.languages)}"
            )
        return edge_rows(neighbourhood(conceptnet, nodes, _names(relations), limit))


def edge_rows(edges: Iterable[Edge]) -> Rows:
    """Edges as a table."""
    columns = ("start", "relation", "end", "weight", "dataset")
    return _rows(columns, ((e.start, e.relation, e.end, e.weight, e.dataset) for e in edges))


def _names(relations: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in relations.split(",") if name.strip())


def _rows(columns: tuple[str, ...], rows: Iterable[tuple[str | float, ...]]) -> Rows:
    return Rows(columns, [dict(zip(columns, map(Literal, row), strict=True)) for row in rows])
