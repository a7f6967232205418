"""Detectors for people, as tables and as a page of photographs; for programs as JSON, CSV or Turtle."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.detectors import IOU, Detector, Dissected, LayerDetectors, total
from kgexplain.errors import InputError
from kgexplain.graph.store import Rows
from kgexplain.reports.pictures import light_data_uri
from kgexplain.vocabulary import Term

BY = ("layer", "filter", "concept")

# Those of Broden have colours of their own, so that pages can be compared; other categories take the rest in turn.
_COLOURS = {
    "object": "#3f72af",
    "part": "#2f8f5b",
    "scene": "#2b97a3",
    "material": "#b3862b",
    "texture": "#8a5fb0",
    "color": "#d9532c",
    "": "#5d6878",
}
# As a picture is wide that is large enough to see what is on it, in the page's measure.
_PICTURE = 7.6
_MORE = ("#c2568f", "#7d8c2f", "#8a6552", "#a65e4e")


@dataclass(frozen=True)
class Sight:
    """A detector, and photographs on which it is most active: clear where it is, a line where the concept is marked."""

    detector: Detector
    pictures: tuple[Image.Image, ...]


class Shown(NamedTuple):
    """A detector on the page: how many others of its layer detect the same, and its photographs' addresses."""

    detector: Detector
    others: int
    pictures: tuple[str, ...]


def overview(found: Dissected, by: str = "layer") -> Rows:
    """How many filters of each layer detect what, by category; or each detector; or each concept with its detectors."""
    if by not in BY:
        raise InputError(f"by is {by!r}; what can be shown is {', '.join(BY)}")
    return {"layer": _by_layer, "filter": _by_filter, "concept": _by_concept}[by](found)


def page(found: Dissected, sights: Sequence[Sight], questions: Sequence[str] = ()) -> str:
    """The page as HTML, whole in itself: it loads nothing. ``questions`` are commands that one may type next."""
    environment = Environment(
        loader=PackageLoader("kgexplain", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    across = max((len(sight.pictures) for sight in sights), default=1)
    return environment.get_template("dissection.html").render(
        found=found,
        measure="IoU" if found.measure == IOU else found.measure,
        layers=_pictured(found, sights),
        colours=colours(found.categories),
        totals=total(layer.categories for layer in found.layers),
        by_chance=total(layer.by_chance for layer in found.layers),
        most=max((n for layer in found.layers for n in (len(layer.detectors), layer.chance)), default=0) or 1,
        best=max((sight.detector.match.score for sight in sights), default=1.0),
        across=across,
        width=_PICTURE * across,
        questions=questions,
    )


def _pictured(found: Dissected, sights: Sequence[Sight]) -> list[tuple[LayerDetectors, list[Shown]]]:
    """The layers that have sights, the last first: what it detects is most like what people name."""
    layers = ((layer, _of_layer(sights, layer)) for layer in reversed(found.layers))
    return [(layer, shown) for layer, shown in layers if shown]


def colours(categories: Sequence[str]) -> dict[str, str]:
    """A colour for each category.

    >>> colours(["part", "stuff"])
    {'part': '#2f8f5b', 'stuff': '#c2568f'}
    """
    others = [category for category in categories if category not in _COLOURS]
    more = {category: _MORE[place % len(_MORE)] for place, category in enumerate(sorted(others))}
    return {category: _COLOURS.get(category) or more[category] for category in categories}


def _of_layer(sights: Sequence[Sight], layer: LayerDetectors) -> list[Shown]:
    return [
        Shown(
            sight.detector,
            layer.concepts[sight.detector.match.concept] - 1,
            tuple(light_data_uri(picture) for picture in sight.pictures),
        )
        for sight in sights
        if sight.detector.layer == layer.layer
    ]


def _by_layer(found: Dissected) -> Rows:
    chance = ("by_chance",) if found.is_compared else ()
    columns = ("layer", "filters", "detectors", "concepts", *chance, *map(_named, found.categories))
    return Rows(columns, [_layer(layer, found) for layer in found.layers])


def _layer(layer: LayerDetectors, found: Dissected) -> dict[str, Term]:
    return _said(
        layer=layer.layer,
        filters=layer.filters,
        detectors=len(layer.detectors),
        concepts=len(layer.concepts),
        by_chance=layer.chance if found.is_compared else None,
    ) | {_named(category): Literal(layer.categories[category]) for category in found.categories}


def _named(category: str) -> str:
    """A category as a column; what WordNet has above concepts has none."""
    return category or "above_concepts"


def _by_filter(found: Dissected) -> Rows:
    columns = ("layer", "filter", "concept", "category", found.measure, "p_value", "iri")
    return Rows(columns, [_filter(detector, found.measure) for detector in found.detectors])


def _filter(detector: Detector, measure: str) -> dict[str, Term]:
    return _said(
        layer=detector.layer,
        filter=detector.index,
        concept=detector.match.name,
        category=detector.match.category,
        **{measure: detector.match.score},
        p_value=detector.p_value,
        iri=NamedNode(detector.filter_),
    )


def _by_concept(found: Dissected) -> Rows:
    columns = ("concept", "category", "detectors", "layers", "best_score", "best_layer", "best_filter", "iri")
    groups: defaultdict[str, list[Detector]] = defaultdict(list)
    for detector in found.detectors:
        groups[detector.match.concept].append(detector)
    ordered = sorted(
        groups.values(), key=lambda group: (-len(group), group[0].match.name, group[0].match.concept)
    )
    return Rows(columns, [_concept(group) for group in ordered])


def _concept(group: Sequence[Detector]) -> dict[str, Term]:
    """What there is to say of the detectors of one concept."""
    best = max(group, key=lambda detector: detector.match.score)
    return _said(
        concept=best.match.name,
        category=best.match.category,
        detectors=len(group),
        layers=len({detector.layer for detector in group}),
        best_score=best.match.score,
        best_layer=best.layer,
        best_filter=best.index,
        iri=NamedNode(best.match.concept),
    )


def _said(**cells: str | float | NamedNode | None) -> dict[str, Term]:
    return {
        column: cell if isinstance(cell, NamedNode) else Literal(cell)
        for column, cell in cells.items()
        if cell not in (None, "")
    }
