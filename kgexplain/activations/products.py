"""Sums of activation times concept, from which every correlation of filter and concept follows."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgexplain.activations.annotations import Annotations, Marks
from kgexplain.activations.cells import Shares
from kgexplain.activations.statistic import Batch
from kgexplain.activations.totals import Totals
from kgexplain.errors import InputError


class ConceptProducts:
    """Σ a·c of each concept and filter, and Σ a, Σ a² of each category and filter: over cells, and over images.

    a is the activation at a cell of the map, c the share of the cell's area that the concept covers. Σ a and Σ a² are
    over the cells of images that contain a concept of the category, ``cells`` many. Of images, ā is the mean of the
    map and c̄ the share of the image that the concept covers; ``images`` many contain a concept of the category.

    Each of them is there ``by_chance``, too: with the annotations that are dealt to the images at random. All are
    float64.
    """

    _FIELDS = (
        "products", "sums", "squares", "cells", "image_products", "image_sums", "image_squares", "images"
    )  # fmt: skip

    def __init__(self, layer: str, filters: int, annotations: Annotations) -> None:
        concepts, categories = annotations.sizes
        self.layer = layer
        self.filters = filters
        self.annotations = annotations
        shapes: dict[str, tuple[int, ...]] = {}
        for field in self._FIELDS:
            rows = concepts if field.endswith("products") else categories
            shapes[field] = (rows,) if field in ("cells", "images") else (rows, filters)
        self.found, self.by_chance = (Totals(shapes, whole=("cells", "images")) for _ in range(2))

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        return f"ConceptProducts({self.layer!r}, {self.filters}, {self.annotations.identity})"

    def observe(self, batch: Batch) -> None:
        marks = self.annotations.of(batch.images)
        if not len(marks.rows):
            return
        maps = _cells(batch, marks)
        for totals, dealt in self._pairs(batch, marks):
            _add(totals.at(maps.device), maps, dealt, (batch.maps.shape[2], batch.maps.shape[3]))

    def merge(self, other: "ConceptProducts") -> None:
        self.found.add(other.found)
        self.by_chance.add(other.by_chance)

    def state(self) -> dict[str, np.ndarray]:
        by_chance = {f"{name}_by_chance": array for name, array in self.by_chance.state().items()}
        return {**self.found.state(), **by_chance}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.found.restore(state)
        self.by_chance.restore({name: state[f"{name}_by_chance"] for name in self._FIELDS})

    def refuse_no_numbers(self) -> None:
        """Refuses sums of values that are no numbers."""
        if not np.isfinite(self.found.array("sums")).all():
            raise InputError(
                f"layer {self.layer} gave values that are no numbers; check the weights and the preprocessing"
            )

    def _pairs(self, batch: Batch, marks: Marks) -> Iterator[tuple[Totals, Marks]]:
        yield self.found, marks
        yield self.by_chance, self.annotations.permuted(batch.images)


class ConceptGram:
    """Σ c·c′ of each pair of concepts, and Σ c of each, over the cells of maps of one size; the same over images.

    It is the same for all layers whose maps have this size; ``layer`` is one of them. ``images`` is how many images
    contain a concept of each category.
    """

    def __init__(self, layer: str, annotations: Annotations) -> None:
        concepts, categories = annotations.sizes
        self.layer = layer
        self.annotations = annotations
        square = concepts, concepts
        shapes = {"gram": square, "sums": (concepts,), "image_gram": square, "image_sums": (concepts,)}
        self.found = Totals({**shapes, "cells": (categories,), "images": (categories,)}, ("cells", "images"))

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        return f"ConceptGram({self.layer!r}, {self.annotations.identity})"

    def observe(self, batch: Batch) -> None:
        marks = self.annotations.of(batch.images)
        if not len(marks.rows):
            return
        cells = batch.maps.shape[2] * batch.maps.shape[3]
        for concepts, covered in _covered(marks.shares(*batch.maps.shape[2:]), len(marks.rows)):
            pairs = torch.from_numpy(concepts[:, None]), torch.from_numpy(concepts)
            over = covered.mean(1)
            self.found["gram"][pairs] += covered @ covered.T
            self.found["sums"][pairs[1]] += covered.sum(1)
            self.found["image_gram"][pairs] += over[:, None] * over
            self.found["image_sums"][pairs[1]] += over
        images = torch.from_numpy(marks.categories.sum(0))
        self.found["images"].add_(images)
        self.found["cells"].add_(images * cells)

    def merge(self, other: "ConceptGram") -> None:
        self.found.add(other.found)

    def state(self) -> dict[str, np.ndarray]:
        return self.found.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.found.restore(state)


def _cells(batch: Batch, marks: Marks) -> Float[Tensor, "images cells filters"]:
    """The maps of annotated images, a row of filters for each cell."""
    rows = torch.from_numpy(marks.rows).to(batch.maps.device)
    return batch.maps[rows].flatten(2).transpose(1, 2)


def _add(
    totals: Totals, maps: Float[Tensor, "images cells filters"], marks: Marks, size: tuple[int, int]
) -> None:
    device, cells = maps.device, maps.shape[1]
    present = torch.from_numpy(marks.categories).to(device).double()
    activations = maps.double()
    means = activations.mean(1)
    for image, (concepts, covered) in enumerate(_covered(marks.shares(*size), len(maps))):
        rows, shares = torch.from_numpy(concepts).to(device), covered.to(device)
        totals["products"][rows] += shares @ activations[image]
        totals["image_products"][rows] += shares.mean(1)[:, None] * means[image]
    totals["sums"].add_(present.T @ activations.sum(1))
    totals["squares"].add_(present.T @ (activations**2).sum(1))
    totals["image_sums"].add_(present.T @ means)
    totals["image_squares"].add_(present.T @ means**2)
    totals["images"].add_(present.sum(0).long())
    totals["cells"].add_(present.sum(0).long() * cells)


def _covered(
    shares: Shares, images: int
) -> Iterator[tuple[Int[np.ndarray, " concepts"], Float[Tensor, "concepts cells"]]]:
    """The concepts that each image has, and which share of each cell they cover."""
    cells = (len(shares.starts) - 1) // images
    places = np.repeat(np.arange(len(shares.starts) - 1), np.diff(shares.starts)) % cells
    for image in range(images):
        of = slice(shares.starts[image * cells], shares.starts[(image + 1) * cells])
        concepts, rows = np.unique(shares.concepts[of], return_inverse=True)
        covered = np.zeros((len(concepts), cells))
        covered[rows, places[of]] = shares.shares[of]
        yield concepts.astype(np.int64), torch.from_numpy(covered)
