"""Which filters detect which concepts, layer by layer, and how many would by chance."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

IOU = "iou"


class Match(NamedTuple):
    """A concept, and how well a filter agrees with it by some measure; a synset has no category."""

    concept: str
    name: str
    category: str
    score: float


@dataclass(frozen=True)
class Detector:
    """A filter that detects a concept, or is labelled with it; ``others`` agree with it less, best first.

    ``p_value`` is how probable as good an agreement is by chance, None where that is not known.
    """

    filter_: str
    layer: str
    index: int
    match: Match
    p_value: float | None = None
    others: tuple[Match, ...] = ()


@dataclass(frozen=True)
class LayerDetectors:
    """A layer's detectors, best first; by category, how many filters would pass for detectors by chance.

    ``by_chance`` is empty where nothing was compared with chance.
    """

    layer: str
    filters: int
    detectors: tuple[Detector, ...]
    by_chance: Mapping[str, int]

    @property
    def categories(self) -> Counter[str]:
        """How many of its detectors detect a concept of each category."""
        return Counter(detector.match.category for detector in self.detectors)

    @property
    def concepts(self) -> Counter[str]:
        """How many of its detectors detect each concept, by the concept's IRI."""
        return Counter(detector.match.concept for detector in self.detectors)

    @property
    def chance(self) -> int:
        """How many of its filters would pass for detectors by chance."""
        return sum(self.by_chance.values())

    def foremost(self, number: int) -> tuple[Detector, ...]:
        """The best detectors, of each concept one."""
        best: dict[str, Detector] = {}
        for detector in self.detectors:
            best.setdefault(detector.match.concept, detector)
        return tuple(best.values())[:number]


@dataclass(frozen=True)
class Dissected:
    """What a dissection found in a network: its layers, in the order in which they run.

    ``share`` is that of a filter's values which count as active. By the ``measure`` iou a filter detects a concept with
    which it agrees by more than ``limit``; by another it is labelled with it, if the p-value is at most ``limit``.
    """

    run: str
    network: str
    images: str
    shown: int
    share: float
    limit: float
    layers: tuple[LayerDetectors, ...]
    measure: str = IOU

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """Those of all layers."""
        return tuple(detector for layer in self.layers for detector in layer.detectors)

    @property
    def categories(self) -> tuple[str, ...]:
        """All that are detected, or would be by chance, those of most detectors first."""
        found = total(layer.categories for layer in self.layers)
        return tuple(
            sorted(found | total(layer.by_chance for layer in self.layers), key=lambda c: (-found[c], c))
        )

    @property
    def is_compared(self) -> bool:
        """Whether it is known what chance gives."""
        return any(layer.by_chance for layer in self.layers)

    def sentence(self) -> str:
        """How many filters detect, or are labelled with, something, and how many would by chance."""
        filters, detectors = sum(layer.filters for layer in self.layers), len(self.detectors)
        concepts = len({detector.match.concept for detector in self.detectors})
        said, says = (
            ("detect", "detects") if self.measure == IOU else ("are labelled with", "is labelled with")
        )
        told = f"{detectors:,} of {filters:,} filters {said} one of {concepts:,} concepts."
        if not detectors:
            told = f"None of {filters:,} filters {says} a concept."
        if not self.is_compared:
            return told
        chance = sum(layer.chance for layer in self.layers)
        return f"{told} By chance, {chance:,} would."


def ordered(detectors: Iterable[Detector]) -> tuple[Detector, ...]:
    """Best first; of those that agree as well, the lower filter."""
    return tuple(sorted(detectors, key=lambda d: (-d.match.score, d.index)))


def total(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Numbers by category, added up over layers; a category that stays at nought is among them."""
    added: Counter[str] = Counter()
    for numbers in counts:
        added.update(numbers)
    return added
