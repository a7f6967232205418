"""What people build and furnish; ``horizon`` is the row where the ground begins."""

from kgexplain.world.drawing.colours import tone
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import SIDE, Canvas, Surface
from kgexplain.world.drawing.shapes import box, line, outline, oval


def fence(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A wooden fence across the picture."""
    y, colour = horizon + dice.between(2, 8), dice.choice(("white", "brown"))
    rails = [box(0, y - v, SIDE, y - v + 2) for v in (4, 9)]
    posts = [box(x, y - 13, x + 3, y + 2) for x in range(dice.whole(0, 8), SIDE, 14)]
    canvas.place("fence", colour, rails + posts, dice, "wood")


def street(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A pavement and a grey road with white marks."""
    kerb = horizon + dice.between(5, 10)
    canvas.place("pavement", "white", [box(-2, horizon, SIDE + 2, kerb)], dice, "stone")
    canvas.place("road", "grey", [box(-2, kerb, SIDE + 2, SIDE + 2)], dice, "earth")
    y, start = dice.between(kerb + 12, SIDE - 8), dice.whole(-8, 8)
    canvas.place("road", "white", [box(x, y, x + 11, y + 2.4) for x in range(start, SIDE, 22)], dice, "earth")


def buildings(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A row of houses with windows."""
    left = -float(dice.whole(0, 10))
    while left < SIDE:
        width, height = dice.between(18, 30), dice.between(22, 42)
        colour = dice.choice(("red", "brown", "grey", "white", "orange"))
        canvas.place(
            "building", colour, [box(left, horizon - height, left + width, horizon + 2)], dice, "brick"
        )
        panes = [
            box(x, y, x + 4, y + 5)
            for x in _every(left + 3, left + width - 6, 7)
            for y in _every(horizon - height + 4, horizon - 6, 9)
        ]
        pane_colour = dice.choice(("blue", "black"))
        paint = tone(pane_colour, "glass", dice)
        for pane in panes:
            canvas.paint(pane, Surface("building", "window", pane_colour, "", "glass"), paint)
        left += width + dice.between(-1, 7)


def _every(start: float, stop: float, step: float) -> list[float]:
    return [start + step * i for i in range(max(0, int((stop - start) / step) + 1))]


def window(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A window with a frame in the wall."""
    x, y = dice.between(6, SIDE - 34), dice.between(5, 14)
    canvas.place("window", "white", [box(x, y, x + 28, y + 26)], dice, "wood")
    canvas.place(
        "window",
        "blue",
        [box(x + u, y + v, x + u + 11, y + v + 10) for u in (2, 15) for v in (2, 14)],
        dice,
        "glass",
    )


def painting(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A framed painting on the wall."""
    x, y, colour = (
        dice.between(6, SIDE - 26),
        dice.between(6, 16),
        dice.choice(("green", "red", "purple", "yellow")),
    )
    canvas.place("painting", "brown", [box(x, y, x + 22, y + 17)], dice, "wood")
    canvas.place("painting", colour, [box(x + 3, y + 3, x + 19, y + 14)], dice, "fabric")


def houseplant(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A plant in a pot, beside the middle."""
    x = dice.choice((dice.between(6, 20), dice.between(SIDE - 20, SIDE - 6)))
    foot = horizon + dice.between(2, 10)
    leaves = [line((x, foot - 8), (x + u, foot - v), 3.4) for u, v in ((-9, 22), (-4, 28), (3, 29), (8, 23))]
    canvas.place("plant", "green", leaves, dice, "plant")
    canvas.place(
        "pot",
        "orange",
        [outline([(x - 5, foot - 9), (x + 5, foot - 9), (x + 4, foot), (x - 4, foot)])],
        dice,
        "ceramic",
    )


def rug(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A round rug on the floor."""
    colour = dice.choice(("red", "blue", "purple", "green"))
    canvas.place(
        "rug",
        colour,
        [oval(SIDE / 2, horizon + (SIDE - horizon) * 0.6, 40, (SIDE - horizon) * 0.3)],
        dice,
        "fabric",
    )


def ball(canvas: Canvas, dice: Dice, horizon: float) -> None:
    """A ball somewhere on the ground."""
    x, y, size = dice.between(6, SIDE - 6), dice.between(horizon + 8, SIDE - 6), dice.between(4, 6.5)
    canvas.place(
        "ball",
        dice.choice(("red", "blue", "yellow", "purple", "pink", "orange")),
        [oval(x, y, size, size)],
        dice,
        "rubber",
    )
