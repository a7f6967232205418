"""A toy network and photographs that are numbers already, for tests of passes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from kgexplain.inputs.images import Images, Photograph, Shown, Skipped
from kgexplain.inputs.network import Network, network_of
from kgexplain.inputs.preprocessing import Preprocessing

PREPROCESSING = Preprocessing(resize=(6, 8), crop=None)


class Toy(nn.Module):
    """Two convolutions, the second with a functional activation; three classes."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(inplace=True))
        self.second = nn.Conv2d(4, 5, 3, stride=2)
        self.head = nn.Linear(5, 3)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        maps = torch.relu(self.second(self.first(pixels)))
        scores: torch.Tensor = self.head(maps.mean((2, 3)))
        return scores


def toy() -> Network:
    torch.manual_seed(5)
    return network_of(Toy(), "toy", preprocessing=PREPROCESSING)


@dataclass(frozen=True)
class Numbers(Images):
    """Images that are random pixels; those in ``unreadable`` are skipped, ``stop`` breaks off with an error."""

    unreadable: tuple[int, ...] = ()
    stop: int | None = None

    def pixels(self) -> torch.Tensor:
        return torch.rand(len(self.photographs), 3, 6, 8, generator=torch.Generator().manual_seed(2))

    def batches(self, preprocessing: Preprocessing, size: int, start: int = 0) -> Iterator[Shown]:
        for first in range(start, len(self.photographs), size):
            if self.stop is not None and first >= self.stop:
                raise KeyboardInterrupt
            rows = range(first, min(first + size, len(self.photographs)))
            read = [i for i in rows if i not in self.unreadable]
            skipped = tuple(Skipped(f"{i}.png", "truncated") for i in rows if i in self.unreadable)
            yield Shown(first, tuple(self.photographs[i] for i in read), self.pixels()[read], skipped)


def numbers(number: int = 11, unreadable: tuple[int, ...] = (), stop: int | None = None) -> Numbers:
    photographs = tuple(Photograph(f"{i}.png", Path(f"{i}.png"), i % 4 - 1) for i in range(number))
    return Numbers("numbers", photographs, unreadable=unreadable, stop=stop)
