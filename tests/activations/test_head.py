"""Whether scores come from the last maps' means by one linear layer, and of which convolution the maps are."""

import numpy as np
import pytest
import torch
from torch import nn

from kgexplain.activations.head import Pooling, getting, head
from kgexplain.activations.statistic import HEAD, host
from kgexplain.errors import InputError
from tests.activations.heads import LINEAR, OTHER, gated, of_filters, opened, pixels, through_means
from tests.activations.toys import Net, conv


@pytest.mark.parametrize("make", LINEAR.values(), ids=LINEAR)
def test_a_head_is_linear(make):
    found = head(opened(make()))
    assert (found.layer, found.linear, found.place) == ("second", "linear", HEAD)


@pytest.mark.parametrize("make", LINEAR.values(), ids=LINEAR)
def test_scores_are_weights_times_pooled_maps_and_bias(make):
    network = opened(make())
    found, got = head(network), []
    with getting(network, found.linear, got.append), torch.no_grad():
        scores = host(network.module(pixels()))
    assert np.allclose(host(got[0]) @ found.weights.T + found.bias, scores, atol=1e-5)


@pytest.mark.parametrize("make", OTHER.values(), ids=OTHER)
def test_a_head_is_not_linear(make):
    found = head(opened(make()))
    assert (found.layer, found.linear, found.place, found.weights) == ("second", None, "second", None)


def test_filters_are_those_of_the_layer():
    assert (head(opened(LINEAR["means"]())).filters, head(opened(OTHER["joined"]())).filters) == (5, 3)


def test_a_gate_is_not_the_last_convolution():
    network = opened(Net(gated, first=conv(5), second=conv(5, 5, 1), linear=nn.Linear(5, 3)))
    assert (head(network).layer, head(network).linear) == ("first", "linear")


def test_filters_that_are_the_classes_explain_nothing():
    network = opened(Net(of_filters, first=conv(), second=conv(3, 4)))
    assert (head(network).layer, head(network).linear) == ("first", None)


def test_filters_that_are_the_classes_are_taken_where_asked_for():
    assert head(opened(Net(of_filters, first=conv(), second=conv(3, 4))), "second").layer == "second"


def test_the_last_layer_is_linear_where_asked_for():
    assert head(opened(LINEAR["means"]()), "second").linear == "linear"


def test_an_earlier_layer_is_not_linear():
    found = head(opened(LINEAR["means"]()), "first")
    assert (found.layer, found.filters, found.linear) == ("first", 4, None)


def test_maps_of_one_position_have_gradients():
    """Six by eight pixels become one by one; what is linear there is in the gradients, too."""
    network = opened(
        Net(through_means, first=conv(kernel=(6, 8)), second=conv(5, 4, 1), linear=nn.Linear(5, 3))
    )
    assert (head(network).layer, head(network).linear) == ("second", None)


def test_the_worlds_network_is_linear(world):
    found = head(world)
    assert (found.layer, found.linear, found.weights.shape) == ("conv5", "linear", (14, 64))


def test_a_layer_that_does_not_exist_is_refused():
    with pytest.raises(
        InputError, match=r"no layer \['third'\] in this network; it has \['first', 'second'\]"
    ):
        head(opened(LINEAR["means"]()), "third")


def test_a_network_whose_convolutions_all_run_twice_is_refused():
    network = opened(Net(lambda self, shown: self.conv(self.conv(shown)).mean((2, 3)), conv=conv(3)))
    with pytest.raises(InputError, match="network small: none of its convolutions runs exactly once"):
        head(network)


def test_a_layer_that_runs_twice_has_no_linear_head():
    def twice(self, shown):
        return self.linear(self.second(self.second(self.first(shown))).mean((2, 3)))

    network = opened(Net(twice, first=conv(4), second=conv(4, 4, padding=1), linear=nn.Linear(4, 3)))
    assert (head(network).layer, head(network).linear) == ("first", None)


def test_scores_without_a_gradient_are_refused():
    def counted(self, shown):
        return self.linear((self.conv(shown) > 0).float().mean((2, 3)) ** 2)

    network = opened(Net(counted, conv=conv(), linear=nn.Linear(4, 3)))
    message = r"network small: its scores have no gradient by the maps of layer conv: they are made in a way that has none; weights need one linear layer"
    with pytest.raises(InputError, match=message):
        head(network)


def test_maps_are_as_they_were_when_they_were_pooled():
    """A ReLU in place comes before the mean, another change after it."""

    def run(self, shown):
        maps = self.conv(shown).relu_()
        means = maps.mean((2, 3))
        maps -= 5
        return means

    network = opened(Net(run, conv=conv()))
    with Pooling(3, 4) as pooling, torch.no_grad():
        means = network.module(pixels())
    with torch.no_grad():
        assert torch.equal(pooling.maps_of(means), torch.relu(network.module.conv(pixels())))


def test_of_maps_with_the_same_means_the_last_are_pooled():
    """Maps that are turned round have the means that they had before."""
    network = opened(Net(lambda self, shown: self.conv(shown).flip(3).mean((2, 3)), conv=conv()))
    with Pooling(3, 4) as pooling, torch.no_grad():
        means = network.module(pixels())
    with torch.no_grad():
        assert torch.equal(pooling.maps_of(means), network.module.conv(pixels()).flip(3))


def test_maps_that_are_zero_everywhere_prove_nothing():
    """Their maxima are their means."""
    network = opened(OTHER["maxima"]())
    network.module.second.bias.data.fill_(-1000)
    assert head(network).linear is None


def test_maps_with_other_means_are_not_found():
    with Pooling(3, 4) as pooling, torch.no_grad():
        means = opened(Net(lambda self, shown: self.conv(shown).mean((2, 3)), conv=conv())).module(pixels())
    assert pooling.maps_of(means + means.abs().max() / 100) is None


def test_nothing_listens_when_the_head_is_found():
    network = opened(OTHER["two layers"]())
    head(network)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.module.modules())
