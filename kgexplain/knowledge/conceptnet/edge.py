"""An edge of ConceptNet, which relations there are, and what can be asked of a ConceptNet, wherever it is."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import NamedTuple, Protocol, runtime_checkable

from kgexplain.errors import InputError
from kgexplain.knowledge.conceptnet.terms import assertion

RELATIONS: tuple[str, ...] = (
    "IsA",
    "PartOf",
    "HasA",
    "MadeOf",
    "AtLocation",
    "LocatedNear",
    "UsedFor",
    "CapableOf",
    "ReceivesAction",
    "HasProperty",
    "CreatedBy",
    "HasContext",
    "DefinedAs",
    "InstanceOf",
    "MannerOf",
    "SymbolOf",
    "SimilarTo",
    "Synonym",
    "RelatedTo",
)
"""The relations that are imported and asked for unless others are named: those that tell what a thing is like.

Not among them: what denies (NotHasProperty and its kind, Antonym, DistinctFrom), what tells of words (FormOf), and
what tells of deeds (HasSubevent, Causes).
"""

OTHERS: tuple[str, ...] = (
    "Antonym",
    "Causes",
    "CausesDesire",
    "DerivedFrom",
    "Desires",
    "DistinctFrom",
    "Entails",
    "EtymologicallyDerivedFrom",
    "EtymologicallyRelatedTo",
    "FormOf",
    "HasFirstSubevent",
    "HasLastSubevent",
    "HasPrerequisite",
    "HasSubevent",
    "MotivatedByGoal",
    "NotCapableOf",
    "NotDesires",
    "NotHasProperty",
    "NotUsedFor",
    "ObstructedBy",
    *(
        f"dbpedia/{name}"
        for name in (
            "capital",
            "field",
            "genre",
            "genus",
            "influencedBy",
            "knownFor",
            "language",
            "leader",
            "occupation",
            "product",
        )
    ),
)
"""The relations that ConceptNet 5.7 has besides."""

SYMMETRIC = frozenset(
    ("RelatedTo", "SimilarTo", "Synonym", "Antonym", "DistinctFrom", "EtymologicallyRelatedTo")
)
"""The relations in which an edge says the same of its two ends."""

WHOLE_LICENSE = "cc:by-sa/4.0"
"""The licence of ConceptNet as a whole; single edges may have a freer one."""


class Edge(NamedTuple):
    """One assertion, with URIs as ConceptNet writes them: ``/r/IsA``, ``/c/en/dog``.

    The weight counts votes: 1 is what one source says, it has no upper bound, and it is no probability. The dataset is
    empty where the file did not name one. Of ``/r/ExternalURL`` the end is the IRI of a synset.
    """

    relation: str
    start: str
    end: str
    weight: float
    dataset: str = ""
    license: str = WHOLE_LICENSE

    @property
    def uri(self) -> str:
        """What ConceptNet calls it, which is made of relation, start and end."""
        return assertion(self.relation, self.start, self.end)


@runtime_checkable
class ConceptNet(Protocol):
    """Questions to ConceptNet, in a file or behind its API."""

    languages: tuple[str, ...]
    relations: tuple[str, ...]
    """Those of ``RELATIONS`` that it has; they are asked for unless others are named."""

    def nodes(self, word: str) -> tuple[str, ...]:
        """The URIs that there are for a word or phrase: the bare term first, then its senses."""

    def edges(self, uri: str, relations: Sequence[str] = (), limit: int = 20) -> tuple[Edge, ...]:
        """The strongest edges that start or end at exactly this node, over all these relations; strongest first.

        Without relations, over its own. Of two edges that say the same, as symmetric ones may, the
        stronger.
        """

    def senses(self, synset: str) -> tuple[str, ...]:
        """The nodes that are exactly a synset of WordNet 3.1, given by its IRI, as …/wn31/102086723-n."""

    def close(self) -> None:
        """Let go of files and connections."""

    def __enter__(self) -> "ConceptNet": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def chosen(relations: Iterable[str]) -> tuple[str, ...]:
    """The names of relations, each once, ``RELATIONS`` if there are none; InputError names those that are unknown."""
    names = tuple(dict.fromkeys(name.removeprefix("/r/") for name in relations)) or RELATIONS
    if unknown := [name for name in names if name not in RELATIONS + OTHERS]:
        raise InputError(
            f"relations {unknown}: not among those of ConceptNet; there are {', '.join(RELATIONS + OTHERS)}"
        )
    return names


def strongest(edges: Iterable[Edge], node: str, limit: int) -> tuple[Edge, ...]:
    """The strongest of the edges of a node, each once.

    Of equals, those that start at the node come first (what it is goes before what is such a thing), then by
    relation and ends.
    """

    def place(edge: Edge) -> tuple[float, bool, str, str, str]:
        return -edge.weight, edge.start != node, edge.relation, edge.start, edge.end

    return tuple(islice(once(sorted(edges, key=place)), limit))


def once(edges: Iterable[Edge]) -> Iterator[Edge]:
    """Edges in their order, without those that say the same as one before, as symmetric ones in the other direction."""
    said = set()
    for edge in edges:
        ends = (edge.start, edge.end)
        if edge.relation.removeprefix("/r/") in SYMMETRIC:
            ends = (min(ends), max(ends))
        if (key := (edge.relation, *ends)) not in said:
            said.add(key)
            yield edge
