"""Where maps are active at the size of annotations: only around the few cells that are above the threshold."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import interpolate

from kgexplain.activations.compiled import compiled
from kgexplain.activations.lanes import WORD, above, lowest

CATEGORY, LITE, SPARSE = range(3)


def upsampled(
    maps: Float[Tensor, "images filters height width"], rows: int, columns: int
) -> Float[Tensor, "images filters {rows} {columns}"]:
    """Maps at the size of annotations, bilinearly; a pixel's middle is where it is in the picture.

    >>> import torch
    >>> upsampled(torch.tensor([[[[0.0, 4.0]]]]), 1, 4)
    tensor([[[[0., 1., 3., 4.]]]])
    """
    return interpolate(maps.float(), (rows, columns), mode="bilinear", align_corners=False)


class Line(NamedTuple):
    """Which pixels of a line lie from the middle of each cell to that of the next: those up to ``ends``.

    ``after`` is the next cell, the last one's is itself; ``weights`` is how far each pixel is on the way, 0 to 1.
    """

    ends: Int[np.ndarray, " cells+1"]
    after: Int[np.ndarray, " cells"]
    weights: Float[np.ndarray, " pixels"]


def line(cells: int, pixels: int) -> Line:
    """How so many cells are upsampled to so many pixels, in single precision as torch does it.

    >>> line(2, 4)
    Line(ends=array([0, 3, 4]), after=array([1, 1]), weights=array([0.  , 0.25, 0.75, 0.25], dtype=float32))
    """
    scale = np.float32(cells) / np.float32(pixels)
    places = (np.arange(pixels, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
    places = np.maximum(places, np.float32(0))
    whole = np.minimum(places.astype(np.int64), cells - 1)
    ends = np.searchsorted(whole, np.arange(cells + 1))
    return Line(ends, np.minimum(np.arange(cells) + 1, cells - 1), places - whole.astype(np.float32))


class Side(NamedTuple):
    """What is marked in images, as Marks have it, and the numbers of one layer that grow with it, filter by filter.

    ``ends`` is the column up to which each pixel's code goes on. ``carried`` says which categories each code has a
    concept of, ``present`` which each image has.
    """

    codes: Int[np.ndarray, "images rows columns"]
    ends: Int[np.ndarray, "images rows columns"]
    palette: Int[np.ndarray, "codes width"]
    carried: Bool[np.ndarray, "codes categories"]
    present: Bool[np.ndarray, "images categories"]
    intersections: Int[np.ndarray, "filters concepts"]
    activations: Int[np.ndarray, "filters categories"]


class Room(NamedTuple):
    """Where spans of many filters are put: those of filter i from ``ends[i]`` to ``ends[i + 1]``.

    ``seen`` says which filter's spans were last looked for in the patch between four cells.
    """

    seen: Int[np.ndarray, "height width"]
    spans: Int[np.ndarray, "room 3"]
    ends: Int[np.ndarray, " filters+1"]


class Tally(NamedTuple):
    """Active pixels of each code, in which only those ``here`` are not 0, and of each category."""

    counts: Int[np.ndarray, " codes"]
    here: Int[np.ndarray, " codes"]
    touched: Int[np.ndarray, " categories"]


@compiled
def _cells_above(
    rows: np.ndarray, first: int, thresholds: np.ndarray, cells: np.ndarray, numbers: np.ndarray
) -> None:
    """Which cells of an image are above each filter's threshold: ``numbers`` many, in ``cells``."""
    numbers[:] = 0
    for cell in range(len(rows)):
        values = rows[cell, first : first + len(thresholds)]
        for at in range(0, len(values), WORD):
            bits = above(values, thresholds, at)
            while bits:
                i = at + lowest(bits)
                bits &= bits - np.uint64(1)
                cells[i, numbers[i]] = cell
                numbers[i] += 1


@compiled
def _find(  # noqa: C901, PLR0912, PLR0913, PLR0917  (compiled loops stand in one place)
    rows: np.ndarray,
    filters: tuple[int, int],
    least: int,
    thresholds: np.ndarray,
    cells: np.ndarray,
    numbers: np.ndarray,
    lines: tuple[Line, Line],
    room: Room,
) -> int:
    """Where filters are active in one image, from filter ``least`` on, until there is no more room; where it stopped.

    Spans are of row, column and end. A pixel can be above the threshold only if one of the four cells around it is;
    and between two cells values only rise or only fall.
    """
    (ends, after, weights), (ends_x, after_x, weights_x) = lines
    seen, spans, ends_of = room
    width, pixels = len(after_x), len(weights) * len(weights_x)
    is_as_large = len(after) == len(weights) and width == len(weights_x)
    number = 0
    for i in range(least, filters[1] - filters[0]):
        if number + pixels > len(spans):
            return i
        filter_, threshold = filters[0] + i, thresholds[filters[0] + i]
        for k in range(numbers[i]):
            y, x = cells[i, k] // width, cells[i, k] % width
            if is_as_large:
                spans[number, 0], spans[number, 1], spans[number, 2] = y, x, x + 1
                number += 1
                continue
            for up in range(max(y - 1, 0), y + 1):
                for left in range(max(x - 1, 0), x + 1):
                    if seen[up, left] == i:
                        continue
                    seen[up, left] = i
                    below, right = after[up] * width, after_x[left]
                    a, b = rows[up * width + left, filter_], rows[up * width + right, filter_]
                    c, d = rows[below + left, filter_], rows[below + right, filter_]
                    for row in range(ends[up], ends[up + 1]):
                        start, end = _between(a, c, weights[row]), _between(b, d, weights[row])
                        if not (start > threshold or end > threshold):
                            continue
                        low, high = ends_x[left], ends_x[left + 1]
                        if not end > threshold:
                            while high > low and not _between(start, end, weights_x[high - 1]) > threshold:
                                high -= 1
                        if not start > threshold:
                            while high > low and not _between(start, end, weights_x[low]) > threshold:
                                low += 1
                        if high > low:
                            spans[number, 0], spans[number, 1], spans[number, 2] = row, low, high
                            number += 1
        ends_of[i + 1] = number
    return filters[1] - filters[0]


@compiled
def _between(start: float, end: float, weight: float) -> Any:
    return (np.float32(1) - weight) * start + weight * end


@compiled
def _add(  # noqa: C901, PLR0912, PLR0913, PLR0917
    room: Room, first: int, last: int, filter_: int, image: int, rule: int, side: Side, tally: Tally
) -> None:
    """Add what is active of filters in one image to what is marked there; the first of them is ``filter_``."""
    codes, ends = side.codes[image], side.ends[image]
    palette, carried, present = side.palette, side.carried, side.present[image]
    counts, here, touched = tally
    spans, ends_of = room.spans, room.ends
    begin = 0
    for i in range(first, last):
        if ends_of[i + 1] == begin:
            continue
        area, kinds = 0, 0
        for k in range(begin, ends_of[i + 1]):
            row, column, high = spans[k, 0], spans[k, 1], spans[k, 2]
            area += high - column
            while column < high:
                code, end = codes[row, column], min(ends[row, column], high)
                if counts[code] == 0:
                    here[kinds] = code
                    kinds += 1
                counts[code] += end - column
                column = end
        begin = ends_of[i + 1]
        intersections, activations = side.intersections[filter_ + i], side.activations[filter_ + i]
        touched[:] = 0
        for k in range(kinds):
            code = here[k]
            number = counts[code]
            counts[code] = 0
            for j in range(palette.shape[1]):
                if palette[code, j] < 0:
                    break
                intersections[palette[code, j]] += number
            if rule != CATEGORY:
                for category in range(len(touched)):
                    touched[category] += number * carried[code, category]
        for category in range(len(touched)):
            if rule == SPARSE:
                activations[category] += touched[category]
            elif touched[category] > 0 if rule == LITE else present[category]:
                activations[category] += area


@compiled
def _tally(side: Side) -> Tally:
    codes = len(side.palette)
    return Tally(
        np.zeros(codes, np.int64), np.empty(codes, np.int32), np.zeros(side.carried.shape[1], np.int64)
    )


@compiled
def count(
    rows: np.ndarray,
    filters: tuple[int, int],
    thresholds: np.ndarray,
    lines: tuple[Line, Line],
    rule: int,
    sides: tuple[Side, Side],
) -> None:
    """Count the active pixels of some filters; nothing else is written to, so that threads do not meet."""
    first, number = filters[0], filters[1] - filters[0]
    size = len(lines[0].after), len(lines[1].after)
    cells, numbers = np.empty((number, rows.shape[1]), np.int32), np.empty(number, np.int64)
    spans = np.empty((4 * sides[0].codes[0].size, 3), np.int32)
    room = Room(np.empty(size, np.int64), spans, np.empty(number + 1, np.int64))
    tallies = _tally(sides[0]), _tally(sides[1])
    for image in range(len(rows)):
        _cells_above(rows[image], first, thresholds[first : first + number], cells, numbers)
        room.seen[:] = -1
        done = 0
        while done < number:
            start = done
            done = _find(rows[image], filters, start, thresholds, cells, numbers, lines, room)
            for side in range(2):
                _add(room, start, done, first, image, rule, sides[side], tallies[side])
