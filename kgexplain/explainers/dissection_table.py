"""Published results of Network Dissection, as statements: a table of filters with their best concepts."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kgexplain.errors import InputError
from kgexplain.explainers.dissected import Match, concepts_said, matches_said
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.inputs.concepts import Concept, concept_of
from kgexplain.vocabulary import Statement

# How far an IoU may be from what its own counts give: some programs write six digits.
_ROUNDING = 1e-5
_COUNTS = ("truth", "activation", "intersect")


class Cell(NamedTuple):
    """What a table says of a filter and a category: the best concept, which may have no name, and its IoU."""

    filter_: int
    concept: Concept
    iou: float


@dataclass(frozen=True)
class Table:
    """Of each filter of one layer the best concept of each category, by intersection over union.

    ``matches`` are by filter, best first; of equals the one whose category the table has first. ``unnamed`` is how
    many scores have no concept's name beside them: the authors' tables have such of what is not labelled.
    """

    architecture: Architecture
    layer: str
    matches: tuple[Match, ...]
    unnamed: int
    digest: str

    def statements(self, run: str, least: float) -> Iterator[Statement]:
        """Filter → match → concept; a filter detects its best concept where that is above ``least``."""
        yield from concepts_said(dict.fromkeys(match.concept for match in self.matches))
        yield from matches_said(self.architecture, run, self.layer, self.matches, least)


def read_table(path: Path, layer: str, network: str = "", classes: tuple[OutputClass, ...] = ()) -> Table:
    """The table at ``path``, as NetDissect writes it (``plot/*.csv``), or NetDissect-Lite (``tally.csv``).

    Its columns are ``unit``, which counts from 1, and for each category ``<category>-label`` and ``<category>-iou``;
    where ``-truth``, ``-activation`` and ``-intersect`` are there, too, the IoU must be what they give. The network's
    digest is that of the file: its weights are not at hand. Its name is that of the file if none is given.
    """
    content = _content(path)
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace")))
    rows = _rows(path, reader, _categories(path, reader.fieldnames or ()))
    digest = hashlib.sha256(content).hexdigest()
    layers = {layer: Layer(layer, max(rows) + 1, 1)}
    matches = tuple(match for filter_ in sorted(rows) for match in _ranked(rows[filter_]))
    unnamed = sum(not cell.concept.name for row in rows.values() for cell in row)
    return Table(Architecture(network or path.stem, digest, layers, classes), layer, matches, unnamed, digest)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _categories(path: Path, columns: Sequence[str]) -> list[str]:
    labelled = [column.removesuffix("-label") for column in columns if column.endswith("-label")]
    categories = [category for category in labelled if f"{category}-iou" in columns]
    if "unit" not in columns or not categories:
        raise InputError(
            f"{path}: has columns {', '.join(columns) or 'none'}; a table of NetDissect has unit and, for each "
            "category, two as object-label and object-iou"
        )
    return categories


def _rows(path: Path, lines: Iterable[Mapping[str, str]], categories: Sequence[str]) -> dict[int, list[Cell]]:
    """The cells of each filter."""
    rows: dict[int, list[Cell]] = {}
    for number, line in enumerate(lines, start=2):
        where = f"{path}, line {number}"
        filter_ = _filter(where, line["unit"])
        if filter_ in rows:
            raise InputError(f"{where}: unit {filter_ + 1} is there twice; a filter has one line")
        rows[filter_] = [_cell(where, line, filter_, category) for category in categories]
    if not rows:
        raise InputError(f"{path}: has no filters; a table of NetDissect has a line for each")
    return rows


def _filter(where: str, unit: str) -> int:
    if not unit.strip().isdecimal() or int(unit) < 1:
        raise InputError(f"{where}: unit is {unit!r}; units are numbered from 1")
    return int(unit) - 1


def _cell(where: str, line: Mapping[str, str], filter_: int, category: str) -> Cell:
    score = _number(where, line, f"{category}-iou")
    if not 0 <= score <= 1:
        raise InputError(f"{where}: {category}-iou is {score}; it lies between 0 and 1")
    if all(line.get(f"{category}-{count}") for count in _COUNTS):
        truth, activation, intersect = (_number(where, line, f"{category}-{count}") for count in _COUNTS)
        union = truth + activation - intersect
        if abs(score * union - intersect) > _ROUNDING * union:
            raise InputError(
                f"{where}: {category}-iou is {score}, but its counts give {intersect:g} of {union:g}; "
                "take the table as NetDissect wrote it"
            )
    return Cell(filter_, concept_of(line[f"{category}-label"] or "", category), score)


def _number(where: str, line: Mapping[str, str], column: str) -> float:
    try:
        return float(line[column])
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: {column} is {line[column]!r}; it must be a number") from error


def _ranked(cells: Iterable[Cell]) -> Iterator[Match]:
    """Matches of one filter, best first; what has no name, or does not agree at all, is none."""
    found = sorted((c for c in cells if c.concept.name and c.iou > 0), key=lambda cell: -cell.iou)
    for rank, cell in enumerate(found, start=1):
        yield Match(cell.filter_, cell.concept, cell.iou, rank)
