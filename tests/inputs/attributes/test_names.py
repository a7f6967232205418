from pathlib import Path

import pytest

from kgexplain.inputs.attributes import Phrase
from kgexplain.inputs.attributes.names import named, phrase_of
from kgexplain.world.layouts.birds import attribute_names

CUB = Path(__file__).parents[4] / "shared" / "realdata" / "cub10"


@pytest.mark.parametrize(
    ("name", "adjective", "noun"),
    [
        ("has_crown_color::blue", "blue", "crown"),
        ("has_crown_colour::blue", "blue", "crown"),
        ("has_upper_tail_color::buff", "buff", "upper tail"),
        ("has_upperparts_color::grey", "grey", "upperparts"),
        ("has_primary_color::red", "red", "primary color"),
        ("has_bill_shape::curved_(up_or_down)", "curved", "bill"),
        ("has_bill_shape::hooked_seabird", "hooked seabird", "bill"),
        ("has_bill_shape::cone", "cone-shaped", "bill"),
        ("has_bill_length::about_the_same_as_head", "head-length", "bill"),
        ("has_bill_length::shorter_than_head", "shorter-than-head", "bill"),
        ("has_tail_shape::fan-shaped_tail", "fan-shaped", "tail"),
        ("has_wing_shape::broad-wings", "broad", "wing"),
        ("has_head_pattern::malar", "", "malar stripe"),
        ("has_head_pattern::eyebrow", "", "eyebrow"),
        ("has_head_pattern::unique_pattern", "unique", "head pattern"),
        ("has_breast_pattern::multi-colored", "multi-colored", "breast"),
        ("has_size::very_large_(32_-_72_in)", "very large", "size"),
        ("has_shape::upright-perching_water-like", "upright-perching water-like", "shape"),
        ("open area", "open", "area"),
        ("far-away horizon", "far-away", "horizon"),
        ("White_Heads", "white", "head"),
        ("rock/ stone", "", "rock/stone"),
        ("direct sun/sunny", "", "direct sun/sunny"),
        ("wood (not part of a tree)", "", "wood"),
        ("mostly vertical components", "", "mostly vertical components"),
        ("natural", "", "natural"),
        ("(none)", "", "(none)"),
    ],
)
def test_a_name_becomes_a_phrase(name, adjective, noun):
    assert phrase_of(name) == Phrase(adjective, noun)


def test_names_that_would_be_one_phrase_stay_as_they_are():
    names = ["White heads", "white_head", "black tail"]
    assert [phrase.text for phrase in named(names)] == ["White heads", "white_head", "black tail"]


def test_the_names_of_the_generated_world_are_told_apart():
    names = attribute_names()
    assert len({phrase.text for phrase in named(names)}) == len(names)
    assert named(["has_wing_pattern::plain"]) == [Phrase("plain", "wing")]


@pytest.mark.skipif(not CUB.is_dir(), reason="the real data is not beside the checkout")
def test_cubs_names_are_312_phrases_and_none_is_left_as_it_was():
    names = [line.split(" ", 1)[1] for line in (CUB / "attributes.txt").read_text().splitlines()]
    found = named(names)
    assert len({phrase.text for phrase in found}) == 312
    assert not [phrase for phrase in found if set("_:()") & set(phrase.text)]
    assert [phrase.text for phrase in found if not phrase.adjective] == [
        "malar stripe",
        "eyebrow",
        "eyering",
        "eyeline",
    ]
