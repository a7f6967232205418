"""Pictures of which every pixel's meaning is known, and the canvas on which they are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int, UInt8
from PIL import Image, ImageChops, ImageDraw

from kgexplain.world.drawing.colours import Tone, tone
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.shapes import Outline

SIDE = 96
# Drawn so many times larger, in whole numbers, and then averaged: smooth edges, the same everywhere.
SAMPLES = 3


# How far a pixel may stray from its colour, by material; a third of that for what is not listed.
_GRAIN = {
    "fur": 16,
    "feather": 12,
    "plant": 20,
    "earth": 20,
    "stone": 18,
    "rubber": 8,
    "water": 10,
    "fabric": 12,
}


class Surface(NamedTuple):
    """What one area of a picture is: a field is empty where there is nothing to say."""

    object: str
    part: str
    colour: str
    texture: str = ""
    material: str = ""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and all that is true of it; each pixel's surface is ``surfaces[indices[row, column]]``."""

    pixels: UInt8[np.ndarray, "height width 3"]
    indices: UInt8[np.ndarray, "height width"]
    surfaces: tuple[Surface, ...]
    scene: str
    thing: str = ""
    is_large: bool = False

    def mask(self, **wanted: str) -> Bool[np.ndarray, "height width"]:
        """Where the surface has all the given fields, such as ``object="tiger", part="tail"``."""
        fits = np.array(
            [all(getattr(s, field) == value for field, value in wanted.items()) for s in self.surfaces]
        )
        return np.asarray(fits[self.indices], dtype=bool)

    def areas(self, field: str) -> dict[str, int]:
        """Visible pixels of each value of a field, largest first; nothing is said of the empty value."""
        counts = np.bincount(self.indices.ravel(), minlength=len(self.surfaces))
        areas: dict[str, int] = {}
        for surface, count in zip(self.surfaces, counts, strict=True):
            areas[getattr(surface, field)] = areas.get(getattr(surface, field), 0) + int(count)
        return dict(
            sorted(((v, a) for v, a in areas.items() if v and a), key=lambda item: (-item[1], item[0]))
        )

    def part(self, name: str) -> Bool[np.ndarray, "height width"]:
        """Where a part of the picture's thing can be seen."""
        return self.mask(object=self.thing, part=name)

    def image(self) -> Image.Image:
        """The picture as Pillow's image."""
        return Image.fromarray(self.pixels)


class Canvas:
    """A picture in the making: colours, and the surface of every sample."""

    def __init__(self, ground: Surface, colour: Tone) -> None:
        size = (SIDE * SAMPLES, SIDE * SAMPLES)
        self.colours = Image.new("RGB", size, colour)
        self.indices = Image.new("L", size, 0)
        self.surfaces = [ground]

    def stencil(self, outlines: Iterable[Outline]) -> Image.Image:
        """The area inside any of the outlines, as a mask of the whole canvas."""
        mask = Image.new("L", self.colours.size, 0)
        for outline in outlines:
            ImageDraw.Draw(mask).polygon(_samples(outline), fill=255)
        return mask

    def paint(
        self, outline: Outline, surface: Surface, colour: Tone, within: Image.Image | None = None
    ) -> None:
        """Fill an outline (in pixels) and darken its edge; or only fill what is in the mask ``within``."""
        points = _samples(outline)
        box = self._box(points)
        if box is None:
            return
        moved = [(x - box[0], y - box[1]) for x, y in points]
        area, edge = (Image.new("L", (box[2] - box[0], box[3] - box[1]), 0) for _ in range(2))
        ImageDraw.Draw(area).polygon(moved, fill=255)
        if within is not None:
            area = ImageChops.darker(area, within.crop(box))
        else:
            ImageDraw.Draw(edge).line([*moved, moved[0]], fill=255, width=2)
        self.colours.paste(colour, box, area)
        self.colours.paste(tuple(value * 5 // 8 for value in colour), box, ImageChops.darker(edge, area))
        self.indices.paste(self._index(surface), box, area)

    def place(
        self, name: str, colour: str, shapes: Iterable[Outline], dice: Dice, material: str = ""
    ) -> None:
        """Paint shapes of one tone that belong to one thing without parts."""
        paint = tone(colour, material, dice)
        for shape in shapes:
            self.paint(shape, Surface(name, "", colour, "", material), paint)

    def shade(self, mask: Image.Image, percent: int) -> None:
        """Darken (or lighten, above 100) the colours inside a mask; what is there stays what it is."""
        self.colours.paste(
            self.colours.point([min(255, v * percent // 100) for v in range(256)] * 3), (0, 0), mask
        )

    def picture(self, dice: Dice, scene: str, thing: str = "", *, is_large: bool = False) -> Picture:
        """The finished picture, in the light and with the grain of the moment."""
        middle = SAMPLES // 2
        indices = np.asarray(self.indices)[middle::SAMPLES, middle::SAMPLES].copy()
        pixels = np.asarray(self.colours.reduce(SAMPLES)).astype(np.int64)
        brightness = dice.whole(95, 106)
        light = np.array([brightness + dice.whole(-2, 2) for _ in range(3)])
        grain = np.array([_GRAIN.get(surface.material, 5) for surface in self.surfaces])[indices]
        pixels = pixels * light // 100 + _grain(dice, grain)
        return Picture(
            np.clip(pixels, 0, 255).astype(np.uint8), indices, tuple(self.surfaces), scene, thing, is_large
        )

    def _index(self, surface: Surface) -> int:
        if surface not in self.surfaces:
            self.surfaces.append(surface)
        return self.surfaces.index(surface)

    def _box(self, points: list[tuple[int, int]]) -> tuple[int, int, int, int] | None:
        width, height = self.colours.size
        left, top = max(0, min(x for x, _ in points)), max(0, min(y for _, y in points))
        right = min(width, max(x for x, _ in points) + 1)
        bottom = min(height, max(y for _, y in points) + 1)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _samples(outline: Outline) -> list[tuple[int, int]]:
    return [(round(x * SAMPLES), round(y * SAMPLES)) for x, y in outline]


def _grain(dice: Dice, grain: Int[np.ndarray, "height width"]) -> Int[np.ndarray, "height width colours"]:
    """Half of it the same in all three colours, a quarter each colour's own."""
    common = dice.generator.integers(-64, 65, size=(*grain.shape, 1))
    own = dice.generator.integers(-32, 33, size=(*grain.shape, 3))
    return np.asarray((common + own) * grain[..., None] // 128)
