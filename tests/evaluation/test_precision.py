"""Average precision by hand, beside scikit-learn's rule in loops, and what rankings by lot give."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgexplain.evaluation.precision import (
    average_precision,
    mean_average_precision,
    precision_by_lot,
    prevalence,
)

ONCE = np.ones((1, 4))


def of(right, scores, weights=None):
    right, scores = np.array(right, dtype=bool), np.array(scores, dtype=float)
    return average_precision(
        np.ones((1, len(right))) if weights is None else np.array([weights]), right, scores
    )[0]


def test_average_precision_by_hand():
    """Right ones are first, third and fourth of five: (1/1 + 2/3 + 3/4) / 3."""
    assert of([1, 0, 1, 1, 0], [9, 8, 7, 6, 5]) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_high_scores_come_first_wherever_they_stand():
    assert of([0, 1, 0, 1], [1, 7, 3, 9]) == 1


def test_images_with_one_score_stand_together():
    """Both right ones are in a group of three, with two of three right."""
    assert of([1, 0, 1, 0], [5, 5, 5, 1]) == pytest.approx(2 / 3)


def test_if_all_scores_are_the_same_it_is_the_share_of_right_ones():
    assert of([1, 0, 0, 1, 0], [2] * 5) == pytest.approx(2 / 5)


def test_of_nothing_right_it_is_unknown():
    assert math.isnan(of([0, 0], [2, 1]))


def test_a_drawing_without_right_images_is_unknown_and_others_are_not():
    values = average_precision(np.array([[0, 2], [1, 1]]), np.array([True, False]), np.array([1.0, 2]))
    assert values == pytest.approx([math.nan, 0.5], nan_ok=True)


def twin(right, scores):
    """For each threshold, from the highest: precision at it times the recall that it adds (scikit-learn's rule)."""
    total, before = 0.0, 0.0
    for threshold in sorted(set(scores), reverse=True):
        found = [r for r, s in zip(right, scores, strict=True) if s >= threshold]
        recall = sum(found) / sum(right)
        total += (recall - before) * sum(found) / len(found)
        before = recall
    return total


pairs = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=1, max_size=20).filter(
    lambda p: any(r for r, _ in p)
)


@given(pairs)
def test_average_precision_beside_loops_over_thresholds(given_pairs):
    right, scores = zip(*given_pairs, strict=True)
    assert of(right, scores) == pytest.approx(twin(right, scores))


@given(pairs, st.data())
def test_a_drawn_image_sees_every_copy_of_the_others_and_one_of_itself(given_pairs, data):
    weights = data.draw(st.lists(st.integers(0, 3), min_size=len(given_pairs), max_size=len(given_pairs)))
    right, scores = zip(*given_pairs, strict=True)
    total = 0.0
    for i in range(len(right)):
        others = [j for j in range(len(right)) if j != i and scores[j] >= scores[i]]
        found = 1 + sum(weights[j] * right[j] for j in others)
        total += weights[i] * right[i] * found / (1 + sum(weights[j] for j in others))
    drawn = sum(weight for weight, is_right in zip(weights, right, strict=True) if is_right)
    assert of(right, scores, weights) == pytest.approx(total / drawn if drawn else math.nan, nan_ok=True)


@given(pairs, st.randoms())
def test_the_order_of_images_changes_nothing(given_pairs, lot):
    mixed = lot.sample(given_pairs, len(given_pairs))
    assert of(*zip(*mixed, strict=True)) == pytest.approx(of(*zip(*given_pairs, strict=True)))


def test_the_mean_is_over_attributes_that_images_have():
    """The first has 1, the second 1/2, the third none."""
    present = np.array([[1, 0, 0], [0, 1, 0]], dtype=bool)
    scores = np.array([[2.0, 2, 2], [1, 1, 1]])
    assert mean_average_precision(np.ones((1, 2)), present, scores) == pytest.approx([0.75])


@pytest.mark.parametrize(("right", "images"), [(1, 1), (1, 5), (2, 5), (3, 5), (5, 5)])
def test_by_lot_beside_all_rankings(right, images):
    """Of up to 120 rankings, the mean."""
    rankings = itertools.permutations([1] * right + [0] * (images - right))
    expected = np.mean([of(ranking, range(images, 0, -1)) for ranking in rankings])
    present = np.arange(images)[:, None] < right
    assert precision_by_lot(np.ones((1, images)), present) == pytest.approx([expected])


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 400))
def test_by_lot_is_about_the_prevalence_of_many_images(right):
    present = np.arange(4000)[:, None] < right
    once = np.ones((1, 4000))
    assert precision_by_lot(once, present) == pytest.approx(prevalence(once, present), abs=0.003)


def test_prevalence_is_over_attributes_that_images_have():
    """1/4 and 3/4; the third is of no image."""
    present = np.array([[1, 1, 0], [0, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    assert prevalence(ONCE, present) == pytest.approx([0.5])
