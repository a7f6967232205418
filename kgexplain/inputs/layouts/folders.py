"""A folder of photographs beside a folder of masks of the same names, as ADE20K and PASCAL VOC."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.layouts import labels
from kgexplain.inputs.layouts.layout import Concept, Fault, Layout, Marked, laid
from kgexplain.inputs.layouts.rows import lines_of
from kgexplain.inputs.listing import files_below, readable

# Photographs and masks; in VOC's masks, 255 are the edges of things.
VOC = ("JPEGImages", "SegmentationClass")
FOLDERS = (("images", "annotations"), VOC, ("images", "masks"))
EDGE = 255

# ADE20K's scenes: the name of a photograph without its ending, and the scene.
SCENES = "sceneCategories.txt"


def pair(folder: Path) -> tuple[str, str] | None:
    """The names of the two folders; None if they are not there."""
    return next((names for names in FOLDERS if has_pictures(folder, names)), None)


def has_pictures(folder: Path, names: tuple[str, str]) -> bool:
    """Whether there are pictures in both folders; annotations in other formats are none."""
    return all((folder / name).is_dir() and any(files_below(folder / name)) for name in names)


def are_folders(folder: Path) -> bool:
    """Whether a folder is laid out so."""
    return pair(folder) is not None


def in_folders(folder: Path) -> Layout:
    """A mask has its photograph's path, but for the ending; a label file says what numbers mean."""
    names = pair(folder) or VOC
    numbered = labels.beside(folder) or (labels.of_voc() if names == VOC else None)
    if numbered is None:
        raise InputError(
            f"{folder}: has masks in {names[1]}, but no file says what their numbers mean; "
            f"give it one of {', '.join(labels.FILES)}"
        )
    images, masks = (by_stem(folder / name) for name in names)
    layout = laid(folder, numbered, rows(folder, images, masks), *([EDGE] if names == VOC else []))
    alone = (masks[stem] for stem in sorted(masks.keys() - images.keys()))
    return replace(
        layout, faults=tuple(Fault(below(folder, mask), "a mask without a photograph") for mask in alone)
    )


def rows(
    folder: Path, images: Mapping[str, Path], masks: Mapping[str, Path]
) -> Iterator[tuple[Marked, list[Fault]]]:
    """Each photograph with its mask, if it has one, and its scene."""
    scenes = scenes_in(folder / SCENES)
    for stem, path in sorted(images.items()):
        mask = (masks[stem],) if stem in masks else ()
        scene = scenes.get(path.stem)
        yield Marked(below(folder, path), path, mask, (scene,) if scene else ()), []


def below(folder: Path, path: Path) -> str:
    """The path below a folder, as text."""
    return readable(path.relative_to(folder).as_posix())


def by_stem(folder: Path) -> dict[str, Path]:
    """The pictures below a folder by their path in it without the ending."""
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files_below(folder)}


def scenes_in(file: Path) -> Mapping[str, Concept]:
    """The scene of each photograph, if there is a file that says it."""
    pairs = (line.split() for line in lines_of(file)) if file.is_file() else ()
    return {words[0]: Concept(words[1], "scene") for words in pairs if len(words) == 2}
