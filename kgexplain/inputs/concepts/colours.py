"""The colours of pixels by the eleven names that English speakers use first."""

import math
from functools import cache

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from kgexplain.inputs.concepts.masks import places
from kgexplain.inputs.layouts import Concept
from kgexplain.inputs.view import View

# Typical tones of each name, dark ones and pale ones too; a pixel is called as the nearest of all of them is.
TONES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((0, 0, 0), (24, 24, 26), (38, 34, 32), (18, 22, 34)),
    "blue": (
        (0, 0, 255),
        (30, 60, 150),
        (62, 116, 206),
        (135, 195, 235),
        (20, 28, 84),
        (90, 125, 165),
        (0, 180, 225),
        (175, 205, 232),
        (0, 0, 140),
        (70, 64, 142),
        (98, 150, 165),
        (176, 222, 230),
    ),
    "brown": (
        (122, 76, 42),
        (90, 55, 30),
        (62, 40, 28),
        (150, 80, 46),
        (150, 105, 65),
        (168, 124, 86),
        (104, 82, 60),
        (196, 160, 120),
    ),
    "green": (
        (0, 128, 0),
        (0, 240, 0),
        (70, 145, 62),
        (30, 66, 34),
        (125, 180, 80),
        (152, 205, 150),
        (92, 110, 50),
        (145, 155, 60),
        (55, 95, 72),
        (0, 155, 115),
    ),
    "grey": ((66, 66, 68), (98, 98, 100), (130, 130, 132), (164, 164, 166), (202, 202, 204), (112, 118, 126)),
    "orange": ((255, 140, 0), (240, 120, 40), (228, 148, 78), (255, 170, 70), (210, 100, 20), (252, 130, 84)),
    "pink": (
        (255, 192, 203),
        (255, 105, 180),
        (238, 152, 172),
        (222, 135, 152),
        (236, 184, 178),
        (230, 60, 140),
    ),
    "purple": (
        (128, 0, 128),
        (132, 70, 158),
        (92, 50, 132),
        (75, 0, 110),
        (182, 132, 212),
        (150, 92, 150),
        (62, 32, 72),
        (190, 0, 200),
    ),
    "red": ((255, 0, 0), (204, 38, 36), (142, 22, 28), (226, 70, 60), (180, 52, 56), (108, 16, 22)),
    "white": ((255, 255, 255), (238, 238, 234), (236, 240, 246), (246, 240, 230)),
    "yellow": ((255, 255, 0), (246, 208, 46), (250, 236, 120), (216, 186, 40), (240, 226, 150)),
}
COLOURS = tuple(Concept(name, "color") for name in TONES)

# Colours are named by the upper five bits of red, green and blue: finer steps have no names.
_STEPS = 32

# Lightness counts half: a leaf in the shade is green, not grey.
_WEIGHTS = np.array([0.25, 1.0, 1.0])

# From red, green and blue to the X, Y and Z of daylight's white (sRGB, IEC 61966-2-1).
_XYZ = np.array(
    [
        [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
        [0.2126, 0.7152, 0.0722],
        [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
    ]
)


def named(pixels: UInt8[np.ndarray, "rows columns 3"]) -> UInt8[np.ndarray, "rows columns"]:
    """The index in COLOURS of what each pixel is called.

    >>> [COLOURS[i].name for i in named(np.array([[[250, 250, 250], [200, 30, 30]]], np.uint8))[0]]
    ['white', 'red']
    """
    red, green, blue = (pixels >> 3).astype(np.intp).transpose(2, 0, 1)
    called: np.ndarray = table()[red, green, blue]
    return called


@cache
def table() -> UInt8[np.ndarray, "red green blue"]:
    """What each colour is called, by the upper bits of red, green and blue."""
    steps = np.arange(_STEPS) * 255 / (_STEPS - 1)
    every = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    tones = np.array([tone for tones in TONES.values() for tone in tones], dtype=np.float64)
    name_of = np.repeat(np.arange(len(TONES)), [len(tones) for tones in TONES.values()])
    apart = ((lab(every)[:, None] - lab(tones)[None]) ** 2) @ _WEIGHTS
    nearest: np.ndarray = name_of[apart.argmin(axis=1)].astype(np.uint8)
    return nearest.reshape(_STEPS, _STEPS, _STEPS)


def lab(colours: Float[np.ndarray, "colours 3"]) -> Float[np.ndarray, "colours 3"]:
    """Lightness and the two opponent colours of CIE 1976, in which equal steps look about equal.

    >>> lab(np.array([[255.0, 255, 255], [255, 0, 0]])).round().astype(int).tolist()
    [[100, 0, 0], [53, 80, 67]]
    """
    shares = colours / 255
    light = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    xyz = light @ _XYZ.T
    small = 6 / 29
    root = np.where(xyz > small**3, np.cbrt(xyz), xyz / (3 * small**2) + 4 / 29)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def seen_colours(
    picture: Image.Image, seen: View, rows: int, columns: int
) -> UInt8[np.ndarray, "rows columns"]:
    """What each of rows × columns cells of the seen part is called: i + 1 as COLOURS[i], by its mean.

    0 where the view leaves the photograph.
    """
    left, top = math.floor(seen.left), math.floor(seen.top)
    right, bottom = math.ceil(seen.left + seen.width), math.ceil(seen.top + seen.height)
    edges = seen.left - left, seen.top - top, seen.left + seen.width - left, seen.top + seen.height - top
    part = picture.crop((left, top, right, bottom))
    means = np.asarray(part.resize((columns, rows), Image.Resampling.BOX, edges))
    called: np.ndarray = named(means) + np.uint8(1)
    called[~places(seen.top, seen.height, rows, 1, picture.height)[1]] = 0
    called[:, ~places(seen.left, seen.width, columns, 1, picture.width)[1]] = 0
    return called
