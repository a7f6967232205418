"""How classes are related, by a hierarchy of a few concepts."""

from kgexplain.answers.coarsening.hierarchy import Classes, hierarchy
from kgexplain.answers.mistakes.kinship import Kinship

# Both classes are below all three concepts; x:a and x:ab are as deep and above the same classes.
CLASSES = Classes({"cat": "cat", "dog": "dog"}, {"cat": ("x:a", "x:ab"), "dog": ("x:a", "x:ab")})
TOP = "x:top"


def test_of_equal_hypernyms_the_first_iri_is_the_lowest_though_another_begins_with_it():
    known = hierarchy(CLASSES, [("x:a", TOP), ("x:ab", TOP)], {})
    assert Kinship(known).common(0, 1) == "x:a"


def test_of_hypernyms_of_as_many_classes_the_deepest_is_the_lowest():
    known = hierarchy(CLASSES, [("x:a", TOP), ("x:ab", "x:a")], {})
    assert Kinship(known).common(0, 1) == "x:ab"
