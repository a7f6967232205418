"""Sums per class against values worked out by hand."""

import numpy as np
import pytest

from kgexplain.activations.moments import ClassAccuracy, ClassMeans
from kgexplain.activations.statistic import OUTPUT
from kgexplain.errors import InputError
from tests.activations.batches import batch


def by_hand():
    """Three images, two filters of 1×2, three classes; class 1 has no image.

    Image 0 (class 0) has values 0 … 4: filter 0 is (0, 2), scaled (0, .5), mean .25; filter 1 is (4, 4), mean 1.
    Image 1 (class 0) has values 1 … 3: filter 0 is (1, 1), mean 0; filter 1 is (1, 3), scaled (0, 1), mean .5.
    Image 2 (class 2) is constant: all 0.
    """
    means = ClassMeans("conv", classes=3, filters=2)
    means.observe(batch("conv", [[[[0, 2]], [[4, 4]]], [[[1, 1]], [[1, 3]]]], [0, 0]))
    means.observe(batch("conv", [[[[7, 7]], [[7, 7]]]], [2]))
    return means


def test_means_by_hand():
    assert np.array_equal(by_hand().means(), [[0.125, 0.75], [np.nan, np.nan], [0.0, 0.0]], equal_nan=True)


def test_images_of_no_known_class_are_left_out():
    means = by_hand()
    means.observe(batch("conv", [[[[0, 0]], [[9, 9]]]], [-1]))
    assert np.array_equal(means.means(), by_hand().means(), equal_nan=True)


def test_sums_are_float64():
    """A float32 sum stops growing at 2**24."""
    means = ClassMeans("conv", classes=1, filters=1)
    means.restore({"counts": np.array([2**24]), "sums": np.array([[2.0**24]])})
    means.observe(batch("conv", [[[[0.0, 1.0]]]] * 2, [0, 0]))
    assert means.state()["sums"].tolist() == [[2.0**24 + 1]]


def test_values_that_are_no_numbers_are_reported_with_their_layer():
    means = ClassMeans("conv", classes=1, filters=1)
    means.observe(batch("conv", [[[[0.0, np.nan]]]], [0]))
    with pytest.raises(InputError, match="layer conv gave values that are no numbers"):
        means.means()


def test_accuracy_by_hand():
    """Class 0: one of two right; class 1: no image; class 2: none of one right; one image of no known class."""
    accuracy = ClassAccuracy(classes=3)
    accuracy.observe(batch(OUTPUT, [[2, 1, 0], [0, 5, 1], [1, 0, 0], [9, 0, 0]], [0, 0, 2, -1]))
    assert np.array_equal(accuracy.accuracy(), [0.5, np.nan, 0.0], equal_nan=True)
