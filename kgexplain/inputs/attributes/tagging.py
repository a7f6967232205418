"""Words with their parts of speech, in Penn Treebank's tags, as captions use them."""

# NLTK and TextBlob take seconds to import: only what reads sentences waits for them.
# ruff: noqa: PLC0415

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from kgexplain.inputs.attributes.wording import ALWAYS, COLOURS, DEGREES, NOUNS, OF_A_NOUN, PLURAL_ONLY

Word: TypeAlias = tuple[str, str]

PERCEPTRON = "averaged_perceptron_tagger_eng"

_BEFORE_NOUNS = ("JJ", "VBN", "VBD", "DT", "PRP$", "CC")


class Tagger(NamedTuple):
    """What gives each word of a sentence its tag, and its name."""

    name: str
    tag: Callable[[Sequence[str]], list[Word]]


@cache
def tagger() -> Tagger:
    """NLTK's tagger where its data is installed, else TextBlob's, whose lexicon is inside its package."""
    from nltk import PerceptronTagger
    from nltk.data import find

    try:
        find(f"taggers/{PERCEPTRON}/")
    except LookupError:
        return Tagger("TextBlob PatternTagger", lexical)
    return Tagger(f"NLTK {PERCEPTRON}", PerceptronTagger().tag)


def lexical(words: Sequence[str]) -> list[Word]:
    """Each word with its most usual tag.

    >>> lexical(["the", "white", "heads"])
    [('the', 'DT'), ('white', 'JJ'), ('heads', 'NNS')]
    """
    return [(word, usual(word)) for word in words]


@cache
def usual(word: str) -> str:
    """The most usual tag of a word; of an unknown one, what its ending says."""
    from textblob.taggers import PatternTagger

    lexicon()
    return str(PatternTagger().tag(word, tokenize=False)[0][1])


@cache
def lexicon() -> Mapping[str, str]:
    """The words that TextBlob knows, with their most usual tag."""
    from textblob.en import lexicon as known

    with warnings.catch_warnings():
        # It is read when it is first used, from a file that is left to the garbage collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        return dict(known.items())


def tagged(words: Sequence[str]) -> list[Word]:
    """Words with tags that fit a description of a picture.

    >>> tagged("a light brown back".split())
    [('a', 'DT'), ('light', 'JJ'), ('brown', 'JJ'), ('back', 'NN')]
    """
    given = tagger().tag(words)
    # From the end on, for what a word describes is said after it.
    after: list[Word] = []
    for place in range(len(given) - 1, -1, -1):
        before = given[place - 1] if place else ("", "")
        after.insert(0, (given[place][0], corrected(given[place], before, after)))
    return after


def corrected(given: Word, before: Word, after: Sequence[Word]) -> str:
    """The tag of a word by the tag that it was given, the word before it, and the corrected ones after it."""
    word, tag = given
    if always := certain(given):
        return always
    if "-" in word:
        return hyphenated(given, after)
    if word in NOUNS:
        return NOUNS[word] if describes(before) or before[1] in _BEFORE_NOUNS else tag
    if tag in {"VBD", "VBN"}:
        return participle(given, before, after)
    if tag == "NN" and is_said_of_a_noun(word, after):
        return "JJ"
    # Not a verb's first form: "a green handle".
    return "NN" if tag == "VB" and describes(before) else tag


def certain(given: Word) -> str | None:
    """The tag of a word or a sign that does not depend on what it stands beside, if that is so."""
    word, tag = given
    is_sign = not any(map(str.isalnum, word)) and tag != ","
    return ALWAYS.get(word, "SYM" if is_sign else None)


def hyphenated(given: Word, after: Sequence[Word]) -> str:
    """An adjective before a noun; else its last part decides: a "wing-bar" is a bar."""
    if is_attributive(after):
        return "JJ"
    last = given[0].rsplit("-", 1)[1]
    return usual(last) if usual(last).startswith("NN") and last not in COLOURS else given[1]


def participle(given: Word, before: Word, after: Sequence[Word]) -> str:
    """VBN before what it describes, "black spotted feathers"; VBD behind its subject, "the bird spotted worms"."""
    word, tag = given
    has_subject = before[1] in {"NN", "NNS", "NNP", "PRP", "WP", "WDT"} or before[0] in {"that", "which"}
    if has_subject and not describes(before) and word not in OF_A_NOUN:
        return "VBD"
    return "VBN" if is_attributive(after) else tag


def is_said_of_a_noun(word: str, after: Sequence[Word]) -> bool:
    """Whether a word that can be a noun is an adjective here, by what comes after it."""
    if word in COLOURS:
        return is_attributive(after)
    following = after[0] if after else ("", "")
    return (word in DEGREES and is_described(following[1])) or (
        following[0] in OF_A_NOUN and following[1] in {"JJ", "VBN"}
    )


def describes(word: Word) -> bool:
    """Whether a word is an adjective, as far as it alone can tell."""
    return word[1].startswith("JJ") or word[1] == "VBN" or word[0] in COLOURS | DEGREES


def is_attributive(after: Sequence[Word]) -> bool:
    """Whether what comes next is described: a noun, or an adjective, which may be joined by "and" or a comma."""
    joined = 0
    while joined < len(after) and after[joined][1] in {"CC", ","}:
        joined += 1
    if joined == len(after) or (joined and after[joined][1].startswith("NN")):
        return False
    return is_described(after[joined][1])


def is_described(tag: str) -> bool:
    """Whether a word with this tag may stand behind an adjective of the same noun."""
    return tag.startswith(("JJ", "NN")) or tag == "VBN"


@cache
def singular(noun: str) -> str:
    """The singular of a noun that is a plural; any other as it is.

    Of the ways to take an ending away, the first that gives a noun of the lexicon is right: "toes" is no plural of "to".

    >>> [singular(noun) for noun in ("toes", "feet", "leaves", "wingbars", "glass", "tarsus", "irises")]
    ['toe', 'foot', 'leaf', 'wingbar', 'glass', 'tarsus', 'iris']
    """
    from textblob.en.inflect import singularize

    whole, hyphen, last = noun.rpartition("-")
    if hyphen:
        return f"{whole}-{singular(last)}"
    if not is_plural(noun):
        return noun
    by_rule = str(singularize(noun))
    ways = (by_rule, noun[:-1], noun[:-2])
    return next((way for way in ways if is_singular(way)), by_rule)


def is_singular(noun: str) -> bool:
    """Whether a noun is known, or ends as singulars end that look like plurals."""
    return lexicon().get(noun, "").startswith(("NN", "JJ")) or noun.endswith(("us", "is", "ss"))


def is_plural(noun: str) -> bool:
    """Whether a noun looks like a plural, or is known as one."""
    if noun in PLURAL_ONLY:
        return False
    if noun in NOUNS:
        return NOUNS[noun] == "NNS"
    return usual(noun) == "NNS" and (noun in lexicon() or not is_singular(noun))
