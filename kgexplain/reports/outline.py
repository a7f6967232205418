"""Where a filter is active, as a picture: the photograph, clear and outlined there, and veiled elsewhere."""

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image, ImageColor
from scipy.ndimage import distance_transform_edt

from kgexplain.evaluation.grounding import enlarged

# Along each side of a pixel, so many places are looked at, for edges without steps.
_FINER = 2
_VEIL, _LINE, _RIM = (16, 20, 28), (255, 255, 255), (20, 20, 20)
# How much of the veil hides the photograph, and of the dark rim by which the line is seen on what is white.
_THICKNESS, _SHADE = 0.55, 0.55
# Lines are so much of the photograph's shorter side wide.
_WIDTH = 0.01
# On what is veiled, a colour is seen better when so much of what is missing to white is added.
_LIGHTER = 0.3


def outlined(
    photograph: Image.Image, map_: Float[np.ndarray, "height width"], threshold: float
) -> Image.Image:
    """The photograph, clear where the map is above the threshold, with a line around that place; veiled elsewhere.

    The map is enlarged by bilinear interpolation between the middles of its places, as where it is compared with
    annotations. Where it is nowhere above the threshold, all is veiled.
    """
    columns, rows = photograph.size
    away = _distances(enlarged(map_, _FINER * rows, _FINER * columns) > threshold)
    width = _WIDTH * min(photograph.size)
    inside, line, rim = (_within(away, reach) for reach in (0, width, 1.5 * width))
    pixels = np.asarray(photograph.convert("RGB"), dtype=np.float64)
    pixels = _mixed(pixels, _VEIL, _THICKNESS * (1 - inside))
    pixels = _mixed(pixels, _RIM, _SHADE * (rim - line))
    return _picture(_mixed(pixels, _LINE, line - inside))


def marked(picture: Image.Image, area: Bool[np.ndarray, "rows columns"], colour: str) -> Image.Image:
    """The picture with a line of a colour (as ``#d9532c``, somewhat lighter) along the inner edge of an area, of any resolution.

    Edges of the picture are edges of the area: a line all around says that it is the whole picture.
    """
    columns, rows = picture.size
    finer = Image.fromarray(area).resize((_FINER * columns, _FINER * rows), Image.Resampling.NEAREST)
    away = _distances(~np.pad(np.asarray(finer), 1))[1:-1, 1:-1]
    width = 1.3 * _WIDTH * min(picture.size)
    inside, inner = (1 - _within(away, reach) for reach in (0, width))
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float64)
    light = tuple(round(part + _LIGHTER * (255 - part)) for part in ImageColor.getrgb(colour))
    return _picture(_mixed(pixels, light, inside - inner))


def _distances(area: Bool[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows columns"]:
    """How far each place is away from the area, 0 in it; infinitely far where there is none."""
    return np.asarray(distance_transform_edt(~area)) if area.any() else np.full(area.shape, np.inf)


def _within(
    away: Float[np.ndarray, "finer_rows finer_columns"], reach: float
) -> Float[np.ndarray, "rows columns 1"]:
    """How much of each pixel is no further away than ``reach`` pixels, from the distances of its places."""
    rows, columns = (side // _FINER for side in away.shape)
    near = (away <= reach * _FINER).reshape(rows, _FINER, columns, _FINER)
    return np.asarray(near.mean((1, 3))[..., None])


def _mixed(
    pixels: Float[np.ndarray, "rows columns 3"],
    colour: tuple[int, ...],
    share: Float[np.ndarray, "rows columns 1"],
) -> Float[np.ndarray, "rows columns 3"]:
    return np.asarray(pixels * (1 - share) + np.array(colour) * share)


def _picture(pixels: Float[np.ndarray, "rows columns 3"]) -> Image.Image:
    return Image.fromarray(pixels.round().astype(np.uint8))
