from collections import OrderedDict

import pytest
import torch
from torchvision import models

from kgexplain.errors import InputError
from kgexplain.inputs.catalogue import (
    empty,
    known_network,
    known_weights,
    networks,
    options,
    random_network,
    trained_network,
    weights_in,
)


def weightless(name, outputs=1000, **chosen):
    """A state dictionary of the right names and shapes, without numbers: made and loaded in no time."""
    return empty(name, {**options(name), "num_classes": outputs, **chosen}).state_dict()


def test_names_are_found_in_any_case():
    assert known_network("VGG16") == "vgg16"


def test_an_unknown_name_is_answered_with_close_ones():
    message = r"network resnet5O: is neither .*; close to it: resnet50, .*`kgexplain list networks` names all"
    with pytest.raises(InputError, match=message):
        known_network("resnet5O")


def test_a_network_that_finds_boxes_is_no_classification_network():
    with pytest.raises(
        InputError, match=f"one of torchvision's {len(networks())} classification networks nor a factory"
    ):
        known_network("fasterrcnn_resnet50_fpn")


@pytest.mark.parametrize(
    "name", ["IMAGENET1K_V2", "imagenet1k_v2", "ResNet50_Weights.IMAGENET1K_V2", "DEFAULT"]
)
def test_weights_are_found_by_every_form_of_their_name(name):
    assert known_weights("resnet50", name) is models.ResNet50_Weights.IMAGENET1K_V2


def test_unknown_weights_are_answered_with_those_that_exist():
    message = r"weights V9: are none that torchvision has for vgg16; it has DEFAULT, IMAGENET1K_V1, IMAGENET1K_FEATURES; or"
    with pytest.raises(InputError, match=message):
        known_weights("vgg16", "V9")


def test_a_downloaded_file_is_known_by_its_name():
    assert (
        weights_in("resnet50", "/some/where/resnet50-11ad3fa6.pth") is models.ResNet50_Weights.IMAGENET1K_V2
    )


def test_a_file_of_another_name_is_not():
    assert weights_in("resnet50", "resnet50.pth") is None


def test_random_weights_are_the_same_each_time():
    made = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        made.append(random_network("squeezenet1_1").state_dict())
    assert all(torch.equal(made[0][name], made[1][name]) for name in made[0])


def test_random_weights_leave_the_programs_chance_alone():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    random_network("squeezenet1_1")
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("vgg16", "classifier.6"),
        ("alexnet", "classifier.6"),
        ("squeezenet1_1", "classifier.1"),
        ("resnet18", "fc"),
        ("mobilenet_v2", "classifier.1"),
        ("googlenet", "fc"),
        ("inception_v3", "fc"),
        ("densenet121", "classifier"),
        ("efficientnet_b0", "classifier.1"),
        ("convnext_tiny", "classifier.2"),
        ("vit_b_16", "heads.head"),
        ("regnet_y_400mf", "fc"),
        ("mnasnet0_5", "classifier.1"),
        ("shufflenet_v2_x0_5", "fc"),
        ("maxvit_t", "classifier.5"),
        ("swin_t", "head"),
    ],
)
def test_the_number_of_outputs_comes_from_the_weights(name, last):
    module = trained_network(name, weightless(name, 7), None, "weights")
    assert module.get_submodule(last).weight.shape[0] == 7


def test_outputs_are_counted_also_where_names_are_in_another_order():
    """As .safetensors files have them: sorted."""
    state = dict(sorted(weightless("squeezenet1_1", 7).items()))
    assert trained_network("squeezenet1_1", state, None, "weights").classifier[1].out_channels == 7


def test_outputs_are_counted_below_a_prefix():
    state = {f"module.{name}": tensor for name, tensor in weightless("resnet18", 7).items()}
    assert trained_network("resnet18", state, None, "weights").fc.out_features == 7


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_heads_for_training_are_left_out(name):
    state = weightless(name, 7, aux_logits=True)
    module = trained_network(
        name, {f"module.{key}": tensor for key, tensor in state.items()}, None, "weights"
    )
    assert not [key for key in module.state_dict() if key.lower().startswith("aux")]


@pytest.mark.parametrize(
    ("known", "expected"),
    [(models.GoogLeNet_Weights.IMAGENET1K_V1, True), (None, False)],
    ids=["its own", "others"],
)
def test_googlenet_converts_colours_where_torchvisions_weights_want_it(known, expected):
    assert trained_network("googlenet", weightless("googlenet"), known, "weights").transform_input is expected


def test_densenets_old_names_are_understood():
    state = weightless("densenet121")
    old = OrderedDict(
        (name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."), t) for name, t in state.items()
    )
    assert old.keys() != state.keys()
    assert trained_network("densenet121", old, None, "weights").state_dict().keys() == state.keys()
