"""The published tags of VGG16's filters, as statements: the dump of FilTag's authors."""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import FILTER_TAG, HAS_TAG, TAG, TAGGED_WITH, A, Statement, thing


@dataclass(frozen=True)
class Dump:
    """Tags of one layer by filter; the file gives names only, neither wnids nor scores.

    A name that two classes share is told apart where one filter carries both; elsewhere it stays a class without a
    wnid, in ``ambiguous``: which of the two tagged the filter is not in the file.
    """

    architecture: Architecture
    layer: str
    tags: tuple[tuple[int, ...], ...]
    ambiguous: tuple[str, ...]
    digest: str

    def statements(self, run: str) -> Iterator[Statement]:
        """Filter → tag → class. All tags are said directly, too: the file does not rank them."""
        for filter_, classes in enumerate(self.tags):
            subject = self.architecture.filter(self.layer, filter_)
            for place, class_ in enumerate(classes):
                object_ = self.architecture.class_(class_)
                yield from _tag(subject, thing(run, "tag", self.layer, filter_, place), object_)


def read_dump(
    path: Path, classes: tuple[OutputClass, ...], layer: str = "conv5_3", network: str = "vgg16"
) -> Dump:
    """The dump at ``path``: a header line, then ``index:[' name ', …]`` for each filter; names as ``classes`` has them.

    The network's digest is that of the file: its weights are not at hand.
    """
    rows, digest = _rows(path)
    table = _Names(classes)
    known = {c.name for c in table.classes}
    unknown = sorted({name for row in rows for name in row if name not in known})
    if unknown:
        raise InputError(
            f"{path}: tags {unknown[:5]} are no names of the {len(classes)} classes; give the classes' file"
        )
    tags = tuple(tuple(table.indices(row)) for row in rows)
    architecture = Architecture(network, digest, {layer: Layer(layer, len(rows), 1)}, table.classes)
    return Dump(architecture, layer, tags, tuple(table.ambiguous), digest)


class _Names:
    """Classes by name, with further classes, of no wnid, for names that cannot be told apart."""

    def __init__(self, classes: tuple[OutputClass, ...]) -> None:
        self.classes = tuple(OutputClass(c.index, c.name.replace("_", " "), c.wnid) for c in classes)
        self.ambiguous: dict[str, int] = {}
        self._indices: dict[str, list[int]] = {}
        for class_ in self.classes:
            self._indices.setdefault(class_.name, []).append(class_.index)

    def indices(self, names: list[str]) -> Iterator[int]:
        for name, number in Counter(names).items():
            indices = self._indices[name]
            if number == len(indices):
                yield from indices
            else:
                yield from [self._undecided(name)] * number

    def _undecided(self, name: str) -> int:
        if name not in self.ambiguous:
            self.ambiguous[name] = len(self.classes)
            self.classes = (*self.classes, OutputClass(len(self.classes), name))
        return self.ambiguous[name]


def _rows(path: Path) -> tuple[list[list[str]], str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    rows: list[list[str]] = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines()[1:], start=2):
        index, colon, names = line.partition(":")
        try:
            if not colon or int(index) != len(rows):
                raise ValueError(line)
            rows.append([str(name).strip().replace("_", " ") for name in ast.literal_eval(names)])
        except (ValueError, SyntaxError, TypeError) as error:
            message = (
                f"{path}, line {number}: {line[:40]!r} is not {len(rows)}:[' name ', …]; a dump of FilTag is"
            )
            raise InputError(message) from error
    if not rows:
        raise InputError(f"{path}: has no filters; a dump of FilTag has a header and a line for each")
    return rows, hashlib.sha256(content).hexdigest()


def _tag(filter_: NamedNode, tag: NamedNode, class_: NamedNode) -> tuple[Statement, ...]:
    return (
        Statement(filter_, HAS_TAG, tag),
        Statement(tag, A, FILTER_TAG),
        Statement(tag, TAG, class_),
        Statement(filter_, TAGGED_WITH, class_),
    )
