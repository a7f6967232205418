"""A picture knows what each of its pixels is."""

import numpy as np
import pytest

from kgexplain.world.drawing.colours import COLOURS, tone
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import SIDE, Canvas, Surface
from kgexplain.world.drawing.shapes import Pose, box, outline, oval, turned

SKY = Surface("sky", "", "blue")
CUP = Surface("cup", "body", "red", "striped", "ceramic")


@pytest.fixture
def drawn():
    """A red rectangle of 10 × 20 pixels in a blue picture."""
    canvas = Canvas(SKY, (60, 110, 200))
    canvas.paint(box(30, 40, 40, 60), CUP, (200, 40, 40))
    return canvas.picture(Dice(1), "room", "cup")


def test_a_mask_covers_exactly_what_was_painted(drawn):
    expected = np.zeros((SIDE, SIDE), dtype=bool)
    expected[40:60, 30:40] = True
    # The outline itself is inside: one sample to the right and below, never as much as half a pixel.
    assert (drawn.mask(object="cup") == expected).all()


def test_a_mask_of_two_fields_needs_both(drawn):
    assert drawn.mask(object="cup", colour="blue").sum() == 0


def test_areas_are_counted_largest_first_and_nothing_is_said_of_empty_values(drawn):
    assert drawn.areas("colour") == {"blue": SIDE * SIDE - 200, "red": 200}
    assert drawn.areas("texture") == {"striped": 200}


def test_painted_over_is_no_longer_there():
    canvas = Canvas(SKY, (0, 0, 0))
    canvas.paint(box(10, 10, 20, 20), CUP, (255, 0, 0))
    canvas.paint(box(0, 0, 50, 50), Surface("wall", "", "white"), (255, 255, 255))
    assert "cup" not in canvas.picture(Dice(1), "room").areas("object")


def test_what_lies_outside_the_canvas_is_not_drawn():
    canvas = Canvas(SKY, (0, 0, 0))
    canvas.paint(box(-30, -30, -10, -10), CUP, (255, 0, 0))
    canvas.paint(box(SIDE + 5, 3, SIDE + 9, 9), CUP, (255, 0, 0))
    assert canvas.picture(Dice(1), "room").areas("object") == {"sky": SIDE * SIDE}


def test_within_a_mask_nothing_outside_it_is_painted():
    canvas = Canvas(SKY, (0, 0, 0))
    inside = canvas.stencil([box(10, 10, 20, 20)])
    canvas.paint(box(0, 14, SIDE, 18), CUP, (255, 0, 0), inside)
    rows, columns = np.nonzero(canvas.picture(Dice(1), "room").mask(object="cup"))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (14, 17, 10, 19)


def test_shade_darkens_and_changes_no_meaning():
    canvas = Canvas(SKY, (100, 100, 100))
    canvas.shade(canvas.stencil([box(0, 0, 48, 96)]), 50)
    picture = canvas.picture(Dice(1), "room")
    assert picture.pixels[:, 60:].mean() > 1.8 * picture.pixels[:, :40].mean()
    assert picture.areas("object") == {"sky": SIDE * SIDE}


def test_one_surface_is_stored_once():
    canvas = Canvas(SKY, (0, 0, 0))
    for left in (10, 30, 50):
        canvas.paint(box(left, 10, left + 5, 20), CUP, (255, 0, 0))
    assert canvas.picture(Dice(1), "room").surfaces == (SKY, CUP)


@pytest.mark.parametrize("material", ["", "fur", "earth"])
@pytest.mark.parametrize("colour", COLOURS)
def test_a_tone_is_nearest_to_the_colour_it_is_called_by(colour, material):
    dice = Dice(3)
    for _ in range(50):
        mixed = tone(colour, material, dice)
        distances = {
            name: sum((a - b) ** 2 for a, b in zip(mixed, base, strict=True))
            for name, base in COLOURS.items()
        }
        assert min(distances, key=distances.get) == colour


def test_dice_of_the_same_keys_fall_the_same_and_of_others_do_not():
    throws = [
        [dice.whole(0, 10**9) for _ in range(4)] for dice in (Dice(1, 2), Dice(1, 2), Dice(2, 1), Dice(1))
    ]
    assert throws[0] == throws[1]
    assert len({tuple(throw) for throw in throws}) == 3


def test_weighted_choice_follows_the_weights():
    dice = Dice(5)
    drawn = [dice.weighted({"often": 3, "never": 0, "rare": 1}) for _ in range(2000)]
    assert drawn.count("never") == 0
    assert 0.7 < drawn.count("often") / 2000 < 0.8


def test_a_quarter_turn_clockwise_brings_the_right_to_the_bottom():
    ((x, y),) = turned([(3.0, 1.0)], (1.0, 1.0), 90)
    assert (round(x, 9), round(y, 9)) == (1, 3)


def test_a_pose_places_stretches_turns_and_mirrors():
    """(1, 0) · size 10 · stretch 2 = 20 to the right, mirrored to the left, turned by 90° up: (5, 7 - 20)."""
    ((x, y),) = Pose(5, 7, 10, stretch=2, turn=90, mirrored=True).place(outline([(1.0, 0.0)]))
    assert (round(x, 9), round(y, 9)) == (5, -13)


def test_an_oval_reaches_its_axes_and_no_further():
    xs, ys = zip(*oval(1, 2, 3, 5), strict=True)
    assert [round(v, 9) for v in (min(xs), max(xs), min(ys), max(ys))] == [-2, 4, -3, 7]
