"""What a network's outputs are called, and which WordNet synsets they are."""

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.shipped import shipped

T = TypeVar("T")
Pair: TypeAlias = tuple[str | None, str]

IMAGENET = "imagenet"
NUMBERED = "numbered"
FORMATS = "a .json, .csv or .tsv file, or a text file with one class a line"

_WNID = re.compile(r"[nvars]\d{8}")
_LINE = re.compile(r"([nvars]\d{8})(?:(?:\s*,\s*|\s+)(.*))?")
_NAME_COLUMNS = ("name", "label", "words")


@cache
def imagenet_classes() -> tuple[OutputClass, ...]:
    """ImageNet's 1000 classes in the order that networks have; two are called crane, and two maillot.

    >>> imagenet_classes()[207]
    OutputClass(index=207, name='golden retriever', wnid='n02099601')
    """
    lines = (shipped("data") / "imagenet_classes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(OutputClass(int(index), name, wnid) for index, wnid, name in rows)


def numbered_classes(outputs: int) -> tuple[OutputClass, ...]:
    """Classes of which nothing is known but their number.

    >>> [class_.name for class_ in numbered_classes(2)]
    ['class 0', 'class 1']
    """
    return tuple(OutputClass(index, f"class {index}") for index in range(outputs))


def open_classes(words: str, outputs: int) -> tuple[OutputClass, ...]:
    """The classes of a network with so many outputs: ``imagenet``, ``numbered``, or a file.

    A file lists them in the order of the outputs:
    ``.json`` as {"0": ["n01440764", "tench"], …}, {"0": "tench", …} or ["tench", …];
    ``.csv`` or ``.tsv`` with a header that has ``wnid`` or ``name`` or both, and perhaps ``index``;
    any other as text with one class a line: a name, a wnid, or a wnid and its names (``n01440764 tench, Tinca tinca``).
    """
    if words == NUMBERED:
        return numbered_classes(outputs)
    classes = imagenet_classes() if words == IMAGENET else read_classes(words)
    if len(classes) != outputs:
        raise InputError(
            f"classes {words}: lists {len(classes)} classes, but the network has {outputs} outputs; "
            "give one class for each output"
        )
    return classes


def read_classes(words: str) -> tuple[OutputClass, ...]:
    """The classes that a file lists."""
    path = Path(words)
    try:
        pairs = pairs_of(path, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"classes {words}: cannot be read: {error.strerror}; give {IMAGENET}, {NUMBERED}, or {FORMATS}"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"classes {words}: is not text in UTF-8; give {FORMATS}") from error
    refuse_doubles(words, pairs)
    return tuple(OutputClass(index, name, wnid) for index, (wnid, name) in enumerate(pairs))


def pairs_of(path: Path, text: str) -> list[Pair]:
    """Wnid and name of each class, in order."""
    match path.suffix.lower():
        case ".json":
            return in_json(path, text)
        case ".csv":
            return in_table(path, text, ",")
        case ".tsv":
            return in_table(path, text, "\t")
        case _:
            return in_lines(path, text)


def in_lines(path: Path, text: str) -> list[Pair]:
    """One class a line."""
    lines = text.rstrip().splitlines()
    if empty := [number for number, line in enumerate(lines, 1) if not line.strip()]:
        raise InputError(f"classes {path}: line {empty[0]} is empty; every output needs a name")
    return [in_line(line.strip()) for line in lines]


def in_line(line: str) -> Pair:
    """A name, a wnid, or a wnid and names, of which the first is taken.

    >>> in_line("n01440764 tench, Tinca tinca"), in_line("n01440764, tench"), in_line("salt, pepper")
    (('n01440764', 'tench'), ('n01440764', 'tench'), (None, 'salt, pepper'))
    """
    if found := _LINE.fullmatch(line):
        return found[1], named(found[1], (found[2] or "").split(",")[0])
    return None, line


def in_json(path: Path, text: str) -> list[Pair]:
    """A list of classes, or an object with the outputs' numbers as keys."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"classes {path}: is not JSON: {error}; give {FORMATS}") from error
    if isinstance(given, Mapping):
        given = by_index(path, list(given.items()))
    if not isinstance(given, list):
        raise InputError(f'classes {path}: is no list of classes; give {{"0": ["n01440764", "tench"], …}}')
    return [in_value(path, value) for value in given]


def in_value(path: Path, value: object) -> Pair:
    """A class as JSON has it: a name, or wnid and name."""
    match value:
        case str() if value.strip():
            return in_line(value.strip())
        case [str() as wnid, str() as name] if _WNID.fullmatch(wnid):
            return wnid, named(wnid, name.replace("_", " "))
        case _:
            raise InputError(f'classes {path}: has {value!r}; a class is "tench" or ["n01440764", "tench"]')


def in_table(path: Path, text: str, delimiter: str) -> list[Pair]:
    """Rows below a header; ``index`` or ``imagenet_index`` orders them."""
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter, restval="")
    columns = [column for column in reader.fieldnames or [] if column]
    name = next((column for column in _NAME_COLUMNS if column in columns), None)
    if name is None and "wnid" not in columns:
        raise InputError(f"classes {path}: has columns {', '.join(columns)}; it needs wnid or name, or both")
    rows = [dict(row) for row in reader]
    if "index" in columns:
        rows = by_index(path, [(row["index"], row) for row in rows])
    elif "imagenet_index" in columns:
        # Not the outputs' numbers: a network for some of ImageNet's classes has them in ImageNet's order.
        rows.sort(key=lambda row: number(path, row["imagenet_index"]))
    return [in_row(path, row.get("wnid", ""), row.get(name or "", "")) for row in rows]


def in_row(path: Path, wnid: str, name: str) -> Pair:
    """A class as a table has it."""
    wnid, name = wnid.strip(), name.strip()
    if wnid and not _WNID.fullmatch(wnid):
        raise InputError(
            f"classes {path}: {wnid!r} is not a wnid; a wnid is a letter and eight digits, n01440764"
        )
    if not wnid and not name:
        raise InputError(f"classes {path}: has a row with neither wnid nor name; every output needs one")
    return wnid or None, named(wnid, name)


def by_index(path: Path, numbered: Sequence[tuple[str, T]]) -> list[T]:
    """What is numbered, in order; the numbers count the outputs from 0."""
    ordered = sorted(((number(path, index), value) for index, value in numbered), key=lambda pair: pair[0])
    if [index for index, _ in ordered] != list(range(len(ordered))):
        raise InputError(
            f"classes {path}: its indices do not count 0 to {len(ordered) - 1}; each output has one"
        )
    return [value for _, value in ordered]


def number(path: Path, text: str) -> int:
    """A whole number that a file has as text."""
    try:
        return int(text)
    except (TypeError, ValueError):
        raise InputError(f"classes {path}: has the index {text!r}; an index is a whole number") from None


def named(wnid: str, name: str) -> str:
    """The name that is given; else ImageNet's for this wnid; else the wnid.

    >>> named("n02099601", ""), named("n00007846", "")
    ('golden retriever', 'n00007846')
    """
    return name.strip() or imagenet_names().get(wnid, wnid)


@cache
def imagenet_names() -> Mapping[str, str]:
    """The name of each of ImageNet's wnids."""
    return {class_.wnid: class_.name for class_ in imagenet_classes() if class_.wnid}


def refuse_doubles(words: str, pairs: Sequence[Pair]) -> None:
    """Refuses an empty list, and two classes with one wnid, which nothing could tell apart."""
    if not pairs:
        raise InputError(f"classes {words}: lists no class; give {FORMATS}")
    counts = Counter(wnid for wnid, _ in pairs if wnid)
    if doubles := [wnid for wnid, count in counts.items() if count > 1]:
        raise InputError(
            f"classes {words}: has {', '.join(doubles[:3])} more than once; a wnid is one class's"
        )


def are_imagenet(names: Sequence[str]) -> bool:
    """Whether these are ImageNet's classes, in order; torchvision says ``crane bird`` for one of the two cranes.

    >>> are_imagenet(["tench", "goldfish"])
    False
    """
    classes = imagenet_classes()
    return len(names) == len(classes) and all(
        name == class_.name or name.startswith(f"{class_.name} ")
        for name, class_ in zip(names, classes, strict=True)
    )
