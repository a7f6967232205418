"""Colours by name, and where a network sees them."""

import numpy as np
import pytest
from PIL import Image

from kgexplain.inputs.concepts.colours import COLOURS, TONES, lab, named, seen_colours
from kgexplain.inputs.view import View
from kgexplain.world.drawing.colours import COLOURS as PAINTS
from kgexplain.world.making import samples

NAMES = [colour.name for colour in COLOURS]


def names(*tones):
    return [NAMES[i] for i in named(np.array([tones], np.uint8))[0]]


def test_the_colours_are_berlin_and_kays():
    expected = "black blue brown green grey orange pink purple red white yellow"
    assert " ".join(NAMES) == expected
    assert {colour.category for colour in COLOURS} == {"color"}


def test_typical_tones_have_their_names():
    """A tone is named after the upper five bits, so a neighbouring name may have the edge."""
    called = [(name, *names(*tones)) for name, tones in TONES.items()]
    wrong = [(name, found) for name, *all_found in called for found in all_found if found != name]
    assert wrong == []


@pytest.mark.parametrize(
    ("tone", "name"),
    [
        ((210, 180, 140), "brown"),
        ((0, 0, 128), "blue"),
        ((135, 206, 235), "blue"),
        ((34, 139, 34), "green"),
        ((107, 142, 35), "green"),
        ((255, 127, 80), "orange"),
        ((220, 20, 60), "red"),
        ((255, 215, 0), "yellow"),
        ((119, 136, 153), "grey"),
        ((75, 0, 130), "purple"),
        ((255, 20, 147), "pink"),
        ((160, 82, 45), "brown"),
    ],
)
def test_tones_that_are_not_in_the_list_are_called_as_people_do(tone, name):
    """Tones of the X11 list, none of which is a typical tone of ours."""
    assert tone not in [known for tones in TONES.values() for known in tones]
    assert names(tone) == [name]


def test_lab_of_known_colours():
    """As published for sRGB's corners under daylight: green 87.73, −86.18, 83.18; blue 32.30, 79.19, −107.86."""
    found = lab(np.array([[0.0, 255, 0], [0, 0, 255], [119, 119, 119], [0, 0, 0]]))
    expected = [[87.73, -86.18, 83.18], [32.30, 79.19, -107.86], [50.03, 0, 0], [0, 0, 0]]
    assert found == pytest.approx(np.array(expected), abs=0.02)


def test_the_worlds_paints_have_their_names():
    assert names(*PAINTS.values()) == list(PAINTS)


def test_most_pixels_of_the_world_are_called_what_they_are_painted():
    """Shade and grain are on them: white fur in the shade is grey to the eye, too."""
    right = total = 0
    for sample in samples(1, 1):
        called = np.array(NAMES)[named(sample.picture.pixels)]
        painted = np.array([surface.colour for surface in sample.picture.surfaces])[sample.picture.indices]
        right += int((called == painted).sum())
        total += int((painted != "").sum())
    assert right / total > 0.93


def test_a_cell_is_called_by_its_mean():
    """Black and white, one each, are grey; red and red are red."""
    picture = Image.fromarray(np.array([[[0] * 3, [255] * 3, [204, 38, 36], [204, 38, 36]]], np.uint8))
    found = seen_colours(picture, View(0, 0, 4, 1, 4, 1), 1, 2)
    assert [NAMES[i - 1] for i in found[0]] == ["grey", "red"]


def test_outside_of_the_photograph_there_is_no_colour():
    picture = Image.new("RGB", (2, 2), "white")
    white = NAMES.index("white") + 1
    found = seen_colours(picture, View(-1, -1, 3, 4, 3, 4), 4, 3)
    assert found.tolist() == [[0, 0, 0], [0, white, white], [0, white, white], [0, 0, 0]]


def test_a_view_may_begin_within_a_pixel():
    """From 0.6 on, cells of one pixel have their middles at 1.1 and 2.1: in the second and in the third pixel."""
    picture = Image.fromarray(np.array([[[255] * 3, [0] * 3, [204, 38, 36], [0] * 3]], np.uint8))
    found = seen_colours(picture, View(0.6, 0, 2, 1, 2, 1), 1, 2)
    assert [NAMES[i - 1] for i in found[0]] == ["black", "red"]
