"""The most probable attributes, their places, and what the rest sum to."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kgexplain.explainers.estimates import first, places, residual

# Few values, so that ties are common; longer than 16, where numpy's default sort is not stable.
tied = arrays(np.float32, st.integers(17, 60), elements=st.sampled_from([-0.25, 0.0, 0.125, 0.25, 0.5]))


@given(density=tied, number=st.integers(0, 70))
def test_the_first_are_those_of_a_slow_twin(density, number):
    slow = sorted(range(len(density)), key=lambda t: (-density[t], t))[:number]
    assert first(density, number).tolist() == [t for t in slow if density[t] > 0]


@given(density=tied)
def test_places_are_those_of_a_slow_twin(density):
    slow = sorted(range(len(density)), key=lambda t: (-density[t], t))
    assert places(density).tolist() == [slow.index(t) + 1 for t in range(len(density))]


def test_nothing_is_first_where_nothing_is_probable():
    assert first(np.zeros(3), 2).tolist() == []


def test_what_is_left_of_all_is_nothing():
    assert residual(np.array([0.5, 0.5], np.float32), np.array([1, 0])) == 0


def test_what_is_left_is_never_more_than_all():
    """Single precision: a million shares of a millionth sum to a little more than 1."""
    shares = np.full(3, np.nextafter(np.float32(1 / 3), np.float32(1)))
    assert residual(shares, np.array([], np.int64)) == 1
