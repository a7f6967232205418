"""Gradients of scores by what filters show, class by class of images."""

import numpy as np
import pytest
import torch

from kgexplain.activations.head import head
from kgexplain.activations.statistic import HEAD, OUTPUT, Batch
from kgexplain.activations.weighing import Weighing
from tests.activations.heads import LINEAR, OTHER, opened, pixels

LABELS = np.array([2, -1, 0, 2, 1])
SHOWN = pixels(5)


def observed(network, layers):
    """A weighing whose statistics have seen five images, and what these were taken for."""
    weighing = Weighing(network, layers)
    scores = network.module(SHOWN).detach()
    batch = Batch(OUTPUT, tuple("abcde"), torch.as_tensor(LABELS), SHOWN, scores)
    for statistic in weighing.statistics:
        statistic.observe(batch)
    return weighing, scores.argmax(1).numpy()


@pytest.fixture
def linear():
    return opened(LINEAR["means"]())


@pytest.fixture
def other():
    return opened(OTHER["two layers"]())


def test_a_linear_layers_rows_need_no_pass(linear):
    weighing, _ = observed(linear, ("second",))
    assert weighing.statistics == []
    np.testing.assert_allclose(weighing.by_classes(LABELS, [0, 2]), head(linear).weights[[0, 2]])


def test_of_a_sets_own_classes_the_predicted_classes_rows_count(linear):
    """Class 5 is images 0 and 3, class 8 image 4."""
    weighing, predicted = observed(linear, ("second",))
    labels = np.array([5, -1, -1, 5, 8])
    weights = head(linear).weights
    expected = [weights[predicted[[0, 3]]].mean(0), weights[predicted[4]]]
    np.testing.assert_allclose(weighing.by_predictions(labels, predicted, [5, 8]), expected, rtol=1e-6)


def gradient(network, image, class_):
    """∂S/∂φ where scores are tanh(W φ + b) through a linear layer, by torch."""
    module = network.module
    maps = torch.relu(module.second(torch.relu(module.first(SHOWN[[image]]))))
    means = maps.mean((2, 3)).detach().requires_grad_()
    module.linear(torch.tanh(module.hidden(means)))[0, class_].backward()
    return means.grad[0].numpy()


def test_where_no_linear_layer_reads_the_means_gradients_are_found(other):
    weighing, _ = observed(other, ("second",))
    expected = [np.mean([gradient(other, i, 2) for i in (0, 3)], axis=0), gradient(other, 4, 1)]
    np.testing.assert_allclose(weighing.by_classes(LABELS, [2, 1]), expected, rtol=1e-4, atol=1e-6)


def test_gradients_can_be_those_of_predictions(other):
    weighing, predicted = observed(other, ("second",))
    found = weighing.by_predictions(np.array([5, 5, 0, 0, 0]), predicted, [5])
    expected = np.mean([gradient(other, i, predicted[i]) for i in (0, 1)], axis=0)
    np.testing.assert_allclose(found, [expected], rtol=1e-4, atol=1e-6)


def test_layers_stand_side_by_side(linear):
    """An earlier layer is weighed by the gradient, the last by the rows."""
    weighing, _ = observed(linear, ("first", "second"))
    found = weighing.by_classes(LABELS, [0, 1])
    assert [statistic.head.layer for statistic in weighing.statistics] == ["first"]
    assert HEAD not in weighing.statistics[0].layers
    width = linear.layers["first"].filters
    np.testing.assert_allclose(found[:, width:], head(linear).weights[[0, 1]], rtol=1e-6)
    assert (found[:, :width] != 0).any()
