"""The small network that knows the world's classes: trained once, shipped, loaded in no time."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from kgexplain.shipped import shipped
from kgexplain.world.things import CLASSES


class WorldCNN(nn.Module):
    """Five convolutions with batch norm, the mean of each last map, and one linear layer.

    One activation is a module and the others are functions, as networks in the wild have both.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 24, 5, stride=2, padding=2, bias=False)
        self.norm1 = nn.BatchNorm2d(24)
        self.conv2 = nn.Conv2d(24, 32, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(32)
        self.conv3 = nn.Conv2d(32, 48, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(48)
        self.conv4 = nn.Conv2d(48, 64, 3, padding=1, bias=False)
        self.norm4 = nn.BatchNorm2d(64)
        self.conv5 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.norm5 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.linear = nn.Linear(64, classes)

    def maps(self, pixels: Float[Tensor, "images 3 height width"]) -> Float[Tensor, "images 64 rows columns"]:
        """The last convolution's maps, one eighth of the picture's height and width."""
        maps = functional.relu(self.norm1(self.conv1(pixels)))
        maps = functional.max_pool2d(self.relu(self.norm2(self.conv2(maps))), 2)
        maps = functional.max_pool2d(functional.relu(self.norm3(self.conv3(maps))), 2)
        maps = functional.relu(self.norm4(self.conv4(maps)))
        return functional.relu(self.norm5(self.conv5(maps)))

    def forward(self, pixels: Float[Tensor, "images 3 height width"]) -> Float[Tensor, "images classes"]:
        """The score of each class."""
        scores: Tensor = self.linear(self.maps(pixels).mean(dim=(2, 3)))
        return scores


def world_cnn() -> nn.Module:
    """The trained network, ready to use; its classes are ``CLASSES``, in that order.

    >>> world_cnn().conv5.out_channels
    64
    """
    network = WorldCNN(len(CLASSES))
    with np.load(shipped("data") / "world" / "cnn.npz") as weights:
        network.load_state_dict({name: torch.from_numpy(weights[name]) for name in weights.files})
    return network.eval()
