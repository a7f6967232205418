"""Which synset a word means, among the other words of its list: a choice that says why, and how sure it is."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kgexplain.errors import InputError
from kgexplain.knowledge.context import ADJECTIVES, Confidences, Context, Shared, evenly
from kgexplain.knowledge.wordnet.lexicon import Lexicon, Sense

SURE = 2 / 3
"""A sense is chosen when it is twice as likely as all others together."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "class": (),
    "object": ("noun.artifact", "noun.animal", "noun.plant", "noun.food", "noun.object", "noun.person"),
    "stuff": ("noun.artifact", "noun.object", "noun.plant", "noun.substance", "noun.food", "noun.phenomenon"),
    "part": ("noun.body", "noun.artifact", "noun.plant"),
    "clothing": ("noun.artifact",),
    "scene": ("noun.artifact", "noun.location", "noun.object"),
    "material": ("noun.substance", "noun.artifact"),
    "texture": ("adj.all", "adj.ppl", "adj.pert"),
    "color": ("adj.all", "adj.pert"),
    "attribute": ("adj.all", "adj.ppl", "adj.pert", "noun.act", "noun.attribute"),
    "word": (),
    "adjective": (),
}
"""What a word may name, and the domains of WordNet in which such things are."""

# A sense in a domain of its word's kind counts as much as one that is met ten times as often.
_DOMAIN = math.log(10)
# So many other words below a hypernym make it half as telling as it can be.
_HALF = 5
# Letters of wnids, in the order in which they are looked for: classes are nouns where they can be.
_NOUNS_FIRST = ("n", ADJECTIVES, "v")
_ADJECTIVES_FIRST = (ADJECTIVES, "n", "v")
_PARTS = {
    **dict.fromkeys(("texture", "color", "attribute"), _ADJECTIVES_FIRST),
    # Of a word that stands alone nobody knows whether it is a thing, a deed or a property: cold, driving, sand.
    "word": (f"n{ADJECTIVES}", "v"),
    "adjective": (ADJECTIVES,),
}
_SUFFIX = re.compile(r"-[a-z]$")
_ALTERNATIVES = re.compile(r"\s*[/,;(]\s*")


class Candidate(NamedTuple):
    """A synset that a word may mean; the confidences of a word's candidates add up to 1."""

    wnid: str
    confidence: float
    why: str


@dataclass(frozen=True)
class Choice:
    """What a word may mean, the likeliest first; ``open`` says why none was chosen, and is empty where one was."""

    word: str
    candidates: tuple[Candidate, ...]
    open: str = ""

    @property
    def chosen(self) -> Candidate | None:
        """The synset that the word was taken for."""
        return None if self.open else self.candidates[0]


def choices(
    words: Sequence[str],
    lexicon: Lexicon,
    kinds: Sequence[str] = (),
    least: float = SURE,
    rounds: int = 1,
) -> tuple[Choice, ...]:
    """What each word of a list means, in the order of the list; ``kinds`` has a kind of ``KINDS`` for each word.

    How likely a sense is: (times it was met + 1) · exp(information of the most telling trait that it shares with other
    words of the list) · 10 where its domain is one of the kind. Traits are the hypernyms of nouns and verbs, the words of
    definitions of adjectives. Of equal senses WordNet's first comes first. In the first of the ``rounds`` all senses of
    the other words count alike, in each later one by how likely they were in the one before: of few words, each tells
    more. A word stays open where it has no synset, where the list has it twice in one kind, and where the confidence is below
    ``least``.
    """
    _check(kinds, least, rounds)
    plain = list(words) if any(word[:1].islower() for word in words) else [word.casefold() for word in words]
    named = list(kinds) or ["class"] * len(plain)
    senses = [_senses(word, kind, lexicon) for word, kind in zip(plain, named, strict=True)]
    likely = evenly(senses)
    for _ in range(rounds):
        context = Context(plain, likely, lexicon)
        found = [_candidates(*each, context) for each in zip(plain, senses, named, strict=True)]
        likely = _confidences(found)
    # Orange the colour is not orange the fruit: only words of one kind have one name.
    repeated = Counter(zip(plain, named, strict=True))
    return tuple(
        _choice(given, candidates, repeated[word, kind], least)
        for given, word, kind, candidates in zip(words, plain, named, found, strict=True)
    )


def _check(kinds: Sequence[str], least: float, rounds: int) -> None:
    for kind in sorted({*kinds} - {*KINDS}):
        raise InputError(f"kind {kind!r}: no word is one; {', '.join(KINDS)} are")
    if not 0 < least <= 1:
        raise InputError(f"least is {least}; it is a confidence and must be more than 0 and at most 1")
    if rounds < 1:
        raise InputError(f"rounds is {rounds}; the senses are weighed once at least")


def _confidences(found: Sequence[tuple[Candidate, ...]]) -> Confidences:
    return [{candidate.wnid: candidate.confidence for candidate in candidates} for candidates in found]


def _choice(word: str, candidates: tuple[Candidate, ...], times: int, least: float) -> Choice:
    if not candidates:
        return Choice(word, (), "no synset has this word")
    if times > 1 and len(candidates) > 1:
        return Choice(
            word, candidates, f"{times} of the list have this name, which has {len(candidates)} senses"
        )
    if candidates[0].confidence < least:
        return Choice(
            word, candidates, f"no sense is likely enough, the likeliest {candidates[0].confidence:.2f}"
        )
    return Choice(word, candidates)


def _senses(word: str, kind: str, lexicon: Lexicon) -> tuple[Sense, ...]:
    """The senses of the first reading of a word that has one in a domain of its kind, else of the first reading."""
    readings = (reading for form in forms(word) for reading in lexicon.readings(form))
    parts = _PARTS.get(kind, _NOUNS_FIRST)
    found = [senses for reading in readings if (senses := _of_part(reading, parts))]
    fitting = (senses for senses in found if any(_fits(sense, kind, lexicon) for sense in senses))
    return next(fitting, found[0] if found else ())


def _of_part(senses: Sequence[Sense], parts: Sequence[str]) -> tuple[Sense, ...]:
    """The senses of the first part of speech that there is."""
    kept = (tuple(sense for sense in senses if sense.wnid[0] in letters) for letters in parts)
    return next(filter(None, kept), ())


def _fits(sense: Sense, kind: str, lexicon: Lexicon) -> bool:
    return not KINDS[kind] or lexicon.domains[sense.wnid] in KINDS[kind]


def forms(word: str) -> tuple[str, ...]:
    """A name as data sets write it, and simpler forms: without Broden's suffix, its alternatives one by one.

    >>> forms("street-s"), forms("sailing/ boating")
    (('street-s', 'street'), ('sailing/ boating', 'sailing', 'boating'))
    """
    alternatives = [part for part in _ALTERNATIVES.split(word.rstrip(")")) if part not in ("", word)]
    return tuple(dict.fromkeys((word, _SUFFIX.sub("", word), *alternatives)))


def _candidates(word: str, senses: Sequence[Sense], kind: str, context: Context) -> tuple[Candidate, ...]:
    """The senses as candidates, likeliest first; of equals, the one that WordNet has first."""
    if len(senses) == 1:
        return (_only(senses[0], kind, context.lexicon),)
    total = sum(sense.times for sense in senses)
    scored = [_scored(sense, total, kind, context.shared(word, sense.wnid), context) for sense in senses]
    weights = [math.exp(score - max(scored)[0]) for score, _ in scored]
    found = [
        Candidate(sense.wnid, weight / sum(weights), why)
        for sense, weight, (_, why) in zip(senses, weights, scored, strict=True)
    ]
    return tuple(sorted(found, key=lambda candidate: -round(candidate.confidence, 9)))


def _only(sense: Sense, kind: str, lexicon: Lexicon) -> Candidate:
    if _fits(sense, kind, lexicon):
        return Candidate(sense.wnid, 1.0, "the only sense")
    return Candidate(
        sense.wnid, 0.5, f"the only sense, but {lexicon.domains[sense.wnid]} is not for kind {kind}"
    )


def _scored(sense: Sense, total: int, kind: str, shared: Shared, context: Context) -> tuple[float, str]:
    """How likely a sense is, on a logarithmic scale, and why."""
    fits = bool(KINDS[kind]) and _fits(sense, kind, context.lexicon)
    reasons = [f"met {sense.times} of {total} times"]
    if shared.telling > 0:
        reasons.append(context.said(shared))
    if fits:
        reasons.append(f"{context.lexicon.domains[sense.wnid]} is for kind {kind}")
    return math.log(sense.times + 1) + shared.telling + fits * _DOMAIN, "; ".join(reasons)
