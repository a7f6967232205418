"""Masks: pictures whose pixels are label numbers, and the part of them that a network sees."""

from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int, Shaped
from PIL import Image

from kgexplain.inputs.photograph import Fault, content
from kgexplain.inputs.view import View


def numbers(path: Path) -> Int[np.ndarray, "height width"] | Fault:
    """The label numbers in a mask's file, or why there are none."""
    return content(path, numbers_in)


def numbers_in(mask: Image.Image) -> Int[np.ndarray, "height width"]:
    """A label's number: the grey or the palette's index, also of 16 bits; in colour red + 256 · green.

    >>> numbers_in(Image.new("RGB", (1, 1), (44, 1, 0))).item()
    300
    """
    if mask.mode == "F":
        raise ValueError("its pixels are fractions, not label numbers")
    pixels = np.asarray(mask)
    if pixels.ndim == 2:
        return pixels.astype(np.int32)
    if pixels.shape[2] == 2:
        return pixels[:, :, 0].astype(np.int32)
    return pixels[:, :, 0].astype(np.int32) + 256 * pixels[:, :, 1].astype(np.int32)


def is_of_shape(mask: tuple[int, int], photograph: tuple[int, int]) -> bool:
    """Whether a mask has its photograph's shape, larger or smaller, up to rounding; sizes are columns and rows.

    >>> is_of_shape((112, 75), (448, 299)), is_of_shape((192, 256), (256, 192))
    (True, False)
    """
    (columns, rows), (width, height) = mask, photograph
    return abs(columns - rows * width / height) <= 1 or abs(rows - columns * height / width) <= 1


def seen_part(
    mask: Shaped[np.ndarray, "height width"], size: tuple[int, int], seen: View, rows: int, columns: int
) -> Shaped[np.ndarray, "rows columns"]:
    """What a network sees of a mask: the nearest pixel at the middle of each of rows × columns cells.

    ``size`` is the photograph's, columns and rows, to which ``seen`` refers; 0 where the view leaves the photograph.
    """
    down, is_down = places(seen.top, seen.height, rows, mask.shape[0] / size[1], mask.shape[0])
    across, is_across = places(seen.left, seen.width, columns, mask.shape[1] / size[0], mask.shape[1])
    part: np.ndarray = mask[np.ix_(down, across)]
    part[~is_down] = 0
    part[:, ~is_across] = 0
    return part


def places(
    start: float, length: float, cells: int, scale: float, pixels: int
) -> tuple[Int[np.ndarray, " cells"], Bool[np.ndarray, " cells"]]:
    """The mask's pixel under the middle of each cell, and whether there is one.

    >>> places(-1.0, 4.0, 4, 2.0, 4)
    (array([0, 1, 3, 3]), array([False,  True,  True, False]))
    """
    found = np.floor((start + (np.arange(cells) + 0.5) * length / cells) * scale).astype(np.int64)
    return found.clip(0, pixels - 1), (found >= 0) & (found < pixels)
