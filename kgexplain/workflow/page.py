"""A page that shows why, with the maps of the filters laid over the photograph."""

from pathlib import Path

import numpy as np
from jaxtyping import Float
from PIL import Image

from kgexplain.answers.attributes.estimate import foremost
from kgexplain.errors import InputError
from kgexplain.evaluation.grounding import enlarged, heat_map, telling
from kgexplain.reports.attributes import Sight as AttributeSight
from kgexplain.reports.attributes import page as attribute_page
from kgexplain.reports.grounding import ringed, veiled
from kgexplain.reports.html import Sight, page
from kgexplain.reports.pictures import overlay
from kgexplain.workflow.narrator import InWords
from kgexplain.workflow.why import Why

_SIGHTS, _SAID = 8, 5


def write_page(why: Why, path: Path, questions: tuple[str, ...] = ()) -> Path:
    """Write the page to ``path``; ``questions`` are commands that one may type next."""
    return kept_page(page(why.explanation, why.picture, sights(why), questions), path)


def write_words(told: InWords, path: Path, questions: tuple[str, ...] = ()) -> Path:
    """Write the page of an explanation in words to ``path``: sentences, and where each attribute of them is seen."""
    return kept_page(
        attribute_page(told.rationales, told.picture, attribute_sights(told), told.contrast, questions), path
    )


def attribute_sights(told: InWords) -> list[AttributeSight]:
    """The attributes of the prediction's sentence, each with the photograph as clear as its filters are active."""
    said = foremost(told.rationales[0].estimates, _SAID) if told.rationales[0].speaks else ()
    weights = {e.text: telling(told.learned.filters[told.learned.columns[e.text]]) for e in said}
    if weights:
        # What there is to see without any attribute, to compare with.
        weights["all filters alike"] = np.ones(len(told.look.maps), told.look.maps.dtype)
    return [
        AttributeSight(text, _sight(told.picture, heat_map(of_filters, told.look.maps)))
        for text, of_filters in weights.items()
    ]


def _sight(picture: Image.Image, map_: Float[np.ndarray, "height width"]) -> Image.Image:
    row, column = divmod(int(np.argmax(enlarged(map_, picture.height, picture.width))), picture.width)
    return ringed(veiled(picture, map_), (column, row))


def kept_page(html: str, path: Path) -> Path:
    """Write a page to ``path``, in a folder that is made if need be; InputError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: the page cannot be written ({error.strerror})") from error
    return path


def sights(why: Why) -> list[Sight]:
    """The most active filters that are tagged with the prediction, the last layer first: it knows things best."""
    layers = list(why.glance.maps)
    tagged = [f for f in why.explanation.filters if why.explanation.predicted in f.tags]
    chosen = sorted(tagged, key=lambda f: (-layers.index(f.layer), f.rank, f.index))[:_SIGHTS]
    return [Sight(f, overlay(why.picture, why.glance.maps[f.layer][f.index])) for f in chosen]
