"""The whole of WordNet 3.0 as values: its synsets, what their words mean, and which meaning is the usual one."""

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kgexplain.knowledge.wordnet.hierarchy import Hierarchy

WHOLE = "that WordNet 3.0 has for nouns, verbs and adjectives"
"""Which synsets the whole hierarchy has."""

# What morphy(7WN) takes from the end of a noun, and what it puts there instead.
_ENDINGS = (
    ("s", ""),
    ("ses", "s"),
    ("ves", "f"),
    ("xes", "x"),
    ("zes", "z"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("men", "man"),
    ("ies", "y"),
)
_BLANKS = re.compile(r"[\s_]+")
_GLOSS_WORD = re.compile(r"[a-z]+")


class Sense(NamedTuple):
    """One meaning of a word; ``times`` is how often the texts that WordNet's authors tagged have the word in it."""

    wnid: str
    times: int


@dataclass(frozen=True)
class Lexicon:
    """Synsets with their glosses and domains (``noun.animal``), and the senses of each word.

    Words are found in lower case with blanks. A word's senses are its nouns, then its verbs, then its adjectives;
    of each, the most frequent sense is the first. ``irregular`` has the base forms of plurals that no rule makes.
    ``below`` counts the synsets that are a kind of each, itself among them.
    """

    hierarchy: Hierarchy
    glosses: Mapping[str, str]
    domains: Mapping[str, str]
    senses: Mapping[str, tuple[Sense, ...]]
    irregular: Mapping[str, tuple[str, ...]]
    below: Mapping[str, int]

    def information(self, wnid: str) -> float:
        """Information content of a synset, in nats: the more synsets are a kind of it, the less it says.

        −log(synsets below / all synsets), which needs no corpus.
        """
        return math.log(len(self.hierarchy) / self.below[wnid])

    def defined_by(self, wnid: str) -> tuple[str, ...]:
        """The words of a synset's gloss, each once."""
        return tuple(dict.fromkeys(_GLOSS_WORD.findall(self.glosses[wnid].lower())))

    def rarity(self, word: str) -> float:
        """How telling a word of glosses is, in nats: −log(glosses that have it / all glosses)."""
        return math.log(len(self.glosses) / self._glosses_with[word])

    @cached_property
    def _glosses_with(self) -> Mapping[str, int]:
        return Counter(word for wnid in self.glosses for word in self.defined_by(wnid))

    def senses_of(self, word: str) -> tuple[Sense, ...]:
        """The senses of a word; of its base form where the word itself has none; none where neither has.

        Where synsets spell the word exactly as it is given, in capitals or not, it is theirs alone.
        """
        return next(self.readings(word), ())

    def readings(self, word: str) -> Iterator[tuple[Sense, ...]]:
        """All ways to read a word, the closest first: as it is spelled, in any case, as a form of another word."""
        for form in self._forms(_BLANKS.sub(" ", word).strip()):
            found = self.senses.get(form.casefold(), ())
            exact = tuple(s for s in found if form in self.hierarchy.words[s.wnid])
            yield from (reading for reading in (exact, found) if reading)

    def _forms(self, word: str) -> Iterator[str]:
        yield word
        if "-" in word:
            yield from (word.replace("-", " "), word.replace("-", ""))
        plain = word.casefold()
        yield from self.irregular.get(plain, ())
        for ending, instead in _ENDINGS:
            if plain.endswith(ending):
                yield plain.removesuffix(ending) + instead


class _Kept(Mapping[str, tuple[Sense, ...]]):
    """The senses of words as lines of a file, each taken apart when its word is asked for."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = dict(line.split("\t", 1) for line in lines)

    def __getitem__(self, word: str) -> tuple[Sense, ...]:
        pairs = (sense.split(" ") for sense in self._lines[word].split("\t"))
        return tuple(Sense(wnid, int(times)) for wnid, times in pairs)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def save(lexicon: Lexicon, path: Path) -> None:
    """Write a lexicon; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text("\n\n".join("\n".join(lines) for lines in _tables(lexicon)), encoding="utf-8")
    part.replace(path)


def _tables(lexicon: Lexicon) -> Iterator[Iterable[str]]:
    yield (
        "\t".join(
            (
                wnid,
                "|".join(words),
                "|".join(lexicon.hierarchy.hypernyms[wnid]),
                str(lexicon.below[wnid]),
                lexicon.domains[wnid],
                lexicon.glosses[wnid],
            )
        )
        for wnid, words in lexicon.hierarchy.words.items()
    )
    yield (
        "\t".join((word, *(f"{s.wnid} {s.times}" for s in found))) for word, found in lexicon.senses.items()
    )
    yield ("\t".join((word, *bases)) for word, bases in lexicon.irregular.items())


def load(path: Path) -> Lexicon:
    """The lexicon that ``save`` wrote."""
    synsets, senses, irregular = (
        table.split("\n") for table in path.read_text(encoding="utf-8").split("\n\n")
    )
    words, hypernyms, domains, glosses, below = {}, {}, {}, {}, {}
    for line in synsets:
        wnid, lemmas, above, number, domain, gloss = line.split("\t")
        words[wnid] = tuple(lemmas.split("|"))
        hypernyms[wnid] = tuple(above.split("|")) if above else ()
        below[wnid], domains[wnid], glosses[wnid] = int(number), domain, gloss
    bases = (line.split("\t") for line in irregular)
    return Lexicon(
        Hierarchy(words, hypernyms, WHOLE),
        glosses,
        domains,
        _Kept(senses),
        {word: tuple(others) for word, *others in bases},
        below,
    )
