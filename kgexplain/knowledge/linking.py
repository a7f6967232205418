"""Statements that join our things to what the world knows of them."""

from collections.abc import Iterator

from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.knowledge.wordnet import wordnet
from kgexplain.vocabulary import EXACT_MATCH, Statement, synset


def links(architecture: Architecture) -> Iterator[Statement]:
    """Every class with a wnid, joined to the synset that the wnid names.

    Never by name: among ImageNet's classes "crane" is a bird and a machine, "maillot" two garments.
    """
    for class_ in architecture.classes:
        if class_.wnid:
            yield Statement(architecture.class_(class_.index), EXACT_MATCH, synset(class_.wnid))


def known_wnids(architecture: Architecture) -> tuple[str, ...]:
    """The wnids of classes that the shipped WordNet speaks of, each once, in the order of the classes."""
    return tuple(dict.fromkeys(c.wnid for c in architecture.classes if c.wnid and c.wnid in wordnet()))


def beyond_wordnet(architecture: Architecture) -> tuple[OutputClass, ...]:
    """The classes that have a wnid of which the shipped WordNet says nothing; they are linked all the same."""
    return tuple(c for c in architecture.classes if c.wnid and c.wnid not in wordnet())
