"""Whole pictures: a scene, one thing in it, and sometimes something in front of it."""

from kgexplain.world.drawing.colours import tone
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import SIDE, Canvas, Picture, Surface
from kgexplain.world.drawing.shapes import Pose
from kgexplain.world.scenes.nature import blades, clouds, hills, lawn, rocks
from kgexplain.world.scenes.places import SCENES, Scene
from kgexplain.world.scenes.specimens import draw, specimen
from kgexplain.world.things.kinds import Thing

__all__ = ["empty_scene", "photograph"]

# What stands behind the ground is drawn before it; the rest afterwards.
_FAR = (clouds, hills)
_WALLS = ("yellow", "pink", "green", "white", "grey", "blue")


def photograph(thing: Thing, *keys: int, without: str | None = None) -> Picture:
    """A picture of a thing; the same keys give the same picture, but for the part ``without``, if any."""
    dice = Dice(int(thing.wnid[1:]), *keys)
    scene = SCENES[dice.weighted(thing.scenes)]
    canvas, horizon = _background(scene, dice)
    size = SIDE * dice.between(*thing.size)
    is_large = size > SIDE * sum(thing.size) / 2
    pose = _pose(thing, size, horizon + scene.shore, dice)
    draw(canvas, specimen(thing, pose, dice), Dice(dice.whole(0, 2**31)), without)
    if dice.happens(0.4):
        _front(canvas, scene, pose, dice)
    return canvas.picture(dice, scene.name, thing.name, is_large=is_large)


def empty_scene(*keys: int) -> Picture:
    """A picture of a place with nothing in particular in it."""
    dice = Dice(*keys)
    scene = dice.choice(list(SCENES.values()))
    canvas, _ = _background(scene, dice)
    return canvas.picture(dice, scene.name)


def _background(scene: Scene, dice: Dice) -> tuple[Canvas, float]:
    name, colour = scene.behind
    if name == "wall":
        colour = dice.choice(_WALLS)
    material = "water" if name == "water" else ""
    red, green, blue = tone(colour, material, dice)
    if name != "water":
        red, green, blue = ((value * 3 + 255) // 4 for value in (red, green, blue))
    canvas = Canvas(Surface(name, "", colour, "", material), (red, green, blue))
    horizon = dice.between(*scene.horizon)
    present = [element for element, often in scene.maybe.items() if dice.happens(often)]
    for element in (
        [e for e in present if e in _FAR] + list(scene.below) + [e for e in present if e not in _FAR]
    ):
        element(canvas, dice, horizon)
    return canvas, horizon


def _pose(thing: Thing, size: float, shore: float, dice: Dice) -> Pose:
    x = dice.between(size * 0.9, SIDE - size * 0.9)
    if thing.stands is None:
        y = dice.between(size * 0.8, SIDE - size * 0.8)
    else:
        foot = dice.between(min(SIDE - 4, max(shore, size * (thing.stands + 1))), SIDE - 3)
        y = foot - size * thing.stands
    stretch, turn = dice.between(0.86, 1.14), dice.between(-thing.turns, thing.turns)
    return Pose(x, y, size, stretch, turn, dice.happens(0.5))


def _front(canvas: Canvas, scene: Scene, pose: Pose, dice: Dice) -> None:
    """Something in front of the thing's lower part."""
    foot = pose.y + pose.size * 0.55
    if lawn in scene.below:
        blades(canvas, dice, foot, 22)
    elif scene.name != "living room":
        rocks(canvas, dice, min(foot, SIDE - 10))
