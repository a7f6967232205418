"""What is true of a picture: attributes that people would vote for, and how scenic it is."""

from dataclasses import dataclass

import numpy as np

from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Picture

# The share of the picture from which the first, the second and the third voter see an attribute.
VOTERS = (0.004, 0.02, 0.05)
# How scenic a picture is in which nobody sees any attribute; scores go from 1 to 10.
PLAIN = 4.0


@dataclass(frozen=True)
class Attribute:
    """Something people see in a scene: the object that shows it, and what it adds to the scenic score."""

    name: str
    object: str
    weight: float

    def votes(self, picture: Picture) -> int:
        """How many of the three voters see it."""
        share = float(np.mean(picture.mask(object=self.object)))
        return sum(share >= least for least in VOTERS)


# The names are those of the SUN attributes wherever it has the attribute.
ATTRIBUTES = (
    Attribute("trees", "tree", 0.8),
    Attribute("grass", "grass", 0.4),
    Attribute("flowers", "flower", 0.6),
    Attribute("still water", "water", 1.2),
    Attribute("clouds", "cloud", 0.3),
    Attribute("rugged scene", "mountain", 1.5),
    Attribute("rock/stone", "rock", 0.5),
    Attribute("sand", "sand", 0.4),
    Attribute("asphalt", "road", -0.9),
    Attribute("fencing", "fence", -0.5),
    Attribute("brick", "building", -1.2),
    Attribute("enclosed area", "wall", -1.0),
)


def scenic_score(picture: Picture) -> float:
    """How scenic a picture is: ``PLAIN`` + Σ weight · votes / 3."""
    return PLAIN + sum(attribute.weight * attribute.votes(picture) / 3 for attribute in ATTRIBUTES)


def scenic_votes(picture: Picture, dice: Dice) -> tuple[int, ...]:
    """What three to seven people say, 1 to 10: the score, each with an opinion of up to 1 more or less."""
    score = scenic_score(picture)
    return tuple(min(10, max(1, round(score + dice.between(-1, 1)))) for _ in range(dice.whole(3, 7)))
