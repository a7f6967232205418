"""Diagnoses by hand: a graph in which each kind of mistake occurs once, and rules at their thresholds."""

import math
from dataclasses import replace

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.mistakes.answer import mistakes
from kgexplain.answers.mistakes.diagnosis import LABELS, RULES, Case, Thresholds, diagnosis
from kgexplain.answers.mistakes.kinship import among_pairs
from kgexplain.answers.mistakes.statements import statements
from kgexplain.vocabulary import (
    BOTH_VISIBLE,
    CLOSE_MATCH,
    CONCEPT_RELATION,
    DIAGNOSIS,
    OUTVOTED,
    SHARED_FEATURES,
    UNEXPLAINED,
    UNLIKE_ITS_CLASS,
    WRONG_FILTERS,
    WRONG_LABEL,
    A,
    Statement,
    term,
)
from tests.answers import mistaken

IS_A = NamedNode("http://api.conceptnet.io/r/IsA")
GOLDEN, LABRADOR = (NamedNode(f"http://api.conceptnet.io/c/en/{word}") for word in ("golden", "labrador"))
NAN = math.nan
# Both found, neither close nor far, nothing sure.
CASE = Case(
    presence_true=0.6,
    presence_predicted=0.6,
    presence_strongest=0.75,
    place_predicted=1,
    probability=0.5,
    usual_probability=0.8,
    true_probability=0.1,
    true_place=2,
    closeness=0.3,
    strongest_closeness=0.3,
    sharing=0.3,
    strongest_sharing=0.3,
    below=0.5,
)


@pytest.fixture(scope="module")
def answer():
    with mistaken.store() as store:
        return mistakes(store, mistaken.RUN, mistaken.TAGGING)


@pytest.fixture(scope="module")
def by_key(answer):
    return {mistake.key: mistake for mistake in answer.mistakes}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("label.jpg", WRONG_LABEL),
        ("both.jpg", BOTH_VISIBLE),
        ("shared.jpg", SHARED_FEATURES),
        ("sibling.jpg", SHARED_FEATURES),
        ("outvoted.jpg", OUTVOTED),
        ("filters.jpg", WRONG_FILTERS),
        ("unlike.jpg", UNLIKE_ITS_CLASS),
        ("untagged.jpg", UNEXPLAINED),
    ],
)
def test_each_mistake_has_the_diagnosis_it_was_made_for(key, expected, by_key):
    assert by_key[key].diagnosis == expected


def test_every_diagnosis_occurs(answer):
    assert set(answer.diagnoses.values()) == {1, 2}
    assert list(answer.diagnoses) == list(LABELS.values())


def test_filters_are_counted_by_hand(by_key):
    """Filters 0 to 9: 0–3 only golden, 4–7 both, 8 and 9 only Labrador."""
    assert by_key["shared.jpg"].counts == (4, 2, 4, 0)
    assert by_key["both.jpg"].counts == (5, 5, 0, 0)
    assert by_key["outvoted.jpg"].counts == (8, 0, 0, 2)


def test_presence_by_hand(by_key):
    """Golden 8 of usually 8: 1; Labrador 6: (6 − 1) / 7."""
    assert by_key["shared.jpg"].presences == pytest.approx((1, 5 / 7))


def test_places_by_hand(by_key):
    """Golden is carried by 8, Labrador by 6; in the picture of gown and cap each by 5, so they share the first place."""
    assert by_key["shared.jpg"].tag_places == (1, 2)
    assert by_key["both.jpg"].tag_places == (1, 1)
    assert by_key["outvoted.jpg"].tag_places == (1, None)


def test_a_class_without_tags_has_no_presence(by_key):
    assert by_key["sibling.jpg"].presences == (1.0, None)
    assert "none can be tagged flat-coated retriever, which carries no tags" in by_key["sibling.jpg"].evidence


def test_why_nothing_is_said_is_said(by_key):
    assert by_key["untagged.jpg"].evidence.startswith(
        "tabby tags no filter, so its features cannot be looked for."
    )


def test_relation_of_the_classes_by_hand(by_key):
    """Both retrievers' only step up is to retriever."""
    assert (by_key["shared.jpg"].hypernym, by_key["shared.jpg"].distance) == ("retriever", 2)


def test_what_is_found_most_is_named(by_key):
    assert by_key["filters.jpg"].strongest == "golden retriever"


def test_hits_by_hand(answer):
    """Of the eight true classes, places: label none, both 1 or 2, shared, outvoted and sibling 1, filters none, untagged none.

    In unlike.jpg five tags are carried, sports car by two filters, the most: a hit at 1. 0.5 + 3 + 1 of 8.
    """
    assert answer.hits_true[1] == pytest.approx(4.5 / 8)


def test_what_carries_no_tags_is_counted(answer):
    assert (answer.tagged, answer.classes, answer.beyond, answer.untagged) == (5, 1000, 1, 1)


def test_confusions_by_hand(answer):
    (retrievers,) = (c for c in answer.confusions if c.predicted == "Labrador retriever")
    assert (retrievers.hypernym, retrievers.true, retrievers.images) == ("retriever", "golden retriever", 1)
    assert sum(confusion.images for confusion in answer.confusions) == 8


def test_responsible_filters_by_hand(answer):
    """Filter 28 is tagged sports car, predicted in two mistakes, of which one activates it: 1 / 2, usually 10 of 50."""
    (found,) = (r for r in answer.responsible if r.filter_.number == 28)
    assert (found.active, found.mistakes, found.rate, found.right_rate) == (1, 2, 0.5, 0.2)
    assert found.excess == pytest.approx(0.6)
    assert found.tags == ("sports car",)


def test_a_filter_that_speaks_for_the_true_class_too_is_not_responsible(answer):
    """Filters 4 to 7 carry both retrievers, and untagged.jpg alone blames them, as all of golden's."""
    (found,) = (r for r in answer.responsible if r.filter_.number == 5)
    assert (found.active, found.mistakes) == (1, 1)


def test_classes_that_need_variety_by_hand(answer):
    """Sports car is missing on two of 14, mortarboard on one; mistaken sports cars have 0 and 2 such filters."""
    assert [(v.class_, v.images, v.wrong, v.missing) for v in answer.variety] == [
        ("sports car", 14, 2, 2),
        ("mortarboard", 14, 2, 1),
    ]
    assert (answer.variety[0].usual, answer.variety[0].mistaken, answer.variety[0].other) == (8, 1, 1)


def test_relations_of_conceptnet_are_found_in_either_direction():
    node = term("kgx:ConceptNetNode")
    class_ = {name: mistaken.NETWORK.class_(mistaken.INDEX[name]) for name in mistaken.TAGS}
    more = [
        Statement(GOLDEN, A, node),
        Statement(LABRADOR, A, node),
        Statement(class_["golden retriever"], CLOSE_MATCH, GOLDEN),
        Statement(class_["Labrador retriever"], CLOSE_MATCH, LABRADOR),
        Statement(LABRADOR, IS_A, GOLDEN),
    ]
    with mistaken.store(more) as store:
        found = {m.key: m for m in mistakes(store, mistaken.RUN, mistaken.TAGGING).mistakes}
    assert found["shared.jpg"].relations == (IS_A.value,)
    assert found["both.jpg"].relations == ()
    assert "ConceptNet: IsA" in found["shared.jpg"].evidence


def test_every_mistake_is_said_with_its_diagnosis(answer):
    said = [s for s in statements(answer, mistaken.RUN) if s.predicate == DIAGNOSIS]
    assert len(said) == len(answer.mistakes)
    assert {s.object for s in said} == set(LABELS)
    assert not any(s.predicate == CONCEPT_RELATION for s in statements(answer, mistaken.RUN))


def test_hits_are_said_for_both_classes(answer):
    values = {s.subject.value.rpartition("#")[2]: s.object for s in statements(answer, mistaken.RUN)}
    assert values["hitsMissed--1"] == Literal(answer.hits_true[1])
    assert values["hitsMistaken--50"] == Literal(answer.hits_predicted[50])


SURE = replace(
    CASE, probability=0.8, true_probability=0.01, true_place=30, presence_true=0.25, presence_predicted=0.75
)
MISSING = replace(CASE, presence_true=0.49, presence_predicted=0.2)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (SURE, WRONG_LABEL),
        (replace(SURE, probability=0.79), UNEXPLAINED),
        (replace(SURE, true_probability=0.011), UNEXPLAINED),
        (replace(SURE, presence_true=0.26), UNEXPLAINED),
        (replace(SURE, presence_predicted=0.74), UNEXPLAINED),
        (replace(SURE, place_predicted=6), UNEXPLAINED),
        (replace(SURE, place_predicted=0), UNEXPLAINED),
        (CASE, BOTH_VISIBLE),
        (replace(CASE, true_place=6), OUTVOTED),
        (replace(CASE, presence_predicted=0.49), OUTVOTED),
        (replace(CASE, presence_true=0.49), UNEXPLAINED),
        (replace(SURE, closeness=0.05), UNEXPLAINED),
        (replace(CASE, closeness=0.005), SHARED_FEATURES),
        (replace(CASE, sharing=0.09), SHARED_FEATURES),
        (replace(CASE, closeness=0.006, sharing=0.1), BOTH_VISIBLE),
        (replace(CASE, closeness=0.005, presence_predicted=0.49), OUTVOTED),
        (replace(CASE, closeness=0.05, presence_predicted=NAN), SHARED_FEATURES),
        (replace(CASE, closeness=0.051, presence_predicted=NAN), OUTVOTED),
        (replace(CASE, presence_predicted=NAN), OUTVOTED),
        (replace(MISSING, strongest_closeness=0.4), WRONG_FILTERS),
        (replace(MISSING, strongest_closeness=0.39), UNEXPLAINED),
        (replace(MISSING, strongest_closeness=0.4, strongest_sharing=0.09), UNEXPLAINED),
        (replace(MISSING, strongest_closeness=0.4, presence_strongest=0.74), UNEXPLAINED),
        (replace(MISSING, strongest_closeness=0.4, presence_predicted=0.5), UNEXPLAINED),
        (replace(MISSING, strongest_closeness=0.4, presence_predicted=0.5, closeness=0.4), WRONG_FILTERS),
        (replace(MISSING, below=2.0), UNLIKE_ITS_CLASS),
        (replace(MISSING, below=1.9), UNEXPLAINED),
        (replace(CASE, presence_true=NAN, presence_predicted=NAN), UNEXPLAINED),
    ],
)
def test_rules_at_their_thresholds(case, expected):
    assert diagnosis(case) == expected


def test_every_diagnosis_but_the_last_has_a_rule():
    assert [name for name, _ in RULES] == list(LABELS)[:-1]


@pytest.mark.parametrize("field", list(Thresholds.__dataclass_fields__))
def test_every_threshold_is_documented(field):
    assert f" {field}: " in Thresholds.__doc__


def test_shares_of_pairs_leave_out_what_is_not_known():
    values = np.array([[0.0, 1.0, np.nan], [1.0, 0.0, 2.0], [np.nan, 2.0, 0.0]])
    shares = among_pairs(values, np.isfinite(values))
    assert (shares[0, 1], shares[1, 2]) == (0.0, 0.5)
    assert np.isnan(shares[0, 2])
