"""Link what a graph speaks of to WordNet, to the dictionaries that know its synsets, and to ConceptNet."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode

from kgexplain.errors import InputError
from kgexplain.graph.query import query
from kgexplain.graph.store import Rows, Store
from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.cache import cache_folder
from kgexplain.knowledge.conceptnet import open_conceptnet
from kgexplain.knowledge.ili import open_ili
from kgexplain.knowledge.linking import (
    Meanings,
    beyond_wordnet,
    class_links,
    link_statements,
    links,
    links_document,
    open_statements,
    unnamed,
)
from kgexplain.knowledge.mapping import read_mapping
from kgexplain.knowledge.senses import SURE, Choice, choices
from kgexplain.knowledge.wordnet import Lexicon
from kgexplain.knowledge.words import ALONE
from kgexplain.vocabulary import CLOSE_MATCH, LINK_SOURCE, Statement
from kgexplain.workflow.outward import Outward, Row, summary
from kgexplain.workflow.spoken import Spoken, Understanding, spoken_words, write_words

log = logging.getLogger("kgexplain")

WORDNETS = ("whole", "shipped")


@dataclass(frozen=True)
class Sources:
    """What links are made from.

    ``wordnet`` is ``whole`` or ``shipped``; None takes the whole where a class or word needs it and the machine has it.
    ``ili`` is the folder of CILI's maps, or ``download``. ``conceptnet`` is a file that was imported, or an API's
    address. ``mapping`` is a file of words and their synsets.
    ``least`` is how sure a chosen sense must be to become a link. ``cache`` is where downloads are kept.
    """

    wordnet: str | None = None
    ili: str | None = None
    conceptnet: str | None = None
    mapping: Path | None = None
    least: float = SURE
    cache: Path | None = None

    def __post_init__(self) -> None:
        if self.wordnet not in (None, *WORDNETS):
            raise InputError(f"wordnet is {self.wordnet!r}; it is {' or '.join(WORDNETS)}")


def link(store: Store, sources: Sources | None = None, network: str | None = None) -> Rows:
    """Link the classes of the graph's networks, or of those called ``network``, and all words anew; how many by which method.

    Words are those of attributes and other concepts. Links have graphs of their own, which are replaced. WordNet's
    graph then has all synsets that classes of any network and words are linked to, and everything above them;
    ConceptNet's has the neighbourhood of their nodes.
    """
    given = sources or Sources()
    chosen = _networks(store, network)
    spoken = spoken_words(store)
    lexicon = _lexicon(given, chosen, spoken)
    known = lexicon.hierarchy if lexicon else wordnet.wordnet()
    mapped = read_mapping(given.mapping, known) if given.mapping else {}
    with open_conceptnet(given.conceptnet) if given.conceptnet else nullcontext() as conceptnet:
        outward = Outward(store, known, conceptnet, lexicon)
        told = []
        for architecture in chosen:
            meanings = _understood(architecture, Meanings(mapped), lexicon, given.least)
            told += _write(store, architecture, meanings, outward)
        told += write_words(store, spoken, Understanding(lexicon, mapped, given.least), outward)
        index = open_ili(given.ili, given.cache or cache_folder()) if given.ili else None
        told += summary("WordNet", outward.write(index))
    return Rows(("of", "method", "links", "words"), told)


def _write(store: Store, architecture: Architecture, meanings: Meanings, outward: Outward) -> list[Row]:
    """The links of one network; their summary."""
    chosen = {architecture.class_(index): choice for index, choice in meanings.chosen.items()}
    left = {node: choice for node, choice in chosen.items() if choice.open}
    names = ((node, choice.word, CLOSE_MATCH) for node, choice in left.items())
    found = [*class_links(architecture, meanings), *outward.of_words(names)]
    graph = links_document(architecture)
    store.replace(NamedNode(graph), chain(link_statements(found, graph), open_statements(left, graph)))
    return summary(architecture.name, found, left.values())


def write_links(store: Store, architecture: Architecture) -> None:
    """The links of a network's wnids; what was found out about its other classes stays as it is."""
    graph = NamedNode(links_document(architecture))
    kept = list(_kept(store, architecture, graph))
    store.replace(graph, chain(links(architecture), kept))


def _kept(store: Store, architecture: Architecture, graph: NamedNode) -> Iterator[Statement]:
    """What the graph of links says of classes without a wnid."""
    without = {architecture.class_(c.index) for c in architecture.classes if not c.wnid}
    if not without or graph not in store.graphs():
        return
    said = list(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))
    nodes = {s.subject for s in said if s.predicate == LINK_SOURCE and s.object in without}
    yield from (s for s in said if s.subject in nodes or s.subject in without)


def _networks(store: Store, network: str | None) -> list[Architecture]:
    """The networks of the graph with their classes, or those of one name."""
    rows = list(store.select(query("provenance/networks").bind()))
    wanted = [row for row in rows if network in (None, row["network"].value)]
    if not wanted:
        names = ", ".join(sorted({row["network"].value for row in rows}))
        asked = f"no network {network!r}" if network else "no network"
        raise InputError(
            f"{asked} in the graph {store.address}; it has {names or 'none: run explain or import first'}"
        )
    return [
        Architecture(row["network"].value, row["digest"].value, {}, _classes(store, row["model"].value))
        for row in wanted
    ]


def _classes(store: Store, model: str) -> tuple[OutputClass, ...]:
    rows = store.select(query("links/classes_of_network").bind(network=model))
    return tuple(
        OutputClass(int(row["index"].value), row["name"].value, row["wnid"].value if "wnid" in row else None)
        for row in rows
    )


def _lexicon(given: Sources, networks: Iterable[Architecture], spoken: Spoken) -> Lexicon | None:
    """The whole of WordNet, where it is asked for, or where a class or word needs it and the machine has it."""
    needed = (
        given.conceptnet
        or spoken
        or any(beyond_wordnet(a) or any(not c.wnid for c in a.classes) for a in networks)
    )
    if given.wordnet == "shipped" or not (given.wordnet or needed):
        return None
    try:
        return wordnet.lexicon(given.cache) if given.cache else wordnet.whole_wordnet()
    except InputError as error:
        if given.wordnet:
            raise
        log.warning("%s", error)
        return None


def _understood(
    architecture: Architecture, meanings: Meanings, lexicon: Lexicon | None, least: float
) -> Meanings:
    """With what the names of classes mean that have neither a wnid nor a person's mapping."""
    words = unnamed(architecture, meanings)
    if lexicon is None:
        return Meanings(meanings.mapped, {c.index: Choice(c.name, (), ALONE) for c in words})
    found = choices([c.name for c in words], lexicon, least=least)
    return Meanings(meanings.mapped, {c.index: choice for c, choice in zip(words, found, strict=True)})
