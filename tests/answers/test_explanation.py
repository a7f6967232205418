"""Explanations in words, and out of a graph by hand."""

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.explanation import TagCount, explanation, number
from kgexplain.answers.runs import tagging_run
from kgexplain.errors import QueryError
from kgexplain.explainers.activated import Selection, Shot, shown
from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from tests.reports.explanations import zebra

NETWORK = Architecture(
    "toy",
    "0123456789abcdef",
    {"a": Layer("a", 3, 1), "b": Layer("b", 2, 2)},
    (OutputClass(0, "tench", "n01440764"), OutputClass(1, "zebra", "n02391049"), OutputClass(2, "boat")),
)
RUN, OTHER, SEEN = (
    f"https://w3id.org/kgexplain/run/{name}" for name in ("filtag--one", "filtag--two", "why--one")
)
SHOT = Shot("rex.jpg", "ab" * 32, 0)
# Class by filter. Of a: tench tags 0 and 1, zebra 0 and 2; of b: tench 1, zebra 1, boat 1.
Z = {
    "a": np.array([[0.9, 0.8, 0.1], [0.9, 0.1, 0.8], [np.nan] * 3]),
    "b": np.array([[0.1, 0.2], [0.1, 0.3], [np.nan] * 2]),
}
SCALED = {"a": np.array([0.6, 0.5, 0.4]), "b": np.array([0.1, 0.9])}


@pytest.fixture(scope="module")
def store():
    """Zebra is predicted with 3/4; 0 and 1 are active in a, 1 and 0 in b; another run tags everything."""
    opened = open_store("memory:")
    opened.replace(NamedNode(NETWORK.document), described(NETWORK))
    opened.replace(NamedNode(RUN), FilTag(q=50).conclusion(NETWORK, RUN, Z).statements)
    opened.replace(NamedNode(OTHER), FilTag(k=3).conclusion(NETWORK, OTHER, Z).statements)
    scores = np.log(np.array([1.0, 6.0, 1.0], dtype=np.float32))
    seen = shown(NETWORK, SEEN, SHOT, SCALED, scores, Selection(FilTag(k=2), {}, {}))
    opened.replace(NamedNode(SEEN), seen)
    return opened


@pytest.fixture(scope="module")
def told(store):
    return explanation(store, SHOT.iri, NamedNode(NETWORK.document), NamedNode(RUN))


def test_tags_are_counted_by_hand(told):
    """Half of 3 filters are 2, of 2 one. Of the active a0, a1, b1, b0: tench tags a0, a1, b1; zebra a0, b1."""
    assert [(tag.name, tag.filters, tag.place) for tag in told.tags] == [("tench", 3, 1), ("zebra", 2, 2)]


def test_filters_stand_layer_by_layer_most_active_first(told):
    assert [(f.layer, f.index, f.rank) for f in told.filters] == [
        ("a", 0, 1),
        ("a", 1, 2),
        ("b", 1, 1),
        ("b", 0, 2),
    ]


def test_tags_of_a_filter_stand_best_first(told):
    """On b1 zebra scores 0.3 and tench 0.2; on a0 both 0.9, and tench is the lower class."""
    assert [f.tags for f in told.filters] == [("tench", "zebra"), ("tench",), ("zebra", "tench"), ()]


def test_tags_that_as_many_filters_carry_share_a_place(store):
    """The other run tags every filter with both classes."""
    told = explanation(store, SHOT.iri, NamedNode(NETWORK.document), NamedNode(OTHER))
    assert [(tag.name, tag.filters, tag.place) for tag in told.tags] == [("tench", 4, 1), ("zebra", 4, 1)]


def test_prediction_and_true_class_are_those_of_the_image(told):
    assert (told.predicted, told.true, told.probability) == ("zebra", "tench", pytest.approx(0.75))


def test_the_sentence_of_a_wrong_prediction_by_hand(told):
    assert told.sentence == (
        "toy takes this for a zebra (75%). "
        "Of the 4 filters that it activates in 2 layers, 2 (50%) are tagged zebra: place 2 of 2 tags. "
        "It is a tench. "
        "Of the 4 filters that it activates in 2 layers, 3 (75%) are tagged tench: place 1 of 2 tags."
    )


def test_an_image_that_was_not_seen_is_told(store):
    with pytest.raises(
        QueryError, match="the graph at memory: has no activations of urn:none; run `kgexplain why` on it"
    ):
        explanation(store, NamedNode("urn:none"), NamedNode(NETWORK.document), NamedNode(RUN))


def test_a_graph_without_runs_that_tell_how_they_tagged_is_told(store):
    with pytest.raises(
        QueryError, match="no run in the graph at memory: tagged any filters; run `kgexplain explain` first"
    ):
        tagging_run(store)


def test_a_network_without_tags_is_told(store):
    with pytest.raises(QueryError, match="tagged the filters of urn:none; run `kgexplain explain` first"):
        tagging_run(store, "urn:none")


def test_a_tag_that_no_active_filter_carries_is_said():
    told = zebra(predicted="boat", true=None)
    assert "None of the 4 filters that it activates in 2 layers is tagged boat." in told.sentence
    assert (told.place("boat"), told.carrying("boat")) == (None, 0)


def test_one_layer_is_one_layer():
    assert "in 1 layer," in zebra(layers=1).sentence


def test_articles_go_by_the_first_letter():
    assert "takes this for an agaric (" in zebra(predicted="agaric").sentence


def test_of_other_tags_three_are_named():
    tags = tuple(TagCount(f"urn:{n}", n, 2, 1) for n in "abcde")
    assert zebra(tags=tags).sentence.endswith("Next come a (2), b (2), c (2).")


def test_without_other_tags_none_are_named():
    assert "Next" not in zebra(tags=(TagCount("urn:z", "zebra", 3, 1),)).sentence


def test_what_is_no_number_is_told():
    with pytest.raises(QueryError, match="<urn:x> stands where the graph should have a number"):
        number(NamedNode("urn:x"))
    assert number(Literal(0.5)) == 0.5


def test_two_classes_of_one_name_are_told_apart():
    """Crane the bird tags filter 0, crane the machine filter 1; the image activates filter 1 and is a machine."""
    cranes = (OutputClass(0, "crane", "n02012849"), OutputClass(1, "crane", "n03126707"))
    network = Architecture("cranes", "f" * 64, {"a": Layer("a", 2, 1)}, cranes)
    store = open_store("memory:")
    store.replace(NamedNode(network.document), described(network))
    means = {"a": np.array([[0.9, 0.1], [0.2, 0.8]])}
    store.replace(NamedNode(RUN), FilTag(k=1).conclusion(network, RUN, means).statements)
    scores, scaled = np.array([0.0, 3.0], dtype=np.float32), {"a": np.array([0.1, 0.7])}
    seen = shown(network, SEEN, SHOT, scaled, scores, Selection(FilTag(k=1), {}, {}))
    store.replace(NamedNode(SEEN), seen)
    told = explanation(store, SHOT.iri, NamedNode(network.document), NamedNode(RUN))
    assert (told.predicted, told.carrying(told.predicted)) == ("crane (n03126707)", 1)
    assert (told.true, told.carrying(told.true)) == ("crane (n02012849)", 0)
