"""What the mistakes of a data set have in common: confusions, responsible filters, classes that need more variety."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from kgexplain.answers.mistakes.kinship import Kinship
from kgexplain.answers.mistakes.measures import Measures
from kgexplain.answers.mistakes.reading import FilterName, Seen

_NO_CONCEPT = "no common concept"


@dataclass(frozen=True)
class Confusion:
    """A class that is taken for another, how often, and what both are kinds of."""

    hypernym: str
    true: str
    predicted: str
    images: int


@dataclass(frozen=True)
class Responsible:
    """A filter that speaks for wrong predictions: it is tagged with the predicted class and not with the true one.

    ``active`` of the ``mistakes`` of which that is so activate it; ``right_rate`` is the share of the images predicted
    right that do, ``excess`` how many more mistakes activate it than at that rate.
    """

    filter_: FilterName
    active: int
    mistakes: int
    right_rate: float
    tags: tuple[str, ...]

    @property
    def rate(self) -> float:
        """The share of those mistakes that activate it."""
        return self.active / self.mistakes

    @property
    def excess(self) -> float:
        """How many more mistakes activate it than at the rate of images predicted right."""
        return self.active - self.mistakes * self.right_rate


@dataclass(frozen=True)
class Variety:
    """A class whose images need more variety: on ``missing`` of its ``images`` its features are not found.

    ``usual`` is the mean number of active filters with its tag where it is predicted right, ``mistaken`` that of its
    misclassified images, ``other`` that of images of other classes.
    """

    class_: str
    images: int
    wrong: int
    missing: int
    usual: float
    mistaken: float
    other: float


def confusions(seen: Seen, kinship: Kinship) -> tuple[Confusion, ...]:
    """Each confusion, by concept: first the concept with most mistakes, in it the most frequent, ties by name."""
    counts = Counter((image.true, image.predicted) for image in seen.images)
    found = [
        Confusion(_concept(seen, kinship, *pair), seen.names[pair[0]], seen.names[pair[1]], images)
        for pair, images in counts.items()
    ]
    by_concept: Counter[str] = Counter()
    for confusion in found:
        by_concept[confusion.hypernym] += confusion.images
    return tuple(
        sorted(found, key=lambda c: (-by_concept[c.hypernym], c.hypernym, -c.images, c.true, c.predicted))
    )


def _concept(seen: Seen, kinship: Kinship, true: int, predicted: int) -> str:
    common = kinship.common(true, predicted)
    return seen.hierarchy.labels.get(common, common) if common else _NO_CONCEPT


def responsible(seen: Seen) -> tuple[Responsible, ...]:
    """Filters that more mistakes activate than their rate among right predictions, the largest excess first."""
    if not seen.images:
        return ()
    true, predicted = (
        np.array([getattr(image, of) for image in seen.images]) for of in ("true", "predicted")
    )
    speaks = seen.tags[predicted] & ~seen.tags[true]
    active, mistakes = (seen.active & speaks).sum(0), speaks.sum(0)
    right = max(int(seen.usual.right.sum()), 1)
    found = [
        Responsible(
            seen.filters[f],
            int(active[f]),
            int(mistakes[f]),
            float(seen.right_active[f] / right),
            tuple(seen.names[c] for c in np.flatnonzero(seen.tags[:, f])),
        )
        for f in np.flatnonzero(active).tolist()
    ]
    return tuple(sorted((r for r in found if r.excess > 0), key=lambda r: -r.excess))


def variety(seen: Seen, measures: Measures, missing: Bool[np.ndarray, " images"]) -> tuple[Variety, ...]:
    """Classes some of whose images lack their features, those with the largest share of such images first."""
    true = np.array([image.true for image in seen.images], dtype=np.int64)
    found = []
    for class_ in np.unique(true[missing]).tolist():
        rows = np.flatnonzero(true == class_)
        found.append(
            Variety(
                seen.names[class_],
                int(seen.usual.seen[class_]),
                len(rows),
                int(missing[rows].sum()),
                float(measures.own[class_]),
                float(seen.support[rows, class_].mean()),
                float(seen.usual.other[class_]),
            )
        )
    return tuple(sorted(found, key=lambda v: (-v.missing / max(v.images, 1), -v.missing, v.class_)))
