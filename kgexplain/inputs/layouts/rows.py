"""Rows of the small tables that come with photographs."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.listing import few

NUMBER_COLUMNS = ("id", "number", "index", "idx", "value")
NAME_COLUMNS = ("name", "label", "class")


def rows_of(table: Path) -> list[dict[str, str]]:
    """The rows below a header, cells by the names of their columns in small letters."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.reader(lines) if any(cell.strip() for cell in row)]
    except OSError as error:
        raise InputError(f"{table}: cannot be read ({error.strerror}); make it readable") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{table}: is no table in UTF-8 ({error}); save it as a .csv in UTF-8") from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    padding = [""] * len(header)
    return [dict(zip(header, (cell.strip() for cell in [*row, *padding]), strict=False)) for row in rows[1:]]


def column(table: Path, row: Mapping[str, str], names: Sequence[str]) -> str:
    """The first of ``names`` that a row has a column for."""
    found = next((name for name in names if name in row), None)
    if found is None:
        raise InputError(f"{table}: has the columns {few(row)}; it needs one of {', '.join(names)}")
    return found


def number(table: Path, text: str) -> int:
    """The number of a label: whole, and not negative."""
    if not text.isdecimal():
        raise InputError(f"{table}: has the label number {text!r}; a label number is 0, 1, 2 …")
    return int(text)
