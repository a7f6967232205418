"""Sentences: those that arXiv:1805.08969 prints, and of attributes that are no adjective with a noun."""

import pytest

from kgexplain.answers.attributes.estimate import Estimate
from kgexplain.answers.attributes.merging import Group
from kgexplain.answers.attributes.sentence import clauses, merged, sentence
from tests.answers.attributes.birds import said

# What is printed in Figures 1, 3 and 8 after "because it has", and five attributes in an order that gives it. The paper
# writes "a American Pipit" and "a Eared Grebe"; the classes are left out here, as we write "an".
PRINTED = {
    "brown and black crown, white breast, white eyebrow, and short beak": (
        "brown crown, black crown, white breast, white eyebrow, short beak"
    ),
    "brown crown, white eyebrow, long tail, and pointy and long beak": (
        "brown crown, white eyebrow, long tail, pointy beak, long beak"
    ),
    "short beak, yellow and white breast, brown crown, and yellow throat": (
        "short beak, yellow breast, brown crown, yellow throat, white breast"
    ),
    "black crown, long neck, black head, red eye, and white throat": (
        "black crown, long neck, black head, red eye, white throat"
    ),
    "black head, thick and pointy and black beak, and black crown": (
        "black head, thick beak, pointy beak, black crown, black beak"
    ),
    "black and red crown, black head, white breast, and black throat": (
        "black crown, black head, red crown, white breast, black throat"
    ),
    "yellow breast, grey head, yellow throat, short beak, and white eyebrow": (
        "yellow breast, grey head, yellow throat, short beak, white eyebrow"
    ),
    "white breast, black crown, white throat, black beak, and black cheek patch": (
        "white breast, black crown, white throat, black beak, black cheek patch"
    ),
    "long tail, white breast, short beak, and brown and red crown": (
        "long tail, white breast, short beak, brown crown, red crown"
    ),
    "black throat, white breast, short beak, and brown and red crown": (
        "black throat, white breast, short beak, brown crown, red crown"
    ),
    "brown and yellow crown, black throat, yellow eyebrow, and short beak": (
        "brown crown, black throat, yellow crown, yellow eyebrow, short beak"
    ),
    "brown and blue crown, black throat, short beak, and blue head": (
        "brown crown, black throat, blue crown, short beak, blue head"
    ),
    "bright yellow breast, red crown, and gray head": (
        "yellow breast, bright breast, red crown, bright yellow breast, gray head"
    ),
    "red and yellow body, yellow crown, yellow head, and yellow breast": (
        "red body, yellow crown, yellow body, yellow head, yellow breast"
    ),
}


def cheek(estimate):
    """The paper's one noun of two words."""
    return estimate._replace(adjective="black", noun="cheek patch") if "cheek" in estimate.text else estimate


@pytest.mark.parametrize("printed", PRINTED)
def test_a_printed_sentence_comes_from_five_attributes(printed):
    estimates = [cheek(estimate) for estimate in said(PRINTED[printed])]
    assert len(estimates) == 5
    assert sentence("House Wren", estimates) == f"This is a House Wren because it has {printed}."


def test_only_the_first_are_said():
    assert merged(said("long tail, red eye, white head"), 2) == ("long tail", "red eye")


def test_attributes_are_chosen_before_they_are_merged():
    assert merged(said("white breast, brown breast, long tail"), 2) == ("white and brown breast",)


def test_places_decide_and_not_the_order_in_which_they_are_given():
    assert merged(reversed(said("long tail, red eye, white head")), 2) == ("long tail", "red eye")


def test_what_speaks_against_a_class_is_no_reason():
    assert merged(said("long tail, red eye", (0.2, -0.1))) == ("long tail",)


def test_of_improbable_attributes_no_sentence_is_made():
    assert (
        sentence("Eared Grebe", said("red eye", (0.0,))) == "Nothing is known that speaks for an Eared Grebe."
    )


def alone(*nouns):
    return [Estimate(noun, "", noun, noun, 0.1, place) for place, noun in enumerate(nouns, start=1)]


def test_things_deeds_and_qualities_have_their_own_verbs():
    expected = (
        "This is a beach because it has sand, and natural light; it shows swimming; and it is warm and dry."
    )
    assert sentence("beach", alone("sand", "swimming", "warm", "natural light", "dry")) == expected


def test_what_only_happens_is_shown():
    assert sentence("harbor", alone("sailing/boating", "diving")) == (
        "This is a harbor because it shows sailing or boating, and diving."
    )


def test_clauses_speak_of_their_subject():
    assert clauses("a wren", (Group("is", ("small",), ""),)) == "a wren is small"
