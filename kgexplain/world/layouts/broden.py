"""Broden's layout: an index of pictures, and masks whose pixels are label numbers, by category."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Int
from PIL import Image

from kgexplain.world.drawing.pictures import Picture
from kgexplain.world.layouts.classes import Sample, save

# The field of a surface that each category's mask shows, and what its labels' names end with.
_FIELDS = {
    "object": "object",
    "part": "part",
    "color": "colour",
    "material": "material",
    "texture": "texture",
}
_ENDINGS = {"color": "-c", "scene": "-s"}


@dataclass
class Labels:
    """How many pictures show each label of each category, and on how much of them."""

    frequency: Counter[tuple[str, str]] = field(default_factory=Counter)
    coverage: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    def count(self, picture: Picture) -> None:
        """Add one picture."""
        for category, name in _FIELDS.items():
            for value, area in picture.areas(name).items():
                self._add(category, value, area / picture.indices.size)
        self._add("scene", picture.scene, 1)

    def _add(self, category: str, value: str, share: float) -> None:
        self.frequency[value + _ENDINGS.get(category, ""), category] += 1
        self.coverage[value + _ENDINGS.get(category, ""), category] += share

    def numbers(self) -> dict[str, int]:
        """The number of each name, 1 for the most frequent; one name is one label in all categories."""
        frequency, coverage = (_by_name(counts) for counts in (self.frequency, self.coverage))
        names = sorted(frequency, key=lambda name: (-frequency[name], -coverage[name], name))
        return {name: number for number, name in enumerate(names, start=1)}

    def categories(self) -> dict[str, list[str]]:
        """The names of each category, most frequent first; the category of the first label comes first."""
        numbers = self.numbers()
        categories: dict[str, list[str]] = {}
        for name, category in sorted(self.frequency, key=lambda label: (numbers[label[0]], label[1])):
            categories.setdefault(category, []).append(name)
        return {
            category: sorted(
                names, key=lambda n: (-self.frequency[n, category], -self.coverage[n, category], n)
            )
            for category, names in categories.items()
        }


def broden_layout(folder: Path, samples: Sequence[Sample]) -> None:
    """Write ``images/``, ``index.csv``, ``label.csv``, ``category.csv`` and ``c_<category>.csv``."""
    labels = Labels()
    for sample in samples:
        labels.count(sample.picture)
    (folder / "images").mkdir(parents=True)
    numbers, categories = labels.numbers(), labels.categories()
    rows = [_index_row(folder / "images", sample, list(categories), numbers) for sample in samples]
    _write(folder / "index.csv", ["image", "split", "ih", "iw", "sh", "sw", *categories], rows)
    _write_labels(folder, labels, numbers, categories)


def _index_row(
    images: Path, sample: Sample, categories: Sequence[str], numbers: Mapping[str, int]
) -> list[object]:
    picture, stem = sample.picture, sample.stem
    save(picture, images / f"{stem}.png")
    cells: list[object] = []
    for category in categories:
        if category == "scene":
            cells.append(numbers[picture.scene + _ENDINGS["scene"]])
        else:
            mask = _mask(picture, category, numbers)
            cells.append(f"{stem}_{category}.png" if mask.any() else "")
            if mask.any():
                _save_mask(mask, images / f"{stem}_{category}.png")
    height, width = picture.indices.shape
    split = "train" if sample.is_training else "val"
    return [f"{stem}.png", split, height, width, height, width, *cells]


def _mask(picture: Picture, category: str, numbers: Mapping[str, int]) -> Int[np.ndarray, "height width"]:
    values = [getattr(surface, _FIELDS[category]) for surface in picture.surfaces]
    labels = [numbers[value + _ENDINGS.get(category, "")] if value else 0 for value in values]
    return np.asarray(np.array(labels)[picture.indices])


def _save_mask(mask: Int[np.ndarray, "height width"], path: Path) -> None:
    """A label's number is red + 256 · green."""
    Image.fromarray(np.stack([mask % 256, mask // 256, mask * 0], axis=2).astype(np.uint8)).save(path)


def _write_labels(
    folder: Path, labels: Labels, numbers: Mapping[str, int], categories: Mapping[str, Sequence[str]]
) -> None:
    frequency, coverage = _by_name(labels.frequency), _by_name(labels.coverage)
    rows: list[list[object]] = []
    for name, number in numbers.items():
        found = sorted((-labels.frequency[name, c], c) for c in categories if labels.frequency[name, c])
        where = ";".join(f"{category}({-count})" for count, category in found)
        rows.append([number, name, where, frequency[name], f"{coverage[name]:.6f}", ""])
    _write(folder / "label.csv", ["number", "name", "category", "frequency", "coverage", "syns"], rows)
    rows = []
    for category, names in categories.items():
        found_numbers, total = (
            [numbers[name] for name in names],
            sum(labels.frequency[n, category] for n in names),
        )
        rows.append([category, min(found_numbers), max(found_numbers), len(names), total])
        _write_codes(folder, labels, numbers, category, names)
    _write(folder / "category.csv", ["name", "first", "last", "count", "frequency"], rows)


def _write_codes(
    folder: Path, labels: Labels, numbers: Mapping[str, int], category: str, names: Sequence[str]
) -> None:
    rows = [
        [
            code,
            numbers[name],
            name,
            labels.frequency[name, category],
            f"{labels.coverage[name, category]:.6f}",
        ]
        for code, name in enumerate(names, start=1)
    ]
    _write(folder / f"c_{category}.csv", ["code", "number", "name", "frequency", "coverage"], rows)


def _by_name(counts: Mapping[tuple[str, str], float]) -> dict[str, float]:
    total: dict[str, float] = {}
    for (name, _), count in counts.items():
        total[name] = total.get(name, 0) + count
    return total


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
