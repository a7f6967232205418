"""Synsets and words, joined to the nodes of ConceptNet that speak of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from pyoxigraph import NamedNode

from kgexplain.knowledge.conceptnet import ConceptNet, iri
from kgexplain.knowledge.linking import Link
from kgexplain.vocabulary import CLOSE_MATCH, synset

Counting = Callable[[str], int]
"""How many senses a word has."""


def concept_links(
    synsets: Mapping[str, tuple[str, ...]],
    wordnet31: Mapping[str, NamedNode],
    conceptnet: ConceptNet,
    senses: Counting,
) -> Iterator[Link]:
    """Synsets, given with their words, joined to the nodes that are exactly they, and to the node of a word of theirs.

    The exact nodes are those whose links to WordNet 3.1 ConceptNet publishes. A bare word speaks of all its senses, so
    it is as sure as one of them; the first word that ConceptNet has is taken.
    """
    for wnid, words in synsets.items():
        node = synset(wnid)
        if wnid in wordnet31:
            for sense in conceptnet.senses(wordnet31[wnid].value):
                why = "ConceptNet links this node to the same synset of WordNet 3.1"
                yield Link(node, iri(sense), CLOSE_MATCH, "external link", 1.0, why)
        yield from _by_word(node, words, conceptnet, senses)


def word_links(
    words: Iterable[tuple[NamedNode, str, NamedNode]], conceptnet: ConceptNet, senses: Counting
) -> Iterator[Link]:
    """Things that are no synset, each with its word and how close to it the thing is, joined to the node of the word."""
    for node, word, mapping in words:
        yield from _by_word(node, (word,), conceptnet, senses, mapping)


def _by_word(
    source: NamedNode,
    words: Iterable[str],
    conceptnet: ConceptNet,
    senses: Counting,
    mapping: NamedNode = CLOSE_MATCH,
) -> Iterator[Link]:
    found = ((word, uri) for word in words for uri in conceptnet.nodes(word)[:1] if _is_bare(uri))
    if first := next(found, None):
        word, uri = first
        number = max(senses(word), 1)
        why = f"{word!r} is the word, which has {number} sense{'s' * (number > 1)}"
        yield Link(source, iri(uri), mapping, "word", 1 / number, why)


def _is_bare(uri: str) -> bool:
    """Whether a node is a word as such.

    >>> _is_bare("/c/en/dog"), _is_bare("/c/en/dog/n/wn/animal")
    (True, False)
    """
    return uri.count("/") == 3
