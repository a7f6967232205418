"""A dissection by hand: two layers, of two and four filters, in which three and one concept are detected.

Of the first layer filter 1 detects grey. Of the second filters 0 and 2 detect dog, filter 3 ear, the better the lower; of
filter 1 the best concept is just as good as what is asked for, which is not enough. By chance there would be one detector of a
colour in the first layer, in the second one of an object.
"""

from datetime import UTC, datetime
from itertools import chain

from pyoxigraph import Literal, NamedNode

from kgexplain.explainers.dissected import Match, concepts_said, matches_said, null_said
from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.inputs.concepts import Concept
from kgexplain.vocabulary import (
    HAS_CONCEPT,
    MATCHED,
    MEASURE,
    P_VALUE,
    PREF_LABEL,
    RANK,
    SCORE,
    Statement,
    concept,
    synset,
    thing,
)

LEAST = 0.0625
NETWORK = Architecture(
    "toy",
    "0123456789abcdef",
    {"conv1": Layer("conv1", 2, 1), "conv2": Layer("conv2", 4, 2)},
    (OutputClass(0, "n02123045", "tabby"),),
)
DOG, CAT, EAR, GREY = (
    Concept(name, category)
    for name, category in (("dog", "object"), ("cat", "object"), ("ear", "part"), ("grey", "color"))
)
MATCHES = {
    "conv1": (Match(0, DOG, 0.03125, 1, 0.5), Match(1, GREY, 0.25, 1, 0.125)),
    "conv2": (
        *(Match(0, DOG, 0.5, 1, 0.0625), Match(0, CAT, 0.25, 2, 0.0625)),
        *(Match(0, EAR, 0.125, 3, 0.25), Match(0, GREY, 0.0625, 4, 0.5)),
        Match(1, CAT, LEAST, 1, 0.5),
        Match(2, DOG, 0.375, 1, 0.0625),
        Match(3, EAR, 0.25, 1, 0.125),
    ),
}
BY_CHANCE = {"conv1": {"object": 0, "color": 1}, "conv2": {"object": 1, "color": 0}}


def run(method="dissection", day=1):
    at = datetime(2025, 5, day, tzinfo=UTC)
    options = {method: {"iou": LEAST, "share": 0.02}, "explain": {"place": "raw"}}
    return Run(method, NETWORK, Pictures("garden", "c" * 64, 6), at, at, "1.0", options)


def store(*runs, by_chance=BY_CHANCE):
    """A store with this dissection, by each of the runs."""
    opened = open_store("memory:")
    opened.add(NamedNode(NETWORK.document), described(NETWORK))
    for told in runs or (run(),):
        opened.add(NamedNode(told.iri), said(told, by_chance))
    return opened


def said(told, by_chance):
    for layer, matches in MATCHES.items():
        yield from matches_said(NETWORK, told.iri, layer, matches, LEAST)
    for layer, numbers in by_chance.items():
        yield from null_said(NETWORK, told.iri, layer, numbers)
    yield from concepts_said((DOG, CAT, EAR, GREY))
    yield from provenance(told)


# By the measure profile: of filter 1 a synset, of filter 3 ear; what agrees with filter 0 could be chance.
LABELS = (
    (0, DOG, 0.875, 0.125),
    (1, None, 0.75, 0.0625),
    (3, EAR, 0.5, 0.03125),
)
MAMMAL = synset("n01861778")


def labelled_store():
    """The same store with labels that were made of the dissection: those with a p-value of up to 0.0625."""
    opened = store()
    at = datetime(2025, 6, 1, tzinfo=UTC)
    options = {"labels": {"measure": "profile", "limit": 0.0625}}
    told = Run("labels", NETWORK, Pictures("garden", "c" * 64, 0), at, at, "1.0", options)
    opened.add(NamedNode(told.iri), chain(labels_said(told.iri), provenance(told)))
    return opened


def labels_said(run):
    for index, named, score, p_value in LABELS:
        node = thing(run, index)
        yield Statement(NETWORK.filter("conv2", index), HAS_CONCEPT, node)
        yield Statement(node, MATCHED, concept(named.category, named.name) if named else MAMMAL)
        yield Statement(node, MEASURE, Literal("profile"))
        yield Statement(node, RANK, Literal(1))
        yield Statement(node, SCORE, Literal(score))
        yield Statement(node, P_VALUE, Literal(p_value))
    yield Statement(MAMMAL, PREF_LABEL, Literal("mammal"))
