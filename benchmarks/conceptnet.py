"""How fast ConceptNet's assertions are imported, how much place the database takes, and how long a look-up does.

python benchmarks/conceptnet.py [LINES]

The file is made up in the official format: one line in ten is English and of a relation that is kept, words are met as
often as words are (Zipf), names and facts are as long as ConceptNet's. Reading is compared, in the same run, with
taking every line apart by json.loads. Times are of the processor.
"""

import gzip
import json
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path

from kgexplain.knowledge.conceptnet.assertions import Wanted, assertions
from kgexplain.knowledge.conceptnet.database import LocalConceptNet
from kgexplain.knowledge.conceptnet.edge import RELATIONS
from kgexplain.knowledge.conceptnet.importing import import_assertions
from kgexplain.knowledge.conceptnet.reading import Lines

LINES = 1_000_000
ENGLISH = 0.1
# English ConceptNet has some 0.4 nodes for each edge.
NODES = 0.4
WANTED = Wanted(("en",), RELATIONS)
LOOKUPS = 2000


def written(path: Path, lines: int) -> Path:
    """A packed file of so many lines."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6) as file:
        file.writelines(official(lines))
    return path


def official(lines: int) -> Iterator[str]:
    """Lines in the official format."""
    dice = random.Random(0)
    english = names(dice, "en", int(lines * ENGLISH * NODES * 2.3))
    foreign = names(dice, "fr", int(lines * 0.5))
    ranks = list(accumulate(1 / (rank + 50) for rank in range(len(english))))
    kept = iter(dice.choices(english, cum_weights=ranks, k=2 * lines))
    for _ in range(lines):
        if dice.random() < ENGLISH:
            relation = dice.choices(RELATIONS, (8, 1, 1, 1, 2, 1, 2, 2, 1, 1, 1, 3, 1, 1, 1, 1, 2, 8, 40))[0]
            start, end = next(kept), next(kept)
        else:
            relation = dice.choice(("FormOf", "RelatedTo", "Synonym", "DerivedFrom", "HasContext"))
            start, end = dice.choice(foreign), dice.choice((next(kept), dice.choice(foreign)))
        yield line(relation, start, end, facts(dice, start, end))


def names(dice: random.Random, language: str, count: int) -> list[str]:
    """URIs of concepts, some with a part of speech and a sense."""
    letters = "etaoinshrdlucmfwypvbgkéç"
    tails = ("", "", "", "/n", "/v", "/n/wn/artifact", "/n/wikt/en_1")
    return [
        f"/c/{language}/{'_'.join(''.join(dice.choices(letters, k=dice.randint(3, 8))) for _ in range(dice.choice((1, 1, 2))))}"
        f"{dice.choice(tails)}"
        for _ in range(count)
    ]


def facts(dice: random.Random, start: str, end: str) -> str:
    """The last column: with a sentence that somebody wrote, or from a dictionary."""
    if dice.random() < 0.15:
        who = f"/s/contributor/omcs/user{dice.randrange(10**6)}"
        sources = [{"activity": "/s/activity/omcs/omcs1_possibly_free_text", "contributor": who}]
        words = {
            "surfaceEnd": f"a {end}",
            "surfaceStart": start,
            "surfaceText": f'[[{start}]] is "a kind" of [[a {end}]]',
        }
        said = {"dataset": "/d/conceptnet/4/en", "license": "cc:by/4.0", "sources": sources, **words}
    else:
        sources = [{"contributor": "/s/resource/wiktionary/en", "process": "/s/process/wikiparsec/2"}]
        said = {"dataset": "/d/wiktionary/en", "license": "cc:by-sa/4.0", "sources": sources}
    weight = dice.choice((1.0, 1.0, 1.0, 1.0, 0.5, 2.0, 2.828, 4.472))
    return json.dumps({**said, "weight": weight}, ensure_ascii=False, sort_keys=True)


def line(relation: str, start: str, end: str, said: str) -> str:
    """One line."""
    return f"/a/[/r/{relation}/,{start}/,{end}/]\t/r/{relation}\t{start}\t{end}\t{said}\n"


def as_we_do(path: Path) -> int:
    """Read, and keep what is wanted."""
    return sum(1 for _ in assertions(Lines(path), WANTED))


def with_json_on_every_line(path: Path) -> int:
    """The same, every last column taken apart by json.loads."""
    kept = 0
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for text in file:
            _, relation, start, end, said = text.split("\t", 4)
            read = json.loads(said)
            is_wanted = relation[3:] in RELATIONS and start[:6] == end[:6] == "/c/en/"
            kept += bool(is_wanted and read["weight"] and read["dataset"] and read["license"])
    return kept


def timed(work: Callable[[], object]) -> tuple[object, float]:
    """What work gives, and the seconds of the processor that it took."""
    begin = time.process_time()
    return work(), time.process_time() - begin


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    with tempfile.TemporaryDirectory() as folder:
        packed, database = (
            written(Path(folder) / "assertions.csv.gz", lines),
            Path(folder) / "conceptnet.sqlite",
        )
        print(
            f"{platform.processor() or platform.machine()}, Python {platform.python_version()}; "
            f"{lines:,} lines, {packed.stat().st_size / 1e6:.0f} MB packed"
        )
        for name, way in (("as we read", as_we_do), ("json.loads on every line", with_json_on_every_line)):
            kept, seconds = timed(lambda way=way: way(packed))
            print(f"{name:32}{lines / seconds:12,.0f} lines/s   {kept:,} kept")
        files, seconds = timed(lambda: import_assertions([packed], database))
        print(f"{'import, with the database':32}{lines / seconds:12,.0f} lines/s   {files[0].kept:,} kept")
        with LocalConceptNet(database) as conceptnet:
            look_up(conceptnet, database)


def look_up(conceptnet: LocalConceptNet, database: Path) -> None:
    """Place per edge, and time per look-up: of words met often, and of all."""
    with closing(sqlite3.connect(database)) as tables:
        ((edges,),) = tables.execute("SELECT count(*) FROM edge")
        uris = [f"/c/{uri}" for (uri,) in tables.execute("SELECT uri FROM node ORDER BY id")]
        most = tables.execute("SELECT start FROM edge GROUP BY start ORDER BY count(*) DESC LIMIT 100")
        hubs = [uris[node] for (node,) in most]
    size = database.stat().st_size
    print(
        f"{'database':32}{size / edges:12.1f} bytes an edge   {edges:,} edges, {len(uris):,} nodes, {size / 1e6:.1f} MB"
    )
    dice = random.Random(1)
    for name, asked in (
        ("the 100 nodes met most", hubs),
        ("nodes at random", dice.choices(uris, k=LOOKUPS)),
    ):
        for relations in ((), ("RelatedTo",)):
            _, seconds = timed(lambda a=asked, r=relations: [conceptnet.edges(uri, r, 20) for uri in a])
            which = f"top 20, {'one relation' if relations else 'all relations'}: {name}"
            print(f"{which:52}{seconds / len(asked) * 1e6:8.0f} µs")


if __name__ == "__main__":
    main()
