"""Photographs that are pixels already, and the bare pass that others are compared with."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch

from kgexplain.inputs.images import Images, Photograph, Shown
from kgexplain.inputs.network import Network
from kgexplain.inputs.preprocessing import Preprocessing

BATCH = 16


@dataclass(frozen=True)
class Pixels(Images):
    """Photographs that are pixels already, for when only the pass is measured."""

    pixels: torch.Tensor = field(default_factory=lambda: torch.empty(0))

    def batches(self, preprocessing: Preprocessing, size: int, start: int = 0) -> Iterator[Shown]:
        for first in range(start, len(self.photographs), size):
            part = slice(first, first + size)
            yield Shown(first, self.photographs[part], self.pixels[part], ())


def pixels(number: int) -> Pixels:
    """So many photographs of random pixels, (3, 224, 224) each, of a thousand classes; the same ones every time."""
    drawn = torch.randn(number, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    return Pixels("random", tuple(Photograph(str(i), Path(), i % 1000) for i in range(number)), pixels=drawn)


def bare(network: Network, images: Pixels) -> float:
    """Seconds of a pass that only shows the images to the network."""
    network.module.to(memory_format=torch.channels_last)
    begin = time.perf_counter()
    with torch.no_grad():
        for shown in images.batches(network.preprocessing, BATCH):
            network.module(shown.pixels.to(network.device).contiguous(memory_format=torch.channels_last))
    synchronise(network)
    return time.perf_counter() - begin


def synchronise(network: Network) -> None:
    """Wait until the network's device has done what it was given."""
    if network.device.type == "cuda":
        torch.cuda.synchronize()
