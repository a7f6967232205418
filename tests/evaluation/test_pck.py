"""PCK by hand, what places by lot give beside places really drawn, and what it is of the generated world's answers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import Bootstrap
from kgexplain.evaluation.parts import Groundable
from kgexplain.evaluation.pck import (
    CONSTANT,
    RANDOM,
    Sighting,
    Target,
    by_lot,
    diagonal,
    longest_side,
    pck,
    pck_of_attributes,
    relative_distance,
    sighted,
    targets,
)
from kgexplain.inputs.view import View

BILL, WING = Groundable(0, "long bill", ("beak",)), Groundable(3, "red wing", ("left wing", "right wing"))
SEEN = View(0, 0, 40, 30, 40, 30)
FEW = Bootstrap(drawings=40)


def target(*points, image="a", attribute=BILL, size=10.0, view=SEEN):
    return Target(image, attribute, points, size, view)


def by(figures):
    return {(f.alpha, f.baseline, f.above): round(f.interval.value, 9) for f in figures}


def test_the_size_of_an_object():
    assert longest_side((5, 6, 30, 40)) == 40
    assert longest_side((5, 6, 50, 40)) == 50
    assert diagonal((5, 6, 30, 40)) == 50


def test_distance_is_to_the_nearest_point_in_sizes_of_the_object():
    """(0, 0) is 5 from (3, 4) and 6 from (0, 6); the object is 10 large."""
    assert relative_distance((0, 0), target((0, 6), (3, 4))) == 0.5


def test_targets_are_attributes_of_which_a_part_is_visible():
    found = targets("a", [BILL, WING], {"left wing": (1.0, 2.0), "tail": (3.0, 4.0)}, 10.0, SEEN)
    assert found == [target((1.0, 2.0), attribute=WING)]


def test_all_visible_parts_of_an_attribute_are_looked_at():
    locations = {"right wing": (5.0, 6.0), "left wing": (1.0, 2.0)}
    assert targets("a", [WING], locations, 10.0, SEEN)[0].points == ((1.0, 2.0), (5.0, 6.0))


@pytest.mark.parametrize("size", [0.0, -3.0, math.nan])
def test_an_object_without_size_is_refused(size):
    with pytest.raises(
        InputError, match=r"a: its object is .* pixels large; a box is wider and higher than 0"
    ):
        targets("a", [BILL], {"beak": (1.0, 2.0)}, size, SEEN)


MAPS = np.zeros((2, 3, 4))
# The first filter is high at row 1, column 2; the second, more so, at row 2, column 0.
MAPS[0, 1, 2], MAPS[1, 2, 0] = 1, 3


def test_a_sighting_is_where_filters_with_the_attribute_are_high():
    """Places are 10 × 10 pixels: (1, 2) is at (20 … 29, 10 … 19), its middle two pixels from 24 and 14 on."""
    seen = sighted(target((24.5, 14.5)), np.array([1.0, 0.0]), MAPS)
    assert seen.distance == pytest.approx(math.hypot(0.5, 0.5) / 10)


def test_constant_densities_follow_the_filters_that_are_high_anyway():
    """Column 0, row 2 is highest from (0, 25) on."""
    seen = sighted(target((0.0, 25.0)), np.array([1.0, 0.0]), MAPS)
    assert seen.constant == 0
    assert seen.distance > 2


# Two images, with two attributes and one; the third distance is just what 0.2 allows.
SIGHTINGS = [
    Sighting(target((0.0, 0.0)), 0.05, 0.5),
    Sighting(target((0.0, 0.0), attribute=WING), 0.25, 0.15),
    Sighting(target((0.0, 0.0), image="b"), 0.2, 0.1),
]


def test_pck_by_hand():
    """At 0.1: one of three; at 0.2 two; at 0.3 three. Constant: one, two, two."""
    figures = by(pck(SIGHTINGS, (0.1, 0.2, 0.3), FEW))
    assert [figures[alpha, "", ""] for alpha in (0.1, 0.2, 0.3)] == pytest.approx([1 / 3, 2 / 3, 1])
    assert [figures[alpha, CONSTANT, ""] for alpha in (0.1, 0.2, 0.3)] == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert [figures[alpha, "", CONSTANT] for alpha in (0.1, 0.2, 0.3)] == pytest.approx([0, 0, 1 / 3])


def test_random_is_what_each_target_gives_by_lot():
    figures = by(pck(SIGHTINGS, (0.3,), FEW))
    assert figures[0.3, RANDOM, ""] == pytest.approx(by_lot(SIGHTINGS[0].target, 0.3))
    assert figures[0.3, "", RANDOM] == pytest.approx(1 - by_lot(SIGHTINGS[0].target, 0.3))


def test_figures_are_over_images_and_not_over_sightings():
    """Drawings have the two sightings of the first image together: 1/4 of them none of it, so PCK@0.1 of 0; never 2/3."""
    figure = pck(SIGHTINGS, (0.1,), Bootstrap(drawings=500))[0]
    assert figure.images == 2
    assert figure.interval[1:] == (0, 0.5)


def test_each_attribute_apart():
    figures = [f for f in pck_of_attributes(SIGHTINGS, (0.2,), FEW) if not f.baseline and not f.above]
    assert [(f.attribute, f.images, f.interval.value) for f in figures] == [
        ("long bill", 2, 1.0),
        ("red wing", 1, 0.0),
    ]


def test_of_no_sightings_nothing_is_known():
    assert all(math.isnan(f.interval.value) for f in pck([], (0.1,), FEW))


def test_by_lot_by_hand():
    """Within 1.5 pixels of (5, 5) are 9 pixels of 1,200; of (0, 0) in the corner 4."""
    assert by_lot(target((5.0, 5.0)), 0.15) == 9 / 1200
    assert by_lot(target((0.0, 0.0)), 0.15) == 4 / 1200


def test_places_near_two_points_count_once():
    """Within 1.5 pixels of (5, 5) or (6, 5): 3 × 4 pixels; of (5, 5) twice: 9."""
    assert by_lot(target((5.0, 5.0), (6.0, 5.0)), 0.15) == 12 / 1200
    assert by_lot(target((5.0, 5.0), (5.0, 5.0)), 0.15) == 9 / 1200


def test_points_beyond_what_is_seen_are_near_to_nothing():
    assert by_lot(target((-50.0, 5.0)), 0.3) == 0


def test_a_size_that_covers_all_is_always_hit():
    assert by_lot(target((5.0, 5.0), size=1000.0), 0.3) == 1


places = st.tuples(st.floats(-5, 45), st.floats(-5, 35))
views = st.builds(
    View,
    st.floats(-9, 9),
    st.floats(-9, 9),
    st.floats(9, 50),
    st.floats(9, 50),
    st.integers(3, 17),
    st.integers(3, 17),
)


@settings(deadline=None)
@given(st.lists(places, min_size=1, max_size=4), st.floats(1, 30), views)
def test_by_lot_beside_every_pixel_looked_at(points, size, view):
    aim = target(*points, size=size, view=view)
    hits = [
        relative_distance(view.original(column, row), aim) <= 0.3
        for row in range(view.rows)
        for column in range(view.columns)
    ]
    # A pixel exactly as far as allowed may fall to either side by the last bit.
    assert by_lot(aim, 0.3) == pytest.approx(np.mean(hits), abs=1.01 / len(hits))


def test_by_lot_beside_places_really_drawn():
    """40,000 places: four standard errors of a share are at most 0.01."""
    generator = np.random.default_rng(8)
    aim = target((3.0, 4.0), (30.0, 20.0), (33.0, 22.0), size=30.0, view=View(-4, 2, 50, 30, 25, 20))
    columns, rows = generator.integers(0, 25, 40_000), generator.integers(0, 20, 40_000)
    drawn = [
        relative_distance(aim.view.original(c, r), aim)
        for c, r in zip(columns.tolist(), rows.tolist(), strict=True)
    ]
    for alpha in (0.1, 0.2, 0.3):
        assert by_lot(aim, alpha) == pytest.approx(np.mean(np.array(drawn) <= alpha), abs=0.01)
