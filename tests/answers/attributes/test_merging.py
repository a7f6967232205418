"""Laws of merging: nothing is lost, nothing is said twice, and the best comes first."""

from hypothesis import given
from hypothesis import strategies as st

from kgexplain.answers.attributes.merging import Phrase, groups
from kgexplain.answers.attributes.wording import singular

# Few words, so that nouns meet and phrases say each other.
adjectives = st.sampled_from(["", "yellow", "bright yellow", "bright", "red", "long", "long red"])
nouns = st.sampled_from(["breast", "wing", "wings", "patch", "cheek patch", "crown"])
phrases = st.lists(st.builds(Phrase, st.just("has"), adjectives, nouns), max_size=8).map(tuple)


def spread(found):
    """The phrases that groups say."""
    return tuple(
        Phrase(group.verb, adjective, group.noun)
        for group in found
        for adjective in group.adjectives or ("",)
    )


def says(one, other):
    """Whether the one says all that the other says."""
    return other.is_same(one) or other.is_in(one)


@given(phrases)
def test_every_phrase_is_said(given_):
    kept = spread(groups(given_))
    assert all(any(says(other, one) for other in kept) for one in given_)


@given(phrases)
def test_nothing_is_said_twice(given_):
    kept = spread(groups(given_))
    assert not any(says(a, b) for i, a in enumerate(kept) for j, b in enumerate(kept) if i != j)


@given(phrases)
def test_nothing_is_said_that_was_not_given(given_):
    assert all(any(one.is_same(other) for other in given_) for one in spread(groups(given_)))


@given(phrases)
def test_merging_again_changes_nothing(given_):
    once = groups(given_)
    assert groups(spread(once)) == once


@given(phrases)
def test_groups_and_adjectives_stand_where_they_are_said_first(given_):
    """A slow twin: each phrase in its order goes to the first that says it; new nouns and adjectives go behind."""
    kept = [
        one
        for place, one in enumerate(given_)
        if not any(one.is_in(other) for other in given_)
        and not any(one.is_same(other) for other in given_[:place])
    ]
    expected = {}
    for one in given_:
        own = next(other for other in kept if says(other, one))
        adjectives = expected.setdefault(singular(own.noun), [])
        if own.adjective and own.adjective not in adjectives:
            adjectives.append(own.adjective)
    assert [(singular(group.noun), list(group.adjectives)) for group in groups(given_)] == list(
        expected.items()
    )


def texts(*given_):
    return [group.text for group in groups(Phrase("has", *words) for words in given_)]


def test_adjectives_of_one_noun_are_joined_in_their_order():
    assert texts(("thick", "beak"), ("black", "crown"), ("pointy", "beak")) == [
        "thick and pointy beak",
        "black crown",
    ]


def test_a_phrase_that_a_later_one_says_gives_it_its_place():
    assert texts(("yellow", "breast"), ("red", "crown"), ("bright yellow", "breast")) == [
        "bright yellow breast",
        "red crown",
    ]


def test_a_noun_alone_is_said_by_one_with_an_adjective():
    assert texts(("", "tail"), ("long", "tail")) == ["long tail"]


def test_a_noun_is_said_by_a_compound_of_it():
    assert texts(("black", "cheek patch"), ("black", "patch")) == ["black cheek patch"]


def test_another_colour_of_a_part_of_it_is_said_too():
    assert texts(("black", "cheek patch"), ("white", "patch")) == ["black cheek patch", "white patch"]


def test_a_compound_is_no_adjective_of_its_first_word():
    assert texts(("", "cheek"), ("", "cheek patch")) == ["cheek", "cheek patch"]


def test_singular_and_plural_are_one_noun_said_as_the_first():
    assert texts(("black", "wings"), ("white", "wing"), ("black", "wing")) == ["black and white wings"]


def test_qualities_are_one_group():
    given_ = (Phrase("is", "dry", ""), Phrase("has", "", "sand"), Phrase("is", "warm", ""))
    assert [group.text for group in groups(given_)] == ["dry and warm", "sand"]
