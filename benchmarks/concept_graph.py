"""Concepts of a network's filters, images and classes, drawn by lot: as large as those of real ones.

Concepts are ``category i``. Filters agree with a few of them most, as in real networks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pyoxigraph import NamedNode

from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import PREFIXES, concept, document, term, thing

XSD = PREFIXES["xsd"]
CATEGORIES = ("object", "part", "scene", "material", "texture", "color")
DETECTORS = 0.3
TRUTHY = 3


@dataclass(frozen=True)
class Size:
    """How many concepts there are, how many are stated of a filter, and of an image or a class; rules of a class."""

    concepts: int = 200
    of_filter: int = 10
    ranked: int = 10
    classes: int = 50
    rules: int = 3


def named(index: int) -> tuple[str, str]:
    """Category and name of a concept by its number."""
    category = CATEGORIES[index % len(CATEGORIES)]
    return category, f"{category} {index}"


def iri(index: int) -> NamedNode:
    """The IRI of a concept by its number."""
    return concept(*named(index))


def concept_graphs(
    network: Architecture, images: Sequence[NamedNode], size: Size = Size(), seed: int = 0
) -> dict[str, str]:
    """A dissection, labels by another measure, a ranking over the images and rules, as N-Triples."""
    rng = np.random.default_rng(seed)
    runs = {
        kind: document("run", kind, network.name, network.digest[:8])
        for kind in ("dissection", "labels", "ranking", "rules")
    }
    return {
        runs["dissection"]: "".join(dissection_lines(network, runs["dissection"], size, rng)),
        runs["labels"]: "".join(filter_lines(network, runs["labels"], "pearson", "labelledWith", size, rng)),
        runs["ranking"]: "".join(ranking_lines(network, runs["ranking"], images, size, rng)),
        runs["rules"]: "".join(rule_lines(network, runs["rules"], size, rng)),
    }


def dissection_lines(network: Architecture, run: str, size: Size, rng: np.random.Generator) -> Iterator[str]:
    """What filters are active on, and what chance gives, layer by layer."""
    yield from filter_lines(network, run, "iou", "detects", size, rng)
    for layer in network.layers.values():
        for category in CATEGORIES:
            node = thing(run, "null", layer.name, category)
            yield (
                f"{network.layer(layer.name)} {kgx('hasNullCount')} {node} .\n"
                f'{node} {kgx("ofLayer")} {network.layer(layer.name)} .\n{node} {kgx("category")} "{category}" .\n'
                f"{node} {kgx('detectorsByChance')} {whole(1)} .\n"
            )
    for number in range(20):
        fault = thing(run, "fault", number)
        yield (
            f'<{run}> {kgx("imageWithoutAnnotation")} "{number}.jpg" .\n<{run}> {kgx("hasAnnotationFault")} {fault} .\n'
            f'{fault} {term("dcterms:identifier")} "{number}.jpg" .\n{fault} {kgx("reason")} "no mask" .\n'
        )


def filter_lines(
    network: Architecture, run: str, measure: str, direct: str, size: Size, rng: np.random.Generator
) -> Iterator[str]:
    """The concepts that agree best with each filter; of some filters the best is also said directly."""
    yield f"<{run}> {kgx('method')} {term('kgx:method--' + run.rpartition('/')[2].partition('--')[0])} .\n"
    for index in range(size.concepts):
        category, name = named(index)
        yield (
            f"{iri(index)} {term('rdf:type')} {kgx('VisualConcept')} .\n"
            f'{iri(index)} {term("skos:prefLabel")} "{name}" .\n{iri(index)} {kgx("category")} "{category}" .\n'
        )
    for layer in network.layers.values():
        for filter_ in range(layer.filters):
            subject, chosen = network.filter(layer.name, filter_), drawn(size.concepts, size.of_filter, rng)
            for node, line in assertions(run, subject, "FilterConcept", chosen):
                yield (
                    f'{line}{node} {kgx("measure")} "{measure}" .\n{node} {kgx("iou")} {real(0.05)} .\n'
                    f"{node} {kgx('pValue')} {real(0.01)} .\n"
                )
            if rng.random() < DETECTORS:
                yield f"{subject} {kgx(direct)} {iri(chosen[0])} .\n"


def ranking_lines(
    network: Architecture, run: str, images: Sequence[NamedNode], size: Size, rng: np.random.Generator
) -> Iterator[str]:
    """What images show, and what classes rely on."""
    classes = [network.class_(index) for index in range(size.classes)]
    for number, image in enumerate(images):
        true, predicted = rng.choice(len(classes), 2)
        yield (
            f'{image} {term("dcterms:identifier")} "{number}.jpg" .\n'
            f"{image} {kgx('trueClass')} {classes[true]} .\n{image} {kgx('predictedClass')} {classes[predicted]} .\n"
        )
        yield from ranked(run, image, "ImageConcept", "shows", drawn(size.concepts, size.ranked, rng))
    for class_ in classes:
        yield from ranked(run, class_, "ClassConcept", "reliesOn", drawn(size.concepts, size.ranked, rng))


def rule_lines(network: Architecture, run: str, size: Size, rng: np.random.Generator) -> Iterator[str]:
    """Rules of two concepts that are shown and one that is not."""
    for class_ in map(network.class_, range(size.classes)):
        for number in range(size.rules):
            node = thing(run, "rule", class_.value.rpartition("#")[2], number)
            one, two, other = drawn(size.concepts, 3, rng)
            yield (
                f"{class_} {kgx('hasRule')} {node} .\n{node} {kgx('forClass')} {class_} .\n"
                f"{node} {kgx('requires')} {iri(one)} .\n{node} {kgx('requires')} {iri(two)} .\n"
                f"{node} {kgx('excludes')} {iri(other)} .\n{node} {kgx('support')} {whole(9)} .\n"
                f"{node} {kgx('confidence')} {real(0.5)} .\n{node} {kgx('fidelity')} {real(0.5)} .\n"
                f'{node} {kgx("sparql")} "SELECT" .\n{node} {term("rdfs:comment")} "a rule" .\n'
            )


def ranked(run: str, subject: NamedNode, kind: str, direct: str, chosen: Sequence[int]) -> Iterator[str]:
    """The concepts of an image or a class, the best ones also said directly."""
    yield from (line for _, line in assertions(run, subject, kind, chosen))
    for index in chosen[:TRUTHY]:
        yield f"{subject} {kgx(direct)} {iri(index)} .\n"


def assertions(
    run: str, subject: NamedNode, kind: str, chosen: Iterable[int]
) -> Iterator[tuple[NamedNode, str]]:
    """What is said of a subject, best first, and the node that says it."""
    local = subject.value.rpartition("/")[2]
    for rank, index in enumerate(chosen, start=1):
        node = thing(run, kind, local, index)
        said = (
            f"{subject} {kgx('hasConcept')} {node} .\n{node} {term('rdf:type')} {kgx(kind)} .\n"
            f"{node} {kgx('concept')} {iri(index)} .\n{node} {kgx('score')} {real(1 / (rank + 9))} .\n"
            f"{node} {kgx('rank')} {whole(rank)} .\n"
        )
        yield node, said


def kgx(name: str) -> NamedNode:
    """A term of ours."""
    return term(f"kgx:{name}")


def real(number: float) -> str:
    """A number as N-Triples write it."""
    return f'"{number!r}"^^<{XSD}double>'


def whole(number: int) -> str:
    """A whole number as N-Triples write it."""
    return f'"{number}"^^<{XSD}integer>'


def drawn(concepts: int, number: int, rng: np.random.Generator) -> list[int]:
    """Concepts by lot, the first ones more often: the share of the i-th falls as 1 / (i + 10)."""
    shares = 1 / (np.arange(concepts) + 10)
    found: list[int] = rng.choice(concepts, number, replace=False, p=shares / shares.sum()).tolist()
    return found
