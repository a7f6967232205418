"""Where maps are taken: however an activation is written, and before whatever mixes filters."""

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F  # noqa: N812  (as in torch's own documentation)

from kgexplain.activations.sites import listening
from kgexplain.activations.statistic import OUTPUT
from kgexplain.errors import InputError
from tests.activations.toys import (
    ACTIVATIONS,
    Net,
    agrees,
    conv,
    copied,
    filled,
    heard,
    lively,
    pixels,
    pooled,
    zero_first,
)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_maps_are_taken_after_the_activation_however_it_is_written(name):
    activate = ACTIVATIONS[name]
    module = Net(lambda net, x: pooled(activate(net.conv(x))), conv=conv())
    assert agrees(module, lambda net, x: activate(net.conv(x)))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_raw_maps_are_those_before_the_activation_even_if_it_works_in_place(name):
    activate = ACTIVATIONS[name]
    module, shown = Net(lambda net, x: pooled(activate(net.conv(x))), conv=conv()), pixels()
    with torch.no_grad():
        expected = module.conv(shown)
    assert torch.equal(heard(module, shown, place="raw")["conv"], expected)


def test_known_answer():
    """One filter, weight 2, bias −3: pixels 1 and 4 give −1 and 5; after the ReLU 0 and 5; the score is 0 + 5."""
    module = nn.Sequential(
        nn.Conv2d(1, 1, 1), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(2, 1, bias=False)
    )
    nn.init.constant_(module[0].weight, 2)
    nn.init.constant_(module[0].bias, -3)
    nn.init.ones_(module[3].weight)
    found = heard(module.eval(), torch.tensor([[[[1.0, 4.0]]]]), ("0",))
    assert found["0"].tolist() == [[[[0.0, 5.0]]]]
    assert found[OUTPUT].tolist() == [[5.0]]


def layer_norm_by_hand(x):
    mean = x.mean(1, keepdim=True)
    deviation = (x - mean).pow(2).mean(1, keepdim=True)
    return torch.arange(1.0, 5)[:, None, None] * ((x - mean) / torch.sqrt(deviation + 1e-6))


NORMALISATIONS = {
    "batch": lively(nn.BatchNorm2d(4)).eval(),
    "instance": nn.InstanceNorm2d(4).eval(),
    "group": lively(nn.GroupNorm(2, 4)),
    "local response": nn.LocalResponseNorm(3, alpha=0.5),
    "layer by hand": layer_norm_by_hand,
    "root mean square by hand": lambda x: x / x.pow(2).mean(1).sqrt().unsqueeze(1),
    "scale and shift": lambda x: x * torch.arange(1.0, 5)[:, None, None] + 0.5,
    "dropout at rest": nn.Dropout2d(0.5).eval(),
    "contiguous": lambda x: x.contiguous(memory_format=torch.channels_last),
    "detached": lambda x: x.detach() * 2,
}


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_maps_are_taken_after_normalisation_and_activation(name):
    norm = NORMALISATIONS[name]
    module = Net(lambda net, x: pooled(F.relu(norm(net.conv(x)))), conv=conv())
    assert agrees(module, lambda net, x: F.relu(norm(net.conv(x))))


def test_maps_are_taken_after_an_activation_followed_by_normalisation():
    norm = NORMALISATIONS["batch"]
    module = Net(lambda net, x: pooled(norm(F.gelu(net.conv(x)))), conv=conv())
    assert agrees(module, lambda net, x: norm(F.gelu(net.conv(x))))


def channels_last_norm(net, x):
    return net.norm(net.conv(x).permute(0, 2, 3, 1))


def test_permuted_maps_are_given_upright():
    module = Net(
        lambda net, x: net.mix(channels_last_norm(net, x)).sum((1, 2)),
        conv=conv(),
        norm=lively(nn.LayerNorm(4)),
        mix=nn.Linear(4, 5),
    )
    assert agrees(module, lambda net, x: channels_last_norm(net, x).permute(0, 3, 1, 2))


def test_twice_transposed_maps_are_given_upright():
    module = Net(
        lambda net, x: net.mix(net.conv(x).transpose(1, 3).transpose(-3, -2).relu()),
        conv=conv(),
        mix=nn.Linear(4, 5),
    )
    assert agrees(module, lambda net, x: net.conv(x).relu())


def test_permuted_maps_are_a_view():
    module = Net(
        lambda net, x: net.mix(channels_last_norm(net, x)).sum((1, 2)),
        conv=conv(),
        norm=nn.LayerNorm(4),
        mix=nn.Linear(4, 5),
    )
    views = {}
    network = SimpleNamespace(module=module)
    with listening(network, ["conv"], lambda n, m: views.update({n: m._is_view()})), torch.no_grad():
        module(pixels())
    assert views["conv"]


STOPS = {
    "residual addition": lambda net, x: x + net.other,
    "residual addition in place": lambda net, x: x.add_(net.other),
    "residual addition by operator": lambda net, x: x.__iadd__(net.other),
    "addition to another": lambda net, x: net.other + x,
    "concatenation": lambda net, x: torch.cat([x, net.other], 1),
    "stack": lambda net, x: torch.stack([x, net.other]).sum(0),
    "pooling": lambda net, x: F.max_pool2d(x, 3, 1, 1),
    "convolution": lambda net, x: net.second(x),
    "squeeze and excitation": lambda net, x: x * torch.sigmoid(net.gate(x.mean((2, 3), keepdim=True))),
    "several readers": lambda net, x: F.relu(x) + net.second(x),
    "late second reader": lambda net, x: net.second(F.relu(x)) + x,
    "channel shuffle": lambda net, x: F.relu(F.channel_shuffle(x, 2)),
    "shuffle by hand": lambda net, x: F.relu(
        x.view(len(x), 2, 2, *x.shape[2:]).transpose(1, 2).reshape(x.shape)
    ),
    "flip": lambda net, x: F.relu(x.flip(1)),
    "part": lambda net, x: F.relu(x[:, :2]),
    "part in place": lambda net, x: F.relu(zero_first(x)),
    "softmax": lambda net, x: x.softmax(1),
    "mean over filters": lambda net, x: F.relu(x.mean(1, keepdim=True)),
    "mean over filters, spread again": lambda net, x: x.mean(1, keepdim=True) * torch.ones(4, 1, 1),
    "flattened": lambda net, x: F.relu(x.flatten(2)),
    "matrix": lambda net, x: F.relu(x @ torch.ones(x.shape[-1], x.shape[-1])),
    "addition of a copy": lambda net, x: x + copied(net.other),
    "buffer filled": lambda net, x: F.relu(filled(x)),
}


class Stopping(Net):
    """conv, batch norm, and then what ends the way; ``other`` are maps that come from the pixels as well."""

    def __init__(self, stop):
        gate, second, side = conv(4, 4, 1), conv(4, 4, 3, padding=1), conv(4, 3, 3)
        norm = lively(nn.BatchNorm2d(4))
        super().__init__(
            lambda net, x: stop(net, net.seen(x)), conv=conv(), norm=norm, gate=gate, second=second, side=side
        )

    def seen(self, x):
        self.other = self.side(x)
        return self.norm(self.conv(x))


@pytest.mark.parametrize("name", STOPS)
def test_maps_are_taken_before_filters_are_mixed_moved_or_go_several_ways(name):
    assert agrees(Stopping(STOPS[name]), Stopping.seen)


def test_ways_are_found_in_inference_mode_too():
    """There, torch does not count how often a tensor was changed in place."""
    module = Stopping(STOPS["addition of a copy"])
    with torch.inference_mode():
        assert agrees(module, Stopping.seen)


def test_maps_of_a_network_that_ends_with_them_are_its_output():
    assert agrees(Net(lambda net, x: F.relu(net.conv(x)), conv=conv()), lambda net, x: F.relu(net.conv(x)))


def test_maps_that_the_network_also_gives_out_are_taken_before_what_follows():
    def run(net, x):
        maps = net.conv(x)
        return maps.relu(), maps

    module, shown, found = Net(run, conv=conv()), pixels(), []
    network = SimpleNamespace(module=module)
    hear = lambda name, maps: found.append(maps)  # noqa: E731
    with pytest.raises(InputError, match="the network gives a tuple"), listening(network, ["conv"], hear):
        module(shown)
    assert torch.equal(found[0], module.conv(shown))


def test_square_maps_times_themselves_turned_are_taken_before_the_product():
    def run(net, x):
        maps = net.conv(x)
        return pooled(maps * maps.transpose(2, 3))

    assert agrees(Net(run, conv=conv(4, 3, (3, 4))), lambda net, x: net.conv(x))


def test_a_reused_activation_is_told_apart_by_what_it_works_on():
    def run(net, x):
        first = net.relu(net.first(x))
        return pooled(net.relu(net.second(first)))

    module, shown = Net(run, first=conv(), second=conv(5, 4), relu=nn.ReLU(inplace=True)), pixels()
    found = heard(module, shown, ("second", "first"))
    with torch.no_grad():
        first = module.first(shown).relu()
        assert torch.equal(found["first"], first)
        assert torch.equal(found["second"], module.second(first).relu())


def test_branches_that_are_computed_side_by_side_do_not_mix():
    def run(net, x):
        a, b = net.a(x), net.b(x)
        b = net.norm_b(b)
        a = net.norm_a(a).relu_()
        return torch.cat([a, b.relu_()], 1).sum((2, 3))

    module = Net(
        run, a=conv(4), b=conv(5), norm_a=lively(nn.BatchNorm2d(4)), norm_b=lively(nn.BatchNorm2d(5))
    )
    shown = pixels()
    found = heard(module, shown, ("a", "b"))
    with torch.no_grad():
        assert torch.equal(found["a"], module.norm_a(module.a(shown)).relu())
        assert torch.equal(found["b"], module.norm_b(module.b(shown)).relu())


@pytest.mark.parametrize(
    "layer",
    [
        conv(6, 3, 3, groups=3),
        conv(6, 3, 3, groups=3, padding=1),
        conv(4, 3, 1),
        conv(4, 3, 3, dilation=2),
        conv(4, 3, (1, 3), stride=2),
        conv(4, 3, 3, padding=1, padding_mode="reflect"),
    ],
    ids=["depthwise", "padded", "1x1", "dilated", "strided", "reflecting"],
)
def test_every_kind_of_convolution_is_heard(layer):
    module = Net(lambda net, x: pooled(F.relu(net.conv(x))), conv=layer)
    assert agrees(module, lambda net, x: F.relu(net.conv(x)))


def test_grouped_convolution_is_heard():
    module = Net(
        lambda net, x: pooled(net.conv(net.stem(x)).relu_()), stem=conv(4), conv=conv(6, 4, 3, groups=2)
    )
    assert agrees(module, lambda net, x: net.conv(net.stem(x)).relu())


PIECES = {
    "norm": lambda: lively(nn.BatchNorm2d(4)),
    "relu": lambda: nn.ReLU(inplace=True),
    "silu": nn.SiLU,
    "drop": nn.Dropout,
    "same": nn.Identity,
    "pool": lambda: nn.AvgPool2d(3, 1, 1),
    "conv": lambda: conv(4, 4, 3, padding=1),
}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=7))
def test_in_a_chain_the_maps_are_those_before_the_next_pooling_or_convolution(names):
    module = nn.Sequential(conv(), *(PIECES[name]() for name in names)).eval()
    shown = pixels()
    with torch.no_grad():
        expected, layer = {}, "0"
        for i, name in enumerate(["conv", *names]):
            layer = str(i) if name == "conv" else None if name == "pool" else layer
            shown_next = module[i](shown.clone()) if i else module[i](shown)
            first, shown = shown if i == 0 else first, shown_next
            if layer is not None:
                expected[layer] = shown.clone()
    found = heard(module, first, tuple(expected))
    assert {k for k in found if k != OUTPUT} == set(expected)
    assert all(torch.equal(found[k], expected[k]) for k in expected)
