"""Concepts ranked by what filters show, and by what tells classes apart."""

import doctest
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kgexplain.errors import InputError
from kgexplain.explainers.ranking import (
    IMPORTANCES,
    Classifier,
    Lists,
    Ranking,
    classifier,
    distinct,
    importances,
    ranked,
    taught,
)

CONCEPT_OF = np.array([2, 0, -1, 2, 1, 0])


def ranked_slowly(values, concept_of, filters, number):
    """The lists as one would make them on paper, with Python's lists only."""
    lists = []
    for row in values.tolist():
        labelled = [k for k in range(len(row)) if concept_of[k] >= 0]
        first = sorted(labelled, key=lambda k: (-row[k], k))[:filters]
        found = {}
        for k in first:
            if row[k] > 0 and concept_of[k] not in found:
                found[int(concept_of[k])] = row[k]
        lists.append(list(found.items())[:number])
    return lists


def pairs(lists):
    """Concepts with their scores, without the empty places."""
    return [
        [(concept, score) for concept, score in zip(concepts, scores, strict=True) if concept >= 0]
        for concepts, scores in zip(lists.concepts.tolist(), lists.scores.tolist(), strict=True)
    ]


def test_an_images_concepts_are_those_of_its_most_active_filters():
    """Filters 3, 0, 4 and 1 are the most active with a concept: 2, 2 again, 1, 0."""
    found = ranked(np.array([[0.7, 0.1, 0.9, 0.8, 0.6, 0.05]]), CONCEPT_OF, filters=4, number=3)
    assert pairs(found) == [[(2, 0.8), (1, 0.6), (0, 0.1)]]


def test_filters_are_chosen_before_concepts_are_counted():
    """Two filters of concept 2 leave no place for a third."""
    found = ranked(np.array([[0.7, 0.1, 0.9, 0.8, 0.6, 0.05]]), CONCEPT_OF, filters=2, number=3)
    assert pairs(found) == [[(2, 0.8)]]


def test_of_equal_filters_the_lower_comes_first():
    assert pairs(ranked(np.ones((1, 6)), CONCEPT_OF, 6, 3)) == [[(2, 1), (0, 1), (1, 1)]]


def test_ties_of_many_filters_go_to_the_lower():
    found = ranked(np.ones((1, 40)), np.arange(40), 20, 20)
    assert found.concepts[0].tolist() == list(range(20))


def test_what_is_not_active_shows_nothing():
    assert pairs(ranked(np.array([[0.0, -1.0, 5.0, 0.0, 0.5, -0.5]]), CONCEPT_OF, 6, 3)) == [[(1, 0.5)]]


def test_lists_are_as_long_as_was_asked_for():
    assert ranked(np.ones((2, 6)), CONCEPT_OF, 6, 9).concepts.shape == (2, 9)


@given(
    values=arrays(np.float64, (3, 7), elements=st.sampled_from([-1.0, 0.0, 0.25, 0.5, 0.75, 1.0])),
    concept_of=arrays(np.int64, 7, elements=st.integers(-1, 3)),
    filters=st.integers(1, 8),
    number=st.integers(1, 5),
)
def test_lists_are_those_on_paper(values, concept_of, filters, number):
    assert pairs(ranked(values, concept_of, filters, number)) == ranked_slowly(
        values, concept_of, filters, number
    )


@given(concepts=arrays(np.int64, (2, 6), elements=st.integers(-1, 3)), number=st.integers(1, 8))
def test_a_concept_is_in_a_list_once(concepts, number):
    found = distinct(Lists(concepts, np.zeros(concepts.shape)), number).concepts
    for before, after in zip(concepts.tolist(), found.tolist(), strict=True):
        expected = [concept for concept in dict.fromkeys(before) if concept >= 0][:number]
        assert after == expected + [-1] * (number - len(expected))


PLANTED = Ranking(folds=3, cost=1.0)


@pytest.fixture(scope="module")
def shown():
    """What eight filters show of 60 images of three classes: 0, 4 and 5. Filter 2c says which class it is; others nothing."""
    random = np.random.default_rng(5)
    labels = np.repeat([0, 4, 5], [30, 18, 12])
    pooled = random.random((60, 8)).astype(np.float32)
    for column, class_ in ((2, 0), (4, 4), (6, 5)):
        pooled[labels == class_, column] += 2
    order = random.permutation(60)
    return pooled[order], labels[order]


@pytest.fixture(scope="module")
def learned(shown):
    return classifier(PLANTED, *shown)


def test_a_class_is_told_by_the_filter_that_was_planted(learned):
    assert learned.coefficients.argmax(1).tolist() == [2, 4, 6]


def test_classes_without_images_have_no_row(learned):
    assert learned.classes.tolist() == [0, 4, 5]
    assert learned.coefficients.shape == (3, 8)


def test_every_image_is_predicted_by_the_fold_that_did_not_see_it(learned, shown):
    assert np.array_equal(learned.predicted, shown[1])
    assert learned.right.all()


def test_folds_have_their_share_of_each_class(learned, shown):
    """30, 18 and 12 images in three folds."""
    folds = [[int(((learned.fold == f) & (shown[1] == c)).sum()) for c in (0, 4, 5)] for f in range(3)]
    assert folds == [[10, 6, 4]] * 3


def test_folds_are_shuffled_by_the_seed(shown, learned):
    other = classifier(Ranking(folds=3, cost=1.0, seed=1), *shown)
    assert not np.array_equal(other.fold, learned.fold)
    assert np.array_equal(classifier(PLANTED, *shown).fold, learned.fold)


def test_images_sorted_by_class_are_learned_as_well(shown):
    order = np.argsort(shown[1])
    assert classifier(PLANTED, shown[0][order], shown[1][order]).right.mean() == 1


def test_images_of_no_class_have_no_part(shown):
    labels = shown[1].copy()
    labels[:7] = -1
    found = classifier(PLANTED, shown[0], labels)
    assert (found.predicted[:7] == -1).all()
    assert (found.fold[:7] == -1).all()
    assert len(found.right) == 53


def test_classes_with_fewer_images_than_folds_have_no_part(shown):
    labels = shown[1].copy()
    labels[np.flatnonzero(labels == 4)[2:]] = -1
    found = classifier(PLANTED, shown[0], labels)
    assert found.classes.tolist() == [0, 5]
    assert (found.predicted[labels == 4] == -1).all()


def test_of_two_classes_each_has_what_speaks_for_it(shown):
    labels = np.where(shown[1] == 5, -1, shown[1])
    found = classifier(PLANTED, shown[0], labels)
    assert found.coefficients.argmax(1).tolist() == [2, 4]
    assert np.array_equal(found.coefficients[0], -found.coefficients[1])


def test_one_class_cannot_be_told_apart(shown):
    with pytest.raises(
        InputError, match=r"1 classes have 3 images or more, one for each fold; .* fewer folds"
    ):
        classifier(PLANTED, shown[0], np.where(shown[1] == 0, 0, -1))


def test_a_classifier_whose_solver_gave_up_has_not_converged(learned):
    assert not replace(learned, iterations=(12, 100_000, 7)).has_converged
    assert replace(learned, iterations=(12, 99_999, 7)).has_converged


def test_a_classifier_that_found_its_optimum_has_converged(learned):
    assert learned.has_converged


def test_the_fold_with_the_best_f1_is_kept():
    """Classes 0 and 1 are told apart by filter 0, but for some images; folds differ in what they get right."""
    random = np.random.default_rng(6)
    labels = np.tile([0, 1], 30)
    pooled = (labels[:, None] + random.normal(0, 0.8, (60, 3))).astype(np.float32)
    found = classifier(PLANTED, pooled, labels)
    assert found.kept == int(np.argmax(found.f1)) == 1
    unseen = found.fold == found.kept
    right = found.predicted == labels
    f1 = []
    for class_ in (0, 1):
        hits = (right & unseen & (labels == class_)).sum()
        said = (unseen & (found.predicted == class_)).sum()
        f1.append(2 * hits / (said + (unseen & (labels == class_)).sum()))
    assert found.f1[found.kept] == pytest.approx(np.mean(f1))


def test_its_coefficients_are_those_of_the_kept_fold():
    """A machine that is taught the images of the other folds has the same."""
    from sklearn.svm import LinearSVC

    random = np.random.default_rng(2)
    labels = np.tile([0, 1, 2], 20)
    pooled = (np.eye(3)[labels] + random.normal(0, 0.7, (60, 3))).astype(np.float32)
    found = classifier(PLANTED, pooled, labels)
    seen = found.fold != found.kept
    machine = LinearSVC(
        multi_class="crammer_singer", loss="hinge", class_weight="balanced", C=1.0, random_state=0
    )
    machine.fit(pooled[seen].astype(float), labels[seen])
    np.testing.assert_allclose(found.coefficients, machine.coef_)


def test_classes_need_an_image_for_each_fold():
    assert taught(np.array([1, 1, 1, 3, 3, -1, -1, -1, 6, 6, 6, 6]), 3).tolist() == [1, 6]


COEFFICIENTS = np.array([[2.0, -1.0, 0.5], [-3.0, 4.0, 0.25]])
SPREAD = np.array([1.0, 0.5, 8.0])
GRADIENTS = np.array([[1.0, -2.0, 3.0], [-5.0, 0.5, -1.0]])


@pytest.mark.parametrize(
    ("importance", "expected"),
    [
        ("coef", [[2, -1, 0.5], [-3, 4, 0.25]]),
        ("coef_spread", [[2, -0.5, 4], [-3, 2, 2]]),
        ("gradient", [[2, 0, 1.5], [0, 2, 0]]),
    ],
)
def test_importance_by_hand(importance, expected):
    """What both hold against a class, as filter 1 of class 0, does not speak for it."""
    method = Ranking(importance=importance)
    assert importances(method, COEFFICIENTS, SPREAD, GRADIENTS).tolist() == expected


def test_importance_by_gradient_needs_gradients():
    with pytest.raises(ValueError, match="needs gradients"):
        importances(Ranking(importance="gradient"), COEFFICIENTS, SPREAD)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("importance", "weight", f"importance is 'weight'; it must be one of {', '.join(IMPORTANCES)}"),
        ("iou", 1.0, "iou is 1.0; it must be at least 0, which is no threshold, and less than 1"),
        ("iou", -0.1, "iou is -0.1; it must be at least 0"),
        ("p_value", 0.0, "p_value is 0.0; it must be above 0 and at most 1, which is no limit"),
        ("cost", 0.0, "cost is 0.0; it must be above 0, as 0.001"),
        ("cost", float("nan"), "cost is nan; it must be above 0"),
        ("folds", 1, "folds is 1; it must be at least 2"),
        ("local_filters", 0, "local_filters is 0; it must be at least 1"),
        ("global_filters", 0, "global_filters is 0; it must be at least 1"),
        ("concepts", 0, "concepts is 0; it must be at least 1"),
        ("truthy_k", -1, "truthy_k is -1; it must be at least 0"),
    ],
)
def test_what_cannot_be_is_refused(field, value, message):
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        Ranking(**{field: value})


def test_right_is_of_those_that_had_a_part():
    none = np.zeros((1, 1))
    found = Classifier(
        np.array([0]),
        none,
        labels=np.array([0, 1, -1, 1]),
        predicted=np.array([0, 0, -1, 1]),
        fold=np.zeros(4, int),
        kept=0,
        f1=(1.0,),
        iterations=(1,),
    )
    assert found.right.tolist() == [True, False, True]


PAGE = Path(__file__).parents[2] / "docs" / "ranking.md"


def test_the_page_computes_what_it_shows():
    found = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (found.failed, found.attempted > 8) == (0, True)


def test_the_page_has_every_parameter():
    page = PAGE.read_text(encoding="utf-8")
    assert [field.name for field in fields(Ranking) if f"| `{field.name}` |" not in page] == []
