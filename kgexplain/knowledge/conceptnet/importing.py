"""ConceptNet's assertions into a database, whole or not at all."""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from kgexplain.errors import InputError
from kgexplain.knowledge.conceptnet.assertions import EXTERNAL, Wanted, assertions
from kgexplain.knowledge.conceptnet.database import BY_END, SCHEMA
from kgexplain.knowledge.conceptnet.edge import RELATIONS, Edge, chosen
from kgexplain.knowledge.conceptnet.reading import Lines
from kgexplain.knowledge.conceptnet.terms import WORDNET_31

# Rows that are Python objects at one time.
_PIECE = 100_000


class Imported(NamedTuple):
    """What was imported from one file."""

    name: str
    sha256: str
    lines: int
    kept: int


class _Numbers(dict[str, int]):
    """Texts by number, from 0 in the order in which they were first seen."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


class _Collected:
    """Assertions as columns of numbers, 22 bytes each, and the texts that the numbers stand for."""

    def __init__(self) -> None:
        self.nodes, self.relations, self.sources = _Numbers(), _Numbers(), _Numbers()
        self.starts, self.ends, self.senses = array("I"), array("I"), set[tuple[str, int]]()
        self.weights, self.kinds, self.origins = array("d"), array("B"), array("H")

    def add(self, found: Iterable[Edge]) -> int:
        """Collect assertions, but for those that say of a thing that it is itself; how many they were."""
        nodes, relations, sources = self.nodes, self.relations, self.sources
        start, kind, end = self.starts.append, self.kinds.append, self.ends.append
        weight, origin = self.weights.append, self.origins.append
        count = 0
        for said in found:
            if said.start == said.end:
                continue
            count += 1
            if said.relation == EXTERNAL:
                self.senses.add((said.end.removeprefix(WORDNET_31), nodes[said.start[3:]]))
                continue
            start(nodes[said.start[3:]])
            kind(relations[said.relation])
            end(nodes[said.end[3:]])
            weight(said.weight)
            origin(sources[f"{said.dataset}\t{said.license}"])
        return count

    def places(self) -> Int[np.ndarray, "nodes"]:
        """The place of each node among all, in the order of their URIs."""
        places = np.empty(len(self.nodes), np.int64)
        places[[self.nodes[uri] for uri in sorted(self.nodes)]] = np.arange(len(self.nodes))
        return places

    def rows(self) -> Iterator[tuple[int, int, float, int, int]]:
        """Start, relation, weight, end and source of each edge, as the table is ordered; of equal ones the heaviest."""
        places = self.places()
        starts, ends = places[self.starts], places[self.ends]
        weights, kinds, origins = np.array(self.weights), np.array(self.kinds), np.array(self.origins)
        same = np.lexsort((-weights, ends, kinds, starts))
        ties = [column[same][1:] == column[same][:-1] for column in (starts, kinds, ends)]
        kept = same[np.r_[True, ~np.logical_and.reduce(ties)]] if len(same) else same
        order = kept[np.lexsort((ends[kept], -weights[kept], kinds[kept], starts[kept]))]
        for piece in _pieces(order):
            columns = (column[piece].tolist() for column in (starts, kinds, weights, ends, origins))
            yield from zip(*columns, strict=True)


def import_assertions(
    sources: Sequence[Path],
    database: Path,
    languages: Sequence[str] = ("en",),
    relations: Sequence[str] = RELATIONS,
) -> tuple[Imported, ...]:
    """Write a database of what files assert; a database that was there before is replaced when all is done.

    Files are ConceptNet's official one, packed or not, or have triples of English phrases (relation, head, tail). Kept
    are edges whose two ends are in the languages, in the relations; and, always, which nodes are which synsets of
    WordNet 3.1. InputError names the line of a file that is broken off or is none of these; then nothing changes.
    """
    wanted = Wanted(tuple(languages), chosen(relations))
    part = database.with_name(f"{database.name}.part")
    collected = _Collected()
    files = tuple(_read(Path(source), collected, wanted) for source in sources)
    if not collected.starts:
        raise InputError(
            f"{', '.join(file.name for file in files) or 'no file'}: has no assertion in {', '.join(wanted.languages)} "
            f"of {', '.join(wanted.relations)}; nothing was imported"
        )
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _write(part, collected, files, wanted)
        part.replace(database)
    except (OSError, sqlite3.Error) as error:
        raise InputError(f"{database}: cannot be written ({error})") from error
    finally:
        # Whatever went wrong before is what is told.
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return files


def _read(source: Path, collected: _Collected, wanted: Wanted) -> Imported:
    lines = Lines(source)
    kept = collected.add(assertions(lines, wanted))
    return Imported(source.name, lines.sha256, lines.number, kept)


def _write(path: Path, collected: _Collected, files: Sequence[Imported], wanted: Wanted) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.executemany("INSERT INTO node VALUES (?, ?)", enumerate(sorted(collected.nodes)))
        for table, texts in (("relation", collected.relations), ("source", collected.sources)):
            database.executemany(f"INSERT INTO {table} VALUES (?, ?)", ((n, t) for t, n in texts.items()))  # noqa: S608
        database.executemany("INSERT INTO edge VALUES (?, ?, ?, ?, ?)", collected.rows())
        places = collected.places()
        senses = sorted((synset, int(places[node])) for synset, node in collected.senses)
        database.executemany("INSERT INTO sense VALUES (?, ?)", senses)
        database.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", files)
        database.execute(
            "INSERT INTO wanted VALUES (?, ?)", (" ".join(wanted.languages), " ".join(wanted.relations))
        )
        database.execute(BY_END)


def _pieces(order: Int[np.ndarray, "edges"]) -> Iterator[Int[np.ndarray, "some"]]:
    return (order[first : first + _PIECE] for first in range(0, len(order), _PIECE))
