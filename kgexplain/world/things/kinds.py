"""What a thing is: parts with colours and patterns, by a WordNet name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kgexplain.world.drawing.shapes import Outline, Point, traced


@dataclass(frozen=True)
class Pattern:
    """A second colour on a part: ``striped`` or ``spotted``; ``size`` is from one stripe to the next."""

    kind: str
    colour: str
    size: float = 0.22
    turn: float = 90


class Hinge(NamedTuple):
    """Where a part is joined to its thing, and by how many degrees at most it turns there."""

    joint: Point
    swing: float


_STIFF = Hinge((0, 0), 0)


@dataclass(frozen=True)
class Part:
    """One part of a thing, drawn over the parts before it.

    ``colour`` is a colour's name or one of the thing's ``choices``. Parts of one name are one part to a
    beholder.
    """

    name: str
    outlines: tuple[Outline, ...] = field(repr=False)
    colour: str
    material: str = ""
    pattern: Pattern | None = None
    hinge: Hinge = _STIFF


def part(
    name: str,
    colour: str,
    *shapes: str | Outline,
    material: str = "",
    pattern: Pattern | None = None,
    hinge: Hinge = _STIFF,
) -> Part:
    """A part drawn by shapes; a text is a round line through the points "x,y x,y …"."""
    outlines = tuple(traced(shape) if isinstance(shape, str) else shape for shape in shapes)
    return Part(name, outlines, colour, material, pattern, hinge)


@dataclass(frozen=True)
class Thing:
    """One class: a WordNet 3.0 synset, its parts, and the scenes it is found in with how often.

    ``kind`` is what people call it who do not know its name. ``choices`` are colours, and ``patterned``
    patterns of parts, that differ from one specimen to the next. ``stands`` is how far below its middle it
    touches the ground; None for what flies or swims. ``turns`` is how far it leans, in degrees; ``size`` half
    its length, as a share of the picture's side.
    """

    wnid: str
    name: str
    kind: str
    parts: tuple[Part, ...]
    scenes: Mapping[str, float]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterned: Mapping[str, tuple[Pattern | None, ...]] = field(default_factory=dict)
    stands: float | None = None
    turns: float = 6
    size: tuple[float, float] = (0.17, 0.44)

    @property
    def part_names(self) -> tuple[str, ...]:
        """Each name once, in the order of drawing."""
        return tuple(dict.fromkeys(part.name for part in self.parts))
