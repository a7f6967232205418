"""What the words of a list have in common, by which one tells what each of them means."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kgexplain.knowledge.wordnet.lexicon import Lexicon, Sense

Confidences: TypeAlias = Sequence[Mapping[str, float]]
"""How likely each sense of each word is, by wnid."""

ADJECTIVES = "as"
"""The letters of adjectives' wnids: those with an s are like another, with an a."""

# So many other words with the same trait make it half as telling as it can be.
_HALF = 5


class Shared(NamedTuple):
    """The most telling trait that a sense shares with other words, how telling it is, and with how many."""

    telling: float
    trait: str
    words: float


class Context:
    """How many words of a list have a sense with each trait; a word of several senses counts in parts.

    The traits of a noun or verb are the synsets above it. Adjectives have none above them: theirs are the words of their
    definitions, so that *olive* is a colour beside *brown*.
    """

    def __init__(self, words: Sequence[str], confidences: Confidences, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._known: dict[str, tuple[str, ...]] = {}
        self._parts = {word: self._part(senses) for word, senses in zip(words, confidences, strict=True)}
        self._whole: defaultdict[str, float] = defaultdict(float)
        for part in self._parts.values():
            for trait, number in part.items():
                self._whole[trait] += number

    def _part(self, senses: Mapping[str, float]) -> Mapping[str, float]:
        """How much of a word has each trait."""
        part: defaultdict[str, float] = defaultdict(float)
        for wnid, confidence in senses.items():
            for trait in self._traits(wnid):
                part[trait] += confidence
        return part

    def shared(self, word: str, wnid: str) -> Shared:
        """What a sense of a word shares with other words of the list."""
        own = self._parts[word]
        # What is left of a word's own parts, 1e-17, is no other word.
        others = ((trait, round(self._whole[trait] - own[trait], 9)) for trait in self._traits(wnid))
        return max(
            (
                Shared(number / (number + _HALF) * self._information(trait), trait, number)
                for trait, number in others
            ),
            default=Shared(0.0, "", 0.0),
        )

    def said(self, shared: Shared) -> str:
        """In words, what is shared."""
        if shared.trait in self.lexicon.hierarchy:
            return f"{shared.words:.0f} other words are a kind of {self.lexicon.hierarchy.words[shared.trait][0]}"
        return f"{shared.words:.0f} other words are defined by {shared.trait!r}"

    def _traits(self, wnid: str) -> tuple[str, ...]:
        if wnid not in self._known:
            is_adjective = wnid[0] in ADJECTIVES
            above = () if is_adjective else self.lexicon.hierarchy.closure([wnid]).words
            self._known[wnid] = self.lexicon.defined_by(wnid) if is_adjective else tuple(above)
        return self._known[wnid]

    def _information(self, trait: str) -> float:
        is_synset = trait in self.lexicon.hierarchy
        return self.lexicon.information(trait) if is_synset else self.lexicon.rarity(trait)


def evenly(senses: Iterable[Sequence[Sense]]) -> Confidences:
    """All senses of a word equally likely."""
    return [{sense.wnid: 1 / len(found) for sense in found} for found in senses]
