"""Sums of pooled maps per attribute and class, by hand and against the paper's equations."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from kgexplain.activations.pooled import AttributeSums, ClassSums
from kgexplain.activations.statistic import HEAD
from kgexplain.errors import InputError
from tests.activations.batches import batch

# Rows of images c, a, d: of three attributes, the first is of c and d, the second of a by half, the third of none.
KEYS = ("c", "a", "d")
PRESENT = csr_array([[1, 0, 0], [0, 0.5, 0], [1, 0, 0]], dtype=np.float32)


def named(shown, names):
    return type(shown)(shown.layer, names, shown.labels, shown.pixels, shown.maps)


def seen(present=PRESENT, keys=KEYS):
    """Two filters. φ of images a, b, c, d: (1, 2), (100, 100), (3, 5), (4, 8); of b nothing is said."""
    sums = AttributeSums("conv", 2, keys, present)
    maps = [[[[0, 2]], [[1, 3]]], [[[100, 100]], [[100, 100]]], [[[2, 4]], [[10, 0]]]]
    sums.observe(named(batch("conv", maps, [0, 1, -1]), ("a", "b", "c")))
    sums.observe(named(batch("conv", [[[[4, 4]], [[9, 7]]]], [0]), ("d",)))
    return sums


def test_sums_by_hand():
    """Of the first attribute (3, 5) + (4, 8), of the second half of (1, 2)."""
    assert seen().sums.tolist() == [[7, 13], [0.5, 1], [0, 0]]


def test_an_image_counts_as_far_as_an_attribute_is_its_own():
    assert seen().counts.tolist() == [2, 0.5, 0]


def test_an_image_is_a_document_of_all_that_is_said_of_it():
    assert seen().documents.tolist() == [2, 1, 0]


def test_an_image_that_nothing_is_said_of_has_no_part():
    """(1, 2) + (3, 5) + (4, 8)."""
    assert (seen().total.tolist(), int(seen().number)) == ([8, 15], 3)


def test_an_image_whose_row_is_empty_is_one_of_all():
    empty = csr_array([[1, 0, 0], [0, 0, 0], [1, 0, 0]], dtype=np.float32)
    assert (seen(empty).total.tolist(), int(seen(empty).number)) == ([8, 15], 3)


def test_a_zero_that_is_written_down_is_a_zero():
    written = csr_array(
        (np.array([1, 0, 0.5, 1]), np.array([0, 2, 1, 0]), np.array([0, 2, 3, 4])), shape=(3, 3)
    )
    assert seen(written).documents.tolist() == [2, 1, 0]


def test_an_attribute_given_twice_is_added():
    twice = csr_array(
        (np.array([0.25, 0.75, 0.5, 1]), np.array([0, 0, 1, 0]), np.array([0, 2, 3, 4])), shape=(3, 3)
    )
    assert seen(twice).sums.tolist() == seen().sums.tolist()


def test_sums_are_the_papers_equation():
    """p(f_k|t) = Σ_x p(x|t) f_k(x), image by image, attribute by attribute, filter by filter."""
    random = np.random.default_rng(4)
    maps = random.normal(size=(13, 5, 3, 2)).astype(np.float32)
    present = np.where(random.random((13, 7)) < 0.4, random.random((13, 7)), 0)
    sums = AttributeSums("conv", 5, [str(i) for i in range(13)], csr_array(present))
    sums.observe(batch("conv", maps, [0] * 13))
    expected = np.zeros((7, 5))
    for t in range(7):
        for k in range(5):
            for x in range(13):
                expected[t, k] += present[x, t] * maps[x, k].astype(np.float64).mean()
    assert np.allclose(sums.sums, expected, rtol=0, atol=1e-6)


def test_sums_are_float64():
    """A float32 sum stops growing at 2**24."""
    sums = AttributeSums(HEAD, 1, ["0", "1"], csr_array([[1.0], [1.0]]))
    sums.observe(batch(HEAD, [[2.0**24], [1.0]], [0, 0]))
    assert sums.sums.tolist() == [[2.0**24 + 1]]


def test_pooled_maps_are_not_pooled_again():
    sums = AttributeSums(HEAD, 3, ["0", "1"], csr_array([[1.0, 0], [1, 1]]))
    sums.observe(batch(HEAD, [[1, 2, 3], [4, 6, 8]], [0, 0]))
    assert sums.sums.tolist() == [[5, 8, 11], [4, 6, 8]]


def test_the_attributes_given_are_not_changed():
    given = csr_array(
        (np.array([1, 0.0, 0.5, 1]), np.array([2, 0, 1, 0]), np.array([0, 2, 3, 4])), shape=(3, 3)
    )
    seen(given)
    assert (given.nnz, given.indices.tolist()) == (4, [2, 0, 1, 0])


@pytest.mark.parametrize(
    ("keys", "present", "place"),
    [
        (("a", "c", "d"), PRESENT, "conv"),
        (KEYS, csr_array([[1, 0, 0], [0, 0.25, 0], [1, 0, 0]]), "conv"),
        (KEYS, csr_array([[0, 1, 0], [0, 0.5, 0], [1, 0, 0]]), "conv"),
        (KEYS, PRESENT, HEAD),
    ],
    ids=["keys", "shares", "columns", "place"],
)
def test_identities_tell_apart(keys, present, place):
    assert AttributeSums(place, 2, keys, present).identity != AttributeSums("conv", 2, KEYS, PRESENT).identity


def test_rows_must_be_as_many_as_images():
    with pytest.raises(InputError, match="3 rows of attributes for 2 images; give a row for each"):
        AttributeSums("conv", 2, KEYS[:2], PRESENT)


def test_an_image_has_one_row():
    with pytest.raises(InputError, match="two rows of attributes are of one image; give each image one row"):
        AttributeSums("conv", 2, ("c", "a", "c"), PRESENT)


def test_values_that_are_no_numbers_are_reported_with_their_layer():
    sums = seen()
    sums.observe(named(batch("conv", [[[[np.nan, 1]], [[1, 1]]]], [0]), ("a",)))
    with pytest.raises(InputError, match="layer conv gave values that are no numbers"):
        sums.refuse_no_numbers()


def test_numbers_are_not_refused():
    seen().refuse_no_numbers()


def by_class():
    """Class 0: (1, 2) and (3, 5); class 1 none; class 2 (4, 8); an image of no known class."""
    sums = ClassSums("conv", classes=3, filters=2)
    maps = [[[[0, 2]], [[1, 3]]], [[[2, 4]], [[10, 0]]], [[[4, 4]], [[9, 7]]], [[[9, 9]], [[9, 9]]]]
    sums.observe(batch("conv", maps, [0, 0, 2, -1]))
    return sums


def test_class_sums_by_hand():
    assert (by_class().sums.tolist(), by_class().counts.tolist()) == ([[4, 7], [0, 0], [4, 8]], [2, 0, 1])


def test_class_means_by_hand():
    assert np.array_equal(by_class().means(), [[2, 3.5], [np.nan, np.nan], [4, 8]], equal_nan=True)
