"""Which images are misclassified, what they activate, and what right ones usually do, by hand."""

import math

import numpy as np
import pytest

from kgexplain.activations.agreement import LayerTags
from kgexplain.activations.mistakes import Mistakes
from kgexplain.activations.statistic import OUTPUT
from tests.activations.batches import batch

# Class 0 tags filters 0 and 1, class 1 filter 2, class 2 none. Two filters are active.
TAGS = np.array([[True, True, False], [False, False, True], [False, False, False]])
LOG_3 = math.log(3)


def maps(*means):
    """Maps of two by one whose mean, in a layer from 0 to 1, is as given."""
    return [[[[mean], [mean]] for mean in image] for image in means]


def seen(centre=(0, 0, 0)):
    """Five images of classes 0, 0, 1, 2 and of no known class; predicted 0, 1, 1, 0 and 0.

    Active filters: 0 and 1; 0 and 2; 1 and 2; 0 and 1; 0 and 1.
    """
    statistic = Mistakes({"conv": LayerTags(TAGS, 2, np.array(centre, float), np.ones(3))})
    labels = [0, 0, 1, 2, -1]
    values = maps((1, 0.5, 0), (0.75, 0, 1), (0, 0.5, 1), (1, 0.5, 0), (1, 0.5, 0))
    statistic.observe(batch("conv", values, labels))
    scores = [[9, 0, 0], [0, LOG_3, 0], [0, 9, 0], [2, 1, 0], [9, 0, 0]]
    statistic.observe(batch(OUTPUT, scores, labels))
    return statistic


def test_the_misclassified_are_known_by_their_keys():
    wrong = seen().wrong
    assert wrong.keys.tolist() == ["1", "3"]
    assert wrong.labels.tolist() == [0, 2]
    assert wrong.predicted.tolist() == [1, 0]


def test_active_filters_of_the_misclassified():
    active = np.unpackbits(seen().wrong.packed, axis=1, count=3)
    assert active.tolist() == [[1, 0, 1], [1, 1, 0]]


def test_a_centre_changes_what_is_active():
    """Less 0.75, filter 0 of the second image is at 0, as filter 1: the lower index stays; of the fourth 0.25 and 0.5."""
    active = np.unpackbits(seen(centre=(1.5, 0, 0)).wrong.packed, axis=1, count=3)
    assert active.tolist() == [[0, 1, 1], [0, 1, 1]]


def test_probabilities_and_places_by_hand():
    """exp(0) : exp(log 3) : exp(0) is 1 : 3 : 1; two of the classes share the second place. Class 2 is third of three."""
    wrong = seen().wrong
    assert (wrong.probabilities[0], wrong.true_probabilities[0]) == pytest.approx((0.6, 0.2))
    assert wrong.true_places.tolist() == [2, 3]


def test_what_is_usual_by_hand():
    """Right are the first image, with filters 0 and 1, and the third, with 1 and 2: their own support is 2 and 1.

    Of all right ones class 0 is supported by 2 and 1, class 1 by 0 and 1. The image of no known class is no one's.
    """
    statistic = seen()
    assert statistic.tags.tolist() == [0, 1]
    assert statistic.seen.tolist() == [2, 1, 1]
    assert statistic.right.tolist() == [1, 1, 0]
    assert statistic.own.tolist() == [2, 1, 0]
    assert statistic.own_squares.tolist() == [4, 1, 0]
    assert statistic.support.tolist() == [3, 1]
    assert statistic.squares.tolist() == [5, 1]
    assert statistic.right_active.tolist() == [1, 2, 1]


def test_layers_stand_side_by_side():
    """The second layer's filters come after the first's, in the order in which the layers were given."""
    one = LayerTags(np.array([[True], [True]]), 1, np.zeros(1), np.ones(1))
    two = LayerTags(np.array([[False, True], [True, False]]), 1, np.zeros(2), np.ones(2))
    statistic = Mistakes({"a": one, "b": two})
    statistic.observe(batch("a", maps((1,)), [1]))
    statistic.observe(batch("b", maps((1, 0)), [1]))
    statistic.observe(batch(OUTPUT, [[1, 0]], [1]))
    assert np.unpackbits(statistic.wrong.packed, axis=1, count=3).tolist() == [[1, 1, 0]]


def test_scores_before_maps_are_refused():
    statistic = Mistakes({"conv": LayerTags(TAGS, 2, np.zeros(3), np.ones(3))})
    with pytest.raises(ValueError, match="the output was observed before the layers"):
        statistic.observe(batch(OUTPUT, [[1, 0, 0]], [1]))


def test_nothing_wrong_is_an_empty_table():
    assert len(Mistakes({"conv": LayerTags(TAGS, 2, np.zeros(3), np.ones(3))}).wrong.keys) == 0
