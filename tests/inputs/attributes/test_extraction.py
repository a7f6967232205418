import json

import pytest

from kgexplain.inputs.attributes import phrases
from kgexplain.inputs.attributes.extraction import made_by
from kgexplain.inputs.attributes.tagging import PERCEPTRON, singular, tagged, tagger, usual
from kgexplain.world.captions import captions, part_attributes
from kgexplain.world.drawing.dice import Dice

COLOURS = {"black", "white", "grey", "brown", "red", "orange", "yellow", "green", "blue", "pink", "purple"}


def texts(caption):
    return [phrase.text for phrase in phrases(caption)]


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        (
            "this bird has a long, black bill, red cheek patches, grey head and black spotted feathers.",
            ["long bill", "black bill", "red cheek patch", "grey head", "black spotted feather"],
        ),
        (
            (
                "this bird has a red cheek patch, brown and grey head, grey neck, black throat, "
                "and light brown coverts with black specks."
            ),
            [
                *("red cheek patch", "brown head", "grey head", "grey neck"),
                *("black throat", "light brown covert", "black speck"),
            ],
        ),
        (
            "a multicolored bird with black spots, a red malar strip, and a long pointed bill.",
            ["multicolored bird", "black spot", "red malar strip", "long pointed bill"],
        ),
    ],
)
def test_the_captions_of_the_papers_figure_4(caption, expected):
    assert texts(caption) == expected


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("a black, white and grey wing", ["black wing", "white wing", "grey wing"]),
        ("a very long and slightly curved bill", ["long bill", "curved bill"]),
        ("a bright yellow breast", ["bright yellow breast"]),
        ("a tan and white belly", ["tan belly", "white belly"]),
        ("a white & black/grey tail", ["white tail", "black tail", "grey tail"]),
    ],
)
def test_joined_adjectives_are_told_apart_and_others_stay_together(caption, expected):
    assert texts(caption) == expected


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("the bird spotted worms", []),
        ("it spotted worms", []),
        ("a bird that spotted worms", []),
        ("its spotted wings", ["spotted wing"]),
        ("a white winged bird", ["white winged bird"]),
        ("a medium sized bird with brick colored wings", ["medium sized bird", "brick colored wing"]),
        ("a cone shaped bill", ["cone shaped bill"]),
        ("webbed feet", ["webbed foot"]),
    ],
)
def test_a_participle_describes_unless_it_has_a_subject(caption, expected):
    assert texts(caption) == expected


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("a black back and green leaves", ["black back", "green leaf"]),
        ("a grey light and white wheels", ["grey light", "white wheel"]),
        ("light brown wings", ["light brown wing"]),
        ("buff breast", ["buff breast"]),
        ("a green handle", ["green handle"]),
        ("a small salmon and trout", ["small salmon"]),
        ("a small bird features a white eyering", ["small bird", "white eyering"]),
        ("white wing-bars and a white eye-ring", ["white wing-bar", "white eye-ring"]),
        ("a black-tipped, light-brown tail", ["black-tipped tail", "light-brown tail"]),
    ],
)
def test_words_are_what_they_are_in_descriptions_of_pictures(caption, expected):
    assert texts(caption) == expected


@pytest.mark.parametrize(
    "caption",
    ["no white spots", "a bird without the long and red tail", "it lacks black bars", "not very white wings"],
)
def test_what_is_denied_is_no_attribute(caption):
    assert texts(caption) == []


@pytest.mark.parametrize(
    "caption", ["", " . ", "wings", "its eyes are white", "a bird with wings", "_", "\x00 \t"]
)
def test_without_an_adjective_before_a_noun_there_is_no_attribute(caption):
    assert texts(caption) == []


@pytest.mark.parametrize(
    "caption", ['a "white" and *black* head', "a “white” and black 🐦 head", "a white and black \x07 head"]
)
def test_signs_that_are_no_words_leave_an_attribute_as_it_is(caption):
    assert texts(caption) == ["white head", "black head"]


@pytest.mark.parametrize("caption", ["white - head", "white – head", "white … head"])
def test_a_dash_is_no_part_of_an_attribute(caption):
    assert texts(caption) == []


def test_how_many_there_are_is_no_attribute():
    assert texts("several other birds with many white spots") == ["white spot"]


def test_a_phrase_is_lower_case_and_comes_as_often_as_it_is_said():
    assert texts("White Head. It has a white head, and a BLACK tail.") == [
        "white head",
        "white head",
        "black tail",
    ]


def test_adjectives_and_nouns_are_told_apart():
    (phrase,) = phrases("a small yellow school bus")
    assert (phrase.adjective, phrase.noun) == ("small yellow", "school bus")


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("bellies", "belly"),
        ("patches", "patch"),
        ("teeth", "tooth"),
        ("antennae", "antenna"),
        ("buses", "bus"),
        ("bus", "bus"),
        ("iris", "iris"),
        ("grass", "grass"),
        ("nose", "nose"),
        ("upperparts", "upperparts"),
        ("back", "back"),
    ],
)
def test_plurals_become_singular_and_singulars_stay(noun, expected):
    assert singular(noun) == expected


def test_the_attributes_of_the_generated_worlds_captions_are_found_and_no_others(drawn):
    """Colour and part of 140 captions; "brown coffee mug" is a mug and no coffee."""
    said, found, true = set(), set(), set()
    for number, sample in enumerate(drawn):
        parts = part_attributes(sample.picture)
        true |= {(number, part.part, colour) for part in parts for colour in part.colours}
        for caption in captions(sample.picture, Dice(7, number)):
            heard = caption.replace("coffee mug", "mug")
            said |= {
                (number, p.part, colour)
                for p in parts
                if p.phrase in heard
                for colour in p.colours
                if p.part != "body"
            }
            found |= {
                (number, phrase.noun, word)
                for phrase in phrases(caption)
                for word in phrase.adjective.split()
                if word in COLOURS and phrase.noun in {part.part for part in parts}
            }
    assert len(said) > 50
    assert said <= found
    assert found <= true


@pytest.fixture
def _another_tagger():
    tagger.cache_clear()
    yield
    tagger.cache_clear()


@pytest.mark.usefixtures("_another_tagger")
def test_the_packaged_tagger_is_used_where_nltk_has_no_data(monkeypatch):
    monkeypatch.setattr("nltk.data.path", [])
    assert made_by() == "TextBlob PatternTagger"
    assert usual("blorby") == "NN"


@pytest.mark.usefixtures("_another_tagger")
def test_nltks_tagger_is_used_where_its_data_is(tmp_path, monkeypatch):
    from nltk import PerceptronTagger

    taught = PerceptronTagger(load=False)
    taught.train([[("a", "DT"), ("blorby", "JJ"), ("head", "NN")]] * 30, nr_iter=5)
    folder = tmp_path / "taggers" / PERCEPTRON
    folder.mkdir(parents=True)
    for parameters, file in zip(taught.encode_json_obj(), taught.param_files("eng"), strict=True):
        (folder / file).write_text(json.dumps(parameters), encoding="utf-8")
    monkeypatch.setattr("nltk.data.path", [str(tmp_path)])
    assert made_by() == f"NLTK {PERCEPTRON}"
    assert texts("a blorby head") == ["blorby head"]


def test_no_word_is_lost_or_added_by_tagging():
    words = ["a", "bird", ",", "spotted", "/", "&", "white", "eye-ring", "'s", "…"]
    assert [word for word, _ in tagged(words)] == words
