"""What tells two classes apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.answers.attributes.contrast import contrast, most_unstated
from kgexplain.answers.attributes.reading import Description, description
from tests.answers.attributes import birds
from tests.answers.attributes.birds import said


def side(name, phrases, probabilities, residual=0.0):
    return Description(f"urn:{name}", name, residual, tuple(said(phrases, probabilities)))


HEAD_TAIL_EYE = "black head, long tail, red eye"


@pytest.fixture
def auklets():
    """Differences: head 0.5 − 0.2 = 0.3, tail 0.3 − 0.3 = 0, eye 0.1 − 0.4 = −0.3."""
    return contrast(
        side("Crested_Auklet", HEAD_TAIL_EYE, (0.5, 0.3, 0.1)),
        side("Least_Auklet", "red eye, long tail, black head", (0.4, 0.3, 0.2)),
    )


def texts(differences):
    return [difference.estimate.text for difference in differences]


def test_each_side_has_what_is_more_probable_of_it(auklets):
    assert (texts(auklets.for_one), texts(auklets.for_other)) == (["black head"], ["red eye"])


def test_a_difference_is_that_of_the_probabilities(auklets):
    assert auklets.for_one[0].more == pytest.approx(0.3)
    assert (auklets.for_one[0].own, auklets.for_one[0].other) == (0.5, 0.2)


def test_what_does_not_differ_speaks_for_both(auklets):
    assert [estimate.text for estimate in auklets.for_both] == ["long tail"]


def test_the_reason_names_what_differs(auklets):
    assert auklets.reason() == (
        "This is a Crested Auklet rather than a Least Auklet because it has black head. "
        "What speaks more for a Least Auklet: red eye. What speaks for both as much: long tail."
    )


def test_the_distinction_of_classes_names_what_differs(auklets):
    assert auklets.distinction() == (
        "The network tells a Crested Auklet from a Least Auklet by black head, "
        "and a Least Auklet from a Crested Auklet by red eye. The network knows both by long tail."
    )


def test_the_most_telling_come_first():
    """Differences 0.1 and 0.25, though the first is the more probable."""
    found = contrast(
        side("a", "black head, long tail", (0.5, 0.3)), side("b", "black head, long tail", (0.4, 0.05))
    )
    assert texts(found.for_one) == ["long tail", "black head"]


@pytest.mark.parametrize(("least", "real"), [(0.1, []), (0.04, ["black head"])])
def test_a_small_difference_is_none(least, real):
    """0.5 − 0.475 is a twentieth of 0.5."""
    found = contrast(side("a", "black head", (0.5,)), side("b", "black head", (0.475,)), least)
    assert texts(found.for_one) == real


def test_a_difference_just_as_large_as_the_least_is_real():
    found = contrast(side("a", "black head", (0.5,)), side("b", "black head", (0.375,)), 0.25)
    assert (texts(found.for_one), found.for_both) == (["black head"], ())


def test_what_one_side_leaves_unsaid_is_taken_as_large_as_it_can_be():
    """Of b a long tail has at most 0.1, as a red eye has 0.1 and is better; 0.3 − 0.1 = 0.2."""
    found = contrast(
        side("a", "black head, long tail", (0.5, 0.3), 0.2),
        side("b", "black head, red eye", (0.5, 0.1), 0.4),
    )
    assert [(d.estimate.text, d.own, d.other) for d in found.for_one] == [("long tail", 0.3, 0.1)]


def test_what_may_be_as_probable_unsaid_is_no_difference():
    found = contrast(
        side("a", "black head, long tail", (0.5, 0.1), 0.4), side("b", "black head, red eye", (0.5, 0.1), 0.4)
    )
    assert (found.for_one, found.for_other) == ((), ())


def test_no_more_is_unsaid_than_what_is_left():
    assert most_unstated(side("a", "black head, long tail", (0.5, 0.3), 0.2)) == 0.2


def test_the_rest_bounds_nothing_where_some_of_it_is_negative():
    """Signed importances: 0.5 + 0.3 and a rest of 0.25 − 0.15 add up to 0.9; an attribute unsaid may have 0.25."""
    assert most_unstated(side("a", "black head, long tail", (0.5, 0.3), 0.1)) == 0.3


def test_places_with_a_gap_before_them_bound_nothing():
    """Of places 1, 2 and 40 the attributes at 3 to 39 are unsaid: up to what place 2 has."""
    stated = side("a", HEAD_TAIL_EYE, (0.3, 0.2, 0.01), 0.49)
    far = stated.estimates[2]._replace(rank=40)
    assert most_unstated(Description("", "a", 0.49, (*stated.estimates[:2], far))) == 0.2


def test_a_side_that_states_nothing_may_have_anything():
    assert most_unstated(side("a", (), (), 1.0)) == 1.0


def test_without_differences_nothing_tells_them_apart():
    found = contrast(side("wren", "red eye", (0.5,)), side("tit", "red eye", (0.5,)))
    assert found.distinction() == "Nothing tells a wren from a tit. The network knows both by red eye."
    assert found.reason() == (
        "Nothing speaks more for a wren than for a tit. What speaks for both as much: red eye."
    )


def test_a_side_for_which_nothing_speaks_cannot_be_compared():
    with birds.graph() as store:
        known = description(store, birds.HOUSE, birds.LEARNED)
    found = contrast(known, Description("", "gnome", 1.0, ()))
    assert found.reason() == "Nothing speaks for a gnome, so there is nothing to compare."
    assert found.distinction() == found.reason()


def test_no_more_reasons_are_named_than_asked_for():
    more = contrast(side("tit", HEAD_TAIL_EYE, (0.4, 0.3, 0.2)), side("wren", HEAD_TAIL_EYE, (0.1, 0.1, 0.1)))
    assert more.reason(1) == "This is a tit rather than a wren because it has black head."


def test_no_more_that_is_shared_is_named_than_asked_for():
    same = contrast(side("tit", HEAD_TAIL_EYE, (0.4, 0.3, 0.2)), side("wren", HEAD_TAIL_EYE, (0.4, 0.3, 0.2)))
    assert same.reason(2) == (
        "Nothing speaks more for a tit than for a wren. What speaks for both as much: black head, and long tail."
    )
    assert same.distinction(1) == "Nothing tells a tit from a wren. The network knows both by black head."


probabilities = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3).map(lambda p: sorted(p, reverse=True))


@given(probabilities, probabilities, st.floats(0.01, 0.9))
def test_a_contrast_seen_from_the_other_side_is_the_same(p, q, least):
    one, other = side("a", HEAD_TAIL_EYE, p), side("b", HEAD_TAIL_EYE, q)
    there, back = contrast(one, other, least), contrast(other, one, least)
    assert (there.for_one, there.for_other) == (back.for_other, back.for_one)
    assert len(there.for_both) == len(back.for_both)


@given(probabilities, probabilities, st.floats(0.01, 0.9))
def test_each_attribute_of_both_sides_is_in_one_place(p, q, least):
    found = contrast(side("a", HEAD_TAIL_EYE, p), side("b", HEAD_TAIL_EYE, q), least)
    assert len(found.for_one) + len(found.for_other) + len(found.for_both) == 3
