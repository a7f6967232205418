"""Reductions against the plainest possible loops."""

import numpy as np
import pytest
import torch

from kgexplain.activations.reduction import reduce

SHAPES = [(2, 3, 4, 5), (3, 2, 17, 6), (1, 5, 33, 2), (2, 4, 1, 1)]


@pytest.fixture(params=SHAPES, ids=str)
def maps(request):
    return torch.randn(request.param, generator=torch.Generator().manual_seed(7))


def scaled_slowly(maps):
    """FilTag §2.1 with loops: scale all values of an image's layer, then take the mean of each map."""
    rows = []
    for image in maps.numpy().astype(np.float64):
        low, high = image.min(), image.max()
        span = high - low if high > low else 1.0
        rows.append([((map_ - low) / span).mean() for map_ in image])
    return np.array(rows)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_scaled_means_are_the_means_of_scaled_maps(maps, layout):
    reduced = reduce(maps.to(memory_format=layout))
    assert np.allclose(reduced.scaled.numpy(), scaled_slowly(maps), atol=1e-6)


def test_a_constant_layer_scales_to_zero():
    assert reduce(torch.full((1, 2, 3, 4), 5.0)).scaled.tolist() == [[0.0, 0.0]]


def test_lows_are_exact_with_a_floor_that_is_met_early(maps):
    assert torch.equal(reduce(maps.relu(), floor=0.0).lows, maps.relu().amin((1, 2, 3)))


def test_lows_are_exact_with_a_floor_that_is_met_only_in_the_last_row():
    maps = torch.ones(2, 3, 40, 5)
    maps[0, 2, -1, -1] = 0.0
    maps[1, 0, 0, 0] = 0.0
    maps[1, 1, 20, 2] = 0.5
    assert reduce(maps, floor=0.0).lows.tolist() == [0.0, 0.0]


def test_lows_are_exact_with_a_floor_that_is_never_met():
    maps = torch.ones(1, 3, 40, 5)
    maps[0, 2, -1, -1] = 0.25
    assert reduce(maps, floor=0.0).lows.tolist() == [0.25]


def test_half_precision_maps_do_not_overflow():
    """512 values of 60,000 sum to more than float16 holds; their mean does not."""
    assert reduce(torch.full((1, 1, 16, 32), 60000.0, dtype=torch.float16)).means.tolist() == [[60000.0]]
