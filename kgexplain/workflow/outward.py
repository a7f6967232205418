"""What WordNet's synsets are linked to: other dictionaries and ConceptNet, with the neighbourhood of its nodes."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.conceptnet import CONCEPTNET, ConceptNet, neighbourhood, statements, uri
from kgexplain.knowledge.ili import InterlingualIndex
from kgexplain.knowledge.joining import concept_links, word_links
from kgexplain.knowledge.linking import WORDNET_LINKS, Link, link_statements, links_in, synset_links
from kgexplain.knowledge.senses import Choice
from kgexplain.knowledge.wordnet import Hierarchy, Lexicon
from kgexplain.vocabulary import PREFIXES, Term, synset

log = logging.getLogger("kgexplain")

Row: TypeAlias = Mapping[str, Term]

_FEW = 8
# So many edges of a node in each relation come into the graph, and all that join two nodes of ours.
_EDGES = 10


class Outward:
    """What leads from synsets and words to the rest of the world, written into a store."""

    def __init__(
        self, store: Store, known: Hierarchy, conceptnet: ConceptNet | None, lexicon: Lexicon | None
    ) -> None:
        self.store = store
        self.known = known
        self.conceptnet = conceptnet
        self.lexicon = lexicon

    def of_words(self, left: Iterable[tuple[NamedNode, str, NamedNode]]) -> list[Link]:
        """Things whose words stay open, joined to the words that they are or are about."""
        if self.conceptnet is None:
            return []
        return list(word_links(left, self.conceptnet, self._senses))

    def write(self, index: InterlingualIndex | None) -> list[Link]:
        """WordNet's graph, the links of its synsets, and ConceptNet's graph; the links.

        What there is nothing to make from stays as it is.
        """
        linked = self._linked()
        asked = dict.fromkeys((*wordnet.imagenet_wnids(), *linked))
        self.store.replace(wordnet.WORDNET, wordnet.statements(asked, self.known))
        stored = links_in(self.store.construct(_everything(WORDNET_LINKS)))
        if index:
            first = list(synset_links(self.known.closure(asked).words, index))
        else:
            first = [link for link in stored if link.method == "ili"]
        if self.conceptnet:
            second = list(self._concepts(linked, first, self.conceptnet))
            nodes = [*self._words(), *(uri(link.target) for link in second)]
            self.store.replace(CONCEPTNET, statements(neighbourhood(self.conceptnet, nodes, limit=_EDGES)))
        else:
            second = [link for link in stored if link.method != "ili"]
        self.store.replace(NamedNode(WORDNET_LINKS), link_statements([*first, *second], WORDNET_LINKS))
        return [*first, *second]

    def _words(self) -> list[str]:
        """The nodes that classes and words of the graph are linked to, whichever run of ``link`` did it."""
        return [
            uri(NamedNode(row["node"].value)) for row in self.store.select(query("links/linked_nodes").bind())
        ]

    def _linked(self) -> list[str]:
        """The wnids that classes and words are linked to, as far as WordNet speaks of them here."""
        rows = self.store.select(query("links/linked_synsets").bind())
        wnids = [_wnid(row["synset"].value) for row in rows]
        if beyond := [wnid for wnid in wnids if wnid not in self.known]:
            log.warning(
                "%s are linked, but WordNet says nothing of them here: not among those %s",
                ", ".join(beyond[:_FEW]),
                self.known.which,
            )
        return [wnid for wnid in wnids if wnid in self.known]

    def _concepts(
        self, wnids: Iterable[str], others: Iterable[Link], conceptnet: ConceptNet
    ) -> Iterator[Link]:
        """Synsets joined to ConceptNet, by their IRIs in WordNet 3.1 where these are known."""
        legacy = {
            link.source: link.target for link in others if link.target.value.startswith(PREFIXES["wn31"])
        }
        words = {wnid: self.known.words[wnid] for wnid in wnids}
        if not legacy:
            log.warning(
                "synsets of WordNet 3.1 are not known, so ConceptNet is joined by words only; give --ili"
            )
        yield from concept_links(
            words, {w: legacy[synset(w)] for w in words if synset(w) in legacy}, conceptnet, self._senses
        )

    def _senses(self, word: str) -> int:
        """How many senses a word has; among the synsets that ship, where there are no others."""
        return len(self.lexicon.senses_of(word) if self.lexicon else self.known.senses_of(word))


def summary(of: str, found: Iterable[Link], left: Iterable[Choice] = ()) -> list[Row]:
    """One row for each method, and one for the words that stay open."""
    numbers = Counter(link.method for link in found)
    rows = [(method, number, "") for method, number in numbers.items()]
    if words := [choice.word for choice in left]:
        more = f" and {len(words) - _FEW} more" if len(words) > _FEW else ""
        rows.append(("open", len(words), ", ".join(words[:_FEW]) + more))
    return [
        {"of": Literal(of), "method": Literal(method), "links": Literal(number), "words": Literal(few)}
        for method, number, few in rows
    ]


def _everything(graph: str) -> str:
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


def _wnid(iri: str) -> str:
    """The wnid of a synset's IRI.

    >>> _wnid("http://wordnet-rdf.princeton.edu/pwn30/02084071-n")
    'n02084071'
    """
    offset, _, letter = iri.removeprefix(PREFIXES["wn30"]).partition("-")
    return letter + offset
