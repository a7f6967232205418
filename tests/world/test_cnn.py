"""The shipped network does what its record says."""

import csv
import json

import numpy as np
import pytest
import torch

from kgexplain.inputs.preprocessing import read_preprocessing
from kgexplain.shipped import shipped
from kgexplain.world import CLASSES
from kgexplain.world.cnn import WorldCNN, world_cnn
from kgexplain.world.making import samples

FOLDER = shipped("data") / "world"


@pytest.fixture(scope="module")
def network():
    return world_cnn()


def test_it_is_as_right_on_new_pictures_as_its_record_says(network):
    """Of 140 new pictures: three standard deviations of a share of 0.95 are 0.055, so 0.06 is allowed."""
    preprocessing = read_preprocessing(str(FOLDER / "preprocessing.json"))
    drawn = samples(10, 11)
    with torch.inference_mode():
        scores = network(torch.stack([preprocessing.pixels(sample.picture.image()) for sample in drawn]))
    right = [
        CLASSES[best] == sample.thing for best, sample in zip(scores.argmax(1).tolist(), drawn, strict=True)
    ]
    recorded = json.loads((FOLDER / "record.json").read_text())["test"]["accuracy"]
    assert 0.9 <= recorded <= 0.97
    assert np.mean(right) == pytest.approx(recorded, abs=0.06)


def test_its_classes_are_those_of_the_world():
    with (FOLDER / "classes.tsv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [(row["index"], row["wnid"], row["name"]) for row in rows] == [
        (str(index), thing.wnid, thing.name) for index, thing in enumerate(CLASSES)
    ]


def test_it_is_in_evaluation_mode(network):
    assert not any(module.training for module in network.modules())


def test_scores_are_the_linear_layer_of_the_mean_maps(network):
    pixels = torch.rand(2, 3, 96, 96)
    with torch.inference_mode():
        maps = network.maps(pixels)
        expected = maps.mean(dim=(2, 3)) @ network.linear.weight.T + network.linear.bias
        assert maps.shape == (2, 64, 12, 12)
        assert torch.allclose(network(pixels), expected, atol=1e-5)


def test_weights_are_small_and_without_code():
    assert (FOLDER / "cnn.npz").stat().st_size < 1_500_000
    with np.load(FOLDER / "cnn.npz", allow_pickle=False) as weights:
        assert set(weights.files) == set(WorldCNN(len(CLASSES)).state_dict())
