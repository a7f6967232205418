"""What was measured: a figure with its interval, as statements about the run, and as rows."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kgexplain.evaluation.bootstrap import Bootstrap, Interval, Measure
from kgexplain.graph.store import Rows
from kgexplain.vocabulary import (
    ABOVE_BASELINE,
    ALPHA,
    BASELINE,
    COMPUTED_ON,
    IMAGE_GROUP,
    IMAGES_MEASURED,
    INTERVAL_HIGH,
    INTERVAL_LEVEL,
    INTERVAL_LOW,
    IS_MEASUREMENT_OF,
    MEASURED_VALUE,
    OF_ATTRIBUTE,
    QUALITY_MEASUREMENT,
    VARIANT,
    A,
    Statement,
    Term,
    attribute,
    thing,
)

COLUMNS = (
    *("measure", "alpha", "variant", "attribute", "images_that_are", "baseline", "above"),
    *("value", "low", "high", "images"),
)


UNKNOWN = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Figure:
    """What ``metric``, a term, is over ``images`` images; what does not apply is None or empty.

    ``baseline`` says that this is what something without knowledge of attributes would give, and ``above`` that it is how far
    the method is above such a baseline. ``attribute`` is a phrase. ``group`` is ``right`` or ``wrong`` predictions.
    """

    metric: NamedNode
    images: int
    interval: Interval = UNKNOWN
    level: float = 0.95
    alpha: float | None = None
    variant: str = ""
    attribute: str = ""
    group: str = ""
    baseline: str = ""
    above: str = ""

    @property
    def measure(self) -> str:
        """The metric's local name."""
        return self.metric.value.rpartition("#")[2]


def measured(
    figure: Figure, own: Measure, baselines: Mapping[str, Measure], bootstrap: Bootstrap
) -> list[Figure]:
    """A figure filled in, then what each baseline gives in its place, then by how much it is above each."""
    sample = bootstrap.sample(own, figure.images)
    others = {name: bootstrap.sample(measure, figure.images) for name, measure in baselines.items()}
    filled = replace(figure, interval=bootstrap.of(sample), level=bootstrap.level)
    return [
        filled,
        *(replace(filled, interval=bootstrap.of(o), baseline=name) for name, o in others.items()),
        *(replace(filled, interval=bootstrap.of(sample - o), above=name) for name, o in others.items()),
    ]


def statements(figures: Iterable[Figure], run: str) -> Iterator[Statement]:
    """Each figure that is a number as a quality measurement of the run (Data Quality Vocabulary)."""
    for figure in figures:
        if math.isnan(figure.interval.value):
            continue
        node = thing(run, *_keys(figure))
        yield Statement(node, A, QUALITY_MEASUREMENT)
        yield Statement(node, COMPUTED_ON, NamedNode(run))
        yield Statement(node, IS_MEASUREMENT_OF, figure.metric)
        yield Statement(node, IMAGES_MEASURED, Literal(figure.images))
        yield from (Statement(node, predicate, value) for predicate, value in _said(figure).items())


def rows(figures: Iterable[Figure]) -> Rows:
    """The figures as an answer, a row each; what does not apply is not bound."""
    return Rows(COLUMNS, [_row(figure) for figure in figures])


def _keys(figure: Figure) -> list[str]:
    """The metric and what it is confined to: two figures of one run that may both be said have different keys."""
    confined = {
        "alpha": "" if figure.alpha is None else str(figure.alpha),
        "variant": figure.variant,
        "attribute": figure.attribute,
        "images": figure.group,
        "baseline": figure.baseline,
        "above": figure.above,
    }
    return [figure.measure, *(key for name, value in confined.items() if value for key in (name, value))]


def _said(figure: Figure) -> dict[NamedNode, Term]:
    confined = _confined(figure) | ({OF_ATTRIBUTE: attribute(figure.attribute)} if figure.attribute else {})
    said: dict[NamedNode, Term] = {MEASURED_VALUE: Literal(figure.interval.value)}
    if not math.isnan(figure.interval.low):
        said[INTERVAL_LOW] = Literal(figure.interval.low)
        said[INTERVAL_HIGH] = Literal(figure.interval.high)
        said[INTERVAL_LEVEL] = Literal(figure.level)
    return confined | said


def _confined(figure: Figure) -> dict[NamedNode, Term]:
    words = {
        VARIANT: figure.variant,
        IMAGE_GROUP: figure.group,
        BASELINE: figure.baseline,
        ABOVE_BASELINE: figure.above,
    }
    alpha: dict[NamedNode, Term] = {} if figure.alpha is None else {ALPHA: Literal(figure.alpha)}
    return alpha | {predicate: Literal(word) for predicate, word in words.items() if word}


def _row(figure: Figure) -> dict[str, Term]:
    cells = (
        *(figure.measure, figure.alpha, figure.variant, figure.attribute, figure.group),
        *(figure.baseline, figure.above, *figure.interval, figure.images),
    )
    return {
        column: Literal(cell)
        for column, cell in zip(COLUMNS, cells, strict=True)
        if cell not in ("", None) and not (isinstance(cell, float) and math.isnan(cell))
    }
