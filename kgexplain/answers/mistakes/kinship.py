"""How two classes are related: what they are both kinds of, how far apart, how close compared with other pairs."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np
from jaxtyping import Bool, Float, Int
from pyoxigraph import NamedNode

from kgexplain.answers.coarsening.hierarchy import ClassHierarchy
from kgexplain.graph.query import query
from kgexplain.graph.store import Store

CONCEPTNET = "http://api.conceptnet.io/r/"


@dataclass(frozen=True)
class Kinship:
    """Classes as WordNet relates them, by row of the hierarchy's classes.

    Laws: a class is closer to itself than to any other; closeness does not depend on the order of the two.
    """

    hierarchy: ClassHierarchy

    @cached_property
    def lowest(self) -> Int[np.ndarray, "classes classes"]:
        """The lowest common hypernym of each pair, as a place among the concepts; −1 where there is none.

        Of all concepts above both it is the one above the fewest classes, of those the deepest, then the first IRI.
        """
        below, leaves = self.hierarchy.below, self.hierarchy.leaves
        found = np.full((len(below), len(below)), -1, dtype=np.int64)
        # What comes later replaces what was before; concepts of one depth stand in the order of their IRIs.
        order = np.lexsort((-np.arange(len(leaves)), self.hierarchy.depths, -leaves))
        for concept in order:
            members = np.flatnonzero(below[:, concept])
            found[np.ix_(members, members)] = concept
        return found

    @cached_property
    def breadth(self) -> Float[np.ndarray, "classes classes"]:
        """The share of all classes below the lowest common hypernym; NaN where there is none."""
        linked = max(int(self.hierarchy.below.any(1).sum()), 1)
        shares = np.append(self.hierarchy.leaves / linked, np.nan)
        return np.asarray(shares[self.lowest])

    @cached_property
    def closeness(self) -> Float[np.ndarray, "classes classes"]:
        """The share of all pairs of two classes that are closer; NaN where there is no hypernym."""
        return among_pairs(self.breadth, np.isfinite(self.breadth))

    def common(self, one: int, other: int) -> str | None:
        """The IRI of the lowest common hypernym."""
        concept = int(self.lowest[one, other])
        return self.hierarchy.concepts[concept] if concept >= 0 else None

    def distance(self, one: int, other: int) -> int | None:
        """Steps up and down on the shortest way between the synsets of two classes."""
        iris = list(self.hierarchy.classes.names)
        ends = [self.hierarchy.classes.concepts.get(iris[row], ()) for row in (one, other)]
        lengths = [self._steps(start, end) for start in ends[0] for end in ends[1]]
        return min((length for length in lengths if length is not None), default=None)

    def _steps(self, start: str, end: str) -> int | None:
        """Edges on the shortest way over a concept above both; None where there is none."""
        up, other = self._up(start), self._up(end)
        return min((up[concept] + other[concept] for concept in up.keys() & other.keys()), default=None)

    def _up(self, concept: str) -> dict[str, int]:
        """Edges from a concept to everything above it."""
        if concept not in self._ways:
            self._ways[concept] = nx.single_source_shortest_path_length(self.hierarchy.graph, concept)
        return self._ways[concept]

    @cached_property
    def _ways(self) -> dict[str, dict[str, int]]:
        return {}


def among_pairs(
    values: Float[np.ndarray, "classes classes"], known: Bool[np.ndarray, "classes classes"]
) -> Float[np.ndarray, "classes classes"]:
    """For each pair of two classes, the share of all known pairs whose value is less than its own; NaN if not known.

    >>> among_pairs(np.array([[0, 0.1, 0.3], [0.1, 0, 0.2], [0.3, 0.2, 0]]), np.ones((3, 3), bool))[0].round(2)
    array([0.  , 0.  , 0.67])
    """
    upper = np.triu(known, 1)
    ordered = np.sort(values[upper])
    shares = np.full(values.shape, np.nan)
    shares[known] = np.searchsorted(ordered, values[known]) / max(len(ordered), 1)
    return shares


def concept_relations(store: Store, run: str) -> Mapping[tuple[str, str], frozenset[str]]:
    """What ConceptNet states directly of the classes of a run: relations, by the class and the class or synset they lead to."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in store.select(query("mistakes/relations_of_run").bind(run=NamedNode(run))):
        if row["relation"].value.startswith(CONCEPTNET):
            found[row["class"].value, row["other"].value].add(row["relation"].value)
    return {pair: frozenset(relations) for pair, relations in found.items()}
