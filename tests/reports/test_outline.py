"""Outlines by hand: on a grey photograph of 100 × 60 pixels, whose lines are 0.6 of a pixel wide."""

import numpy as np
import pytest
from PIL import Image

from kgexplain.reports.outline import marked, outlined

PHOTOGRAPH = Image.new("RGB", (100, 60), (100, 100, 100))
# 100 · 0.45 and 0.55 · (16, 20, 28).
VEILED = [54, 56, 60]
LEFT = np.array([[1.0, 1, 0, 0, 0]])


def pixels(map_, threshold=0.5, photograph=PHOTOGRAPH):
    return np.asarray(outlined(photograph, np.array(map_, np.float32), threshold)).astype(int)


def test_where_the_map_is_above_the_threshold_the_photograph_is_as_it_is():
    assert (pixels(LEFT)[:, :38] == 100).all()


def test_elsewhere_it_is_veiled():
    assert (pixels(LEFT)[:, 43:] == VEILED).all()


def test_between_them_is_a_light_line():
    """The map falls from 1 at column 30 to 0 at column 50 (both in the middle of a cell): 0.5 is at 40."""
    shown = pixels(LEFT)
    assert (shown[:, 40] > 150).all()
    assert (shown[:, [36, 44]] <= 100).all()


def test_a_value_at_the_threshold_is_not_above_it():
    assert (pixels(np.ones((2, 2)), threshold=1.0) == VEILED).all()


def test_the_threshold_counts_not_the_range_of_the_map():
    assert (pixels([[5.0, 5, 4, 4, 4]], threshold=3.0) == 100).all()


def test_rows_and_columns_are_not_mixed_up():
    shown = pixels([[1.0], [0.0], [0.0]])
    assert (shown[:15] == 100).all()
    assert (shown[40:] == VEILED).all()


def test_no_line_is_drawn_along_the_edges_of_the_photograph():
    assert (pixels(np.ones((3, 3))) == 100).all()


def test_the_picture_has_the_size_of_the_photograph():
    assert outlined(PHOTOGRAPH, np.zeros((2, 2), np.float32), 0.0).size == (100, 60)


def test_the_line_has_a_dark_rim_on_a_light_photograph():
    light = Image.new("RGB", (400, 400), (255, 255, 255))
    shown = pixels(np.array([[1.0, 0, 1]]), photograph=light)[200, :, 0]
    inside, outside = shown[:100], shown[150:250]
    assert inside.min() == 255
    assert shown[100:150].min() < outside.max()


def test_a_marked_area_has_a_line_of_its_colour_along_its_inner_edge():
    """#ff0000, three tenths lighter, is (255, 76, 76)."""
    area = np.zeros((30, 50), bool)
    area[10:20, 20:40] = True
    picture = Image.new("RGB", (500, 300), (0, 0, 0))
    shown = np.asarray(marked(picture, area, "#ff0000")).astype(int)
    assert shown[101, 300].tolist() == shown[198, 300].tolist() == [255, 76, 76]
    assert shown[150, 201].tolist() == shown[150, 398].tolist() == [255, 76, 76]
    assert shown[97, 300].tolist() == shown[150, 300].tolist() == [0, 0, 0]


def test_a_photograph_that_is_marked_whole_has_a_line_all_around():
    shown = np.asarray(marked(PHOTOGRAPH, np.ones((7, 3), bool), "#ff0000")).astype(int)
    for edge in (shown[0], shown[-1], shown[:, 0], shown[:, -1]):
        assert (edge[:, 0] > edge[:, 1]).all()
    assert (shown[3:-3, 3:-3] == 100).all()


def test_where_nothing_is_marked_nothing_changes():
    shown = marked(PHOTOGRAPH, np.zeros((7, 3), bool), "#ff0000")
    assert np.array_equal(np.asarray(shown), np.asarray(PHOTOGRAPH))


@pytest.mark.parametrize(
    "change", [lambda p: outlined(p, LEFT, 0.5), lambda p: marked(p, LEFT > 0, "#ff0000")]
)
def test_the_photograph_itself_stays_as_it_is(change):
    photograph = PHOTOGRAPH.copy()
    change(photograph)
    assert np.array_equal(np.asarray(photograph), np.asarray(PHOTOGRAPH))
