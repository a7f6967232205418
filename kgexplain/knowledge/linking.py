"""Statements that join our things to what the world knows of them, each with its method and how sure it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.knowledge.ili import InterlingualIndex
from kgexplain.knowledge.mapping import Mapped
from kgexplain.knowledge.senses import Choice
from kgexplain.knowledge.wordnet import wordnet
from kgexplain.vocabulary import (
    BASE,
    CANDIDATE,
    CLOSE_MATCH,
    COMMENT,
    CONFIDENCE,
    EXACT_MATCH,
    LINK,
    LINK_METHOD,
    LINK_SOURCE,
    LINK_TARGET,
    MAPPING,
    OPEN_BECAUSE,
    PREFIXES,
    A,
    Statement,
    document,
    synset,
    thing,
)

WORDNET_LINKS = f"{BASE}links/wordnet"
"""The document, and the named graph, of links from WordNet's synsets to other dictionaries and to ConceptNet."""

METHODS = ("wnid", "ili", "sense", "mapping", "external link", "word")
"""How a link was found: by the class's wnid, the interlingual index, a chosen sense, a person's mapping, a link that
the other side publishes, or only by the word."""


@dataclass(frozen=True)
class Link:
    """That a thing of ours is, or is close to, a thing of somebody else's."""

    source: NamedNode
    target: NamedNode
    mapping: NamedNode
    method: str
    confidence: float
    why: str


@dataclass(frozen=True)
class Meanings:
    """What the names of classes without a wnid mean: as a person mapped them, else as they were chosen."""

    mapped: Mapping[str, Mapped] = field(default_factory=dict)
    chosen: Mapping[int, Choice] = field(default_factory=dict)

    def of(self, class_: OutputClass) -> Mapped | None:
        """The synset that a person gave a class, by its name or its number."""
        return self.mapped.get(class_.name) or self.mapped.get(str(class_.index))


def links_document(architecture: Architecture) -> str:
    """The document, and the named graph, of a network's links."""
    return document("links", architecture.name, architecture.digest[:8])


def class_links(architecture: Architecture, meanings: Meanings | None = None) -> Iterator[Link]:
    """Every class joined to the synset that it is: by its wnid, else by a mapping, else by the sense that was chosen.

    A wnid is never doubted, and a name never goes before it: among ImageNet's classes "crane" is a bird and a
    machine, "maillot" two garments.
    """
    known = meanings or Meanings()
    for class_ in architecture.classes:
        node = architecture.class_(class_.index)
        if class_.wnid:
            why = f"{class_.wnid} is the offset of this synset in WordNet 3.0"
            yield Link(node, synset(class_.wnid), EXACT_MATCH, "wnid", 1.0, why)
        elif mapped := known.of(class_):
            why = mapped.comment or "a person said so"
            yield Link(node, synset(mapped.wnid), CLOSE_MATCH, "mapping", 1.0, why)
        elif (choice := known.chosen.get(class_.index)) and (best := choice.chosen):
            yield Link(node, synset(best.wnid), CLOSE_MATCH, "sense", best.confidence, best.why)


def links(architecture: Architecture) -> Iterator[Statement]:
    """Every class with a wnid, joined to the synset that the wnid names, for the graph ``links_document``."""
    return link_statements(class_links(architecture), links_document(architecture))


def synset_links(wnids: Iterable[str], index: InterlingualIndex) -> Iterator[Link]:
    """Synsets joined to the interlingual index, and through it to WordNet 3.1 and Open English WordNet."""
    for wnid in wnids:
        if identifier := index.identifier(wnid):
            why = "CILI's map of WordNet 3.0"
            yield Link(synset(wnid), identifier, EXACT_MATCH, "ili", 1.0, why)
        for other in index.wordnet31(wnid):
            why = "has the same interlingual identifier"
            yield Link(synset(wnid), other, EXACT_MATCH, "ili", 1.0, why)


def link_statements(found: Iterable[Link], told_in: str) -> Iterator[Statement]:
    """Links as statements: each directly, and as a node with method and confidence; for the graph ``told_in``.

    What a class is, it is close to (SKOS entails it): said, too, so that questions about classes look for one property,
    however their synsets were found.
    """
    for link in found:
        yield Statement(link.source, link.mapping, link.target)
        if link.method == "wnid":
            yield Statement(link.source, CLOSE_MATCH, link.target)
        node = thing(told_in, "link", *_key(link.source), *_key(link.target))
        yield Statement(node, A, LINK)
        yield Statement(node, MAPPING, link.mapping)
        yield Statement(node, LINK_METHOD, Literal(link.method))
        yield from _said(node, link.source, link.target, link.confidence, link.why)


def links_in(said: Iterable[Statement]) -> list[Link]:
    """The links that statements tell of, in the order of their IRIs."""
    nodes: defaultdict[NamedNode, dict[NamedNode, Any]] = defaultdict(dict)
    for subject, predicate, object_ in said:
        nodes[subject][predicate] = object_
    told = sorted(((n, of) for n, of in nodes.items() if of.get(A) == LINK), key=lambda pair: pair[0].value)
    return [
        Link(
            of[LINK_SOURCE],
            of[LINK_TARGET],
            of[MAPPING],
            of[LINK_METHOD].value,
            float(of[CONFIDENCE].value),
            of[COMMENT].value,
        )
        for _, of in told
    ]


def open_statements(left: Mapping[NamedNode, Choice], told_in: str) -> Iterator[Statement]:
    """Things whose words stay open, why, and what they may mean; nothing of it is a link; for the graph ``told_in``."""
    for node, choice in left.items():
        yield Statement(node, OPEN_BECAUSE, Literal(choice.open))
        for candidate in choice.candidates:
            target = synset(candidate.wnid)
            told = thing(told_in, "candidate", *_key(node), *_key(target))
            yield Statement(told, A, CANDIDATE)
            yield from _said(told, node, target, candidate.confidence, candidate.why)


def _said(
    node: NamedNode, source: NamedNode, target: NamedNode, confidence: float, why: str
) -> tuple[Statement, ...]:
    return (
        Statement(node, LINK_SOURCE, source),
        Statement(node, LINK_TARGET, target),
        Statement(node, CONFIDENCE, Literal(float(confidence))),
        Statement(node, COMMENT, Literal(why)),
    )


def _key(node: NamedNode) -> tuple[str, ...]:
    """What tells an IRI from others, in short: a class of the one network that is spoken of, an attribute, prefix and name."""
    if node.value.startswith((f"{BASE}net/", f"{BASE}attributes#")):
        return tuple(node.value.rpartition("#")[2].split("--"))
    for prefix, start in PREFIXES.items():
        if node.value.startswith(start):
            return prefix, node.value.removeprefix(start)
    return (node.value,)


def known_wnids(architecture: Architecture) -> tuple[str, ...]:
    """The wnids of classes that the shipped WordNet speaks of, each once, in the order of the classes."""
    return tuple(dict.fromkeys(c.wnid for c in architecture.classes if c.wnid and c.wnid in wordnet()))


def beyond_wordnet(architecture: Architecture) -> tuple[OutputClass, ...]:
    """The classes that have a wnid of which the shipped WordNet says nothing; they are linked all the same."""
    return tuple(c for c in architecture.classes if c.wnid and c.wnid not in wordnet())


def unnamed(architecture: Architecture, meanings: Meanings) -> Sequence[OutputClass]:
    """The classes whose names have to be understood: those with neither a wnid nor a person's mapping."""
    return [c for c in architecture.classes if not c.wnid and meanings.of(c) is None]
