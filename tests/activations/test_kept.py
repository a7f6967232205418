"""Some maps of some images, whole."""

import numpy as np
import pytest

from kgexplain.activations.kept import KeptMaps
from kgexplain.errors import InputError
from tests.activations.batches import drawn


def test_a_wanted_map_is_as_it_was_shown():
    whole, _ = drawn(0)
    kept = KeptMaps("conv", {"7": (3, 1), "2": (0,)})
    kept.observe(whole)
    assert np.array_equal(kept.map_("7", 1), whole.maps[7, 1].numpy())
    assert np.array_equal(kept.map_("7", 3), whole.maps[7, 3].numpy())
    assert np.array_equal(kept.map_("2", 0), whole.maps[2, 0].numpy())


def test_nothing_else_is_kept():
    whole, _ = drawn(0)
    kept = KeptMaps("conv", {"7": (3, 1)})
    kept.observe(whole)
    assert {key: maps.shape for key, maps in kept.state().items()} == {"7": (2, 3, 2)}


def test_a_map_outlives_its_batch():
    whole, _ = drawn(0)
    kept = KeptMaps("conv", {"7": (1,)})
    kept.observe(whole)
    before = whole.maps[7, 1].numpy().copy()
    whole.maps.zero_()
    assert np.array_equal(kept.map_("7", 1), before)


@pytest.mark.parametrize(("key", "filter_"), [("7", 0), ("3", 1), ("99", 1)])
def test_a_map_that_is_not_there_is_refused(key, filter_):
    kept = KeptMaps("conv", {"7": (1,), "99": (1,)})
    kept.observe(drawn(0)[0])
    with pytest.raises(InputError, match=f"the map of filter {filter_} of conv on {key} was not kept"):
        kept.map_(key, filter_)


def test_identities_tell_wanted_maps_apart():
    assert KeptMaps("conv", {"7": (1,)}).identity != KeptMaps("conv", {"7": (2,)}).identity
