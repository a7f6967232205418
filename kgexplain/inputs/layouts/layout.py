"""What a folder of annotated photographs says, whatever its layout: label numbers, and masks of photographs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kgexplain.inputs.listing import folded

# Broden's categories in the order of its papers; any others come after them.
CATEGORIES = ("object", "part", "scene", "material", "texture", "color")

# Broden tells colours and scenes from objects of the same name by what their names end with.
ENDINGS = {"color": "-c", "scene": "-s"}

# Names that label files give to the number of pixels of which nothing is said.
NOTHING = {"background", "unlabeled", "unlabelled", "void", "ignore"}


class Concept(NamedTuple):
    """Something that annotations mark, and of which kind it is."""

    name: str
    category: str


class Fault(NamedTuple):
    """What is wrong with an annotation; ``key`` is the photograph's."""

    key: str
    reason: str


class Marked(NamedTuple):
    """One photograph: its path below the folder, its file and its masks', and concepts of the whole picture."""

    image: str
    path: Path
    masks: tuple[Path, ...] = ()
    whole: tuple[Concept, ...] = ()


@dataclass(frozen=True, eq=False)
class Layout:
    """What a folder lists: labels by their number in masks, and photographs; ``void`` are numbers that say nothing."""

    folder: Path
    labels: Mapping[int, Concept]
    marked: tuple[Marked, ...]
    void: frozenset[int] = frozenset({0})
    faults: tuple[Fault, ...] = ()


def laid(
    folder: Path, labels: Mapping[int, Concept], rows: Iterable[tuple[Marked, Iterable[Fault]]], *void: int
) -> Layout:
    """The layout of rows; labels that are called background, void or the like say nothing, and 0 unless it has a name."""
    nothing = {number for number, concept in labels.items() if folded(concept.name) in NOTHING}
    known = {number: concept for number, concept in labels.items() if number not in nothing}
    read = list(rows)
    return Layout(
        folder,
        known,
        tuple(marked for marked, _ in read),
        frozenset({0, *nothing, *void} - set(known)),
        tuple(fault for _, faults in read for fault in faults),
    )


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


def wholes(
    image: str, texts: Iterable[str], labels: Mapping[int, Concept]
) -> tuple[tuple[Concept, ...], list[Fault]]:
    """The concepts of a whole picture, said by number or by name, and those that are none."""
    found = {text: meant(text, labels) for text in texts}
    known = tuple(concept for concept in found.values() if concept)
    return known, [
        Fault(image, f"label {text}: unknown") for text, concept in found.items() if concept is None
    ]


def meant(text: str, labels: Mapping[int, Concept]) -> Concept | None:
    """The concept that a number or a name means."""
    if text.isdecimal():
        return labels.get(int(text))
    return next((concept for concept in labels.values() if folded(concept.name) == folded(text)), None)
