"""Sums of activation times concept, from which every correlation of filter and concept follows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgexplain.activations.annotations import Annotations, Marks
from kgexplain.activations.cells import Shares, cells_of
from kgexplain.activations.compiled import compiled, in_threads
from kgexplain.activations.statistic import Batch
from kgexplain.activations.totals import Totals
from kgexplain.errors import InputError

Arrays: TypeAlias = tuple[np.ndarray, np.ndarray]

_BLOCK = 128


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
        size = batch.maps.shape[2], batch.maps.shape[3]
        dealt = self.annotations.permuted(batch.images)
        activations = cells_of(batch.maps, marks.rows)
        device = activations.device
        pairs = [(self.found.at(device), marks), (self.by_chance.at(device), dealt)]
        seen = moments(activations, [(totals["products"], of) for totals, of in pairs], size)
        for totals, of in pairs:
            _add(totals, seen, of)

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
        gram, sums = self.found["gram"].numpy(), self.found["sums"].numpy()
        if batch.maps.shape[2:] == marks.codes.shape[1:]:
            _square_codes(marks.pixels, marks.palette, gram, sums)
        else:
            _square_shares(marks.shares(*batch.maps.shape[2:]), gram, sums)
        over = self.found["image_gram"].numpy(), self.found["image_sums"].numpy()
        _square_shares(marks.shares(1, 1), *over)
        images = torch.from_numpy(marks.categories.sum(0))
        self.found["images"].add_(images)
        self.found["cells"].add_(images * cells)

    def merge(self, other: "ConceptGram") -> None:
        self.found.add(other.found)

    def state(self) -> dict[str, np.ndarray]:
        return self.found.state()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.found.restore(state)


class Moments(NamedTuple):
    """Σ a and Σ a² over the cells of each image's map, and how many these are."""

    sums: Float[Tensor, "images filters"]
    squares: Float[Tensor, "images filters"]
    cells: int


Multiplied: TypeAlias = Sequence[tuple[Float[Tensor, "concepts filters"], Marks]]


def moments(
    activations: Float[Tensor, "images cells filters"], products: Multiplied, size: tuple[int, int]
) -> Moments:
    """The moments of activations, which are multiplied by shares on the way, and added to these products."""
    kind = compiled_moments if activations.device.type == "cpu" else torch_moments
    return kind(activations, products, size)


def torch_moments(
    activations: Float[Tensor, "images cells filters"], products: Multiplied, size: tuple[int, int]
) -> Moments:
    """By torch, on any device."""
    exact, device = activations.double(), activations.device
    for totals, marks in products:
        for image, (concepts, covered) in enumerate(_covered(marks.shares(*size), len(exact))):
            totals[torch.from_numpy(concepts).to(device)] += covered.to(device) @ exact[image]
    return Moments(exact.sum(1), (exact**2).sum(1), exact.shape[1])


def compiled_moments(
    activations: Float[Tensor, "images cells filters"], products: Multiplied, size: tuple[int, int]
) -> Moments:
    """Compiled, summed by parts: Σ a·c = Σ A·Δc, where A is the sum of all a before, and Δc is mostly 0.

    Concepts cover many cells in a row: what they begin and end with is all that is multiplied.
    """
    images, cells, filters = activations.shape
    zeros = torch.zeros(2, images, filters, dtype=torch.float64)
    found = Moments(zeros[0], zeros[1], cells)
    rows, sums, squares = activations.numpy(), found.sums.numpy(), found.squares.numpy()
    (a, of_a), (b, of_b) = ((totals.numpy(), marks.changes(*size)) for totals, marks in products)
    in_threads(
        lambda first, last: _multiply(rows, first, last, (sums, squares), (a, b), (of_a, of_b)), filters
    )
    return found


@compiled
def _square_codes(pixels: np.ndarray, palette: np.ndarray, gram: np.ndarray, sums: np.ndarray) -> None:
    for code in range(len(palette)):
        for a in palette[code]:
            if a < 0:
                break
            sums[a] += pixels[code]
            for b in palette[code]:
                if b < 0:
                    break
                gram[a, b] += pixels[code]


@compiled
def _square_shares(shares: Shares, gram: np.ndarray, sums: np.ndarray) -> None:
    starts, concepts, areas = shares
    for cell in range(len(starts) - 1):
        for a in range(starts[cell], starts[cell + 1]):
            sums[concepts[a]] += areas[a]
            for b in range(starts[cell], starts[cell + 1]):
                gram[concepts[a], concepts[b]] += areas[a] * areas[b]


@compiled
def _multiply_image(
    rows: np.ndarray,
    filters: tuple[int, int],
    found: Arrays,
    totals: Arrays,
    changed: tuple[Shares, Shares],
    slot: int,
) -> None:
    first, last = filters
    sums, squares = found
    for cell in range(len(rows) + 1):
        for side in range(2):
            starts, concepts, shares = changed[side]
            for entry in range(starts[slot + cell], starts[slot + cell + 1]):
                total, share = totals[side][concepts[entry], first:last], shares[entry]
                for i in range(len(sums)):
                    total[i] += share * sums[i]
        if cell < len(rows):
            values = rows[cell, first:last]
            for i in range(len(sums)):
                value = np.float64(values[i])
                sums[i] += value
                squares[i] += value * value


@compiled
def _multiply(
    rows: np.ndarray, first: int, last: int, found: Arrays, totals: Arrays, changed: tuple[Shares, Shares]
) -> None:
    """Moments and products of some filters; nothing else is written to, so that threads do not meet."""
    # As many filters at a time as leave room for all concepts of an image in the processor's nearest memory.
    for start in range(first, last, _BLOCK):
        filters = start, min(start + _BLOCK, last)
        slot = 0
        for image in range(len(rows)):
            moments = found[0][image, filters[0] : filters[1]], found[1][image, filters[0] : filters[1]]
            _multiply_image(rows[image], filters, moments, totals, changed, slot)
            slot += rows.shape[1] + 1


def _add(totals: Totals, seen: Moments, marks: Marks) -> None:
    device = seen.sums.device
    present = torch.from_numpy(marks.categories).to(device)
    images, means = present.double().T, seen.sums / seen.cells
    totals["sums"].add_(images @ seen.sums)
    totals["squares"].add_(images @ seen.squares)
    totals["image_sums"].add_(images @ means)
    totals["image_squares"].add_(images @ means**2)
    totals["images"].add_(present.sum(0))
    totals["cells"].add_(present.sum(0) * seen.cells)
    concepts = np.flatnonzero(marks.covers.any(0))
    covers = torch.from_numpy(marks.covers[:, concepts]).to(device)
    totals["image_products"].index_add_(0, torch.from_numpy(concepts).to(device), covers.T @ means)


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
