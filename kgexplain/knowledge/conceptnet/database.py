"""A database of edges: what its tables are, and ConceptNet as it answers from one."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType

from kgexplain.errors import InputError
from kgexplain.knowledge.conceptnet.edge import Edge, chosen, strongest
from kgexplain.knowledge.conceptnet.terms import WORDNET_31, assertion, concept

# "kgcn", so that another database is not taken for one of ours.
APPLICATION = 0x6B67636E
VERSION = 1

# The heaviest edges of a node in a relation lie side by side, by their start in the table, by their end in the index. A
# URI has lost its "/c/". Whole weights take one byte.
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
TERM = "CREATE UNIQUE INDEX term ON node(uri)"

_FROM = (
    "SELECT weight, end, source FROM edge WHERE start = ? AND relation = ? ORDER BY weight DESC, end LIMIT ?"
)
_TO = "SELECT weight, start, source FROM edge WHERE end = ? AND relation = ? ORDER BY weight DESC, start LIMIT ?"


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
        if marks != [APPLICATION, VERSION]:
            self.close()
            raise self._foreign()
        ((languages, self._wanted),) = self._database.execute("SELECT * FROM wanted")
        self.languages: tuple[str, ...] = tuple(languages.split())

    @cached_property
    def relations(self) -> tuple[str, ...]:
        """The relations that were asked for at the import."""
        return tuple(self._wanted.split())

    @cached_property
    def files(self) -> tuple[tuple[str, str, int, int], ...]:
        """Name, SHA-256, lines and kept assertions of each file that was imported."""
        return tuple(self._database.execute("SELECT * FROM file"))

    def nodes(self, word: str) -> tuple[str, ...]:
        """The URIs that there are for a word or phrase, in each language: the bare term first, then its senses."""
        found = []
        for language in self.languages:
            if term := concept(word, language)[3:]:
                # "0" is what comes after "/".
                found += self._database.execute(
                    "SELECT uri FROM node WHERE uri = ? OR (uri > ? AND uri < ?) ORDER BY uri",
                    (term, f"{term}/", f"{term}0"),
                ).fetchall()
        return tuple(f"/c/{uri}" for (uri,) in found)

    def edges(self, uri: str, relations: Sequence[str] = (), limit: int = 20) -> tuple[Edge, ...]:
        """The strongest edges that start or end at exactly this node; InputError for relations that were not imported."""
        names = [name for name in chosen(relations) if name in self.relations or relations]
        if missing := [name for name in names if name not in self.relations]:
            raise InputError(
                f"relations {missing}: not imported into {self.path}; it has {', '.join(self.relations)}"
            )
        node = self._number(uri)
        if node is None:
            return ()
        return strongest((edge for name in names for edge in self._edges(uri, node, name, limit)), uri, limit)

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

    def _number(self, uri: str) -> int | None:
        row = self._database.execute(
            "SELECT id FROM node WHERE uri = ?", (uri.removeprefix("/c/"),)
        ).fetchone()
        return row and int(row[0])

    def _edges(self, uri: str, node: int, name: str, limit: int) -> Iterator[Edge]:
        relation = f"/r/{name}"
        kind = self._relations.get(relation)
        if kind is None:
            return
        for weight, other, source in self._database.execute(_FROM, (node, kind, limit)):
            yield self._edge(relation, uri, self._uri(other), weight, source)
        for weight, other, source in self._database.execute(_TO, (node, kind, limit)):
            yield self._edge(relation, self._uri(other), uri, weight, source)

    def _edge(self, relation: str, start: str, end: str, weight: float, source: int) -> Edge:
        return Edge(assertion(relation, start, end), relation, start, end, weight, *self._sources[source])

    def _uri(self, number: int) -> str:
        (uri,) = self._database.execute("SELECT uri FROM node WHERE id = ?", (number,)).fetchone()
        return f"/c/{uri}"

    def _foreign(self) -> InputError:
        return InputError(
            f"{self.path}: is no database that kgexplain conceptnet wrote; make one from ConceptNet's assertions: "
            f"kgexplain conceptnet FILE --to {self.path.with_suffix('.sqlite')}"
        )
