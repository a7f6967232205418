"""What a folder of annotated photographs says, whatever its layout: label numbers, and masks of photographs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

# Broden's categories in the order of its papers; any others come after them.
CATEGORIES = ("object", "part", "scene", "material", "texture", "color")

# Broden tells colours and scenes from objects of the same name by what their names end with.
ENDINGS = {"color": "-c", "scene": "-s"}


class Concept(NamedTuple):
    """Something that annotations mark, and of which kind it is."""

    name: str
    category: str


class Fault(NamedTuple):
    """What is wrong with an annotation; ``key`` is the photograph's."""

    key: str
    reason: str


class Marked(NamedTuple):
    """One photograph, by its path below the folder: its masks' files, and labels of the whole picture by number."""

    image: str
    masks: tuple[Path, ...] = ()
    whole: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Layout:
    """What a folder lists: label numbers, and the photographs; ``void`` are numbers that say nothing, as 0 does."""

    folder: Path
    labels: Mapping[int, Concept]
    marked: tuple[Marked, ...]
    void: frozenset[int] = frozenset({0})
    faults: tuple[Fault, ...] = ()


def concept_of(name: str, category: str) -> Concept:
    """The concept that a label names; Broden's endings are left out.

    >>> concept_of("orange-c", "color"), concept_of("t-shirt-s", "object")
    (Concept(name='orange', category='color'), Concept(name='t-shirt-s', category='object'))
    """
    return Concept(name.strip().removesuffix(ENDINGS.get(category, "")), category.strip())


def in_order(concept: Concept) -> tuple[int, str, str]:
    """What concepts are sorted by: Broden's categories, then others by name; within one, by name.

    >>> sorted([Concept("red", "color"), Concept("cat", "object"), Concept("hat", "clothing")], key=in_order)[1:]
    [Concept(name='red', category='color'), Concept(name='hat', category='clothing')]
    """
    known = concept.category in CATEGORIES
    return CATEGORIES.index(concept.category) if known else len(CATEGORIES), concept.category, concept.name
