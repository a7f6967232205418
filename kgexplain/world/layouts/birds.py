"""The layout of Caltech-UCSD Birds 200-2011, with captions: boxes, parts and attributes of every picture."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from kgexplain.world.captions import captions, part_attributes
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Picture
from kgexplain.world.layouts.classes import Sample, save
from kgexplain.world.things import CLASSES, Part, Thing

CERTAINTIES = ("not visible", "guessing", "probably", "definitely")


def bird_layout(folder: Path, samples: Sequence[Sample]) -> None:
    """Write all files of the data set; numbers of pictures, classes, parts and attributes begin with 1."""
    for sub in ("parts", "attributes"):
        (folder / sub).mkdir(parents=True)
    for sample in samples:
        save(sample.picture, folder / "images" / _path(sample))
        told = captions(sample.picture, Dice(int(sample.thing.wnid[1:]), sample.number))
        text = (folder / "text_c10" / _path(sample)).with_suffix(".txt")
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text("".join(f"{caption}\n" for caption in told), encoding="utf-8")
    _write_pictures(folder, samples)
    _write_parts(folder / "parts", samples)
    _write_attributes(folder / "attributes", samples)


def location(mask: Bool[np.ndarray, "height width"]) -> tuple[int, int]:
    """The pixel of a mask (column, row) that is nearest to its middle, in a ring too."""
    rows, columns = np.nonzero(mask)
    # Whole numbers, so that ties fall the same everywhere: first the upper, then the left one.
    count = len(rows)
    far = (count * rows - rows.sum()) ** 2 + (count * columns - columns.sum()) ** 2
    nearest = int(np.argmin(far))
    return int(columns[nearest]), int(rows[nearest])


def bounding_box(mask: Bool[np.ndarray, "height width"]) -> tuple[int, int, int, int]:
    """The left column, the top row, the width and the height of a mask, in pixels."""
    rows, columns = np.nonzero(mask)
    left, top = int(columns.min()), int(rows.min())
    return left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1


def attributes(picture: Picture) -> frozenset[str]:
    """What is true of a picture's thing, in the words of ``attribute_names``."""
    names = {f"has_size::{'large' if picture.is_large else 'small'}"}
    for seen in part_attributes(picture):
        names |= {f"has_{seen.part}_color::{colour}" for colour in seen.colours}
        names.add(f"has_{seen.part}_pattern::{seen.pattern or 'plain'}")
    return frozenset(names)


@cache
def attribute_names() -> tuple[str, ...]:
    """Every attribute that a picture of the world can have, in alphabetical order."""
    names = {"has_size::large", "has_size::small"}
    for thing in CLASSES:
        for part in thing.parts:
            names |= set(_possible(thing, part))
    return tuple(sorted(names))


@cache
def part_names() -> tuple[str, ...]:
    """Every part of the world's things, in alphabetical order."""
    return tuple(sorted({name for thing in CLASSES for name in thing.part_names}))


def _possible(thing: Thing, part: Part) -> Iterator[str]:
    for colour in thing.choices.get(part.colour, (part.colour,)):
        yield f"has_{part.name}_color::{colour}"
    for pattern in thing.patterned.get(part.name, (part.pattern,)):
        yield f"has_{part.name}_pattern::{pattern.kind if pattern else 'plain'}"
        # A specimen in its pattern's colour is plain.
        yield f"has_{part.name}_pattern::plain"
        if pattern:
            yield f"has_{part.name}_color::{pattern.colour}"


def _class_folder(thing: Thing) -> str:
    return f"{CLASSES.index(thing) + 1:03d}.{thing.name.title().replace(' ', '_')}"


def _path(sample: Sample) -> str:
    return f"{_class_folder(sample.thing)}/{sample.stem}.png"


def _write_pictures(folder: Path, samples: Sequence[Sample]) -> None:
    _write(folder / "classes.txt", (_class_folder(thing) for thing in CLASSES))
    _write(folder / "images.txt", (_path(sample) for sample in samples))
    _write(folder / "image_class_labels.txt", (CLASSES.index(sample.thing) + 1 for sample in samples))
    _write(folder / "train_test_split.txt", (int(sample.is_training) for sample in samples))
    boxes = (bounding_box(sample.picture.mask(object=sample.thing.name)) for sample in samples)
    _write(folder / "bounding_boxes.txt", (" ".join(f"{side:.1f}" for side in box) for box in boxes))


def _write_parts(folder: Path, samples: Sequence[Sample]) -> None:
    _write(folder / "parts.txt", part_names())
    with (folder / "part_locs.txt").open("w", encoding="utf-8") as file:
        for image, sample in enumerate(samples, start=1):
            for part, name in enumerate(part_names(), start=1):
                mask = sample.picture.part(name)
                x, y = location(mask) if mask.any() else (0, 0)
                file.write(f"{image} {part} {x:.1f} {y:.1f} {int(mask.any())}\n")


def _write_attributes(folder: Path, samples: Sequence[Sample]) -> None:
    names = attribute_names()
    _write(folder / "attributes.txt", names)
    _write(folder / "certainties.txt", CERTAINTIES)
    true = [attributes(sample.picture) for sample in samples]
    present = np.array([[name in of_picture for name in names] for of_picture in true])
    with (folder / "image_attribute_labels.txt").open("w", encoding="utf-8") as file:
        for image, row in enumerate(present.tolist(), start=1):
            file.writelines(f"{image} {a} {int(is_so)} 4 1.0\n" for a, is_so in enumerate(row, start=1))
    with (folder / "class_attribute_labels_continuous.txt").open("w", encoding="utf-8") as file:
        for thing in CLASSES:
            of_class = present[[sample.thing == thing for sample in samples]]
            file.write(
                " ".join(f"{share:.6f}" for share in of_class.sum(axis=0) * 100 / max(1, len(of_class)))
                + "\n"
            )


def _write(path: Path, values: Iterable[object]) -> None:
    """One numbered value a line."""
    lines = (f"{number} {value}\n" for number, value in enumerate(values, start=1))
    path.write_text("".join(lines), encoding="utf-8")
