"""A graph as large as that of a VGG16 with ImageNet's classes; no network runs, the tags are drawn by lot.

In each layer, each class tags ``k`` filters; some filters are hot, as in real networks, and hoard tags.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from pyoxigraph import NamedNode, RdfFormat, Store

from kgexplain.graph.description import described
from kgexplain.graph.provenance import Outcome, Pictures, Run, provenance
from kgexplain.graph.store import ntriples
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.linking import links, links_document
from kgexplain.vocabulary import PREFIXES, Statement, document, term, thing

LAYERS = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
ACTIVE = 8
XSD = PREFIXES["xsd"]


@dataclass(frozen=True)
class Synthetic:
    """The network, its run, the images that it explains, and all graphs as N-Triples."""

    network: Architecture
    run: str
    images: tuple[NamedNode, ...]
    graphs: dict[str, str]

    def load(self, store: Store) -> Store:
        for name, lines in self.graphs.items():
            store.bulk_load(lines.encode(), RdfFormat.N_TRIPLES, to_graph=NamedNode(name))
        return store


def architecture(name: str = "vgg16", layers: tuple[int, ...] = LAYERS) -> Architecture:
    """Layers as torchvision names them, and ImageNet's classes."""
    hierarchy = wordnet.wordnet()
    named = {f"features.{i}": Layer(f"features.{i}", n, i + 1, (3, 3)) for i, n in enumerate(layers)}
    classes = (OutputClass(i, hierarchy.words[w][0], w) for i, w in enumerate(wordnet.imagenet_wnids()))
    return Architecture(name, f"{hash_of(name):08x}" * 8, named, tuple(classes))


def hash_of(name: str) -> int:
    """Eight hexadecimal digits for a name, the same on every machine."""
    return sum(ord(character) * 31**place for place, character in enumerate(name)) % 16**8


def synthetic(network: Architecture, k: float = 1, images: int = 20, seed: int = 0) -> Synthetic:
    """The graphs of a network, its tags, WordNet, and ``images`` explained images."""
    rng = np.random.default_rng(seed)
    pictures = Pictures("imagenet", "1234567890abcdef", 1_000_000)
    now = datetime(2025, 5, 1, tzinfo=UTC)
    tags = len(network.classes) * sum(number(k, layer) for layer in network.layers.values())
    told = Run(
        "filtag",
        network,
        pictures,
        now,
        now,
        "0.1.0",
        {"filtag": {"k": k}},
        truthy_k=3,
        outcome=Outcome(tags_selected=tags, tags_stated=tags),
    )
    graphs = {
        network.document: written(described(network)),
        links_document(network): written(links(network)),
        wordnet.WORDNET.value: written(wordnet.statements(wordnet.imagenet_wnids())),
        told.iri: written(provenance(told)) + "".join(tag_lines(network, told.iri, k, rng)),
    }
    shown = tuple(NamedNode(document("image", f"{i}.jpg", f"{i:016x}")) for i in range(images))
    for i, image in enumerate(shown):
        run = document("run", "why", network.name, network.digest[:8], f"{i}.jpg", f"{i:016x}")
        graphs[run] = "".join(image_lines(network, run, image, f"{i}.jpg", rng))
    return Synthetic(network, told.iri, shown, graphs)


def number(k: float, layer: Layer) -> int:
    """Filters of a layer that a class tags: ``k`` of them, or where it is below 1, that share of all."""
    return round(layer.filters * k) if k < 1 else int(k)


def written(statements: Iterator[Statement]) -> str:
    """Statements as N-Triples."""
    return "".join(ntriples(statements, 10_000))


def tag_lines(network: Architecture, run: str, k: float, rng: np.random.Generator) -> Iterator[str]:
    """Each class tags ``k`` filters, or that share, of each layer; scores and ranks by lot, three ranks direct."""
    tag, score, rank, has_tag, tagged_with, kind = (
        str(term(f"kgx:{name}")) for name in ("tag", "score", "rank", "hasTag", "taggedWith", "FilterTag")
    )
    a = str(term("rdf:type"))
    classes = [(str(network.class_(c.index)), c.key) for c in network.classes]
    for layer in network.layers.values():
        heat = rng.exponential(size=layer.filters)
        keys = rng.random((len(classes), layer.filters)) ** (1 / heat)
        chosen = np.argsort(-keys, axis=1)[:, : number(k, layer)]
        places = np.zeros(layer.filters, dtype=int)
        for class_, filters in enumerate(chosen.tolist()):
            iri, key = classes[class_]
            for filter_ in filters:
                places[filter_] += 1
                node, subject = (
                    thing(run, "tag", layer.name, filter_, key),
                    network.filter(layer.name, filter_),
                )
                direct = f"{subject} {tagged_with} {iri} .\n" if places[filter_] <= 3 else ""
                yield (
                    f"{subject} {has_tag} {node} .\n{node} {a} {kind} .\n{node} {tag} {iri} .\n"
                    f'{node} {score} "{float(keys[class_, filter_])!r}"^^<{XSD}double> .\n'
                    f'{node} {rank} "{places[filter_]}"^^<{XSD}integer> .\n{direct}'
                )


def image_lines(
    network: Architecture, run: str, image: NamedNode, key: str, rng: np.random.Generator
) -> Iterator[str]:
    """An image that activates ``ACTIVE`` filters of each layer."""
    predicted, true = (network.class_(int(index)) for index in rng.integers(len(network.classes), size=2))
    yield (
        f"{image} {term('rdf:type')} {term('kgx:Image')} .\n"
        f'{image} {term("dcterms:identifier")} "{key}" .\n'
        f"{image} {term('kgx:predictedClass')} {predicted} .\n{image} {term('kgx:trueClass')} {true} .\n"
        f'{image} {term("kgx:probability")} "0.5"^^<{XSD}double> .\n'
    )
    for layer in network.layers.values():
        for place, filter_ in enumerate(rng.permutation(layer.filters)[:ACTIVE].tolist(), start=1):
            node = thing(run, "activation", layer.name, filter_)
            yield (
                f"{image} {term('kgx:activates')} {node} .\n{node} {term('rdf:type')} {term('kgx:Activation')} .\n"
                f"{node} {term('kgx:filter')} {network.filter(layer.name, filter_)} .\n"
                f'{node} {term("kgx:activation")} "{1 / place}"^^<{XSD}double> .\n'
                f'{node} {term("kgx:rank")} "{place}"^^<{XSD}integer> .\n'
            )
