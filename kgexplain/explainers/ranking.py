"""Concepts by importance: of an image by its most active filters, of a class by a linear classifier (docs/ranking.md)."""

import math
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from kgexplain.errors import InputError

COEF, COEF_SPREAD, GRADIENT = "coef", "coef_spread", "gradient"
IMPORTANCES = (COEF, COEF_SPREAD, GRADIENT)

# The limit that liblinear sets itself for this machine: scikit-learn's ``max_iter`` never reaches it, though it warns by it.
_ITERATIONS = 100_000


@dataclass(frozen=True)
class Ranking:
    """How concepts are ranked; the defaults are those of the published code, but for ``iou``, which is 0 there.

    A filter stands for the best of its concepts by ``measure``: of those ``categories`` (none = all), if its IoU is
    above ``iou`` and its p-value at most ``p_value``; what is not known of it is not asked. ``layers`` may have ``*``;
    none are named = the last one that the network's scores are made of.

    An image's concepts are those of its ``local_filters`` most active filters, a class's those of its
    ``global_filters`` most important ones; of both the first ``concepts`` different ones, of which the first
    ``truthy_k`` are also said in one statement. ``importance`` is of a linear classifier's coefficients: themselves,
    times the spread of what the filter shows, or times the gradient of the network's score. ``cost`` is the
    classifier's C, ``folds`` how often it is learned, each time without some images, shuffled by ``seed``.
    """

    layers: tuple[str, ...] = ()
    measure: str = "iou"
    iou: float = 0.04
    p_value: float = 1.0
    categories: tuple[str, ...] = ()
    importance: str = COEF
    cost: float = 0.001
    folds: int = 5
    local_filters: int = 20
    global_filters: int = 10
    concepts: int = 10
    truthy_k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.importance not in IMPORTANCES:
            raise InputError(f"importance is {self.importance!r}; it must be one of {', '.join(IMPORTANCES)}")
        if not 0 <= self.iou < 1:
            raise InputError(
                f"iou is {self.iou}; it must be at least 0, which is no threshold, and less than 1"
            )
        if not 0 < self.p_value <= 1:
            raise InputError(
                f"p_value is {self.p_value}; it must be above 0 and at most 1, which is no limit"
            )
        if not 0 < self.cost < math.inf:
            raise InputError(f"cost is {self.cost}; it must be above 0, as 0.001")
        least = {"folds": 2, "local_filters": 1, "global_filters": 1, "concepts": 1, "truthy_k": 0}
        for name, number in least.items():
            if getattr(self, name) < number:
                raise InputError(f"{name} is {getattr(self, name)}; it must be at least {number}")


class Lists(NamedTuple):
    """Lists of concepts, a row each, the first the best: indices of concepts, and what they are ranked by.

    Where there are no more, −1 and NaN.
    """

    concepts: Int[np.ndarray, "lists places"]
    scores: Float[np.ndarray, "lists places"]


def ranked(
    values: Float[np.ndarray, "lists filters"],
    concept_of: Int[np.ndarray, " filters"],
    filters: int,
    number: int,
) -> Lists:
    """The first ``number`` different concepts of the ``filters`` filters with the largest values, each at its best.

    Filters without a concept (−1) do not count, nor those whose value is not above 0, which show nothing or speak
    against a class. Of equal values the lower filter comes first.

    >>> ranked(np.array([[0.2, 0.9, 0.8, 0.7, 0.0]]), np.array([5, 3, 3, -1, 6]), filters=3, number=2).concepts
    array([[3, 5]])
    """
    labelled = np.flatnonzero(concept_of >= 0)
    order = np.argsort(-values[:, labelled], axis=1, kind="stable")[:, :filters]
    best = np.take_along_axis(values[:, labelled], order, axis=1)
    concepts = np.where(best > 0, concept_of[labelled][order], -1)
    return distinct(Lists(concepts, best), number)


def distinct(lists: Lists, number: int) -> Lists:
    """The first ``number`` concepts of each list, without those that came before in it.

    >>> distinct(Lists(np.array([[4, 4, 2, 4, 7]]), np.array([[5.0, 4, 3, 2, 1]])), 4)
    Lists(concepts=array([[ 4,  2,  7, -1]]), scores=array([[ 5.,  3.,  1., nan]]))
    """
    padding = ((0, 0), (0, max(0, number - lists.concepts.shape[1])))
    concepts = np.pad(lists.concepts, padding, constant_values=-1)
    scores = np.pad(lists.scores, padding, constant_values=np.nan)
    new = _are_new(concepts)
    order = np.argsort(~new, axis=1, kind="stable")[:, :number]
    kept = np.take_along_axis(new, order, axis=1)
    return Lists(
        np.where(kept, np.take_along_axis(concepts, order, axis=1), -1),
        np.where(kept, np.take_along_axis(scores, order, axis=1), np.nan),
    )


def _are_new(concepts: Int[np.ndarray, "lists places"]) -> Bool[np.ndarray, "lists places"]:
    """Which are concepts, and none that came before in their list."""
    new = concepts >= 0
    for place in range(1, concepts.shape[1]):
        new[:, place] &= (concepts[:, :place] != concepts[:, [place]]).all(1)
    return new


@dataclass(frozen=True, eq=False)
class Classifier:
    """A linear classifier of what filters show: that of the fold with the best macro-F1 on the images it did not see.

    ``coefficients`` have a row for each of ``classes``, which are indices. ``predicted`` is each image's class by the
    fold that did not see it, −1 for images that had no part; ``fold`` is which one that was, and ``kept`` the fold
    whose coefficients these are. ``iterations`` are those of each fold.
    """

    classes: Int[np.ndarray, " classes"]
    coefficients: Float[np.ndarray, "classes filters"]
    labels: Int[np.ndarray, " images"]
    predicted: Int[np.ndarray, " images"]
    fold: Int[np.ndarray, " images"]
    kept: int
    f1: tuple[float, ...]
    iterations: tuple[int, ...]

    @property
    def right(self) -> Bool[np.ndarray, " parts"]:
        """Whether each image that had a part was told right by the fold that did not see it."""
        part = self.predicted >= 0
        right: np.ndarray = self.predicted[part] == self.labels[part]
        return right

    @property
    def has_converged(self) -> bool:
        """Whether every fold found its optimum before the solver gave up, after 100,000 iterations."""
        return max(self.iterations) < _ITERATIONS


def taught(labels: Int[np.ndarray, " images"], folds: int) -> Int[np.ndarray, " classes"]:
    """The classes with at least one image for each fold; −1 is none.

    >>> taught(np.array([4, 4, 2, 4, -1, -1, 2, 7]), folds=2)
    array([2, 4])
    """
    classes, images = np.unique(labels[labels >= 0], return_counts=True)
    enough: np.ndarray = classes[images >= folds]
    return enough


def classifier(
    method: Ranking, pooled: Float[np.ndarray, "images filters"], labels: Int[np.ndarray, " images"]
) -> Classifier:
    """Learn to tell classes by what filters show, of images whose class has one for each fold.

    Crammer and Singer's support vector machine for several classes at once (2001), with hinge loss; classes with few
    images weigh as much as others.

    Differs from the published code: folds are stratified and shuffled. There they are runs of the images in the order
    of their files, so that whole classes may be missing from what is learned.

    Raises InputError where fewer than two classes have images enough.
    """
    classes = taught(labels, method.folds)
    if len(classes) < 2:
        raise InputError(
            f"{len(classes)} classes have {method.folds} images or more, one for each fold; to tell classes apart takes "
            "two: give more images, or fewer folds"
        )
    rows = np.flatnonzero(np.isin(labels, classes))
    shown, said = pooled[rows].astype(np.float64), labels[rows]
    learned = [_fold(method, shown, said, *parts) for parts in _parts(method, said)]
    predicted, fold = np.full(len(labels), -1), np.full(len(labels), -1)
    for number, one in enumerate(learned):
        predicted[rows[one.unseen]], fold[rows[one.unseen]] = one.predicted, number
    f1 = tuple(one.f1 for one in learned)
    kept = f1.index(max(f1))
    iterations = tuple(one.iterations for one in learned)
    best = learned[kept].coefficients
    return Classifier(classes, best, labels, predicted, fold, kept, f1, iterations)


class _Fold(NamedTuple):
    """What was learned without some images, and how it does on them."""

    coefficients: Float[np.ndarray, "classes filters"]
    unseen: Int[np.ndarray, " unseen"]
    predicted: Int[np.ndarray, " unseen"]
    f1: float
    iterations: int


def _parts(method: Ranking, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    folds = StratifiedKFold(method.folds, shuffle=True, random_state=method.seed)
    return list(folds.split(np.zeros((len(labels), 1)), labels))


def _fold(
    method: Ranking, pooled: np.ndarray, labels: np.ndarray, seen: np.ndarray, unseen: np.ndarray
) -> _Fold:
    machine = LinearSVC(
        multi_class="crammer_singer",
        loss="hinge",
        class_weight="balanced",
        C=method.cost,
        max_iter=_ITERATIONS,
        random_state=method.seed,
    )
    with warnings.catch_warnings():
        # Whether it converged is said with the result.
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine.fit(pooled[seen], labels[seen])
    # Of two classes there is one row: what speaks for the second.
    rows = machine.coef_ if len(machine.coef_) > 1 else np.concatenate([-machine.coef_, machine.coef_])
    predicted = machine.predict(pooled[unseen])
    f1 = float(f1_score(labels[unseen], predicted, average="macro"))
    return _Fold(rows, unseen, predicted, f1, int(np.max(machine.n_iter_)))


def importances(
    method: Ranking,
    coefficients: Float[np.ndarray, "classes filters"],
    spread: Float[np.ndarray, " filters"],
    gradients: Float[np.ndarray, "classes filters"] | None = None,
) -> Float[np.ndarray, "classes filters"]:
    """How much each filter matters to each class.

    ``coef`` are the coefficients (paper). They say how much the score grows by a unit of a filter, and filters differ
    in what they show: ``coef_spread`` is times the standard deviation of that. ``gradient`` is times the gradient of
    the network's own score, and 0 where the network or the classifier holds the filter against the class.

    >>> importances(Ranking(importance="gradient"), np.array([[2.0, -1.0]]), np.ones(2), np.array([[3.0, -4.0]]))
    array([[6., 0.]])
    """
    if method.importance == COEF:
        return coefficients
    if method.importance == COEF_SPREAD:
        spread_out: np.ndarray = coefficients * spread
        return spread_out
    if gradients is None:
        raise ValueError("importance by gradient needs gradients")
    positive: np.ndarray = coefficients.clip(min=0) * gradients.clip(min=0)
    return positive
