"""How far a figure could be another with other images of the same kind: percentile bootstrap intervals over images."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float, Num

from kgexplain.errors import InputError

# A figure as a function of how often each image counts: (drawings, images) → (drawings,).
Measure: TypeAlias = Callable[[np.ndarray], np.ndarray]


class Interval(NamedTuple):
    """A value, and where the values of images drawn again lie; NaN where the images say nothing."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Bootstrap:
    """Draws the images again, ``drawings`` times, as many with replacement as there are (Efron 1979).

    Intervals are percentiles: as many drawings are below as above, and ``level`` of them within. Images are drawn
    and not what is counted in them, as the attributes of one image are not independent. The same seed draws the same
    images, so two measures of as many images are compared on the same drawings.
    """

    drawings: int = 1000
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        if self.drawings < 1:
            raise InputError(f"drawings is {self.drawings}; it must be at least 1")
        if not 0 < self.level < 1:
            raise InputError(f"level is {self.level}; it must be between 0 and 1, as 0.95")

    def weights(self, images: int) -> Float[np.ndarray, "drawings images"]:
        """How often each image is drawn; each drawing's sum is ``images``. It cannot be written to."""
        return _drawn(self.drawings, self.seed, images)

    def interval(self, measure: Measure, images: int) -> Interval:
        """The measure of the images as they are, each once, and its interval.

        >>> heights = np.array([1.0, 2, 3, 6])
        >>> Bootstrap().interval(mean(heights), 4)
        Interval(value=3.0, low=1.5, high=5.0)
        """
        return self.of(self.sample(measure, images))

    def difference(self, one: Measure, other: Measure, images: int) -> Interval:
        """How far one measure is above another of the same images, which are drawn together: paired."""
        return self.of(self.sample(one, images) - self.sample(other, images))

    def sample(self, measure: Measure, images: int) -> Float[np.ndarray, " samples"]:
        """The measure of the images as they are, then of each drawing; of no images it is NaN."""
        if images == 0:
            return np.full(1 + self.drawings, np.nan)
        once = np.ones((1, images), dtype=np.float32)
        return np.concatenate([measure(once), measure(self.weights(images))]).astype(np.float64)

    def of(self, sample: Float[np.ndarray, " samples"]) -> Interval:
        """The interval of a sample; drawings without any image that counts give no value, and are left out."""
        known = sample[1:][~np.isnan(sample[1:])]
        if math.isnan(sample[0]) or not len(known):
            return Interval(float(sample[0]), math.nan, math.nan)
        low, high = np.quantile(known, [(1 - self.level) / 2, (1 + self.level) / 2])
        return Interval(float(sample[0]), float(low), float(high))


USUAL = Bootstrap()


# Figures of one evaluation are of the same images, and drawing them costs more than the figures do.
@lru_cache(maxsize=1)
def _drawn(drawings: int, seed: int, images: int) -> Float[np.ndarray, "drawings images"]:
    generator = np.random.default_rng(seed)
    counts = np.empty((drawings, images), dtype=np.float32)
    for row in counts:
        row[:] = np.bincount(generator.integers(0, images, images), minlength=images)
    counts.flags.writeable = False
    return counts


def mean(values: Float[np.ndarray, " images"]) -> Measure:
    """The mean of what each image gives."""
    return ratio(values, np.ones(len(values)))


def ratio(part: Num[np.ndarray, " images"], whole: Num[np.ndarray, " images"]) -> Measure:
    """Σ part / Σ whole over images: the share of what is counted, of which images have more or less; NaN of nothing."""

    def measured(weights: np.ndarray) -> np.ndarray:
        return divided(weights @ part, weights @ whole)

    return measured


def divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A part by its whole, NaN where there is nothing to divide by."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)
