"""What ConceptNet says classes share, where WordNet's branches part them: mushroom and agaric, lamp and shade."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from kgexplain.answers.coarsening.coarse import Coarse, Tagging, coarse_filters
from kgexplain.answers.coarsening.covering import SHARE
from kgexplain.answers.coarsening.hierarchy import Classes, ClassHierarchy, hierarchy

RELATIONS = ("IsA", "PartOf", "HasA", "AtLocation", "UsedFor", "RelatedTo")


class Relation(NamedTuple):
    """That a class, by its ConceptNet node, stands in a relation to another node, in either direction; nodes with names."""

    class_: str
    node: str
    name: str
    relation: str
    other: str
    other_name: str


@dataclass(frozen=True)
class Relatives:
    """ConceptNet's nodes as concepts without any above them: a class is below its own node and all that it is tied to."""

    concepts: ClassHierarchy
    relations: Mapping[tuple[str, str], str]

    def ties(self, node: str, classes: Iterable[str]) -> str:
        """How classes are tied to a node, as ``agaric RelatedTo mushroom``; the one class that the node is itself is not.

        Several may be: two cranes have one word.
        """
        names, to = self.concepts.classes.names, self.concepts.labels.get(node, node)
        below = [class_ for class_ in classes if node in self.concepts.classes.concepts.get(class_, ())]
        relations = [(names[class_], self.relations.get((class_, node))) for class_ in below]
        tied = [f"{name} {relation} {to}" for name, relation in relations if relation]
        selves = len(below) - len(tied)
        return "; ".join([f"{to} is the word of {selves}", *tied] if selves > 1 else tied)


def relatives(classes: Classes, rows: Iterable[Relation]) -> Relatives:
    """The relatives of classes, from rows of edges; relations that say nothing of belonging together are left out."""
    tied: defaultdict[str, dict[str, None]] = defaultdict(dict)
    labels: dict[str, str] = {}
    relations: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.relation in RELATIONS:
            tied[row.class_][row.node] = tied[row.class_][row.other] = None
            labels |= {row.node: row.name, row.other: row.other_name}
            relations.setdefault((row.class_, row.other), row.relation)
    nodes = {class_: tuple(own) for class_, own in tied.items()}
    return Relatives(hierarchy(Classes(classes.names, nodes), (), labels), relations)


def related_filters(tagged: Tagging, kin: Relatives, share: float = SHARE) -> tuple[Coarse, ...]:
    """The coarse tag of filters by ConceptNet: the node that fewest classes are tied to, and enough of the tags."""
    names = tuple(kin.concepts.classes.names)
    carried = dict(zip(tagged.filters, tagged.tags, strict=True))
    return tuple(
        replace(one, sentence=kin.ties(one.concept, (names[i] for i in carried[one.thing].nonzero()[0])))
        for one in coarse_filters(tagged, kin.concepts, share)
    )


def ranked(own: Iterable[Coarse], related: Iterable[Coarse]) -> tuple[Coarse, ...]:
    """Coarse tags of filters by WordNet, and those by ConceptNet that say more: where there are two, these come first."""
    found = {one.thing: [one] for one in own}
    for one in related:
        known = found.setdefault(one.thing, [])
        if not known or one.specificity > known[0].specificity:
            known.insert(0, one)
    return tuple(replace(one, rank=rank) for ones in found.values() for rank, one in enumerate(ones, start=1))
