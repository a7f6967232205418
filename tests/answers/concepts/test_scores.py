"""Scores of filters and concepts: known answers by hand, and the same from all cells instead of sums."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.answers.concepts.scores import SCORES, Sums, cosine, pearson, soft_iou
from kgexplain.answers.concepts.scores import profile as profile_of_all

# Four cells: two concepts cover the first and the second, nothing the others.
CELLS = np.array([[1.0, 0], [0, 1], [0, 0], [0, 0]])
EACH = np.eye(2)
BOTH = np.ones((2, 1))


def added_up(activations, covered, cells_per_image=1.0, images=1e9):
    """The sums over cells; ``activations`` is a row for each filter, ``covered`` a row for each cell."""
    return Sums(
        (activations @ covered).T,
        activations.sum(1),
        (activations**2).sum(1),
        covered.T @ covered,
        covered.sum(0),
        np.full(covered.shape[1], float(images)),
        len(covered),
        cells_per_image,
    )


def by_name(name, sums, extents):
    """A score where there is one category only."""
    return SCORES[name]({"object": sums}, {"object": extents})["object"]


def profile(sums, extents):
    return by_name("profile", sums, extents)


def drawn(seed, filters=7, cells=90, concepts=5):
    """Random filters, and concepts that share cells."""
    chance = np.random.default_rng(seed)
    covered = chance.uniform(0, 1, (cells, concepts)) * (chance.uniform(0, 1, (cells, concepts)) < 0.3)
    extents = np.concatenate([np.eye(concepts), (chance.uniform(0, 1, (concepts, 4)) < 0.5) * 1.0], axis=1)
    return chance.gamma(1, 1, (filters, cells)), covered, extents


def test_pearson_of_a_filter_that_is_active_on_one_concept():
    """a = (2, 0, 0, 0), c = (1, 0, 0, 0): 1; the other concept's cov. −2·1/4 over √(3 · ¾) is −⅓."""
    sums = added_up(np.array([[2.0, 0, 0, 0]]), CELLS)
    assert pearson(sums, EACH)[:, 0] == pytest.approx([1, -1 / 3])


def test_pearson_of_a_union_is_that_of_what_its_concepts_cover_together():
    """a = (2, 1, 0, 0), c = (1, 1, 0, 0): Σ(a − ¾)(c − ½) = 1½; Σ(a − ¾)² = 5 − 9/4, Σ(c − ½)² = 1."""
    sums = added_up(np.array([[2.0, 1, 0, 0]]), CELLS)
    assert pearson(sums, BOTH)[0, 0] == pytest.approx(1.5 / np.sqrt(2.75))


def test_cosine_by_hand():
    """a = (2, 1, 0, 2), c = (1, 1, 0, 0): 3 / √(9 · 2)."""
    sums = added_up(np.array([[2.0, 1, 0, 2]]), CELLS)
    assert cosine(sums, BOTH)[0, 0] == pytest.approx(3 / np.sqrt(18))


def test_soft_iou_is_the_best_over_all_scales():
    activations, covered, extents = drawn(3)
    found = soft_iou(added_up(activations, covered), extents)
    union = covered @ extents[:, 6]
    scaled = [
        (s * activations[0])
        @ union
        / ((s * activations[0]) @ (s * activations[0]) + union @ union - (s * activations[0]) @ union)
        for s in np.linspace(0.01, 3, 3000)
    ]
    assert found[6, 0] == pytest.approx(max(scaled), abs=1e-5)


@given(st.integers(0, 50))
def test_pearson_is_that_of_all_cells(seed):
    activations, covered, extents = drawn(seed)
    found = pearson(added_up(activations, covered), extents)
    for candidate, filter_ in ((0, 0), (6, 3), (8, 5)):
        union = covered @ extents[:, candidate]
        if extents[:, candidate].any():
            assert found[candidate, filter_] == pytest.approx(np.corrcoef(union, activations[filter_])[0, 1])


@given(st.integers(0, 50), st.floats(0.1, 100), st.floats(-5, 5))
def test_a_profile_does_not_depend_on_unit_and_origin_of_the_activation(seed, unit, origin):
    activations, covered, extents = drawn(seed)
    found = profile(added_up(activations, covered), extents)
    moved = profile(added_up(unit * activations + origin, covered), extents)
    assert moved == pytest.approx(found, abs=1e-6)


def slow_profile(activation, covered, extent, cells_per_image):
    """R · r of one filter and one candidate, cell by cell, as the docstring has it."""
    prior = 0.01 * cells_per_image
    centred = covered - covered.mean(0)
    inverse = np.linalg.inv(centred.T @ centred + prior * np.eye(covered.shape[1]))
    along = centred.T @ (activation - activation.mean())
    explained = along @ inverse @ along / ((activation - activation.mean()) ** 2).sum()
    sure = [1 - prior * inverse[i, i] for i in range(len(extent))]
    responses = [max(b, 0) / s for b, s in zip(inverse @ along, sure, strict=True)]
    values = np.sqrt([*responses, 0.0])
    sure = np.array(sure) * 3 / 4
    weights, members = np.array([*sure, 1.0]), np.array([*extent, 0.0])
    weights = weights / weights.sum()
    if not values.any():
        return 0.0
    apart, among = values - weights @ values, members - weights @ members
    likeness = (weights * apart) @ among / np.sqrt((weights @ apart**2) * (weights @ among**2))
    return np.sqrt(explained) * likeness


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cells_per_image", [1.0, 30.0])
def test_a_profile_is_what_its_equation_says(seed, cells_per_image):
    activations, covered, extents = drawn(seed)
    extents = extents[:, extents.any(0)]
    extents = extents[:, (extents.sum(0) < 5)]
    found = profile(added_up(activations, covered, cells_per_image, images=3), extents)
    expected = [
        [slow_profile(a, covered, extent, cells_per_image) for a in activations] for extent in extents.T
    ]
    assert found == pytest.approx(np.array(expected))


def images_of(kinds, sizes):
    """One concept for each image: so many images of each kind."""
    return np.eye(kinds)[np.repeat(np.arange(kinds), sizes)]


def test_a_rare_concept_with_a_strong_response_goes_before_a_frequent_one_with_a_weak_response():
    """Ten images with response 1, 500 with 0.6, 500 with none: Pearson names the frequent one."""
    covered = images_of(3, [10, 500, 500])
    sums = added_up((covered @ [1.0, 0.6, 0])[None], covered)
    assert profile(sums, np.eye(3))[:, 0].argmax() == 0
    assert pearson(sums, np.eye(3))[:, 0].argmax() == 1


def test_an_uneven_response_to_all_kinds_of_a_thing_is_to_the_thing():
    """Of six kinds the first three are one thing; responses 1, ½, ½. By the mean it would be the first."""
    covered = images_of(6, [50, 400, 300, 400, 300, 500])
    extents = np.concatenate([np.eye(6), np.array([[1.0, 1, 1, 0, 0, 0]]).T], axis=1)
    sums = added_up((covered @ [1.0, 0.5, 0.5, 0, 0, 0])[None], covered)
    assert profile(sums, extents)[:, 0].argmax() == 6


def test_what_stands_beside_a_concept_is_not_taken_for_it():
    """A road is where cars are, mostly, and elsewhere; the filter responds to cars only."""
    covered = np.array([[1.0, 1]] * 40 + [[0, 1]] * 10 + [[1, 0]] * 5 + [[0, 0]] * 300)
    sums = added_up(covered[:, :1].T.copy(), covered)
    assert profile(sums, np.eye(2))[:, 0] == pytest.approx([1, -0.5], abs=0.03)


def test_the_only_two_concepts_of_a_category_are_not_perfect_by_themselves():
    """Responses 1 and 0.49, and 0 for nothing: roots 1, 0.7, 0, of which the first concept is not all."""
    covered = np.array([[1.0, 0]] * 50 + [[0, 1]] * 50 + [[0, 0]] * 100)
    sums = added_up((covered @ [1.0, 0.49])[None], covered)
    values, members = np.array([1, 0.7, 0]), np.array([1.0, 0, 0])
    assert profile(sums, np.eye(2))[0, 0] == pytest.approx(np.corrcoef(values, members)[0, 1], abs=0.01)


def test_concepts_of_all_categories_make_one_profile():
    """Responses 1 to an object and 0.49 to a material: roots 1, 0.7, 0 and 0 of the two other concepts and of nothing."""
    covered = images_of(3, [50, 50, 200])[:, :2]
    sums = {
        "object": added_up((covered @ [1.0, 0])[None], covered),
        "material": added_up((covered @ [0.49, 0])[None], covered),
    }
    found = profile_of_all(sums, dict.fromkeys(sums, np.eye(2)))
    values = np.array([1.0, 0, 0.7, 0, 0])
    assert found["object"][0, 0] / found["object"][1, 0] == pytest.approx(
        np.corrcoef(values, [1, 0, 0, 0, 0])[0, 1] / np.corrcoef(values, [0, 1, 0, 0, 0])[0, 1], abs=0.05
    )
    assert found["object"][0, 0] > found["material"][0, 0] > 0


def test_the_category_that_explains_more_goes_before_by_a_little():
    """Both categories mark the same cells; in one there are cells of another response, too: R is smaller there."""
    covered = images_of(2, [50, 150])[:, :1]
    activations = covered.T.copy()
    clear, unclear = added_up(activations, covered), added_up(activations + np.tile([0.4, 0], 100), covered)
    found = profile_of_all({"a": clear, "b": unclear}, {"a": np.ones((1, 1)), "b": np.ones((1, 1))})
    explained = np.corrcoef(covered[:, 0], activations[0] + np.tile([0.4, 0], 100))[0, 1]
    assert found["b"][0, 0] / found["a"][0, 0] == pytest.approx(explained**0.2, rel=0.01)


@pytest.mark.parametrize("name", SCORES)
def test_a_filter_that_gives_nothing_scores_nothing(name):
    assert (by_name(name, added_up(np.zeros((1, 4)), CELLS), EACH) == 0).all()


@pytest.mark.parametrize("name", ["pearson", "profile"])
def test_a_filter_that_always_gives_the_same_scores_nothing(name):
    """0.1 added up four times and squared leaves a spread of rounding only."""
    assert (by_name(name, added_up(np.full((1, 4), 0.1), CELLS), EACH) == 0).all()


@pytest.mark.parametrize("name", ["pearson", "cosine", "soft_iou"])
def test_a_concept_that_covers_nothing_scores_nothing(name):
    sums = added_up(np.array([[1.0, 0, 2, 0]]), np.column_stack([CELLS, np.zeros(4)]))
    assert by_name(name, sums, np.eye(3))[2, 0] == pytest.approx(0)


def test_what_is_in_few_images_counts_less():
    """Of one image a concept counts ½, of a thousand nearly 1: responses to a rare and a frequent concept alike."""
    covered = images_of(4, [50, 50, 50, 300])[:, :3]
    sums = added_up((covered @ [1.0, 1.0, 0])[None], covered)
    rare = replace(sums, images=np.array([1.0, 1000.0, 1000.0]))
    found = profile(rare, np.eye(3))
    weights, values = np.array([0.5, 1, 1, 1]), np.array([1.0, 1, 0, 0])
    explained = np.corrcoef(covered[:, :2].sum(1), covered @ [1.0, 1.0, 0])[0, 1]
    covariance = np.cov(np.stack([values, [1.0, 0, 0, 0]]), aweights=weights, bias=True)
    expected = explained * covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert found[0, 0] == pytest.approx(expected, abs=0.01)
