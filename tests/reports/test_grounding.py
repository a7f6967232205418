"""Photographs through a veil, by hand."""

import numpy as np
import pytest
from PIL import Image

from kgexplain.reports.grounding import ringed, veiled

PHOTOGRAPH = Image.new("RGB", (4, 2), (200, 100, 60))
# A quarter of (200, 100, 60) and three quarters of (16, 20, 28).
THICK = [62, 40, 36]


def pixels(map_, photograph=PHOTOGRAPH):
    return np.asarray(veiled(photograph, np.array(map_, dtype=np.float32)))


def test_where_the_map_is_highest_the_photograph_is_as_it_is():
    assert pixels([[0, 0, 0, 1], [0, 0, 0, 1]])[:, 3].tolist() == [[200, 100, 60]] * 2


def test_where_the_map_is_lowest_the_veil_is_thickest():
    """200/4 + 12 = 62, 100/4 + 15 = 40, 60/4 + 21 = 36."""
    assert pixels([[0, 0, 0, 1], [0, 0, 0, 1]])[0, 0].tolist() == THICK


def test_half_way_the_veil_is_half_as_thick():
    """200 · 5/8 + 16 · 3/8 = 131, 100 · 5/8 + 20 · 3/8 = 70, 60 · 5/8 + 28 · 3/8 = 48."""
    assert pixels([[0, 1, 1, 2], [0, 1, 1, 2]])[0, 1].tolist() == [131, 70, 48]


def test_columns_and_rows_are_not_mixed_up():
    shown = pixels([[0, 0, 0, 1], [0, 0, 0, 0]])
    assert [tuple(place) for place in np.argwhere(shown[..., 0] == 200)] == [(0, 3)]


def test_a_map_is_shown_between_its_own_lowest_and_highest_value():
    assert np.array_equal(pixels([[-3, 5], [-3, 5]]), pixels([[0, 1], [0, 1]]))


def test_a_constant_map_is_veiled_all_over():
    assert (pixels([[2.0]]) == THICK).all()


def test_the_picture_has_the_size_of_the_photograph():
    assert veiled(PHOTOGRAPH, np.zeros((7, 3), np.float32)).size == (4, 2)


@pytest.mark.parametrize("colour", [0, 255])
def test_a_ring_is_seen_on_light_and_on_dark_around_the_place(colour):
    picture = Image.new("RGB", (60, 40), (colour,) * 3)
    changed = np.argwhere((np.asarray(ringed(picture, (30, 15))) != colour).any(2))
    assert changed.mean(0) == pytest.approx([15, 30], abs=0.5)
    assert [15, 30] not in changed.tolist()
    assert len(changed) > 20


def test_the_picture_that_is_ringed_stays_as_it_is():
    picture = Image.new("RGB", (60, 40))
    ringed(picture, (30, 15))
    assert np.asarray(picture).sum() == 0
