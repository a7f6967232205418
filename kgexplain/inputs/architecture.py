"""What a trained network is made of, without the network: layers, filters, classes."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgexplain.vocabulary import document, thing


@dataclass(frozen=True)
class OutputClass:
    """One class that a network can predict; ``wnid`` is its WordNet 3.0 synset where it is known."""

    index: int
    name: str
    wnid: str | None = None

    @property
    def key(self) -> str:
        """What tells this class from the network's others: the wnid, else the index."""
        return self.wnid or str(self.index)


@dataclass(frozen=True)
class Layer:
    """One convolution; ``sequence`` counts from 1 in the order in which the layers are defined."""

    name: str
    filters: int
    sequence: int
    kernel: tuple[int, int] = (1, 1)
    stride: tuple[int, int] = (1, 1)
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1


@dataclass(frozen=True)
class Architecture:
    """A trained network as the graph speaks of it; ``digest`` tells its weights from all others (hexadecimal)."""

    name: str
    digest: str
    layers: Mapping[str, Layer]
    classes: tuple[OutputClass, ...]

    @property
    def document(self) -> str:
        """The network's IRI; its layers, filters and classes are named after it."""
        return document("net", self.name, self.digest[:8])

    def layer(self, layer: str) -> NamedNode:
        """The IRI of a layer."""
        return thing(self.document, "layer", layer)

    def filter(self, layer: str, filter_: int) -> NamedNode:
        """The IRI of a filter, by layer and 0-based index."""
        return thing(self.document, "filter", layer, filter_)

    def class_(self, index: int) -> NamedNode:
        """The IRI of the class with this index."""
        return thing(self.document, "class", self.classes[index].key)
