"""What tags have in common: known answers on a hierarchy that one can draw, and laws."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.answers.coarsening.coarse import (
    Tagging,
    coarse_classes,
    coarse_filters,
    companions,
    says_something,
    summary,
    tagging,
)
from kgexplain.answers.coarsening.covering import cover
from kgexplain.answers.coarsening.hierarchy import Classes, hierarchy
from kgexplain.answers.coarsening.relatives import Relation, ranked, related_filters, relatives
from kgexplain.errors import InputError

# entity ── animal ── dog ── ridgeback, bloodhound, whippet        pet is above dog and cat, too: two parents
#        │        └── cat ── tabby
#        └─ thing ── sledge ── bobsled
#                 └─ ball
EDGES = [
    ("animal", "entity"),
    ("thing", "entity"),
    ("pet", "entity"),
    ("dog", "animal"),
    ("dog", "pet"),
    ("cat", "animal"),
    ("cat", "pet"),
    ("ridgeback", "dog"),
    ("bloodhound", "dog"),
    ("whippet", "dog"),
    ("tabby", "cat"),
    ("tit", "animal"),
    ("sledge", "thing"),
    ("bobsled", "sledge"),
    ("ball", "thing"),
]
NAMES = ("ridgeback", "bloodhound", "whippet", "tabby", "tit", "bobsled", "ball", "gnome")
CLASSES = Classes({f"c:{n}": n for n in NAMES}, {f"c:{n}": (n,) for n in NAMES if n != "gnome"})
LABELS = {concept: concept for edge in EDGES for concept in edge}
TREE = hierarchy(CLASSES, EDGES, LABELS)


def tagged(*sets):
    tags = np.zeros((len(sets), len(CLASSES)), dtype=bool)
    for row, names in enumerate(sets):
        tags[row, [CLASSES.place[f"c:{name}"] for name in names]] = True
    return Tagging(tuple(f"f{row}" for row in range(len(sets))), ("l",) * len(sets), tags)


def coarse(*names, share=2 / 3):
    found = coarse_filters(tagged(names), TREE, share)
    return found[0] if found else None


def test_information_is_by_the_classes_below():
    """Seven classes are linked; three are dogs: −log(3/7) / log 7."""
    said = TREE.information[[TREE.place[name] for name in ("dog", "tabby", "entity")]]
    assert said == pytest.approx([np.log(7 / 3) / np.log(7), 1, 0])


def test_a_class_is_below_both_parents_of_its_concept():
    row = TREE.below[CLASSES.place["c:tabby"]]
    assert {c for c, is_above in zip(TREE.concepts, row, strict=True) if is_above} == {
        "tabby",
        "cat",
        "animal",
        "pet",
        "entity",
    }


def test_dogs_and_a_bobsled_are_dogs():
    found = coarse("ridgeback", "bloodhound", "whippet", "bobsled")
    assert (found.label, found.coverage, found.tags, found.outliers) == ("dog", 0.75, 4, ("c:bobsled",))


def test_the_sentence_names_the_outlier():
    found = coarse("ridgeback", "bloodhound", "whippet", "bobsled")
    assert found.sentence == "3 of 4 are kinds of dog, all but bobsled"


def test_the_sentence_of_all():
    assert coarse("ridgeback", "whippet").sentence == "all 2 are kinds of dog"


def test_of_two_parents_it_is_the_more_specific():
    """animal has five classes, pet four: three dogs and the cat are pets."""
    assert coarse("ridgeback", "bloodhound", "tabby", share=1).label == "pet"


def test_of_concepts_that_say_the_same_it_is_the_deeper():
    """tit, sledge and bobsled are above one class each, half of these tags; the bobsled is the deepest."""
    assert coarse("tit", "bobsled", share=0.5).label == "bobsled"


def test_of_concepts_that_say_the_same_it_is_the_one_that_covers_more():
    edges = [("a", "ab"), ("b", "ab"), ("c", "cd"), ("d", "cd"), ("ab", "root"), ("cd", "root")]
    classes = Classes({n: n for n in "abcd"}, {n: (n,) for n in "abcd"})
    tree = hierarchy(classes, edges, {})
    weights = np.array([[1, 1, 1, 0], [1, 0, 1, 1]])
    found = cover(weights, tree.below, tree, 0.5)
    assert [tree.concepts[column] for column in found.concept] == ["ab", "cd"]


def test_of_equals_it_is_the_first_by_name():
    edges = [("a", "y"), ("b", "y"), ("a", "x"), ("b", "x"), ("x", "root"), ("y", "root"), ("c", "root")]
    tree = hierarchy(Classes({n: n for n in "abc"}, {n: (n,) for n in "abc"}), edges, {})
    found = cover(np.array([[1, 1, 0]]), tree.below, tree, 1.0)
    assert [tree.concepts[column] for column in found.concept] == ["x"]


@pytest.mark.parametrize(("share", "label"), [(2 / 3, "dog"), (0.667, "animal")])
def test_exactly_the_share_is_enough(share, label):
    assert coarse("ridgeback", "whippet", "tit", share=share).label == label


def test_a_tag_is_taken_in_where_that_costs_less_than_half():
    """dog says 0.435; pet, which takes in the cat, 0.288; animal, which takes in the tit, 0.173, less than half."""
    assert coarse("ridgeback", "bloodhound", "whippet", "tabby").label == "pet"
    assert coarse("ridgeback", "bloodhound", "whippet", "tit").label == "dog"


def test_nothing_but_the_root_is_nothing_in_common():
    assert coarse("tit", "ball") is None


def test_a_tag_without_concept_is_kept_as_an_outlier():
    found = coarse("ridgeback", "whippet", "gnome")
    assert (found.label, found.coverage, found.outliers) == ("dog", pytest.approx(2 / 3), ("c:gnome",))


def test_one_tag_has_nothing_to_share():
    assert coarse("ridgeback") is None


def test_no_tag_has_nothing_to_share():
    assert coarse() is None


@pytest.mark.parametrize("share", [0, -0.5, 1.01, float("nan")])
def test_a_share_is_a_share(share):
    with pytest.raises(InputError, match=r"share is .*; it must be more than 0 and at most 1, as 0.67"):
        coarse("ridgeback", share=share)


def test_many_outliers_are_named_in_part():
    found = coarse("ridgeback", "whippet", "bloodhound", "bobsled", "ball", "tit", "gnome", share=3 / 7)
    assert found.sentence == "3 of 7 are kinds of dog, all but tit, bobsled, ball and 1 more"


@given(st.permutations(NAMES), st.sets(st.sampled_from(NAMES), min_size=2), st.floats(0.05, 1))
def test_the_order_of_classes_changes_nothing(order, names, share):
    classes = Classes({f"c:{n}": n for n in order}, CLASSES.concepts)
    tree = hierarchy(classes, reversed(EDGES), LABELS)
    tags = np.array([[n in names for n in order]])
    (mine,) = coarse_filters(Tagging(("f0",), ("l",), tags), tree, share) or (None,)
    other = coarse(*names, share=share)
    assert (mine is None) == (other is None)
    if other is not None:
        assert (mine.label, mine.coverage, set(mine.outliers)) == (
            other.label,
            other.coverage,
            set(other.outliers),
        )


@given(st.lists(st.sampled_from(NAMES), min_size=2, unique=True), st.sampled_from([0.2, 0.5, 2 / 3, 0.75, 1]))
def test_the_concept_beside_a_search_in_words(names, share):
    """Of concepts above enough of the tags, those that say half of the most; of these the widest cover, fewest classes."""
    above = {
        n: {c for c, is_above in zip(TREE.concepts, TREE.below[i], strict=True) if is_above}
        for i, n in enumerate(NAMES)
    }
    leaves = {c: sum(c in own for own in above.values()) for c in TREE.concepts}
    covered = {c: sum(c in above[n] for n in names) for c in leaves if leaves[c] < 7}
    says = {c: math.log(7 / leaves[c]) for c in covered if covered[c] >= share * len(names) - 1e-9}
    fitting = [c for c in says if says[c] >= max(says.values()) / 2]
    found = coarse(*names, share=share)
    assert (found is None) == (not fitting)
    if found is not None:
        assert (round(found.coverage * len(names)), -leaves[found.concept]) == max(
            (covered[c], -leaves[c]) for c in fitting
        )


def test_companions_share_filters():
    """The ridgeback stands with the whippet on two filters, with the ball on one, with itself never."""
    counts = companions(tagged(("ridgeback", "whippet"), ("ridgeback", "whippet", "ball"), ("tit",)))
    assert counts[0].tolist() == [0, 0, 2, 0, 0, 0, 1, 0]


def test_a_class_is_coarsened_by_its_companions():
    """Beside the ball: ridgeback and whippet, once each."""
    found = {c.thing: c for c in coarse_classes(tagged(("ridgeback", "whippet", "ball")), TREE)}
    assert (found["c:ball"].label, found["c:ball"].tags, found["c:ball"].coverage) == ("dog", 2, 1.0)


def test_a_layer_is_what_most_of_its_filters_say():
    """dog says 0.435 of each of three filters, animal less of four; then the thing, −log(2/7)/log 7 = 0.64 of one."""
    found = summary("l", ["dog", "dog", "dog", "tit", "thing"], TREE)
    assert [(c.label, c.rank, c.coverage) for c in found] == [
        ("dog", 1, 0.6),
        ("tit", 2, 0.2),
        ("thing", 3, 0.2),
    ]


def test_a_concept_stands_for_what_it_says_half_of():
    """animal (−log(5/7)/log 7 = 0.17) says less than half of what tit says, so it does not stand for it."""
    assert [c.label for c in summary("l", ["animal"] * 20 + ["tit"], TREE)] == ["animal", "tit"]


def test_a_summary_has_no_more_than_is_asked():
    assert len(summary("l", ["dog", "tit", "bobsled", "ball"], TREE, most=2)) == 2


def test_a_layer_about_nothing_has_no_summary():
    assert summary("l", [], TREE) == ()


def test_a_concept_above_half_of_the_classes_says_little():
    assert not says_something(coarse("ridgeback", "tit"), 7)


def test_a_concept_above_fewer_says_something():
    assert says_something(coarse("ridgeback", "whippet"), 7)


def test_layers_without_tags_are_left_out():
    filters = [("f1", "seen"), ("f2", "seen"), ("f3", "unseen")]
    found = tagging(filters, [("f2", "c:tit"), ("f2", "c:ball")], CLASSES.place)
    assert (found.filters, found.layers, found.sizes.tolist()) == (("f1", "f2"), ("seen", "seen"), [0, 2])


def test_a_cycle_is_no_hierarchy():
    with pytest.raises(InputError, match="a, b, a: a concept is above itself; a hierarchy has no circles"):
        hierarchy(Classes({"a": "a"}, {"a": ("a",)}), [("a", "b"), ("b", "a")], {})


MUSHROOMS = Classes({n: n for n in ("mushroom", "agaric", "stone", "sand")}, {})
TIES = [
    Relation("agaric", "/c/agaric", "agaric", "RelatedTo", "/c/mushroom", "mushroom"),
    Relation("mushroom", "/c/mushroom", "mushroom", "IsA", "/c/food", "food"),
    Relation("stone", "/c/stone", "stone", "AtLocation", "/c/beach", "beach"),
    Relation("sand", "/c/sand", "sand", "AtLocation", "/c/beach", "beach"),
    Relation("mushroom", "/c/mushroom", "mushroom", "NotDesires", "/c/beach", "beach"),
]


def related(*names):
    tags = np.array([[name in names for name in MUSHROOMS.names]])
    return related_filters(Tagging(("f0",), ("l",), tags), relatives(MUSHROOMS, TIES))


def test_what_wordnet_parts_conceptnet_joins():
    (found,) = related("mushroom", "agaric")
    assert (found.label, found.coverage, found.sentence) == ("mushroom", 1.0, "agaric RelatedTo mushroom")


def test_two_classes_of_one_word_are_told_by_it():
    """Each crane is tied to bird, too, as are dog and emu, so the word says more; the pen is an outlier."""
    cranes = Classes({"c0": "crane", "c1": "crane", "dog": "dog", "emu": "emu", "pen": "pen"}, {})
    rows = [
        Relation(c, f"/c/{w}", w, "IsA", "/c/bird", "bird")
        for c, w in (("c0", "crane"), ("c1", "crane"), ("dog", "dog"), ("emu", "emu"))
    ]
    tags = np.array([[True, True, False, False, True]])
    (found,) = related_filters(Tagging(("f0",), ("l",), tags), relatives(cranes, rows))
    assert (found.concept, found.label, found.sentence) == ("/c/crane", "crane", "crane is the word of 2")


def test_relations_that_do_not_join_do_not_count():
    assert related("mushroom", "stone") == ()


def test_relatives_that_say_more_come_first():
    """The mushroom is one of four classes' node and tied to a second, 0.5; animals are five classes of seven, 0.17."""
    own = coarse("ridgeback", "tit", "tabby")
    (kin,) = related("mushroom", "agaric")
    assert [(c.label, c.rank) for c in ranked([own], [kin])] == [("mushroom", 1), ("animal", 2)]


def test_relatives_that_say_less_are_left_out():
    """The bobsled says all, 1."""
    own = coarse("bobsled", "ridgeback", share=0.5)
    (kin,) = related("mushroom", "agaric")
    assert ranked([own], [kin]) == (own,)


def test_every_concept_is_deeper_than_those_above_it():
    depth = dict(zip(TREE.concepts, TREE.depths, strict=True))
    assert all(depth[below] > depth[above] for below, above in EDGES)


def test_columns_stand_by_depth():
    assert all(one <= other for one, other in itertools.pairwise(TREE.depths))
