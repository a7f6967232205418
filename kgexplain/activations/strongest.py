"""On which images each filter is most active: what one looks at to see whether a label fits."""

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from kgexplain.activations.statistic import Batch, host
from kgexplain.errors import InputError

_BATCHES = 16


class Strongest:
    """The ``number`` images on which each filter's map has its highest value, with these values.

    Exact: of images with the same value, the one whose key comes first in the alphabet comes first, in whatever order
    they are shown. Memory is filters × number, however many images there are.
    """

    def __init__(self, layer: str, filters: int, number: int) -> None:
        if number < 1:
            raise InputError(f"number is {number}; it is of images for each filter and must be at least 1")
        self.layer = layer
        self.highs: Float[np.ndarray, "filters number"] = np.full((filters, number), -np.inf, np.float32)
        # Python's strings, as a filter's image is mostly another's too; no image has an empty key.
        self.keys: Shaped[np.ndarray, "filters number"] = np.full((filters, number), "", object)
        # A look at the highest values costs more than they do: several batches wait, and are looked at together.
        self._waiting: list[tuple[tuple[str, ...], Tensor]] = []

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        return f"Strongest({self.layer!r}, {self.highs.shape[0]}, {self.highs.shape[1]})"

    def observe(self, batch: Batch) -> None:
        self._waiting.append((batch.images, batch.maps.amax((2, 3)).float()))
        if len(self._waiting) == _BATCHES:
            self._look()

    def merge(self, other: "Strongest") -> None:
        state = other.state()
        self._look()
        self._take(np.arange(len(self.highs)), state["highs"], state["keys"].astype(object))

    def state(self) -> dict[str, np.ndarray]:
        self._look()
        return {"highs": self.highs.copy(), "keys": self.keys.astype(str)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._waiting = []
        self.highs = state["highs"].copy()
        self.keys = state["keys"].astype(object)

    def images(self) -> Shaped[np.ndarray, "number filters"]:
        """Keys of the images, a filter's in its column, the strongest first; empty where fewer were shown.

        Raises InputError where a map had a value that is no number.
        """
        self._look()
        if (self.highs == np.inf).any():
            raise InputError(
                f"layer {self.layer} gave values that are no numbers; check the weights and the preprocessing"
            )
        return np.asarray(self.keys.T.astype(str))

    def _look(self) -> None:
        if any(images for images, _ in self._waiting):
            keys = np.array([key for images, _ in self._waiting for key in images], object)
            highs = torch.cat([highs for _, highs in self._waiting])
            # What is no number counts as the highest of all, so that it is not lost.
            highs = highs.where(highs.isfinite(), torch.inf)
            alphabetical = np.argsort(keys)
            self._see(keys[alphabetical], host(highs).T[:, alphabetical])
        self._waiting = []

    def _see(self, keys: Shaped[np.ndarray, " images"], highs: Float[np.ndarray, "filters images"]) -> None:
        """Take in images in the order of the alphabet."""
        last = self.highs[:, -1:]
        earlier = np.asarray(keys[0] < self.keys[:, -1], bool)
        # Soon they are few of whose images one takes a place, and only they are sorted.
        rows = np.flatnonzero((highs > last).any(1) | ((highs == last).any(1) & earlier))
        best = np.argsort(-highs[rows], axis=1, kind="stable")[:, : self.highs.shape[1]]
        self._take(rows, np.take_along_axis(highs[rows], best, 1), keys[best])

    def _take(
        self,
        rows: Int[np.ndarray, " rows"],
        highs: Float[np.ndarray, "rows images"],
        keys: Shaped[np.ndarray, "rows images"],
    ) -> None:
        """Of what is kept for some filters and what is new, keep the strongest."""
        highs = np.concatenate([self.highs[rows], highs], 1)
        keys = np.concatenate([self.keys[rows], keys], 1)
        best = np.lexsort((keys, -highs))[:, : self.highs.shape[1]]
        self.highs[rows] = np.take_along_axis(highs, best, 1)
        self.keys[rows] = np.take_along_axis(keys, best, 1)
