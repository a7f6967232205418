"""What is marked in the images of a batch, and what is dealt to them."""

import gc
import threading

import numpy as np
import pytest

from kgexplain.errors import InputError
from tests.activations.marked import annotations, drawn_marks

KEYS = [f"{i}" for i in range(40)]


def concepts_at(marks, image):
    """The set of concepts of each pixel."""
    return [[set(marks.palette[code].tolist()) - {-1} for code in row] for row in marks.codes[image]]


def expected(planes, whole):
    rows, columns = planes.shape[1:]
    return [
        [{*whole, *(int(p[y, x]) - 1 for p in planes if p[y, x])} for x in range(columns)]
        for y in range(rows)
    ]


def test_every_pixel_carries_its_concepts():
    marked = drawn_marks(0, KEYS)
    marks = annotations(marked).of(("3", "7", "39"))
    assert [concepts_at(marks, i) for i in range(3)] == [expected(*marked[k]) for k in ("3", "7", "39")]


def test_images_without_annotation_are_left_out():
    given = annotations(drawn_marks(0, ["1", "2"]), ["0", "1", "2", "3"])
    assert (given.of(("0", "2", "3", "1")).rows.tolist(), "0" in given, "1" in given) == ([1, 3], False, True)


def test_a_batch_of_which_nothing_is_annotated_is_empty():
    given = annotations(drawn_marks(0, ["1", "2"]), ["0", "1", "2", "3"])
    assert len(given.of(("0", "3")).rows) == len(given.permuted(("0", "3")).rows) == 0


def test_an_image_contains_the_categories_of_its_concepts():
    """A dog and a beach are an object and a scene."""
    marks = annotations({"0": (np.ones((1, 2, 3)), (3,))}).of(("0",))
    assert marks.categories.tolist() == [[True, False, True, False]]


def test_each_annotation_is_dealt_once_and_never_to_its_own_image():
    given = annotations(drawn_marks(0, KEYS), seed=3)
    assert sorted(given.others.values()) == sorted(KEYS)
    assert all(key != other for key, other in given.others.items())


def test_what_is_dealt_is_what_is_marked_in_another_image():
    marked = drawn_marks(0, KEYS)
    given = annotations(marked)
    assert concepts_at(given.permuted(("5",)), 0) == expected(*marked[given.others["5"]])


def test_a_seed_deals_its_own_way():
    marked = drawn_marks(0, KEYS)
    dealt = [annotations(marked, seed=seed).others for seed in (0, 0, 1)]
    assert dealt[0] == dealt[1] != dealt[2]


def test_each_annotation_is_decoded_once(monkeypatch):
    """Two passes, of batches in which the last is dealt what the first has."""
    given = annotations(drawn_marks(0, KEYS))
    decoded = []
    read = type(given.concepts).annotation
    monkeypatch.setattr(
        type(given.concepts), "annotation", lambda *args: decoded.append(args[1]) or read(*args)
    )
    for _ in range(2):
        for first in range(0, 40, 16):
            given.of(KEYS[first : first + 16])
            given.permuted(KEYS[first : first + 16])
    assert sorted(decoded) == sorted(KEYS)


def test_a_pass_may_begin_in_the_middle():
    marked = drawn_marks(0, KEYS)
    assert concepts_at(annotations(marked).of(("37",)), 0) == expected(*marked["37"])


def test_a_concept_in_two_planes_is_one():
    marks = annotations({"0": (np.ones((2, 1, 2)), (0,))}).of(("0",))
    assert marks.palette.tolist() == [[0, -1, -1]]


def test_threads_end_when_it_is_closed():
    before = set(threading.enumerate())
    given = annotations(drawn_marks(0, [f"{i}" for i in range(300)]))
    given.of(("0",))
    given.close()
    assert set(threading.enumerate()) <= before


def test_threads_end_with_the_annotations_without_the_garbage_collector():
    """It could run in any thread, also in one that is ending, where waiting for others waits forever."""
    before = set(threading.enumerate())
    gc.disable()
    try:
        given = annotations(drawn_marks(0, [f"{i}" for i in range(300)]))
        given.of(("0",))
        del given
        assert set(threading.enumerate()) <= before
    finally:
        gc.enable()


def test_annotations_of_none_of_the_images_are_refused():
    with pytest.raises(
        InputError, match="annotations made: mark none of the 1 photographs of made; name the same"
    ):
        annotations(drawn_marks(0, ["1"]), ["0"])


def test_identities_tell_seeds_apart():
    marked = drawn_marks(0, KEYS)
    assert annotations(marked, seed=1).identity != annotations(marked, seed=2).identity
