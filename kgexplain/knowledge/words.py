"""What words mean that name no class: attributes and concepts, joined to the synsets of their nouns and adjectives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import NamedNode

from kgexplain.knowledge.context import ADJECTIVES
from kgexplain.knowledge.linking import Link
from kgexplain.knowledge.mapping import Mapped
from kgexplain.knowledge.senses import KINDS, Candidate, Choice, choices, forms
from kgexplain.knowledge.wordnet import Lexicon
from kgexplain.vocabulary import BASE, BROAD_MATCH, CLOSE_MATCH, RELATED_MATCH, synset

WORD_LINKS = f"{BASE}links/words"
"""The document, and the named graph, of the links of all that carries a word and is neither class nor synset."""

ALONE = "names are understood by the whole of WordNet only"
"""Why words are open where there is no whole WordNet."""

# A list of attributes is short, so what its words likely mean is looked at again; a third time changes the last few.
_ROUNDS = 3


class Word(NamedTuple):
    """A thing of the graph and what it is called: a noun, perhaps with an adjective before it.

    ``category`` is what kind of thing it names, as annotations spell it: object, part, material, color.
    """

    node: NamedNode
    noun: str
    adjective: str = ""
    category: str = ""

    @property
    def text(self) -> str:
        """The whole phrase."""
        return f"{self.adjective} {self.noun}".strip()

    @property
    def kind(self) -> str:
        """Its kind, of ``senses.KINDS``: what stands after an adjective names a thing, as a class does."""
        if self.adjective:
            return "class"
        return self.category if self.category in KINDS else "word"


class Meant(NamedTuple):
    """What one word of a thing means: as a person said, or as it was chosen."""

    choice: Choice
    mapping: NamedNode
    method: str = "sense"


@dataclass(frozen=True)
class Meaning:
    """What the words of a thing mean, its noun first."""

    word: Word
    meant: tuple[Meant, ...]

    @property
    def links(self) -> Iterator[Link]:
        """The thing, joined to the synsets that are known."""
        for choice, mapping, method in self.meant:
            if best := choice.chosen:
                yield Link(
                    self.word.node,
                    synset(best.wnid),
                    mapping,
                    method,
                    best.confidence,
                    f"{choice.word}: {best.why}",
                )

    @property
    def open(self) -> Choice | None:
        """The words that stay open, as one choice that says why; None where there is none."""
        left = [choice for choice, _, _ in self.meant if choice.open]
        reasons = "; ".join(f"{choice.word}: {choice.open}" for choice in left)
        candidates = tuple(
            candidate._replace(why=f"{choice.word}: {candidate.why}")
            for choice in left
            for candidate in choice.candidates
        )
        return Choice(self.word.text, candidates, reasons) if left else None

    @property
    def is_open(self) -> bool:
        """Whether the noun stays open, which says what the thing is."""
        return bool(self.meant[0].choice.open)


def meanings(
    words: Sequence[Word], lexicon: Lexicon | None, mapped: Mapping[str, Mapped], least: float
) -> tuple[Meaning, ...]:
    """What the words of one source mean, each beside the others: a bill beside head and wing is a bird's.

    With an adjective before it, a noun names what the thing is a kind of: a white head is a head, so the head is its
    broad match, and white a related one. Without, the noun is the thing itself, its close match. A noun of several
    words that WordNet does not have is, after an adjective, a kind of its last: a white cheek patch is a patch. A
    person's mapping is of a word, or of a word and its category: orange (color).
    """
    nouns = _chosen(((_noun(word, lexicon), word.kind) for word in words), lexicon, least)
    parts = {word.adjective: _adjectives(word.adjective, lexicon) for word in words}
    adjectives = _chosen(((part, "adjective") for found in parts.values() for part in found), lexicon, least)
    return tuple(
        Meaning(
            word,
            (
                _noun_meant(word, nouns[_noun(word, lexicon), word.kind], mapped),
                *(
                    _meant(adjectives[part, "adjective"], RELATED_MATCH, mapped, ADJECTIVES)
                    for part in parts[word.adjective]
                ),
            ),
        )
        for word in words
    )


def _chosen(
    of: Iterable[tuple[str, str]], lexicon: Lexicon | None, least: float
) -> Mapping[tuple[str, str], Choice]:
    """What each word of a kind means, beside all others."""
    asked = tuple(dict.fromkeys(of))
    if lexicon is None:
        return {(word, kind): Choice(word, (), ALONE) for word, kind in asked}
    found = choices([word for word, _ in asked], lexicon, [kind for _, kind in asked], least, _ROUNDS)
    return dict(zip(asked, found, strict=True))


def _noun_meant(word: Word, choice: Choice, mapped: Mapping[str, Mapped]) -> Meant:
    for text in (f"{word.text} ({word.category})", word.text):
        whole = _meant(Choice(text, (), choice.open), CLOSE_MATCH, mapped)
        if whole.method == "mapping":
            return whole
    return (
        _meant(choice, BROAD_MATCH, mapped, "nv") if word.adjective else _meant(choice, CLOSE_MATCH, mapped)
    )


def _meant(choice: Choice, mapping: NamedNode, mapped: Mapping[str, Mapped], letters: str = "nvas") -> Meant:
    """A person's word goes before the choice, if it is of the part of speech that is asked for."""
    said = mapped.get(choice.word)
    if said is None or said.wnid[0] not in letters:
        return Meant(choice, mapping)
    why = said.comment or "a person said so"
    return Meant(Choice(choice.word, (Candidate(said.wnid, 1.0, why),)), mapping, "mapping")


def _noun(word: Word, lexicon: Lexicon | None) -> str:
    """The noun, or the last of its words where only that has a sense and an adjective stands before."""
    known = lexicon is None or any(lexicon.senses_of(form) for form in forms(word.noun))
    return word.noun if known or not word.adjective else word.noun.rpartition(" ")[2]


def _adjectives(adjective: str, lexicon: Lexicon | None) -> tuple[str, ...]:
    """An adjective, or the words of several."""
    known = lexicon is None or any(sense.wnid[0] in ADJECTIVES for sense in lexicon.senses_of(adjective))
    return (adjective,) if known and adjective else tuple(adjective.split())


def surest(found: Iterable[Meaning]) -> tuple[Meaning, ...]:
    """Of things that several sources speak of the meaning whose noun is the surest, of equals the first."""
    best: dict[NamedNode, Meaning] = {}
    for meaning in found:
        known = best.setdefault(meaning.word.node, meaning)
        if _sureness(meaning) > _sureness(known):
            best[meaning.word.node] = meaning
    return tuple(best.values())


def _sureness(meaning: Meaning) -> float:
    chosen = meaning.meant[0].choice.chosen
    return chosen.confidence if chosen else 0.0
