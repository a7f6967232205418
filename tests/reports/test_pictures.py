"""Maps laid over photographs, by hand."""

import base64
import io

import numpy as np
from PIL import Image

from kgexplain.reports.pictures import data_uri, overlay

GREY = Image.new("RGB", (4, 2), (100, 100, 100))
# A quarter of grey 100 and three quarters of the tint (230, 60, 20).
HOT = [198, 70, 40]


def pixels(map_, photograph=GREY):
    return np.asarray(overlay(photograph, np.array(map_, dtype=np.float32)))


def test_where_the_filter_is_silent_the_photograph_is_grey():
    coloured = Image.new("RGB", (4, 2), (200, 100, 0))
    shown = pixels([[0.0, 0.0], [0.0, 1.0]], coloured)
    assert len(set(shown[0, 0].tolist())) == 1


def test_where_the_filter_is_most_active_the_tint_is_strongest():
    """100 / 4 + 230 · 3/4 = 197.5, 100 / 4 + 60 · 3/4 = 70, 100 / 4 + 20 · 3/4 = 40."""
    assert pixels([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]])[:, 3].tolist() == [HOT, HOT]


def test_columns_and_rows_are_not_mixed_up():
    shown = pixels([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    assert [tuple(p) for p in np.argwhere(shown[..., 0] > 150)] == [(0, 3)]


def test_a_map_is_shown_between_its_own_lowest_and_highest_value():
    low, high = pixels([[-3.0, 5.0], [-3.0, 5.0]]), pixels([[0.0, 1.0], [0.0, 1.0]])
    assert np.array_equal(low, high)


def test_a_constant_map_shows_nothing():
    assert (pixels([[2.0]]) == 100).all()


def test_the_picture_has_the_size_of_the_photograph():
    assert overlay(GREY, np.zeros((7, 3), np.float32)).size == (4, 2)


def test_a_picture_within_a_page_is_the_picture():
    head, _, content = data_uri(GREY).partition(",")
    assert head == "data:image/png;base64"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(content)))), np.asarray(GREY))
