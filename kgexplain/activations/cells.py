"""Which share of each cell of a map every concept covers."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgexplain.activations.compiled import compiled


def cells_of(
    maps: Float[Tensor, "images filters height width"], rows: Int[np.ndarray, " chosen"]
) -> Float[Tensor, "chosen cells filters"]:
    """The maps of the chosen images, a row of filters for each cell: channels last, they are so in memory."""
    last = maps.float().permute(0, 2, 3, 1).flatten(1, 2)
    chosen = last if len(rows) == len(maps) else last[torch.from_numpy(rows).to(maps.device)]
    return chosen.contiguous()


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
def _add_up(  # noqa: C901  (compiled loops stand in one place)
    codes: np.ndarray, palette: np.ndarray, down: Parts, across: Parts, found: Shares
) -> int:
    """Fill in what is found; how many entries it has."""
    starts, concepts, areas = found
    weights = np.zeros(len(palette))  # of codes, in this cell
    here = np.empty(down.counts.max() * across.counts.max(), np.int32)  # the codes that it has
    places = np.full(palette.max() + 1 if palette.size else 0, -1)  # of concepts, among the cell's entries
    number, cell = 0, 0
    for image in range(codes.shape[0]):
        for y in range(len(down.firsts)):
            for x in range(len(across.firsts)):
                top, left = down.firsts[y], across.firsts[x]
                pixels = codes[image, top : top + down.counts[y], left : left + across.counts[x]]
                seen = 0
                if _is_one(pixels):
                    here[0], weights[pixels[0, 0]], seen = pixels[0, 0], 1.0, 1
                else:
                    for i in range(pixels.shape[0]):
                        for j in range(pixels.shape[1]):
                            code = pixels[i, j]
                            if weights[code] == 0:
                                here[seen] = code
                                seen += 1
                            weights[code] += down.weights[y, i] * across.weights[x, j]
                begin = number
                for k in range(seen):
                    for concept in palette[here[k]]:
                        if concept < 0:
                            break
                        if places[concept] < begin:
                            places[concept] = number
                            concepts[number] = concept
                            areas[number] = 0
                            number += 1
                        areas[places[concept]] += weights[here[k]]
                    weights[here[k]] = 0
                cell += 1
                starts[cell] = number
    return number


@compiled
def _is_one(pixels: np.ndarray) -> bool:
    for i in range(pixels.shape[0]):
        for j in range(pixels.shape[1]):
            if pixels[i, j] != pixels[0, 0]:
                return False
    return True


def ends(codes: Int[np.ndarray, "images rows columns"]) -> Int[np.ndarray, "images rows columns"]:
    """The column up to which each pixel's code goes on in its row; in 16 bits, as it is read more often than all else.

    >>> ends(np.array([[[4, 4, 7, 4]]], np.int32)).tolist()
    [[[2, 2, 3, 4]]]
    """
    found = np.empty(codes.shape, np.int16)
    _go_on(codes.reshape(-1, codes.shape[2]), found.reshape(-1, codes.shape[2]))
    return found


@compiled
def _go_on(codes: np.ndarray, found: np.ndarray) -> None:
    columns = codes.shape[1]
    for row in range(len(codes)):
        end = columns
        for column in range(columns - 1, -1, -1):
            if column + 1 < columns and codes[row, column] != codes[row, column + 1]:
                end = column + 1
            found[row, column] = end


def changes(found: Shares, images: int) -> Shares:
    """Where shares change from one cell to the next: how much each concept has less in a cell than in the one before.

    Each image has one cell more, the last, in which nothing is; a concept that nothing changes of has no entry.
    """
    cells = (len(found.starts) - 1) // images
    most = 2 * len(found.concepts)
    changed = Shares(np.zeros(images * (cells + 1) + 1, np.int64), np.empty(most, np.int32), np.empty(most))
    number = _compare(found, cells, int(found.concepts.max(initial=-1)) + 1, changed)
    return Shares(changed.starts, changed.concepts[:number].copy(), changed.shares[:number].copy())


def changes_of_codes(
    codes: Int[np.ndarray, "images rows columns"], palette: Int[np.ndarray, "codes width"]
) -> Shares:
    """The changes of shares where cells are pixels: only where codes change.

    >>> changes_of_codes(np.array([[[0, 0, 1]]]), np.array([[4, -1], [4, 6]])).starts
    array([0, 1, 1, 2, 4])
    """
    images, cells = len(codes), codes[0].size
    flat = np.full((images, cells + 2), -1, np.int64)
    flat[:, 1:-1] = codes.reshape(images, -1)
    most = 2 * palette.shape[1] * int(np.count_nonzero(flat[:, 1:] != flat[:, :-1]))
    changed = Shares(np.zeros(images * (cells + 1) + 1, np.int64), np.empty(most, np.int32), np.empty(most))
    number = _compare_codes(flat, palette, changed)
    return Shares(changed.starts, changed.concepts[:number].copy(), changed.shares[:number].copy())


@compiled
def _compare_codes(codes: np.ndarray, palette: np.ndarray, changed: Shares) -> int:
    """Fill in what changes; how many entries it has. The code −1 is before and after an image."""
    starts, concepts, shares = changed
    number, slot = 0, 0
    for image in range(len(codes)):
        for place in range(1, codes.shape[1]):
            before, now = codes[image, place - 1], codes[image, place]
            if before != now:
                for code, other, less in ((before, now, 1.0), (now, before, -1.0)):
                    for k in range(palette.shape[1]):
                        if code >= 0 and palette[code, k] >= 0 and not _has(palette, other, palette[code, k]):
                            concepts[number] = palette[code, k]
                            shares[number] = less
                            number += 1
            slot += 1
            starts[slot] = number
    return number


@compiled
def _has(palette: np.ndarray, code: int, concept: int) -> bool:
    if code >= 0:
        for k in range(palette.shape[1]):
            if palette[code, k] == concept:
                return True
    return False


@compiled
def _compare(found: Shares, cells: int, concepts: int, changed: Shares) -> int:
    """Fill in what changes; how many entries it has."""
    less = np.zeros(concepts)
    number, slot = 0, 0
    for first in range(0, len(found.starts) - 1, cells):
        for cell in range(first, first + cells + 1):
            before = range(
                found.starts[cell - 1] if cell > first else 0, found.starts[cell] if cell > first else 0
            )
            end = cell == first + cells
            now = range(0 if end else found.starts[cell], 0 if end else found.starts[cell + 1])
            for entry in before:
                less[found.concepts[entry]] += found.shares[entry]
            for entry in now:
                less[found.concepts[entry]] -= found.shares[entry]
            for entries in (before, now):
                for entry in entries:
                    concept = found.concepts[entry]
                    if less[concept] != 0:
                        changed.concepts[number] = concept
                        changed.shares[number] = less[concept]
                        less[concept] = 0
                        number += 1
            slot += 1
            changed.starts[slot] = number
    return number
