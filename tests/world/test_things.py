"""The classes of the world are synsets, and differ in parts, colours and patterns."""

import pytest

from kgexplain.shipped import shipped
from kgexplain.world.drawing.colours import COLOURS
from kgexplain.world.things import CLASSES, THINGS


@pytest.fixture(scope="module")
def words():
    lines = (shipped("data") / "wordnet" / "synsets.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t")[:2] for line in lines)


@pytest.mark.parametrize("thing", CLASSES, ids=lambda thing: thing.name)
def test_a_class_is_a_synset_of_that_name(thing, words):
    assert thing.name in [
        word.strip().replace("_", " ") for word in words[thing.wnid].replace(";", ",").split(",")
    ]


def test_classes_stand_in_the_order_of_their_wnids():
    assert [thing.wnid for thing in CLASSES] == sorted({thing.wnid for thing in CLASSES})


def test_every_colour_has_a_name_and_every_choice_is_used():
    for thing in CLASSES:
        used = {part.colour for part in thing.parts}
        assert used <= set(COLOURS) | set(thing.choices), thing.name
        assert set(thing.choices) <= used, thing.name


def test_some_classes_share_all_their_parts_and_others_none():
    assert THINGS["goldfinch"].part_names == THINGS["robin"].part_names
    assert not set(THINGS["agaric"].part_names) & set(THINGS["monarch"].part_names)
