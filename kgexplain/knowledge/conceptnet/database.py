"""A database of edges: what its tables are, and ConceptNet as it answers from one."""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from heapq import merge
from itertools import islice
from pathlib import Path
from types import TracebackType

from kgexplain.errors import InputError
from kgexplain.knowledge.conceptnet.edge import RELATIONS, Edge, chosen, once
from kgexplain.knowledge.conceptnet.terms import WORDNET_31, concept

# "kgcn", so that another database is not taken for one of ours.
APPLICATION = 0x6B67636E
VERSION = 1
# More than the English part takes: pages that the system has in memory are not copied.
_MAPPED = 1 << 30

# The heaviest edges of a node in a relation lie side by side, by their start in the table, by their end in the index.
# Whole weights take one byte. URIs have lost their "/c/" and are numbered from 0 in their order, so that one is found
# without an index of them, which would take a fifth of the whole.
SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE node(id INTEGER PRIMARY KEY, uri TEXT NOT NULL);
CREATE TABLE relation(id INTEGER PRIMARY KEY, uri TEXT NOT NULL);
CREATE TABLE source(id INTEGER PRIMARY KEY, dataset_and_license TEXT NOT NULL);
CREATE TABLE edge(
    start INTEGER NOT NULL, relation INTEGER NOT NULL, weight REAL NOT NULL, end INTEGER NOT NULL,
    source INTEGER NOT NULL, PRIMARY KEY (start, relation, weight DESC, end)
) WITHOUT ROWID;
CREATE TABLE sense(synset TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (synset, node)) WITHOUT ROWID;
CREATE TABLE file(name TEXT NOT NULL, sha256 TEXT NOT NULL, lines INTEGER NOT NULL, kept INTEGER NOT NULL);
CREATE TABLE wanted(languages TEXT NOT NULL, relations TEXT NOT NULL);
"""
BY_END = "CREATE INDEX edge_end ON edge(end, relation, weight DESC)"

_FROM, _TO = (
    f"SELECT weight, {other}, source FROM edge WHERE {node} = ? AND relation = ? ORDER BY weight DESC, {other}"  # noqa: S608
    for node, other in (("start", "end"), ("end", "start"))
)


class LocalConceptNet:
    """ConceptNet in a database that ``import_assertions`` wrote."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise InputError(
                f"{path}: there is no such file; make it from ConceptNet's assertions: kgexplain conceptnet FILE --to {path}"
            )
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            marks = [
                self._database.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "user_version")
            ]
        except sqlite3.Error as error:
            self.close()
            raise self._foreign() from error
        self._database.execute(f"PRAGMA mmap_size = {_MAPPED}")
        if marks != [APPLICATION, VERSION]:
            self.close()
            raise self._foreign()
        ((languages, relations),) = self._database.execute("SELECT * FROM wanted")
        self.languages: tuple[str, ...] = tuple(languages.split())
        self._imported = relations.split()
        self.relations = tuple(name for name in RELATIONS if name in self._imported)
        # The same node is asked for once for each relation.
        self._place = lru_cache(maxsize=64)(self._first_from)

    @cached_property
    def files(self) -> tuple[tuple[str, str, int, int], ...]:
        """Name, SHA-256, lines and kept assertions of each file that was imported."""
        return tuple(self._database.execute("SELECT * FROM file"))

    def nodes(self, word: str) -> tuple[str, ...]:
        """The URIs that there are for a word or phrase, in each language: the bare term first, then its senses."""
        return tuple(
            node
            for language in self.languages
            if (term := concept(word, language))
            # "0" is what comes after "/"; before it are other words, too, as those with an apostrophe.
            for node in self._between(term, f"{term}0")
            if node == term or node.startswith(f"{term}/")
        )

    def edges(self, uri: str, relations: Sequence[str] = (), limit: int = 20) -> tuple[Edge, ...]:
        """The strongest edges that start or end at exactly this node; InputError for relations that were not imported."""
        names = chosen(relations) if relations else self.relations
        if missing := [name for name in names if name not in self._imported]:
            raise InputError(
                f"relations {missing}: not imported into {self.path}; it has {', '.join(self._imported)}"
            )
        node = self._place(uri)
        if node not in self._nodes or self._uri(node) != uri:
            return ()
        # In the order of ``strongest``, as numbers of nodes are in the order of their URIs; no row is read in vain.
        rows = merge(*(self._rows(node, f"/r/{name}", is_end) for name in names for is_end in (False, True)))
        return tuple(islice(once(self._edge(uri, *row) for row in rows), limit))

    def senses(self, synset: str) -> tuple[str, ...]:
        """The nodes that are exactly a synset of WordNet 3.1, given by its IRI."""
        rows = self._database.execute(
            "SELECT uri FROM sense JOIN node ON node = id WHERE synset = ? ORDER BY uri",
            (synset.removeprefix(WORDNET_31),),
        )
        return tuple(f"/c/{uri}" for (uri,) in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def __enter__(self) -> "LocalConceptNet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def _relations(self) -> dict[str, int]:
        return {uri: number for number, uri in self._database.execute("SELECT id, uri FROM relation")}

    @cached_property
    def _sources(self) -> dict[int, tuple[str, str]]:
        rows = self._database.execute("SELECT id, dataset_and_license FROM source")
        return {number: tuple(text.split("\t")) for number, text in rows}

    @cached_property
    def _nodes(self) -> range:
        ((last,),) = self._database.execute("SELECT max(id) FROM node")
        return range(last + 1)

    def _first_from(self, uri: str) -> int:
        """The number of the first node that is not before this one."""
        return bisect_left(self._nodes, uri, key=self._uri)

    def _between(self, first: str, beyond: str) -> tuple[str, ...]:
        """The nodes from one, in the order of their URIs, to before another."""
        return tuple(map(self._uri, range(self._place(first), self._place(beyond))))

    def _rows(self, node: int, relation: str, is_end: bool) -> Iterator[tuple[float, bool, str, int, int]]:  # noqa: FBT001
        """Minus the weight, whether the node is the end, the relation, the other node, and the source; sorted."""
        if (kind := self._relations.get(relation)) is not None:
            for weight, other, source in self._database.execute(_TO if is_end else _FROM, (node, kind)):
                yield -weight, is_end, relation, other, source

    def _edge(self, uri: str, minus: float, is_end: bool, relation: str, other: int, source: int) -> Edge:  # noqa: FBT001
        start, end = (self._uri(other), uri) if is_end else (uri, self._uri(other))
        return Edge(relation, start, end, -minus, *self._sources[source])

    def _uri(self, number: int) -> str:
        (uri,) = self._database.execute("SELECT uri FROM node WHERE id = ?", (number,)).fetchone()
        return f"/c/{uri}"

    def _foreign(self) -> InputError:
        return InputError(
            f"{self.path}: is no database that kgexplain conceptnet wrote; make one from ConceptNet's assertions: "
            f"kgexplain conceptnet FILE --to {self.path.with_suffix('.sqlite')}"
        )
