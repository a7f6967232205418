"""Hits@n by hand, against a simulation of random order, and its level by chance against a simulation of labels."""

import itertools

import numpy as np
import pytest
import torch

from kgexplain.activations.agreement import LayerTags, TagHits, active, hits
from kgexplain.activations.statistic import OUTPUT
from tests.activations.batches import batch, drawn


def slow_hits(carried, n):
    """The mean over every order of the classes, the n first of a stable sort by count, tags not carried left out."""
    classes = len(carried)
    found = np.zeros(classes)
    orders = list(itertools.permutations(range(classes)))
    for order in orders:
        ranked = sorted(order, key=lambda c: -carried[c])
        for c in ranked[:n]:
            found[c] += carried[c] > 0
    return found / len(orders)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "carried", [[3, 1, 1, 1, 0], [0, 0, 0, 0, 0], [2, 2, 2, 2, 2], [5, 4, 3, 2, 1]], ids=str
)
def test_hits_are_means_over_every_order_of_ties(carried, n):
    fast = hits(torch.tensor([carried], dtype=torch.float32), (n,))[0, 0].numpy()
    assert np.allclose(fast, slow_hits(carried, n))


def test_more_places_never_hit_less():
    carried = torch.randint(0, 4, (50, 7), generator=torch.Generator().manual_seed(1)).float()
    found = hits(carried, tuple(range(1, 8)))
    assert (found.diff(dim=0) >= 0).all()


def test_among_all_places_a_class_hits_exactly_if_it_tags_an_active_filter():
    carried = torch.randint(0, 2, (50, 7), generator=torch.Generator().manual_seed(1)).float()
    assert torch.equal(hits(carried, (7,))[0] == 1, carried > 0)


def test_active_filters_do_not_depend_on_scale_and_offset():
    values = torch.rand(20, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    assert torch.equal(active(values, 3), active(values * 7 - 2, 3))


def test_hits_by_hand():
    """Two filters, one active; class 0 tags filter 0, class 1 both, class 2 none.

    Image 0 (class 0, predicted 0): filter 1 is active and carries class 1: no hit at 1 nor at 2.
    Image 1 (class 1, predicted 0): filter 0 is active and carries classes 0 and 1: half a hit at 1, one at 2.
    """
    tags = np.array([[True, False], [True, True], [False, False]])
    seen = TagHits({"conv": LayerTags(tags, 1, np.zeros(2), np.ones(2))}, at=(1, 2))
    seen.observe(batch("conv", [[[[0.0, 0.0]], [[1.0, 1.0]]], [[[1.0, 1.0]], [[0.0, 0.0]]]], [0, 1]))
    seen.observe(batch(OUTPUT, [[9, 0, 0], [9, 0, 0]], [0, 1]))
    assert seen.true_hits.tolist() == [[0, 0.5, 0], [0, 1, 0]]
    assert seen.predicted_hits.tolist() == [[0, 0.5, 0], [0, 1, 0]]
    assert seen.missed_hits.tolist() == [[0, 0.5, 0], [0, 1, 0]]
    assert seen.any_hits.tolist() == [[0.5, 1.5, 0], [1, 2, 0]]
    assert seen.right.tolist() == [1, 0, 0]


def test_centre_and_spread_decide_what_is_active():
    """Scaled means are (.5, 1): filter 1 is active; less a centre of (0, .9) it is filter 0."""
    tags = np.array([[True, False], [False, True]])
    layer = LayerTags(tags, 1, np.array([0.0, 0.9]), np.array([1.0, 1.0]))
    seen = TagHits({"conv": layer}, at=(1,))
    seen.observe(batch("conv", [[[[0.0, 1.0]], [[1.0, 1.0]]]], [0]))
    seen.observe(batch(OUTPUT, [[1, 0]], [0]))
    assert seen.true_hits.tolist() == [[1, 0]]


def test_layers_add_up():
    """Class 0 tags the active filter of one layer, class 1 that of two: class 1 is first."""
    one = LayerTags(np.array([[True], [True]]), 1, np.zeros(1), np.ones(1))
    two = LayerTags(np.array([[False], [True]]), 1, np.zeros(1), np.ones(1))
    seen = TagHits({"a": one, "b": two}, at=(1,))
    for layer in ("a", "b"):
        seen.observe(batch(layer, [[[[0.0, 1.0]]]], [1]))
    seen.observe(batch(OUTPUT, [[1, 0]], [1]))
    assert seen.any_hits.tolist() == [[0, 1]]


def test_scores_before_maps_are_refused():
    seen = TagHits({"conv": LayerTags(np.ones((2, 1), bool), 1, np.zeros(1), np.ones(1))})
    with pytest.raises(ValueError, match="the output was observed before the layers"):
        seen.observe(batch(OUTPUT, [[1, 0]], [1]))


def test_every_class_is_scored_for_every_image():
    """What chance needs: the mean over all pairs of an image and another image's label."""
    tags = np.random.default_rng(3).random((5, 4)) < 0.5
    seen = TagHits({"conv": LayerTags(tags, 2, np.zeros(4), np.ones(4))}, at=(1, 3))
    maps, scores = drawn(4)
    seen.observe(maps)
    seen.observe(scores)
    carried = active(maps.reduced.scaled, 2).float() @ torch.from_numpy(tags).float().T
    known = (maps.labels >= 0).numpy()
    expected = np.array([slow_hits(row, 3) for row in carried.numpy()[known]]).sum(0)
    assert np.allclose(seen.any_hits[1], expected)
