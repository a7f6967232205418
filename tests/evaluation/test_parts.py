"""Which parts attributes are about: words of birds, and parts of any data set by their own names."""

from typing import NamedTuple

import numpy as np
import pytest

from kgexplain.evaluation.parts import PARTS, Groundable, groundable, parts_of

# The parts of Caltech-UCSD Birds 200-2011, by its parts.txt.
CUB = (
    *("back", "beak", "belly", "breast", "crown", "forehead", "left eye", "left leg", "left wing"),
    *("nape", "right eye", "right leg", "right wing", "tail", "throat"),
)


class Phrase(NamedTuple):
    adjective: str
    noun: str

    @property
    def text(self):
        return f"{self.adjective} {self.noun}".strip()


@pytest.mark.parametrize(
    ("noun", "parts"),
    [
        ("bill", ("beak",)),
        ("beak", ("beak",)),
        ("cheek patch", ("left eye", "right eye")),
        ("wing bar", ("left wing", "right wing")),
        ("tail feather", ("tail",)),
        ("feather", ()),
        ("neck", ("nape", "throat")),
        ("bird", ()),
        ("", ()),
    ],
)
def test_nouns_of_birds(noun, parts):
    assert parts_of(noun, CUB) == parts


def test_a_part_with_points_of_its_own_is_itself():
    """Of birds, wings have a left and a right point; where a data set has one for wings, it is meant."""
    assert parts_of("wing", ["tail", "wing"]) == ("wing",)


def test_a_whole_noun_counts_before_its_words():
    assert parts_of("wing tail", ["wing tail", "tail"]) == ("wing tail",)


def test_the_last_word_of_a_noun_says_what_it_is():
    assert parts_of("wing tail", CUB) == ("tail",)


def test_parts_without_points_are_left_out():
    assert parts_of("eye", ["left eye", "tail"]) == ("left eye",)


def test_every_part_of_a_word_is_one_of_the_data_set():
    assert {part for parts in PARTS.values() for part in parts} == set(CUB)


PHRASES = (
    Phrase("red", "tail"),
    Phrase("small", "bird"),
    Phrase("long", "bill"),
    Phrase("", "crown"),
    Phrase("white", "tail"),
)


def test_the_most_frequent_attributes_about_parts():
    """Small bird is about none, white tail of no image; long bill and crown are as frequent, so the first is first."""
    found = groundable(PHRASES, np.array([2, 9, 4, 4, 0]), CUB)
    assert found == (
        Groundable(2, "long bill", ("beak",)),
        Groundable(3, "crown", ("crown",)),
        Groundable(0, "red tail", ("tail",)),
    )


def test_attributes_about_no_part_take_no_place():
    assert [attribute.text for attribute in groundable(PHRASES, np.array([2, 9, 4, 4, 0]), CUB, 2)] == [
        "long bill",
        "crown",
    ]
