"""A graph by hand, with one misclassified image for each diagnosis.

ImageNet's classes, one layer of forty filters. Of the classes five have tags, eight each: retrievers share four of
theirs, the others none. On images of its own a class has usually 8 active filters with its tag, deviation 1, on others
1, deviation 0.5; so n filters are a presence of (n − 1) / 7.
"""

from itertools import chain

from pyoxigraph import Literal, NamedNode

from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.inputs.architecture import Architecture, Layer
from kgexplain.inputs.classes import imagenet_classes
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.linking import links
from kgexplain.vocabulary import (
    ACTIVATES_FILTER,
    ACTIVE_IN_RIGHT,
    HAS_TAG,
    IDENTIFIER,
    OTHER_DEVIATION,
    OTHER_SUPPORT,
    OWN_DEVIATION,
    OWN_SUPPORT,
    PREDICTED_CLASS,
    PROBABILITY,
    RIGHT_IMAGES,
    SEEN_IMAGES,
    SUPPORTED_CLASS,
    TAG,
    TRUE_CLASS,
    TRUE_PLACE,
    TRUE_PROBABILITY,
    USED,
    USUAL_PROBABILITY,
    Statement,
    thing,
)

CLASSES = imagenet_classes()
NETWORK = Architecture("toy", "0123456789abcdef", {"conv": Layer("conv", 40, 1)}, CLASSES)
RUN, TAGGING = "https://w3id.org/kgexplain/run/mistakes--toy", "https://w3id.org/kgexplain/run/filtag--toy"
INDEX = {class_.name: class_.index for class_ in CLASSES}
TAGS = {
    "golden retriever": range(8),
    "Labrador retriever": range(4, 12),
    "mortarboard": range(12, 20),
    "academic gown": range(20, 28),
    "sports car": range(28, 36),
}
# True class, predicted class, its probability, the true one's and its place; the active filters.
IMAGES = {
    "label.jpg": ("mortarboard", "sports car", 0.99, 0.001, 40, (*range(28, 36), 36, 37)),
    "both.jpg": ("mortarboard", "academic gown", 0.84, 0.16, 2, (*range(12, 17), *range(20, 25))),
    "shared.jpg": ("golden retriever", "Labrador retriever", 0.6, 0.3, 2, range(10)),
    "outvoted.jpg": ("golden retriever", "sports car", 0.4, 0.1, 2, (*range(8), 36, 37)),
    "filters.jpg": ("sports car", "mortarboard", 0.3, 0.05, 4, (*range(8), 36, 37)),
    "unlike.jpg": ("sports car", "mortarboard", 0.3, 0.05, 4, (0, 8, 12, 20, 28, 29, *range(36, 40))),
    "sibling.jpg": ("golden retriever", "flat-coated retriever", 0.5, 0.2, 3, (*range(8), 36, 37)),
    "untagged.jpg": ("tabby", "golden retriever", 0.5, 0.2, 3, range(10)),
}


def image(key):
    return thing("https://w3id.org/kgexplain/images/toy", "image", key)


def tags():
    for name, filters in TAGS.items():
        for filter_ in filters:
            node = thing(TAGGING, "tag", filter_, INDEX[name])
            yield Statement(NETWORK.filter("conv", filter_), HAS_TAG, node)
            yield Statement(node, TAG, NETWORK.class_(INDEX[name]))


def seen():
    for key, (true, predicted, probability, true_probability, place, active) in IMAGES.items():
        node = image(key)
        yield Statement(node, IDENTIFIER, Literal(key))
        yield Statement(node, TRUE_CLASS, NETWORK.class_(INDEX[true]))
        yield Statement(node, PREDICTED_CLASS, NETWORK.class_(INDEX[predicted]))
        yield Statement(node, PROBABILITY, Literal(probability))
        yield Statement(node, TRUE_PROBABILITY, Literal(true_probability))
        yield Statement(node, TRUE_PLACE, Literal(place))
        yield from (Statement(node, ACTIVATES_FILTER, NETWORK.filter("conv", i)) for i in active)


def usual():
    for filter_ in range(40):
        yield Statement(NETWORK.filter("conv", filter_), ACTIVE_IN_RIGHT, Literal(10))
    for name in TAGS:
        node = thing(RUN, "usual", INDEX[name])
        said = {
            SUPPORTED_CLASS: NETWORK.class_(INDEX[name]),
            SEEN_IMAGES: Literal(14),
            RIGHT_IMAGES: Literal(10),
            OWN_SUPPORT: Literal(8.0),
            OWN_DEVIATION: Literal(1.0),
            OTHER_SUPPORT: Literal(1.0),
            OTHER_DEVIATION: Literal(0.5),
            USUAL_PROBABILITY: Literal(0.9),
        }
        yield from (Statement(node, predicate, term) for predicate, term in said.items())


def store(more=()):
    """The graph in memory; ``more`` statements stand in a graph of their own."""
    made = open_store("memory:")
    made.replace(NamedNode(NETWORK.document), chain(described(NETWORK), links(NETWORK)))
    made.replace(wordnet.WORDNET, wordnet.statements(wordnet.imagenet_wnids()))
    made.replace(NamedNode(TAGGING), tags())
    used = Statement(NamedNode(RUN), USED, NamedNode(NETWORK.document))
    made.replace(NamedNode(RUN), chain(seen(), usual(), [used]))
    if more:
        made.replace(NamedNode("https://w3id.org/kgexplain/conceptnet"), more)
    return made
