"""The part of WordNet 3.0 that ships with kgexplain, and what it says, stated for the graph."""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kgexplain.inputs.classes import imagenet_classes
from kgexplain.knowledge.wordnet.hierarchy import Hierarchy
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    ALT_LABEL,
    BASE,
    BROADER,
    DEPTH,
    PREF_LABEL,
    SUBSUMED_BY,
    SYNSET,
    WNID,
    A,
    Statement,
    synset,
)

WORDNET = NamedNode(f"{BASE}wordnet-3.0")
"""The named graph of what WordNet says."""


@cache
def wordnet() -> Hierarchy:
    """The hierarchy that ships with kgexplain: ImageNet's 1,000 classes and everything above them.

    >>> wordnet().words["n02084071"]
    ('dog', 'domestic dog', 'Canis familiaris')
    >>> [wordnet().words[parent][0] for parent in wordnet().hypernyms["n02084071"]]
    ['domestic animal', 'canine']
    """
    folder = shipped("data") / "wordnet"
    words = {wnid: tuple(text.split(", ")) for wnid, text in _rows(folder / "synsets.tsv")}
    hypernyms: dict[str, list[str]] = {wnid: [] for wnid in words}
    for child, parent in _rows(folder / "hypernyms.tsv"):
        hypernyms[child].append(parent)
    return Hierarchy(words, {wnid: tuple(parents) for wnid, parents in hypernyms.items()})


def imagenet_wnids() -> tuple[str, ...]:
    """The wnids of ImageNet's 1,000 classes, in the order in which networks number them."""
    return tuple(class_.key for class_ in imagenet_classes())


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        yield from rows


def closure(wnids: Iterable[str]) -> Hierarchy:
    """These synsets and everything above them.

    >>> len(closure(["n02084071"]))
    15
    """
    return wordnet().closure(wnids)


def synset_of(word: str) -> str:
    """The wnid that a wnid or a word, as one types it, stands for.

    >>> synset_of("Golden_Retriever")
    'n02099601'
    """
    return wordnet().synset_of(word)


def statements(wnids: Iterable[str], known: Hierarchy | None = None) -> Iterator[Statement]:
    """What WordNet says of these synsets and of everything above them, for the graph ``WORDNET``.

    kgx:subsumedBy is said for every pair, so no question has to follow skos:broader step by step. ``known`` is
    where the synsets are found; by default the part that ships.
    """
    part = (known or wordnet()).closure(wnids)
    nodes = {wnid: synset(wnid) for wnid in part.words}
    for wnid, node in nodes.items():
        yield Statement(node, A, SYNSET)
        yield Statement(node, WNID, Literal(wnid))
        yield Statement(node, DEPTH, Literal(part.depth[wnid]))
        first, *others = part.words[wnid]
        yield Statement(node, PREF_LABEL, Literal(first))
        yield from (Statement(node, ALT_LABEL, Literal(word)) for word in others)
        yield from (Statement(node, BROADER, nodes[parent]) for parent in part.hypernyms[wnid])
        yield from (Statement(node, SUBSUMED_BY, nodes[other]) for other in sorted(part.above[wnid]))
