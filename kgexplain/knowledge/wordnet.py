"""WordNet 3.0: what each class of ImageNet is a kind of, shipped as facts, stated for the graph."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kgexplain.errors import InputError
from kgexplain.inputs.classes import imagenet_classes
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

_WNID = re.compile(r"[nvars][0-9]{8}")
_FEW = 5


@dataclass(frozen=True)
class Hierarchy:
    """Synsets by wnid, each with its words and its hypernyms, which are among the synsets, too.

    A wnid is the letter ``n`` and an offset in WordNet **3.0**; in 3.1 other numbers are in use.
    """

    words: Mapping[str, tuple[str, ...]]
    hypernyms: Mapping[str, tuple[str, ...]]

    def __contains__(self, wnid: str) -> bool:
        return wnid in self.words

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def above(self) -> Mapping[str, frozenset[str]]:
        """What each synset is a kind of: itself, its hypernyms, theirs, and so on."""
        found: dict[str, frozenset[str]] = {}
        for wnid in self._downwards:
            found[wnid] = frozenset((wnid,)).union(*(found[parent] for parent in self.hypernyms[wnid]))
        return found

    @cached_property
    def depth(self) -> Mapping[str, int]:
        """Edges on the **longest** way up from each synset; 0 for a root.

        So a synset is always deeper than everything above it, which the shortest way does not grant.
        """
        depth: dict[str, int] = {}
        for wnid in self._downwards:
            depth[wnid] = max((depth[parent] + 1 for parent in self.hypernyms[wnid]), default=0)
        return depth

    @cached_property
    def _downwards(self) -> tuple[str, ...]:
        """All wnids, every synset after all that is above it."""
        order: dict[str, None] = {}
        waiting = sorted(self.words, reverse=True)
        while waiting:
            missing = [parent for parent in self.hypernyms[waiting[-1]] if parent not in order]
            waiting.extend(missing)
            if not missing:
                order[waiting.pop()] = None
        return tuple(order)

    @cached_property
    def _by_word(self) -> Mapping[str, tuple[str, ...]]:
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for wnid, words in self.words.items():
            for word in words:
                found[word.casefold()][wnid] = None
        return {word: tuple(wnids) for word, wnids in found.items()}

    def require(self, wnids: Iterable[str]) -> tuple[str, ...]:
        """The wnids, each once; InputError names those that are not here."""
        asked = tuple(dict.fromkeys(wnids))
        missing = [wnid for wnid in asked if wnid not in self]
        if missing:
            raise InputError(_missing(missing, len(self)))
        return asked

    def closure(self, wnids: Iterable[str]) -> "Hierarchy":
        """The part that holds these synsets and everything above them."""
        asked = self.require(wnids)
        part = sorted(set[str]().union(*(self.above[wnid] for wnid in asked)))
        return Hierarchy({w: self.words[w] for w in part}, {w: self.hypernyms[w] for w in part})

    def synset_of(self, word: str) -> str:
        """The wnid that ``word`` stands for: a wnid itself, or a word that only one synset has.

        Case does not matter, ``_`` is a blank. InputError lists the wnids of a word that several synsets have.
        """
        if _WNID.fullmatch(word):
            return self.require([word])[0]
        plain = word.replace("_", " ").casefold()
        found = self._by_word.get(plain, ())
        if not found:
            raise InputError(self._unknown(word, plain))
        if len(found) > 1:
            senses = ", ".join(f"{wnid} ({', '.join(self.words[wnid])})" for wnid in found)
            raise InputError(f"{word!r} is a word of {len(found)} synsets; give the wnid of one: {senses}")
        return found[0]

    def _unknown(self, word: str, plain: str) -> str:
        near = ", ".join(get_close_matches(plain, self._by_word, _FEW)) or "a wnid, as n02084071"
        return f"{word!r} is a word of none of the {len(self):,} synsets that ship with kgexplain; try {near}"


def _missing(wnids: list[str], number: int) -> str:
    few = ", ".join(wnids[:_FEW]) + (f" and {len(wnids) - _FEW} more" if len(wnids) > _FEW else "")
    return (
        f"wnid {few}: not among the {number:,} synsets of WordNet 3.0 that ship with kgexplain, "
        "which are ImageNet's 1,000 classes and everything above them"
    )


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


def statements(wnids: Iterable[str]) -> Iterator[Statement]:
    """What WordNet says of these synsets and of everything above them, for the graph ``WORDNET``.

    kgx:subsumedBy is said for every pair, so no question has to follow skos:broader step by step.
    """
    part = closure(wnids)
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
