"""Which share of each cell of a map every concept covers."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from kgexplain.activations.compiled import compiled


class Shares(NamedTuple):
    """Concepts of each cell of several images' maps, in one list; those of cell i from ``starts[i]`` on.

    Cells are counted image by image, row by row. ``shares`` are of the cell's area.
    """

    starts: Int[np.ndarray, " cells+1"]
    concepts: Int[np.ndarray, " entries"]
    shares: Float[np.ndarray, " entries"]


class Parts(NamedTuple):
    """Which pixels of a line each cell of it covers: ``counts`` pixels from ``firsts`` on, each by its weight.

    ``weights`` are shares of the cell's length, and add up to 1.
    """

    firsts: Int[np.ndarray, " cells"]
    counts: Int[np.ndarray, " cells"]
    weights: Float[np.ndarray, "cells most"]


def parts(cells: int, pixels: int) -> Parts:
    """How so many cells cover so many pixels.

    >>> parts(2, 3)
    Parts(firsts=array([0, 1]), counts=array([2, 2]), weights=array([[0.66666667, 0.33333333],
       [0.33333333, 0.66666667]]))
    """
    edges = np.arange(cells + 1) * pixels  # in units of 1/cells of a pixel: whole numbers
    firsts = edges[:-1] // cells
    counts = -(-edges[1:] // cells) - firsts
    pixel = firsts[:, None] + np.arange(counts.max())
    shared = np.minimum((pixel + 1) * cells, edges[1:, None]) - np.maximum(pixel * cells, edges[:-1, None])
    return Parts(firsts, counts, np.maximum(shared, 0) / pixels)


def shares(
    codes: Int[np.ndarray, "images rows columns"],
    palette: Int[np.ndarray, "codes width"],
    height: int,
    width: int,
) -> Shares:
    """The share of each cell of maps of this size that every concept covers, from codes at pixels."""
    images, rows, columns = codes.shape
    down, across = parts(height, rows), parts(width, columns)
    most = images * int(down.counts.sum()) * int(across.counts.sum()) * palette.shape[1]
    found = Shares(np.zeros(images * height * width + 1, np.int64), np.empty(most, np.int32), np.empty(most))
    number = _add_up(codes, palette, down, across, found)
    return Shares(found.starts, found.concepts[:number].copy(), found.shares[:number].copy())


@compiled
def _add_up(codes: np.ndarray, palette: np.ndarray, down: Parts, across: Parts, found: Shares) -> int:
    """Fill in what is found; how many entries it has."""
    places = np.full(
        palette.max() + 1 if palette.size else 0, -1, np.int64
    )  # of concepts, in the cell's entries
    number, cell = 0, 0
    for image in range(codes.shape[0]):
        for y in range(len(down.firsts)):
            for x in range(len(across.firsts)):
                begin = number
                for i in range(down.counts[y]):
                    for j in range(across.counts[x]):
                        weight = down.weights[y, i] * across.weights[x, j]
                        code = codes[image, down.firsts[y] + i, across.firsts[x] + j]
                        number = _add(palette[code], weight, begin, number, places, found)
                cell += 1
                found.starts[cell] = number
    return number


@compiled
def _add(
    concepts: np.ndarray, weight: float, begin: int, number: int, places: np.ndarray, found: Shares
) -> int:
    """Add a pixel to its concepts in a cell whose entries go from ``begin`` to ``number``."""
    for concept in concepts:
        if concept < 0:
            break
        if places[concept] < begin:
            places[concept] = number
            found.concepts[number] = concept
            found.shares[number] = 0.0
            number += 1
        found.shares[places[concept]] += weight
    return number
