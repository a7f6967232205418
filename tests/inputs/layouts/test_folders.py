"""Masks in a folder beside the photographs', with the same names."""

import pytest

from kgexplain.errors import InputError
from kgexplain.inputs.layouts import Concept, Fault, Marked, laid_out

GREY = [[0, 1], [1, 2]]
ADE = "Idx\tRatio\tTrain\tVal\tStuff\tName\n1\t0.1576\t11664\t1172\t1\twall   \n2\t0.1072\t6046\t612\t1\tbuilding, edifice\n"


def test_ade20k_has_masks_in_annotations_and_the_first_name_of_each_label(write):
    files = {"images/training/a.png": GREY, "annotations/training/a.png": GREY, "objectInfo150.txt": ADE}
    folder = write(**files)
    layout = laid_out(folder)
    image, mask = (folder / sub / "training/a.png" for sub in ("images", "annotations"))
    assert layout.labels == {1: Concept("wall", "object"), 2: Concept("building", "object")}
    assert layout.marked == (Marked("images/training/a.png", image, (mask,)),)


def test_ade20k_says_the_scene_of_a_photograph(write):
    scenes = "ADE_1 airport_terminal\nADE_2 street\n"
    files = {"images/ADE_1.png": GREY, "annotations/ADE_1.png": GREY, "objectInfo150.txt": ADE}
    (marked,) = laid_out(write(**files, **{"sceneCategories.txt": scenes})).marked
    assert marked.whole == (Concept("airport_terminal", "scene"),)


def test_voc_needs_no_label_file_and_its_edges_say_nothing(write):
    layout = laid_out(write(**{"JPEGImages/a.jpg": GREY, "SegmentationClass/a.png": GREY}))
    assert (layout.labels[1], layout.labels[20], len(layout.labels)) == (
        Concept("aeroplane", "object"),
        Concept("tvmonitor", "object"),
        20,
    )
    assert layout.void == {0, 255}


def test_a_label_file_takes_the_place_of_vocs_names(write):
    files = {"JPEGImages/a.jpg": GREY, "SegmentationClass/a.png": GREY, "labels.txt": "cat\ndog\n"}
    assert laid_out(write(**files)).labels == {1: Concept("cat", "object"), 2: Concept("dog", "object")}


def test_photographs_without_a_mask_are_listed_unmarked(write):
    files = {"images/a.jpg": GREY, "images/b.jpg": GREY, "masks/b.png": GREY, "labels.txt": "cat\ndog\n"}
    assert [len(marked.masks) for marked in laid_out(write(**files)).marked] == [0, 1]


def test_masks_without_a_photograph_are_named(write):
    files = {"images/a.jpg": GREY, "masks/a.png": GREY, "masks/x/b.png": GREY, "labels.txt": "cat\n"}
    assert laid_out(write(**files)).faults == (Fault("masks/x/b.png", "a mask without a photograph"),)


def test_annotations_that_are_no_pictures_are_none(write):
    assert laid_out(write(**{"images/a.jpg": GREY, "annotations/a.json": "{}"})) is None


def test_masks_that_no_file_explains_are_refused(write):
    message = r"has masks in masks, but no file says what their numbers mean; give it one of labels.csv, labels.txt, obj"
    with pytest.raises(InputError, match=message):
        laid_out(write(**{"images/a.jpg": GREY, "masks/a.png": GREY}))
