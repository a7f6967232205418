"""The whole world on disk: its pictures in every layout, or in class folders only."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.world.drawing.pictures import Picture
from kgexplain.world.layouts import (
    Sample,
    bird_layout,
    broden_layout,
    class_folders,
    scenic_layout,
    sun_layout,
)
from kgexplain.world.scenes import empty_scene, photograph
from kgexplain.world.things import CLASSES, Thing

STAMP = "world.json"


@dataclass(frozen=True)
class World:
    """A world that was written to a folder, and where each layout is."""

    folder: Path

    @property
    def classes(self) -> tuple[Thing, ...]:
        """What it shows, in the order of the network's classes."""
        return CLASSES

    @property
    def images(self) -> Path:
        """Class folders named by wnid."""
        return self.folder / "images"

    @property
    def broden(self) -> Path:
        """The same pictures with masks of objects, parts, colours, materials and textures."""
        return self.folder / "broden"

    @property
    def birds(self) -> Path:
        """The same pictures with captions, boxes, parts and attributes, as CUB-200-2011."""
        return self.folder / "birds"

    @property
    def sun(self) -> Path:
        """Scenes with attributes."""
        return self.folder / "sun"

    @property
    def scenic(self) -> Path:
        """Other scenes with scenic scores."""
        return self.folder / "scenic"


def make_world(folder: Path, images_per_class: int = 40, scenes: int = 200, seed: int = 0) -> World:
    """Write everything; ``scenes`` pictures with attributes and as many others with scores.

    A folder that holds this very world is left as it is; ``folder`` is there whole or not at all.
    """
    _check(images_per_class=images_per_class, scenes=scenes)

    def write(target: Path) -> None:
        drawn = samples(images_per_class, seed)
        class_folders(target / "images", drawn)
        broden_layout(target / "broden", drawn)
        bird_layout(target / "birds", drawn)
        sun_layout(target / "sun", _scenes(scenes, seed, 0))
        scenic_layout(target / "scenic", _scenes(scenes, seed, 1), seed)

    _once(folder, {"images_per_class": images_per_class, "scenes": scenes, "seed": seed}, write)
    return World(folder)


def make_photographs(folder: Path, images_per_class: int = 40, seed: int = 0) -> World:
    """Write the class folders only, below ``images``: what a demonstration needs."""
    _check(images_per_class=images_per_class)

    def write(target: Path) -> None:
        class_folders(target / "images", samples(images_per_class, seed))

    _once(folder, {"images_per_class": images_per_class, "scenes": 0, "seed": seed}, write)
    return World(folder)


def make_captioned(folder: Path, images_per_class: int = 40, seed: int = 0) -> World:
    """Write the class folders, and the same pictures with captions and parts below ``birds``."""
    _check(images_per_class=images_per_class)

    def write(target: Path) -> None:
        drawn = samples(images_per_class, seed)
        class_folders(target / "images", drawn)
        bird_layout(target / "birds", drawn)

    _once(folder, {"images_per_class": images_per_class, "captioned": 1, "seed": seed}, write)
    return World(folder)


def make_annotated(folder: Path, images_per_class: int = 40, seed: int = 0) -> World:
    """Write what ``make_captioned`` does, and the same pictures with masks of concepts below ``broden``."""
    _check(images_per_class=images_per_class)

    def write(target: Path) -> None:
        drawn = samples(images_per_class, seed)
        class_folders(target / "images", drawn)
        broden_layout(target / "broden", drawn)
        bird_layout(target / "birds", drawn)

    _once(folder, {"images_per_class": images_per_class, "annotated": 1, "seed": seed}, write)
    return World(folder)


def samples(images_per_class: int, seed: int) -> list[Sample]:
    """So many pictures of every class, not yet written."""
    numbers = range(images_per_class)
    return [Sample(thing, n, photograph(thing, seed, n)) for thing in CLASSES for n in numbers]


def _scenes(count: int, seed: int, part: int) -> list[Picture]:
    """Every fourth scene has a thing in it."""
    return [
        photograph(CLASSES[n // 4 % len(CLASSES)], seed, part, n)
        if n % 4 == 3
        else empty_scene(seed, part, n)
        for n in range(count)
    ]


def _check(**counts: int) -> None:
    for name, count in counts.items():
        if count < 1:
            raise InputError(f"{name} is {count}: a world needs pictures; it must be at least 1")


def _once(folder: Path, stamp: Mapping[str, int], write: Callable[[Path], None]) -> None:
    """Write into a folder beside it, then rename: the folder is there whole, or not at all."""
    if _stamp(folder) == stamp:
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: holds something else already; choose another folder or delete it")
    begun = folder.with_name(f"{folder.name}.begun")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    write(begun)
    (begun / STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    begun.rename(folder)


def _stamp(folder: Path) -> object:
    path = folder / STAMP
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
