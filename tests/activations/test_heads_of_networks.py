"""How architectures that are in use make their scores, said for each by hand."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from kgexplain.activations.head import getting, head
from kgexplain.activations.look import look
from kgexplain.activations.statistic import host
from kgexplain.inputs.network import network_of, open_network
from kgexplain.inputs.preprocessing import Preprocessing

NETS = Path(__file__).parents[2] / ".." / "shared" / "realdata" / "nets" / "factories.py"

LINEAR = {
    "resnet18": ("layer4.1.conv2", 512, "fc"),
    "mobilenet_v2": ("features.18.0", 1280, "classifier.1"),
    "efficientnet_b0": ("features.8.0", 1280, "classifier.1"),
    "shufflenet_v2_x0_5": ("conv5.0", 1024, "fc"),
    # Its gates' last convolutions have as many filters as its blocks.
    "regnet_y_400mf": ("trunk_output.block4.block4-5.f.c.0", 440, "fc"),
}
BY_GRADIENT = {
    # Several linear layers, a flattening, a concatenation of several convolutions' maps, a layer norm.
    "alexnet": ("features.10", 256),
    "mobilenet_v3_small": ("features.12.0", 576),
    "densenet121": ("features.denseblock4.denselayer16.conv2", 32),
    "googlenet": ("inception5b.branch4.1.conv", 128),
    "convnext_tiny": ("features.7.2.block.0", 768),
    # Its last filters are its classes.
    "squeezenet1_1": ("features.12.expand3x3", 256),
}


def opened(name):
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")  # torchvision announces a change of GoogLeNet's first weights
        torch.manual_seed(3)
        module = torchvision.models.get_model(name, weights=None, num_classes=7)
    return network_of(module, name, preprocessing=Preprocessing(resize=(64, 96), crop=None))


@pytest.mark.parametrize(("name", "expected"), LINEAR.items(), ids=LINEAR)
def test_a_linear_layer_behind_the_mean_of_each_map_is_found(name, expected):
    found = head(opened(name))
    assert (found.layer, found.filters, found.linear) == expected


@pytest.mark.parametrize("name", LINEAR)
def test_scores_are_those_of_the_linear_layer(name):
    network, got = opened(name), []
    found = head(network)
    with getting(network, found.linear, got.append), torch.no_grad():
        scores = host(network.module(torch.rand(2, 3, 64, 96)))
    assert np.allclose(host(got[0]) @ found.weights.T + found.bias, scores, atol=1e-5)


@pytest.mark.parametrize(("name", "expected"), BY_GRADIENT.items(), ids=BY_GRADIENT)
def test_others_have_gradients_by_their_last_convolution(name, expected):
    found = head(opened(name))
    assert (found.layer, found.filters, found.linear) == (*expected, None)


@pytest.mark.parametrize("name", ["convnext_tiny", "densenet121"])
def test_weights_are_the_gradient_of_a_hook_on_the_convolution(name):
    """Where the maps are what the module gives; in ConvNeXt what its layer norm gives, in another order."""
    network = opened(name)
    found, shown = head(network), torch.rand(3, 64, 96)
    module = network.module.get_submodule(found.layer.replace("block.0", "block.2"))
    kept = []
    hook = module.register_forward_hook(lambda _module, _inputs, maps: kept.append(maps))
    scores = network.module(shown[None])
    hook.remove()
    (gradient,) = torch.autograd.grad(scores[0, 4], kept[0])
    expected = (
        gradient[0].sum((0, 1))
        if "block" in found.layer and name == "convnext_tiny"
        else gradient[0].sum((1, 2))
    )
    assert np.allclose(look(network, found, shown, [4]).weights[0], host(expected), atol=1e-5)


@pytest.mark.skipif(not NETS.exists(), reason="the folder of real networks is not here")
@pytest.mark.parametrize(
    ("name", "expected"),
    {
        "inat_birds_mobilenet_v2": ("features.18.0", 1280, "classifier.1"),
        "mobilenet_v2": ("features.18.0", 1280, "classifier.1"),
        "resnet50_v1": ("layer4.2.conv3", 2048, "fc"),
        "squeezenet1_1": ("features.12.expand3x3", 256, None),
    }.items(),
)
def test_real_networks(name, expected):
    found = head(open_network(f"{NETS}:{name}"))
    assert (found.layer, found.filters, found.linear) == expected
