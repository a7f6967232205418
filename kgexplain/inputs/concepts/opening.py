"""The concepts that are marked in a set of photographs, whatever marks them."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import UInt16

from kgexplain.errors import InputError
from kgexplain.inputs.attributes.matching import matched
from kgexplain.inputs.concepts.annotated import UNKNOWN, Concepts, Marks
from kgexplain.inputs.images import Images
from kgexplain.inputs.layouts import Concept, Fault, Layout, Marked, laid_out
from kgexplain.inputs.layouts.layout import in_order
from kgexplain.inputs.listing import few

FORMATS = "a folder with index.csv (columns image and seg) and labels.csv"


def open_concepts(address: str | Path, images: Images) -> Concepts:
    """What is marked in the photographs of a set, by a folder that is laid out as annotated data sets are."""
    place = Path(address)
    layout = laid_out(place)
    if layout is None:
        wrong = "is no folder of annotations" if place.exists() else "does not exist"
        raise InputError(f"{place}: {wrong}; give {FORMATS}")
    concepts = tuple(sorted(set(layout.labels.values()), key=in_order))
    index = {concept: number for number, concept in enumerate(concepts)}
    faults = list(layout.faults)
    known = {marked.image: found for marked in layout.marked if (found := there(marked, layout, faults))}
    keys = {photograph.key: photograph for photograph in images.photographs}
    path_of = {key: path for path, key in matched(known, list(keys)).items()}
    marks = {
        key: Marks(photograph, known[path_of[key]].masks, wholes(known[path_of[key]], layout, index))
        for key, photograph in keys.items()
        if key in path_of
    }
    if not marks:
        raise InputError(
            f"{place}: none of the {len(known)} photographs that it annotates ({few(known)}) is of "
            f"{images.name}; that has {few(keys)}"
        )
    used = set(path_of.values())
    return Concepts(
        place.resolve().name,
        concepts,
        marks,
        planes_of(layout, index),
        tuple(key for key in keys if key not in marks),
        tuple(faults),
        tuple(path for path in known if path not in used),
    )


def there(marked: Marked, layout: Layout, faults: list[Fault]) -> Marked | None:
    """A photograph with what marks it and is there; None if nothing does. ``faults`` is told of what is not there."""
    missing = [mask for mask in marked.masks if not mask.is_file()]
    unknown = [number for number in marked.whole if number not in layout.labels]
    faults.extend(Fault(marked.image, f"mask {mask.name}: no such file") for mask in missing)
    faults.extend(Fault(marked.image, f"label number {number}: unknown") for number in unknown)
    masks = tuple(mask for mask in marked.masks if mask not in missing)
    whole = tuple(number for number in marked.whole if number in layout.labels)
    return Marked(marked.image, masks, whole) if masks or whole else None


def wholes(marked: Marked, layout: Layout, index: Mapping[Concept, int]) -> tuple[int, ...]:
    """The concepts of the whole picture, by index, each once."""
    return tuple(sorted({index[layout.labels[number]] for number in marked.whole}))


def planes_of(layout: Layout, index: Mapping[Concept, int]) -> UInt16[np.ndarray, " numbers"]:
    """What each label number is in the planes: 0 for nothing, i + 1 for concept i, UNKNOWN for no label's number."""
    table = np.full(max([*layout.labels, *layout.void]) + 1, UNKNOWN, dtype=np.uint16)
    for number, concept in layout.labels.items():
        table[number] = index[concept] + 1
    table[list(layout.void)] = 0
    return table
