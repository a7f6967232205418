"""The command line in words: why by attributes, describe, rationales, find."""

import json

import pytest

from kgexplain.world.making import make_captioned
from tests.test_cli import WORLD, answer, refusal, run

NETWORK = ["kgexplain.world.cnn:world_cnn", "--classes", WORLD / "classes.tsv"]
NETWORK += ["--preprocessing", WORLD / "preprocessing.json"]
STYLES = ("text", "json", "csv", "turtle")


@pytest.fixture(scope="module")
def captioned(tmp_path_factory):
    """The world with captions: four pictures of each class, one of which is held out."""
    return make_captioned(tmp_path_factory.mktemp("captioned"), 4)


@pytest.fixture(scope="module")
def graph(captioned, tmp_path_factory):
    """The words that name a store in which the world's filters have attributes."""
    store = tmp_path_factory.mktemp("words") / "graph"
    words = ["--with", "attributes", "--set", f"attributes.source={captioned.birds}"]
    settings = ["--set", "attributes.min_df=2", "--hold-out", "0.25"]
    answer("explain", NETWORK[0], captioned.images, *NETWORK[1:], *words, *settings, "--store", store)
    return ["--store", store]


@pytest.fixture(scope="module")
def goldfish(captioned):
    return min((captioned.images / "n01443537").iterdir())


@pytest.fixture(scope="module")
def narrated(captioned, graph):
    """What is printed of the held-out pictures."""
    return answer("rationales", captioned.images, "--held-out", "--parts", captioned.birds, *graph)


def test_without_tags_a_photograph_is_explained_by_attributes(goldfish, graph):
    assert answer("why", goldfish, *graph).startswith("This is a goldfish because it has ")


@pytest.mark.parametrize("style", STYLES)
def test_every_style_says_why(goldfish, graph, style):
    assert "orange" in answer("why", goldfish, "--as", style, *graph)


def test_why_not_another_class_is_a_contrast(goldfish, graph):
    said = json.loads(answer("why", goldfish, "--instead", "dalmatian", "--as", "json", *graph))
    assert said[0]["sentence"].startswith("This is a goldfish rather than a dalmatian because ")
    assert {row["for"] for row in said[0]["rows"]} >= {"goldfish", "dalmatian"}


def test_why_not_another_class_is_not_answered_by_tags(goldfish, graph):
    assert "--instead is answered by attributes" in refusal(
        "why", goldfish, "--by", "tags", "--instead", "zebra", *graph
    )


def test_by_tags_a_graph_without_tags_has_no_answer(goldfish, graph):
    assert "tagged any filters" in refusal("why", goldfish, "--by", "tags", *graph)


def test_a_page_in_words_is_named(goldfish, graph, tmp_path):
    result = run("why", goldfish, "--page", tmp_path / "new" / "page.html", *graph)
    assert f"Look at {tmp_path / 'new' / 'page.html'}" in result.stderr
    assert "<h1>Why, in words</h1>" in (tmp_path / "new" / "page.html").read_text(encoding="utf-8")


def test_a_class_is_described(graph):
    assert answer("describe", "goldfish", *graph).startswith("To the network, a goldfish has ")


def test_two_classes_are_told_apart(graph):
    assert answer("describe", "dalmatian", "--instead", "golden retriever", *graph).startswith(
        "The network tells a dalmatian from a golden retriever by "
    )


def test_what_is_no_class_is_told(graph):
    assert "'dodo' is no class of world_cnn; give a wnid or a name that it knows" in refusal(
        "describe", "dodo", *graph
    )


def test_what_rationales_are_worth_is_a_table(narrated):
    assert narrated.startswith("14 images, of the 14 with a known class ")
    assert {"meanAveragePrecision", "bleu", "pck@0.1"} <= {
        line.split(" ")[0] for line in narrated.splitlines()
    }


def test_images_are_found_by_attributes(narrated, graph):
    assert "n01443537/" in answer("find", "orange fin", *graph)


def test_an_attribute_that_the_graph_does_not_know_is_told_with_those_that_are_near(narrated, graph):
    said = refusal("find", "orange fins", *graph)
    assert "has no attribute 'orange fins'" in said
    assert "orange fin" in said


def test_before_rationales_nothing_is_found(captioned, tmp_path):
    words = [
        "--with",
        "attributes",
        "--set",
        f"attributes.source={captioned.birds}",
        "--store",
        tmp_path / "g",
    ]
    answer("explain", NETWORK[0], captioned.images, *NETWORK[1:], *words)
    assert "made rationales; run `kgexplain rationales` first" in refusal(
        "find", "x", "--store", tmp_path / "g"
    )


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("source=", "attributes.source is empty; it must be a folder in CUB's layout"),
        ("source=nowhere.csv", "nowhere.csv"),
        ("weighting=most", "weighting is 'most'; it must be one of lift, mean, sum"),
        ("min_df=1000", "min_df 1000: no attribute of birds is said of so many photographs"),
        ("layer=conv9", "conv9"),
    ],
)
def test_what_cannot_be_learned_from_is_told_and_leaves_nothing(captioned, tmp_path, setting, said):
    words = ["explain", NETWORK[0], captioned.images, *NETWORK[1:], "--with", "attributes"]
    source = ["--set", f"attributes.source={captioned.birds}"]
    found = refusal(*words, *source, "--set", f"attributes.{setting}", "--store", tmp_path / "graph")
    assert said in found
    assert list(tmp_path.iterdir()) == []
