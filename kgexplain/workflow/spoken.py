"""The words of a graph that name neither class nor synset, as attributes, linked to what they mean."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from pyoxigraph import NamedNode

from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.knowledge.linking import link_statements, open_statements
from kgexplain.knowledge.mapping import Mapped
from kgexplain.knowledge.wordnet import Lexicon
from kgexplain.knowledge.words import WORD_LINKS, Meaning, Word, meanings, surest
from kgexplain.vocabulary import BROAD_MATCH, CLOSE_MATCH
from kgexplain.workflow.outward import Outward, Row, summary

Spoken: TypeAlias = Mapping[str, tuple[Word, ...]]
"""The words of each source, by the graph that speaks of them."""


@dataclass(frozen=True)
class Understanding:
    """What words are understood by: WordNet where there is all of it, a person's mapping, and how sure one must be."""

    lexicon: Lexicon | None
    mapped: Mapping[str, Mapped]
    least: float

    def of(self, spoken: Spoken) -> tuple[Meaning, ...]:
        """What all words mean, those of one source beside each other."""
        every = (meanings(words, self.lexicon, self.mapped, self.least) for words in spoken.values())
        return surest(chain.from_iterable(every))


def spoken_words(store: Store) -> Spoken:
    """All things of the graph that carry a word and no wnid."""
    found: defaultdict[str, list[Word]] = defaultdict(list)
    for row in store.select(query("links/words").bind()):
        noun = row["noun"] if "noun" in row else row["name"]
        adjective, category = (row[name].value if name in row else "" for name in ("adjective", "category"))
        found[row["run"].value].append(Word(NamedNode(row["thing"].value), noun.value, adjective, category))
    return {run: tuple(words) for run, words in found.items()}


def write_words(store: Store, spoken: Spoken, understanding: Understanding, outward: Outward) -> list[Row]:
    """The links of all words, which replace those of before; their summary."""
    understood = understanding.of(spoken)
    left = {meaning.word.node: choice for meaning in understood if (choice := meaning.open)}
    found = [
        *chain.from_iterable(meaning.links for meaning in understood),
        *outward.of_words(_open_nouns(understood)),
    ]
    said = chain(link_statements(found, WORD_LINKS), open_statements(left, WORD_LINKS))
    store.replace(NamedNode(WORD_LINKS), said)
    return summary("words", found, left.values())


def _open_nouns(understood: tuple[Meaning, ...]) -> Iterator[tuple[NamedNode, str, NamedNode]]:
    """The things whose nouns stay open, with these, which are what they are, or are about."""
    for meaning in understood:
        if meaning.is_open:
            word = meaning.word
            yield word.node, word.noun, BROAD_MATCH if word.adjective else CLOSE_MATCH
