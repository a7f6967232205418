"""Batch normalisations that are part of their convolutions while a pass lasts."""

import copy
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from kgexplain.activations.folding import folded
from kgexplain.activations.sites import listening
from kgexplain.inputs.network import open_network

torch.manual_seed(0)


def norm(filters: int) -> nn.BatchNorm2d:
    """A batch normalisation of which every number matters."""
    made = nn.BatchNorm2d(filters)
    generator = torch.Generator().manual_seed(filters)
    for numbers in (made.weight.data, made.bias.data, made.running_mean):
        numbers.copy_(torch.randn(filters, generator=generator))
    made.running_var.copy_(torch.rand(filters, generator=generator) + 0.3)
    return made


class Plain(nn.Module):
    """A convolution with a normalisation of its own, and one without."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 5, 3, stride=2, bias=False)
        self.norm = norm(5)
        self.second = nn.Conv2d(5, 6, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.second(torch.relu(self.norm(self.first(pixels)))).mean((2, 3))


class Shared(Plain):
    """What the convolution gives is also used beside the normalisation."""

    def forward(self, pixels: Tensor) -> Tensor:
        maps = self.first(pixels)
        return self.second(torch.relu(self.norm(maps) + maps)).mean((2, 3))


class Between(Plain):
    """Something stands between the convolution and the normalisation."""

    def forward(self, pixels: Tensor) -> Tensor:
        return self.second(self.norm(torch.relu(self.first(pixels)))).mean((2, 3))


class InPlace(Plain):
    """The convolution's output is changed in place before the normalisation reads it."""

    def forward(self, pixels: Tensor) -> Tensor:
        maps = self.first(pixels)
        maps.mul_(2)
        return self.second(torch.relu(self.norm(maps))).mean((2, 3))


class Twice(Plain):
    """One normalisation for two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.second = nn.Conv2d(5, 5, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        return self.norm(self.second(torch.relu(self.norm(self.first(pixels))))).mean((2, 3))


def opened(module: nn.Module) -> SimpleNamespace:
    pixels = SimpleNamespace(pixels=lambda photograph: torch.zeros(3, 9, 7))
    return SimpleNamespace(module=module.eval(), preprocessing=pixels)


PIXELS = torch.randn(2, 3, 9, 7)


def test_a_folded_network_gives_the_same_scores() -> None:
    network = opened(Plain())
    before = network.module(PIXELS)
    with folded(network):
        torch.testing.assert_close(network.module(PIXELS), before)


def test_a_folded_convolution_gives_what_its_normalisation_gave() -> None:
    network = opened(Plain())
    wanted = network.module.norm(network.module.first(PIXELS))
    with folded(network):
        torch.testing.assert_close(network.module.first(PIXELS), wanted)


def test_the_map_after_the_activation_is_the_same() -> None:
    network = opened(Plain())
    heard: list[Tensor] = []
    for open_ in (False, True):
        with folded(network) if open_ else listening(network, [], lambda *_: None):
            with listening(
                network, ["first"], lambda layer, maps: heard.append(maps.clone()) if layer else None
            ):
                network.module(PIXELS)
    torch.testing.assert_close(heard[1], heard[0])


def test_a_convolution_with_a_bias_is_folded_too() -> None:
    network = opened(nn.Sequential(nn.Conv2d(3, 4, 2), norm(4)))
    before = network.module(PIXELS)
    with folded(network) as pairs:
        assert len(pairs) == 1
        torch.testing.assert_close(network.module(PIXELS), before)


def test_a_normalisation_without_weights_is_folded_too() -> None:
    network = opened(nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4, affine=False)))
    network.module[1].running_var.fill_(4.0)
    before = network.module(PIXELS)
    with folded(network) as pairs:
        assert len(pairs) == 1
        torch.testing.assert_close(network.module(PIXELS), before)


@pytest.mark.parametrize("kind", [Shared, Between, InPlace, Twice])
def test_what_is_more_than_a_normalisation_stays_as_it_is(kind: type[nn.Module]) -> None:
    network = opened(kind())
    before = network.module(PIXELS)
    with folded(network) as pairs:
        assert pairs == ()
        assert torch.equal(network.module(PIXELS), before)


def test_a_normalisation_by_the_batch_stays_as_it_is() -> None:
    network = opened(nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4, track_running_stats=False)))
    with folded(network) as pairs:
        assert pairs == ()


def test_a_convolution_that_someone_listens_to_stays_as_it_is() -> None:
    network = opened(Plain())
    with listening(network, ["first"], lambda *_: None, "raw"), folded(network) as pairs:
        assert pairs == ()


def test_everything_is_put_back_after_an_error() -> None:
    network = opened(Plain())
    state = copy.deepcopy(network.module.state_dict())
    with pytest.raises(KeyError), folded(network):
        raise KeyError
    assert network.module.first.bias is None
    assert network.module.state_dict().keys() == state.keys()
    assert all(torch.equal(value, state[key]) for key, value in network.module.state_dict().items())
    assert "forward" not in vars(network.module.norm)
    assert not any(part._forward_hooks for part in network.module.modules())


def test_the_weights_of_another_convolution_that_shares_them_stay() -> None:
    network = opened(Plain())
    other = nn.Conv2d(3, 5, 3, bias=False)
    other.weight = network.module.first.weight
    before = other(PIXELS)
    with folded(network):
        assert torch.equal(other(PIXELS), before)


@pytest.mark.parametrize(
    ("name", "pairs"), [("resnet18", 20), ("mobilenet_v2", 52), ("densenet121", 59), ("squeezenet1_1", 0)]
)
def test_real_networks_are_folded_and_say_the_same(name: str, pairs: int) -> None:
    """DenseNet normalises what it concatenates: of its 120 convolutions, 59 are read by one normalisation alone."""
    network = open_network(name)
    pixels = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        before = network.module(pixels)
        with folded(network) as found:
            assert len(found) == pairs
            torch.testing.assert_close(network.module(pixels), before, rtol=1e-4, atol=1e-4)
