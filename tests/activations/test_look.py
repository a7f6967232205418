"""One photograph looked at: its maps, their means, and what they add to the scores."""

import numpy as np
import pytest
import torch
from PIL import Image

from kgexplain.activations.head import head
from kgexplain.activations.look import Look, look
from kgexplain.activations.statistic import host
from kgexplain.errors import InputError
from tests.activations.heads import LINEAR, OTHER, opened, pixels


def photograph():
    values = np.random.default_rng(1).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(values)


def by_hand():
    """φ is (1, 2) and (.5, 3) by halves; class 4 has weights (1, −2), class 0 (3, .5)."""
    maps = np.array([[[0, 2]], [[3, 1]]], np.float32)
    scores = np.log(np.array([2, 1, 1, 2, 2], np.float32))
    return Look(maps, maps.mean((1, 2)), scores, (4, 0), np.array([[1, -2], [3, 0.5]], np.float32))


def test_contributions_by_hand():
    assert by_hand().contributions.tolist() == [[1, -4], [3, 1]]


def test_probabilities_by_hand():
    assert by_hand().probabilities == pytest.approx([0.25, 0.125, 0.125, 0.25, 0.25])


def test_of_equal_scores_the_lower_class_is_predicted():
    assert by_hand().predicted == 0


@pytest.mark.parametrize("make", LINEAR.values(), ids=LINEAR)
def test_contributions_and_bias_are_the_scores(make):
    network = opened(make())
    found = head(network)
    seen = look(network, found, photograph(), [2, 0])
    assert np.allclose(seen.contributions.sum(1) + found.bias[[2, 0]], seen.scores[[2, 0]], atol=1e-5)


@pytest.mark.parametrize("make", [*LINEAR.values(), *OTHER.values()], ids=[*LINEAR, *OTHER])
def test_pooled_maps_are_the_means_of_the_maps(make):
    network = opened(make())
    seen = look(network, head(network), photograph())
    assert seen.maps.shape[1:] > (1, 1)
    assert np.allclose(seen.maps.astype(float).mean((1, 2)), seen.pooled, atol=1e-6)


def test_maps_are_what_the_last_convolutions_relu_gives():
    network = opened(LINEAR["means"]())
    module, shown = network.module, network.preprocessing.pixels(photograph())[None]
    with torch.no_grad():
        expected = torch.relu(module.second(torch.relu(module.first(shown))))[0]
    assert np.allclose(look(network, head(network), photograph()).maps, host(expected), atol=1e-6)


def test_maps_of_a_residual_network_are_the_blocks_output():
    network = opened(LINEAR["residual"]())
    module, shown = network.module, network.preprocessing.pixels(photograph())[None]
    with torch.no_grad():
        maps = torch.relu(module.first(shown))
        expected = torch.relu(maps + module.second(maps))[0]
    assert np.allclose(look(network, head(network), photograph()).maps, host(expected), atol=1e-6)


@pytest.mark.parametrize("make", [LINEAR["means"], OTHER["two layers"]], ids=["linear", "gradient"])
class TestBothWays:
    """A linear head, and one by the gradient."""

    def test_scores_are_the_networks(self, make):
        network = opened(make())
        with torch.no_grad():
            expected = network.module(network.preprocessing.pixels(photograph())[None])[0]
        assert np.allclose(look(network, head(network), photograph()).scores, host(expected), atol=1e-5)

    def test_the_predicted_class_is_asked_for_if_none_is(self, make):
        network = opened(make())
        seen = look(network, head(network), photograph())
        assert seen.classes == (int(seen.scores.argmax()),)
        assert np.array_equal(seen.weights, look(network, head(network), photograph(), seen.classes).weights)

    def test_classes_are_in_the_order_asked_for(self, make):
        network = opened(make())
        one, other = (look(network, head(network), photograph(), asked).weights for asked in ([2, 0], [0, 2]))
        assert np.array_equal(one, other[::-1])
        assert not np.allclose(one, other)

    def test_pixels_are_as_good_as_a_photograph(self, make):
        network = opened(make())
        prepared = look(network, head(network), network.preprocessing.pixels(photograph()), [1])
        assert np.array_equal(
            prepared.contributions, look(network, head(network), photograph(), [1]).contributions
        )

    @pytest.mark.parametrize("unknown", [-1, 3])
    def test_a_class_that_does_not_exist_is_refused(self, make, unknown):
        network = opened(make())
        with pytest.raises(
            InputError, match=rf"no class \[{unknown}\] in network small; its classes are 0 to 2"
        ):
            look(network, head(network), photograph(), [0, unknown])

    def test_nothing_listens_afterwards(self, make):
        network = opened(make())
        look(network, head(network), photograph())
        assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.module.modules())

    def test_nothing_listens_after_an_error(self, make):
        network = opened(make())
        found = head(network)
        network.module.linear.forward = None
        with pytest.raises(TypeError, match="'NoneType' object is not callable"):
            look(network, found, photograph())
        assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.module.modules())


def test_weights_by_gradient_are_first_order():
    """A little more of one map changes the score by so much of the weight."""
    network = opened(OTHER["two layers"]())
    seen = look(network, head(network), photograph(), [1])
    module, rate = network.module.double(), []
    means = torch.as_tensor(seen.pooled, dtype=torch.float64)
    for filter_ in range(5):
        step = torch.zeros(5, dtype=torch.float64)
        step[filter_] = 1e-5
        up, down = (module.linear(torch.tanh(module.hidden(means + s)))[1].item() for s in (step, -step))
        rate.append((up - down) / 2e-5)
    assert np.allclose(seen.weights[0], rate, atol=1e-5)


def test_a_network_that_was_changed_since_is_refused():
    network = opened(LINEAR["means"]())
    found = head(network)
    network.module.run = lambda self, shown: self.linear(self.second(self.first(shown)).amax((2, 3)))
    message = (
        "network small: the linear layer linear gets no means of maps of this photograph; was it changed"
    )
    with pytest.raises(InputError, match=message):
        look(network, found, photograph())


def test_a_photograph_that_is_the_same_everywhere_has_maps():
    network = opened(LINEAR["means"]())
    assert look(network, head(network), Image.new("RGB", (8, 6), (9, 90, 200))).maps.shape == (5, 2, 4)


def test_several_photographs_are_not_one():
    network = opened(LINEAR["means"]())
    with pytest.raises(InputError, match=r"pixels are \(3, 3, 6, 8\); they must be \(3, height, width\)"):
        look(network, head(network), pixels(3))
