"""Two definitions of detectors, by hand."""

import pytest

from kgexplain.evaluation.detectors import Seen, by_category, by_filter, labels

# Filter 0 detects a car and its wheel, filter 1 two wheels, filter 2 nothing, filter 3 a car, filter 4 at the limit.
ROWS = (
    Seen(0, "object", "car", 0.10),
    Seen(0, "part", "wheel", 0.20),
    Seen(1, "part", "tyre", 0.05),
    Seen(1, "part", "wheel", 0.30),
    Seen(2, "object", "car", 0.03),
    Seen(3, "object", "car", 0.06),
    Seen(4, "object", "bus", 0.04),
)


def test_by_category_by_hand():
    """Object: filters 0 and 3, both car; part: filters 0 and 1, both wheel."""
    found = by_category(ROWS)
    assert found.categories == {"object": (2, 1), "part": (2, 1)}
    assert (found.filters, found.detections, found.unique) == (3, 4, 2)


def test_by_filter_by_hand():
    """Filters 0 and 1 are best at wheel, filter 3 at car."""
    found = by_filter(ROWS)
    assert found.categories == {"object": (1, 1), "part": (2, 1)}
    assert (found.filters, found.detections, found.unique) == (3, 3, 2)


@pytest.mark.parametrize("counted", [by_category, by_filter])
def test_a_lower_threshold_finds_more(counted):
    assert (counted(ROWS, 0.03).filters, counted(ROWS, 0.02).filters) == (4, 5)


@pytest.mark.parametrize("counted", [by_category, by_filter])
def test_nothing_detects_nothing(counted):
    assert (counted(()).filters, counted(()).unique) == (0, 0)


def test_of_equals_the_first_is_the_label():
    rows = (Seen(0, "object", "car", 0.1), Seen(0, "object", "bus", 0.1))
    assert labels(rows)[0].concept == "car"


def test_labels_are_of_the_categories_that_are_named():
    assert {f: row.concept for f, row in labels(ROWS, 0.04, ("object",)).items()} == {0: "car", 3: "car"}


def test_filters_of_two_layers_are_told_apart():
    rows = [Seen((layer, 0), "object", "car", 0.1) for layer in ("conv1", "conv2")]
    assert by_filter(rows).filters == 2
