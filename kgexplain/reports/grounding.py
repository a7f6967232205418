"""Where an attribute is, as a picture: the photograph, clear where the map is high and veiled where it is low."""

import numpy as np
from jaxtyping import Float
from PIL import Image, ImageDraw

from kgexplain.evaluation.grounding import enlarged

# Dark, as pale birds would be lost in a pale veil; and as thick as leaves the rest of the photograph to be recognised.
_VEIL = np.array([16, 20, 28], dtype=np.float32)
_THICKEST = 0.75
_LIGHT, _DARK = (255, 255, 255), (20, 20, 20)


def veiled(photograph: Image.Image, map_: Float[np.ndarray, "height width"]) -> Image.Image:
    """The photograph through a veil that is thickest where the map is lowest, and open where it is highest.

    The map is enlarged by bilinear interpolation, and its own lowest and highest values are the ends of the scale: two
    pictures compare places, not values. A constant map is veiled all over.
    """
    grown = enlarged(map_, photograph.height, photograph.width)
    lowest, highest = float(map_.min()), float(map_.max())
    openness = (grown - lowest) / (highest - lowest) if highest > lowest else np.zeros_like(grown)
    thickness = (_THICKEST * (1 - openness))[..., None]
    pixels = np.asarray(photograph.convert("RGB"), dtype=np.float32)
    return Image.fromarray((pixels * (1 - thickness) + _VEIL * thickness).round().astype(np.uint8))


def ringed(picture: Image.Image, place: tuple[float, float]) -> Image.Image:
    """The picture with a ring around a place of it, as (column, row); it can be seen on light and on dark."""
    shown = picture.copy()
    pen, width = ImageDraw.Draw(shown), max(1, min(picture.size) // 100)
    for colour, radius in ((_DARK, 5 * width), (_LIGHT, 4 * width)):
        x, y = place
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=width)
    return shown
