"""What words mean, as a person says it: a file that corrects the choice of senses."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kgexplain.errors import InputError
from kgexplain.knowledge.wordnet.hierarchy import Hierarchy

_COLUMNS = ("word", "wnid")


class Mapped(NamedTuple):
    """The synset that a person gave a word, and what he noted."""

    wnid: str
    comment: str = ""


def read_mapping(path: Path, known: Hierarchy) -> Mapping[str, Mapped]:
    """The synsets by word of a CSV file with the columns ``word`` and ``wnid``, and perhaps ``comment``.

    A word is a class's name as it is written, or, where several classes have one name, the class's number; or that of an
    attribute or concept, which may have its category after it: orange (color).
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, restval="")
            if missing := [column for column in _COLUMNS if column not in (rows.fieldnames or ())]:
                raise InputError(
                    f"{path}: has no column {missing[0]}; a mapping has word, wnid and perhaps comment"
                )
            return _mapped(path, rows, known)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path}: is no CSV file in UTF-8; a mapping has word, wnid and perhaps comment"
        ) from error


def _mapped(path: Path, rows: "csv.DictReader[str]", known: Hierarchy) -> dict[str, Mapped]:
    found: dict[str, Mapped] = {}
    for row in rows:
        word, wnid = row["word"].strip(), row["wnid"].strip()
        where = f"{path}, line {rows.line_num}"
        if not word:
            raise InputError(f"{where}: has no word; each line gives one word its synset")
        if word in found:
            raise InputError(f"{where}: {word!r} is there for the second time; give a word one synset")
        if wnid not in known:
            raise InputError(f"{where}: {wnid!r} is none of the {len(known):,} synsets {known.which}")
        found[word] = Mapped(wnid, (row.get("comment") or "").strip())
    return found
