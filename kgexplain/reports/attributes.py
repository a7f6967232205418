"""Explanations in attributes: sentences with tables and a page for people; JSON, CSV and Turtle for programs."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.attributes.contrast import Contrast
from kgexplain.answers.attributes.description import described
from kgexplain.answers.attributes.estimate import Estimate, foremost
from kgexplain.answers.attributes.reading import Description, Rationale
from kgexplain.answers.attributes.retrieval import Found
from kgexplain.errors import InputError
from kgexplain.evaluation.figures import COLUMNS, Figure
from kgexplain.evaluation.figures import rows as figure_rows
from kgexplain.graph.store import Rows
from kgexplain.reports.pictures import data_uri
from kgexplain.reports.text import NUMBERS, STYLES, Row, table, written
from kgexplain.vocabulary import XSD_INTEGER, Term

# People are shown so many attributes of a class, programs all.
_SHOWN = 10

RATIONALE = ("image", "class", "is", "rank", "attribute", "probability", "iri")
CONTRAST = ("for", "attribute", "probability", "other", "difference", "iri")
BY_GRADIENT = "How much filters count for the class is told by the gradient of its score: to first order."
"""What is told wherever a network's weights are not those of one linear layer."""
BESIDE = ("measure", "value", "interval", "baseline", "gives", "above", "by")
FOUND = ("probability", "image", "class", "iri")
DESCRIPTION = ("class", "rank", "attribute", "probability", "iri")


@dataclass(frozen=True)
class Section:
    """What is said in a sentence, and the rows that it comes from; people are shown some columns of the first rows.

    Or, if there are any, the rows ``shown_as``, all of them. ``note`` is how that is known, where it is not as usual.
    """

    sentence: str
    rows: Sequence[Row]
    shown: tuple[str, ...]
    first: int = _SHOWN
    shown_as: Sequence[Row] = ()
    note: str = ""


@dataclass(frozen=True)
class Report:
    """Sections with the same columns."""

    columns: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Sight:
    """What is looked for, an attribute's words, and the photograph as clear as filters that signal it are active."""

    text: str
    picture: Image.Image


def of_rationales(rationales: Sequence[Rationale]) -> Report:
    """Why images are called what they are: a section for each class of each image."""
    sections = (
        Section(
            rationale.sentence(),
            [
                _said(image=rationale.key, **{"class": rationale.name, "is": standing(rationale)}) | _cells(e)
                for e in rationale.estimates
            ],
            ("rank", "attribute", "probability"),
            note=note_of([rationale]),
        )
        for rationale in rationales
    )
    return Report(RATIONALE, tuple(sections))


def note_of(rationales: Sequence[Rationale]) -> str:
    """What has to be told of how rationales were found; empty where it is by a linear layer."""
    return BY_GRADIENT if any(r.speaks and r.weights_by == "gradient" for r in rationales) else ""


def of_contrast(contrast: Contrast, sentence: str, note: str = "") -> Report:
    """What tells two classes apart; the sentence is the contrast's ``reason``, or its ``distinction``."""
    differences = [
        _said(**{"for": name}, probability=d.own, other=d.other, difference=d.more) | _words(d.estimate)
        for name, side in ((contrast.one, contrast.for_one), (contrast.other, contrast.for_other))
        for d in side
    ]
    both = [_said(**{"for": "both"}, probability=e.probability) | _words(e) for e in contrast.for_both]
    return Report(CONTRAST, (Section(sentence, [*differences, *both], CONTRAST[:-1], 3 * _SHOWN, note=note),))


def of_descriptions(descriptions: Sequence[Description]) -> Report:
    """What a network knows classes by: a section for each."""
    sections = (
        Section(
            described(description),
            [_said(**{"class": description.name}) | _cells(e) for e in description.estimates],
            ("rank", "attribute", "probability"),
        )
        for description in descriptions
    )
    return Report(DESCRIPTION, tuple(sections))


def of_figures(figures: Sequence[Figure], sentence: str = "") -> Report:
    """What attributes are worth; people are shown each figure beside its baselines, programs get each as a row."""
    return Report(
        COLUMNS, (Section(sentence, list(figure_rows(figures)), COLUMNS, shown_as=beside(figures)),)
    )


def beside(figures: Sequence[Figure]) -> list[Row]:
    """A row for each figure and baseline: the figure, what the baseline gives, and by how much the figure is above."""
    own = [figure for figure in figures if not figure.baseline and not figure.above]
    rows: list[Row] = []
    for figure in own:
        same = [f for f in figures if _confined(f) == _confined(figure)]
        first = {"measure": _confined(figure), "value": _value(figure), "interval": _interval(figure)}
        for name in [f.baseline for f in same if f.baseline] or [""]:
            baseline = next((f for f in same if f.baseline == name and name), None)
            above = next((f for f in same if f.above == name and name), None)
            other = {
                "baseline": name,
                "gives": _value(baseline),
                "above": _value(above),
                "by": _interval(above),
            }
            rows.append(_said(**first, **other))
            first = {}
    return rows


def _confined(figure: Figure) -> str:
    """A figure's measure and what it is confined to, in words."""
    alpha = "" if figure.alpha is None else f"@{figure.alpha}"
    words = (figure.variant, figure.attribute, f"of {figure.group} predictions" if figure.group else "")
    return " ".join(filter(None, (figure.measure + alpha, *words)))


def _value(figure: Figure | None) -> str:
    return "" if figure is None or math.isnan(figure.interval.value) else f"{figure.interval.value:.3f}"


def _interval(figure: Figure | None) -> str:
    if figure is None or math.isnan(figure.interval.low):
        return ""
    return f"{figure.interval.low:.3f} to {figure.interval.high:.3f}"


def of_found(found: Sequence[Found]) -> Rows:
    """Images by what they have, most probable first."""
    rows = [
        _said(probability=f.probability, image=f.key, **{"class": f.name}) | {"iri": NamedNode(f.image)}
        for f in found
    ]
    return Rows(FOUND, rows)


def told(report: Report, style: str) -> Iterator[str]:
    """The lines of a report as ``text``, ``json``, ``csv`` or ``turtle``: text shows the best, the others hold all."""
    if style not in STYLES:
        raise InputError(f"style {style!r}: attributes are not told so; {', '.join(STYLES)} are there")
    if style == "text":
        return _text(report)
    if style == "json":
        return _json(report)
    return written(Rows(report.columns, [row for section in report.sections for row in section.rows]), style)


def standing(rationale: Rationale) -> str:
    """Whether the class of a rationale is the predicted one, the true one, both, or neither."""
    facts = {"predicted": rationale.is_predicted, "true": rationale.is_true}
    return " and ".join(name for name, holds in facts.items() if holds)


def page(
    rationales: Sequence[Rationale],
    photograph: Image.Image,
    sights: Sequence[Sight],
    contrast: Contrast | None = None,
    questions: Sequence[str] = (),
) -> str:
    """One image's rationales as HTML, whole in itself: it loads nothing. ``questions`` are commands to type next."""
    environment = Environment(
        loader=PackageLoader("kgexplain", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    best = [(r, standing(r), foremost(r.estimates, _SHOWN) if r.speaks else ()) for r in rationales]
    return environment.get_template("attributes.html").render(
        photograph=data_uri(photograph),
        rationales=[(r, standing_, estimates, note_of([r])) for r, standing_, estimates in best],
        most=max((e.probability for _, _, estimates in best for e in estimates), default=1),
        sights=[(sight.text, data_uri(sight.picture)) for sight in sights],
        reason=contrast.reason() if contrast else "",
        questions=questions,
    )


def _cells(estimate: Estimate) -> dict[str, Term]:
    return _said(rank=estimate.rank, probability=estimate.probability) | _words(estimate)


def _words(estimate: Estimate) -> dict[str, Term]:
    return {"attribute": Literal(estimate.text), "iri": NamedNode(estimate.attribute)}


def _said(**cells: str | float) -> dict[str, Term]:
    return {column: Literal(cell) for column, cell in cells.items() if cell != ""}


def _text(report: Report) -> Iterator[str]:
    for place, section in enumerate(report.sections):
        if place:
            yield ""
        yield from (line for line in (section.sentence, section.note) if line)
        if section.sentence:
            yield ""
        if section.shown_as:
            yield from table(BESIDE, section.shown_as)
            continue
        yield from table(section.shown, section.rows[: section.first])
        if len(section.rows) > section.first:
            yield f"and {len(section.rows) - section.first} more"


def _json(report: Report) -> Iterator[str]:
    sections = [
        {
            "sentence": section.sentence,
            **({"note": section.note} if section.note else {}),
            "rows": [
                {column: _plain(row[column]) for column in report.columns if column in row}
                for row in section.rows
            ],
        }
        for section in report.sections
    ]
    yield json.dumps(sections, indent=2, ensure_ascii=False)


def _plain(value: Term) -> str | float:
    if isinstance(value, Literal) and value.datatype.value in NUMBERS:
        return int(value.value) if value.datatype == XSD_INTEGER else float(value.value)
    return value.value
