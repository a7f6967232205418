"""Images by what they have."""

import pytest
from pyoxigraph import NamedNode

from kgexplain.answers.attributes.retrieval import find
from kgexplain.errors import QueryError
from tests.answers.attributes import birds


@pytest.fixture(scope="module")
def store():
    with birds.graph() as graph:
        yield graph


def test_an_image_is_found_by_a_reason_for_its_predicted_class(store):
    """Figure 1 has a white eyebrow in third place, the other image in second."""
    found = find(store, ["white eyebrow"], birds.RUN)
    assert [(one.key, one.probability) for one in found] == [("right.jpg", 0.2), ("figure1.jpg", 0.1)]


def test_a_reason_for_another_class_finds_nothing(store):
    """A long tail speaks for the House Wren, which the first image is not taken for."""
    assert [one.key for one in find(store, ["long tail"], birds.RUN)] == ["right.jpg"]


def test_an_image_must_have_all_attributes(store):
    (only,) = find(store, ["white eyebrow", "brown crown"], birds.RUN)
    assert (only.key, only.name, only.probabilities) == ("figure1.jpg", "Carolina_Wren", (0.1, 0.3))


def test_the_probability_of_all_is_their_product(store):
    (only,) = find(store, ["white eyebrow", "brown crown"], birds.RUN)
    assert only.probability == pytest.approx(0.03)


def test_an_attribute_asked_for_twice_counts_once(store):
    assert find(store, ["brown crown", "brown crown"], birds.RUN) == find(store, ["brown crown"], birds.RUN)


def test_only_the_first_reasons_count(store):
    assert [one.key for one in find(store, ["white eyebrow"], birds.RUN, first=2)] == ["right.jpg"]


@pytest.mark.parametrize("first", [0, -3])
def test_of_no_reasons_there_is_nothing_to_find(store, first):
    with pytest.raises(
        QueryError, match=f"first is {first}; it is a number of reasons and must be at least 1"
    ):
        find(store, ["white eyebrow"], birds.RUN, first)


def test_images_of_another_run_are_not_found(store):
    assert find(store, ["white eyebrow"], birds.OTHER_RUN) == ()


def test_an_attribute_that_no_image_has_finds_none(store):
    assert find(store, ["tail"], birds.RUN) == ()


def test_an_attribute_that_the_graph_does_not_know_is_an_error(store):
    with pytest.raises(QueryError, match="has no attribute 'white eyebrows'; it has white eyebrow"):
        find(store, ["white eyebrows"], birds.RUN)


def test_an_attribute_that_is_like_no_other_is_told_of_some():
    with birds.graph() as graph:
        graph.clear(NamedNode(birds.RUN))
        with pytest.raises(QueryError, match="no attribute 'xyz'; it has brown crown, long tail, tail"):
            find(graph, ["xyz"], birds.RUN)


def test_no_attribute_is_an_error(store):
    with pytest.raises(QueryError, match="no attribute was asked for; give at least one"):
        find(store, [], birds.RUN)
