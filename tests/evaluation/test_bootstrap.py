"""Intervals of figures: by hand, beside scipy's, and what must hold of any."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import Bootstrap, divided, mean, ratio

# Three images with 1 of 2, 0 of 1 and 3 of 3 things right.
RIGHT, ALL = np.array([1.0, 0, 3]), np.array([2.0, 1, 3])


def test_a_share_is_over_all_that_is_counted_and_not_a_mean_of_shares():
    """(1 + 0 + 3) / (2 + 1 + 3), where the mean of shares would be 1/2."""
    assert Bootstrap().interval(ratio(RIGHT, ALL), 3).value == pytest.approx(4 / 6)


def test_images_count_as_often_as_they_are_drawn():
    """Twice the first, once the third: (1 + 1 + 3) / (2 + 2 + 3)."""
    assert ratio(RIGHT, ALL)(np.array([[2, 0, 1]])) == pytest.approx([5 / 7])


def test_every_drawing_has_as_many_images():
    weights = Bootstrap(drawings=7).weights(11)
    assert weights.shape == (7, 11)
    assert weights.sum(1).tolist() == [11] * 7


def test_drawings_differ_and_each_image_is_drawn_about_once():
    weights = Bootstrap(drawings=4000).weights(5)
    assert len({tuple(row) for row in weights.tolist()}) > 100
    assert weights.mean(0) == pytest.approx(np.ones(5), abs=0.06)


def test_the_same_seed_gives_the_same_interval_and_another_another():
    values = mean(np.arange(20.0) ** 2)
    one, same, other = (Bootstrap(seed=seed).interval(values, 20) for seed in (0, 0, 1))
    assert one == same
    assert one != other


def test_drawings_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        Bootstrap().weights(3)[0, 0] = 9


def test_two_images_by_hand():
    """Of 0 and 1, a quarter of drawings has mean 0, a half 1/2, a quarter 1: 40 % within are of a half alone."""
    assert Bootstrap(level=0.4).interval(mean(np.array([0.0, 1])), 2) == (0.5, 0.5, 0.5)
    assert Bootstrap(level=0.9).interval(mean(np.array([0.0, 1])), 2) == (0.5, 0.0, 1.0)


def test_intervals_beside_scipy():
    """Both draw at random, 5,000 times: ends agree to a twentieth of the interval."""
    generator = np.random.default_rng(3)
    part, whole = generator.integers(0, 5, 60).astype(float), generator.integers(5, 9, 60).astype(float)
    ours = Bootstrap(drawings=5000).interval(ratio(part, whole), 60)
    theirs = scipy.stats.bootstrap(
        (part, whole),
        lambda a, b, axis=-1: a.sum(axis) / b.sum(axis),
        paired=True,
        method="percentile",
        n_resamples=5000,
        rng=np.random.default_rng(4),
    ).confidence_interval
    assert ours[1:] == pytest.approx((theirs.low, theirs.high), abs=(theirs.high - theirs.low) / 20)


def test_what_is_better_on_every_image_is_better_in_every_drawing():
    """The values differ by far more than the 1/10 between the two: unpaired, the interval would hold 0."""
    values = np.arange(30.0)
    difference = Bootstrap().difference(mean(values + 0.1), mean(values), 30)
    assert difference == pytest.approx((0.1, 0.1, 0.1))


def test_intervals_cover_what_they_should():
    """Of 300 sets of 40 images each, drawn from a known mean, the mean is in about 95 % of the intervals."""
    generator = np.random.default_rng(5)
    within = 0
    for _ in range(300):
        _, low, high = Bootstrap(drawings=400).interval(mean(generator.normal(2.0, 1.0, 40)), 40)
        within += low <= 2.0 <= high
    assert 0.90 <= within / 300 <= 0.98


def test_of_no_images_nothing_is_known():
    assert all(map(math.isnan, Bootstrap().interval(mean(np.array([])), 0)))


def test_drawings_without_what_counts_are_left_out():
    """Drawings without the second image have nothing to count; all others have a share of 1."""
    assert Bootstrap().interval(ratio(np.array([0.0, 1]), np.array([0.0, 1])), 2) == (1.0, 1.0, 1.0)


def test_a_share_of_nothing_is_unknown():
    assert all(map(math.isnan, Bootstrap().interval(ratio(np.zeros(3), np.zeros(3)), 3)))


def test_dividing_by_nothing_is_unknown():
    assert divided(np.array([1.0, 3]), np.array([0.0, 2])) == pytest.approx([math.nan, 1.5], nan_ok=True)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12), st.floats(-9, 9), st.floats(0.1, 4))
def test_intervals_move_and_grow_with_the_values(values, shift, factor):
    plain = Bootstrap(drawings=50).interval(mean(np.array(values)), len(values))
    moved = Bootstrap(drawings=50).interval(mean(np.array(values) * factor + shift), len(values))
    assert moved == pytest.approx([value * factor + shift for value in plain], abs=1e-6)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=12), st.floats(0.2, 0.6))
def test_surer_intervals_are_wider(values, level):
    measure = mean(np.array(values, dtype=float))
    narrow = Bootstrap(drawings=50, level=level).interval(measure, len(values))
    wide = Bootstrap(drawings=50, level=level + 0.3).interval(measure, len(values))
    assert wide.low <= narrow.low <= narrow.high <= wide.high


@pytest.mark.parametrize("drawings", [0, -1])
def test_too_few_drawings_are_refused(drawings):
    with pytest.raises(InputError, match=f"drawings is {drawings}; it must be at least 1"):
        Bootstrap(drawings=drawings)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_an_impossible_level_is_refused(level):
    with pytest.raises(InputError, match=r"level is .*; it must be between 0 and 1, as 0\.95"):
        Bootstrap(level=level)
