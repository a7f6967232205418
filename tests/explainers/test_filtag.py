"""FilTag by hand, and against a slow twin written from the paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyoxigraph import Literal

from kgexplain.errors import InputError
from kgexplain.explainers.filtag import FilTag, chosen_layers, contrasted, ranks
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import HAS_TAG, RANK, SCORE, TAG, TAGGED_WITH, thing

NAN = np.nan
RUN = "https://w3id.org/kgexplain/run/filtag--test"

# Few values, so that ties are common; rows longer than 16, where numpy's default sort is not stable.
tied = arrays(
    np.float64,
    st.tuples(st.integers(2, 6), st.integers(17, 40)),
    elements=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
)


def network(filters=3):
    classes = (OutputClass(0, "tench", "n01440764"), OutputClass(1, "crane"), OutputClass(2, "boat"))
    return Architecture("toy", "0123456789abcdef", {"conv": Layer("conv", filters, 1)}, classes)


def slow_tags(scores, number):
    """The paper's words as loops: per class, sort the filters by activation and take the first."""
    tags = np.zeros(scores.shape, bool)
    for class_, row in enumerate(scores):
        filters = sorted(range(len(row)), key=lambda f: (-row[f], f))
        for filter_ in filters[:number]:
            tags[class_, filter_] = True
    return tags


def said(method, z, predicate):
    conclusion = method.conclusion(network(z.shape[1]), RUN, {"conv": z})
    return [(s.subject, s.object) for s in conclusion.statements if s.predicate == predicate]


@given(scores=tied, k=st.integers(1, 45))
def test_tags_are_those_of_the_slow_twin(scores, k):
    assert np.array_equal(FilTag(k=k).tags(scores), slow_tags(scores, k))


@given(scores=tied, k=st.integers(1, 45))
def test_filters_choose_classes_as_classes_choose_filters(scores, k):
    chosen = FilTag(k=k, direction="filter_to_classes").tags(scores.T.copy())
    assert np.array_equal(chosen, slow_tags(scores, k).T)


@given(scores=tied, k=st.integers(1, 17))
def test_each_class_tags_k_filters_in_each_layer(scores, k):
    assert (FilTag(k=k).tags(scores).sum(1) == k).all()


def test_a_class_without_images_tags_nothing():
    scores = np.array([[2.0, 3.0, 0.0], [NAN, NAN, NAN], [0.0, 0.0, 4.0]])
    assert FilTag(k=2).tags(scores).sum(1).tolist() == [2, 0, 2]


@pytest.mark.parametrize(
    ("q", "filters", "number"), [(25, 512, 128), (25, 10, 2), (25, 30, 8), (1, 32, 1), (100, 7, 7)]
)
def test_q_per_cent_are_rounded_half_to_even_and_at_least_one(q, filters, number):
    assert FilTag(q=q).number(filters) == number


def test_more_filters_than_a_layer_has_are_all_of_them():
    assert FilTag(k=9).number(3) == 3


def test_without_contrast_a_hot_filter_hoards_tags_and_with_it_does_not():
    """Filter 0 is the most active on every class, filter 1 and 2 tell the classes apart."""
    z = np.array([[0.9, 0.8, 0.1], [0.9, 0.1, 0.8]])
    assert FilTag(k=1).tags(contrasted(z, "none")).tolist() == [[True, False, False], [True, False, False]]
    assert FilTag(k=1).tags(contrasted(z, "centered")).tolist() == [
        [False, True, False],
        [False, False, True],
    ]


def test_zscore_divides_by_the_deviation_over_classes_with_images():
    """Filter 0: mean 2, deviation 1; filter 1: mean 6, deviation 2; filter 2 is constant."""
    z = np.array([[1.0, 8.0, 5.0], [NAN, NAN, NAN], [3.0, 4.0, 5.0]])
    expected = [[-1.0, 1.0, 0.0], [NAN, NAN, NAN], [1.0, -1.0, 0.0]]
    assert np.array_equal(contrasted(z, "zscore"), expected, equal_nan=True)


def test_ranks_by_hand():
    """Filter 0 has tags of .5, .7 and .7: the lower class comes first; filter 1 has one tag, the second class."""
    scores = np.array([[0.5, 0.9], [0.7, 0.1], [0.7, 0.2]])
    tags = np.array([[True, False], [True, True], [True, False]])
    assert ranks(scores, tags).tolist() == [[3, 0], [1, 1], [2, 0]]


def test_the_graph_says_each_tag_with_score_and_rank():
    """k = 1: class 0 tags filter 1, classes 1 and 2 tag filter 2, class 2 more strongly."""
    z = np.array([[0.1, 0.4, 0.0], [0.0, 0.0, 0.25], [0.0, 0.1, 0.75]])
    toy, method = network(), FilTag(k=1, truthy_k=1)
    tag = [thing(RUN, "tag", "conv", *keys) for keys in ((1, "n01440764"), (2, 2), (2, 1))]
    assert said(method, z, HAS_TAG) == [
        (toy.filter("conv", 1), tag[0]),
        (toy.filter("conv", 2), tag[1]),
        (toy.filter("conv", 2), tag[2]),
    ]
    assert said(method, z, TAG) == [(tag[0], toy.class_(0)), (tag[1], toy.class_(2)), (tag[2], toy.class_(1))]
    assert said(method, z, SCORE) == [
        (tag[0], Literal(0.4)),
        (tag[1], Literal(0.75)),
        (tag[2], Literal(0.25)),
    ]
    assert said(method, z, RANK) == [(tag[0], Literal(1)), (tag[1], Literal(1)), (tag[2], Literal(2))]
    assert said(method, z, TAGGED_WITH) == [
        (toy.filter("conv", 1), toy.class_(0)),
        (toy.filter("conv", 2), toy.class_(2)),
    ]


@pytest.mark.parametrize(("truthy_k", "direct"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_the_best_tags_are_also_said_directly(truthy_k, direct):
    z = np.array([[0.1], [0.2], [0.3]])
    assert len(said(FilTag(k=1, truthy_k=truthy_k), z, TAGGED_WITH)) == direct


def test_only_the_best_tags_of_a_filter_are_said():
    z = np.array([[0.1], [0.2], [0.3]])
    tags = said(FilTag(k=1, tags_per_filter=2), z, TAG)
    assert [object_ for _, object_ in tags] == [network().class_(2), network().class_(1)]


def test_tags_are_counted_as_selected_and_as_stated():
    """k = 1 and three classes: three tags, two of them on filter 0, of which one is said."""
    z = np.array([[0.1, 0.0], [0.2, 0.0], [0.0, 0.3]])
    conclusion = FilTag(k=1, tags_per_filter=1).conclusion(network(2), RUN, {"conv": z})
    assert (conclusion.selected, conclusion.stated) == (3, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k is 0; it must be at least 1"),
        ({"q": 101}, "q is 101; it is in per cent and must be from 0 to 100"),
        ({"q": -1}, "q is -1; it is in per cent"),
        ({"contrast": "rank"}, "contrast is 'rank'; it must be one of none, centered, zscore"),
        ({"direction": "up"}, "direction is 'up'; it must be one of class_to_filters, filter_to_classes"),
        ({"tags_per_filter": 0}, "tags_per_filter is 0; it must be at least 1"),
        ({"truthy_k": 0}, "truthy_k is 0; it must be at least 1"),
    ],
)
def test_wrong_options_say_what_would_be_right(options, message):
    with pytest.raises(InputError, match=message):
        FilTag(**options)


def test_an_unknown_layer_names_those_there_are():
    with pytest.raises(
        InputError, match=r"no layer \['conv9'\] in this network; it has \['conv1', 'conv2'\]"
    ):
        chosen_layers({"conv1": 0, "conv2": 0}, ("conv1", "conv9"))


def test_layers_keep_the_order_of_the_network():
    assert chosen_layers({"b": 0, "a": 0, "c": 0}, ("a", "b")) == ("b", "a")
