"""What numbers in masks mean, in the forms in which files say it."""

import pytest

from kgexplain.errors import InputError
from kgexplain.inputs.layouts import Concept
from kgexplain.inputs.layouts.labels import beside, in_lines


def names(labels):
    return {number: concept.name for number, concept in labels.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cat\ndog\n", {1: "cat", 2: "dog"}),
        ("background\ncat\n\n", {0: "background", 1: "cat"}),
        ("_background_\ncat\n", {0: "_background_", 1: "cat"}),
        ("3 cat\n17: wild dog\n", {3: "cat", 17: "wild dog"}),
        ("0\tsky\n2\tsea\n", {0: "sky", 2: "sea"}),
        ("3 cat\ndog\n", {1: "3 cat", 2: "dog"}),
    ],
)
def test_lines_are_numbered_or_counted(write, text, expected):
    assert names(in_lines(write(**{"labels.txt": text}) / "labels.txt")) == expected


def test_a_table_comes_before_lines(write):
    files = {"labels.csv": "number,name,category\n4,fur,material\n", "labels.txt": "cat\n"}
    assert beside(write(**files)) == {4: Concept("fur", "material")}


def test_ade20k_in_commas_separates_names_by_semicolons(write):
    table = "Idx,Ratio,Train,Val,Stuff,Name\n2,0.1,6,1,1,building;edifice\n"
    assert names(beside(write(**{"objectInfo150.csv": table}))) == {2: "building"}


def test_no_file_is_no_labels(tmp_path):
    assert beside(tmp_path) is None


def test_an_empty_file_is_refused(write):
    with pytest.raises(InputError, match=r"labels.txt: lists no label; it needs one a line"):
        beside(write(**{"labels.txt": "\n"}))
