"""What images show, a row each."""

import numpy as np
import pytest

from kgexplain.activations.rows import PooledRows
from kgexplain.activations.statistic import OUTPUT
from kgexplain.errors import InputError
from tests.activations.batches import batch, drawn, part

FIRST = batch("first", np.arange(24).reshape(2, 2, 2, 3), [0, 1])
SECOND = batch("second", np.arange(16).reshape(2, 4, 2, 1) + 100, [0, 1])
SCORES = batch(OUTPUT, np.log([[1.0, 3, 4], [6, 1, 1]]), [0, 1])


def seen(*batches, filters):
    rows = PooledRows(filters)
    for one in batches:
        rows.observe(one)
    return rows.images


def test_a_row_has_the_mean_of_each_map():
    """Maps of 6 numbers that follow one another: 0 to 5 have the mean 2.5."""
    found = seen(FIRST, SCORES, filters={"first": 2})
    assert found.pooled.tolist() == [[2.5, 8.5], [14.5, 20.5]]


def test_layers_stand_in_the_order_in_which_they_were_asked_for():
    """Whatever order they run in."""
    found = seen(FIRST, SECOND, SCORES, filters={"second": 4, "first": 2})
    assert found.pooled[0].tolist() == [100.5, 102.5, 104.5, 106.5, 2.5, 8.5]


def test_a_row_has_the_prediction():
    """1, 3 and 4 of 8; 6, 1 and 1 of 8."""
    found = seen(FIRST, SCORES, filters={"first": 2})
    assert found.predicted.tolist() == [2, 0]
    assert found.probabilities.tolist() == pytest.approx([0.5, 0.75])


def test_rows_are_sorted_by_key():
    maps, scores = drawn(0)
    order = np.arange(10, -1, -1)
    found = seen(part(maps, order), part(scores, order), filters={"conv": 4})
    assert found.keys.tolist() == sorted(maps.images)
    row = found.keys.tolist().index("7")
    assert found.predicted[row] == scores.maps[7].argmax()
    np.testing.assert_allclose(found.pooled[row], maps.maps[7].mean((1, 2)), rtol=1e-6)


def test_values_that_are_no_numbers_are_refused():
    broken = batch("first", np.full((2, 2, 2, 3), np.nan), [0, 1])
    with pytest.raises(InputError, match="layers first: gave values that are no numbers; check the weights"):
        seen(broken, SCORES, filters={"first": 2})


def test_other_filters_are_another_statistic():
    assert PooledRows({"a": 2}).identity != PooledRows({"a": 3}).identity != PooledRows({"b": 3}).identity
