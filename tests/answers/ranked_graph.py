"""A small graph of ranked concepts: zebras, school buses and goldfish, what images of them show, what is known of it."""

from datetime import UTC, datetime
from itertools import chain

from pyoxigraph import Literal, NamedNode

from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.conceptnet import CONCEPTNET, LocalConceptNet, import_assertions, neighbourhood
from kgexplain.knowledge.conceptnet import statements as edge_statements
from kgexplain.knowledge.conceptnet.terms import iri
from kgexplain.knowledge.linking import links
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    CATEGORY,
    CLASS_CONCEPT,
    CLOSE_MATCH,
    HAS_CONCEPT,
    IDENTIFIER,
    IMAGE,
    IMAGE_CONCEPT,
    MATCHED,
    PREDICTED_CLASS,
    PREF_LABEL,
    PROBABILITY,
    RANK,
    RELIES_ON,
    SCORE,
    SHOWS,
    VISUAL_CONCEPT,
    A,
    Statement,
    concept,
    synset,
    thing,
)

ZEBRA, BUS, GOLDFISH = "n02391049", "n04146614", "n01443537"
CLASSES = (
    OutputClass(0, "zebra", ZEBRA),
    OutputClass(1, "school bus", BUS),
    OutputClass(2, "goldfish", GOLDFISH),
)
NETWORK = Architecture("tiny", "0a1b2c3d" * 8, {"conv": Layer("conv", 4, 1)}, CLASSES)
PICTURES = Pictures("garden", "9f8e7d6c" * 8, 24)
NOW = datetime(2025, 5, 1, tzinfo=UTC)
RUN = Run("ranking", NETWORK, PICTURES, NOW, NOW, "0.1.0", truthy_k=3)

CATEGORIES = {
    "tail": "part",
    "ear": "part",
    "stripe": "texture",
    "mane": "part",
    "wheel": "part",
    "grass": "material",
    "fin": "part",
    "window": "object",
}
CONCEPTS = {name: concept(kind, name) for name, kind in CATEGORIES.items()}
# What eight images of each class show, the best first; only three are said directly.
SHOWN = {
    0: ("tail", "ear", "stripe", "wheel"),
    1: ("wheel", "window", "stripe", "tail"),
    2: ("fin", "tail"),
}
# What each class relies on. Of grass nothing is known.
RELIED_ON = {0: ("mane", "tail", "ear", "wheel", "grass"), 1: ("wheel", "window"), 2: ("fin",)}
# Broden's words that the shipped WordNet has, and those that the world's ConceptNet has.
SYNSETS = {"wheel": "n04574999"}
NODES = ("tail", "ear", "mane", "stripe", "wheel", "fin", "window")


def image(class_, number):
    return thing(PICTURES.document, "image", f"{class_}/{number}.jpg")


def listed(subject, kind, direct, names, most=None):
    for rank, name in enumerate(names, start=1):
        node = thing(RUN.iri, subject.value.rpartition("#")[2], rank)
        yield Statement(subject, HAS_CONCEPT, node)
        yield Statement(node, A, kind)
        yield Statement(node, MATCHED, CONCEPTS[name])
        yield Statement(node, SCORE, Literal(1 / rank))
        yield Statement(node, RANK, Literal(rank))
        if rank <= RUN.truthy_k:
            yield Statement(subject, direct, CONCEPTS[name])


def pictured(class_, number, names):
    node = image(class_, number)
    yield Statement(node, A, IMAGE)
    yield Statement(node, IDENTIFIER, Literal(f"{class_}/{number}.jpg"))
    yield Statement(node, PREDICTED_CLASS, NETWORK.class_(class_))
    yield Statement(node, PROBABILITY, Literal(0.9))
    yield from listed(node, IMAGE_CONCEPT, SHOWS, names)


def ranked(shown=SHOWN, each=8, relied_on=RELIED_ON):
    """All that a ranking run says."""
    for name, node in CONCEPTS.items():
        yield Statement(node, A, VISUAL_CONCEPT)
        yield Statement(node, PREF_LABEL, Literal(name))
        yield Statement(node, CATEGORY, Literal(CATEGORIES[name]))
    for class_, names in shown.items():
        yield from chain.from_iterable(pictured(class_, number, names) for number in range(each))
    for class_, names in relied_on.items():
        yield from listed(NETWORK.class_(class_), CLASS_CONCEPT, RELIES_ON, names)
    yield from provenance(RUN)


def linked():
    """What classes and concepts mean."""
    yield from links(NETWORK)
    for name, wnid in SYNSETS.items():
        yield Statement(CONCEPTS[name], CLOSE_MATCH, synset(wnid))
    for name in NODES:
        yield Statement(CONCEPTS[name], CLOSE_MATCH, iri(f"/c/en/{name}"))
    for class_ in CLASSES:
        node = iri(f"/c/en/{class_.name.replace(' ', '_')}")
        yield Statement(synset(class_.wnid), CLOSE_MATCH, node)


def around(folder):
    """What the world's ConceptNet says around classes and concepts."""
    import_assertions([shipped("data") / "world" / "conceptnet.csv"], folder / "world.sqlite")
    nodes = [f"/c/en/{name}" for name in (*NODES, "zebra", "school_bus", "goldfish")]
    with LocalConceptNet(folder / "world.sqlite") as conceptnet:
        return list(edge_statements(neighbourhood(conceptnet, nodes)))


def written(edges=(), **what):
    """The whole graph, in a store of its own; ``edges`` are statements of ConceptNet."""
    store = open_store("memory:")
    store.replace(NamedNode(NETWORK.document), described(NETWORK))
    store.replace(wordnet.WORDNET, wordnet.statements([ZEBRA, BUS, GOLDFISH, *SYNSETS.values()]))
    store.replace(NamedNode("urn:links"), linked())
    store.replace(NamedNode(RUN.iri), ranked(**what))
    if edges:
        store.replace(CONCEPTNET, edges)
    return store
