"""Captions say what is true, and only that."""

import re

import numpy as np
import pytest

from kgexplain.world.captions import PartAttribute, captions, part_attributes
from kgexplain.world.drawing.colours import COLOURS
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Picture, Surface
from kgexplain.world.things import THINGS

SINGULAR = {
    "legs": "leg",
    "wings": "wing",
    "wheels": "wheel",
    "windows": "window",
    "fins": "fin",
    "gills": "gill",
    "antennae": "antenna",
}
WORD = rf"(?:{'|'.join(COLOURS)}|striped|spotted)"
PHRASE = re.compile(rf"\b({WORD}(?: (?:and )?{WORD})*) ([a-z]+)")


def robin(*areas):
    """A picture whose rows are filled with surfaces of a robin, one after the other."""
    surfaces = (Surface("grass", "", "green"), *(surface for surface, _ in areas))
    indices = np.zeros((10, 20), dtype=np.uint8)
    start = 0
    for index, (_, pixels) in enumerate(areas, start=1):
        indices.flat[start : start + pixels] = index
        start += pixels
    return Picture(np.zeros((10, 20, 3), dtype=np.uint8), indices, surfaces, "field", "robin")


def test_what_can_hardly_be_seen_is_not_said():
    shown = robin((Surface("robin", "tail", "black"), 5), (Surface("robin", "wing", "grey"), 6))
    assert part_attributes(shown) == (PartAttribute("wing", ("grey",), ""),)


def test_colours_are_said_largest_first_from_a_fifth_of_the_part():
    shown = robin(
        (Surface("robin", "wing", "red", "striped"), 30),
        (Surface("robin", "wing", "blue", "striped"), 50),
        (Surface("robin", "wing", "pink", "striped"), 19),
    )
    (wing,) = part_attributes(shown)
    assert wing == PartAttribute("wing", ("blue", "red"), "striped")
    assert wing.phrase == "striped blue and red wings"


def test_a_part_of_another_thing_is_not_said():
    assert part_attributes(robin((Surface("teapot", "lid", "red"), 60))) == ()


@pytest.mark.parametrize("name", THINGS)
def test_every_phrase_of_every_caption_is_true(name, drawn):
    for number, picture in enumerate(sample.picture for sample in drawn if sample.thing.name == name):
        parts = {part.part: part.adjectives for part in part_attributes(picture)}
        whole = {parts.get("body"), parts.get("cap")}
        told = 0
        for caption in captions(picture, Dice(number)):
            # A coffee mug is not coffee; what there is besides is no part.
            about_it = caption.lower().replace(name, "thing").partition("; there")[0]
            for adjectives, noun in PHRASE.findall(about_it):
                part = SINGULAR.get(noun, noun)
                assert adjectives == parts[part] if part in parts else adjectives in whole, caption
                told += 1
        assert told >= 10


def test_ten_captions_of_a_picture_are_not_all_the_same(drawn):
    told = captions(drawn[0].picture, Dice(0))
    assert len(told) == 10
    assert len(set(told)) > 3


def test_size_and_scene_are_those_of_the_picture(drawn):
    for picture in (sample.picture for sample in drawn if sample.thing.kind == "dog"):
        words = " ".join(captions(picture, Dice(2), 30)).lower()
        sizes = set(re.findall(r"(large|small) (?!flowers)", words))
        assert sizes == {"large" if picture.is_large else "small"}
        assert ("living room" in words) == (picture.scene == "living room")


def test_an_article_fits_its_noun(drawn):
    told = [caption for sample in drawn for caption in captions(sample.picture, Dice(1))]
    assert any(re.search(r"\ban [aeiou]", caption) for caption in told)
    assert not any(re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", caption) for caption in told)
