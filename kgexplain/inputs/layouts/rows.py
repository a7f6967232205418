"""Rows of the small tables that come with photographs."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.listing import few

NUMBER_COLUMNS = ("id", "number", "index", "idx", "value")
NAME_COLUMNS = ("name", "label", "class")

# Masks have no more numbers, and neither have planes.
MOST = 2**16 - 3


def rows_of(table: Path) -> list[dict[str, str]]:
    """The rows below a header, cells by the names of their columns in small letters; a .txt has tabs between them."""
    delimiter = "," if table.suffix.lower() == ".csv" else "\t"
    rows = [row for row in csv.reader(lines_of(table), delimiter=delimiter) if any(map(str.strip, row))]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    padding = [""] * len(header)
    return [dict(zip(header, (cell.strip() for cell in [*row, *padding]), strict=False)) for row in rows[1:]]


def header_of(table: Path) -> tuple[str, ...]:
    """The names of a table's columns; nothing where it is no table."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            return tuple(cell.strip().lower() for cell in next(csv.reader(lines), []))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()


def lines_of(file: Path) -> list[str]:
    """The lines of a text."""
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); make it readable") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is no text in UTF-8; save it in UTF-8") from error


def column(table: Path, row: Mapping[str, str], names: Sequence[str]) -> str:
    """The first of ``names`` that a row has a column for."""
    found = next((name for name in names if name in row), None)
    if found is None:
        raise InputError(f"{table}: has the columns {few(row)}; it needs one of {', '.join(names)}")
    return found


def number(table: Path, text: str) -> int:
    """The number of a label."""
    if not text.isdecimal() or int(text) > MOST:
        raise InputError(f"{table}: has the label number {text!r}; such numbers are 0 to {MOST}")
    return int(text)


def cells(row: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """What a row has in some columns, one after the other; a cell may have several, with ; between them."""
    return [text.strip() for name in columns for text in row[name].split(";") if text.strip()]


def photograph(table: Path, row: Mapping[str, str], image: str) -> str:
    """The photograph that a row is about."""
    if not row[image]:
        raise InputError(f"{table}: has a row that names no photograph; each row needs one")
    return row[image]
