"""Heat maps by hand, enlarged beside PIL's way, and where they are highest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from kgexplain.evaluation.grounding import enlarged, heat_map, predicted
from kgexplain.inputs.view import View

WHOLE = View(0, 0, 12, 8, 12, 8)


def test_filters_add_up_by_their_densities():
    """At each place 2 times the first map and once the second."""
    maps = np.array([[[1.0, 0, 2], [0, 0, 1]], [[0, 5, 0], [1, 0, 0]]])
    assert heat_map(np.array([2.0, 1]), maps).tolist() == [[2, 5, 4], [1, 0, 2]]


def test_enlarged_by_hand():
    """Middles of the two places are at 1 and 3 of 4 pixels, middles of pixels at 1/2, 3/2, 5/2, 7/2."""
    assert enlarged(np.array([[0.0, 8], [8, 16]]), 4, 4).tolist() == [
        [0, 2, 6, 8],
        [2, 4, 8, 10],
        [6, 8, 12, 14],
        [8, 10, 14, 16],
    ]


@settings(deadline=None)
@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.floats(0, 9, width=32)),
    st.integers(7, 40),
    st.integers(7, 40),
)
def test_enlarged_beside_pil(map_, rows, columns):
    theirs = np.asarray(Image.fromarray(map_).resize((columns, rows), Image.Resampling.BILINEAR))
    assert enlarged(map_, rows, columns) == pytest.approx(theirs, abs=1e-4)


@given(st.floats(-3, 3), st.integers(1, 9), st.integers(1, 9))
def test_a_constant_map_stays_constant(value, rows, columns):
    assert np.unique(enlarged(np.full((3, 2), value), rows, columns)).tolist() == [value]


def test_the_highest_place_by_hand():
    """Place (row 1, column 2) of 2 × 3 is from 8 to 12 across and from 4 down: highest in the corner, so at its first."""
    map_ = np.array([[0.0, 0, 0], [0, 1, 9]])
    assert predicted(map_, WHOLE) == (10, 6)


def test_between_two_equal_places_the_upper_one_counts():
    """Neither is at an edge, where the map goes on as high as it is: rows 4 to 7 and 12 to 15 of 20."""
    _, y = predicted(np.array([[0.0, 0], [9, 0], [0, 0], [9, 0], [0, 0]]), View(0, 0, 8, 20, 8, 20))
    assert 4 <= y <= 7


def test_between_two_equal_places_the_left_one_counts():
    x, _ = predicted(np.array([[0.0, 9, 0, 9, 0]]), View(0, 0, 20, 4, 20, 4))
    assert 4 <= x <= 7


def test_a_constant_map_is_highest_where_one_begins_to_read():
    assert predicted(np.full((3, 5), 2.0), WHOLE) == (0, 0)


def test_the_place_is_told_in_the_pixels_of_the_photograph():
    """The view begins at (100, 50) and shrinks by 2: the middle of seen pixel (10, 6) is at 21 and 13 of the view."""
    seen = View(100, 50, 24, 16, 12, 8)
    assert predicted(np.array([[0.0, 0, 0], [0, 1, 9]]), seen) == (100 + 20.5, 50 + 12.5)


@given(arrays(np.float64, (3, 4), elements=st.integers(0, 9)), st.integers(-3, 3))
def test_the_scale_of_a_map_changes_no_place(map_, power):
    """Powers of two keep ties."""
    assert predicted(map_ * 2.0**power, WHOLE) == predicted(map_, WHOLE)
