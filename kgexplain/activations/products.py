"""Sums of activation times concept, from which every correlation of filter and concept follows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgexplain.activations.annotations import Annotations, Marks
from kgexplain.activations.cells import Shares, cells_of
from kgexplain.activations.compiled import in_threads
from kgexplain.activations.multiplied import add_images, multiply, square_codes, square_shares
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
        size = batch.maps.shape[2], batch.maps.shape[3]
        dealt = self.annotations.permuted(batch.images)
        activations = cells_of(batch.maps, marks.rows)
        device = activations.device
        pairs = [(self.found.at(device), marks), (self.by_chance.at(device), dealt)]
        seen = moments(activations, [(totals["products"], of) for totals, of in pairs], size)
        add = _add_compiled if device.type == "cpu" else _add
        for totals, of in pairs:
            add(totals, seen, of)

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
            square_codes(marks.pixels, marks.palette, gram, sums)
        else:
            square_shares(marks.shares(*batch.maps.shape[2:]), gram, sums)
        over = self.found["image_gram"].numpy(), self.found["image_sums"].numpy()
        square_shares(marks.shares(1, 1), *over)
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
        lambda first, last: multiply(rows, first, last, (sums, squares), (a, b), (of_a, of_b)), filters
    )
    return found


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


def _add_compiled(totals: Totals, seen: Moments, marks: Marks) -> None:
    present = torch.from_numpy(marks.categories.sum(0))
    totals["images"].add_(present)
    totals["cells"].add_(present * seen.cells)
    categories = tuple(totals[name].numpy() for name in ("sums", "squares", "image_sums", "image_squares"))
    moments = seen.sums.numpy(), seen.squares.numpy()
    products = totals["image_products"].numpy()
    add_images(moments, seen.cells, marks.categories, marks.shares(1, 1), categories, products)


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
