"""Make data/wordnet/synsets.tsv and hypernyms.tsv from an installed WordNet 3.0.

    python data/make_wordnet_closure.py FOLDER

FOLDER is where ``data.noun`` of WordNet 3.0 is; Debian's package wordnet-base puts it in /usr/share/wordnet. Written
are the synsets of ImageNet's classes (data/imagenet_classes.tsv) and everything above them.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

SHIPPED = Path(__file__).parent / "wordnet"
# A wnid is an offset in WordNet 3.0: in 3.1 almost none of them exists, and a few name another synset.
VERSION = "WordNet 3.0 Copyright 2006"
# The pointer symbols of wndb(5WN) for what a synset is a kind of, and what it is an instance of.
ABOVE = ("@", "@i")


class Synset(NamedTuple):
    """One line of ``data.noun``: words as they are written, wnids of the hypernyms."""

    wnid: str
    words: tuple[str, ...]
    hypernyms: tuple[str, ...]


def synset(line: str) -> Synset:
    """The synset of one line, by the layout of wndb(5WN): the number of words is hexadecimal, of pointers decimal.

    >>> synset("00002137 03 n 02 abstraction 0 abstract_entity 0 002 @ 00001740 n 0000 ~ 00023100 n 0000 | a concept")
    Synset(wnid='n00002137', words=('abstraction', 'abstract entity'), hypernyms=('n00001740',))
    """
    fields = line.partition(" | ")[0].split()
    end = 4 + 2 * int(fields[3], 16)
    pointers = [fields[start : start + 4] for start in range(end + 1, end + 1 + 4 * int(fields[end]), 4)]
    return Synset(
        f"n{fields[0]}",
        tuple(word.replace("_", " ") for word in fields[4:end:2]),
        tuple(f"n{offset}" for symbol, offset, _, _ in pointers if symbol in ABOVE),
    )


def synsets(lines: Iterable[str]) -> Iterator[Synset]:
    """All synsets of ``data.noun``; the lines of the licence begin with two spaces."""
    return (synset(line) for line in lines if not line.startswith("  "))


def closure(wnids: Iterable[str], known: Mapping[str, Synset]) -> list[Synset]:
    """The synsets named and everything above them, by wnid."""
    found: dict[str, Synset] = {}
    waiting = list(wnids)
    while waiting:
        wnid = waiting.pop()
        if wnid not in found:
            found[wnid] = known[wnid]
            waiting.extend(known[wnid].hypernyms)
    return [found[wnid] for wnid in sorted(found)]


def main(
    folder: Path, classes: Path = SHIPPED.parent / "imagenet_classes.tsv", target: Path = SHIPPED
) -> None:
    """Write the two tables."""
    text = (folder / "data.noun").read_text(encoding="ascii")
    if VERSION not in text:
        sys.exit(
            f"{folder / 'data.noun'} is not of WordNet 3.0; wnids are offsets in that version and in no other"
        )
    rows = [line.split("\t") for line in classes.read_text(encoding="utf-8").splitlines()[1:]]
    part = closure((row[1] for row in rows), {known.wnid: known for known in synsets(text.splitlines())})
    _write(target / "synsets.tsv", "wnid\twords", ((s.wnid, ", ".join(s.words)) for s in part))
    _write(
        target / "hypernyms.tsv", "child\tparent", ((s.wnid, h) for s in part for h in sorted(s.hypernyms))
    )


def _write(path: Path, header: str, rows: Iterable[tuple[str, str]]) -> None:
    lines = [header, *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
