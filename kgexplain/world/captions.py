"""Sentences about a picture, of which every word is true: only what can be seen is said."""

from dataclasses import dataclass

import numpy as np

from kgexplain.world.attributes import ATTRIBUTES
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Picture
from kgexplain.world.things import THINGS

# A part is worth a word from so many pixels; a colour from this share of its part's pixels.
VISIBLE = 6
NOTICED = 0.2

# What is said without an article.
_NOUNS = {name: f"{name}s" for name in ("leg", "wing", "wheel", "window", "fin", "gill")} | {
    "antenna": "antennae",
    "coffee": "coffee",
}
_UNSAID = ("eye", "nose", "body")
_PLACES = {
    "field": "in a field",
    "forest": "in a forest",
    "coast": "on the coast",
    "lake": "by a lake",
    "street": "on a street",
    "savanna": "on the savanna",
    "underwater": "under water",
    "living room": "in a living room",
}
_THERE = {
    "trees": "are green trees",
    "grass": "is green grass",
    "flowers": "are small flowers",
    "still water": "is blue water",
    "clouds": "are white clouds",
    "rugged scene": "are high mountains",
    "rock/stone": "are grey rocks",
    "sand": "is yellow sand",
    "asphalt": "is a grey road",
    "fencing": "is a wooden fence",
    "brick": "are tall buildings",
    "enclosed area": "is a plain wall",
}


@dataclass(frozen=True)
class PartAttribute:
    """A visible part as a beholder tells it: its colours, the largest first, and its pattern, if any."""

    part: str
    colours: tuple[str, ...]
    pattern: str

    @property
    def adjectives(self) -> str:
        """Such as "striped black and yellow"."""
        return f"{self.pattern} " * bool(self.pattern) + " and ".join(self.colours)

    @property
    def phrase(self) -> str:
        """Such as "striped black and yellow wings"."""
        return f"{self.adjectives} {_NOUNS.get(self.part, self.part)}"


def part_attributes(picture: Picture) -> tuple[PartAttribute, ...]:
    """What can be seen of the thing's parts, in the order of drawing."""
    return tuple(
        _seen(picture, part)
        for part in THINGS[picture.thing].part_names
        if picture.part(part).sum() >= VISIBLE
    )


def _seen(picture: Picture, part: str) -> PartAttribute:
    inside = np.bincount(picture.indices[picture.part(part)], minlength=len(picture.surfaces))
    colours: dict[str, int] = {}
    patterns: dict[str, int] = {}
    for surface, count in zip(picture.surfaces, inside.tolist(), strict=True):
        colours[surface.colour] = colours.get(surface.colour, 0) + count
        patterns[surface.texture] = patterns.get(surface.texture, 0) + count
    noticed = [colour for colour, count in colours.items() if count >= NOTICED * sum(colours.values())]
    noticed.sort(key=lambda colour: (-colours[colour], colour))
    return PartAttribute(
        part, tuple(noticed), max(patterns, key=lambda pattern: (patterns[pattern], pattern))
    )


def captions(picture: Picture, dice: Dice, count: int = 10) -> tuple[str, ...]:
    """So many sentences about a picture's thing, each about other parts of the truth."""
    parts = part_attributes(picture)
    return tuple(_sentence(picture, parts, dice) for _ in range(count))


def _sentence(picture: Picture, parts: tuple[PartAttribute, ...], dice: Dice) -> str:
    thing = THINGS[picture.thing]
    told = [part for part in parts if part.part not in _UNSAID] or list(parts)
    first, second = (dice.shuffled(told) * 2)[:2]
    noun = f"{_whole(parts)}{dice.choice((thing.name, thing.kind, thing.kind))}"
    size = "large" if picture.is_large else "small"
    both = _listed([first, second] if first != second else [first])
    place = _PLACES[picture.scene]
    return dice.choice(
        (
            f"This is {_article(noun)} with {both}.",
            f"This {thing.kind} has {both}.",
            f"{_article(f'{size} {noun}').capitalize()} {place}, with {_listed([first])}.",
            f"The {noun} has {both} and is {place}.",
            f"{_article(noun).capitalize()} {place}; there {_there(picture, dice)}.",
        )
    )


def _whole(parts: tuple[PartAttribute, ...]) -> str:
    """What the body says of the whole thing, such as "orange "; empty if it is not seen."""
    return next((f"{part.adjectives} " for part in parts if part.part in ("body", "cap")), "")


def _there(picture: Picture, dice: Dice) -> str:
    seen = [_THERE[attribute.name] for attribute in ATTRIBUTES if attribute.votes(picture) >= 2]
    return dice.choice(seen) if seen else "is nothing else to see"


def _listed(parts: list[PartAttribute]) -> str:
    return " and ".join(part.phrase if part.part in _NOUNS else _article(part.phrase) for part in parts)


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
