from collections import OrderedDict

import pytest
import torch
from torch import nn

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Layer
from kgexplain.inputs.catalogue import empty, options
from kgexplain.inputs.structure import digest, layers_of


class Folded(nn.Conv2d):
    pass


def small(**changed):
    chosen = {"stride": 1, "pool": 2, **changed}
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(4, 6, (3, 5), stride=chosen["stride"], dilation=(1, 2), groups=2),
        nn.BatchNorm2d(6),
        nn.MaxPool2d(chosen["pool"]),
        nn.Sequential(OrderedDict(inner=Folded(6, 8, 1))),
    )


def test_layers_are_all_convolutions_in_order():
    assert list(layers_of("small", small(stride=(2, 3))).items()) == [
        ("0", Layer("0", 6, 1, (3, 5), (2, 3), (1, 2), 2)),
        ("3.inner", Layer("3.inner", 8, 2)),
    ]


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("vgg16", 13, "features.0", "features.28"),
        ("alexnet", 5, "features.0", "features.10"),
        ("squeezenet1_1", 26, "features.0", "classifier.1"),
        ("resnet18", 20, "conv1", "layer4.1.conv2"),
        ("mobilenet_v2", 52, "features.0.0", "features.18.0"),
        ("googlenet", 57, "conv1.conv", "inception5b.branch4.1.conv"),
        ("densenet121", 120, "features.conv0", "features.denseblock4.denselayer16.conv2"),
        ("efficientnet_b0", 81, "features.0.0", "features.8.0"),
        ("convnext_tiny", 22, "features.0.0", "features.7.2.block.0"),
    ],
)
def test_torchvisions_networks_have_their_convolutions(name, count, first, last):
    layers = list(layers_of(name, empty(name, options(name))))
    assert (len(layers), layers[0], layers[-1]) == (count, first, last)


def test_depthwise_convolutions_have_a_group_for_each_filter():
    layer = layers_of("m", empty("mobilenet_v2", {}))["features.1.conv.0.0"]
    assert (layer.groups, layer.filters) == (32, 32)


def test_a_network_without_convolutions_is_refused():
    with pytest.raises(InputError, match=r"network flat: has no torch\.nn\.Conv2d"):
        layers_of("flat", nn.Linear(3, 2))


def test_the_same_weights_have_the_same_digest():
    assert digest(small()) == digest(small())


def test_the_digest_is_that_of_other_days():
    """A change here makes all evidence and all names of networks new: never by accident."""
    module = nn.Sequential(nn.Conv2d(1, 1, 2), nn.ReLU())
    nn.init.constant_(module[0].weight, 0.5)
    nn.init.zeros_(module[0].bias)
    assert digest(module)[:16] == "cab5a8d7576368d0"


def changed_weight(module):
    with torch.no_grad():
        module[3].inner.weight[7, 5, 0, 0] += 1e-3
    return module


def changed_statistic(module):
    module[1].running_mean[2] = 1e-3
    return module


def renamed_part(module):
    return nn.Sequential(OrderedDict(zip("abcd", module, strict=True)))


@pytest.mark.parametrize(
    "other",
    [
        lambda: small(stride=2),
        lambda: small(pool=3),
        lambda: changed_weight(small()),
        lambda: changed_statistic(small()),
        lambda: renamed_part(small()),
        lambda: small().double(),
        lambda: nn.Sequential(*small(), nn.ReLU()),
    ],
    ids=["stride", "pooling", "weight", "statistic", "name", "precision", "part"],
)
def test_another_network_has_another_digest(other):
    assert digest(other()) != digest(small())


def test_two_kinds_of_activation_are_two_networks():
    assert digest(nn.Sequential(nn.ReLU())) != digest(nn.Sequential(nn.GELU()))


def test_the_digest_does_not_depend_on_how_memory_is_laid_out():
    assert digest(small().to(memory_format=torch.channels_last)) == digest(small())


def test_the_digest_reads_kinds_of_numbers_that_numpy_does_not_have():
    assert len(digest(small().to(torch.bfloat16))) == 64
