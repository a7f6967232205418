"""Planted filters detect the concepts that they were made for, and filters that see noise detect nothing."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from kgexplain.explainers.dissection import Dissection
from kgexplain.explainers.explainer import run
from kgexplain.explainers.iou import p_values, strongest
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import network_of
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.vocabulary import DETECTS, concept

SIDE = 32
NOISE = 40
PLANTED = {0: ("object", "ball"), 1: ("part", "lid")}


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Forty pictures of blue noise: half with a red ball, half with a grey box whose lid is green; a floor in all."""
    folder = tmp_path_factory.mktemp("scenes")
    random = np.random.default_rng(5)
    rows = ["image,mask,part_mask"]
    for number in range(40):
        pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
        pixels[..., 2] = random.integers(0, 256, (SIDE, SIDE))
        mask, parts = np.zeros((SIDE, SIDE), np.uint8), np.zeros((SIDE, SIDE), np.uint8)
        mask[24:] = 3
        top, left = random.integers(0, 16, 2).tolist()
        if number % 2:
            pixels[top : top + 6, left : left + 6, 0] = random.integers(150, 256, (6, 6))
            mask[top : top + 6, left : left + 6] = 1
        else:
            pixels[top : top + 8, left : left + 10, :2] = 60
            pixels[top : top + 3, left : left + 10, 1] = random.integers(150, 256, (3, 10))
            mask[top : top + 8, left : left + 10] = 2
            parts[top : top + 3, left : left + 10] = 4
        Image.fromarray(pixels).save(folder / f"{number}.png")
        Image.fromarray(mask).save(folder / f"{number}.mask.png")
        Image.fromarray(parts).save(folder / f"{number}.parts.png")
        rows.append(f"{number}.png,{number}.mask.png,{number}.parts.png")
    (folder / "index.csv").write_text("\n".join(rows) + "\n")
    labels = ("1,ball,object", "2,box,object", "3,floor,object", "4,lid,part")
    (folder / "labels.csv").write_text("\n".join(["number,name,category", *labels]) + "\n")
    return folder


def planted():
    """Filter 0 sees red, filter 1 green, and forty see edges of the blue noise, each in its own way."""
    module = nn.Sequential(
        nn.Conv2d(3, 2 + NOISE, 3, padding=1, bias=False), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
    ).eval()
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        module[0].weight.zero_()
        module[0].weight[0, 0] = 1.0
        module[0].weight[1, 1] = 1.0
        module[0].weight[2:, 2] = torch.randn(NOISE, 3, 3, generator=generator)
    classes = tuple(OutputClass(i, str(i)) for i in range(2 + NOISE))
    unit = {"mean": (0.0, 0.0, 0.0), "deviation": (1.0, 1.0, 1.0)}
    return network_of(module, "planted", classes, Preprocessing(resize=(SIDE, SIDE), crop=None, **unit))


@pytest.fixture(scope="module")
def dissection(scenes):
    network = planted()
    (finding,) = run(network, open_images(scenes, network.classes), [Dissection(resolution=SIDE)])
    return finding, list(finding.conclusion.statements)


@pytest.fixture(scope="module")
def detected(dissection):
    filters = {planted().architecture.filter("0", i).value: i for i in range(2 + NOISE)}
    return {filters[s.subject.value]: s.object for s in dissection[1] if s.predicate == DETECTS}


def test_a_planted_filter_detects_its_concept(detected):
    assert {filter_: detected[filter_] for filter_ in PLANTED} == {
        filter_: concept(*of) for filter_, of in PLANTED.items()
    }


def test_filters_of_noise_detect_nothing(detected):
    assert detected.keys() == PLANTED.keys()


@pytest.fixture(scope="module")
def probabilities(dissection):
    """p of each filter's best concept."""
    arrays = dissection[0].conclusion.arrays
    iou, by_chance = arrays["iou"]["0"], arrays["iou_by_chance"]["0"]
    return p_values(strongest(iou)[None], strongest(by_chance))[0]


def test_a_planted_filter_is_better_than_all_by_chance(probabilities):
    assert probabilities[list(PLANTED)].tolist() == [1 / (3 + NOISE)] * 2


def test_what_noise_reaches_is_what_chance_gives(probabilities):
    """p of filters that see noise is spread over all from 0 to 1; of forty, some two are below 0.05."""
    of_noise = np.delete(probabilities, list(PLANTED))
    assert 0.3 < of_noise.mean() < 0.7
    assert (of_noise < 0.05).sum() <= 6


def test_the_photographs_that_a_planted_filter_answers_most_show_its_concept(dissection):
    """Balls are in the pictures of odd numbers, lids in the others."""
    keys = dissection[0].conclusion.arrays["strongest"]["0"]
    parities = [{int(key.removesuffix(".png")) % 2 for key in keys[:, f]} for f in PLANTED]
    assert parities == [{1}, {0}]
