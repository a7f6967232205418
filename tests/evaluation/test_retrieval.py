"""Retrieval by attributes: all measures by hand, and what chance gives beside explanations really dealt to images."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kgexplain.evaluation.bootstrap import Bootstrap
from kgexplain.evaluation.retrieval import (
    CONSTANT,
    MEASURES,
    PERMUTED,
    Counts,
    Found,
    accuracy,
    counted,
    dealt,
    most_frequent,
    precision,
    recall,
    retrieval,
    retrieval_of_attributes,
    top,
    true_negative_rate,
)

FEW = Bootstrap(drawings=30)
# Five images, two attributes: of the first, two have it, of the second, three.
PRESENT = np.array([[1, 0], [1, 1], [0, 1], [0, 1], [0, 0]], dtype=bool)
NAMED = np.array([[1, 1], [0, 1], [0, 0], [1, 0], [0, 0]], dtype=bool)
SCORES = np.array([[0.9, 0.7], [0.2, 0.8], [0.3, 0.1], [0.8, 0.2], [0.1, 0.3]])
FOUND = Found(("white head", "red bill"), PRESENT, NAMED, np.array([False, True]), SCORES)
ONCE = np.ones((1, 5))


def counts(present=PRESENT, named=NAMED, weights=ONCE):
    return counted(weights, present, named)


def by(figures):
    return {(f.measure, f.attribute, f.baseline, f.above): f.interval.value for f in figures}


def test_recall_by_hand():
    """Of five pairs that are right, the first image's and the second's second are found."""
    assert recall(counts()) == pytest.approx([2 / 5])


def test_precision_by_hand():
    """Of four pairs found, two are right."""
    assert precision(counts()) == pytest.approx([2 / 4])


def test_true_negatives_by_hand():
    """Of five pairs that are not right, two are found: the fourth's first and the first's second."""
    assert true_negative_rate(counts()) == pytest.approx([3 / 5])


def test_accuracy_by_hand():
    """Of ten pairs, two are found and right, three neither."""
    assert accuracy(counts()) == pytest.approx([5 / 10])


def test_images_count_as_often_as_they_are_drawn():
    """The first image twice, not the second: right are its first pair, twice, and two more; found are four of its own, one more."""
    drawn = counts(weights=np.array([[2, 0, 1, 1, 1]]))
    assert recall(drawn) == pytest.approx([2 / 4])
    assert precision(drawn) == pytest.approx([2 / 5])


def test_the_papers_accuracy_is_precision():
    """Its recall of 0.309 and its true negatives of 0.929 are those of a precision of 0.279 if 8.17 % are right."""
    right, images = 81_700.0, 1_000_000.0
    both = 0.309 * right
    named = both + (1 - 0.929) * (images - right)
    paper = Counts(*(np.array([[number]]) for number in (images, right, named, both)))
    assert recall(paper) == pytest.approx([0.309])
    assert true_negative_rate(paper) == pytest.approx([0.929])
    assert precision(paper) == pytest.approx([0.279], abs=0.001)
    assert accuracy(paper) == pytest.approx([0.878], abs=0.001)


def test_nothing_found_has_no_precision():
    figures = by(retrieval(replace(FOUND, named=np.zeros_like(NAMED)), FEW))
    assert math.isnan(figures["retrievalPrecision", "", "", ""])
    assert figures["retrievalRecall", "", "", ""] == 0


def test_explanations_dealt_by_lot_by_hand():
    """Each attribute is found in two of five images: of two right ones 4/5, of three 6/5."""
    assert dealt(counts()).both == pytest.approx(np.array([[4 / 5, 6 / 5]]))


def test_dealt_beside_explanations_really_dealt():
    """20,000 deals: the mean of each measure, to a hundredth."""
    generator = np.random.default_rng(2)
    deals = [counts(named=NAMED[generator.permutation(5)]) for _ in range(20_000)]
    for measure in MEASURES.values():
        expected = np.mean([measure(deal)[0] for deal in deals])
        assert measure(dealt(counts())) == pytest.approx([expected], abs=0.01)


def test_baselines_and_how_far_above_by_hand():
    """Dealt: (4/5 + 6/5) of 5 right ones. The same for all: the second attribute, always, so 3 of 5."""
    figures = by(retrieval(FOUND, FEW))
    name = "retrievalRecall"
    assert figures[name, "", PERMUTED, ""] == pytest.approx(2 / 5)
    assert figures[name, "", CONSTANT, ""] == pytest.approx(3 / 5)
    assert figures[name, "", "", CONSTANT] == pytest.approx(2 / 5 - 3 / 5)


def test_mean_average_precision_by_hand():
    """First: places 1 and 4, (1 + 2/4) / 2. Second: 0.8 right, 0.7 and 0.3 not, 0.2 and 0.1 right: (1 + 2/4 + 3/5) / 3."""
    first, second = 3 / 4, 2.1 / 3
    figures = by(retrieval(FOUND, FEW))
    assert figures["meanAveragePrecision", "", "", ""] == pytest.approx((first + second) / 2)
    assert figures["meanAveragePrecision", "", CONSTANT, ""] == pytest.approx((2 / 5 + 3 / 5) / 2)
    apart = by(retrieval_of_attributes(FOUND, FEW))
    assert apart["averagePrecision", "white head", "", ""] == pytest.approx(first)
    assert apart["averagePrecision", "red bill", "", ""] == pytest.approx(second)


def test_ranking_all_images_alike_is_what_constant_densities_give():
    figures = by(retrieval(replace(FOUND, probabilities=np.full((5, 2), 0.1)), FEW))
    own = figures["meanAveragePrecision", "", "", ""]
    assert own == pytest.approx(figures["meanAveragePrecision", "", CONSTANT, ""])


def test_all_measures_have_baselines_and_intervals():
    figures = retrieval(FOUND, FEW)
    assert len(figures) == 5 * 5
    assert all(f.interval.low <= f.interval.high and f.images == 5 and f.level == 0.95 for f in figures)


tables = arrays(bool, (6, 3))


@settings(deadline=None)
@given(tables, tables)
def test_measures_beside_loops(present, named):
    pairs = list(zip(present.ravel().tolist(), named.ravel().tolist(), strict=True))
    right, wrong = [n for p, n in pairs if p], [n for p, n in pairs if not p]
    chosen = [p for p, n in pairs if n]

    def share(values):
        return sum(values) / len(values) if values else math.nan

    expected = [share(right), share(chosen), share([not n for n in wrong]), share([p == n for p, n in pairs])]
    found = counted(np.ones((1, 6)), present, named)
    assert [m(found)[0] for m in MEASURES.values()] == pytest.approx(expected, nan_ok=True)


@settings(deadline=None)
@given(tables, tables, st.permutations(range(6)))
def test_the_order_of_images_changes_nothing(present, named, order):
    one, other = (counted(np.ones((1, 6)), present[o], named[o]) for o in (list(range(6)), order))
    assert all(m(one) == pytest.approx(m(other), nan_ok=True) for m in MEASURES.values())


def test_the_most_frequent_attributes():
    """Of as frequent ones the first, and more than sixteen of them; none that no image has."""
    assert most_frequent(np.array([2, 0, 5, 2]), 9).tolist() == [2, 0, 3]
    assert most_frequent(np.ones(40, dtype=int), 3).tolist() == [0, 1, 2]


def test_the_most_probable_of_each_image():
    density = np.array([[0.1, 0.4, 0.2, 0.3], [0.25, 0.25, 0.25, 0.25]])
    assert top(density, 2).tolist() == [[False, True, False, True], [True, True, False, False]]


def test_fewer_attributes_than_asked_for_are_all_named():
    assert top(np.array([[0.5, 0.5]])).tolist() == [[True, True]]


def test_a_ranking_by_lot_is_not_above_chance():
    """Photographs that are drawn twice do not help themselves: the interval of each of four lots has 0 in it."""
    for seed in range(4):
        lot = np.random.default_rng(seed)
        present = lot.random((84, 50)) < 0.13
        named = np.zeros_like(present)
        found = Found(tuple(map(str, range(50))), present, named, named[0], lot.random((84, 50)))
        (above,) = [
            f for f in retrieval(found) if f.measure == "meanAveragePrecision" and f.above == PERMUTED
        ]
        assert above.interval.low < 0 < above.interval.high
