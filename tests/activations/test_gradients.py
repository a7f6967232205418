"""Weights of filters by the gradient: by hand, against plain autograd, and without a trace in the network."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (as in torch's own documentation)

from kgexplain.activations.gradients import gradients
from kgexplain.activations.head import head
from kgexplain.activations.sites import listening
from kgexplain.activations.statistic import host
from kgexplain.errors import InputError
from tests.activations.heads import LINEAR, OTHER, opened, pixels
from tests.activations.toys import ACTIVATIONS, MemorySavingSwish, Net, conv

CLASSES = torch.tensor([[0, 2], [1, 1], [2, 0]])


def chosen(_scores):
    return CLASSES


def by_hand():
    """Maps are the colours; scores are φ₀ φ₁, φ₂² and φ₀."""

    def run(self, shown):
        first, second, third = self.conv(shown).mean((2, 3)).unbind(1)
        return torch.stack([first * second, third**2, first], 1)

    network = opened(Net(run, conv=nn.Conv2d(3, 3, 1, bias=False)))
    network.module.conv.weight.data = torch.eye(3)[:, :, None, None]
    return network


def test_weights_by_hand():
    """φ is (.5, .25, 2); of the scores' derivatives by φ, these are (.25, .5, 0), (0, 0, 4) and (1, 0, 0)."""
    shown = torch.tensor([0.5, 0.25, 2.0])[None, :, None, None] * torch.tensor(
        [[0.0, 2.0], [1.5, 0.5], [1.0, 1.0]]
    )
    found = gradients(by_hand(), "conv", shown, lambda _: torch.tensor([[0, 1, 2]]))
    assert found.weights[0].tolist() == [[0.25, 0.5, 0], [0, 0, 4], [1, 0, 0]]


def test_each_image_has_classes_of_its_own():
    shown = pixels(2)
    found = gradients(by_hand(), "conv", shown, lambda _: torch.tensor([[2], [1]]))
    third = 2 * shown[1, 2].mean().item()
    assert np.allclose(host(found.weights), [[[1, 0, 0]], [[0, 0, third]]])


def test_classes_are_chosen_by_the_scores():
    found = gradients(
        by_hand(), "conv", pixels() * torch.tensor([1.0, 1, 9])[:, None, None], lambda s: s.argsort(1)
    )
    assert found.weights[:, -1, :2].abs().max() == 0


@pytest.mark.parametrize("make", LINEAR.values(), ids=LINEAR)
def test_gradients_of_what_is_linear_are_its_rows(make):
    """A residual head's rows are those of the block's output; the gradient by its convolution is cut by the ReLU."""
    network = opened(make())
    if make is not LINEAR["residual"] and make is not LINEAR["maps made smaller"]:
        found = gradients(network, "second", pixels(), chosen)
        assert np.allclose(host(found.weights), head(network).weights[CLASSES.numpy()], atol=1e-5)


def run_in_place(self, maps):
    """The maps are mixed, then written over, and read again."""
    mixed = self.mix(maps)
    maps += 1
    maps *= 0.5
    return self.linear(torch.tanh(torch.cat([mixed.flatten(1), maps.flatten(1)], 1)))


def plain(self, maps):
    return self.linear(torch.tanh(torch.cat([self.mix(maps).flatten(1), (maps / 2 + 0.5).flatten(1)], 1)))


def expected(network, maps):
    """Of each image and class asked for, the gradient by maps that are given, summed over positions."""
    leaf = maps.detach().clone().requires_grad_()
    scores = plain(network.module, leaf)
    return torch.stack(
        [
            torch.stack(
                [torch.autograd.grad(scores[i, c], leaf, retain_graph=True)[0][i].sum((1, 2)) for c in row]
            )
            for i, row in enumerate(CLASSES)
        ]
    )


# What is made inside a function of autograd's is known only when the function ends.
IN_PLACE = {name: made for name, made in ACTIVATIONS.items() if name != "swish that saves memory"}


def test_a_function_of_autograds_has_gradients_by_what_it_gives():
    def run(self, shown):
        return self.linear(torch.tanh(MemorySavingSwish.apply(self.conv(shown)).flatten(1)))

    network = opened(Net(run, conv=conv(), linear=nn.Linear(96, 3)))
    found = gradients(network, "conv", pixels(), chosen)
    leaf = MemorySavingSwish.apply(network.module.conv(pixels())).detach().requires_grad_()
    scores = network.module.linear(torch.tanh(leaf.flatten(1)))
    (gradient,) = torch.autograd.grad(scores[0, CLASSES[0, 1]], leaf)
    assert torch.allclose(found.weights[0, 1], gradient[0].sum((1, 2)), atol=1e-5)


def test_what_a_function_of_autograds_gave_may_not_be_written_over():
    def run(self, shown):
        return run_in_place(self, MemorySavingSwish.apply(self.conv(shown)))

    network = opened(Net(run, conv=conv(), mix=conv(2, 4, 1), linear=nn.Linear(144, 3)))
    with pytest.raises(InputError, match="of layer conv: they are written over before torch knows"):
        gradients(network, "conv", pixels(), chosen)


@pytest.mark.parametrize("activation", IN_PLACE.values(), ids=IN_PLACE)
def test_later_operations_in_place_do_not_matter(activation):
    def run(self, shown):
        return run_in_place(self, activation(self.conv(shown)))

    network = opened(Net(run, conv=conv(), mix=conv(2, 4, 1), linear=nn.Linear(144, 3)))
    if isinstance(activation, nn.Module):
        activation.eval()
    found = gradients(network, "conv", pixels(), chosen)
    with torch.no_grad():
        maps = activation(network.module.conv(pixels()))
    assert torch.allclose(found.maps, maps, atol=1e-6)
    assert torch.allclose(found.weights, expected(network, maps), atol=1e-4)


def test_maps_in_another_order_have_weights_by_filter():
    """A layer norm and a linear layer over the last axis, as in ConvNeXt."""

    def run(self, shown):
        maps = F.layer_norm(self.conv(shown).permute(0, 2, 3, 1), (4,))
        return self.linear(torch.tanh(self.hidden(maps)).flatten(1))

    network = opened(Net(run, conv=conv(), hidden=nn.Linear(4, 2), linear=nn.Linear(48, 3)))
    found = gradients(network, "conv", pixels(), chosen)
    leaf = F.layer_norm(network.module.conv(pixels()).permute(0, 2, 3, 1), (4,)).detach().requires_grad_()
    scores = network.module.linear(torch.tanh(network.module.hidden(leaf)).flatten(1))
    for image, row in enumerate(CLASSES):
        for place, class_ in enumerate(row):
            (gradient,) = torch.autograd.grad(scores[image, class_], leaf, retain_graph=True)
            assert torch.allclose(found.weights[image, place], gradient[image].sum((0, 1)), atol=1e-5)


def test_frozen_weights_have_gradients_as_well():
    network = opened(OTHER["two layers"]())
    before = gradients(network, "first", pixels(), chosen).weights
    network.module.requires_grad_(requires_grad=False)
    assert torch.equal(gradients(network, "first", pixels(), chosen).weights, before)


def test_it_works_where_torch_keeps_no_gradients():
    network = opened(OTHER["two layers"]())
    before = gradients(network, "first", pixels(), chosen).weights
    with torch.inference_mode():
        inside = gradients(network, "first", pixels(), chosen).weights
    assert torch.equal(inside, before)


def test_nothing_of_the_network_changes():
    network = opened(OTHER["two layers"]())
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    gradients(network, "second", pixels(), chosen)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.module.state_dict().items())
    assert all(p.grad is None and p.requires_grad for p in network.module.parameters())


def broken(module):
    def run(self, shown):
        maps = torch.relu(self.conv(shown))
        if module.broken:
            raise ArithmeticError("out of numbers")
        return maps.mean((2, 3))

    return run


def breaking():
    """A network that breaks after its convolution, as it is shown a picture the second time."""

    class Breaking(Net):
        broken = False

    module = Breaking(lambda self, shown: broken(self)(self, shown), conv=conv())
    network = opened(module)
    module.broken = True
    return network


def test_nothing_listens_after_an_error():
    network = breaking()
    with pytest.raises(ArithmeticError, match="out of numbers"):
        gradients(network, "conv", pixels(), chosen)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.module.modules())


def test_torch_keeps_gradients_as_before_after_an_error():
    with torch.no_grad():
        with pytest.raises(ArithmeticError, match="out of numbers"):
            gradients(breaking(), "conv", pixels(), chosen)
        assert not torch.is_grad_enabled()


def test_scores_that_are_not_made_of_the_maps_are_refused():
    def run(self, shown):
        self.second(shown)
        return self.first(shown).mean((2, 3))

    network = opened(Net(run, first=conv(), second=conv(5)))
    with pytest.raises(
        InputError, match="no gradient by the maps of layer second: they are not made of these maps"
    ):
        gradients(network, "second", pixels(), chosen)


def test_others_listen_undisturbed():
    network, heard = opened(OTHER["two layers"]()), []
    with listening(network, ["first"], lambda name, maps: heard.append((name, maps.clone()))):
        gradients(network, "second", pixels(), chosen)
    with torch.no_grad():
        assert torch.allclose(heard[0][1], torch.relu(network.module.first(pixels())), atol=1e-6)
