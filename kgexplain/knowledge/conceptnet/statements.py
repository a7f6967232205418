"""What ConceptNet says of nodes and around them, for the graph."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from kgexplain.knowledge.conceptnet.edge import SYMMETRIC, WHOLE_LICENSE, ConceptNet, Edge
from kgexplain.knowledge.conceptnet.terms import iri, label
from kgexplain.vocabulary import (
    BASE,
    CITATION,
    CONCEPTNET_NODE,
    EDGE,
    EDGE_END,
    EDGE_START,
    LICENSE,
    PREF_LABEL,
    RELATION,
    SOURCE,
    TITLE,
    WEIGHT,
    A,
    Statement,
)

CONCEPTNET = NamedNode(f"{BASE}conceptnet")
"""The named graph of what ConceptNet says."""

ATTRIBUTION = (
    "From ConceptNet 5, compiled by the Commonsense Computing Initiative, http://conceptnet.io, licensed CC BY-SA 4.0. "
    "Robyn Speer, Joshua Chin, Catherine Havasi: ConceptNet 5.5: An Open Multilingual Graph of General Knowledge. AAAI 2017."
)
LICENSES = {
    "cc:by/4.0": "https://creativecommons.org/licenses/by/4.0/",
    WHOLE_LICENSE: "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc:zero/1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
# The datasets that are ConceptNet's own begin like no other's of ours.
_OURS = "/d/kgexplain/"
# So many edges of a node in a relation are looked through for those that lead to another of the nodes.
_FAR = 1000


def neighbourhood(
    conceptnet: ConceptNet,
    uris: Iterable[str],
    relations: Sequence[str] = (),
    limit: int = 20,
    without: Collection[str] = (),
) -> tuple[Edge, ...]:
    """The edges among nodes and around them: of each node and relation the strongest, and all that join two of them.

    Edges to what is in ``without``, other URIs, are left out: ConceptNet has what people say, and not all of it is fit
    to be shown. Each edge once, in the order of the nodes and relations.
    """
    nodes = dict.fromkeys(uris)
    found: dict[str, Edge] = {}
    for node in nodes:
        for relation in relations or conceptnet.relations:
            kept = 0
            for edge in conceptnet.edges(node, (relation,), max(limit, _FAR)):
                other = edge.end if edge.start == node else edge.start
                if other not in without and (kept < limit or other in nodes):
                    found[edge.uri] = edge
                    kept += 1
    return tuple(found.values())


def statements(edges: Iterable[Edge]) -> Iterator[Statement]:
    """What edges say, for the graph ``CONCEPTNET``: nodes, relations between them, and each edge with its weight.

    A symmetric relation is stated in both directions. Where an edge is ConceptNet's, the graph says whose it is and
    under which licence it may be passed on.
    """
    nodes: dict[str, None] = {}
    whose: dict[str, None] = {}
    for edge in edges:
        nodes |= dict.fromkeys((edge.start, edge.end))
        whose |= dict.fromkeys(() if edge.dataset.startswith(_OURS) else (edge.license,))
        yield from _edge(edge)
    for node in nodes:
        yield Statement(iri(node), A, CONCEPTNET_NODE)
        yield Statement(iri(node), PREF_LABEL, Literal(label(node)))
    if whose:
        yield from _whose()


def _edge(edge: Edge) -> Iterator[Statement]:
    node, relation, start, end = map(iri, (edge.uri, edge.relation, edge.start, edge.end))
    yield Statement(start, relation, end)
    if edge.relation.removeprefix("/r/") in SYMMETRIC:
        yield Statement(end, relation, start)
    yield Statement(node, A, EDGE)
    yield Statement(node, EDGE_START, start)
    yield Statement(node, RELATION, relation)
    yield Statement(node, EDGE_END, end)
    yield Statement(node, WEIGHT, Literal(edge.weight))
    yield Statement(node, LICENSE, NamedNode(LICENSES.get(edge.license, LICENSES[WHOLE_LICENSE])))
    if edge.dataset:
        yield Statement(node, SOURCE, iri(edge.dataset))


def _whose() -> Iterator[Statement]:
    yield Statement(CONCEPTNET, TITLE, Literal("ConceptNet"))
    yield Statement(CONCEPTNET, LICENSE, NamedNode(LICENSES[WHOLE_LICENSE]))
    yield Statement(CONCEPTNET, SOURCE, NamedNode("http://conceptnet.io/"))
    yield Statement(CONCEPTNET, CITATION, Literal(ATTRIBUTION))
