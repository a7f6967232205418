"""Sums of activation times concept."""

import numpy as np
import pytest

from kgexplain.activations import products as module
from kgexplain.activations.products import ConceptGram, ConceptProducts
from kgexplain.errors import InputError
from tests.activations.batches import batch
from tests.activations.marked import annotations, drawn_marks

KEYS = [str(i) for i in range(9)]
CATEGORY = np.array([0, 0, 1, 2, 3])


def by_hand():
    """One cell is 2 × 2 pixels, of which a dog covers 3; an ear covers 1. Maps of 1 × 2 cells; the second image is a beach."""
    planes = [[[1, 1, 0, 0], [1, 0, 0, 0]], [[3, 0, 0, 0], [0, 0, 0, 0]]]
    marked = {"0": (planes, ()), "1": (np.zeros((2, 2, 4)), (3,))}
    products = ConceptProducts("conv", 2, annotations(marked))
    products.observe(batch("conv", [[[[8, 1]], [[4, -2]]], [[[1, 2]], [[0, 3]]]], [0, 0]))
    return products


def test_products_by_hand():
    """Of the dog 3/4 of 8 and of 4; of the ear a quarter; of the beach all of 1 + 2 and 0 + 3."""
    assert by_hand().found.array("products").tolist() == [[6, 3], [0, 0], [2, 1], [3, 3], [0, 0]]


def test_moments_by_hand():
    """Objects and parts are in the first image, a scene is in the second."""
    found = by_hand().found
    assert (found.array("sums").tolist(), found.array("squares").tolist()) == (
        [[9, 2], [9, 2], [3, 3], [0, 0]],
        [[65, 20], [65, 20], [5, 9], [0, 0]],
    )


def test_products_of_images_by_hand():
    """The dog covers 3/8 of an image whose mean activations are 4.5 and 1."""
    assert by_hand().found.array("image_products")[0].tolist() == [3 / 8 * 4.5, 3 / 8]


def test_cells_and_images_by_hand():
    found = by_hand().found
    assert (found.array("cells").tolist(), found.array("images").tolist()) == ([2, 2, 2, 0], [1, 1, 1, 0])


def test_by_chance_an_image_has_anothers_annotation():
    assert by_hand().by_chance.array("products").tolist() == [[0.75, 0], [0, 0], [0.25, 0], [9, 2], [0, 0]]


def covered(marks, height, width):
    """Shares of cells, pixel by pixel: one is divided into height × width points, each of which lies in one cell."""
    planes, whole = marks
    rows, columns = np.asarray(planes).shape[1:]
    shares = np.zeros((5, height, width))
    for y in range(rows * height):
        for x in range(columns * width):
            here = {int(p[y // height, x // width]) - 1 for p in planes} - {-1}
            for c in {*here, *whole}:
                shares[c, y // rows, x // columns] += 1 / (rows * columns)
    return shares


def twin(maps, marks, others):
    """Cell by cell, from the definition."""
    found = {}
    for image, key in enumerate(KEYS):
        if key not in marks:
            continue
        a = maps[image].astype(np.float64).reshape(len(maps[image]), -1)
        c = covered(marks[others[key]], *maps.shape[2:]).reshape(5, -1)
        present = np.array([c[k == CATEGORY].any() for k in range(4)], float)
        means, over = a.mean(1), c.mean(1)
        for name, value in {
            "products": np.einsum("cp,fp->cf", c, a),
            "sums": np.outer(present, a.sum(1)),
            "squares": np.outer(present, (a**2).sum(1)),
            "cells": present * a.shape[1],
            "image_products": np.outer(over, means),
            "image_sums": np.outer(present, means),
            "image_squares": np.outer(present, means**2),
            "images": present,
            "gram": np.einsum("cp,dp->cd", c, c),
            "concept_sums": c.sum(1),
            "image_gram": np.outer(over, over),
            "concept_image_sums": over,
        }.items():
            found[name] = found.get(name, 0) + value
    return found


SIZES = pytest.mark.parametrize("size", [(3, 2), (6, 4), (12, 8), (1, 3), (5, 7)], ids=str)


@pytest.mark.parametrize("path", ["compiled_moments", "torch_moments"])
@SIZES
def test_sums_are_those_cell_by_cell(size, path, monkeypatch):
    """Maps smaller than the annotations, as large, larger, and of no simple ratio; compiled and by torch."""
    maps = np.random.default_rng(5).normal(size=(9, 150, *size)).astype(np.float32)
    marks = drawn_marks(1, KEYS[1:8])
    dealt = annotations(marks, KEYS)
    monkeypatch.setattr(module, "compiled_moments", getattr(module, path))
    if path == "torch_moments":
        monkeypatch.setattr(module, "_add_compiled", module._add)
    products = ConceptProducts("conv", 150, dealt)
    products.observe(batch("conv", maps, [0] * 9))
    for totals, others in ((products.found, {k: k for k in KEYS}), (products.by_chance, dealt.others)):
        expected = twin(maps, marks, others)
        for name, array in totals.state().items():
            assert np.allclose(array, expected[name], rtol=1e-12, atol=1e-10), name


@SIZES
def test_pairs_of_concepts_are_those_cell_by_cell(size):
    maps = np.zeros((9, 1, *size), np.float32)
    marks = drawn_marks(1, KEYS[1:8])
    gram = ConceptGram("conv", annotations(marks, KEYS))
    gram.observe(batch("conv", maps, [0] * 9))
    expected = twin(maps, marks, {k: k for k in KEYS})
    expected |= {"sums": expected["concept_sums"], "image_sums": expected["concept_image_sums"]}
    for name, array in gram.state().items():
        assert np.allclose(array, expected[name], rtol=1e-12, atol=1e-12), name


def test_sums_are_float64():
    """A float32 sum stops growing at 2**24."""
    marked = {"0": (np.ones((1, 1, 2)), ())}
    products = ConceptProducts("conv", 1, annotations(marked))
    products.observe(batch("conv", [[[[2.0**24, 1.0]]]], [0]))
    assert products.found.array("products")[0].tolist() == [2**24 + 1]


def test_values_that_are_no_numbers_are_reported_with_their_layer():
    products = by_hand()
    products.observe(batch("conv", [[[[np.nan, 1]], [[1, 1]]]], [0]))
    with pytest.raises(InputError, match="layer conv gave values that are no numbers"):
        products.refuse_no_numbers()
