"""The generated world dissected: its trained network detects what is drawn, the same network untrained does not."""

import numpy as np
import pytest
import torch

from kgexplain.explainers.dissection import Dissection
from kgexplain.explainers.explainer import run
from kgexplain.explainers.iou import detected, p_values, strongest
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import network_of
from kgexplain.world.cnn import world_cnn
from kgexplain.world.making import make_annotated

LAYER = "conv5"


@pytest.fixture(scope="module")
def annotated(tmp_path_factory):
    """Six pictures of each of the 14 classes, with masks of objects, parts, materials, textures and colours."""
    return make_annotated(tmp_path_factory.mktemp("annotated"), 6).broden


def dissected(network, folder):
    (finding,) = run(network, open_images(folder, network.classes), [Dissection(layers=(LAYER,))])
    return finding.conclusion.arrays


def surprising(arrays):
    """How many filters have a best concept that chance gives to one of twenty filters or fewer."""
    best, null = (strongest(arrays[title][LAYER]) for title in ("iou", "iou_by_chance"))
    return int((p_values(best[None], null) <= 0.05).sum())


@pytest.fixture(scope="module")
def trained(world, annotated):
    return dissected(world, annotated)


@pytest.fixture(scope="module")
def untrained(world, annotated):
    module = world_cnn()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(
                torch.randn(parameter.shape, generator=generator) * parameter.std().nan_to_num(0.0)
            )
    network = network_of(module, "untrained", world.classes, world.preprocessing)
    return dissected(network, annotated)


def detectors(arrays, title="iou"):
    return len(detected(arrays[title][LAYER], 0.04)[0])


def test_trained_filters_detect_more_than_chance_gives(trained):
    """In six pictures of a class many a filter meets some concept by chance."""
    assert detectors(trained) > 55
    assert detectors(trained) > detectors(trained, "iou_by_chance") + 10


def test_untrained_filters_detect_next_to_nothing(untrained):
    assert detectors(untrained) < 6


def test_nearly_all_trained_filters_agree_better_than_chance(trained):
    assert surprising(trained) > 50


def test_untrained_filters_seldom_agree_better_than_chance(untrained):
    assert surprising(untrained) < 15


def test_the_photographs_that_excite_a_detector_of_an_object_show_it(trained, world):
    """The key of a picture begins with its class's wnid, whose name is the object's; one of fourteen by chance."""
    wnids = {class_.name: class_.wnid for class_ in world.classes}
    filters, concepts = detected(trained["iou"][LAYER], 0.04)
    names = [trained["concepts"]["concepts"][concept, 0].split("\t")[0] for concept in concepts]
    shown = [
        wnids[name] in key
        for filter_, name in zip(filters, names, strict=True)
        for key in trained["strongest"][LAYER][:3, filter_]
        if name in wnids
    ]
    assert len(shown) > 60
    assert np.mean(shown) > 0.6
