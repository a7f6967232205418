"""What one image shows, by hand."""

import math

import numpy as np
import pytest
from pyoxigraph import Literal

from kgexplain.explainers.activated import Selection, Shot, shown
from kgexplain.explainers.filtag import FilTag
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import (
    ACTIVATES,
    ACTIVATION,
    ACTIVE_FILTER,
    IDENTIFIER,
    PREDICTED_CLASS,
    PROBABILITY,
    RANK,
    TRUE_CLASS,
)

RUN = "https://w3id.org/kgexplain/run/why--test"
NETWORK = Architecture(
    "toy",
    "0123456789abcdef",
    {"a": Layer("a", 3, 1), "b": Layer("b", 2, 2)},
    (OutputClass(0, "tench", "n01440764"), OutputClass(1, "crane")),
)
LOG_3 = math.log(3)
SHOT = Shot("rex.jpg", "ab" * 32)
SCALED = {"a": np.array([0.5, 0.25, 0.75]), "b": np.array([0.5, 0.5])}


def statements(shot=SHOT, selection=None, scores=(0.0, LOG_3)):
    method = selection or Selection(FilTag(k=2), {}, {})
    return list(shown(NETWORK, RUN, shot, SCALED, np.array(scores, dtype=np.float32), method))


def objects(predicate, **given):
    return [s.object for s in statements(**given) if s.predicate == predicate]


def active(**given):
    """Layer and index of the active filters, in the order in which they are said."""
    numbers = {NETWORK.filter(layer, i): (layer, i) for layer in NETWORK.layers for i in range(3)}
    return [numbers[filter_] for filter_ in objects(ACTIVE_FILTER, **given)]


def test_active_filters_by_hand():
    """Two of each layer: 0.75 and 0.5 of a; in b both are alike, and the lower index comes first."""
    assert active() == [("a", 2), ("a", 0), ("b", 0), ("b", 1)]


def test_activations_and_ranks_by_hand():
    assert objects(ACTIVATION) == [Literal(v) for v in (0.75, 0.5, 0.5, 0.5)]
    assert objects(RANK) == [Literal(v) for v in (1, 2, 1, 2)]


def test_q_per_cent_are_of_each_layer():
    """40 % of three filters are 1.2, so one; of two 0.8, so one."""
    assert active(selection=Selection(FilTag(q=40), {}, {})) == [("a", 2), ("b", 0)]


def test_a_contrast_changes_what_is_active():
    """(0.5 − 0, 0.25 − 0.2, 0.75 − 0.5) / (1, 0.1, 1) = (0.5, 0.5, 0.25): filters 0 and 1; b is as it was."""
    centres, spreads = {"a": np.array([0.0, 0.2, 0.5])}, {"a": np.array([1.0, 0.1, 1.0])}
    selection = Selection(FilTag(k=2, contrast="zscore"), centres, spreads)
    assert set(active(selection=selection)) == {("a", 0), ("a", 1), ("b", 0), ("b", 1)}
    values = [term.value for term in objects(ACTIVATION, selection=selection)]
    assert [float(v) for v in values] == pytest.approx([0.5, 0.5, 0.5, 0.5])


def test_the_prediction_has_its_softmax_probability():
    """exp(0) : exp(log 3) is 1 : 3."""
    assert objects(PREDICTED_CLASS) == [NETWORK.class_(1)]
    assert float(objects(PROBABILITY)[0].value) == pytest.approx(0.75)


def test_high_scores_give_a_probability_too():
    assert float(objects(PROBABILITY, scores=(1e4, 0.0))[0].value) == 1.0


def test_a_class_that_is_not_known_is_not_said():
    assert objects(TRUE_CLASS) == []


def test_a_class_that_is_known_is_said():
    assert objects(TRUE_CLASS, shot=Shot("rex.jpg", "ab" * 32, 0)) == [NETWORK.class_(0)]


def test_each_activation_is_a_node_of_its_own():
    nodes = objects(ACTIVATES)
    assert len(set(nodes)) == len(nodes) == 4


def test_the_image_is_known_by_name_and_content():
    assert objects(IDENTIFIER) == [Literal("rex.jpg")]
    assert Shot("rex.jpg", "ab" * 32).iri != Shot("rex.jpg", "ac" * 32).iri != Shot("max.jpg", "ac" * 32).iri
