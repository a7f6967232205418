"""Ranked concepts as statements: what an image shows to a network, and what a class relies on (docs/ranking.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kgexplain.explainers.ranking import Lists
from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.vocabulary import (
    CATEGORY,
    CLASS_CONCEPT,
    HAS_CLASS,
    HAS_CONCEPT,
    IDENTIFIER,
    IMAGE,
    IMAGE_CONCEPT,
    INDEX,
    MATCHED,
    OUTPUT_CLASS,
    PREDICTED_CLASS,
    PREF_LABEL,
    PROBABILITY,
    RANK,
    RELIES_ON,
    SCORE,
    SHOWS,
    TRUE_CLASS,
    VISUAL_CONCEPT,
    WNID,
    A,
    Statement,
    thing,
)

_DIRECTLY = {IMAGE_CONCEPT: SHOWS, CLASS_CONCEPT: RELIES_ON}


class Concept(NamedTuple):
    """A concept as the graph knows it; one without a category is a synset, which has a graph of its own."""

    iri: str
    name: str
    category: str


@dataclass(frozen=True)
class Classes:
    """The classes of a set of images: the network's, or, if ``own`` are given, the set's, named after ``document``."""

    network: Architecture
    own: tuple[OutputClass, ...] = ()
    document: str = ""

    @property
    def are_own(self) -> bool:
        """Whether the network does not know these classes."""
        return bool(self.own)

    def class_(self, index: int) -> NamedNode:
        """The IRI of the class with this index."""
        if not self.own:
            return self.network.class_(index)
        return thing(self.document, "class", self.own[index].key)

    def key(self, index: int) -> str:
        """What tells a class from the others."""
        return (self.own or self.network.classes)[index].key

    def name(self, index: int) -> str:
        """What a class is called."""
        return (self.own or self.network.classes)[index].name

    def statements(self) -> Iterator[Statement]:
        """The set's own classes; the network's have a graph of their own."""
        for class_ in self.own:
            node = self.class_(class_.index)
            yield Statement(NamedNode(self.document), HAS_CLASS, node)
            yield Statement(node, A, OUTPUT_CLASS)
            yield Statement(node, INDEX, Literal(class_.index))
            yield Statement(node, PREF_LABEL, Literal(class_.name))
            if class_.wnid:
                yield Statement(node, WNID, Literal(class_.wnid))


@dataclass(frozen=True)
class Picture:
    """An image by its key, what the network takes it for, and its class if that is known."""

    key: str
    iri: NamedNode
    predicted: int
    probability: float
    label: int = -1


@dataclass(frozen=True)
class Ranked:
    """Makes the statements of one run, which its nodes are named after; ``truthy_k`` concepts are also said directly."""

    run: str
    classes: Classes
    concepts: Sequence[Concept]
    truthy_k: int

    def described(self) -> Iterator[Statement]:
        """What the concepts and the set's own classes are."""
        yield from self.classes.statements()
        for concept in self.concepts:
            if concept.category:
                node = NamedNode(concept.iri)
                yield Statement(node, A, VISUAL_CONCEPT)
                yield Statement(node, PREF_LABEL, Literal(concept.name))
                yield Statement(node, CATEGORY, Literal(concept.category))

    def images(self, pictures: Sequence[Picture], lists: Lists) -> Iterator[Statement]:
        """Each image with its concepts, a row of ``lists`` each."""
        for row, picture in enumerate(pictures):
            yield from self._pictured(picture)
            yield from self._listed(picture.iri, IMAGE_CONCEPT, ("image", picture.key), lists, row)

    def of_classes(self, indices: Sequence[int], lists: Lists) -> Iterator[Statement]:
        """Each class with its concepts, a row of ``lists`` each."""
        for row, index in enumerate(indices):
            keys = ("class", self.classes.key(index))
            yield from self._listed(self.classes.class_(index), CLASS_CONCEPT, keys, lists, row)

    def _pictured(self, picture: Picture) -> Iterator[Statement]:
        yield Statement(picture.iri, A, IMAGE)
        yield Statement(picture.iri, IDENTIFIER, Literal(picture.key))
        yield Statement(picture.iri, PREDICTED_CLASS, self.classes.network.class_(picture.predicted))
        yield Statement(picture.iri, PROBABILITY, Literal(picture.probability))
        if picture.label >= 0:
            yield Statement(picture.iri, TRUE_CLASS, self.classes.class_(picture.label))

    def _listed(
        self, owner: NamedNode, kind: NamedNode, keys: tuple[str, str], lists: Lists, row: int
    ) -> Iterator[Statement]:
        pairs = zip(lists.concepts[row].tolist(), lists.scores[row].tolist(), strict=True)
        for rank, (index, score) in enumerate(pairs, start=1):
            if index < 0:
                return
            node, concept = thing(self.run, *keys, rank), NamedNode(self.concepts[index].iri)
            yield Statement(owner, HAS_CONCEPT, node)
            yield Statement(node, A, kind)
            yield Statement(node, MATCHED, concept)
            yield Statement(node, SCORE, Literal(score))
            yield Statement(node, RANK, Literal(rank))
            if rank <= self.truthy_k:
                yield Statement(owner, _DIRECTLY[kind], concept)
