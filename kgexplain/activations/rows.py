"""What each image shows: the means of some layers' maps, and what the network takes it for."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.special import softmax

from kgexplain.activations.pooled import pooled
from kgexplain.activations.statistic import OUTPUT, Batch, host
from kgexplain.errors import InputError


class Seen(NamedTuple):
    """Images, a row each: the predicted class with its softmax probability, and φ of the filters."""

    keys: np.ndarray
    predicted: Int[np.ndarray, " images"]
    probabilities: Float[np.ndarray, " images"]
    pooled: Float[np.ndarray, "images filters"]


class PooledRows:
    """φ of each image for the filters of some layers, side by side, with the network's prediction.

    ``filters`` says how many filters each layer has. What is remembered grows with the images: four bytes for each
    filter. Images are known by their keys, which no two share.
    """

    def __init__(self, filters: Mapping[str, int]) -> None:
        self.filters = dict(filters)
        self._parts: list[Seen] = []
        self._heard: dict[str, Float[np.ndarray, "images filters"]] = {}

    @property
    def layers(self) -> tuple[str, ...]:
        return (*self.filters, OUTPUT)

    @property
    def identity(self) -> str:
        return f"PooledRows({self.filters})"

    @property
    def images(self) -> Seen:
        """All images, sorted by key; InputError where a layer gave values that are no numbers."""
        rows = self._rows()
        if not np.isfinite(rows.pooled).all():
            layers = ", ".join(self.filters)
            raise InputError(
                f"layers {layers}: gave values that are no numbers; check the weights and the preprocessing"
            )
        return rows

    def observe(self, batch: Batch) -> None:
        if batch.layer != OUTPUT:
            self._heard[batch.layer] = host(pooled(batch).float())
            return
        shares = softmax(host(batch.maps).astype(np.float64), axis=1)
        keys = np.array(batch.images, dtype=np.str_)
        rows = np.concatenate([self._heard.pop(layer) for layer in self.filters], axis=1)
        self._parts.append(Seen(keys, shares.argmax(1), shares.max(1), rows))

    def merge(self, other: "PooledRows") -> None:
        self._parts.append(other._rows())  # noqa: SLF001  (the same class)

    def state(self) -> dict[str, np.ndarray]:
        return self._rows()._asdict()

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._parts = [Seen(*(state[name].copy() for name in Seen._fields))]

    def _rows(self) -> Seen:
        nothing = Seen(
            np.zeros(0, np.str_),
            np.zeros(0, np.int64),
            np.zeros(0),
            np.zeros((0, sum(self.filters.values())), np.float32),
        )
        columns = [np.concatenate(column) for column in zip(nothing, *self._parts, strict=True)]
        order = np.argsort(columns[0], kind="stable")
        return Seen(*(column[order] for column in columns))
