"""Attributes as a sentence says them: adjectives of one noun together, and nothing twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgexplain.answers.attributes.estimate import Estimate
from kgexplain.answers.attributes.wording import singular, spoken, verb


@dataclass(frozen=True)
class Phrase:
    """An attribute as it is said; ``verb`` is what a picture does with it: has, shows, is."""

    verb: str
    adjective: str
    noun: str

    @property
    def words(self) -> frozenset[str]:
        """All its words, the plural as the singular."""
        return frozenset((*self.adjective.split(), *singular(self.noun).split()))

    def is_in(self, other: "Phrase") -> bool:
        """Whether the other says all of this, and more: yellow breast, bright yellow breast; head, black head."""
        return _head(self) == _head(other) and self.words < other.words

    def is_same(self, other: "Phrase") -> bool:
        """Whether both say the same, as black wing and black wings."""
        return _head(self) == _head(other) and self.words == other.words


@dataclass(frozen=True)
class Group:
    """A noun with all its adjectives, best first; of what a picture is, adjectives without a noun."""

    verb: str
    adjectives: tuple[str, ...]
    noun: str

    @property
    def text(self) -> str:
        """As it is said."""
        return f"{' and '.join(self.adjectives)} {self.noun}".strip()


def phrase(estimate: Estimate) -> Phrase:
    """An attribute as it is said.

    >>> phrase(Estimate("", "", "rock/stone", "rock/stone", 0.5, 1))
    Phrase(verb='has', adjective='', noun='rock or stone')
    """
    does = verb(estimate.adjective, estimate.noun)
    adjective, noun = spoken(estimate.adjective), spoken(estimate.noun)
    return Phrase(does, noun, "") if does == "is" else Phrase(does, adjective, noun)


def groups(phrases: Iterable[Phrase]) -> tuple[Group, ...]:
    """Phrases with one noun as one, at the place of the first (arXiv:1805.08969, "to merge adjectives").

    A phrase that another says, too, is left out, and the other takes its place.
    """
    found: dict[tuple[str, str], list[Phrase]] = {}
    for one in unabsorbed(tuple(phrases)):
        found.setdefault((one.verb, singular(one.noun)), []).append(one)
    return tuple(
        Group(does, tuple(one.adjective for one in members if one.adjective), members[0].noun)
        for (does, _), members in found.items()
    )


def unabsorbed(phrases: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    """The phrases that no other says, each at the place of the first that it says.

    >>> yellow, red, bright = (Phrase("has", *words) for words in (("yellow", "breast"), ("red", "crown"), ("bright yellow", "breast")))
    >>> [one.adjective for one in unabsorbed((yellow, red, bright))]
    ['bright yellow', 'red']
    """
    kept = tuple(_kept(phrases))
    return tuple(dict.fromkeys(_saying(one, kept) for one in phrases))


def _kept(phrases: tuple[Phrase, ...]) -> Iterator[Phrase]:
    """In their order, those that say most; of equals the first."""
    for place, one in enumerate(phrases):
        is_said = any(one.is_in(other) for other in phrases) or any(map(one.is_same, phrases[:place]))
        if not is_said:
            yield one


def _saying(one: Phrase, kept: tuple[Phrase, ...]) -> Phrase:
    return next(other for other in kept if one.is_same(other) or one.is_in(other))


def _head(phrase: Phrase) -> tuple[str, str]:
    return phrase.verb, singular(phrase.noun).rpartition(" ")[2]
