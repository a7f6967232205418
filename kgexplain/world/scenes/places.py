"""The kinds of places: what is behind all, what the ground is, and what may be there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Canvas
from kgexplain.world.scenes.nature import (
    bubbles,
    clouds,
    corals,
    flowers,
    ground,
    hills,
    lawn,
    pond,
    rocks,
    sea,
    trees,
    weeds,
)
from kgexplain.world.scenes.town import ball, buildings, fence, houseplant, painting, rug, street, window

# An element draws itself onto the canvas; the number is the row where the ground begins.
Element: TypeAlias = Callable[[Canvas, Dice, float], None]


@dataclass(frozen=True)
class Scene:
    """A kind of place: what is behind all, what lies below the horizon, what may be there and how often.

    ``horizon`` is where it may be, in rows; things stand at least ``shore`` rows below it.
    """

    name: str
    behind: tuple[str, str]
    below: tuple[Element, ...]
    maybe: dict[Element, float] = field(default_factory=dict)
    horizon: tuple[float, float] = (38, 56)
    shore: float = 6


SCENES = {
    scene.name: scene
    for scene in (
        Scene(
            "field",
            ("sky", "blue"),
            (lawn,),
            {
                clouds: 0.6,
                hills: 0.3,
                trees: 0.35,
                fence: 0.35,
                flowers: 0.5,
                rocks: 0.2,
                buildings: 0.1,
                ball: 0.15,
            },
        ),
        Scene(
            "forest",
            ("sky", "blue"),
            (trees, lawn, trees),
            {clouds: 0.2, hills: 0.2, trees: 0.8, flowers: 0.3, rocks: 0.4},
        ),
        Scene(
            "coast",
            ("sky", "blue"),
            (ground("sand", "yellow"), sea),
            {clouds: 0.6, hills: 0.35, rocks: 0.45, fence: 0.15, trees: 0.15, ball: 0.3},
            (32, 48),
            14,
        ),
        Scene(
            "lake",
            ("sky", "blue"),
            (lawn, pond),
            {clouds: 0.5, hills: 0.6, trees: 0.4, flowers: 0.4, rocks: 0.4},
            (30, 44),
            28,
        ),
        Scene(
            "street",
            ("sky", "blue"),
            (street,),
            {clouds: 0.4, buildings: 0.85, trees: 0.4, fence: 0.25, hills: 0.1, ball: 0.15},
        ),
        Scene(
            "savanna",
            ("sky", "blue"),
            (ground("sand", "yellow"),),
            {clouds: 0.4, hills: 0.35, trees: 0.5, rocks: 0.5},
        ),
        Scene(
            "underwater",
            ("water", "blue"),
            (ground("sand", "yellow"),),
            {weeds: 0.7, corals: 0.6, rocks: 0.5, bubbles: 0.5},
            (70, 84),
        ),
        Scene(
            "living room",
            ("wall", "pink"),
            (ground("floor", "brown"),),
            {window: 0.5, painting: 0.4, rug: 0.5, houseplant: 0.4, ball: 0.3},
            (44, 60),
        ),
    )
}
