"""Hits@n by hand, and its level by chance against labels that are really permuted."""

import math

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.activations.agreement import LayerTags, TagHits
from kgexplain.activations.statistic import OUTPUT
from kgexplain.evaluation.hits import class_statements, hits, per_class, statements, tag_hits
from kgexplain.explainers.filtag import FilTag
from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.vocabulary import (
    AT_N,
    CLASS_ACCURACY,
    CLASS_HITS,
    CLASS_HITS_BY_CHANCE,
    COMPUTED_ON,
    IS_MEASUREMENT_OF,
    MEASURED_VALUE,
    OF_CLASS,
    term,
)
from tests.activations.batches import batch

# Filter c is tagged with class c; of four classes, the last is of no image.
TAGS = np.eye(4, dtype=bool)


def seen(active, labels, predicted, at=(1,), tags=TAGS):
    """What was seen of images that activate one filter each."""
    filters = tags.shape[1]
    statistic = TagHits({"conv": LayerTags(tags, 1, np.zeros(filters), np.ones(filters))}, at)
    maps = np.eye(filters)[list(active)][:, :, None, None]
    statistic.observe(batch("conv", maps, list(labels)))
    statistic.observe(batch(OUTPUT, np.eye(len(tags))[list(predicted)], list(labels)))
    return statistic


def figures(*given, **more):
    return hits(seen(*given, **more))[0]


# Five images of classes 0, 0, 1, 1, 2, predicted 0, 1, 1, 1, 0; they activate the filters of 0, 1, 1, 0, 2.
BY_HAND = ((0, 1, 1, 0, 2), (0, 0, 1, 1, 2), (0, 1, 1, 1, 0))


def test_hits_against_the_true_class_by_hand():
    """Images 1, 3 and 5 activate the filter of their class: 3 of 5."""
    assert figures(*BY_HAND).true == pytest.approx(3 / 5)


def test_hits_against_the_prediction_by_hand():
    """Images 1, 2 and 3 activate the filter of their prediction: 3 of 5."""
    assert figures(*BY_HAND).predicted == pytest.approx(3 / 5)


def test_hits_of_wrong_predictions_by_hand():
    """Images 2 and 5 are predicted wrong; of them, 5 activates the filter of its class: 1 of 2."""
    assert figures(*BY_HAND).missed == pytest.approx(1 / 2)


def test_chance_by_hand():
    """Active are 0 twice, 1 twice, 2 once; true are the same: 2/5 · 2/5 + 2/5 · 2/5 + 1/5 · 1/5 = 9/25.

    Predicted are 0 twice and 1 thrice: 2/5 · 2/5 + 3/5 · 2/5 = 10/25.
    """
    found = figures(*BY_HAND)
    assert found.true_by_chance == pytest.approx(9 / 25)
    assert found.predicted_by_chance == pytest.approx(10 / 25)


def test_correlation_by_hand():
    """Hits of classes 0, 1, 2 are 1/2, 1/2, 1; accuracies 1/2, 1, 0.

    Deviations are (−1, −1, 2)/6 and (0, 1, −1)/2: the products sum to −3/12, over √(6/36 · 2/4) = √(1/12).
    """
    assert figures(*BY_HAND).correlation == pytest.approx(-1 / 4 / math.sqrt(1 / 12))


def test_hits_and_accuracy_of_each_class_by_hand():
    rates, accuracy = per_class(seen(*BY_HAND))
    assert rates[0] == pytest.approx([1 / 2, 1 / 2, 1, math.nan], nan_ok=True)
    assert accuracy == pytest.approx([1 / 2, 1, 0, math.nan], nan_ok=True)


def test_there_is_a_figure_for_each_n():
    found = hits(seen(*BY_HAND, at=(1, 3)))
    assert [(figure.n, figure.images) for figure in found] == [(1, 5), (3, 5)]


def test_images_of_no_known_class_do_not_count():
    active, labels, predicted = BY_HAND
    assert figures((*active, 3), (*labels, -1), (*predicted, 3)) == figures(*BY_HAND)


def test_chance_is_what_permuted_labels_give():
    """2000 permutations of 60 labels; a mean of them differs from the exact level by less than 0.01."""
    random = np.random.default_rng(5)
    tags = random.random((6, 9)) < 0.4
    active, labels = random.integers(0, 9, 60), random.integers(0, 6, 60)
    exact = figures(active, labels, labels, at=(2,), tags=tags).true_by_chance
    # The score of an image for a class does not depend on the labels, so that one look tells all.
    scores = np.array([seen([a], [0], [0], (2,), tags).any_hits[0] for a in range(9)])[active]
    drawn = [scores[np.arange(60), random.permutation(labels)].mean() for _ in range(2000)]
    assert exact == pytest.approx(np.mean(drawn), abs=0.01)
    assert np.std(drawn) > 0.01


def test_of_right_predictions_only_nothing_is_missed():
    assert math.isnan(figures((0, 1), (0, 1), (0, 1)).missed)


def test_hits_that_are_the_same_in_each_class_do_not_correlate():
    assert math.isnan(figures((0, 1), (0, 1), (0, 0)).correlation)


def test_accuracy_that_is_the_same_in_each_class_does_not_correlate():
    assert math.isnan(figures((0, 0), (0, 1), (0, 1)).correlation)


def test_one_class_alone_does_not_correlate():
    assert math.isnan(figures((0, 1), (0, 0), (0, 1)).correlation)


def test_without_images_there_are_no_figures():
    assert hits(TagHits({"conv": LayerTags(TAGS, 1, np.zeros(4), np.ones(4))})) == ()


def test_tags_are_those_that_the_method_draws():
    """k = 1: class 0 tags filter 1, class 1 filter 0; class 2 has no images."""
    z = np.array([[0.0, 1.0], [1.0, 0.0], [math.nan, math.nan]])
    layer = tag_hits(FilTag(k=1), {"conv": z}).tagged["conv"]
    assert layer.tags.tolist() == [[False, True], [True, False], [False, False]]
    assert (layer.number, layer.centre.tolist(), layer.spread.tolist()) == (1, [0, 0], [1, 1])


def test_active_filters_are_contrasted_as_the_tags_were():
    z = np.array([[0.0, 1.0], [1.0, 0.5]])
    layer = tag_hits(FilTag(k=1, contrast="zscore"), {"conv": z}).tagged["conv"]
    assert (layer.centre.tolist(), layer.spread.tolist()) == ([0.5, 0.75], [0.5, 0.25])


def test_each_figure_is_a_measurement_of_the_run():
    run = "https://w3id.org/kgexplain/run/test"
    said = list(statements(hits(seen(*BY_HAND)), run))
    values = {s.subject: s.object for s in said if s.predicate == MEASURED_VALUE}
    metrics = {s.object: values[s.subject] for s in said if s.predicate == IS_MEASUREMENT_OF}
    assert {metric: float(value.value) for metric, value in metrics.items()} == {
        term("kgx:hitsTrue"): pytest.approx(3 / 5),
        term("kgx:hitsTrueByChance"): pytest.approx(9 / 25),
        term("kgx:hitsPredicted"): pytest.approx(3 / 5),
        term("kgx:hitsPredictedByChance"): pytest.approx(10 / 25),
        term("kgx:hitsMissed"): pytest.approx(1 / 2),
        term("kgx:hitsAccuracyCorrelation"): pytest.approx(-1 / 4 / math.sqrt(1 / 12)),
    }
    assert {s.object for s in said if s.predicate == COMPUTED_ON} == {NamedNode(run)}
    assert [s.object for s in said if s.predicate == AT_N] == [Literal(1)] * 6


def test_figures_that_are_no_numbers_are_not_said():
    """All predictions are right: none is missed, and accuracy is the same in each class."""
    said = list(statements(hits(seen((0, 1), (0, 1), (0, 1))), "https://w3id.org/kgexplain/run/test"))
    assert sum(s.predicate == MEASURED_VALUE for s in said) == 4


def test_each_class_with_images_has_its_own_measurements():
    """Class 0: 1 hit of 2, active on 2 of 5 images, 1 right of 2; there is no fourth class."""
    run, classes = (
        "https://w3id.org/kgexplain/run/test",
        tuple(OutputClass(i, f"class {i}") for i in range(4)),
    )
    network = Architecture("toy", "0" * 64, {}, classes)
    said = list(class_statements(seen(*BY_HAND), network, run))
    values = {s.subject: float(s.object.value) for s in said if s.predicate == MEASURED_VALUE}
    metrics = {s.subject: s.object for s in said if s.predicate == IS_MEASUREMENT_OF}
    classes_of = {s.subject: s.object for s in said if s.predicate == OF_CLASS}
    assert {metrics[m]: values[m] for m, class_ in classes_of.items() if class_ == network.class_(0)} == {
        CLASS_HITS: pytest.approx(1 / 2),
        CLASS_HITS_BY_CHANCE: pytest.approx(2 / 5),
        CLASS_ACCURACY: pytest.approx(1 / 2),
    }
    assert set(classes_of.values()) == {network.class_(i) for i in range(3)}
