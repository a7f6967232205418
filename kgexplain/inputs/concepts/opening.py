"""The concepts that are marked in a set of photographs, whatever marks them."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import UInt16

from kgexplain.errors import InputError
from kgexplain.inputs.ahead import ahead, processors
from kgexplain.inputs.attributes.matching import matched
from kgexplain.inputs.concepts.annotated import UNKNOWN, Concepts, Marks
from kgexplain.inputs.concepts.colours import COLOURS
from kgexplain.inputs.images import Images, Photograph
from kgexplain.inputs.layouts import FORMATS, Concept, Fault, Layout, Marked, laid_out
from kgexplain.inputs.layouts.layout import in_order
from kgexplain.inputs.listing import few, readable
from kgexplain.inputs.photograph import Fault as Unreadable
from kgexplain.inputs.photograph import content, upright_size

# Colours need no annotation: the pixels have them.
PIXELS = "pixels:colours"

# Photographs that are looked into at the same time as one is waited for.
_READ_AHEAD = 64


def open_concepts(address: str | Path, images: Images) -> Concepts:
    """What is marked in the photographs of a set, by a folder that is laid out as annotated data sets are.

    Network Dissection's Broden; a table ``index.csv`` with ``labels.csv``; photographs and masks of the same names, as
    ADE20K and PASCAL VOC. ``pixels:colours`` calls each pixel by one of eleven colour names; ``folder+pixels:colours``
    does both. Photographs are known by path, as far as it tells them apart.

    Raises InputError for what is none of these, and where nothing in the set is annotated.
    """
    folder, of_pixels = parts_of(str(address))
    if not of_pixels:
        return in_layout(Path(folder), images)
    return with_colours(in_layout(Path(folder), images) if folder else unmarked(images), images)


def parts_of(address: str) -> tuple[str, bool]:
    """The folder in an address, and whether pixels are called by their colours, too.

    >>> parts_of("broden+pixels:colours"), parts_of("pixels:colours"), parts_of("a+b")
    (('broden', True), ('', True), ('a+b', False))
    """
    folder = address.removesuffix(PIXELS)
    return folder.removesuffix("+"), folder != address


def folder_of(images: Images) -> Path:
    """The folder that the keys of photographs begin in: where annotations of a set are that was opened with them."""
    first = images.photographs[0]
    return Path(*first.path.parts[: len(first.path.parts) - len(Path(first.key).parts)])


def in_layout(folder: Path, images: Images) -> Concepts:
    """What the masks and labels of a folder mark."""
    layout = laid_out(folder)
    if layout is None:
        wrong = "has no annotations" if folder.exists() else "does not exist"
        raise InputError(f"{folder}: {wrong}; give {FORMATS}, or {PIXELS}")
    whole = {concept for marked in layout.marked for concept in marked.whole}
    concepts = tuple(sorted({*layout.labels.values(), *whole}, key=in_order))
    index = {concept: place for place, concept in enumerate(concepts)}
    faults = list(layout.faults)
    known = {marked.image: marked for marked in there(layout, faults)}
    path_of = paths_of(folder, known, images)
    marks = {
        photograph.key: Marks(photograph, size, of.masks, tuple(sorted({index[named] for named in of.whole})))
        for photograph, size in sized(images, faults)
        if (of := known.get(path_of.get(photograph.key, "")))
    }
    return Concepts(
        folder.resolve().name,
        concepts,
        marks,
        planes_of(layout, index),
        tuple(photograph.key for photograph in images.photographs if photograph.key not in marks),
        tuple(faults),
        tuple(sorted(known.keys() - path_of.values())),
    )


def sized(images: Images, faults: list[Fault]) -> Iterator[tuple[Photograph, tuple[int, int]]]:
    """Each photograph with its size; ``faults`` is told of those that are none, for which annotations are no use."""
    paths = [photograph.path for photograph in images.photographs]
    with closing(ahead(size_of, paths, processors(), _READ_AHEAD)) as sizes:
        for photograph, size in zip(images.photographs, sizes, strict=True):
            if isinstance(size, Unreadable):
                faults.append(Fault(photograph.key, f"photograph: {size.reason}"))
            else:
                yield photograph, size


def size_of(path: Path) -> tuple[int, int] | Unreadable:
    """The size of a photograph, or why there is none."""
    return content(path, upright_size)


def there(layout: Layout, faults: list[Fault]) -> list[Marked]:
    """Each photograph that is marked, with the masks that are there; ``faults`` is told of those that are not."""
    found: dict[str, Marked] = {}
    for marked in layout.marked:
        missing = {mask for mask in marked.masks if not mask.is_file()}
        faults.extend(
            Fault(marked.image, f"mask {readable(mask.name)}: no such file") for mask in sorted(missing)
        )
        before = found.get(marked.image, Marked(marked.image, marked.path))
        masks = (*before.masks, *(mask for mask in marked.masks if mask not in missing))
        found[marked.image] = marked._replace(masks=masks, whole=(*before.whole, *marked.whole))
    return [marked for marked in found.values() if marked.masks or marked.whole]


def paths_of(folder: Path, known: Mapping[str, Marked], images: Images) -> dict[str, str]:
    """The path by which a folder calls each photograph that it annotates, by the photograph's key."""
    keys = [photograph.key for photograph in images.photographs]
    path_of = {key: path for path, key in matched(known, keys).items()}
    if not path_of:
        raise InputError(
            f"{folder}: none of the {len(known)} photographs that it annotates ({few(known)}) is of "
            f"{images.name}; that has {len(keys)} ({few(keys)})"
        )
    return path_of


def planes_of(layout: Layout, index: Mapping[Concept, int]) -> UInt16[np.ndarray, " numbers"]:
    """What each label number is in the planes: 0 for nothing, i + 1 for concept i, UNKNOWN for no label's number."""
    table = np.full(max([*layout.labels, *layout.void]) + 1, UNKNOWN, dtype=np.uint16)
    for number, concept in layout.labels.items():
        table[number] = index[concept] + 1
    table[list(layout.void)] = 0
    return table


def unmarked(images: Images) -> Concepts:
    """Photographs without any annotation."""
    return Concepts(PIXELS, (), {}, np.zeros(1, np.uint16), tuple(of.key for of in images.photographs))


def with_colours(concepts: Concepts, images: Images) -> Concepts:
    """The same marks, and the colours of the pixels of every photograph."""
    every = tuple(sorted({*concepts.concepts, *COLOURS}, key=in_order))
    among = concepts.among(every)
    faults: list[Fault] = []
    marks = {of.key: among.marks.get(of.key, Marks(of, size)) for of, size in sized(images, faults)}
    colours = np.array([every.index(colour) + 1 for colour in COLOURS], dtype=np.uint16)
    without = tuple(of.key for of in images.photographs if of.key not in marks)
    told = tuple(dict.fromkeys([*concepts.faults, *faults]))
    name = concepts.name if concepts.name == PIXELS else f"{concepts.name}+{PIXELS}"
    return replace(among, name=name, marks=marks, colours=colours, without=without, faults=told)
