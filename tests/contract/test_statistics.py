"""The laws of statistics, on every one of them."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from kgexplain.activations.agreement import LayerTags, TagHits
from kgexplain.activations.contributions import ClassGradients, Contributions
from kgexplain.activations.head import Head
from kgexplain.activations.kept import KeptMaps
from kgexplain.activations.mistakes import Mistakes
from kgexplain.activations.moments import ClassAccuracy, ClassMeans
from kgexplain.activations.overlap import UNIONS, ConceptOverlaps
from kgexplain.activations.pooled import AttributeSums, ClassSums
from kgexplain.activations.products import ConceptGram, ConceptProducts
from kgexplain.activations.rows import PooledRows
from kgexplain.activations.statistic import HEAD, OUTPUT, Statistic
from kgexplain.activations.strongest import Strongest
from kgexplain.activations.top import TopActivations
from tests.activations.batches import drawn, part, pooled
from tests.activations.heads import exact
from tests.activations.marked import annotations, drawn_marks


def tag_hits():
    tags = np.random.default_rng(3).random((5, 4)) < 0.5
    return TagHits({"conv": LayerTags(tags, 2, np.zeros(4), np.ones(4))}, at=(1, 3))


def mistakes():
    tags = np.random.default_rng(3).random((5, 4)) < 0.5
    return Mistakes({"conv": LayerTags(tags, 2, np.zeros(4), np.ones(4))})


def attribute_sums(place):
    """Six of the eleven images have a row, one of them an empty one; in an order of their own."""
    random = np.random.default_rng(3)
    present = np.where(random.random((6, 7)) < 0.5, random.random((6, 7)), 0)
    present[4] = 0
    return AttributeSums(place, 4, ("7", "2", "9", "0", "4", "5"), csr_array(present))


def annotated():
    """Eight of the eleven images are annotated, at 6 × 4 pixels; in an order of their own."""
    marked = drawn_marks(3, ["7", "2", "9", "0", "4", "5", "10", "1"])
    return annotations(marked, [str(i) for i in range(11)])


def overlaps(union):
    return ConceptOverlaps("conv", np.array([0.5, -0.2, 1.2, 0.0]), annotated(), union)


EXACT = exact()
BY_GRADIENT = Head("conv", 4)
LINEAR = Head("conv", 4, "linear", np.ones((5, 4), np.float32), np.zeros(5, np.float32))


FRESH = {
    "ClassMeans": lambda: ClassMeans("conv", classes=5, filters=4),
    "ClassAccuracy": lambda: ClassAccuracy(classes=5),
    "TagHits": tag_hits,
    "Mistakes": mistakes,
    "AttributeSums": lambda: attribute_sums("conv"),
    "AttributeSums of the head": lambda: attribute_sums(HEAD),
    "ClassSums": lambda: ClassSums("conv", classes=5, filters=4),
    "Contributions": lambda: Contributions(EXACT, LINEAR),
    "Contributions by gradient": lambda: Contributions(EXACT, BY_GRADIENT),
    "ClassGradients": lambda: ClassGradients(EXACT, BY_GRADIENT),
    "PooledRows": lambda: PooledRows({"conv": 4}),
    "ClassSums of the head": lambda: ClassSums(HEAD, classes=5, filters=4),
    "KeptMaps": lambda: KeptMaps("conv", {"7": (1, 3), "2": (0,), "0": (2,), "9": (0, 1)}),
    "Strongest": lambda: Strongest("conv", filters=4, number=3),
    "TopActivations": lambda: TopActivations("conv", 4, annotated(), share=0.2),
    "ConceptProducts": lambda: ConceptProducts("conv", 4, annotated()),
    "ConceptGram": lambda: ConceptGram("conv", annotated()),
    **{f"ConceptOverlaps by {union}": lambda union=union: overlaps(union) for union in UNIONS},
}
every_statistic = pytest.mark.parametrize("fresh", FRESH.values(), ids=FRESH)


def shown(seed):
    """A layer's maps, what the linear layer gets, and the scores."""
    maps, scores = drawn(seed)
    return maps, pooled(maps), scores


def observe(statistic, batches):
    for batch in batches:
        if batch.layer in statistic.layers:
            statistic.observe(batch)


def seen(fresh, *selections, seed=0):
    """A statistic that saw these parts of the same images, one after another."""
    statistic = fresh()
    for rows in selections:
        observe(statistic, [part(batch, rows) for batch in shown(seed)])
    return statistic


def same(a, b):
    a, b = a.state(), b.state()
    return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)


def alike(a, b):
    if a.shape != b.shape or a.dtype.kind != b.dtype.kind:
        return False
    return np.array_equal(a, b) if a.dtype.kind == "U" else np.allclose(a, b, rtol=1e-12, atol=1e-12)


@every_statistic
def test_it_is_a_statistic(fresh):
    assert isinstance(fresh(), Statistic)


@every_statistic
def test_what_it_saw_shows(fresh):
    assert not same(seen(fresh, slice(None)), fresh())


@every_statistic
@given(cut=st.integers(1, 10), seed=st.integers(0, 2))
def test_batches_of_any_size_give_the_same(fresh, cut, seed):
    whole, cut_in_two = (
        seen(fresh, slice(None), seed=seed),
        seen(fresh, slice(0, cut), slice(cut, None), seed=seed),
    )
    assert same(whole, cut_in_two)


@every_statistic
@given(cut=st.integers(1, 10), seed=st.integers(0, 2))
def test_observing_all_is_observing_two_parts_and_merging(fresh, cut, seed):
    merged = seen(fresh, slice(0, cut), seed=seed)
    merged.merge(seen(fresh, slice(cut, None), seed=seed))
    assert same(merged, seen(fresh, slice(None), seed=seed))


@every_statistic
def test_merging_is_associative(fresh):
    def parts():
        return [seen(fresh, rows) for rows in (slice(0, 2), slice(2, 7), slice(7, None))]

    left, right = parts(), parts()
    left[0].merge(left[1])
    left[0].merge(left[2])
    right[1].merge(right[2])
    right[0].merge(right[1])
    assert same(left[0], right[0])


@every_statistic
def test_a_fresh_one_is_neutral(fresh):
    statistic = seen(fresh, slice(None))
    statistic.merge(fresh())
    assert same(statistic, seen(fresh, slice(None)))


@every_statistic
def test_the_order_of_images_does_not_matter(fresh):
    order = np.random.default_rng(1).permutation(11)
    assert same(seen(fresh, order), seen(fresh, slice(None)))


@every_statistic
def test_restoring_a_state_gives_the_same_and_goes_on(fresh):
    restored = fresh()
    restored.restore(seen(fresh, slice(0, 4)).state())
    observe(restored, [part(batch, slice(4, None)) for batch in shown(0)])
    assert same(restored, seen(fresh, slice(None)))


@every_statistic
def test_a_state_is_a_snapshot(fresh):
    statistic = seen(fresh, slice(0, 4))
    state = statistic.state()
    before = copy.deepcopy(state)
    observe(statistic, [part(batch, slice(4, None)) for batch in shown(0)])
    assert all(np.array_equal(state[key], before[key]) for key in state)


@every_statistic
def test_a_restored_state_is_not_shared(fresh):
    state = seen(fresh, slice(0, 4)).state()
    before = copy.deepcopy(state)
    restored = fresh()
    restored.restore(state)
    observe(restored, [part(batch, slice(4, None)) for batch in shown(0)])
    assert all(np.array_equal(state[key], before[key]) for key in state)


def test_identities_tell_shapes_apart():
    assert ClassMeans("conv", 5, 4).identity != ClassMeans("conv", 4, 5).identity


def test_identities_tell_tags_apart():
    other = TagHits({"conv": LayerTags(np.zeros((5, 4), bool), 2, np.zeros(4), np.ones(4))}, at=(1, 3))
    assert tag_hits().identity != other.identity


def test_identities_tell_tags_of_mistakes_apart():
    other = Mistakes({"conv": LayerTags(np.zeros((5, 4), bool), 2, np.zeros(4), np.ones(4))})
    assert mistakes().identity != other.identity


def test_statistics_of_scores_listen_to_the_output():
    assert OUTPUT in ClassAccuracy(3).layers
