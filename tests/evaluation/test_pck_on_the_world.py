"""PCK on pictures of the generated world, with filters that are made to look at one part each."""

import numpy as np
import pytest

from kgexplain.evaluation.bootstrap import Bootstrap
from kgexplain.evaluation.parts import groundable
from kgexplain.evaluation.pck import CONSTANT, RANDOM, longest_side, pck, sighted, targets
from kgexplain.inputs.attributes.parts import read_parts
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.inputs.view import view
from kgexplain.world import CLASSES
from kgexplain.world.captions import part_attributes
from kgexplain.world.layouts import Sample, bird_layout
from kgexplain.world.layouts.birds import part_names
from kgexplain.world.scenes import photograph
from tests.evaluation.test_parts import Phrase

SIDE = 8


@pytest.fixture(scope="module")
def samples():
    return [Sample(thing, 1, photograph(thing, 8, 1)) for thing in CLASSES[::2]]


@pytest.fixture(scope="module")
def parts(samples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "birds"
    bird_layout(folder, samples)
    return read_parts(folder)


def maps(picture):
    """A filter for each part of the world, as high in each of 8 × 8 places as the part covers it; and one more, for all."""
    masks = np.stack([*(picture.part(name) for name in part_names()), np.ones(picture.indices.shape)])
    rows, columns = (np.linspace(0, length, SIDE + 1).astype(int)[:-1] for length in masks.shape[1:])
    sums = np.add.reduceat(np.add.reduceat(masks.astype(float), rows, 1), columns, 2)
    return sums / sums[-1]


@pytest.fixture(scope="module")
def figures(samples, parts):
    names = part_names()
    phrases = [Phrase("", name) for name in names]
    asked = groundable(phrases, np.ones(len(names)), names, len(names))
    sightings = []
    for key, sample in zip(parts.boxes, samples, strict=True):
        picture = sample.picture
        seen = view(Preprocessing(resize=None, crop=picture.indices.shape), *picture.indices.shape[::-1])
        said = {attribute.part for attribute in part_attributes(picture)}
        wanted = [attribute for attribute in asked if attribute.text in said]
        found = targets(key, wanted, parts.locations(key), longest_side(parts.box(key)), seen)
        for target in found:
            densities = np.eye(len(names) + 1)[target.attribute.place]
            sightings.append(sighted(target, densities, maps(picture)))
    return {(f.alpha, f.baseline, f.above): f.interval for f in pck(sightings, bootstrap=Bootstrap(200))}


def test_filters_that_look_at_parts_find_them(figures):
    """Not all: of two wheels or four legs only one has the point, and the map may be as high at another."""
    assert figures[0.2, "", ""].value > 0.8


def test_both_baselines_are_far_below(figures):
    for baseline in (RANDOM, CONSTANT):
        assert figures[0.1, "", baseline].low > 0.2


def test_pck_grows_with_what_is_allowed(figures):
    for baseline in ("", RANDOM, CONSTANT):
        values = [figures[alpha, baseline, ""].value for alpha in (0.1, 0.2, 0.3)]
        assert values == sorted(values)
