"""A page that shows why, with the maps of the filters laid over the photograph."""

from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.reports.html import Sight, page
from kgexplain.reports.pictures import overlay
from kgexplain.workflow.why import Why

_SIGHTS = 8


def write_page(why: Why, path: Path, questions: tuple[str, ...] = ()) -> Path:
    """Write the page to ``path``; ``questions`` are commands that one may type next."""
    return kept_page(page(why.explanation, why.picture, sights(why), questions), path)


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
