"""PCK: how often the heat map of an attribute is highest where its part is, beside places taken without knowledge."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import USUAL, Bootstrap, Measure, ratio
from kgexplain.evaluation.figures import Figure, measured
from kgexplain.evaluation.grounding import heat_map, predicted
from kgexplain.evaluation.parts import Groundable
from kgexplain.inputs.view import View
from kgexplain.vocabulary import PCK

ALPHAS = (0.1, 0.2, 0.3)
RANDOM, CONSTANT = "random location", "constant density"

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]


class Target(NamedTuple):
    """An attribute of an image, the points of its visible parts, and the object's size, in pixels of the photograph."""

    image: str
    attribute: Groundable
    points: tuple[Point, ...]
    size: float
    view: View


class Sighting(NamedTuple):
    """How far from the nearest point of a target its attribute was predicted, in sizes of the object.

    ``constant`` is the same where all filters count alike, as they do if densities are constant.
    """

    target: Target
    distance: float
    constant: float


def longest_side(box: Box) -> float:
    """The size of an object: the larger of the width and the height of its box (left, top, width, height)."""
    return max(box[2:])


def diagonal(box: Box) -> float:
    """The size of an object: the diagonal of its box (left, top, width, height)."""
    return math.hypot(*box[2:])


def targets(
    image: str, said: Iterable[Groundable], locations: Mapping[str, Point], size: float, seen: View
) -> list[Target]:
    """What there is to find in one image: of the attributes said of it, those of which a part is visible.

    ``locations`` are the visible parts, ``size`` the object's: its box's ``longest_side`` or ``diagonal``.
    """
    if not size > 0:
        raise InputError(f"{image}: its object is {size} pixels large; a box is wider and higher than 0")
    found = [
        (attribute, tuple(locations[part] for part in attribute.parts if part in locations))
        for attribute in said
    ]
    return [Target(image, attribute, points, size, seen) for attribute, points in found if points]


def sighted(
    target: Target,
    densities: Float[np.ndarray, " filters"],
    maps: Float[np.ndarray, "filters height width"],
) -> Sighting:
    """Where the target's attribute is predicted, by its densities p(t|f) of the filters, and the filters' maps."""
    alike = np.ones(len(maps), dtype=maps.dtype)
    own, constant = (predicted(heat_map(weights, maps), target.view) for weights in (densities, alike))
    return Sighting(target, relative_distance(own, target), relative_distance(constant, target))


def relative_distance(place: Point, target: Target) -> float:
    """From a place to the nearest point of a target, in sizes of its object."""
    return min(math.dist(place, point) for point in target.points) / target.size


def by_lot(target: Target, alpha: float) -> float:
    """How probable it is that a seen pixel drawn by lot is at most α · size from a point of the target.

    It is counted and not drawn: row by row of what is seen, the pixels that are near enough to any of the points.
    """
    seen, points = target.view, np.array(target.points)
    (x, y), across, down = seen.original(0, 0), seen.width / seen.columns, seen.height / seen.rows
    away = (y + np.arange(seen.rows) * down) - points[:, 1:]
    room = (alpha * target.size) ** 2 - away**2
    reach = np.sqrt(np.maximum(room, 0))
    first = np.maximum(np.ceil((points[:, :1] - reach - x) / across), 0)
    last = np.minimum(np.floor((points[:, :1] + reach - x) / across), seen.columns - 1)
    return float(_covered(first, np.where(room >= 0, last, -1)).sum() / (seen.columns * seen.rows))


def _covered(
    first: Float[np.ndarray, "points rows"], last: Float[np.ndarray, "points rows"]
) -> Float[np.ndarray, " rows"]:
    """How many columns of each row are from a first to its last, counted once where such stretches overlap."""
    order = np.argsort(first, axis=0, kind="stable")
    first, last = np.take_along_axis(first, order, 0), np.take_along_axis(last, order, 0)
    done = np.maximum.accumulate(np.vstack([np.full((1, last.shape[1]), -1.0), last]), axis=0)[:-1]
    return np.asarray(np.maximum(last - np.maximum(first, done + 1) + 1, 0).sum(0))


def pck(
    sightings: Sequence[Sighting], alphas: Sequence[float] = ALPHAS, bootstrap: Bootstrap = USUAL
) -> list[Figure]:
    """PCK@α over all sightings, of the baselines, and by how much it is above them, for each α.

    A sighting is a hit if its distance is at most α. Sightings of one image are drawn together.
    """
    images = len(_images(sightings))
    return [figure for alpha in alphas for figure in _at(alpha, Figure(PCK, images), sightings, bootstrap)]


def pck_of_attributes(
    sightings: Sequence[Sighting], alphas: Sequence[float] = ALPHAS, bootstrap: Bootstrap = USUAL
) -> list[Figure]:
    """PCK@α of each attribute apart, as ``pck`` gives it of all, in the order in which attributes are seen first."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(sighting.target.attribute.text, []).append(sighting)
    return [
        figure
        for text, group in groups.items()
        for alpha in alphas
        for figure in _at(alpha, Figure(PCK, len(group), attribute=text), group, bootstrap)
    ]


def _at(alpha: float, figure: Figure, sightings: Sequence[Sighting], bootstrap: Bootstrap) -> list[Figure]:
    index = {image: place for place, image in enumerate(_images(sightings))}
    of = np.array([index[sighting.target.image] for sighting in sightings], dtype=np.int64)

    def share(hits: Iterable[float]) -> Measure:
        values = np.fromiter(hits, dtype=np.float64, count=len(of))
        counts = np.bincount(of, minlength=len(index)).astype(np.float64)
        return ratio(np.bincount(of, values, len(index)), counts)

    own = share(sighting.distance <= alpha for sighting in sightings)
    baselines = {
        RANDOM: share(by_lot(sighting.target, alpha) for sighting in sightings),
        CONSTANT: share(sighting.constant <= alpha for sighting in sightings),
    }
    return measured(replace(figure, alpha=alpha), own, baselines, bootstrap)


def _images(sightings: Sequence[Sighting]) -> list[str]:
    return list(dict.fromkeys(sighting.target.image for sighting in sightings))
