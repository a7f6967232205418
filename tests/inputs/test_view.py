"""Where what a network sees is in the photograph: marked pixels are found again."""

import numpy as np
import pytest
from PIL import Image

from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.inputs.view import View, view

WAYS = {
    "resized and cropped": Preprocessing(resize=48, crop=40),
    "cropped as it is": Preprocessing(resize=None, crop=(30, 50)),
    "resized to another shape": Preprocessing(resize=(40, 60), crop=None),
    "resized and cropped to another shape": Preprocessing(resize=(50, 71), crop=(41, 60)),
    "cropped beyond the photograph": Preprocessing(resize=None, crop=(100, 151)),
}


def gradient(width, height):
    """A photograph whose red is the column and whose green is the row, twice, as an eighth bit has room."""
    columns, rows = np.meshgrid(np.arange(width) * 2, np.arange(height) * 2)
    return Image.fromarray(np.stack([columns, rows, 255 + 0 * rows], axis=-1).astype(np.uint8))


@pytest.mark.parametrize(("width", "height"), [(120, 80), (80, 120), (97, 97), (123, 65)])
@pytest.mark.parametrize("way", WAYS)
def test_a_seen_pixel_is_where_the_photograph_has_its_colour(way, width, height):
    """Away from edges, bilinear interpolation of a gradient keeps it: colours are places, to a pixel."""
    seen = np.asarray(WAYS[way].seen(gradient(width, height))).astype(float)
    found = view(WAYS[way], width, height)
    assert seen.shape[:2] == (found.rows, found.columns)
    for row, column in ((4, 6), (found.rows // 2, found.columns // 2), (found.rows - 5, found.columns - 9)):
        x, y = found.original(column, row)
        red, green, blue = seen[row, column]
        inside = 1 <= x <= width - 2 and 1 <= y <= height - 2
        assert (blue > 0) or not inside
        if inside:
            assert (red / 2, green / 2) == pytest.approx((x, y), abs=0.8)


def test_of_a_photograph_as_it_is_pixels_stay_pixels():
    assert view(Preprocessing(resize=(7, 5), crop=None), 5, 7).original(3, 6) == (3, 6)


def test_the_view_of_a_wide_photograph_by_hand():
    """500 × 375 becomes 341 × 256 (a third of a pixel is lost), and 58 of its columns are left out before the crop."""
    found = view(Preprocessing(resize=256, crop=224), 500, 375)
    across, down = 500 / 341, 375 / 256
    assert found == View(58 * across, 16 * down, 224 * across, 224 * down, 224, 224)


def test_a_crop_beyond_the_photograph_begins_before_it():
    found = view(Preprocessing(resize=None, crop=(10, 21)), 10, 10)
    assert (found.left, found.top, found.width) == (-5, 0, 21)
