"""WordNet 3.0: the part that ships, and the whole where a machine has it."""

from kgexplain.knowledge.wordnet.hierarchy import Hierarchy
from kgexplain.knowledge.wordnet.imagenet import (
    WORDNET,
    closure,
    imagenet_wnids,
    statements,
    synset_of,
    wordnet,
)
from kgexplain.knowledge.wordnet.installed import lexicon, whole_wordnet
from kgexplain.knowledge.wordnet.lexicon import Lexicon, Sense

__all__ = [
    "WORDNET",
    "Hierarchy",
    "Lexicon",
    "Sense",
    "closure",
    "imagenet_wnids",
    "lexicon",
    "statements",
    "synset_of",
    "whole_wordnet",
    "wordnet",
]
