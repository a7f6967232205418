"""How the concepts of a class belong together, by what WordNet and ConceptNet say, and which of them does not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import NamedTuple

import networkx as nx
import numpy as np

from kgexplain.answers.concepts.shown import Shown
from kgexplain.errors import InputError

LIMIT = 3.0
KIND = "kind of"
_SAME_WORD = "same word"

# How far ConceptNet's relations lead. What a thing is or has is as near as can be; where it is and what it does is
# farther; RelatedTo, half of all edges, says only that people thought of the one at the other.
FIRM, LOOSE, VAGUE = 1.0, 1.5, 2.0
LENGTHS = {
    **dict.fromkeys(
        ("IsA", "PartOf", "HasA", "MadeOf", "InstanceOf", "DefinedAs", "Synonym", "SimilarTo"), FIRM
    ),
    "RelatedTo": VAGUE,
}
# An edge of weight 1 is what one source says; sixteen times the weight is half the way.
_BY_WEIGHT = -0.25
# A step up in WordNet to a synset of depth d is this long, divided by d + 1: what two things have in common says the less
# the higher it is. To be an entity is nothing in common.
_ROOT = 3.0
_WORD = 0.5


class Tie(NamedTuple):
    """That ``start`` stands in a relation to ``end``, as knowledge says it, and how far that leads. Things are IRIs."""

    start: str
    relation: str
    end: str
    length: float


def edge(start: str, relation: str, end: str, weight: float) -> Tie:
    """What an edge of ConceptNet says.

    >>> [edge("dog", *rest).length for rest in (("HasA", "tail", 1.0), ("HasA", "tail", 16.0), ("RelatedTo", "sad", 1.0))]
    [1.0, 0.5, 2.0]
    """
    return Tie(start, relation, end, LENGTHS.get(relation, LOOSE) * weight**_BY_WEIGHT)


def step(below: str, above: str, depth: int) -> Tie:
    """What a step up in WordNet says, to a synset of this depth.

    >>> step("wolf", "canine", 9).length, step("object", "entity", 0).length
    (0.3, 3.0)
    """
    return Tie(below, KIND, above, _ROOT / (depth + 1))


class Concept(NamedTuple):
    """A concept that a class relies on, as the graph says it."""

    concept: str
    name: str
    rank: int
    score: float


@dataclass(frozen=True)
class Knowledge:
    """What is known around a class: what it and its concepts mean, and ties between meanings and other things.

    ``meanings`` are the synsets and ConceptNet's nodes of each; ``names`` are of all things that ties speak of.
    """

    class_: str
    concepts: tuple[Concept, ...]
    meanings: Mapping[str, tuple[str, ...]]
    ties: tuple[Tie, ...]
    names: Mapping[str, str]


class Apart(NamedTuple):
    """How far a concept is from the class and its other concepts in the mean, and from how many there is no way to it."""

    concept: Concept
    distance: float
    unreached: int


class Missing(NamedTuple):
    """Two concepts of a class between which knowledge has no way.

    ``together`` is how many images show both and ``expected`` how many would by chance; None where no image is known.
    """

    one: Concept
    other: Concept
    together: int | None
    expected: float | None


@dataclass(frozen=True)
class Relations:
    """The concepts of a class as a small graph, how far each is from the others, and which links it lacks.

    ``graph`` has a node for the class, for each concept, and for what lies between them; its edges have a ``tie``.
    ``apart`` are concepts from the farthest to the nearest. ``unknown`` are those that nothing is known of, no synset and
    no node: whether they belong nobody can say.
    """

    class_: str
    names: Mapping[str, str]
    graph: "nx.Graph[str]"
    apart: tuple[Apart, ...]
    missing: tuple[Missing, ...]
    unknown: tuple[Concept, ...]
    limit: float

    @property
    def ties(self) -> tuple[Tie, ...]:
        """What holds the graph together, the shortest first."""
        ties: list[Tie] = [self.graph[one][other]["tie"] for one, other in self.graph.edges()]
        return tuple(sorted(ties, key=lambda tie: (tie.length, *tie)))

    @property
    def odd(self) -> Apart | None:
        """The concept that belongs least: the one farthest from the others; None where several are, or of fewer than three."""
        if len(self.apart) < 3 or self.apart[0].distance == self.apart[1].distance:
            return None
        return self.apart[0]


def relations(known: Knowledge, seen: Shown | None = None, limit: float = LIMIT) -> Relations:
    """How a class's concepts belong together, by ways that are no longer than ``limit``.

    The graph is a Steiner tree of Kou, Markowsky and Berman (1981): the shortest ways between concepts, of which those are
    kept that join all with the least length; a forest, where some cannot be joined. A way that does not exist counts as
    ``limit``. ``seen`` are images: two concepts that they show together more often than by chance should be near.
    """
    if limit <= 0:
        raise InputError(f"limit is {limit:g}; it is a length and must be more than 0, as {LIMIT:g}")
    every = nearest(known)
    spoken = {end for tie in known.ties for end in (tie.start, tie.end)}
    told = tuple(one for one in known.concepts if known.meanings.get(one.concept) or one.concept in spoken)
    things = (known.class_, *(one.concept for one in known.concepts))
    # Sums depend on their order in the last digit; what is exactly the limit is within it from both ends.
    cutoff = limit + 1e-9
    paths = {t: nx.single_source_dijkstra_path(every, t, cutoff, "length") for t in things}
    distances = {t: dict(nx.single_source_dijkstra_path_length(every, t, cutoff, "length")) for t in things}
    return Relations(
        class_=known.class_,
        names=known.names,
        graph=_joined(every, paths),
        apart=_apart(told, known.class_, distances, limit),
        missing=tuple(_missing(told, distances, seen)),
        unknown=tuple(one for one in known.concepts if one not in told),
        limit=limit,
    )


def nearest(known: Knowledge) -> "nx.Graph[str]":
    """All that is known, as a graph: class and concepts in the place of what they mean; of two ties the shorter.

    Where two of them share a meaning, as the pane and the material that are called glass, each has all ties of it. They
    are tied by their word, and so are a synset and a node of ConceptNet between them that are called the same.
    """
    owners = _owners(known)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from((known.class_, *(one.concept for one in known.concepts)))
    between: dict[str, dict[str, None]] = {}
    for tie in sorted(known.ties):
        ends = [tuple(owners.get(end, (end,))) for end in (tie.start, tie.end)]
        for start, end in product(*ends):
            _add(graph, tie._replace(start=start, end=end))
        for end in (tie.start, tie.end):
            if end not in owners:
                between.setdefault(known.names[end].casefold(), {})[end] = None
    for sharing in (*owners.values(), *between.values()):
        for first, second in combinations(sharing, 2):
            _add(graph, Tie(first, _SAME_WORD, second, _WORD))
    return graph


def _owners(known: Knowledge) -> dict[str, dict[str, None]]:
    """By meaning, the class and concepts that mean it; each means itself, too."""
    owners: dict[str, dict[str, None]] = {}
    for thing in (known.class_, *(one.concept for one in known.concepts)):
        for meaning in (thing, *known.meanings.get(thing, ())):
            owners.setdefault(meaning, {})[thing] = None
    return owners


def _add(graph: "nx.Graph[str]", tie: Tie) -> None:
    is_longer = graph.has_edge(tie.start, tie.end) and graph[tie.start][tie.end]["length"] <= tie.length
    if tie.start != tie.end and not is_longer:
        graph.add_edge(tie.start, tie.end, length=tie.length, tie=tie)


def _joined(every: "nx.Graph[str]", paths: Mapping[str, Mapping[str, list[str]]]) -> "nx.Graph[str]":
    things = tuple(paths)
    between: nx.Graph[str] = nx.Graph()
    between.add_nodes_from(things)
    for one, other in combinations(things, 2):
        if other in paths[one]:
            path = paths[one][other]
            between.add_edge(one, other, length=nx.path_weight(every, path, "length"), path=path)
    kept: nx.Graph[str] = nx.Graph()
    kept.add_nodes_from(things)
    for one, other in nx.minimum_spanning_tree(between, weight="length").edges:
        steps = pairwise(between[one][other]["path"])
        kept.add_edges_from((start, end, every[start][end]) for start, end in steps)
    tree = nx.minimum_spanning_tree(kept, weight="length")
    while ends := [node for node in tree if tree.degree(node) < 2 and node not in paths]:
        tree.remove_nodes_from(ends)
    return tree


def _apart(
    told: Sequence[Concept], class_: str, distances: Mapping[str, Mapping[str, float]], limit: float
) -> tuple[Apart, ...]:
    found, things = [], (class_, *(one.concept for one in told))
    for one in told:
        others = [distances[one.concept].get(thing) for thing in things if thing != one.concept]
        mean = float(np.mean([limit if length is None else length for length in others]))
        found.append(Apart(one, mean, others.count(None)))
    return tuple(sorted(found, key=lambda a: (-a.distance, a.concept.rank)))


def _missing(
    told: Sequence[Concept], distances: Mapping[str, Mapping[str, float]], seen: Shown | None
) -> Iterable[Missing]:
    pairs = [
        Missing(one, other, *_together(seen, one.concept, other.concept))
        for one, other in combinations(told, 2)
        if other.concept not in distances[one.concept]
    ]
    wanted = [p for p in pairs if p.together is None or p.expected is None or p.together > p.expected]
    return sorted(wanted, key=lambda p: (-(p.together or 0), p.one.rank, p.other.rank))


def _together(seen: Shown | None, one: str, other: str) -> tuple[int | None, float | None]:
    if seen is None or not seen.images:
        return None, None
    columns = [
        seen.shows[:, seen.concepts.index(concept)]
        if concept in seen.concepts
        else np.zeros(len(seen.images), dtype=bool)
        for concept in (one, other)
    ]
    counts = [int(column.sum()) for column in columns]
    return int((columns[0] & columns[1]).sum()), counts[0] * counts[1] / len(seen.images)
