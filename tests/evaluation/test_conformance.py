"""How near tags are to each other: by hand, beside loops, and beside chance."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kgexplain.answers.coarsening.hierarchy import Classes, hierarchy
from kgexplain.evaluation.conformance import (
    by_chance,
    conformance,
    correlation,
    definitions,
    kinship,
    nearness,
    together,
)

NEAR = np.array([[1, 0.5, 0.2, 0], [0.5, 1, 0.1, 0], [0.2, 0.1, 1, 0.4], [0, 0, 0.4, 1]])


def test_conformance_is_the_mean_over_pairs():
    """Pairs of the first three: 0.5, 0.2 and 0.1."""
    assert conformance(np.array([[1, 1, 1, 0]]), NEAR) == pytest.approx([0.8 / 3])


def test_weights_count_each_pair_as_often_as_it_is_there():
    """Twice the first, once the second: two pairs of 0.5 of different tags, and one of the first with itself is none."""
    assert conformance(np.array([[2, 1, 0, 0]]), NEAR) == pytest.approx([0.5])


def test_fewer_than_two_tags_have_no_conformance():
    assert np.isnan(conformance(np.array([[1, 0, 0, 0], [0, 0, 0, 0]]), NEAR)).all()


def test_kinship_is_what_the_nearest_common_concept_says():
    """Four classes, two of them dogs: −log(2/4)/log 4 = 0.5; cat and dogs share the animal, 3 of 4."""
    classes = Classes({n: n for n in "abcd"}, {n: (n,) for n in "abcd"})
    edges = [
        ("a", "dog"),
        ("b", "dog"),
        ("dog", "animal"),
        ("c", "animal"),
        ("animal", "root"),
        ("d", "root"),
    ]
    near = kinship(hierarchy(classes, edges, {}))
    assert near[0].tolist() == pytest.approx([1, 0.5, math.log(4 / 3) / math.log(4), 0])


def test_nearness_is_how_rare_it_is_to_be_as_alike():
    """To a: b is the nearest beside a itself (2 of 4), then c (3 of 4), d is last (4 of 4)."""
    likeness = np.array([[9.0, 5, 4, 1], [5, 9, 3, 2], [4, 3, 9, 2], [1, 2, 2, 9]])
    one, two = (math.log(4 / n) / math.log(4) for n in (2, 3))
    assert nearness(likeness)[0].tolist() == pytest.approx([1, one, (two + one) / 2, 0])


def test_what_is_like_nothing_is_near_to_nothing():
    assert nearness(np.eye(5)).tolist() == np.eye(5).tolist()


@given(arrays(np.float64, (5, 5), elements=st.integers(-4, 4)), st.floats(0.1, 9))
def test_nearness_does_not_depend_on_units(likeness, factor):
    assert nearness(likeness * factor + 1) == pytest.approx(nearness(likeness))


@given(
    arrays(np.float64, (4, 4), elements=st.floats(0, 1)), arrays(np.float64, (4, 4), elements=st.floats(0, 1))
)
def test_another_source_can_only_add(one, other):
    joined = together(one, other)
    assert (joined >= np.maximum(one, other) - 1e-12).all()
    assert (joined <= 1).all()


def test_definitions_are_alike_by_rare_words():
    """Three texts: barking is in two (log 3/2), all have animal (0), dog and wolf in one each (log 3)."""
    rare, common = math.log(3), math.log(3 / 2)
    alike = definitions(["barking animal dog", "barking animal wolf", 'animal "barking"'])
    assert alike[0, 1] == pytest.approx(common**2 / (common**2 + rare**2))
    assert alike[0, 2] == 0


def test_texts_without_words_are_like_nothing():
    assert definitions(["", "an it", "dog"])[0].tolist() == [0, 0, 0]


def test_correlation_takes_the_mean_of_classes_off():
    """Both features have mean 1; rows are then (−1, −1), (0, 1), (1, 0)."""
    alike = correlation(np.array([[0.0, 0], [1, 2], [2, 1]]))
    assert alike[0].tolist() == pytest.approx([1, -math.sqrt(0.5), -math.sqrt(0.5)])


def test_a_class_without_images_is_like_nothing():
    assert correlation(np.array([[0.0, 1], [np.nan, np.nan], [2, 0]]))[1].tolist() == [0, 0, 0]


@given(st.lists(st.booleans(), min_size=4, max_size=4), st.permutations(range(4)))
def test_the_order_of_classes_changes_nothing(tags, order):
    row = np.array([tags])
    assert conformance(row, NEAR) == pytest.approx(
        conformance(row[:, order], NEAR[np.ix_(order, order)]), nan_ok=True
    )


@given(arrays(np.int64, 4, elements=st.integers(0, 3)))
def test_conformance_beside_loops(weights):
    tags = [class_ for class_, number in enumerate(weights) for _ in range(number)]
    pairs = [NEAR[a, b] for a, b in itertools.permutations(tags, 2) if a != b]
    expected = np.mean(pairs) if pairs else np.nan
    assert conformance(weights[None], NEAR) == pytest.approx([expected], nan_ok=True)


def test_chance_of_two_tags_is_that_of_all_pairs():
    """Of ten classes one pair in 45 is near: 97 of 100 sets of two are as far as can be."""
    near = np.eye(10)
    near[0, 1] = near[1, 0] = 1
    assert by_chance(np.array([2, 1, 0]), near) == pytest.approx([0, np.nan, np.nan], nan_ok=True)


def test_chance_falls_with_the_number_of_tags():
    near = np.kron(np.eye(10), np.ones((4, 4)))
    levels = by_chance(np.array([2, 8, 30]), near)
    assert levels[0] == 1
    assert levels[0] > levels[1] > levels[2] > 0


def test_all_tags_are_what_chance_gives():
    """There is one set of all classes."""
    near = np.kron(np.eye(2), np.ones((2, 2)))
    assert by_chance(np.array([4]), near) == pytest.approx(conformance(np.ones((1, 4)), near))


def test_sizes_between_steps_take_the_smaller_ones_level():
    near = np.kron(np.eye(20), np.ones((2, 2)))
    assert by_chance(np.array([18]), near)[0] == by_chance(np.array([16, 18]), near)[0]
