"""Outlines: closed lines of points from which everything in the world is drawn."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Outline: TypeAlias = tuple[Point, ...]


def outline(points: Iterable[Point]) -> Outline:
    """The closed line through the points, straight from one to the next."""
    return tuple(points)


def corners(text: str) -> Outline:
    """A polygon whose corners are written as "x,y x,y …"."""
    return tuple((float(x), float(y)) for x, y in (point.split(",") for point in text.split()))


def traced(text: str) -> Outline:
    """A round line through points written as "x,y x,y …"."""
    return smooth(*corners(text))


def oval(x: float, y: float, width: float, height: float, sides: int = 24) -> Outline:
    """An ellipse around (x, y) with these half axes, as a polygon."""
    return tuple((x + width * cosine, y + height * sine) for cosine, sine in _circle(sides))


@cache
def _circle(sides: int) -> Outline:
    angles = [math.tau * side / sides for side in range(sides)]
    return tuple((math.cos(angle), math.sin(angle)) for angle in angles)


def box(left: float, top: float, right: float, bottom: float) -> Outline:
    """A rectangle."""
    return outline([(left, top), (right, top), (right, bottom), (left, bottom)])


def line(start: Point, end: Point, width: float) -> Outline:
    """A bar from ``start`` to ``end``."""
    (x, y), (u, v) = start, end
    length = math.hypot(u - x, v - y)
    across, down = (y - v) / length * width / 2, (u - x) / length * width / 2
    return outline(
        [(x + across, y + down), (u + across, v + down), (u - across, v - down), (x - across, y - down)]
    )


def ring(middle: Point, axes: Point, thickness: float, start: float, end: float) -> Outline:
    """A bent bar: an ellipse's rim from angle ``start`` to ``end``, in degrees clockwise from the right."""
    (x, y), (width, height) = middle, axes
    angles = [math.radians(start + (end - start) * step / 20) for step in range(21)]
    outer = [(x + width * math.cos(a), y + height * math.sin(a)) for a in angles]
    inner = [(x + (width - thickness) * math.cos(a), y + (height - thickness) * math.sin(a)) for a in angles]
    return outline(outer + inner[::-1])


def smooth(*points: Point) -> Outline:
    """A round closed line through the points (Catmull and Rom's spline)."""
    count = len(points)
    return outline(
        _between(points[i - 1], points[i], points[(i + 1) % count], points[(i + 2) % count], step / 5)
        for i in range(count)
        for step in range(5)
    )


def _between(before: Point, start: Point, end: Point, after: Point, share: float) -> Point:
    def coordinate(axis: int) -> float:
        a, b, c, d = before[axis], start[axis], end[axis], after[axis]
        curve = 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
        return (2 * b + (c - a) * share + curve[0] * share**2 + curve[1] * share**3) / 2

    return coordinate(0), coordinate(1)


def turned(points: Iterable[Point], about: Point, degrees: float) -> Outline:
    """The points turned clockwise (as seen, since y points down) about a point."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = about
    return tuple(
        (x + (u - x) * cosine - (v - y) * sine, y + (u - x) * sine + (v - y) * cosine) for u, v in points
    )


@dataclass(frozen=True)
class Pose:
    """Where and how a thing stands in the picture: its own frame is -1 to 1, x to where it looks, y down."""

    x: float
    y: float
    size: float
    stretch: float = 1
    turn: float = 0
    mirrored: bool = False

    def place(self, points: Outline) -> Outline:
        """The points of the thing's frame, in the picture."""
        across = (-self.size if self.mirrored else self.size) * self.stretch
        cosine, sine = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        a, b, c, d = across * cosine, self.size * sine, across * sine, self.size * cosine
        return tuple((self.x + a * u - b * v, self.y + c * u + d * v) for u, v in points)
