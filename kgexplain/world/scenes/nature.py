"""What grows, flows and lies about outdoors; ``horizon`` is the row where the ground begins."""

from collections.abc import Callable

from kgexplain.world.drawing.colours import tone
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import SIDE, Canvas, Surface
from kgexplain.world.drawing.shapes import box, line, outline, oval, smooth


def hills(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """One to three mountains on the horizon, some with snow."""
    for _ in range(dice.whole(1, 3)):
        x, width, height = dice.between(5, SIDE - 5), dice.between(18, 34), dice.between(12, 26)
        canvas.place(
            "mountain",
            "grey",
            [outline([(x - width, horizon + 1), (x, horizon - height), (x + width, horizon + 1)])],
            dice,
            "stone",
        )
        peak = [
            (x - width * 0.3, horizon - height * 0.7),
            (x, horizon - height),
            (x + width * 0.3, horizon - height * 0.7),
        ]
        canvas.place("mountain", "white", [outline([*peak, (x + 1, horizon - height * 0.6)])], dice, "stone")


def clouds(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """One to three white clouds."""
    for _ in range(dice.whole(1, 3)):
        x, y, size = dice.between(8, SIDE - 8), dice.between(5, max(8, horizon * 0.4)), dice.between(5, 9)
        puffs = [
            oval(x + size * u, y + size * v, size * r, size * r * 0.8)
            for u, v, r in ((-1, 0.2, 0.8), (1, 0.2, 0.8))
        ]
        canvas.place("cloud", "white", [*puffs, oval(x, y, size, size * 0.8)], dice)


def trees(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Two to four trees, round or pointed."""
    for _ in range(dice.whole(2, 4)):
        x, foot, height = dice.between(2, SIDE - 2), horizon + dice.between(0, 8), dice.between(26, 44)
        canvas.place("tree", "brown", [box(x - 2, foot - height * 0.45, x + 2, foot)], dice, "wood")
        if dice.happens(0.5):
            crown = [
                oval(x + u * height, foot - v * height, height * 0.25, height * 0.22)
                for u, v in ((-0.16, 0.55), (0.16, 0.55), (0, 0.78))
            ]
        else:
            crown = [
                outline(
                    [
                        (x - w * height, foot - v * height),
                        (x, foot - (v + 0.4) * height),
                        (x + w * height, foot - v * height),
                    ]
                )
                for v, w in ((0.25, 0.3), (0.45, 0.24), (0.65, 0.18))
            ]
        canvas.place("tree", "green", crown, dice, "plant")


def flowers(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A dozen flowers of one colour."""
    colour = dice.choice(("red", "yellow", "pink", "purple", "white"))
    for _ in range(dice.whole(9, 15)):
        x, y = dice.between(3, SIDE - 3), dice.between(horizon + 6, SIDE - 3)
        canvas.place(
            "flower",
            colour,
            [oval(x + u, y + v, 1.7, 1.7, 8) for u, v in ((-1.6, 0), (1.6, 0), (0, -1.6), (0, 1.6))],
            dice,
            "plant",
        )


def rocks(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Two to four grey rocks."""
    for _ in range(dice.whole(2, 4)):
        x, y, size = dice.between(4, SIDE - 4), dice.between(horizon + 6, SIDE - 2), dice.between(5, 11)
        shape = smooth(
            (x - size, y),
            (x - size * 0.6, y - size * 0.7),
            (x + size * 0.2, y - size * 0.9),
            (x + size, y - size * 0.2),
            (x + size * 0.9, y + 1),
        )
        canvas.place("rock", "grey", [shape], dice, "stone")


def lawn(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Grass from the horizon down, with blades."""
    canvas.place("grass", "green", [box(-2, horizon, SIDE + 2, SIDE + 2)], dice, "plant")
    blades(canvas, dice, horizon, 26)


def blades(canvas: Canvas, dice: Dice, top: float, count: int) -> None:
    """Blades of grass, anywhere below ``top``."""
    for _ in range(count):
        x, y, tall = dice.between(0, SIDE), dice.between(top + 3, SIDE + 3), dice.between(3, 6)
        canvas.place(
            "grass",
            "green",
            [outline([(x - 1, y), (x + dice.between(-2, 2), y - tall), (x + 1, y)])],
            dice,
            "plant",
        )


def pond(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Water from the horizon down to the nearer bank."""
    bank = dice.between(horizon + 14, horizon + 30)
    _water(canvas, dice, horizon, bank)


def sea(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Water from the horizon, then a beach."""
    _water(canvas, dice, horizon, horizon + dice.between(9, 18))


def _water(canvas: Canvas, dice: Dice, top: float, bottom: float) -> None:
    canvas.place("water", "blue", [box(-2, top, SIDE + 2, bottom)], dice, "water")
    paint = tone("blue", "water", dice)
    paint = (paint[0] + 34, paint[1] + 34, min(255, paint[2] + 34))
    for _ in range(12):
        x, y, w = dice.between(0, SIDE), dice.between(top + 1, bottom - 2), dice.between(4, 9)
        canvas.paint(box(x, y, x + w, y + 0.8), Surface("water", "", "blue", "", "water"), paint)


def ground(name: str, colour: str) -> Callable[[Canvas, Dice, float], None]:
    """Bare ground of one colour from the horizon down."""

    def element(canvas: Canvas, dice: Dice, horizon: float) -> None:
        canvas.place(name, colour, [box(-2, horizon, SIDE + 2, SIDE + 2)], dice, "earth")

    return element


def weeds(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Water plants that wave."""
    for _ in range(dice.whole(2, 4)):
        x, tall = dice.between(4, SIDE - 4), dice.between(22, 46)
        foot = horizon + dice.between(4, 14)
        for lean in (-1, 0, 1):
            shape = smooth(
                (x - 1.5, foot),
                (x + 5 * lean - 2, foot - tall * 0.5),
                (x + 6 * lean + 2, foot - tall),
                (x + 5 * lean + 2, foot - tall * 0.5),
                (x + 1.5, foot),
            )
            canvas.place("seaweed", "green", [shape], dice, "plant")


def corals(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A branching coral, pink, red or purple."""
    colour = dice.choice(("pink", "red", "purple"))
    for _ in range(dice.whole(1, 3)):
        x, y, tall = dice.between(6, SIDE - 6), horizon + dice.between(2, 12), dice.between(12, 22)
        arms = [
            line((x, y), (x + u * tall, y - v * tall), 3.6)
            for u, v in ((-0.5, 0.7), (0, 1), (0.5, 0.75), (-0.2, 0.9))
        ]
        tips = [
            oval(x + u * tall, y - v * tall, 2.4, 2.4)
            for u, v in ((-0.5, 0.7), (0, 1), (0.5, 0.75), (-0.2, 0.9))
        ]
        canvas.place("coral", colour, arms + tips, dice, "stone")


def bubbles(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """Some bubbles that rise."""
    x = dice.between(8, SIDE - 8)
    shapes = [oval(x + dice.between(-6, 6), dice.between(4, horizon), r, r) for r in (1.2, 1.8, 2.4, 1.5)]
    canvas.place("bubble", "white", shapes, dice)
