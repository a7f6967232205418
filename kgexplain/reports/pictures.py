"""A filter's map laid over the photograph that it was made from."""

import base64
import io

import numpy as np
from jaxtyping import Float
from PIL import Image

# From see-through to a warm red, as the map goes from its lowest to its highest value.
_TINT = np.array([230, 60, 20], dtype=np.float32)
_STRENGTH = 0.75
# Of JPEG: an outline stays clean on it, and a photograph of 224 × 224 pixels takes some 12 kB.
_QUALITY = 82


def overlay(photograph: Image.Image, map_: Float[np.ndarray, "height width"]) -> Image.Image:
    """The photograph, grey where the filter is silent, red where it is most active; of the photograph's size.

    The map is enlarged by bilinear interpolation, as Network Dissection does.
    """
    grown = Image.fromarray(map_.astype(np.float32)).resize(photograph.size, Image.Resampling.BILINEAR)
    values = np.asarray(grown) - np.float32(map_.min())
    weight = (values / max(float(map_.max() - map_.min()), 1e-12)).clip(0, 1)[..., None] * _STRENGTH
    grey = np.asarray(photograph.convert("L").convert("RGB"), dtype=np.float32)
    return Image.fromarray((grey * (1 - weight) + _TINT * weight).round().astype(np.uint8))


def light_data_uri(picture: Image.Image) -> str:
    """The same for a page of many photographs: small, and not the same to the last bit."""
    content = io.BytesIO()
    picture.convert("RGB").save(content, format="JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode("ascii")


def data_uri(picture: Image.Image) -> str:
    """The picture as the address of an image within a page."""
    content = io.BytesIO()
    picture.save(content, format="PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
