"""The kind of a mistake, by rules in a fixed order, each with the numbers that it looks at (docs/mistakes.md)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgexplain.vocabulary import (
    BOTH_VISIBLE,
    OUTVOTED,
    SHARED_FEATURES,
    UNEXPLAINED,
    UNLIKE_ITS_CLASS,
    WRONG_FILTERS,
    WRONG_LABEL,
)

LABELS = {
    WRONG_LABEL: "label looks wrong",
    BOTH_VISIBLE: "both are visible",
    SHARED_FEATURES: "neighbours that share features",
    OUTVOTED: "found but outvoted",
    WRONG_FILTERS: "the wrong filters fired",
    UNLIKE_ITS_CLASS: "unlike its class",
    UNEXPLAINED: "unexplained",
}
"""What each diagnosis is called, in the order in which they are tried; the last is what remains."""


@dataclass(frozen=True)
class Thresholds:
    """Where the rules draw their lines, all of them relative to what is usual.

    Args:
        found: Presence from which features of a class are found: nearer to its own images than to others.
        sure: Presence from which a class is certain: as good as on its own images.
        missing: Presence of the true class up to which next to nothing speaks for it.
        close: Two classes are close in meaning if no more than this share of all pairs is closer.
        siblings: They are siblings, and share features for that alone, if no more than this share is closer.
        far: They are far apart if at least this share of all pairs is closer.
        sharing: They share features if less than this share of pairs share more of their filters.
        considered: Up to which place a class is considered, among the scores of the network or the tags of the image.
        ruled_out: Up to which probability the network rules a class out.
        deviations: How far below the usual support of its own images an image is unlike them.
    """

    found: float = 0.5
    sure: float = 0.75
    missing: float = 0.25
    close: float = 0.05
    siblings: float = 0.005
    far: float = 0.4
    sharing: float = 0.1
    considered: int = 5
    ruled_out: float = 0.01
    deviations: float = 2.0


@dataclass(frozen=True)
class Case:
    """The numbers of one mistake; NaN where tags or WordNet do not tell.

    ``closeness`` is the share of pairs of classes that are closer in meaning than the true and the predicted class,
    ``sharing`` the share of pairs that share more of their filters; ``strongest_closeness`` and ``strongest_sharing``
    are the same for the true class and the one found most; ``below`` is how many deviations the true class's support
    is below usual.
    """

    presence_true: float
    presence_predicted: float
    presence_strongest: float
    place_predicted: int
    probability: float
    usual_probability: float
    true_probability: float
    true_place: int
    closeness: float
    strongest_closeness: float
    sharing: float
    strongest_sharing: float
    below: float


# Comparisons with NaN are false: what is not known supports no diagnosis.
def _shares(case: Case, t: Thresholds) -> bool:
    return case.closeness <= t.siblings or case.sharing < t.sharing


def _wrong_label(case: Case, t: Thresholds) -> bool:
    is_sure = case.probability >= case.usual_probability and 1 <= case.place_predicted <= t.considered
    is_another = case.presence_predicted >= t.sure and case.presence_true <= t.missing
    return is_sure and is_another and case.true_probability <= t.ruled_out and not case.closeness <= t.close


def _both_visible(case: Case, t: Thresholds) -> bool:
    both = case.presence_true >= t.found and case.presence_predicted >= t.found
    return both and case.true_place <= t.considered and not _shares(case, t)


def _shared_features(case: Case, t: Thresholds) -> bool:
    if not math.isnan(case.presence_predicted):
        return _shares(case, t) and case.presence_predicted >= t.found
    # Nothing is tagged with the predicted class: its neighbour's features stand for those that they share.
    return case.closeness <= t.close and case.presence_true >= t.found


def _outvoted(case: Case, t: Thresholds) -> bool:
    return case.presence_true >= t.found


def _wrong_filters(case: Case, t: Thresholds) -> bool:
    is_missing, is_another = case.presence_true < t.found, case.presence_strongest >= t.sure
    is_far = case.strongest_closeness >= t.far and not case.strongest_sharing < t.sharing
    finds_a_relative = case.presence_predicted >= t.found and case.closeness < t.far
    return is_missing and is_another and is_far and not finds_a_relative


def _unlike_its_class(case: Case, t: Thresholds) -> bool:
    return case.presence_true < t.found and case.below >= t.deviations


RULES: tuple[tuple[NamedNode, Callable[[Case, Thresholds], bool]], ...] = (
    (WRONG_LABEL, _wrong_label),
    (BOTH_VISIBLE, _both_visible),
    (SHARED_FEATURES, _shared_features),
    (OUTVOTED, _outvoted),
    (WRONG_FILTERS, _wrong_filters),
    (UNLIKE_ITS_CLASS, _unlike_its_class),
)


def diagnosis(case: Case, thresholds: Thresholds = Thresholds()) -> NamedNode:
    """The first diagnosis whose rule holds; ``kgx:unexplained`` where none does."""
    return next((name for name, rule in RULES if rule(case, thresholds)), UNEXPLAINED)
