"""Label numbers and what they say, whatever the layout."""

from pathlib import Path

import numpy as np
import pytest

from kgexplain.inputs.layouts import Concept, Fault, concept_of
from kgexplain.inputs.layouts.layout import in_order, laid, wholes

CAT, DOG, WOOD = Concept("cat", "object"), Concept("dog", "object"), Concept("wood", "material")


def test_concepts_are_in_brodens_order_of_categories_then_by_name():
    categories = ("object", "part", "scene", "material", "texture", "color", "clothing", "stuff")
    expected = [Concept(name, category) for category in categories for name in ("a", "b")]
    mixed = [expected[place] for place in np.random.default_rng(1).permutation(len(expected))]
    assert sorted(mixed, key=in_order) == expected


@pytest.mark.parametrize(
    ("name", "category", "plain"),
    [
        ("red-c", "color", "red"),
        ("street-s", "scene", "street"),
        ("red-c", "object", "red-c"),
        (" cat ", "object", "cat"),
    ],
)
def test_brodens_endings_are_left_out_in_their_categories_only(name, category, plain):
    assert concept_of(name, category) == Concept(plain, category)


def test_labels_called_background_or_void_say_nothing():
    names = {0: "Background", 1: "cat", 7: "void", 9: "unlabelled"}
    layout = laid(Path(), {number: Concept(name, "object") for number, name in names.items()}, [])
    assert (layout.labels, layout.void) == ({1: CAT}, {0, 7, 9})


def test_number_0_is_a_label_where_it_has_a_name():
    layout = laid(Path(), {0: CAT, 1: DOG}, [], 255)
    assert (layout.labels, layout.void) == ({0: CAT, 1: DOG}, {255})


def test_labels_of_the_whole_picture_are_numbers_or_names():
    assert wholes("a.png", ["3", "Cat"], {1: CAT, 3: WOOD}) == ((WOOD, CAT), [])


def test_labels_of_the_whole_picture_that_are_none_are_named():
    found = wholes("a.png", ["2", "1", "fish"], {1: CAT})
    assert found == ((CAT,), [Fault("a.png", "label 2: unknown"), Fault("a.png", "label fish: unknown")])
