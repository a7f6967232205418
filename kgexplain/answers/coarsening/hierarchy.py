"""The concepts above the classes of a run, as a graph, and how much each of them says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np
from jaxtyping import Bool, Float, Int

from kgexplain.errors import InputError


@dataclass(frozen=True)
class Classes:
    """What can be a tag: classes by IRI in a fixed order, with their names and the concepts that they are linked to."""

    names: Mapping[str, str]
    concepts: Mapping[str, tuple[str, ...]]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The row of each class."""
        return {class_: row for row, class_ in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class ClassHierarchy:
    """Concepts above classes: a graph without cycles whose edges lead from a concept to a more general one.

    Laws: a class is below every concept that can be reached from its own ones; information never falls on the way
    down; a concept above all classes that have one says nothing, 0, and one above a single class all, 1.
    """

    graph: "nx.DiGraph[str]"
    labels: Mapping[str, str]
    classes: Classes

    @cached_property
    def concepts(self) -> tuple[str, ...]:
        """All concepts, the more general first, ties by IRI; the column of each is its place here."""
        depth = self._depth
        return tuple(sorted(self.graph, key=lambda concept: (depth[concept], concept)))

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The column of each concept."""
        return {concept: column for column, concept in enumerate(self.concepts)}

    @cached_property
    def _depth(self) -> Mapping[str, int]:
        depth: dict[str, int] = {}
        for concept in reversed(list(nx.topological_sort(self.graph))):
            depth[concept] = max((depth[above] + 1 for above in self.graph[concept]), default=0)
        return depth

    @cached_property
    def depths(self) -> Int[np.ndarray, " concepts"]:
        """Edges on the longest way up from each concept."""
        return np.array([self._depth[concept] for concept in self.concepts], dtype=np.int64)

    @cached_property
    def above(self) -> Bool[np.ndarray, "concepts concepts"]:
        """Whether the concept of the column is above that of the row, or the same."""
        matrix = np.eye(len(self.concepts), dtype=bool)
        for row, concept in enumerate(self.concepts):
            for parent in self.graph[concept]:
                matrix[row] |= matrix[self.place[parent]]
        return matrix

    @cached_property
    def below(self) -> Bool[np.ndarray, "classes concepts"]:
        """Whether the class of the row is below the concept of the column, by any of its own concepts."""
        matrix = np.zeros((len(self.classes), len(self.concepts)), dtype=bool)
        for row, class_ in enumerate(self.classes.names):
            for concept in self.classes.concepts.get(class_, ()):
                matrix[row] |= self.above[self.place[concept]]
        return matrix

    @cached_property
    def leaves(self) -> Int[np.ndarray, " concepts"]:
        """How many classes are below each concept."""
        return np.asarray(self.below.sum(0))

    @cached_property
    def information(self) -> Float[np.ndarray, " concepts"]:
        """How much a concept says, 0 to 1: −log(classes below it / classes) / log(classes).

        Classes that are linked to no concept do not count. So 1/1000 of the classes say 1, half of them 0.1.
        """
        return information(self.leaves, int(self.below.any(1).sum()))


def information(below: Int[np.ndarray, "*shape"], classes: int) -> Float[np.ndarray, "*shape"]:
    """−log(below / classes) / log(classes), 0 to 1; 0 where nothing is below, and where there is one class only.

    >>> information(np.array([100, 10, 1, 0]), 100)
    array([0. , 0.5, 1. , 0. ])
    """
    if classes < 2:
        return np.zeros(below.shape)
    share = np.where(below > 0, below, classes) / classes
    return np.asarray(np.abs(np.log(share) / np.log(classes)))


def hierarchy(
    classes: Classes, edges: Iterable[tuple[str, str]], labels: Mapping[str, str]
) -> ClassHierarchy:
    """The hierarchy of these edges, from narrower to broader; concepts of classes are in it without edges, too."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(labels)
    graph.add_nodes_from(concept for own in classes.concepts.values() for concept in own)
    graph.add_edges_from(edges)
    if not nx.is_directed_acyclic_graph(graph):
        circle = [below for below, _ in nx.find_cycle(graph)]
        names = ", ".join([*circle, circle[0]])
        raise InputError(f"{names}: a concept is above itself; a hierarchy has no circles")
    return ClassHierarchy(graph, labels, classes)
