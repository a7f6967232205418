"""A network as statements."""

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.graph.description import described
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import Statement, term

NETWORK = NamedNode("https://w3id.org/kgexplain/net/tiny--0a1b2c3d")


def node(name: str) -> NamedNode:
    return NamedNode(f"{NETWORK.value}#{name}")


def architecture() -> Architecture:
    layers = {
        "features.0": Layer("features.0", 3, 1, (5, 3), (2, 1), (4, 6), 1),
        "features.2": Layer("features.2", 2, 2, groups=2),
    }
    classes = (
        OutputClass(0, "crane", "n02012849"),
        OutputClass(1, "crane", "n03126707"),
        OutputClass(2, "gnome"),
    )
    return Architecture("tiny", "0a1b2c3d4e5f", layers, classes)


def about(subject: NamedNode) -> dict[str, str]:
    """What is said of one thing, by the last part of the property; properties must be said once."""
    said = [s for s in described(architecture()) if s.subject == subject]
    assert max(Counter(s.predicate for s in said).values()) == 1
    return {s.predicate.value.replace("/", "#").rpartition("#")[2]: s.object.value for s in said}


def test_a_layer_has_height_before_width():
    assert about(node("layer--features.0")) == {
        "type": "https://w3id.org/nno/ontology#Conv2D",
        "identifier": "features.0",
        "hasLayerSequence": "1",
        "filters": "3",
        "kernelHeight": "5",
        "kernelWidth": "3",
        "strideHeight": "2",
        "strideWidth": "1",
        "dilationHeight": "4",
        "dilationWidth": "6",
        "groups": "1",
    }


def test_a_filter_is_in_its_layer():
    assert about(node("filter--features.2--1")) == {
        "type": "https://w3id.org/kgexplain/ontology#Filter",
        "inLayer": node("layer--features.2").value,
        "index": "1",
    }


def test_a_class_with_a_wnid_is_named_after_it():
    assert about(node("class--n03126707")) == {
        "type": "https://w3id.org/kgexplain/ontology#OutputClass",
        "index": "1",
        "prefLabel": "crane",
        "wnid": "n03126707",
    }


def test_a_class_without_wnid_is_named_after_its_index():
    assert about(node("class--2")) == {
        "type": "https://w3id.org/kgexplain/ontology#OutputClass",
        "index": "2",
        "prefLabel": "gnome",
    }


@pytest.mark.parametrize(
    ("property_", "objects"),
    [
        ("rdf:type", [term("nno:Model")]),
        ("dcterms:title", [Literal("tiny")]),
        ("kgx:digest", [Literal("0a1b2c3d4e5f")]),
        ("nno:hasLayer", [node("layer--features.0"), node("layer--features.2")]),
        ("kgx:hasClass", [node("class--n02012849"), node("class--n03126707"), node("class--2")]),
    ],
)
def test_a_network_says(property_, objects):
    assert [s.object for s in described(architecture()) if s[:2] == (NETWORK, term(property_))] == objects


def test_every_filter_of_every_layer_is_there_once():
    filters = [s.subject for s in described(architecture()) if s.object == term("kgx:Filter")]
    assert filters == [
        *(node(f"filter--features.0--{i}") for i in range(3)),
        *(node(f"filter--features.2--{i}") for i in range(2)),
    ]


def test_numbers_are_integers():
    said = {
        s.object for s in described(architecture()) if s.predicate in (term("kgx:index"), term("kgx:filters"))
    }
    assert said == {Literal(number) for number in (0, 1, 2, 3)}


def test_nothing_is_said_twice():
    said = list(described(architecture()))
    assert len(said) == len(set(said)) == 3 + 2 + 2 * 11 + 5 * 3 + 3 * 4 + 2


def test_the_same_network_is_described_in_the_same_order():
    assert list(described(architecture())) == list(described(architecture()))
    assert all(isinstance(statement, Statement) for statement in described(architecture()))
