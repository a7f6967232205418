"""What a folder of class folders, or a table of paths and labels, lists; and which classes it means."""

import csv
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass

# HEIC and HEIF are photographs, too: without a reader they are to be skipped by name, not overlooked.
SUFFIXES = {
    ".jpg",
    ".jpeg",
    ".jpe",
    ".jfif",
    ".mpo",
    ".jp2",
    ".j2k",
    ".jpx",
    ".png",
    ".apng",
    ".gif",
    ".webp",
} | {".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".heic", ".heif"}
FILE_COLUMNS = ("file", "path", "image", "filename")
LABEL_COLUMNS = ("wnid", "imagenet_index", "label", "class", "name")
IMAGENET_CLASSES = 1000
FEW = 5


class Listed(NamedTuple):
    """One photograph of a listing: ``labels`` is what its class is called, the surest first; empty if unlabelled."""

    key: str
    path: Path
    labels: tuple[str, ...]


class Names:
    """The classes of a network by what people call them.

    A wnid comes first, then the name; in a name, spaces, underscores and hyphens do not count, and case counts only
    where two names differ in nothing else (the dog Cardigan, the garment cardigan). ImageNet's index, written
    ``#207``, is understood if the network has 1000 classes.

    >>> Names([OutputClass(0, "great white shark", "n01484850")]).find("Great_White_Shark").index
    0
    """

    def __init__(self, classes: Sequence[OutputClass]) -> None:
        self._tables: list[tuple[Callable[[str], str], dict[str, list[OutputClass]]]] = [
            (str, defaultdict(list)),
            (joined, defaultdict(list)),
            (folded, defaultdict(list)),
        ]
        for class_ in classes:
            if class_.wnid:
                self._tables[0][1][class_.wnid].append(class_)
            if len(classes) == IMAGENET_CLASSES:
                self._tables[0][1][f"#{class_.index}"].append(class_)
            for spelling, table in self._tables[1:]:
                table[spelling(class_.name)].append(class_)

    def find(self, label: str) -> OutputClass | None:
        """The class that a label means; None if there is none; a name of several classes is an InputError."""
        for spelling, table in self._tables:
            found = table.get(spelling(label), [])
            if len(found) > 1:
                raise InputError(
                    f"{label!r}: is the name of {len(found)} classes, {keys(found)}; {instead(found)}"
                )
            if found:
                return found[0]
        return None

    def first(self, labels: Sequence[str]) -> OutputClass | None:
        """The class that the first of the labels with a class means."""
        return next((class_ for label in labels if (class_ := self.find(label))), None)


def keys(classes: Sequence[OutputClass]) -> str:
    """Classes for a message: key and name of each."""
    return ", ".join(f"{c.key} ({c.name})" for c in classes)


def instead(classes: Sequence[OutputClass]) -> str:
    """What to say of classes that share a name."""
    has_wnids = all(c.wnid for c in classes)
    return "say the wnid instead" if has_wnids else "give the network's classes wnids, and say those instead"


def joined(name: str) -> str:
    """A name without what separates its words.

    >>> joined("black-footed ferret"), joined("black_footed_ferret")
    ('blackfootedferret', 'blackfootedferret')
    """
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", name))


def folded(name: str) -> str:
    """A name without what separates its words, and without case."""
    return joined(name).casefold()


def listed(place: Path) -> Iterator[Listed]:
    """The photographs that a folder or a .csv lists, in any order."""
    if place.is_dir():
        return in_folder(place)
    if place.suffix.lower() == ".csv" and place.is_file():
        return in_table(place)
    wrong = "is neither a folder nor a .csv" if place.exists() else "does not exist"
    raise InputError(f"{place}: {wrong}; images are a folder of class folders, or a .csv of paths and labels")


def in_folder(root: Path) -> Iterator[Listed]:
    """Photographs by suffix; the label is the folder right below the root; hidden files and folders do not count."""
    for path in files_below(root):
        parts = path.relative_to(root).parts
        yield Listed(
            readable("/".join(parts)), path, folder_labels(readable(parts[0])) if len(parts) > 1 else ()
        )


def folder_labels(folder: str) -> tuple[str, ...]:
    """What a class folder's name means: itself, or what follows its number, as in Caltech-UCSD Birds.

    >>> folder_labels("005.Crested_Auklet"), folder_labels("n02099601")
    (('005.Crested_Auklet', 'Crested_Auklet'), ('n02099601',))
    """
    unnumbered = re.sub(r"^\d+\.", "", folder)
    return (folder, unnumbered) if unnumbered not in ("", folder) else (folder,)


def files_below(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Files with an image's suffix; links are followed, but not back to a folder that one is in."""
    real = folder.resolve()
    if real in above:
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if is_folder(entry):
                yield from files_below(folder / entry.name, above | {real})
            elif Path(entry.name).suffix.lower() in SUFFIXES:
                yield folder / entry.name


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether this is a folder, or a link to one; a link that only leads to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def readable(name: str) -> str:
    """A file's name as text that every encoding can hold, also where its bytes are none."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def in_table(table: Path) -> Iterator[Listed]:
    """Rows of a .csv, paths being relative to it; columns are found by their header."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = ((number, row) for number, row in enumerate(csv.reader(lines), 1) if any(row))
            yield from from_rows(table, rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{table}: is no table in UTF-8 ({error}); save it as a .csv in UTF-8") from error


def from_rows(table: Path, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Listed]:
    """What each row lists; ``rows`` come with their number."""
    first = next(rows, None)
    if first is None:
        return
    file, labels, is_header = columns(table, first[1])
    for number, row in rows if is_header else chain([first], rows):
        cells = dict(enumerate(cell.strip() for cell in row))
        if not cells.get(file):
            raise InputError(f"{table}, row {number}: names no file; each row needs a path and a label")
        path = table.parent / cells[file]
        said = ((name, cells.get(column, "")) for name, column in labels)
        yield Listed(
            readable(Path(os.path.relpath(path, table.parent)).as_posix()),
            path,
            tuple(f"#{cell}" if name == "imagenet_index" else cell for name, cell in said if cell),
        )


def columns(table: Path, row: Sequence[str]) -> tuple[int, list[tuple[str, int]], bool]:
    """Where the file and the labels stand, by the first row; and whether that row is a header.

    A table without a header has two columns, file and label.
    """
    header = {cell.strip().lower(): column for column, cell in reversed(list(enumerate(row)))}
    files = [header[name] for name in FILE_COLUMNS if name in header]
    labels = [(name, header[name]) for name in LABEL_COLUMNS if name in header]
    if files and labels:
        return files[0], labels, True
    if len(row) == 2 and Path(row[0].strip()).suffix.lower() in SUFFIXES:
        return 0, [("label", 1)], False
    raise InputError(
        f"{table}: has the columns {few(map(repr, row))}; it needs one of {', '.join(FILE_COLUMNS)} "
        f"and one of {', '.join(LABEL_COLUMNS)}, or no header and two columns, file and label"
    )


def few(names: Iterable[str]) -> str:
    """The first of many names, for a message.

    >>> few("abcdefg")
    'a, b, c, d, e …'
    """
    first = list(islice(names, FEW + 1))
    return ", ".join(first[:FEW]) + (" …" if len(first) > FEW else "")
