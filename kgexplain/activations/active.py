"""Where maps are active at the size of annotations: only around the few cells that are above the threshold."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import interpolate

from kgexplain.activations.compiled import compiled

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

    ``ends`` is the column up to which each pixel's code goes on. ``carried`` says which categories each code has a concept of, ``present`` which each image has.
    """

    codes: Int[np.ndarray, "images rows columns"]
    ends: Int[np.ndarray, "images rows columns"]
    palette: Int[np.ndarray, "codes width"]
    carried: Bool[np.ndarray, "codes categories"]
    present: Bool[np.ndarray, "images categories"]
    intersections: Int[np.ndarray, "filters concepts"]
    activations: Int[np.ndarray, "filters categories"]


class Room(NamedTuple):
    """Where spans are looked for: in which patch between four cells last, and what was found."""

    seen: Int[np.ndarray, "height width"]
    spans: Int[np.ndarray, "pixels 3"]


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
    is_above = np.empty(len(thresholds), np.int32)
    numbers[:] = 0
    for cell in range(len(rows)):
        values = rows[cell, first : first + len(thresholds)]
        # Two loops, of which the first does all filters at once; few values are above the threshold.
        above = np.int32(0)
        for i in range(len(values)):
            is_above[i] = values[i] > thresholds[i]
            above += is_above[i]
        if above:
            for i in range(len(values)):
                if is_above[i]:
                    cells[i, numbers[i]] = cell
                    numbers[i] += 1


@compiled
def _spans(  # noqa: C901  (compiled loops stand in one place)
    values: np.ndarray, threshold: float, cells: np.ndarray, lines: tuple[Line, Line], room: Room, mark: int
) -> int:
    """Where one filter is active in one image: ``spans`` of row, column and end; how many they are.

    A pixel can be above the threshold only if one of the four cells around it is; and between two cells values only
    rise or only fall.
    """
    (ends, after, weights), (ends_x, after_x, weights_x) = lines
    seen, spans = room
    width = len(after_x)
    number = 0
    for cell in cells:
        y, x = cell // width, cell % width
        for above in range(max(y - 1, 0), y + 1):
            for left in range(max(x - 1, 0), x + 1):
                if seen[above, left] == mark:
                    continue
                seen[above, left] = mark
                below, right = after[above] * width, after_x[left]
                a, b = values[above * width + left], values[above * width + right]
                c, d = values[below + left], values[below + right]
                for row in range(ends[above], ends[above + 1]):
                    start, end = _between(a, c, weights[row]), _between(b, d, weights[row])
                    if not (start > threshold or end > threshold):
                        continue
                    low, high = ends_x[left], ends_x[left + 1]
                    while high > low and not _between(start, end, weights_x[high - 1]) > threshold:
                        high -= 1
                    while high > low and not _between(start, end, weights_x[low]) > threshold:
                        low += 1
                    if high > low:
                        spans[number, 0], spans[number, 1], spans[number, 2] = row, low, high
                        number += 1
    return number


@compiled
def _between(start: float, end: float, weight: float) -> Any:
    return (np.float32(1) - weight) * start + weight * end


@compiled
def _pixels(cells: np.ndarray, width: int, spans: np.ndarray) -> int:
    """The spans of cells that are pixels; how many they are."""
    for number, cell in enumerate(cells):
        row, column = cell // width, cell % width
        spans[number, 0], spans[number, 1], spans[number, 2] = row, column, column + 1
    return len(cells)


@compiled
def _count(spans: np.ndarray, codes: np.ndarray, ends: np.ndarray, tally: Tally) -> int:
    """Add the pixels of spans to the counts of their codes; how many codes are ``here``."""
    counts, here, _ = tally
    kinds = 0
    for row, low, high in spans:
        column = low
        while column < high:
            code, end = codes[row, column], min(ends[row, column], high)
            if counts[code] == 0:
                here[kinds] = code
                kinds += 1
            counts[code] += end - column
            column = end
    return kinds


@compiled
def _add(spans: np.ndarray, image: int, filter_: int, rule: int, side: Side, tally: Tally) -> None:
    """Add what is active of one filter in one image to what is marked there."""
    kinds = _count(spans, side.codes[image], side.ends[image], tally)
    counts, here, touched = tally
    palette, carried, intersections, activations = (
        side.palette,
        side.carried,
        side.intersections,
        side.activations,
    )
    touched[:] = 0
    area = 0
    for code in here[:kinds]:
        number = counts[code]
        counts[code] = 0
        area += number
        for k in range(palette.shape[1]):
            if palette[code, k] < 0:
                break
            intersections[filter_, palette[code, k]] += number
        for category in range(len(touched)):
            touched[category] += number * carried[code, category]
    for category in range(len(touched)):
        if rule == SPARSE:
            activations[filter_, category] += touched[category]
        elif touched[category] > 0 if rule == LITE else side.present[image, category]:
            activations[filter_, category] += area


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
    found, dealt = sides
    height, width = len(lines[0].after), len(lines[1].after)
    cells, numbers = np.empty((number, rows.shape[1]), np.int32), np.empty(number, np.int64)
    room = Room(np.full((height, width), -1), np.empty((found.codes[0].size, 3), np.int32))
    tally, dealt_tally = _tally(found), _tally(dealt)
    for image in range(len(rows)):
        _cells_above(rows[image], first, thresholds[first : first + number], cells, numbers)
        for i in range(number):
            if numbers[i]:
                above, values = cells[i, : numbers[i]], rows[image, :, first + i]
                if (height, width) == found.codes.shape[1:]:
                    most = _pixels(above, width, room.spans)
                else:
                    most = _spans(values, thresholds[first + i], above, lines, room, image * number + i)
                _add(room.spans[:most], image, first + i, rule, found, tally)
                _add(room.spans[:most], image, first + i, rule, dealt, dealt_tally)
