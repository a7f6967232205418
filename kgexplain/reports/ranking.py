"""What ranked concepts are worth: the precisions beside chance for people; every figure as a row for programs."""

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal

from kgexplain.evaluation.concept_precision import Precision
from kgexplain.evaluation.figures import Figure
from kgexplain.evaluation.figures import rows as figure_rows
from kgexplain.reports.text import Row, table, written

COLUMNS = ("concepts", "precision", "±", "shuffled", "± ", "lift", "p", "random filters")
CLASSES = ("class", "concepts")


def told(
    sentence: str,
    precisions: Sequence[Precision],
    figures: Sequence[Figure],
    of_classes: Sequence[tuple[str, Sequence[str]]],
    style: str,
) -> Iterator[str]:
    """The lines of a ranking: text has the precisions and each class's concepts, other styles every figure.

    Columns are the mean over classes and the standard deviation over them, what lists give that are dealt to classes
    at random and how far such deals differ, by how many times more the lists give as they are, how probable that
    is by chance, and what filters give that are drawn at random.
    """
    if style != "text":
        return written(figure_rows(figures), style)
    return _text(sentence, precisions, of_classes)


def _text(
    sentence: str, precisions: Sequence[Precision], of_classes: Sequence[tuple[str, Sequence[str]]]
) -> Iterator[str]:
    yield from (sentence, "")
    yield from table(COLUMNS, [_row(precision) for precision in precisions])
    yield ""
    yield from table(
        CLASSES, [{"class": Literal(name), "concepts": Literal(", ".join(of))} for name, of in of_classes]
    )


def _row(precision: Precision) -> Row:
    cells: tuple[str | float, ...] = (
        f"{precision.size.image} of image, {precision.size.class_} of class",
        *(precision.value, precision.deviation, precision.shuffled, precision.shuffled_deviation),
        *(precision.lift, precision.p, precision.random_filters),
    )
    return {column: Literal(cell) for column, cell in zip(COLUMNS, cells, strict=True)}
