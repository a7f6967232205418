"""Photographs of the world: the same from the same numbers, and true in every pixel."""

import hashlib

import numpy as np
import PIL
import pytest

from kgexplain.world.drawing.colours import COLOURS
from kgexplain.world.scenes import SCENES, empty_scene, photograph
from kgexplain.world.things import CLASSES, THINGS


def digest(picture):
    return hashlib.sha256(picture.pixels.tobytes() + picture.indices.tobytes()).hexdigest()[:16]


@pytest.fixture(scope="session")
def zoo(drawn):
    return {thing.name: [sample.picture for sample in drawn if sample.thing == thing] for thing in CLASSES}


def test_the_same_numbers_give_the_same_picture():
    assert digest(photograph(THINGS["zebra"], 3, 1)) == digest(photograph(THINGS["zebra"], 3, 1))


@pytest.mark.skipif(
    PIL.__version__ != "13.0.0", reason="other versions of Pillow may fill polygons otherwise"
)
@pytest.mark.parametrize(
    ("name", "expected"),
    [("tiger", "59ef41015efd0d1d"), ("teapot", "8063ce6cee0fbb97"), ("school bus", "e8d5202ceeae1ee0")],
)
def test_pictures_are_the_same_on_every_machine(name, expected):
    assert digest(photograph(THINGS[name], 0, 0)) == expected


def test_other_numbers_seeds_and_classes_give_other_pictures():
    pictures = [
        photograph(THINGS[name], seed, n) for name in ("tiger", "zebra") for seed in (0, 1) for n in (0, 1)
    ]
    assert len({digest(picture) for picture in pictures}) == 8


def test_every_class_can_be_seen_in_its_pictures(zoo):
    for name, pictures in zoo.items():
        assert min(picture.mask(object=name).sum() for picture in pictures) > 100


def test_every_part_of_every_class_can_be_seen_somewhere(zoo):
    for name, pictures in zoo.items():
        for part in THINGS[name].part_names:
            assert any(picture.part(part).any() for picture in pictures), (name, part)


@pytest.mark.parametrize("thing", CLASSES, ids=lambda thing: thing.name)
def test_without_a_part_the_picture_changes_where_its_mask_is_and_nowhere_else(thing):
    """Outlines and smoothing reach a pixel or two further; of a part behind another, a sliver may be in no mask."""
    whole = photograph(thing, 0, 0)
    for part in thing.part_names:
        lacking = photograph(thing, 0, 0, without=part)
        changed = (whole.pixels != lacking.pixels).any(axis=2)
        assert not lacking.part(part).any()
        assert not whole.part(part).any() or changed[whole.part(part)].mean() > 0.25
        assert changed[~wider(whole.part(part))].sum() <= 3


def wider(mask):
    padded = np.pad(mask, 2)
    return (
        sum(np.roll(padded, (y, x), (0, 1)) for y in (-2, -1, 0, 1, 2) for x in (-2, -1, 0, 1, 2))[2:-2, 2:-2]
        > 0
    )


def test_plain_parts_have_the_colour_they_are_said_to_have(zoo):
    """The median over a part's pixels is nearer to its colour than to any other, in the light of the picture."""
    right = []
    for pictures in zoo.values():
        for picture in pictures:
            for index, surface in enumerate(picture.surfaces):
                inside = picture.pixels[picture.indices == index]
                if surface.part and not surface.texture and len(inside) > 60:
                    median = np.median(inside, axis=0)
                    nearest = min(COLOURS, key=lambda name: np.square(median - COLOURS[name]).sum())
                    right.append(nearest == surface.colour)
    assert len(right) > 60
    assert np.mean(right) > 0.95


def test_every_scene_of_a_class_exists():
    assert {scene for thing in CLASSES for scene in thing.scenes} == set(SCENES)


def test_empty_scenes_show_no_class():
    names = {thing.name for thing in CLASSES}
    scenes = [empty_scene(0, number) for number in range(30)]
    assert not any(names & set(scene.areas("object")) for scene in scenes)
    assert {scene.scene for scene in scenes} == set(SCENES)


def test_no_picture_has_more_surfaces_than_its_indices_can_count(zoo):
    assert max(len(picture.surfaces) for pictures in zoo.values() for picture in pictures) < 256
