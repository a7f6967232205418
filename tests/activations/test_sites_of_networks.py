"""Where maps are taken in nine architectures, against what their own modules give, said for each by hand."""

import re
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import pytest
import torch
import torchvision
from torch import nn
from torch.nn import functional as F  # noqa: N812  (as in torch's own documentation)

from kgexplain.activations.sites import listening, reached
from kgexplain.activations.statistic import OUTPUT

NORMS = (nn.BatchNorm2d, nn.LayerNorm)


def raw(maps):
    return maps


def plain(layer):
    """VGG16, AlexNet, SqueezeNet: a ReLU after every convolution, SqueezeNet's classifier included."""
    return layer, F.relu


def resnet(layer):
    """A block adds its last normalisation, and that of the shortcut, before the ReLU; ReLUs are reused."""
    if "downsample" in layer:
        return layer.replace("downsample.0", "downsample.1"), raw
    return layer.replace("conv", "bn"), raw if layer.endswith("conv3") else F.relu


def mobilenet(layer):
    """The last convolution of a block is linear; it and its normalisation are no group of their own."""
    stem, _, number = layer.rpartition(".")
    if re.fullmatch(r"features\.\d+\.conv\.\d", layer):
        return f"{stem}.{int(number) + 1}", raw
    return f"{stem}.1", F.relu6


def googlenet(layer):
    """A functional ReLU after each normalisation."""
    return layer.replace(".conv", ".bn"), F.relu


def densenet(layer):
    """What goes into a concatenation or a pooling is as the convolution gives it; others are normalised later."""
    if layer.endswith("conv2") or "transition" in layer:
        return layer, raw
    return layer.replace("conv0", "norm0").replace("conv1", "norm2"), F.relu


def efficientnet(layer):
    """SiLU, but none after a block's last convolution; the gate's convolutions have their own activations."""
    if layer.endswith("fc1"):
        return layer, F.silu
    if layer.endswith("fc2"):
        return layer, torch.sigmoid
    last = re.match(r"features\.1\.\d\.block\.2|features\.[2-7]\.\d\.block\.3", layer)
    return layer.removesuffix(".0") + ".1", raw if last else F.silu


def convnext(layer):
    """Depthwise, then a layer norm in channels-last order; the halving convolutions go two ways at once."""
    if layer == "features.0.0":
        return "features.0.1", raw
    if layer.endswith("block.0"):
        return layer.replace("block.0", "block.2"), lambda maps: maps.permute(0, 3, 1, 2)
    return layer, raw


class Case(NamedTuple):
    """``expected`` gives for a layer the module behind whose output its maps are, and what is done to that output."""

    make: Callable[..., nn.Module]
    expected: Callable[[str], tuple[str, Callable]]
    layers: int
    options: dict


models = torchvision.models
CASES = {
    "VGG16": Case(models.vgg16, plain, 13, {"init_weights": False}),
    "AlexNet": Case(models.alexnet, plain, 5, {}),
    "SqueezeNet": Case(models.squeezenet1_1, plain, 26, {}),
    "ResNet": Case(models.resnet50, resnet, 53, {}),
    "MobileNetV2": Case(models.mobilenet_v2, mobilenet, 52, {}),
    "GoogLeNet": Case(models.googlenet, googlenet, 57, {"init_weights": False}),
    "DenseNet": Case(models.densenet121, densenet, 120, {}),
    "EfficientNet": Case(models.efficientnet_b0, efficientnet, 81, {}),
    "ConvNeXt": Case(models.convnext_tiny, convnext, 22, {}),
}


def trained(case):
    """Random weights, with normalisations that are not close to doing nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torchvision announces a change of GoogLeNet's first weights
        module = case.make(weights=None, **case.options).eval()
    for norm in (m for m in module.modules() if isinstance(m, NORMS)):
        nn.init.uniform_(norm.weight, 0.8, 1.5)
        nn.init.uniform_(norm.bias, -0.5, 0.5)
        if isinstance(norm, nn.BatchNorm2d):
            norm.running_mean.uniform_(-0.2, 0.2)
            norm.running_var.uniform_(0.5, 1.5)
    return module


class Pass(NamedTuple):
    """What two listenings and an own set of hooks got of the same pixels."""

    network: SimpleNamespace
    layers: tuple[str, ...]
    ran: list[str]
    outputs: dict[str, torch.Tensor]
    final: list[tuple[str, torch.Tensor]]
    raw: dict[str, torch.Tensor]
    scores: torch.Tensor


@pytest.fixture(scope="module", params=CASES)
def passed(request):
    case = CASES[request.param]
    with torch.random.fork_rng():
        torch.manual_seed(3)
        module, pixels = trained(case), torch.randn(2, 3, 64, 64)
    preprocessing = SimpleNamespace(pixels=lambda photograph: pixels[0])
    network = SimpleNamespace(module=module, preprocessing=preprocessing)
    layers = reached(network)
    ran, outputs, final, before = [], {}, [], {}
    with torch.no_grad():
        with listening(network, layers, lambda name, maps: final.append((name, maps.clone()))):
            module(pixels)
        with listening(network, layers, lambda name, maps: before.update({name: maps.clone()}), "raw"):
            module(pixels)
        hooks = [m.register_forward_hook(keep(name, ran, outputs)) for name, m in module.named_modules()]
        scores = module(pixels)
    for hook in hooks:
        hook.remove()
    expected = {layer: case.expected(layer) for layer in layers}
    outputs = {name: outputs[name] for name in {*layers, *(name for name, _ in expected.values())}}
    return case, Pass(network, layers, ran, outputs, final, before, scores)


def keep(name, ran, outputs):
    def hook(module, inputs, output):
        if isinstance(module, (nn.Conv2d, *NORMS)):
            ran.extend([name] * isinstance(module, nn.Conv2d))
            outputs[name] = output.clone()

    return hook


def test_maps_are_what_the_rest_of_the_network_sees(passed):
    case, this = passed
    wrong = []
    for layer, maps in this.final[:-1]:
        module, then = case.expected(layer)
        if not torch.equal(maps, then(this.outputs[module])):
            wrong.append(layer)
    assert wrong == []


def test_the_network_has_as_many_layers_as_it_should(passed):
    case, this = passed
    assert len(this.layers) == case.layers


def test_layers_are_reached_in_the_order_in_which_they_run(passed):
    _, this = passed
    assert list(this.layers) == this.ran


def test_every_layer_is_heard_once_and_the_scores_last(passed):
    _, this = passed
    names = [name for name, _ in this.final]
    assert (sorted(names[:-1]), names[-1]) == (sorted(this.layers), OUTPUT)


def test_raw_maps_are_what_the_convolution_gives(passed):
    _, this = passed
    assert [layer for layer in this.layers if not torch.equal(this.raw[layer], this.outputs[layer])] == []


def test_scores_are_those_of_the_bare_network(passed):
    _, this = passed
    assert torch.equal(this.final[-1][1], this.scores)


def test_all_filters_are_there(passed):
    _, this = passed
    modules = dict(this.network.module.named_modules())
    assert [name for name, maps in this.final[:-1] if maps.shape[1] != modules[name].out_channels] == []


def test_auxiliary_heads_of_googlenet_are_not_reached():
    module = trained(CASES["GoogLeNet"]._replace(options={"init_weights": False, "aux_logits": True}))
    network = SimpleNamespace(
        module=module, preprocessing=SimpleNamespace(pixels=lambda photograph: torch.zeros(3, 64, 64))
    )
    assert not [layer for layer in reached(network) if layer.startswith("aux")]
