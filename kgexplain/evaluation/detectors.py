"""How many filters detect a concept, and how many different concepts they detect: two definitions of the paper."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Seen(NamedTuple):
    """A filter, a concept that it agrees with, and their intersection over union; one filter can have many."""

    filter_: Hashable
    category: str
    concept: str
    iou: float


@dataclass(frozen=True)
class Detectors:
    """How many filters detect something, and how many different concepts; of each category as (filters, concepts).

    In ``filters`` each filter counts once, in ``detections`` once for each category that it detects something of.
    """

    filters: int
    categories: Mapping[str, tuple[int, int]]

    @property
    def detections(self) -> int:
        """Pairs of a filter and a category of which it detects a concept."""
        return sum(filters for filters, _ in self.categories.values())

    @property
    def unique(self) -> int:
        """Different concepts that are detected."""
        return sum(concepts for _, concepts in self.categories.values())


def by_category(seen: Iterable[Seen], least: float = 0.04) -> Detectors:
    """Every filter's best concept of each category, where above ``least``: what the published figures count.

    So a filter can detect six things. Of equals the first counts.

    >>> rows = [Seen(0, "object", "car", 0.1), Seen(0, "part", "wheel", 0.2), Seen(1, "part", "wheel", 0.3)]
    >>> found = by_category(rows)
    >>> found.filters, found.detections, found.unique, dict(found.categories)
    (2, 3, 2, {'object': (1, 1), 'part': (2, 1)})
    """
    return _counted(_best(seen, lambda row: (row.filter_, row.category)), least)


def by_filter(seen: Iterable[Seen], least: float = 0.04) -> Detectors:
    """Every filter's best concept of all, where above ``least``: what `kgx:detects` says.

    >>> rows = [Seen(0, "object", "car", 0.1), Seen(0, "part", "wheel", 0.2), Seen(1, "part", "wheel", 0.3)]
    >>> found = by_filter(rows)
    >>> found.filters, found.unique, dict(found.categories)
    (2, 1, {'part': (2, 1)})
    """
    return _counted(_best(seen, lambda row: row.filter_), least)


def labels(seen: Iterable[Seen], least: float = 0.0, categories: Iterable[str] = ()) -> dict[Hashable, Seen]:
    """Every filter's best concept, of some categories only if any are named, where it is above ``least``.

    >>> labels([Seen(0, "object", "car", 0.1), Seen(0, "part", "wheel", 0.2)], categories=["object"])[0].concept
    'car'
    """
    wanted = set(categories)
    of = (row for row in seen if not wanted or row.category in wanted)
    return {row.filter_: row for row in _best(of, lambda row: row.filter_) if row.iou > least}


def _best(seen: Iterable[Seen], key: Callable[[Seen], Hashable]) -> list[Seen]:
    """The row of highest intersection over union for each key; of equals the first."""
    best: dict[Hashable, Seen] = {}
    for row in seen:
        known = best.setdefault(key(row), row)
        if row.iou > known.iou:
            best[key(row)] = row
    return list(best.values())


def _counted(best: Iterable[Seen], least: float) -> Detectors:
    detecting: dict[str, list[Seen]] = defaultdict(list)
    for row in best:
        if row.iou > least:
            detecting[row.category].append(row)
    categories = {
        category: (len(rows), len({row.concept for row in rows})) for category, rows in detecting.items()
    }
    return Detectors(len({row.filter_ for rows in detecting.values() for row in rows}), categories)
