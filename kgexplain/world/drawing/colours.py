"""The colours of the world, by the names that English speakers use first."""

from collections.abc import Mapping
from typing import TypeAlias

from kgexplain.world.drawing.dice import Dice

Tone: TypeAlias = tuple[int, int, int]

# Red, green and blue; the eleven names are Berlin and Kay's.
COLOURS: Mapping[str, Tone] = {
    "black": (28, 26, 30),
    "white": (238, 238, 234),
    "grey": (142, 144, 148),
    "red": (204, 38, 36),
    "orange": (242, 132, 26),
    "yellow": (246, 208, 46),
    "green": (74, 148, 62),
    "blue": (62, 116, 206),
    "brown": (126, 80, 44),
    "pink": (238, 152, 172),
    "purple": (132, 70, 158),
}

# Fur and sand are not as bright as paint.
_SOFT: Mapping[tuple[str, str], Tone] = {
    ("yellow", "fur"): (226, 187, 50),
    ("orange", "fur"): (220, 122, 30),
    ("yellow", "earth"): (242, 214, 96),
}


def tone(colour: str, material: str, dice: Dice) -> Tone:
    """A red, green and blue that anybody would still call by the colour's name."""
    light = dice.whole(-9, 9)
    base = _SOFT.get((colour, material), COLOURS[colour])
    red, green, blue = (min(255, max(0, value + light + dice.whole(-5, 5))) for value in base)
    return red, green, blue
