"""The attributes in a sentence: each adjective with its noun."""

# NLTK takes seconds to import: only what reads sentences waits for it.
# ruff: noqa: PLC0415

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from kgexplain.inputs.attributes.said import Phrase
from kgexplain.inputs.attributes.tagging import Word, singular, tagged, tagger

# Adjectives that "and" or a comma joins each describe the noun. What a "no" stands before is not there.
# Differs from arXiv:1805.08969: it chunks adjective and noun without saying what becomes of joined adjectives.
_ADJECTIVES = "<JJ.*|VBN>+(<,|CC>+<RB>?<JJ.*|VBN>+)*"
_GRAMMAR = f"""
  DENIED: {{<NO><DT>?<RB>?{_ADJECTIVES}<NN.*>+}}
  ATTRIBUTE: {{{_ADJECTIVES}<NN.*>+}}
"""
# Other signs, as quotation marks, are around words, or stand for none.
_WORDS = r"[^\W_]+(?:-[^\W_]+)*|'s|[-,;:.!?()\[\]/&–—…]"


def phrases(caption: str) -> tuple[Phrase, ...]:
    """The adjective–noun phrases of a caption in their order, as often as they are there: lower case, singular.

    Adjectives side by side are one, as the second says what the first means; joined ones are told apart.

    >>> [phrase.text for phrase in phrases("A bird with a brown and grey head and light brown wings.")]
    ['brown head', 'grey head', 'light brown wing']
    """
    words = tagged(_tokenizer().tokenize(caption.lower()))
    if not words:
        return ()
    chunks = _chunker().parse(words).subtrees(lambda tree: tree.label() == "ATTRIBUTE")
    return tuple(phrase for chunk in chunks for phrase in distributed(chunk.leaves()))


def made_by() -> str:
    """What tags the words of captions, on this machine."""
    return tagger().name


def distributed(words: Sequence[Word]) -> Iterator[Phrase]:
    """The phrases of one noun: one for each of the adjectives that are joined before it."""
    noun = called([word for word, tag in words if tag.startswith("NN")])
    for is_adjective, together in groupby(words, lambda word: word[1].startswith(("JJ", "VBN"))):
        if is_adjective:
            yield Phrase(" ".join(word for word, _ in together), noun)


def called(nouns: Sequence[str]) -> str:
    """A noun, or several that make one: the last of them in the singular.

    >>> called(["cheek", "patches"])
    'cheek patch'
    """
    return " ".join([*nouns[:-1], singular(nouns[-1])])


@cache
def _chunker() -> Any:
    from nltk import RegexpParser

    return RegexpParser(_GRAMMAR)


@cache
def _tokenizer() -> Any:
    from nltk.tokenize import RegexpTokenizer

    return RegexpTokenizer(_WORDS)
