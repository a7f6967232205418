"""Sums of pooled maps: over the images that an attribute is said of, and over those of each class."""

import hashlib
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from scipy.sparse import csr_array
from torch import Tensor

from kgexplain.activations.statistic import Batch, host
from kgexplain.errors import InputError


def pooled(batch: Batch) -> Float[Tensor, "images filters"]:
    """φ: the mean of each map; of the place ``HEAD`` they are means already."""
    return batch.maps if batch.maps.ndim == 2 else batch.maps.mean((2, 3), dtype=torch.float32)


class AttributeSums:
    """Σ_x p(x|t) φ_k(x) over images x, for each attribute t and filter k (arXiv:1805.08969, equations 2 to 4).

    ``attributes`` has a row of p(x|t) for each of ``images``, named by their keys, a column for each attribute. An
    image without a row has no part in any number, neither in the ``total`` nor in the ``number`` of images: of an
    image that nothing is said of, nobody knows that an attribute is not there. An image whose row is empty has.

    Sums are float64, added image by image in the order of the pass. An image costs as many additions as it has
    attributes, times the filters; memory is that of the sums, 160 MB for 10,000 attributes and 2,000 filters.
    """

    _FIELDS = ("sums", "counts", "documents", "total", "number")

    def __init__(self, place: str, filters: int, images: Sequence[str], attributes: csr_array) -> None:
        if attributes.shape[0] != len(images):
            raise InputError(
                f"{attributes.shape[0]} rows of attributes for {len(images)} images; give a row for each"
            )
        rows = csr_array(attributes, dtype=np.float64, copy=True)
        rows.sum_duplicates()
        rows.eliminate_zeros()
        self.place = place
        self._rows = rows
        self._by_key = {key: row for row, key in enumerate(images)}
        if len(self._by_key) < len(images):
            raise InputError("two rows of attributes are of one image; give each image one row")
        self._digest = _digest(rows, images)
        number = rows.shape[1]
        self.sums: Float[np.ndarray, "attributes filters"] = np.zeros((number, filters))
        self.counts: Float[np.ndarray, " attributes"] = np.zeros(number)  # Σ_x p(x|t)
        self.documents: Int[np.ndarray, " attributes"] = np.zeros(number, np.int64)  # images with p(x|t) > 0
        self.total: Float[np.ndarray, " filters"] = np.zeros(filters)  # Σ_x φ(x), over all images with a row
        self.number: Int[np.ndarray, ""] = np.zeros((), np.int64)  # how many these are

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.place,)

    @property
    def identity(self) -> str:
        return f"AttributeSums({self.place!r}, {self.sums.shape[1]}, {self._digest})"

    def observe(self, batch: Batch) -> None:
        starts, columns, shares = self._rows.indptr, self._rows.indices, self._rows.data
        means = host(pooled(batch)).astype(np.float64)
        for key, image in zip(batch.images, means, strict=True):
            if (row := self._by_key.get(key)) is None:
                continue
            of = slice(starts[row], starts[row + 1])
            self.sums[columns[of]] += shares[of, None] * image
            self.counts[columns[of]] += shares[of]
            self.documents[columns[of]] += 1
            self.total += image
            self.number += 1

    def merge(self, other: "AttributeSums") -> None:
        for field in self._FIELDS:
            getattr(self, field)[...] += getattr(other, field)

    def state(self) -> dict[str, np.ndarray]:
        return {field: getattr(self, field).copy() for field in self._FIELDS}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        for field in self._FIELDS:
            getattr(self, field)[...] = state[field]

    def refuse_no_numbers(self) -> None:
        """Refuses sums of values that are no numbers; they show in the total, whatever is said of the image."""
        if not np.isfinite(self.total).all():
            raise InputError(
                f"layer {self.place} gave values that are no numbers; check the weights and the preprocessing"
            )


class ClassTotals:
    """Sums of rows by class, and how many rows they are; what is of no known class is left out. Sums are float64."""

    def __init__(self, classes: int, filters: int) -> None:
        self.counts: Int[np.ndarray, " classes"] = np.zeros(classes, np.int64)
        self.sums: Float[np.ndarray, "classes filters"] = np.zeros((classes, filters))

    def add(self, labels: Int[np.ndarray, " images"], rows: Float[np.ndarray, "images filters"]) -> None:
        """Take in a row for each image; label −1 is of no known class."""
        known = labels >= 0
        np.add.at(self.counts, labels[known], 1)
        np.add.at(self.sums, labels[known], rows[known].astype(np.float64))

    def merge(self, other: "ClassTotals") -> None:
        self.counts += other.counts
        self.sums += other.sums

    def state(self) -> dict[str, np.ndarray]:
        return {"counts": self.counts.copy(), "sums": self.sums.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.counts, self.sums = state["counts"].copy(), state["sums"].copy()

    def means(self) -> Float[np.ndarray, "classes filters"]:
        """The mean row of each class; NaN for classes without images."""
        counts = self.counts[:, None]
        means: np.ndarray = np.divide(
            self.sums, counts, out=np.full(self.sums.shape, np.nan), where=counts > 0
        )
        return means


class ClassSums(ClassTotals):
    """Σ φ_k(x) over the images x of each class, and how many they are; ``means`` are E[φ|c]."""

    def __init__(self, place: str, classes: int, filters: int) -> None:
        super().__init__(classes, filters)
        self.place = place

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.place,)

    @property
    def identity(self) -> str:
        return f"ClassSums({self.place!r}, {self.sums.shape})"

    def observe(self, batch: Batch) -> None:
        self.add(host(batch.labels), host(pooled(batch)))


def _digest(rows: csr_array, images: Sequence[str]) -> str:
    sha = hashlib.sha256(repr((rows.shape, tuple(images))).encode())
    for array, kind in ((rows.indptr, np.int64), (rows.indices, np.int64), (rows.data, np.float64)):
        sha.update(np.ascontiguousarray(array, kind).data)
    return sha.hexdigest()
