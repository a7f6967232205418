import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.inputs.attributes.matching import matched

KEYS = ["train/cat/1.jpg", "train/dog/1.jpg", "train/dog/2.jpg", "7.png"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("train/dog/1.jpg", "train/dog/1.jpg"),
        ("dog/1.jpg", "train/dog/1.jpg"),
        ("dog/1", "train/dog/1.jpg"),
        ("images/dog/1.png", "train/dog/1.jpg"),
        ("./train\\dog\\1.jpg", "train/dog/1.jpg"),
        ("2", "train/dog/2.jpg"),
        ("003.Wolf/2.jpg", "train/dog/2.jpg"),
        ("images/7.png", "7.png"),
        ("1.jpg", None),
        ("bird/1.jpg", None),
        ("3.jpg", None),
        ("", None),
    ],
)
def test_a_path_means_the_photograph_that_alone_ends_as_it_does(path, expected):
    assert matched([path], KEYS).get(path) == expected


def test_of_several_paths_for_a_photograph_the_one_that_agrees_the_furthest_means_it():
    assert matched(["x/2", "dog/2", "2"], KEYS) == {"dog/2": "train/dog/2.jpg"}


def test_the_key_itself_agrees_further_than_a_longer_path():
    assert matched(["images/7.png", "7.png"], KEYS) == {"7.png": "7.png"}


def test_paths_that_agree_equally_far_mean_nothing():
    assert matched(["x/2", "y/2"], KEYS) == {}


def test_files_that_differ_in_their_suffix_are_told_apart_by_it():
    assert matched(["a.png", "a.jpg", "b/a"], ["a.png", "a.jpg"]) == {"a.png": "a.png", "a.jpg": "a.jpg"}


@given(st.lists(st.text("ab/.", min_size=1), unique=True), st.lists(st.text("ab/.", min_size=1), unique=True))
def test_no_photograph_is_meant_twice_and_a_key_is_always_itself(paths, keys):
    found = matched(paths, keys)
    assert len(set(found.values())) == len(found)
    assert {path: path for path in paths if path in keys}.items() <= found.items()


@given(st.permutations(["x/2", "dog/2", "2", "dog/1", "7", "images/7.png"]))
def test_the_order_of_paths_does_not_matter(paths):
    assert matched(paths, KEYS) == matched(sorted(paths), KEYS)
