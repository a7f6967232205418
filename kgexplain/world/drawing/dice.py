"""Chance that falls the same on every machine: one seeded stream of whole numbers and fractions."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Dice:
    """One stream of chance; the same keys give the same throws, other keys unrelated ones.

    Only the generator's whole numbers and fractions are used: they are exact, whatever the processor.
    """

    def __init__(self, *keys: int) -> None:
        self.generator = np.random.default_rng(keys)

    def between(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return low + (high - low) * float(self.generator.random())

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return int(self.generator.integers(low, high + 1))

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return bool(self.generator.random() < probability)

    def choice(self, things: Sequence[Choice]) -> Choice:
        """One of the things, each as likely as the others."""
        return things[self.whole(0, len(things) - 1)]

    def weighted(self, things: Mapping[Choice, float]) -> Choice:
        """One of the keys, as likely as its value says; the values need not add up to 1."""
        left = self.between(0, sum(things.values()))
        for thing, weight in things.items():
            left -= weight
            if left < 0:
                return thing
        return list(things)[-1]

    def shuffled(self, things: Sequence[Choice]) -> list[Choice]:
        """All the things in another order."""
        return [things[index] for index in self.generator.permutation(len(things))]
