"""What most methods want of a layer's maps: the mean of each, and the layer's lowest and highest value."""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


class Reduction(NamedTuple):
    """Three small tensors on the network's device, in place of whole maps."""

    means: Float[Tensor, "images filters"]
    lows: Float[Tensor, " images"]
    highs: Float[Tensor, " images"]

    @property
    def scaled(self) -> Float[Tensor, "images filters"]:
        """Means after the layer was scaled to [0, 1] for each image: (mean − low) / (high − low).

        FilTag §2.1: activations are scaled per image and layer, over all filters and positions. A layer that is
        constant has range 1, as in scikit-learn's MinMaxScaler.

        >>> Reduction(torch.tensor([[1.0, 3.0]]), torch.tensor([0.0]), torch.tensor([4.0])).scaled
        tensor([[0.2500, 0.7500]], dtype=torch.float64)
        """
        lows, highs = self.lows.double(), self.highs.double()
        ranges = torch.where(highs > lows, highs - lows, torch.ones_like(highs))
        return (self.means.double() - lows[:, None]) / ranges[:, None]


def reduce(maps: Float[Tensor, "images filters height width"], floor: float = -math.inf) -> Reduction:
    """Means, lows and highs of ``maps``, each read at the speed of memory.

    ``floor`` is a value that no map can fall below (0 after a ReLU). Where a glance at a part of an image meets it,
    that is the lowest value, and the rest need not be read for it.
    """
    # Three plain reductions: torch.aminmax over a dimension takes ten times as long as amin and amax together.
    means = maps.mean((2, 3), dtype=torch.float32)
    return Reduction(means, _lows(maps, floor), maps.amax((1, 2, 3)).float())


def _lows(maps: Tensor, floor: float) -> Tensor:
    if floor > -math.inf:
        # One corner of all filters' maps, else their first rows: mostly enough to meet a zero after a ReLU.
        for part in (maps[:, :, :1, :1], maps[:, :, :1]):
            glance = part.amin((1, 2, 3))
            if glance.max().item() == floor:
                return glance.float()
    return maps.amin((1, 2, 3)).float()
