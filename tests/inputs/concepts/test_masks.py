"""Label numbers in pictures, and the part of them that a network sees."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kgexplain.inputs.concepts.masks import is_of_shape, numbers, seen_part
from kgexplain.inputs.photograph import Fault
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.inputs.view import View, view

SIDES = st.integers(1, 12)
# In a photograph of an odd side no cell's middle is between two pixels, where libraries round as they like.
ODD = st.integers(0, 6).map(lambda half: 2 * half + 1)


def saved(path, pixels, mode=None):
    picture = Image.fromarray(pixels, mode) if mode is None else Image.fromarray(pixels).convert(mode)
    picture.save(path)
    return path


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.array([[0, 200], [3, 255]], np.uint8), [[0, 200], [3, 255]]),
        (np.array([[0, 300], [65535, 2]], np.uint16), [[0, 300], [65535, 2]]),
        (np.array([[False, True]]), [[0, 1]]),
        (np.array([[[44, 1, 9], [7, 0, 0]]], np.uint8), [[300, 7]]),
        (np.array([[[44, 1, 9, 0], [7, 0, 0, 255]]], np.uint8), [[300, 7]]),
        (np.array([[[44, 255], [7, 0]]], np.uint8), [[44, 7]]),
    ],
    ids=["grey", "16 bits", "black and white", "colour", "transparent", "transparent grey"],
)
def test_pixels_are_label_numbers(tmp_path, pixels, expected):
    assert numbers(saved(tmp_path / "mask.png", pixels)).tolist() == expected


def test_a_palettes_indices_are_label_numbers_whatever_its_colours(tmp_path):
    mask = Image.fromarray(np.array([[0, 15], [2, 255]], np.uint8), "L").copy()
    mask = mask.convert("P")
    mask.putpalette([90, 0, 200] * 256)
    mask.save(tmp_path / "mask.png")
    with Image.open(tmp_path / "mask.png") as stored:
        assert stored.mode == "P"
        expected = np.asarray(stored).tolist()
    assert numbers(tmp_path / "mask.png").tolist() == expected == [[0, 15], [2, 255]]


def test_fractions_are_no_label_numbers(tmp_path):
    path = saved(tmp_path / "mask.tif", np.array([[0.5]], np.float32))
    assert numbers(path) == Fault("cannot be decoded: its pixels are fractions, not label numbers")


def test_what_is_no_picture_has_none(tmp_path):
    (tmp_path / "mask.png").write_text("nothing")
    assert numbers(tmp_path / "mask.png") == Fault("not an image of a kind that can be read")


@pytest.mark.parametrize(
    ("mask", "photograph", "expected"),
    [
        ((10, 5), (10, 5), True),
        ((112, 75), (448, 299), True),
        ((20, 10), (10, 5), True),
        ((5, 10), (10, 5), False),
        ((10, 7), (10, 5), False),
        ((100, 60), (100, 62), False),
        ((100, 61), (100, 62), True),
    ],
)
def test_a_masks_shape_is_its_photographs_up_to_rounding(mask, photograph, expected):
    assert is_of_shape(mask, photograph) is expected


@given(ODD, ODD, SIDES, SIDES)
def test_of_a_whole_photograph_the_nearest_pixels_are_those_that_pillow_takes(height, width, rows, columns):
    mask = np.arange(1, height * width + 1, dtype=np.int32).reshape(height, width)
    expected = np.asarray(Image.fromarray(mask).resize((columns, rows), Image.Resampling.NEAREST))
    found = seen_part(mask, (width, height), View(0, 0, width, height, columns, rows), rows, columns)
    assert (found == expected).all()


@given(SIDES, SIDES, SIDES, SIDES, st.integers(1, 3), st.data())
def test_each_cell_is_the_masks_pixel_under_its_middle(height, width, rows, columns, times, data):
    """In eighths, so that every place is exact; the mask is ``times`` as large as the photograph."""
    left, top = (data.draw(st.integers(-40, 80)) / 8 for _ in range(2))
    seen = View(left, top, data.draw(SIDES), data.draw(SIDES), 3, 2)
    mask = np.arange(1, height * width * times**2 + 1).reshape(height * times, width * times)
    found = seen_part(mask, (width, height), seen, rows, columns)
    for row in range(rows):
        for column in range(columns):
            x = (left + (column + 0.5) * seen.width / columns) * times
            y = (top + (row + 0.5) * seen.height / rows) * times
            near = min(abs(place - round(place)) for place in (x, y))
            if 0 < near < 1e-9:
                continue
            inside = 0 <= x < mask.shape[1] and 0 <= y < mask.shape[0]
            assert found[row, column] == (mask[math.floor(y), math.floor(x)] if inside else 0)


@pytest.mark.parametrize(
    "preprocessing",
    [
        Preprocessing(resize=None, crop=4, interpolation="nearest"),
        Preprocessing(resize=None, crop=(9, 11), interpolation="nearest"),
        Preprocessing(resize=12, crop=(10, 8), interpolation="nearest"),
        Preprocessing(resize=(14, 4), crop=None, interpolation="nearest"),
    ],
    ids=["crop", "a crop that is larger", "resize and crop", "squash"],
)
def test_a_mask_is_cut_as_the_network_sees_its_photograph(preprocessing):
    """The photograph's red is its own mask."""
    mask = np.random.default_rng(3).permutation(np.arange(1, 64, dtype=np.uint8)).reshape(7, 9)
    expected = np.asarray(preprocessing.seen(Image.fromarray(np.dstack([mask] * 3))))[:, :, 0]
    rows, columns = preprocessing.size
    assert (seen_part(mask, (9, 7), view(preprocessing, 9, 7), rows, columns) == expected).all()


def test_a_mask_whose_size_is_rounded_is_stretched_to_its_photograph():
    """Half of 10 × 7 is 5 × 3.5, rounded to 5 × 4; the whole mask is the whole photograph."""
    mask = np.arange(1, 21).reshape(4, 5)
    assert (seen_part(mask, (10, 7), View(0, 0, 10, 7, 10, 7), 4, 5) == mask).all()
