"""What a trained network is made of, as statements: layers, filters and classes."""

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kgexplain.inputs.architecture import Architecture, Layer
from kgexplain.vocabulary import (
    CONV2D,
    DIGEST,
    DILATION_HEIGHT,
    DILATION_WIDTH,
    FILTER,
    FILTERS,
    GROUPS,
    HAS_CLASS,
    HAS_LAYER,
    IDENTIFIER,
    IN_LAYER,
    INDEX,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    LAYER_SEQUENCE,
    MODEL,
    OUTPUT_CLASS,
    PREF_LABEL,
    STRIDE_HEIGHT,
    STRIDE_WIDTH,
    TITLE,
    WNID,
    A,
    Statement,
)


def described(architecture: Architecture) -> Iterator[Statement]:
    """The network, its layers, their filters and its classes, for the graph named by the network's document."""
    network = NamedNode(architecture.document)
    yield Statement(network, A, MODEL)
    yield Statement(network, TITLE, Literal(architecture.name))
    yield Statement(network, DIGEST, Literal(architecture.digest))
    for layer in architecture.layers.values():
        yield Statement(network, HAS_LAYER, architecture.layer(layer.name))
        yield from _layer(architecture.layer(layer.name), layer)
        yield from _filters(architecture, layer)
    yield from _classes(architecture, network)


def _layer(node: NamedNode, layer: Layer) -> Iterator[Statement]:
    yield Statement(node, A, CONV2D)
    yield Statement(node, IDENTIFIER, Literal(layer.name))
    numbers = {
        LAYER_SEQUENCE: layer.sequence,
        FILTERS: layer.filters,
        KERNEL_HEIGHT: layer.kernel[0],
        KERNEL_WIDTH: layer.kernel[1],
        STRIDE_HEIGHT: layer.stride[0],
        STRIDE_WIDTH: layer.stride[1],
        DILATION_HEIGHT: layer.dilation[0],
        DILATION_WIDTH: layer.dilation[1],
        GROUPS: layer.groups,
    }
    yield from (Statement(node, property_, Literal(number)) for property_, number in numbers.items())


def _filters(architecture: Architecture, layer: Layer) -> Iterator[Statement]:
    node = architecture.layer(layer.name)
    for index in range(layer.filters):
        filter_ = architecture.filter(layer.name, index)
        yield Statement(filter_, A, FILTER)
        yield Statement(filter_, IN_LAYER, node)
        yield Statement(filter_, INDEX, Literal(index))


def _classes(architecture: Architecture, network: NamedNode) -> Iterator[Statement]:
    for class_ in architecture.classes:
        node = architecture.class_(class_.index)
        yield Statement(network, HAS_CLASS, node)
        yield Statement(node, A, OUTPUT_CLASS)
        yield Statement(node, INDEX, Literal(class_.index))
        yield Statement(node, PREF_LABEL, Literal(class_.name))
        if class_.wnid:
            yield Statement(node, WNID, Literal(class_.wnid))
