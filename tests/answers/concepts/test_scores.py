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
    prior = 0.005 * cells_per_image
    shares = (covered**2).sum(0) / covered.sum(0)
    centred = covered - covered.mean(0)
    inverse = np.linalg.inv(centred.T @ centred + prior * np.eye(covered.shape[1]))
    along = centred.T @ (activation - activation.mean())
    explained = along @ inverse @ along / ((activation - activation.mean()) ** 2).sum()
    sure = [1 - prior * inverse[i, i] for i in range(len(extent))]
    responses = [max(b, 0) / s * t**0.75 for b, s, t in zip(inverse @ along, sure, shares, strict=True)]
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


def disturbed(by):
    """Sums where one concept is in a quarter of 200 images, the response is 1 to it and ``by`` to every other image."""
    covered = images_of(2, [50, 150])[:, :1]
    activations = covered.T + np.tile([by, 0.0], 100)
    return added_up(activations, covered), np.corrcoef(covered[:, 0], activations[0])[0, 1]


def test_the_category_that_explains_more_goes_before_by_a_little():
    """Both categories mark the same cells; in one there are cells of another response, too: R is smaller there."""
    (clear, best), (unclear, explained) = disturbed(0.2), disturbed(0.4)
    found = profile_of_all({"a": clear, "b": unclear}, dict.fromkeys("ab", np.ones((1, 1))))
    expected = (explained / best) ** 0.2 * np.sqrt((1 - best**2) / (1 - explained**2))
    assert found["b"][0, 0] / found["a"][0, 0] == pytest.approx(expected, rel=0.02)


def test_the_category_that_explains_all_goes_far_before_one_that_explains_nearly_all():
    """Of the activation one leaves nothing unexplained, the other a tenth; by R alone they would be one in twenty apart."""
    (all_of_it, _), (nearly, explained) = disturbed(0.0), disturbed(0.27)
    found = profile_of_all({"a": all_of_it, "b": nearly}, dict.fromkeys("ab", np.ones((1, 1))))
    assert explained == pytest.approx(0.955, abs=0.01)
    assert found["b"][0, 0] < 0.1 * found["a"][0, 0]


def test_categories_that_explain_alike_score_alike():
    sums, _ = disturbed(0.4)
    found = profile_of_all({"a": sums, "b": replace(sums)}, dict.fromkeys("ab", np.ones((1, 1))))
    assert found["a"] == pytest.approx(found["b"])


def things_with_parts():
    """Images of 4 cells: a butterfly is on three of them, its antenna on a twentieth of one; of fish nearly the same.

    A fish's fin covers half of a cell. Every third image is empty. Things and parts, (cells, 2) each.
    """
    butterfly, fish = np.zeros((4, 4)), np.zeros((4, 4))
    butterfly[:3, 0], butterfly[0, 2] = 1, 0.05
    fish[:3, 1], fish[0, 3] = 1, 0.5
    covered = np.concatenate([butterfly, fish, np.zeros((4, 4))] * 40)
    return covered[:, :2], covered[:, 2:]


def labelled(activation):
    """The category and place of the best concept of a filter that sees things with parts."""
    categories = dict(zip(("object", "part"), things_with_parts(), strict=True))
    sums = {name: added_up(activation[None], covered, 4.0, 40) for name, covered in categories.items()}
    found = profile_of_all(sums, dict.fromkeys(sums, np.eye(2)))
    scores = np.stack([found[name][:, 0] for name in sums])
    category, place = np.unravel_index(scores.argmax(), scores.shape)
    return list(sums)[category], place


def noisy(response):
    """With noise of half its size, so that no category explains all of it."""
    return response + np.random.default_rng(5).normal(0, 0.5, len(response))


def test_a_thin_part_that_stands_for_a_thing_does_not_go_before_the_thing():
    """The antenna is where butterflies are only: a response of 1 there would be 20 if an antenna covered all of a cell."""
    things, _ = things_with_parts()
    assert labelled(noisy(things[:, 0])) == ("object", 0)


def test_a_filter_that_responds_to_a_thin_part_only_is_labelled_with_the_part():
    _, parts = things_with_parts()
    assert labelled(noisy((parts[:, 0] > 0).astype(float))) == ("part", 0)


def test_the_share_of_a_concept_is_that_of_the_cells_where_it_is():
    """Of cells a quarter, a quarter and nothing: ¼. Of one all, of one a half: (1 + ¼) / 1½. Of none: 0."""
    covered = np.array([[0.25, 1, 0], [0.25, 0.5, 0], [0, 0, 0]])
    assert added_up(np.ones((1, 3)), covered).shares == pytest.approx([0.25, 1.25 / 1.5, 0])


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
