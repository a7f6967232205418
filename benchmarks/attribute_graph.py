"""Attributes of a network's filters and classes, and rationales of images, drawn by lot: as large as those of real ones.

Words are ``adjective i`` + ``noun j``. Some attributes are said of much, most of little, as in captions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pyoxigraph import NamedNode

from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import PREFIXES, attribute, document, term, thing

XSD = PREFIXES["xsd"]
NOUNS = 40
TRUTHY = 3


@dataclass(frozen=True)
class Size:
    """How many attributes there are, how many of them are stated of a filter or class, and of an image's class.

    Of the network's classes the first ``classes`` are described.
    """

    attributes: int = 2000
    stated: int = 50
    reasons: int = 20
    classes: int = 1000


def words(index: int) -> str:
    """The phrase of an attribute by its number."""
    return f"adjective{index // NOUNS} noun{index % NOUNS}"


def attribute_graphs(
    network: Architecture,
    images: Sequence[NamedNode],
    size: Size = Size(),
    seed: int = 0,
) -> dict[str, str]:
    """The run that learned attributes, and the one that gave each image two rationales, as N-Triples."""
    rng = np.random.default_rng(seed)
    learned, given = (
        document("run", name, network.name, network.digest[:8]) for name in ("attributes", "rationale")
    )
    return {
        learned: "".join(learned_lines(network, learned, size, rng)),
        given: "".join(rationale_lines(network, given, images, size, rng)),
    }


def learned_lines(network: Architecture, run: str, size: Size, rng: np.random.Generator) -> Iterator[str]:
    """All attributes with their words, and estimates of every filter and class."""
    yield f"<{run}> {term('kgx:method')} {term('kgx:method--attributes')} .\n"
    for index in range(size.attributes):
        node, phrase = attribute(words(index)), words(index)
        adjective, noun = phrase.split()
        yield (
            f"{node} {term('rdf:type')} {term('kgx:Attribute')} .\n"
            f'{node} {term("skos:prefLabel")} "{phrase}" .\n{node} {term("kgx:adjective")} "{adjective}" .\n'
            f'{node} {term("kgx:noun")} "{noun}" .\n{node} {term("kgx:imagesWith")} "9"^^<{XSD}integer> .\n'
            f'{node} {term("kgx:prior")} "{1 / size.attributes!r}"^^<{XSD}double> .\n'
        )
    for layer in network.layers.values():
        for filter_ in range(layer.filters):
            chosen = drawn(size.attributes, size.stated, rng)
            yield from estimates(run, network.filter(layer.name, filter_), chosen, "kgx:signals")
    for class_ in network.classes[: size.classes]:
        chosen = drawn(size.attributes, size.stated, rng)
        yield from estimates(run, network.class_(class_.index), chosen, "kgx:describedBy")


def rationale_lines(
    network: Architecture, run: str, images: Sequence[NamedNode], size: Size, rng: np.random.Generator
) -> Iterator[str]:
    """Each image is misclassified, and has rationales for both classes, of the same attributes."""
    for number, image in enumerate(images):
        true, predicted = (int(index) for index in rng.choice(len(network.classes), 2, replace=False))
        yield f'{image} {term("dcterms:identifier")} "{number}.jpg" .\n'
        yield f"{image} {term('kgx:trueClass')} {network.class_(true)} .\n"
        yield f"{image} {term('kgx:predictedClass')} {network.class_(predicted)} .\n"
        chosen = drawn(size.attributes, size.reasons, rng)
        for class_ in (true, predicted):
            node = thing(run, "rationale", number, class_)
            yield (
                f"{image} {term('kgx:hasRationale')} {node} .\n{node} {term('kgx:forClass')} {network.class_(class_)} .\n"
                f'{node} {term("kgx:weightsBy")} "linear" .\n'
                f'{node} {term("kgx:positiveShare")} "0.5"^^<{XSD}double> .\n'
            )
            yield from estimates(run, node, rng.permutation(chosen).tolist())


def estimates(run: str, subject: NamedNode, chosen: Sequence[int], direct: str = "") -> Iterator[str]:
    """What is estimated of a subject, best first."""
    local = subject.value.rpartition("#")[2]
    yield f'{subject} {term("kgx:residual")} "0.5"^^<{XSD}double> .\n'
    for rank, index in enumerate(chosen, start=1):
        node, iri = thing(run, "attribute", local, index), attribute(words(index))
        yield (
            f"{subject} {term('kgx:hasAttribute')} {node} .\n"
            f"{node} {term('rdf:type')} {term('kgx:AttributeEstimate')} .\n{node} {term('kgx:attribute')} {iri} .\n"
            f'{node} {term("kgx:probability")} "{1 / (rank + 9)!r}"^^<{XSD}double> .\n'
            f'{node} {term("kgx:rank")} "{rank}"^^<{XSD}integer> .\n'
        )
        if direct and rank <= TRUTHY:
            yield f"{subject} {term(direct)} {iri} .\n"


def drawn(attributes: int, number: int, rng: np.random.Generator) -> list[int]:
    """Attributes by lot, the first ones more often: the share of the i-th falls as 1 / (i + 10)."""
    shares = 1 / (np.arange(attributes) + 10)
    found: list[int] = rng.choice(attributes, number, replace=False, p=shares / shares.sum()).tolist()
    return found
