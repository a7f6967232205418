"""One thing as it is in one picture: its colours, its pose, its patterns, drawn part by part."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image

from kgexplain.world.drawing.colours import Tone, tone
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import SAMPLES, Canvas, Surface
from kgexplain.world.drawing.shapes import Outline, Point, Pose, outline, oval, turned
from kgexplain.world.things.kinds import Part, Pattern, Thing


@dataclass(frozen=True)
class Specimen:
    """One of its kind: its pose, and what was chosen where its kind leaves a choice."""

    thing: Thing
    pose: Pose
    colours: Mapping[str, str]
    patterns: Mapping[str, Pattern | None]

    def colour(self, name: str) -> str:
        """The colour's name: chosen for this specimen, or the same for all of the kind."""
        return self.colours.get(name, name)

    def pattern(self, part: Part) -> Pattern | None:
        """The pattern of a part; none in the part's own colour, which nobody could see."""
        pattern = self.patterns.get(part.name, part.pattern)
        return pattern if pattern and pattern.colour != self.colour(part.colour) else None


def specimen(thing: Thing, pose: Pose, dice: Dice) -> Specimen:
    """One of its kind, by chance."""
    colours = {name: dice.choice(colours) for name, colours in thing.choices.items()}
    patterns = {part: dice.choice(patterns) for part, patterns in thing.patterned.items()}
    return Specimen(thing, pose, colours, patterns)


def draw(canvas: Canvas, specimen: Specimen, dice: Dice, without: str | None = None) -> None:
    """Draw a specimen part by part, with its shadow and lit from above, leaving out the part ``without``.

    What is left out is thrown for all the same: the rest of the picture does not change.
    """
    pose = specimen.pose
    if specimen.thing.stands is not None:
        foot = pose.y + pose.size * specimen.thing.stands
        canvas.shade(canvas.stencil([oval(pose.x, foot, pose.size * 0.85, pose.size * 0.13)]), 72)
    tones = {paint: tone(*paint, dice) for paint in sorted(set(_colours(specimen)))}
    lit = []
    for part in specimen.thing.parts:
        outlines = _placed(part, pose, dice)
        colours = Dice(dice.whole(0, 2**31))
        if part.name != without:
            _paint(canvas, specimen, part, outlines, tones, colours)
            lit += outlines
    mask = canvas.stencil(lit)
    canvas.shade(_cut(mask, top=pose.y + pose.size * 0.12), 94)
    canvas.shade(_cut(mask, top=pose.y + pose.size * 0.45), 94)


def _colours(specimen: Specimen) -> Iterator[tuple[str, str]]:
    """Each colour with the material that it is on: one specimen's fur has one tone of orange."""
    for part in specimen.thing.parts:
        yield specimen.colour(part.colour), part.material
        pattern = specimen.pattern(part)
        if pattern:
            yield pattern.colour, part.material


def _placed(part: Part, pose: Pose, dice: Dice) -> list[Outline]:
    joint, most = part.hinge
    swing = dice.between(-most, most)
    return [pose.place(turned(outline, joint, swing)) for outline in part.outlines]


def _paint(
    canvas: Canvas,
    specimen: Specimen,
    part: Part,
    outlines: list[Outline],
    tones: Mapping[tuple[str, str], Tone],
    dice: Dice,
) -> None:
    colour, pattern = specimen.colour(part.colour), specimen.pattern(part)
    texture = pattern.kind if pattern else ""
    surface = Surface(specimen.thing.name, part.name, colour, texture, part.material)
    for shape in outlines:
        canvas.paint(shape, surface, tones[colour, part.material])
    if pattern:
        inside = canvas.stencil(outlines)
        for mark in _marks(pattern, part, dice):
            canvas.paint(
                specimen.pose.place(mark),
                surface._replace(colour=pattern.colour),
                tones[pattern.colour, part.material],
                inside,
            )


def _marks(pattern: Pattern, part: Part, dice: Dice) -> Iterator[Outline]:
    """Stripes or spots over the whole part, in the thing's frame; they are cut off at the part's edge."""
    points = [point for shape in part.outlines for point in shape]
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    middle = (left + right) / 2, (top + bottom) / 2
    if pattern.kind == "striped":
        reach = math.hypot(right - left, bottom - top) / 2
        rows = int(reach / pattern.size) + 1
        start = dice.between(-0.25, 0.25) * pattern.size
        for row in range(-rows, rows + 1):
            stripe = _stripe(middle, start + row * pattern.size, reach, pattern.size, dice)
            yield turned(stripe, middle, pattern.turn)
    else:
        rows, columns = (int(side / pattern.size / 2) + 1 for side in (bottom - top, right - left))
        for row in range(-rows, rows + 1):
            for column in range(-columns, columns + 1):
                yield _spot(middle, row, column, pattern.size, dice)


def _stripe(middle: Point, offset: float, reach: float, size: float, dice: Dice) -> Outline:
    x, y = middle[0], middle[1] + offset
    bends = [dice.between(-0.14, 0.14) * size for _ in range(5)]
    halves = [dice.between(0.16, 0.27) * size for _ in range(5)]
    along = [x + reach * (step / 2 - 1) for step in range(5)]
    upper = [(u, y + b - h) for u, b, h in zip(along, bends, halves, strict=True)]
    lower = [(u, y + b + h) for u, b, h in zip(along, bends, halves, strict=True)]
    return outline(upper + lower[::-1])


def _spot(middle: Point, row: int, column: int, size: float, dice: Dice) -> Outline:
    x = middle[0] + (column + (row % 2) / 2 + dice.between(-0.2, 0.2)) * size
    y = middle[1] + (row + dice.between(-0.2, 0.2)) * size * 0.9
    return oval(x, y, size * dice.between(0.2, 0.34), size * dice.between(0.18, 0.3), 12)


def _cut(mask: Image.Image, top: float) -> Image.Image:
    """The part of a mask below ``top`` (in pixels)."""
    below = mask.copy()
    below.paste(0, (0, 0, mask.width, max(0, min(mask.height, round(top * SAMPLES)))))
    return below
