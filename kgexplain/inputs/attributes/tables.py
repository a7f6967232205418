"""Files that say which attributes photographs or classes have: captions and tables, as they stand there."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float

from kgexplain.errors import InputError
from kgexplain.inputs.listing import FILE_COLUMNS, few

Captions: TypeAlias = Mapping[str, tuple[str, ...]]

CAPTION = "caption"
CLASS_COLUMNS = ("class", "wnid", "name", "label", "species")
HUNDRED = 100


@dataclass(frozen=True, eq=False)
class Captioned:
    """Captions by the path of their photograph."""

    captions: Captions


@dataclass(frozen=True, eq=False)
class ImageTable:
    """How surely each photograph, by path, has each attribute: 0 to 1."""

    paths: tuple[str, ...]
    attributes: tuple[str, ...]
    values: Float[np.ndarray, "images attributes"]


@dataclass(frozen=True, eq=False)
class ClassTable:
    """Which share of a class's photographs has each attribute: 0 to 1."""

    classes: tuple[str, ...]
    attributes: tuple[str, ...]
    values: Float[np.ndarray, "classes attributes"]


Source: TypeAlias = Captioned | ImageTable | ClassTable


def in_table(path: Path) -> Source:
    """What a .csv with a header has: captions (columns image, caption), photographs × attributes, classes × attributes."""
    rows = rows_of(path)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise InputError(
            f"{path}: has {len(rows)} rows of {len(rows[0]) if rows else 0} cells; a table of attributes has "
            "a header, rows below it, and at least two columns, with commas between them"
        )
    header = [cell.strip() for cell in rows[0]]
    low = [cell.lower() for cell in header]
    if CAPTION in low:
        return captions_in(path, low, rows[1:])
    keys, values = numbers(path, header, rows[1:])
    if low[0] in FILE_COLUMNS:
        return ImageTable(keys, tuple(header[1:]), values)
    if low[0] in CLASS_COLUMNS:
        return ClassTable(keys, tuple(header[1:]), values)
    raise InputError(
        f"{path}: its first column is called {header[0]!r}; that of a table of photographs is called "
        f"{' or '.join(FILE_COLUMNS)}, of classes {' or '.join(CLASS_COLUMNS)}, and one of captions has a column {CAPTION}"
    )


def rows_of(path: Path) -> list[list[str]]:
    """The rows of a .csv in which something is written."""
    try:
        # A quotation mark that nothing closes would take all the lines below it for one cell.
        read = list(csv.reader(io.StringIO(text_of(path), newline=""), strict=True))
    except csv.Error as error:
        raise InputError(f"{path}: is no table ({error}); save it as a .csv in UTF-8") from error
    return [row for row in read if any(cell.strip() for cell in row)]


def captions_in(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Captioned:
    """Captions below a header, as many rows a photograph as there are."""
    refuse_doubles(path, "column", [name for name in header if name == CAPTION])
    file = next((header.index(name) for name in FILE_COLUMNS if name in header), None)
    if file is None:
        raise InputError(
            f"{path}: has captions, but of which photograph no column says ({few(header)}); call one {FILE_COLUMNS[2]}"
        )
    if wide := next((row for row in rows if any(map(str.strip, row[len(header) :]))), None):
        raise InputError(
            f"{path}: the row of {cell(wide, file)!r} has {len(wide)} cells, its header {len(header)}; "
            "put a caption that has commas into quotation marks"
        )
    caption = header.index(CAPTION)
    return Captioned(gathered(path, ((cell(row, file), cell(row, caption)) for row in rows)))


def cell(row: Sequence[str], column: int) -> str:
    """What a row has in a column; nothing where it is too short."""
    return row[column].strip() if column < len(row) else ""


def gathered(path: Path, pairs: Iterator[tuple[str, str]]) -> Captions:
    """The captions of each photograph; a pair without a photograph is an InputError."""
    captions: dict[str, list[str]] = defaultdict(list)
    for number, (image, caption) in enumerate(pairs, start=1):
        if not image:
            raise InputError(f"{path}: its caption {number} names no photograph; each caption needs one")
        captions[image].extend([caption] if caption else [])
    return {image: tuple(said) for image, said in captions.items()}


def in_json_lines(path: Path) -> Captioned:
    """Captions, an object a line: {"image": "a.jpg", "caption": "a white bird"}, or "captions" with a list."""
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(lines_of(path), start=1):
        if line.strip():
            pairs.extend(said_in(f"{path}, line {number}", line))
    return Captioned(gathered(path, iter(pairs)))


def said_in(where: str, line: str) -> Iterator[tuple[str, str]]:
    """The photograph and each caption of one line."""
    try:
        given: Any = json.loads(line)
        # Half a character, as "\\ud83d" alone, is JSON, and no text.
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: is not JSON: {error}; each line is one object") from error
    match given:
        case {"image": str(image), "caption": str(caption)}:
            yield image, caption.strip()
        case {"image": str(image), "captions": [*captions]} if all(
            isinstance(said, str) for said in captions
        ):
            yield image, ""
            yield from ((image, said.strip()) for said in captions)
        case _:
            raise InputError(
                f'{where}: has {line.strip()[:60]}; a line is {{"image": "a.jpg", "caption": "a white bird"}}, '
                'or has "captions" with a list of them'
            )


def numbers(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], Float[np.ndarray, "rows attributes"]]:
    """The first cell of each row, and the numbers behind it as shares."""
    refuse_nameless(path, "row", [cell(row, 0) for row in rows])
    refuse_nameless(path, "column", header)
    refuse_doubles(path, "row", [cell(row, 0) for row in rows])
    refuse_doubles(path, "column", header)
    values = np.empty((len(rows), len(header) - 1))
    for line, row in zip(values, rows, strict=True):
        if len(row) != len(header):
            raise InputError(
                f"{path}: the row of {cell(row, 0)!r} has {len(row)} cells, its header {len(header)}; they must agree"
            )
        for column, text in enumerate(row[1:]):
            line[column] = number(path, f"{cell(row, 0)!r} and {header[column + 1]!r}", text)
    return tuple(cell(row, 0) for row in rows), shares(path, values)


def number(path: Path, where: str, text: str) -> float:
    """A number that a table has as text."""
    try:
        return float(text)
    except ValueError:
        raise InputError(
            f"{path}: has {text!r} for {where}; every column but the first holds numbers, 0 to 1 or 0 to {HUNDRED}"
        ) from None


def shares(path: Path, values: Float[np.ndarray, "rows attributes"]) -> Float[np.ndarray, "rows attributes"]:
    """Shares, 0 to 1; where a table has larger numbers, all of it is in percent."""
    if not (np.isfinite(values) & (values >= 0) & (values <= HUNDRED)).all():
        wrong = values[~(np.isfinite(values) & (values >= 0) & (values <= HUNDRED))][0]
        raise InputError(
            f"{path}: has the value {wrong:g}; how surely an attribute is there is 0 to 1, or 0 to {HUNDRED} percent"
        )
    return values / HUNDRED if values.max(initial=0) > 1 else values


def refuse_doubles(path: Path, what: str, names: Sequence[str]) -> None:
    """Refuses two rows or two columns of one name."""
    if doubles := [name for name, count in Counter(names).items() if count > 1]:
        raise InputError(
            f"{path}: has more than one {what} called {few(map(repr, doubles))}; keep one of them"
        )


def refuse_nameless(path: Path, what: str, names: Sequence[str]) -> None:
    """Refuses a row or a column that has no name."""
    if "" in names:
        raise InputError(f"{path}: its {what} {names.index('') + 1} has no name; name it, or take it out")


def lines_of(path: Path) -> list[str]:
    """The lines of a file in UTF-8: of all that Unicode ends lines with, only what files do."""
    return [line.rstrip("\n") for line in io.StringIO(text_of(path), newline=None)]


def text_of(path: Path) -> str:
    """A file in UTF-8, its ends of lines as they are."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); make it readable") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not text in UTF-8 ({error.reason}); save it so") from error
