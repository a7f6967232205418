import json
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models import SqueezeNet1_1_Weights, Weights, WeightsEnum, _api

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.classes import imagenet_classes
from kgexplain.inputs.network import count_outputs, meant, network_of, open_network
from kgexplain.inputs.preprocessing import Preprocessing

NETS = Path(__file__).parents[3] / "shared" / "realdata" / "nets"
real = pytest.mark.skipif(not NETS.exists(), reason="shared/realdata is not there")

FACTORY = """
from torch import nn
def tiny():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
"""
SMALL = Preprocessing(resize=(9, 8), crop=None)


def tiny(outputs=2):
    return nn.Sequential(nn.Conv2d(3, outputs, 3), nn.Dropout(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten())


@pytest.fixture
def factory(tmp_path):
    file = tmp_path / "nets.py"
    file.write_text(FACTORY, encoding="utf-8")
    return f"{file}:tiny"


@pytest.fixture
def classes(tmp_path):
    file = tmp_path / "classes.txt"
    file.write_text("n02123045 tabby\nn02099601\n", encoding="utf-8")
    return str(file)


def words(pixels):
    return pixels.json()


def test_a_factorys_network_is_called_as_its_function(factory):
    network = open_network(factory, preprocessing=words(SMALL))
    assert (network.name, list(network.layers), network.device) == ("tiny", ["0"], torch.device("cpu"))


def test_a_network_is_in_evaluation_mode(factory):
    assert not any(part.training for part in open_network(factory).module.modules())


def test_classes_of_a_file_are_the_networks(factory, classes):
    expected = (OutputClass(0, "tabby", "n02123045"), OutputClass(1, "golden retriever", "n02099601"))
    assert open_network(factory, classes=classes).classes == expected


def test_a_thousand_outputs_are_assumed_to_be_imagenets():
    network = network_of(tiny(1000), "wide", preprocessing=SMALL)
    assert network.classes == imagenet_classes()


def test_other_outputs_are_numbered_and_it_is_said(factory):
    network = open_network(factory)
    assert ([c.name for c in network.classes], network.source["classes"]) == (
        ["class 0", "class 1"],
        "numbered",
    )


class Pets(WeightsEnum):
    V1 = Weights("https://example.org/pets.pth", Preprocessing, {"categories": ["cat", "dog"]})


def test_classes_that_weights_name_come_first():
    assert meant(Pets.V1, 2) == (OutputClass(0, "cat"), OutputClass(1, "dog"))


def test_classes_that_weights_name_do_not_count_where_outputs_are_others():
    assert meant(Pets.V1, 3) == ()


def test_imagenets_classes_are_not_taken_from_weights_which_know_no_wnids():
    assert meant(SqueezeNet1_1_Weights.DEFAULT, 1000) == ()


def test_the_source_opens_the_same_network_again(factory, classes, tmp_path):
    torch.manual_seed(2)
    file = tmp_path / "weights.pt"
    torch.save(open_network(factory).module.state_dict(), file)
    first = open_network(factory, str(file), classes, words(SMALL))
    again = open_network(**first.source)
    assert (again.architecture, again.preprocessing) == (first.architecture, SMALL)
    assert again.source == {
        "network": factory,
        "weights": str(file),
        "classes": classes,
        "preprocessing": words(SMALL),
    }


def test_weights_of_a_file_replace_those_of_the_factory(factory, tmp_path):
    state = open_network(factory).module.state_dict()
    state["4.bias"] = torch.tensor([3.0, -8.0])
    file = tmp_path / "weights.npz"
    np.savez(file, **{name: tensor.numpy() for name, tensor in state.items()})
    assert open_network(factory, str(file)).module[4].bias.tolist() == [3.0, -8.0]


def test_a_module_that_is_there_can_be_explained():
    module = tiny()
    network = network_of(module, "mine", ["cat", "dog"], SMALL)
    assert network.module is module
    assert (network.name, network.classes[1], network.source) == ("mine", OutputClass(1, "dog"), {})


def test_double_precision_becomes_that_of_pixels():
    network = network_of(tiny().double(), "mine", preprocessing=SMALL)
    assert network.module(torch.zeros(1, 3, 9, 8)).dtype == torch.float32


def test_the_picture_that_counts_outputs_has_the_networks_size():
    seen = []
    module = tiny()
    module.register_forward_pre_hook(lambda _, pixels: seen.append(tuple(pixels[0].shape)))
    network_of(module, "mine", preprocessing=SMALL)
    assert seen == [(1, 3, 9, 8)]


@real
def test_squeezenet_opens_from_arrays_of_numbers():
    network = open_network("squeezenet1_1", str(NETS / "squeezenet1_1.npz"), preprocessing='{"resize": 224}')
    with np.load(NETS / "squeezenet1_1.npz") as arrays:
        kept = arrays["features.0.weight"]
    assert np.array_equal(network.module.features[0].weight.detach().numpy(), kept)
    assert (len(network.layers), network.classes, network.source["classes"]) == (
        26,
        imagenet_classes(),
        "imagenet",
    )


@real
def test_mobilenet_of_birds_has_as_many_outputs_as_its_weights():
    weights, classes = (str(NETS / f"inat_birds_mobilenet_v2.{ending}") for ending in ("npz", "classes.txt"))
    network = open_network("mobilenet_v2", weights, classes)
    assert (len(network.classes), network.classes[0].name) == (965, "Haemorhous cassinii (Cassin's Finch)")


@real
def test_resnet_with_moved_strides_is_another_network_with_the_same_weights():
    plain = open_network("resnet50", str(NETS / "resnet50_v1.npz"))
    moved = open_network(f"{NETS / 'factories.py'}:resnet50_v1")
    assert torch.equal(plain.module.fc.weight, moved.module.fc.weight)
    assert plain.layers["layer2.0.conv1"].stride != moved.layers["layer2.0.conv1"].stride
    assert plain.digest != moved.digest


@real
def test_alexnet_of_44_classes_opens_with_its_names_and_its_pixels():
    pixels = {
        "resize": 227,
        "crop": 227,
        "mean": [122.68, 116.67, 104.01],
        "deviation": [1, 1, 1],
        "scale": 255,
    }
    classes = str(NETS / "alexnet_caffe_trunk.classes.txt")
    network = open_network(f"{NETS / 'factories.py'}:alexnet_caffe_trunk", None, classes, json.dumps(pixels))
    assert (len(network.classes), network.classes[0]) == (44, OutputClass(0, "tench", "n01440764"))
    assert [layer.groups for layer in network.layers.values()] == [1, 2, 1, 2, 2]


@real
def test_a_network_that_wants_another_size_says_so():
    message = r"alexnet_caffe_trunk: fails on a picture of 3 colours, 224 × 224 pixels: .*; give preprocessing with the size"
    with pytest.raises(InputError, match=message):
        open_network(f"{NETS / 'factories.py'}:alexnet_caffe_trunk")


@real
def test_weights_of_another_network_are_refused():
    with pytest.raises(
        InputError, match=r"squeezenet1_1\.npz: are of another architecture \(missing: conv1\.weight, "
    ):
        open_network("resnet18", str(NETS / "squeezenet1_1.npz"))


@real
def test_weights_by_name_are_those_that_are_downloaded(monkeypatch):
    asked = []

    def kept(url, **named):
        asked.append((url, named["weights_only"], named["check_hash"]))
        with np.load(NETS / "squeezenet1_1.npz") as arrays:
            return {name: torch.from_numpy(arrays[name]) for name in arrays.files}

    monkeypatch.setattr(_api, "load_state_dict_from_url", kept)
    network = open_network("squeezenet1_1", "DEFAULT")
    assert asked == [(SqueezeNet1_1_Weights.DEFAULT.url, True, True)]
    assert network.digest == open_network("squeezenet1_1", str(NETS / "squeezenet1_1.npz")).digest


def test_a_download_that_fails_is_said_with_what_to_do(monkeypatch):
    def failed(url, **named):
        raise URLError("no network")

    monkeypatch.setattr(_api, "load_state_dict_from_url", failed)
    message = r"squeezenet1_1-b8a52dc0\.pth: <urlopen error no network>; fetch that file elsewhere and give its path"
    with pytest.raises(InputError, match=message):
        open_network("squeezenet1_1", "DEFAULT")


def test_preprocessing_is_that_of_the_networks_usual_weights():
    network = open_network("EfficientNet_B2")
    assert (network.name, network.preprocessing.size) == ("efficientnet_b2", (288, 288))


def test_named_weights_of_a_factory_are_refused(factory):
    with pytest.raises(InputError, match=r"weights DEFAULT: are no file, and .* is a factory"):
        open_network(factory, "DEFAULT")


def test_too_few_classes_in_a_file_are_said_with_both_numbers(factory, tmp_path):
    file = tmp_path / "one.txt"
    file.write_text("cat\n", encoding="utf-8")
    with pytest.raises(InputError, match="lists 1 classes, but the network has 2 outputs"):
        open_network(factory, classes=str(file))


@pytest.mark.parametrize("device", ["abacus", "meta", "cuda:99"])
def test_a_device_that_cannot_be_used_is_refused(device, factory):
    with pytest.raises(InputError, match=f"device {device}: cannot be used: .*; cpu always can"):
        open_network(factory, device=device)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        (["cat"], "has 2 outputs, but 1 classes were given"),
        ([OutputClass(1, "cat"), OutputClass(0, "dog")], "not in the order of the outputs"),
        (
            [OutputClass(0, "cat", "n02123045"), OutputClass(1, "dog", "n02123045")],
            "two of its classes have one wnid",
        ),
    ],
)
def test_classes_that_do_not_fit_are_refused(classes, message):
    with pytest.raises(InputError, match=f"network mine: .*{message}"):
        network_of(tiny(), "mine", classes, SMALL)


class Several(nn.Module):
    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def forward(self, pixels):
        return self.answer(pixels)


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        (lambda pixels: (pixels, pixels), "tuple"),
        (lambda pixels: {"out": pixels}, "dict"),
        (lambda pixels: pixels, r"\(1, 3, 9, 8\)"),
        (lambda pixels: pixels.mean((0, 2, 3)), r"\(3,\)"),
    ],
)
def test_outputs_that_are_not_one_tensor_of_scores_are_refused(answer, given):
    with pytest.raises(
        InputError, match=f"network odd: gives {given} for one picture; it must give one tensor"
    ):
        count_outputs("odd", Several(answer), SMALL)


def test_a_network_of_another_number_of_colours_is_refused():
    module = nn.Sequential(nn.Conv2d(1, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with pytest.raises(InputError, match="network grey: fails on a picture of 3 colours, 9 × 8 pixels"):
        network_of(module, "grey", preprocessing=SMALL)


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_a_network_that_does_not_know_its_sizes_yet_is_refused():
    with pytest.raises(InputError, match="network lazy: has lazy layers without weights; run it once"):
        network_of(nn.Sequential(nn.LazyConv2d(2, 1)), "lazy")
