"""Areas shared by active filters and concepts."""

import numpy as np
import pytest
import torch

from kgexplain.activations.active import upsampled
from kgexplain.activations.overlap import UNIONS, ConceptOverlaps
from kgexplain.errors import InputError
from tests.activations.batches import batch
from tests.activations.marked import CONCEPTS, annotations, drawn_marks

KEYS = [str(i) for i in range(9)]
CATEGORY = [0, 0, 1, 2, 3]  # of each of CONCEPTS


def marked():
    """Two images of 2 × 4 pixels: a dog on the left of the first, an ear on a corner of it; a beach is all of the second."""
    dog = [[1, 1, 0, 0], [1, 1, 0, 0]]
    ear = [[3, 0, 0, 0], [0, 0, 0, 0]]
    nothing = np.zeros((2, 4))
    return {"0": ([dog, ear], ()), "1": ([nothing, nothing], (3,))}


def by_hand(union="category"):
    """Maps of 1 × 2 cells: upsampled 4 0 is 4 3 1 0, 0 4 is 0 1 3 4, in two rows; above 2 are 4 pixels of 8."""
    maps = [[[[4, 0]], [[0, 4]]], [[[0, 0]], [[0, 4]]]]
    overlaps = ConceptOverlaps("conv", np.array([2.0, 2.0]), annotations(marked()), union)
    overlaps.observe(batch("conv", maps, [0, 0]))
    return overlaps


def test_intersections_by_hand():
    """Filter 0 covers the dog; filter 1 is active where the dog is not, and on 4 pixels of the beach."""
    assert by_hand().found.array("intersections").tolist() == [[4, 0], [0, 0], [1, 0], [0, 4], [0, 0]]


def test_areas_by_hand():
    assert by_hand().found.array("areas").tolist() == [4, 0, 1, 8, 0]


def test_intersections_by_chance_are_with_the_other_images_annotation():
    """On the first image lies the beach, on the second the dog, where nothing is active."""
    assert by_hand().by_chance.array("intersections").tolist() == [[0, 0], [0, 0], [0, 0], [4, 4], [0, 0]]


def test_activations_by_hand():
    """Objects and parts are in the first image, of which either filter covers 4 pixels; the scene is in the second."""
    assert by_hand().found.array("activations").tolist() == [[4, 4], [4, 4], [0, 4], [0, 0]]


def test_by_the_lite_rule_a_filter_must_be_active_on_the_category():
    assert by_hand("lite").found.array("activations").tolist() == [[4, 0], [4, 0], [0, 4], [0, 0]]


def test_by_the_sparse_rule_only_pixels_of_the_category_count():
    assert by_hand("sparse").found.array("activations").tolist() == [[4, 0], [1, 0], [0, 4], [0, 0]]


def test_a_value_that_is_the_threshold_is_not_above_it():
    overlaps = ConceptOverlaps("conv", np.array([3.0, 3.0]), annotations(marked()))
    overlaps.observe(batch("conv", [[[[4, 0]], [[3, 3]]], [[[0, 0]], [[0, 0]]]], [0, 0]))
    assert overlaps.found.array("activations")[0].tolist() == [2, 0]


def twin(maps, thresholds, marks, others, union):  # noqa: C901  (as plain as can be)
    """Pixel by pixel, from the definition; the values are exact in 32 bits, so that ties are ties."""
    filters = maps.shape[1]
    found = np.zeros((5, filters), int), np.zeros((4, filters), int), np.zeros(5, int)
    rows, columns = np.asarray(next(iter(marks.values()))[0]).shape[1:]
    active = upsampled(torch.from_numpy(maps), rows, columns).numpy() > thresholds[:, None, None]
    for image, key in enumerate(KEYS):
        if key not in marks:
            continue
        planes, whole = marks[others[key]]
        carried = [
            [{*whole, *(int(p[y, x]) - 1 for p in planes if p[y, x])} for x in range(columns)]
            for y in range(rows)
        ]
        present = {CATEGORY[c] for row in carried for here in row for c in here}
        for y in range(rows):
            for x in range(columns):
                for c in carried[y][x]:
                    found[2][c] += 1
                for f in np.flatnonzero(active[image, :, y, x]):
                    for c in carried[y][x]:
                        found[0][c, f] += 1
                    for k in {CATEGORY[c] for c in carried[y][x]} if union == "sparse" else ():
                        found[1][k, f] += 1
        for f in range(filters) if union != "sparse" else ():
            here = {CATEGORY[c] for y, x in np.argwhere(active[image, f]) for c in carried[y][x]}
            for k in here if union == "lite" else present:
                found[1][k, f] += active[image, f].sum()
    return found


@pytest.mark.parametrize("path", ["_count_compiled", "_count"])
@pytest.mark.parametrize("union", UNIONS)
@pytest.mark.parametrize("size", [(3, 2), (6, 4), (12, 8), (1, 3), (5, 7)], ids=str)
def test_counts_are_those_pixel_by_pixel(size, union, path, monkeypatch):
    """Maps smaller than the annotations, as large, larger, and of no simple ratio; compiled and by torch."""
    random = np.random.default_rng(5)
    maps = (random.integers(-8, 8, (9, 20, *size)) / 4).astype(np.float32)
    thresholds = (random.integers(0, 6, 20) / 4).astype(np.float32)
    marks = drawn_marks(1, KEYS[1:8])
    dealt = annotations(marks, KEYS)
    overlaps = ConceptOverlaps("conv", thresholds, dealt, union)
    monkeypatch.setattr(overlaps, "_count_compiled", getattr(overlaps, path))
    overlaps.observe(batch("conv", maps, [0] * 9))
    for totals, others in ((overlaps.found, {k: k for k in KEYS}), (overlaps.by_chance, dealt.others)):
        expected = twin(maps, thresholds, marks, others, union)
        arrays = [totals.array(name) for name in ("intersections", "activations", "areas")]
        assert all(np.array_equal(a, b) for a, b in zip(arrays, expected, strict=True))


def test_a_filter_that_is_dead_is_never_active():
    overlaps = ConceptOverlaps("conv", np.array([0.0, np.inf]), annotations(marked()))
    overlaps.observe(batch("conv", np.zeros((2, 2, 3, 5)), [0, 0]))
    assert not overlaps.found.array("activations").any()


def test_a_union_is_one_that_there_is():
    with pytest.raises(InputError, match="union is 'all'; it must be one of category, lite, sparse"):
        ConceptOverlaps("conv", np.zeros(2), annotations(marked()), "all")


@pytest.mark.parametrize(
    "other", [{"union": "lite"}, {"thresholds": np.ones(2)}], ids=["union", "thresholds"]
)
def test_identities_tell_overlaps_apart(other):
    given = {"thresholds": np.zeros(2), "union": "category", "annotations": annotations(marked())}
    assert ConceptOverlaps("c", **{**given, **other}).identity != ConceptOverlaps("c", **given).identity


def test_the_categories_of_the_twin_are_those_of_the_concepts():
    categories = list(dict.fromkeys(concept.category for concept in CONCEPTS))
    assert [categories.index(concept.category) for concept in CONCEPTS] == CATEGORY
