"""Ranked concepts as statements."""

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.explainers.ranked import Classes, Concept, Picture, Ranked
from kgexplain.explainers.ranking import Lists
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import (
    CATEGORY,
    HAS_CLASS,
    HAS_CONCEPT,
    IDENTIFIER,
    INDEX,
    MATCHED,
    OUTPUT_CLASS,
    PREDICTED_CLASS,
    PREF_LABEL,
    PROBABILITY,
    RANK,
    RELIES_ON,
    SCORE,
    SHOWS,
    TRUE_CLASS,
    WNID,
    A,
    Statement,
    concept,
    document,
    synset,
    thing,
)

RUN = document("run", "ranking", "tiny")
SET = document("images", "walks", "0a1b2c3d")
NETWORK = Architecture(
    "tiny", "0a1b2c3d", {"conv": Layer("conv", 3, 1)}, (OutputClass(0, "cat"), OutputClass(1, "dog"))
)
OWN = (OutputClass(0, "running"), OutputClass(1, "dalmatian", "n02110341"))
EAR, FUR = concept("part", "ear"), concept("material", "fur")
DOG = synset("n02084071")
CONCEPTS = (
    Concept(EAR.value, "ear", "part"),
    Concept(FUR.value, "fur", "material"),
    Concept(DOG.value, "dog", ""),
)
LISTS = Lists(np.array([[2, 0, 1], [1, -1, -1]]), np.array([[0.5, 0.25, 0.125], [0.75, np.nan, np.nan]]))
IMAGES = [thing(SET, "image", key) for key in ("a.jpg", "b.jpg")]
PICTURES = [Picture("a.jpg", IMAGES[0], 1, 0.75, 0), Picture("b.jpg", IMAGES[1], 0, 0.5)]


NETWORKS = Classes(NETWORK)


def said(classes=NETWORKS, truthy_k=2):
    return Ranked(RUN, classes, CONCEPTS, truthy_k)


def objects(statements, subject, predicate):
    return [s.object for s in statements if s.subject == subject and s.predicate == predicate]


def test_an_image_has_its_concepts_in_order():
    found = list(said().images(PICTURES, LISTS))
    nodes = objects(found, IMAGES[0], HAS_CONCEPT)
    assert nodes == [thing(RUN, "image", "a.jpg", rank) for rank in (1, 2, 3)]
    assert [objects(found, node, MATCHED) for node in nodes] == [[DOG], [EAR], [FUR]]
    assert [objects(found, node, RANK) for node in nodes] == [[Literal(rank)] for rank in (1, 2, 3)]
    assert [objects(found, node, SCORE) for node in nodes] == [[Literal(s)] for s in (0.5, 0.25, 0.125)]


def test_the_first_concepts_are_said_directly():
    assert objects(said().images(PICTURES, LISTS), IMAGES[0], SHOWS) == [DOG, EAR]


def test_a_short_list_ends():
    assert objects(said().images(PICTURES, LISTS), IMAGES[1], SHOWS) == [FUR]


def test_an_image_has_what_it_is_taken_for():
    found = list(said().images(PICTURES, LISTS))
    assert objects(found, IMAGES[0], PREDICTED_CLASS) == [NETWORK.class_(1)]
    assert objects(found, IMAGES[0], PROBABILITY) == [Literal(0.75)]
    assert objects(found, IMAGES[0], IDENTIFIER) == [Literal("a.jpg")]


def test_an_image_has_its_class_if_it_is_known():
    found = list(said().images(PICTURES, LISTS))
    assert objects(found, IMAGES[0], TRUE_CLASS) == [NETWORK.class_(0)]
    assert objects(found, IMAGES[1], TRUE_CLASS) == []


def test_a_class_relies_on_its_concepts():
    found = list(said().of_classes([1, 0], LISTS))
    assert objects(found, NETWORK.class_(1), RELIES_ON) == [DOG, EAR]
    assert objects(found, NETWORK.class_(0), HAS_CONCEPT) == [thing(RUN, "class", "0", 1)]


def test_concepts_are_described_and_synsets_are_not():
    """What a synset is stands in WordNet's graph."""
    found = list(said().described())
    assert objects(found, EAR, PREF_LABEL) == [Literal("ear")]
    assert objects(found, FUR, CATEGORY) == [Literal("material")]
    assert not any(statement.subject == DOG for statement in found)


def test_the_networks_classes_are_not_said_again():
    assert list(Classes(NETWORK).statements()) == []


def test_a_sets_own_classes_are_of_the_set():
    classes = Classes(NETWORK, OWN, SET)
    found = list(said(classes).described())
    running, dalmatian = (thing(SET, "class", key) for key in ("0", "n02110341"))
    assert objects(found, NamedNode(SET), HAS_CLASS) == [running, dalmatian]
    assert Statement(running, A, OUTPUT_CLASS) in found
    assert objects(found, running, PREF_LABEL) == [Literal("running")]
    assert objects(found, dalmatian, INDEX) == [Literal(1)]
    assert objects(found, dalmatian, WNID) == [Literal("n02110341")]
    assert objects(found, running, WNID) == []


def test_an_image_of_a_sets_own_class_is_still_taken_for_one_of_the_networks():
    found = list(said(Classes(NETWORK, OWN, SET)).images(PICTURES, LISTS))
    assert objects(found, IMAGES[0], TRUE_CLASS) == [thing(SET, "class", "0")]
    assert objects(found, IMAGES[0], PREDICTED_CLASS) == [NETWORK.class_(1)]


@pytest.mark.parametrize(
    ("classes", "name"), [(Classes(NETWORK), "dog"), (Classes(NETWORK, OWN, SET), "dalmatian")]
)
def test_classes_have_names(classes, name):
    assert classes.name(1) == name
