"""Probabilities of attributes as statements: by hand, and what is not said."""

import doctest
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode
from scipy.sparse import csr_array

from kgexplain.errors import InputError
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.learned import Seen, densities_of
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.inputs.attributes import Attributes, Phrase
from kgexplain.vocabulary import (
    ADJECTIVE,
    CLASS_WITHOUT_ATTRIBUTES,
    DESCRIBED_BY,
    DESCRIBED_WITHOUT_IMAGE,
    ESTIMATED,
    HAS_ATTRIBUTE,
    IMAGE_WITHOUT_ATTRIBUTES,
    IMAGES_WITH,
    NOUN,
    PREF_LABEL,
    PRIOR,
    PROBABILITY,
    RANK,
    RESIDUAL,
    SIGNALS,
    attribute,
    thing,
)

RUN = "https://w3id.org/kgexplain/run/attributes--test"
BLACK, BLUE, TAIL = (attribute(text) for text in ("black head", "blue head", "tail"))
# "mean" and a uniform prior can be computed in one's head.
PLAIN = AttributeDensity(source="captions.csv", weighting="mean", prior="uniform")


def network(filters=2):
    classes = (OutputClass(0, "tench", "n01440764"), OutputClass(1, "crane"), OutputClass(2, "boat"))
    return Architecture("toy", "0123456789abcdef", {"conv": Layer("conv", filters, 1)}, classes)


# Four images, two of each of the first two classes; the third class has no image that is described.
SAID = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0]], np.float32)
MAPS = np.array([[2.0, 0.0], [2.0, 0.0], [0.0, 4.0], [4.0, 4.0]])
LABELS = [0, 0, 1, 1]
WEIGHTS = np.array([[1.0, -1.0], [1.0, 3.0], [9.0, 9.0]])


def said_of_images(said=SAID):
    phrases = (Phrase("black", "head"), Phrase("blue", "head"), Phrase("", "tail"))
    keys = ("a.png", "b.png", "c.png", "d.png")
    present = csr_array(said)
    return Attributes("captions", phrases, keys, present, present, without=("e.png",), unused=("gone.png",))


def seen(said=SAID, maps=MAPS, weights=WEIGHTS):
    """What a pass over the four images, and one of the third class that nothing is said of, counts."""
    ones = np.eye(3)[LABELS]
    counts = np.bincount(LABELS, minlength=3)
    return Seen(
        sums=said.T.astype(float) @ maps,
        counts=said.sum(0).astype(float),
        total=maps.sum(0),
        images=4,
        class_sums=ones.T @ maps,
        class_counts=counts + np.array([0, 0, 1]),
        class_weights=weights,
        described=counts,
    )


def concluded(method=PLAIN, **changes):
    return method.conclusion(
        network(), RUN, "conv", said_of_images(), replace(seen(), **changes) if changes else seen()
    )


def estimates(conclusion, subject):
    """What is estimated of a subject: attribute, probability, rank, in the order in which it is said."""
    said = list(conclusion.statements)
    of_node = {(s.subject, s.predicate): s.object for s in said}
    nodes = [s.object for s in said if (s.subject, s.predicate) == (subject, HAS_ATTRIBUTE)]
    return [
        (of_node[n, ESTIMATED], float(of_node[n, PROBABILITY].value), int(of_node[n, RANK].value))
        for n in nodes
    ]


def objects(conclusion, subject, predicate):
    return [s.object for s in conclusion.statements if (s.subject, s.predicate) == (subject, predicate)]


def approximately(rows):
    return [
        (attribute_, pytest.approx(probability, rel=1e-6), rank) for attribute_, probability, rank in rows
    ]


def test_the_density_of_a_filter_by_hand():
    """Means of filter 0 over images with black head, blue head, tail: 2, 2, 1; of filter 1: 0, 4, 2."""
    first, second = (network().filter("conv", i) for i in (0, 1))
    assert estimates(concluded(), first) == approximately([(BLACK, 0.4, 1), (BLUE, 0.4, 2), (TAIL, 0.2, 3)])
    assert estimates(concluded(), second) == approximately([(BLUE, 2 / 3, 1), (TAIL, 1 / 3, 2)])


def test_the_density_of_a_class_by_hand():
    """Class 0 has weights 1, −1: filter 0 alone. Class 1 has 1, 3: 0.25 · (0.4, 0.4, 0.2) + 0.75 · (0, 2/3, 1/3)."""
    first, second = (network().class_(i) for i in (0, 1))
    assert estimates(concluded(), first) == approximately([(BLACK, 0.4, 1), (BLUE, 0.4, 2), (TAIL, 0.2, 3)])
    assert estimates(concluded(), second) == approximately([(BLUE, 0.6, 1), (TAIL, 0.3, 2), (BLACK, 0.1, 3)])


@pytest.mark.parametrize(
    ("class_weights", "contributions"), [("weight", (1, -1)), ("mean", (2, -3)), ("class_mean", (2, 0))]
)
def test_contributions_to_a_class_by_hand(class_weights, contributions):
    """Class 0 has weights 1, −1. Means of all four images are 2 and 3, those of the class's two 2 and 0."""
    maps = MAPS + np.array([[0, 0], [0, 0], [0, 2], [0, 2]])
    method = replace(PLAIN, class_weights=class_weights, normalisation="softmax")
    first, second = np.exp(contributions) / np.exp(contributions).sum()
    found = PLAIN.conclusion(network(), RUN, "conv", said_of_images(), seen(maps=maps)).arrays
    learned = found["densities"]["conv"]
    classes = method.conclusion(network(), RUN, "conv", said_of_images(), seen(maps=maps)).arrays["classes"]
    assert classes["conv"][:, 0].tolist() == pytest.approx((learned @ [first, second]).tolist(), rel=1e-6)


def test_priors_by_hand():
    """Each in two images of four, once: alike; "tail" said four times in each weighs four times as much: 4 of 6."""
    attributes = said_of_images()
    often = replace(attributes, counts=csr_array(SAID * [1, 1, 4]))
    method = AttributeDensity(prior="tfidf")
    assert method.priors(attributes).tolist() == pytest.approx([1 / 3] * 3)
    assert method.priors(often).tolist() == pytest.approx([1 / 6, 1 / 6, 4 / 6])


def test_the_first_attributes_are_stated_and_what_the_rest_sum_to():
    method, filter_ = replace(PLAIN, attributes_per_filter=1), network().filter("conv", 0)
    assert estimates(concluded(method), filter_) == approximately([(BLACK, 0.4, 1)])
    (rest,) = objects(concluded(method), filter_, RESIDUAL)
    assert float(rest.value) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("truthy_k", "signals"), [(1, [BLACK]), (2, [BLACK, BLUE]), (9, [BLACK, BLUE, TAIL])]
)
def test_the_first_attributes_are_also_said_directly(truthy_k, signals):
    method = replace(PLAIN, truthy_k=truthy_k)
    assert objects(concluded(method), network().filter("conv", 0), SIGNALS) == signals
    assert objects(concluded(method), network().class_(0), DESCRIBED_BY) == signals


def test_nodes_are_named_after_the_run_the_subject_and_the_attribute():
    filter_ = objects(concluded(), network().filter("conv", 1), HAS_ATTRIBUTE)
    assert filter_[0] == thing(RUN, "attribute", "filter", "conv", 1, "blue head")
    class_ = objects(concluded(), network().class_(1), HAS_ATTRIBUTE)
    assert class_[0] == thing(RUN, "attribute", "class", 1, "blue head")


def test_an_attribute_is_told_in_words_and_by_how_many_images_have_it():
    assert objects(concluded(), BLUE, PREF_LABEL) == [Literal("blue head")]
    assert objects(concluded(), BLUE, ADJECTIVE) == [Literal("blue")]
    assert objects(concluded(), BLUE, NOUN) == [Literal("head")]
    assert objects(concluded(), BLUE, IMAGES_WITH) == [Literal(2)]
    assert objects(concluded(), BLUE, PRIOR) == [Literal(1 / 3)]


def test_a_noun_alone_has_no_adjective():
    assert objects(concluded(), TAIL, ADJECTIVE) == []
    assert objects(concluded(), TAIL, NOUN) == [Literal("tail")]


def test_what_lacks_a_description_or_an_image_is_listed():
    run = NamedNode(RUN)
    assert objects(concluded(), run, IMAGE_WITHOUT_ATTRIBUTES) == [Literal("e.png")]
    assert objects(concluded(), run, DESCRIBED_WITHOUT_IMAGE) == [Literal("gone.png")]


def test_of_a_class_of_which_no_image_is_described_nothing_is_said_but_that():
    assert objects(concluded(), NamedNode(RUN), CLASS_WITHOUT_ATTRIBUTES) == [network().class_(2)]
    assert objects(concluded(), network().class_(2), HAS_ATTRIBUTE) == []
    assert np.isnan(concluded().arrays["classes"]["conv"]).any(0).tolist() == [False, False, True]


def test_a_class_whose_weights_are_not_known_is_one_without_attributes():
    unknown = WEIGHTS * [[1], [np.nan], [1]]
    found = objects(concluded(class_weights=unknown), NamedNode(RUN), CLASS_WITHOUT_ATTRIBUTES)
    assert found == [network().class_(1), network().class_(2)]


def test_of_a_class_that_nothing_speaks_for_nothing_is_said():
    """Its array is the mean of all filters, as where an image activates nothing for a class."""
    conclusion = concluded(class_weights=WEIGHTS * [[1], [-1], [1]])
    assert estimates(conclusion, network().class_(1)) == []
    table = conclusion.arrays["densities"]["conv"]
    assert conclusion.arrays["classes"]["conv"][:, 1].tolist() == pytest.approx(table.mean(1).tolist())


def test_a_filter_that_never_fires_speaks_for_no_class():
    silent = seen(maps=MAPS * [0.0, 1.0])
    conclusion = PLAIN.conclusion(network(), RUN, "conv", said_of_images(), silent)
    told = {s.subject for s in conclusion.statements if s.predicate == HAS_ATTRIBUTE}
    assert (network().class_(0) in told, network().class_(1) in told) == (False, True)


def test_of_a_filter_that_never_fires_nothing_is_said_and_its_array_is_the_prior():
    silent = MAPS * [1.0, 0.0]
    conclusion = PLAIN.conclusion(network(), RUN, "conv", said_of_images(), seen(maps=silent))
    assert conclusion.arrays["densities"]["conv"][:, 1].tolist() == pytest.approx([1 / 3] * 3)
    assert {s.subject for s in conclusion.statements}.isdisjoint({network().filter("conv", 1)})


def test_a_silent_filter_leaves_the_others_their_densities():
    conclusion = PLAIN.conclusion(network(), RUN, "conv", said_of_images(), seen(maps=MAPS * [0.0, 1.0]))
    second = estimates(conclusion, network().filter("conv", 1))
    assert second == approximately([(BLUE, 2 / 3, 1), (TAIL, 1 / 3, 2)])


def test_statements_are_counted_as_selected_and_as_stated():
    """Three of filter 0 and two of filter 1 are above 0; with one for each filter two are stated."""
    assert (concluded().selected, concluded().stated) == (5, 5)
    conclusion = concluded(replace(PLAIN, attributes_per_filter=1))
    assert (conclusion.selected, conclusion.stated) == (5, 2)


def test_arrays_are_read_back_as_they_were():
    arrays = concluded().arrays
    learned = densities_of(arrays)
    assert learned.phrases == said_of_images().phrases
    assert learned.filters is arrays["densities"]["conv"]
    assert learned.classes is arrays["classes"]["conv"]
    assert learned.layer == "conv"


def test_many_filters_have_the_densities_that_each_has_alone():
    """More filters than are computed at a time, of which one is computed alone."""
    maps, before = np.random.default_rng(5).random((4, 600)), np.array([0.2, 0.3, 0.5])
    table, silent = AttributeDensity().filters(before, seen(maps=maps, weights=np.ones((3, 600))))
    for filter_ in (0, 255, 256, 599):
        one = seen(maps=maps[:, filter_ : filter_ + 1], weights=np.ones((3, 1)))
        assert np.array_equal(table[:, filter_], AttributeDensity().filters(before, one)[0][:, 0])
    assert not silent.any()
    assert table.dtype == np.float32


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_df": 0}, "min_df is 0; it must be at least 1"),
        ({"strongest": 0}, "strongest is 0; it must be at least 1"),
        ({"attributes_per_filter": 0}, "attributes_per_filter is 0; it must be at least 1"),
        ({"truthy_k": 0}, "truthy_k is 0; it must be at least 1"),
        ({"shrinkage": -1.0}, r"shrinkage is -1\.0; it is a number of images and must be at least 0"),
        ({"shrinkage": float("nan")}, "shrinkage is nan; it is a number of images"),
        ({"temperature": 0.0}, r"temperature is 0\.0; it must be above 0"),
        ({"least": 0.0}, r"least is 0\.0; it is a share and must be above 0 and at most 1"),
        ({"least": 1.5}, r"least is 1\.5; it is a share"),
        ({"weighting": "max"}, "weighting is 'max'; it must be one of lift, mean, sum"),
        ({"prior": "tf"}, "prior is 'tf'; it must be one of tfidf, idf, tfidf_sum, uniform"),
        ({"smoothing": "yes"}, "smoothing is 'yes'; it must be one of none, add_one"),
        (
            {"normalisation": "l2"},
            "normalisation is 'l2'; it must be one of relu_l1, signed_l1, softmax, topk_relu",
        ),
        ({"class_weights": "w"}, "class_weights is 'w'; it must be one of weight, mean, class_mean"),
    ],
)
def test_wrong_options_say_what_would_be_right(options, message):
    with pytest.raises(InputError, match=message):
        AttributeDensity(**options)


def test_what_the_page_shows_is_so():
    page = Path(__file__).parents[2] / "docs" / "attributes.md"
    found = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (found.attempted, found.failed) == (11, 0)
