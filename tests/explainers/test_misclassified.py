"""What a run over labelled images says, by hand."""

import numpy as np
import pytest

from kgexplain.activations.agreement import LayerTags
from kgexplain.activations.mistakes import Mistakes
from kgexplain.activations.statistic import OUTPUT
from kgexplain.explainers.misclassified import observed
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import (
    ACTIVATES_FILTER,
    ACTIVE_IN_RIGHT,
    OTHER_DEVIATION,
    OTHER_SUPPORT,
    OWN_DEVIATION,
    OWN_SUPPORT,
    PREDICTED_CLASS,
    RIGHT_IMAGES,
    SEEN_IMAGES,
    SUPPORTED_CLASS,
    TRUE_CLASS,
    USUAL_PROBABILITY,
)
from tests.activations.batches import batch

NETWORK = Architecture(
    "toy",
    "0123456789abcdef",
    {"conv": Layer("conv", 3, 1)},
    (OutputClass(0, "tench", "n01440764"), OutputClass(1, "crane"), OutputClass(2, "gnome")),
)
TAGS = np.array([[True, True, False], [False, False, True], [False, False, False]])


@pytest.fixture(scope="module")
def said():
    """Tenches with 2, 1 and 2 of their filters, one of them taken for a crane; a crane; a gnome taken for a tench."""
    statistic = Mistakes({"conv": LayerTags(TAGS, 2, np.zeros(3), np.ones(3))})
    means = [(1, 0.5, 0), (1, 0, 0.5), (0.5, 0, 1), (0, 0.5, 1), (1, 0.5, 0)]
    labels = [0, 0, 0, 1, 2]
    statistic.observe(batch("conv", [[[[m], [m]] for m in image] for image in means], labels))
    scores = [[9, 0, 0], [9, 0, 0], [0, 9, 0], [0, 9, 0], [9, 0, 0]]
    statistic.observe(batch(OUTPUT, scores, labels))
    return list(
        observed(
            NETWORK, "https://w3id.org/kgexplain/run/x", "https://w3id.org/kgexplain/images/y", statistic
        )
    )


def objects(said, predicate, subject=None):
    return [s.object for s in said if s.predicate == predicate and subject in (None, s.subject)]


def usual(said, class_):
    (node,) = [
        s.subject for s in said if s.predicate == SUPPORTED_CLASS and s.object == NETWORK.class_(class_)
    ]
    return lambda predicate: [float(term.value) for term in objects(said, predicate, node)]


def test_only_the_misclassified_are_said(said):
    assert objects(said, TRUE_CLASS) == [NETWORK.class_(0), NETWORK.class_(2)]
    assert objects(said, PREDICTED_CLASS) == [NETWORK.class_(1), NETWORK.class_(0)]


def test_their_active_filters_are_said_directly(said):
    images = list(dict.fromkeys(s.subject for s in said if s.predicate == ACTIVATES_FILTER))
    assert [image.value.rpartition("--")[2] for image in images] == ["2", "4"]
    active = [objects(said, ACTIVATES_FILTER, image) for image in images]
    assert active == [[NETWORK.filter("conv", i) for i in filters] for filters in ((0, 2), (0, 1))]


def test_every_filter_has_its_count_of_right_images(said):
    """The first activates 0 and 1, the second 0 and 2, the fourth 1 and 2."""
    assert [term.value for term in objects(said, ACTIVE_IN_RIGHT)] == ["2", "2", "2"]


def test_usual_support_by_hand(said):
    """Tenches predicted right have 2 and 1: mean 1.5, deviation 0.5. The crane has one filter of theirs."""
    tench = usual(said, 0)
    assert (tench(SEEN_IMAGES), tench(RIGHT_IMAGES)) == ([3], [2])
    assert (tench(OWN_SUPPORT), tench(OWN_DEVIATION)) == ([1.5], [0.5])
    assert (tench(OTHER_SUPPORT), tench(OTHER_DEVIATION)) == ([1], [0])
    assert tench(USUAL_PROBABILITY) == pytest.approx([1], abs=1e-3)


def test_a_class_without_tags_has_no_support(said):
    gnome = usual(said, 2)
    assert (gnome(SEEN_IMAGES), gnome(RIGHT_IMAGES)) == ([1], [0])
    assert gnome(OWN_SUPPORT) == gnome(OTHER_SUPPORT) == gnome(USUAL_PROBABILITY) == []
