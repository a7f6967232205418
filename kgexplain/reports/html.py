"""A page that shows why: the photograph, the sentence, the tags, the filters and where they look."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from kgexplain.answers.explanation import ActiveFilter, Explanation
from kgexplain.reports.pictures import data_uri

_TAGS = 12
_FILTERS = 24


@dataclass(frozen=True)
class Sight:
    """An active filter and its map laid over the photograph."""

    filter_: ActiveFilter
    picture: Image.Image


@dataclass(frozen=True)
class LayerCount:
    """How many of an image's active filters in one layer carry a tag."""

    layer: str
    active: int
    predicted: int
    true: int


def page(
    explanation: Explanation, photograph: Image.Image, sights: Sequence[Sight], questions: Sequence[str]
) -> str:
    """The page as HTML, whole in itself: it loads nothing. ``questions`` are commands that one may type next."""
    environment = Environment(
        loader=PackageLoader("kgexplain", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("page.html").render(
        explanation=explanation,
        photograph=data_uri(photograph),
        sights=[(sight.filter_, data_uri(sight.picture)) for sight in sights],
        tags=explanation.tags[:_TAGS],
        most=max((tag.filters for tag in explanation.tags), default=1),
        layers=layer_counts(explanation),
        filters=sorted(explanation.filters, key=lambda f: (f.rank, f.layer, f.index))[:_FILTERS],
        questions=questions,
    )


def layer_counts(explanation: Explanation) -> list[LayerCount]:
    """Layer by layer, in the order of the explanation's filters."""
    layers: dict[str, list[ActiveFilter]] = {}
    for filter_ in explanation.filters:
        layers.setdefault(filter_.layer, []).append(filter_)
    return [
        LayerCount(
            layer,
            len(filters),
            _carrying(filters, explanation.predicted),
            _carrying(filters, explanation.true),
        )
        for layer, filters in layers.items()
    ]


def _carrying(filters: Sequence[ActiveFilter], class_: str | None) -> int:
    return sum(class_ in filter_.tags for filter_ in filters)
