"""The images on which each filter is most active."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.activations.statistic import Batch
from kgexplain.activations.strongest import Strongest
from kgexplain.errors import InputError
from tests.activations.batches import batch, part


def seen(maps, number, keys=None, size=3):
    """A statistic that saw these maps, so many images at a time."""
    whole = batch("conv", maps, np.zeros(len(maps), int))
    named = Batch("conv", tuple(keys or whole.images), whole.labels, whole.pixels, whole.maps)
    statistic = Strongest("conv", whole.maps.shape[1], number)
    for start in range(0, len(maps), size):
        statistic.observe(part(named, slice(start, start + size)))
    return statistic


def peaked(values):
    """Maps of 2 × 3 whose highest value is given, everything else far lower."""
    maps = np.full((*np.shape(values), 2, 3), -100.0)
    maps[..., 1, 2] = values
    return maps


def test_the_strongest_images_by_hand():
    """Filter 0 is highest on images 2 (9) and 0 (4), filter 1 on images 3 (8) and 1 (7)."""
    statistic = seen(peaked([[4, 1], [3, 7], [9, 2], [1, 8]]), 2)
    assert statistic.images().tolist() == [["2", "3"], ["0", "1"]]


def test_the_highest_value_counts_not_the_mean():
    """Image 0 has the higher mean (2 against 1), image 1 the higher peak (6 against 2)."""
    maps = np.array([[[[2, 2, 2], [2, 2, 2]]], [[[6, 0, 0], [0, 0, 0]]]])
    assert seen(maps, 1).images().tolist() == [["1"]]


def test_their_values_are_kept():
    assert seen(peaked([[4], [3], [9]]), 2).state()["highs"].tolist() == [[9, 4]]


def test_of_images_with_the_same_value_the_first_in_the_alphabet_comes_first():
    values = [[5.0]] * 20
    keys = [f"{(7 * i) % 20:02}" for i in range(20)]
    assert seen(peaked(values), 3, keys).images().T.tolist() == [["00", "01", "02"]]


def test_negative_values_can_be_the_strongest():
    assert seen(peaked([[-3], [-2]]), 1).images().tolist() == [["1"]]


def test_places_stay_empty_where_fewer_images_were_shown():
    assert seen(peaked([[4.0]]), 2).images().T.tolist() == [["0", ""]]


def test_a_batch_without_images_changes_nothing():
    statistic = seen(peaked([[4.0]]), 1)
    nothing = batch("conv", np.zeros((1, 1, 2, 3)), [0])
    statistic.observe(part(nothing, slice(0, 0)))
    assert statistic.images().tolist() == [["0"]]


@given(
    values=st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=60),
    number=st.integers(1, 5),
    size=st.integers(1, 4),
    seed=st.integers(0, 3),
)
def test_it_is_what_sorting_everything_gives(values, number, size, seed):
    keys = [f"{i:02}" for i in np.random.default_rng(seed).permutation(len(values))]
    images = seen(peaked(values), number, keys, size).images()
    for filter_ in range(2):
        ordered = sorted(zip([-v[filter_] for v in values], keys, strict=True))
        expected = [key for _, key in ordered[:number]]
        assert images[: len(expected), filter_].tolist() == expected


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_refused(value):
    maps = np.zeros((5, 2, 2, 3))
    maps[1, 1] = value
    statistic = seen(maps, 2)
    with pytest.raises(InputError, match="layer conv gave values that are no numbers; check the weights"):
        statistic.images()


def test_a_number_below_one_is_refused():
    with pytest.raises(
        InputError, match="number is 0; it is of images for each filter and must be at least 1"
    ):
        Strongest("conv", 4, 0)


def test_identities_tell_numbers_apart():
    assert Strongest("conv", 4, 2).identity != Strongest("conv", 4, 3).identity
