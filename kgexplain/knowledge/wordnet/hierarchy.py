"""Synsets and what they are kinds of, whichever part of WordNet 3.0 they are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from kgexplain.errors import InputError

SHIPPED = "that ship with kgexplain, which are ImageNet's 1,000 classes and everything above them"
"""Which synsets the shipped hierarchy has."""

_WNID = re.compile(r"[nvars][0-9]{8}")
_FEW = 5


@dataclass(frozen=True)
class Hierarchy:
    """Synsets by wnid, each with its words and its hypernyms, which are among the synsets, too.

    A wnid is a letter, ``n`` for nouns, and an offset in WordNet **3.0**; in 3.1 other numbers are in use.
    ``which`` says in messages which synsets these are.
    """

    words: Mapping[str, tuple[str, ...]]
    hypernyms: Mapping[str, tuple[str, ...]]
    which: str = SHIPPED

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
            raise InputError(self._missing(missing))
        return asked

    def closure(self, wnids: Iterable[str]) -> "Hierarchy":
        """The part that holds these synsets and everything above them."""
        found: set[str] = set()
        waiting = list(self.require(wnids))
        while waiting:
            if (wnid := waiting.pop()) not in found:
                found.add(wnid)
                waiting.extend(self.hypernyms[wnid])
        part = sorted(found)
        return Hierarchy({w: self.words[w] for w in part}, {w: self.hypernyms[w] for w in part}, self.which)

    def senses_of(self, word: str) -> tuple[str, ...]:
        """The wnids of the synsets that have a word; case does not matter, ``_`` is a blank."""
        return self._by_word.get(word.replace("_", " ").casefold(), ())

    def synset_of(self, word: str) -> str:
        """The wnid that ``word`` stands for: a wnid itself, or a word that only one synset has.

        Case does not matter, ``_`` is a blank. InputError lists the wnids of a word that several synsets have.
        """
        if _WNID.fullmatch(word):
            return self.require([word])[0]
        plain = word.replace("_", " ").casefold()
        found = self.senses_of(word)
        if not found:
            raise InputError(self._unknown(word, plain))
        if len(found) > 1:
            senses = ", ".join(f"{wnid} ({', '.join(self.words[wnid])})" for wnid in found)
            raise InputError(f"{word!r} is a word of {len(found)} synsets; give the wnid of one: {senses}")
        return found[0]

    def _unknown(self, word: str, plain: str) -> str:
        near = ", ".join(get_close_matches(plain, self._by_word, _FEW)) or "a wnid, as n02084071"
        return f"{word!r} is a word of none of the {len(self):,} synsets {self.which}; try {near}"

    def _missing(self, wnids: list[str]) -> str:
        few = ", ".join(wnids[:_FEW]) + (f" and {len(wnids) - _FEW} more" if len(wnids) > _FEW else "")
        return f"wnid {few}: not among the {len(self):,} synsets of WordNet 3.0 {self.which}"
