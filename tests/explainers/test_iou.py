"""The formulas of dissection, by hand and by law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.explainers.iou import counted, detected, iou, p_values, ranked, strongest

# Concepts: two of category 0, one of category 1; filters: three.
SCORES = np.array([[0.3, 0.0, 0.04], [0.1, 0.0, 0.02], [0.3, 0.0, 0.01]])
CATEGORY_OF = np.array([0, 0, 1])


def test_iou_by_hand():
    """2 of 5 + 4 − 2, 1 of 5 + 2 − 1, and 3 of 6 + 3 − 3, as the third concept is of another category."""
    intersections = np.array([[2], [1], [3]])
    found = iou(intersections, np.array([[5], [6]]), np.array([4, 2, 3]), CATEGORY_OF)
    assert np.allclose(found[:, 0], [2 / 7, 1 / 6, 1 / 2], rtol=1e-15)


def test_what_occurs_nowhere_agrees_with_nothing():
    assert iou(np.zeros((1, 2), int), np.array([[0, 3]]), np.array([0]), np.array([0])).tolist() == [[0, 0]]


@given(
    active=st.lists(st.booleans(), min_size=6, max_size=6),
    marked=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_it_is_the_intersection_over_the_union_of_sets(active, marked):
    both = sum(a and m for a, m in zip(active, marked, strict=True))
    either = sum(a or m for a, m in zip(active, marked, strict=True))
    found = iou(np.array([[both]]), np.array([[sum(active)]]), np.array([sum(marked)]), np.array([0]))
    assert found.item() == pytest.approx(both / either if either else 0)


def test_the_best_come_first_and_of_equals_the_first():
    assert ranked(SCORES, 2).tolist() == [[0, 0, 0], [2, 1, 1]]


def test_there_are_no_more_ranks_than_concepts():
    assert ranked(SCORES, 9).shape == (3, 3)


def test_the_strongest_is_over_all_concepts():
    assert strongest(SCORES).tolist() == [0.3, 0.0, 0.04]


def test_without_concepts_nothing_is_strong():
    assert strongest(np.zeros((0, 2))).tolist() == [0, 0]


def test_p_values_by_hand():
    """Of three filters by chance none reaches 0.5, one 0.3, one more 0.2, which counts where it is met exactly."""
    null = np.array([0.1, 0.3, 0.2])
    assert p_values(np.array([[0.5, 0.3, 0.25, 0.2, 0.0]]), null).tolist() == [[0.25, 0.5, 0.5, 0.75, 1.0]]


def test_without_a_null_nothing_is_improbable():
    assert p_values(np.array([[0.5]]), np.zeros(0)).tolist() == [[1.0]]


@given(
    null=st.lists(st.floats(0, 1), max_size=20),
    score=st.floats(0, 1),
    higher=st.floats(0, 1),
)
def test_what_agrees_better_is_no_more_probable(null, score, higher):
    p, q = p_values(np.array([[score, max(score, higher)]]), np.array(null))[0]
    assert 0 < q <= p <= 1


def test_detectors_are_above_the_threshold():
    """Filter 2 reaches 0.04, filter 0 0.3 with the first of two."""
    filters, concepts = detected(SCORES, 0.04)
    assert (filters.tolist(), concepts.tolist()) == ([0], [0])


def test_nothing_detects_concepts_that_are_not_there():
    filters, concepts = detected(np.zeros((0, 4)), 0.04)
    assert (filters.tolist(), concepts.tolist()) == ([], [])


def test_detectors_count_once_for_their_best_category():
    """With 0.03, filter 2 counts, too: both for the first category."""
    assert counted(SCORES, CATEGORY_OF, 2, 0.03).tolist() == [2, 0]
    assert counted(SCORES[[1, 2]], CATEGORY_OF[[1, 2]], 2, 0.04).tolist() == [0, 1]
