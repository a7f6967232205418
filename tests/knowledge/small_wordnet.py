"""A WordNet of a few synsets, in the files and with the byte offsets that a real one has."""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

PARTS_OF_SPEECH = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
HEADER = (
    "  1 This software and database is being provided by its maker.\n  2 WordNet {version} Copyright 2006.\n"
)


class Entry(NamedTuple):
    """A synset: part of speech, number of its domain, words, what is above it or, of a satellite, its head, gloss."""

    kind: str
    domain: int
    words: str
    above: str = ""
    gloss: str = "a gloss"


# The domains: 3 noun.Tops, 5 noun.animal, 6 noun.artifact, 29 verb.body, 0 adj.all.
ENTRIES = {
    "thing": Entry("n", 3, "thing"),
    "animal": Entry("n", 5, "animal beast", "thing"),
    "bird": Entry("n", 5, "bird", "animal", "flies mostly"),
    "wader": Entry("n", 5, "wader", "bird"),
    "crane.bird": Entry("n", 5, "crane", "wader"),
    "heron": Entry("n", 5, "heron", "wader"),
    "goose": Entry("n", 5, "goose", "bird"),
    "tool": Entry("n", 6, "tool", "thing"),
    "crane.machine": Entry("n", 6, "crane hoist", "tool"),
    "Crane": Entry("n", 5, "Crane", "animal"),
    "mouse.animal": Entry("n", 5, "mouse", "animal"),
    "mouse.tool": Entry("n", 6, "mouse computer_mouse", "tool"),
    "stretch": Entry("v", 29, "crane"),
    "red": Entry("s", 0, "red reddish", "plain"),
    "plain": Entry("a", 0, "plain"),
}
# Sense numbers of the words that have several: the machine is the first crane.
ORDER = {
    ("crane", "n"): ("crane.machine", "crane.bird", "Crane"),
    ("mouse", "n"): ("mouse.animal", "mouse.tool"),
}
COUNTS = "mouse%1:05:00:: 1 4\nmouse%1:06:00:: 2 1\nred%5:00:00:colored:00 1 7\nquickly%4:02:00:: 1 9\n"


def write(folder: Path, version: str = "3.0") -> dict[str, str]:
    """Write the files that Debian's package has; the wnid of each entry by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    header = HEADER.format(version=version)
    offsets = _offsets(header)
    for name, letter in PARTS_OF_SPEECH.items():
        lines = [_line(key, offsets) for key in ENTRIES if _file(key) == letter]
        (folder / f"data.{name}").write_text(header + "".join(lines))
        (folder / f"index.{name}").write_text(header + "".join(_index(letter, offsets)))
        (folder / f"{name}.exc").write_text("geese goose\n" if name == "noun" else "")
    (folder / "cntlist.rev").write_text(COUNTS)
    return {key: ENTRIES[key].kind + offset for key, offset in offsets.items()}


def _file(key):
    return ENTRIES[key].kind.replace("s", "a")


def _offsets(header):
    """Where each line begins; its length does not depend on the offsets in it, which all have eight digits."""
    zeros, found, ends = dict.fromkeys(ENTRIES, "0" * 8), {}, {}
    for key in ENTRIES:
        start = ends.get(_file(key), len(header))
        found[key], ends[_file(key)] = f"{start:08d}", start + len(_line(key, zeros))
    return found


def _line(key, offsets):
    entry = ENTRIES[key]
    words, above = entry.words.split(), entry.above.split()
    symbol = "&" if entry.kind == "s" else "@"
    pointers = "".join(f" {symbol} {offsets[other]} {_file(other)} 0000" for other in above)
    lemmas = " ".join(f"{word} 0" for word in words)
    frames = " 01 + 02 00" if entry.kind == "v" else ""
    return (
        f"{offsets[key]} {entry.domain:02d} {entry.kind} {len(words):02x} {lemmas} {len(above):03d}{pointers}{frames}"
        f" | {entry.gloss}  \n"
    )


def _index(letter, offsets):
    senses = defaultdict(list)
    for key, entry in ENTRIES.items():
        if _file(key) == letter:
            for word in entry.words.split():
                senses[word.lower()].append(key)
    for lemma in sorted(senses):
        keys = ORDER.get((lemma, letter), senses[lemma])
        ids = " ".join(offsets[key] for key in keys)
        yield f"{lemma} {letter} {len(keys)} 0 {len(keys)} 0 {ids}  \n"
