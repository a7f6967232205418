"""The value that the strongest of a filter's activations exceed."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kgexplain.activations.largest import Buffered, Sorted
from kgexplain.activations.top import TopActivations
from kgexplain.errors import InputError
from tests.activations.batches import batch
from tests.activations.marked import annotations, drawn_marks

KEYS = [str(i) for i in range(11)]


def top(maps, share, marked=None, floor=-np.inf):
    statistic = TopActivations(
        "conv", maps.shape[1], annotations(drawn_marks(0, marked or KEYS[: len(maps)]), KEYS), share
    )
    statistic.observe(replace(batch("conv", maps, [0] * len(maps)), floor=floor))
    return statistic


def test_a_threshold_by_hand():
    """Of 2 × 4 values a quarter is 2: the second largest of 8, 7, …, 1 is 7, of -1, …, -8 it is -2."""
    rising = np.arange(1.0, 9).reshape(2, 1, 2, 2)
    assert top(np.concatenate([rising, -rising], axis=1), 0.25).thresholds().tolist() == [7, -2]


def test_a_share_is_rounded_down():
    """0.24 of 8 values is 1: no value is above the largest."""
    assert top(np.arange(8.0).reshape(2, 1, 2, 2), 0.24).thresholds().tolist() == [7]


def test_nothing_is_active_of_a_share_that_is_no_value():
    assert top(np.arange(8.0).reshape(2, 1, 2, 2), 0.1).thresholds().tolist() == [np.inf]


def test_thresholds_are_those_of_sorting_all():
    """Slow twin: all values of annotated images are sorted, the m-th is taken."""
    maps = np.random.default_rng(0).normal(size=(11, 37, 5, 3)).round(1).astype(np.float32)
    marked = KEYS[2:9]
    largest = -np.sort(-maps[2:9].transpose(1, 0, 2, 3).reshape(37, -1), axis=1)
    assert np.array_equal(top(maps, 0.2, marked).thresholds(), largest[:, int(0.2 * 7 * 15) - 1])


def test_images_without_annotation_do_not_count():
    maps = np.arange(8.0).reshape(2, 1, 2, 2)
    assert top(maps, 0.25, ["0"]).thresholds().tolist() == [3]


def test_of_images_that_were_not_shown_no_position_counts():
    """Three are annotated, two were shown: a quarter of 8 values, not of 12."""
    assert top(np.arange(8.0).reshape(2, 1, 2, 2), 0.25, KEYS[:3]).thresholds().tolist() == [6]


def test_a_filter_that_rarely_exceeds_its_floor_has_it_as_threshold():
    """Half of 4 values is 2, one is above 0."""
    statistic = top(np.array([[[[0.0, 0], [3, 0]]]]), 0.5, floor=0.0)
    assert (statistic.thresholds().tolist(), statistic.dead().tolist()) == ([0], [False])


def test_a_filter_that_never_exceeds_its_floor_is_dead():
    statistic = top(np.array([[[[0.0, 0], [0, 0]], [[0, 1], [2, 3]]]]), 0.5, floor=0.0)
    assert (statistic.thresholds().tolist(), statistic.dead().tolist()) == ([0, 2], [True, False])


def test_a_filter_whose_values_are_all_the_same_is_dead():
    assert top(np.full((1, 1, 2, 2), 4.0), 0.5).dead().tolist() == [True]


@pytest.mark.parametrize("most", [1, 20, 500])
def test_compiled_and_torch_keep_the_same(most):
    """Values come in parts, many of them more than once, some as low as the floor, some no numbers."""
    random = torch.Generator().manual_seed(0)
    compiled, by_torch = Buffered(21, most, -1.0), Sorted(21, most, -1.0)
    for _ in range(9):
        values = (torch.randn(333, 21, generator=random) * 20).round() / 10
        values[0, 3] = np.nan
        compiled.take(values)
        by_torch.take(values)
    assert np.array_equal(compiled.values(), by_torch.values())


@pytest.mark.parametrize("share", [0, 1, -0.5])
def test_a_share_lies_between_0_and_1(share):
    with pytest.raises(InputError, match=f"share is {share}; it is of a filter's activations, and must lie"):
        top(np.zeros((1, 1, 2, 2)), share)


def test_identities_tell_shares_apart():
    maps = np.zeros((1, 1, 2, 2))
    assert top(maps, 0.25).identity != top(maps, 0.5).identity
