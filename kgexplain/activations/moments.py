"""Counts and sums per class: of each filter's scaled activation, and of right predictions."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from kgexplain.activations.reduction import Reduction
from kgexplain.activations.statistic import OUTPUT, Batch, host
from kgexplain.errors import InputError

_BATCHES = 16


class ClassMeans:
    """Mean scaled activation of each filter of one layer over the images of each class.

    z_c(m, i) = 1/|D_c| Σ_d ā(m, i, d), where ā is the spatial mean of the map after the layer was scaled to [0, 1]
    for each image (FilTag §2.1). Sums are float64; images of unknown class are left out.
    """

    def __init__(self, layer: str, classes: int, filters: int) -> None:
        self.layer = layer
        self.counts: Int[Tensor, " classes"] = torch.zeros(classes, dtype=torch.int64)
        self.sums: Float[Tensor, "classes filters"] = torch.zeros(classes, filters, dtype=torch.float64)
        # Adding up a batch costs more calls than reducing it: several wait, and are added together.
        self._waiting: list[tuple[Tensor, Reduction]] = []

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        return f"ClassMeans({self.layer!r}, {self.sums.shape[0]}, {self.sums.shape[1]})"

    def observe(self, batch: Batch) -> None:
        self._waiting.append((batch.labels, batch.reduced))
        if len(self._waiting) == _BATCHES:
            self._add()

    def merge(self, other: "ClassMeans") -> None:
        state = other.state()
        self._add()
        self.sums += torch.from_numpy(state["sums"]).to(self.sums.device)
        self.counts += torch.from_numpy(state["counts"]).to(self.counts.device)

    def state(self) -> dict[str, np.ndarray]:
        self._add()
        return {"counts": host(self.counts), "sums": host(self.sums)}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self._waiting = []
        self.counts = torch.from_numpy(state["counts"].copy())
        self.sums = torch.from_numpy(state["sums"].copy())

    def means(self) -> Float[np.ndarray, "classes filters"]:
        """z, 0 to 1; NaN in the rows of classes without images."""
        state = self.state()
        counts, sums = state["counts"], state["sums"]
        if not np.isfinite(sums).all():
            raise InputError(
                f"layer {self.layer} gave values that are no numbers; check the weights and the preprocessing"
            )
        means: np.ndarray = np.divide(
            sums, counts[:, None], out=np.full(sums.shape, np.nan), where=counts[:, None] > 0
        )
        return means

    def _add(self) -> None:
        """Add up what waits, image by image in the order of the pass, so that a resumed pass gives the same bits."""
        if not self._waiting:
            return
        labels = torch.cat([waiting for waiting, _ in self._waiting])
        scaled = Reduction(
            *map(torch.cat, zip(*(reduced for _, reduced in self._waiting), strict=True))
        ).scaled
        self._waiting = []
        known = labels >= 0
        labels, scaled = labels[known], scaled[known]
        self.sums, self.counts = self.sums.to(scaled.device), self.counts.to(scaled.device)
        self.sums.index_add_(0, labels, scaled)
        self.counts += torch.bincount(labels, minlength=len(self.counts))


class ClassAccuracy:
    """How many images of each class were seen, and how many of them the network put first in the right class."""

    def __init__(self, classes: int) -> None:
        self.counts = np.zeros(classes, np.int64)
        self.right = np.zeros(classes, np.int64)

    @property
    def layers(self) -> tuple[str, ...]:
        return (OUTPUT,)

    @property
    def identity(self) -> str:
        return f"ClassAccuracy({len(self.counts)})"

    def observe(self, batch: Batch) -> None:
        labels, predicted = host(batch.labels), host(batch.maps.argmax(1))
        np.add.at(self.counts, labels[labels >= 0], 1)
        np.add.at(self.right, labels[(labels >= 0) & (labels == predicted)], 1)

    def merge(self, other: "ClassAccuracy") -> None:
        self.counts += other.counts
        self.right += other.right

    def state(self) -> dict[str, np.ndarray]:
        return {"counts": self.counts.copy(), "right": self.right.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.counts, self.right = state["counts"].copy(), state["right"].copy()

    def accuracy(self) -> Float[np.ndarray, " classes"]:
        """Share of right predictions, 0 to 1; NaN for classes without images."""
        accuracy: np.ndarray = np.divide(
            self.right, self.counts, out=np.full(len(self.counts), np.nan), where=self.counts > 0
        )
        return accuracy
