"""Labels: the best candidate of each filter, or none, from the arrays of a dissection."""

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.candidates import Candidate, candidates
from kgexplain.answers.concepts.labels import (
    BY_CHANCE,
    Counted,
    Label,
    Said,
    highest,
    is_label,
    labels,
    null_filters,
    p_values,
    scores,
)
from kgexplain.answers.concepts.scores import pearson
from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    CATEGORY,
    HAS_CONCEPT,
    IOU,
    LABELLED_WITH,
    MATCHED,
    MEASURE,
    P_VALUE,
    PREF_LABEL,
    RANK,
    SCORE,
    concept,
)

# Two objects, one material; maps of 2 × 3 cells; two filters and one that is dead.
NAMES = np.array([["dog\tobject"], ["cat\tobject"], ["fur\tmaterial"]])
CHANCE = np.random.default_rng(0)
COVERED = {"object": CHANCE.uniform(0, 1, (30, 2)), "material": CHANCE.uniform(0, 1, (24, 1))}
MAPS = {
    "object": np.stack([COVERED["object"][:, 1] * 2, CHANCE.uniform(0, 1, 30), np.zeros(30)]),
    "material": np.stack([CHANCE.uniform(0, 1, 24), COVERED["material"][:, 0] + 3, np.zeros(24)]),
}


def arrays():
    both = ("object", "material")
    gram = np.zeros((3, 3))
    gram[:2, :2], gram[2:, 2:] = (COVERED[of].T @ COVERED[of] for of in both)
    products = np.concatenate([(MAPS[of] @ COVERED[of]).T for of in both])
    moments = np.stack([*(MAPS[of].sum(1) for of in both), *((MAPS[of] ** 2).sum(1) for of in both)])
    return {
        "concepts": {"concepts": NAMES},
        "sizes": {"conv": np.array([[2, 3]])},
        "products": {"conv": products},
        "moments": {"conv": moments},
        "products_by_chance": {"conv": products[[1, 0, 2]]},
        "moments_by_chance": {"conv": moments},
        "cells": {"conv": np.array([[30], [24]])},
        "gram": {"2x3": gram},
        "areas": {"2x3": np.concatenate([COVERED[of].sum(0) for of in both])[:, None]},
        "image_squares": {"2x3": np.array([[2.0], [1], [0.5]])},
        "image_areas": {"2x3": np.array([[2.0], [3], [1]])},
        "iou": {"conv": np.array([[0.1, 0.0, 0], [0.5, 0.0, 0], [0.2, 0.3, 0]])},
        "iou_by_chance": {"conv": np.array([[0.0, 0.1, 0], [0.0, 0.0, 0], [0.05, 0.0, 0]])},
    }


@pytest.fixture
def counted():
    return Counted(arrays())


def test_concepts_have_names_categories_and_the_iris_that_all_graphs_have(counted):
    assert [tuple(one) for one in counted.concepts][1:] == [
        (concept("object", "cat").value, "cat", "object"),
        (concept("material", "fur").value, "fur", "material"),
    ]


def test_sums_of_a_category_are_of_its_concepts_and_cells(counted):
    sums = counted.sums("conv", "material")
    assert sums.products.tolist() == arrays()["products"]["conv"][2:].tolist()
    assert (sums.cells, sums.cells_per_image, sums.gram.shape) == (24, 6, (1, 1))
    assert sums.activations == pytest.approx(MAPS["material"].sum(1))
    assert sums.squares == pytest.approx((MAPS["material"] ** 2).sum(1))


def test_images_of_a_concept_count_by_how_much_of_it_they_have(counted):
    """(Σ c̄)² / Σ c̄² is 2² / 2, 3² / 1 and 1² / ½."""
    assert counted.sums("conv", "object").images == pytest.approx([2, 9])
    assert counted.sums("conv", "material").images == pytest.approx([2])


def test_a_score_is_that_of_the_cells_of_the_category(counted):
    found = scores(counted, "conv", candidates(counted.concepts, ()), "pearson")
    assert found[0, 1] == pytest.approx(np.corrcoef(COVERED["object"][:, 0], MAPS["object"][1])[0, 1])
    assert found[[1, 2], [0, 1]] == pytest.approx([1, 1])


def test_by_chance_scores_are_made_of_what_was_dealt(counted):
    found = scores(counted, "conv", candidates(counted.concepts, ()), "pearson", BY_CHANCE)
    dealt = counted.sums("conv", "object", BY_CHANCE)
    assert found[:2] == pytest.approx(pearson(dealt, np.eye(2)))


def test_a_synset_has_no_iou(counted):
    known = (*candidates(counted.concepts, ()), Candidate("wn", "animal", "object", (0, 1), is_synset=True))
    found = scores(counted, "conv", known, "iou")
    assert np.isnan(found[3]).all()
    assert found[:3].tolist() == arrays()["iou"]["conv"].tolist()


def test_a_measure_that_is_none_is_refused(counted):
    with pytest.raises(InputError, match="measure is 'auc'; it must be one of profile, pearson, cosine"):
        scores(counted, "conv", (), "auc")


def test_a_filter_that_gives_one_value_is_not_alive(counted):
    assert counted.alive("conv").tolist() == [True, True, False]


def test_the_highest_of_a_filter_is_over_all_candidates_that_have_a_score():
    assert highest(np.array([[0.2, -1], [np.nan, -0.5], [0.1, np.nan]])).tolist() == [0.2, 0]


def test_a_p_value_counts_those_that_are_as_high():
    """Of 0.1, 0.3, 0.3 two are as high as 0.3: (1 + 2) / 4; none as 0.4; without a null all is possible."""
    assert p_values(np.array([0.3, 0.4]), np.array([0.3, 0.1, 0.3])).tolist() == [0.75, 0.25]
    assert p_values(np.array([0.3]), np.zeros(0)).tolist() == [1]


KNOWN = (
    Candidate("dog", "dog", "object", (0,)),
    Candidate("cat", "cat", "object", (1,)),
    Candidate("animal", "animal", "object", (0, 1), is_synset=True),
)
SCORED = np.array([[0.3, 0.4, 0.0], [0.1, 0.4, -0.2], [0.5, np.nan, 0.0]])
IOUS = np.array([[0.25, 0.5, 0], [0.75, 1, 0]])


def found(most=2):
    return [
        (one.filter_, one.candidate.name, one.score, one.rank, one.p_value, one.iou)
        for one in labels(SCORED, np.array([0.35, 0.1, 0.05]), KNOWN, IOUS, most)
    ]


def test_labels_are_the_best_candidates_of_equals_the_first_and_only_those_above_nothing():
    """Of 0.35, 0.1, 0.05 one is as high as 0.3, none as 0.4 and 0.5: p is 2/4 and 1/4."""
    assert found() == [
        (0, "animal", 0.5, 1, 0.25, None),
        (0, "dog", 0.3, 2, 0.5, 0.25),
        (1, "dog", 0.4, 1, 0.25, 0.5),
        (1, "cat", 0.4, 2, 0.25, 1.0),
    ]


def test_so_many_candidates_are_said_as_asked_for():
    assert [one[:2] for one in found(most=1)] == [(0, "animal"), (1, "dog")]


@pytest.mark.parametrize(("rank", "p", "expected"), [(1, 0.01, True), (1, 0.011, False), (2, 0.001, False)])
def test_a_label_is_the_best_candidate_if_chance_does_not_explain_it(rank, p, expected):
    assert is_label(Label(0, KNOWN[0], 0.5, rank, p), 0.01) is expected


SAID = Said(Architecture("net", "0a1b2c3d", {}, ()), "https://x.org/run", "profile", 0.01)


def of(label):
    statements = list(SAID.labels("conv", [label]))
    filter_ = SAID.network.filter("conv", label.filter_)
    (node,) = {s.object for s in statements if s.predicate == HAS_CONCEPT and s.subject == filter_}
    return statements, filter_, {s.predicate: s.object for s in statements if s.subject == node}


def test_a_label_is_said_with_measure_score_rank_p_value_and_iou():
    _, _, said = of(Label(7, Candidate("https://x.org/dog", "dog", "object", (0,)), 0.5, 2, 0.25, 0.125))
    assert said[MATCHED] == NamedNode("https://x.org/dog")
    wanted = {MEASURE: "profile", SCORE: 0.5, RANK: 2, P_VALUE: 0.25, IOU: 0.125}
    assert {p: said[p] for p in wanted} == {p: Literal(value) for p, value in wanted.items()}


def test_a_label_that_is_no_concept_has_no_iou():
    assert IOU not in of(Label(7, Candidate("https://x.org/a", "animal", "object", (0, 1)), 0.5, 1, 0.25))[2]


def test_a_label_is_also_said_directly():
    statements, filter_, _ = of(Label(7, Candidate("https://x.org/dog", "dog", "object", (0,)), 0.5, 1, 0.01))
    assert [s.object.value for s in statements if s[:2] == (filter_, LABELLED_WITH)] == ["https://x.org/dog"]


def test_what_chance_explains_is_no_label():
    statements, _, _ = of(Label(7, Candidate("https://x.org/dog", "dog", "object", (0,)), 0.5, 1, 0.02))
    assert LABELLED_WITH not in {s.predicate for s in statements}


def test_concepts_are_said_with_name_and_category_and_synsets_are_not():
    dog = Candidate("https://x.org/dog", "dog", "object", (0,))
    animal = Candidate("https://x.org/animal", "animal", "object", (0, 1), is_synset=True)
    said = {(s.subject.value, s.predicate): s.object for s in SAID.concepts([dog, animal])}
    assert said["https://x.org/dog", PREF_LABEL] == Literal("dog")
    assert said["https://x.org/dog", CATEGORY] == Literal("object")
    assert {subject for subject, _ in said} == {"https://x.org/dog"}


def test_a_layer_of_few_filters_is_compared_with_its_neighbours_too():
    """Of at least 4: a has 2, and takes b's 3; b takes a's, which stand before c's as near; c has enough."""
    null = {"a": np.array([1.0, 2]), "b": np.array([3.0, 4, 5]), "c": np.array([6.0, 7, 8, 9])}
    found = {layer: sorted(scores) for layer, scores in null_filters(null, 4).items()}
    assert found == {"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4, 5], "c": [6, 7, 8, 9]}


def test_where_all_filters_are_too_few_all_are_taken():
    found = null_filters({"a": np.array([1.0]), "b": np.array([2.0])}, 9)
    assert [sorted(scores) for scores in found.values()] == [[1, 2], [1, 2]]
