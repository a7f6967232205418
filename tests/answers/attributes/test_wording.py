"""How single words are said."""

import pytest

from kgexplain.answers.attributes.wording import article, named, singular, spoken, verb


@pytest.mark.parametrize(
    "name",
    ["an American Pipit", "an Eared Grebe", "an umbrella", "an honorary degree", "an X-ray", "an NBA player"],
)
def test_a_vowel_by_sound_wants_an(name):
    assert article(name.removeprefix("an ")) == name


@pytest.mark.parametrize(
    "name",
    ["a House Wren", "a unicycle", "a European fire salamander", "a U-boat", "a ukulele", "a horned grebe"],
)
def test_a_consonant_by_sound_wants_a(name):
    assert article(name.removeprefix("a ")) == name


def test_a_class_of_cub_is_said_without_its_number():
    assert named("001.Black_footed_Albatross") == "Black footed Albatross"


@pytest.mark.parametrize(
    "name", ["3D printer", "golden retriever", "2.5 litre bottle", "model 2.b", "short-haired pointer"]
)
def test_a_name_as_people_write_it_stays(name):
    assert named(name) == name


# Attributes of SUN, as they are in its table.
@pytest.mark.parametrize(
    "noun", ["trees", "natural light", "no horizon", "clouds", "railing", "rock/stone", "wire"]
)
def test_a_thing_is_had(noun):
    assert verb("", noun) == "has"


@pytest.mark.parametrize(
    "noun", ["swimming", "sailing/boating", "waiting in line/queuing", "sports", "using tools"]
)
def test_what_people_do_is_shown(noun):
    assert verb("", noun) == "shows"


@pytest.mark.parametrize("noun", ["dry", "aged/worn", "man-made", "symmetrical", "stressful", "cold"])
def test_a_quality_alone_is_been(noun):
    assert verb("", noun) == "is"


@pytest.mark.parametrize("noun", ["string", "wing", "spring", "ring"])
def test_a_word_whose_ing_is_no_ending_is_a_thing(noun):
    assert verb("", noun) == "has"


def test_a_quality_of_a_noun_is_had():
    assert verb("dry", "sand") == "has"


def test_a_remark_alone_stays():
    assert spoken("(unclear)") == "(unclear)"


@pytest.mark.parametrize(
    ("plural", "one"), [("wings", "wing"), ("grass", "grass"), ("eyes", "eye"), ("gas", "gas")]
)
def test_a_plural_is_told_by_its_s(plural, one):
    assert singular(plural) == one
