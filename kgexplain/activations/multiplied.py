"""Compiled loops that multiply activations by shares of concepts, and add up."""

from typing import TypeAlias

import numpy as np

from kgexplain.activations.cells import Shares
from kgexplain.activations.compiled import compiled

Arrays: TypeAlias = tuple[np.ndarray, np.ndarray]

_BLOCK = 128


@compiled
def square_codes(pixels: np.ndarray, palette: np.ndarray, gram: np.ndarray, sums: np.ndarray) -> None:
    """Add how many pixels each pair of concepts has in common, and each concept has."""
    for code in range(len(palette)):
        for a in palette[code]:
            if a < 0:
                break
            sums[a] += pixels[code]
            for b in palette[code]:
                if b < 0:
                    break
                gram[a, b] += pixels[code]


@compiled
def square_shares(shares: Shares, gram: np.ndarray, sums: np.ndarray) -> None:
    """Add the products of shares of each pair of concepts, and the shares of each."""
    starts, concepts, areas = shares
    for cell in range(len(starts) - 1):
        for a in range(starts[cell], starts[cell + 1]):
            sums[concepts[a]] += areas[a]
            for b in range(starts[cell], starts[cell + 1]):
                gram[concepts[a], concepts[b]] += areas[a] * areas[b]


@compiled
def _multiply_image(
    rows: np.ndarray,
    filters: tuple[int, int],
    found: Arrays,
    totals: Arrays,
    changed: tuple[Shares, Shares],
    slot: int,
) -> None:
    first, last = filters
    sums, squares = found
    for cell in range(len(rows) + 1):
        for side in range(2):
            starts, concepts, shares = changed[side]
            for entry in range(starts[slot + cell], starts[slot + cell + 1]):
                total, share = totals[side][concepts[entry], first:last], shares[entry]
                for i in range(len(sums)):
                    total[i] += share * sums[i]
        if cell < len(rows):
            values = rows[cell, first:last]
            for i in range(len(sums)):
                value = np.float64(values[i])
                sums[i] += value
                squares[i] += value * value


@compiled
def multiply(
    rows: np.ndarray, first: int, last: int, found: Arrays, totals: Arrays, changed: tuple[Shares, Shares]
) -> None:
    """Moments and products of some filters; nothing else is written to, so that threads do not meet."""
    # As many filters at a time as leave room for all concepts of an image in the processor's nearest memory.
    for start in range(first, last, _BLOCK):
        filters = start, min(start + _BLOCK, last)
        slot = 0
        for image in range(len(rows)):
            moments = found[0][image, filters[0] : filters[1]], found[1][image, filters[0] : filters[1]]
            _multiply_image(rows[image], filters, moments, totals, changed, slot)
            slot += rows.shape[1] + 1


@compiled
def add_images(
    moments: Arrays,
    cells: int,
    present: np.ndarray,
    covers: Shares,
    categories: tuple[np.ndarray, ...],
    products: np.ndarray,
) -> None:
    """Add the moments of images to the categories that they have, and what of them concepts cover."""
    starts, concepts, shares = covers
    for image in range(len(present)):
        sums, squares = moments[0][image], moments[1][image]
        means = sums / cells
        for category in np.flatnonzero(present[image]):
            for total, added in zip(categories, (sums, squares, means, means**2)):  # noqa: B905
                row = total[category]
                for i in range(len(row)):
                    row[i] += added[i]
        for entry in range(starts[image], starts[image + 1]):
            row, share = products[concepts[entry]], shares[entry]
            for i in range(len(row)):
                row[i] += share * means[i]
