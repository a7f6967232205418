"""How often an image's concepts have one in common with its class's, beside what chance gives; and how far classes are told apart."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import USUAL, Bootstrap, Interval, Measure, divided, mean
from kgexplain.evaluation.figures import Figure, measured
from kgexplain.explainers.ranking import Classifier, Lists, distinct
from kgexplain.vocabulary import (
    CLASS_CONCEPT_PRECISION,
    CLASS_CONCEPT_PRECISION_BY_CHANCE,
    CLASSIFIER_ACCURACY,
    CLASSIFIER_F1,
    CLASSIFIER_ITERATIONS,
    COMPUTED_ON,
    CONCEPT_PRECISION,
    CONCEPT_PRECISION_DEVIATION,
    CONCEPT_PRECISION_LIFT,
    CONCEPT_PRECISION_P,
    IS_MEASUREMENT_OF,
    MEASURED_VALUE,
    OF_CLASS,
    QUALITY_MEASUREMENT,
    VARIANT,
    A,
    Statement,
    thing,
)

SHUFFLED, LARGEST, RANDOM_FILTERS = "shuffled classes", "largest class", "random filters"


class Size(NamedTuple):
    """How many of an image's concepts are compared with how many of a class's."""

    image: int
    class_: int

    def __str__(self) -> str:
        return f"{self.image}–{self.class_}"


SIZES = (Size(5, 1), Size(5, 5), Size(5, 10), Size(10, 10))
"""Those of the paper."""


@dataclass(frozen=True)
class Chance:
    """How chance is found: ``drawings`` shuffles of the classes' lists, or drawings of filters, with ``seed``."""

    drawings: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.drawings < 1:
            raise InputError(f"drawings is {self.drawings}; it must be at least 1")


@dataclass(frozen=True, eq=False)
class Precision:
    """Share of the images of each class that have a concept in common with it, and what that would be by chance.

    ``value`` is the mean over classes, ``deviation`` the standard deviation over them. ``shuffled`` is the mean where
    the lists of concepts are dealt to the classes at random, and ``shuffled_deviation`` how far such deals differ;
    ``p`` is the share of deals that give as much, the one that was observed being one of them. ``random_filters`` is
    what lists of filters drawn at random give. ``hits`` say which image (of class ``own``, a place in ``classes``) has
    a concept in common with which class.
    """

    size: Size
    classes: Int[np.ndarray, " classes"]
    own: Int[np.ndarray, " images"]
    hits: Bool[np.ndarray, "images classes"]
    shuffled_deviation: float
    p: float
    random_filters: float

    @property
    def of_classes(self) -> Float[np.ndarray, " classes"]:
        """The precision of each class."""
        return self._per_class(self.own_hits)

    @property
    def of_classes_shuffled(self) -> Float[np.ndarray, " classes"]:
        """The precision of each class with a list that is any class's, its own among them."""
        return self._per_class(self.any_hits)

    @property
    def own_hits(self) -> Float[np.ndarray, " images"]:
        """1 for each image that has a concept in common with its class."""
        hits: np.ndarray = self.hits[np.arange(len(self.own)), self.own].astype(np.float64)
        return hits

    @property
    def any_hits(self) -> Float[np.ndarray, " images"]:
        """The share of classes with which each image has a concept in common."""
        shares: np.ndarray = self.hits.mean(1)
        return shares

    @property
    def value(self) -> float:
        return float(self.of_classes.mean())

    @property
    def deviation(self) -> float:
        return float(self.of_classes.std())

    @property
    def shuffled(self) -> float:
        # Each class gets each list as often: the mean over all shuffles needs no drawing.
        return float(self.of_classes_shuffled.mean())

    @property
    def lift(self) -> float:
        """How many times what shuffled lists give; NaN where these give nothing."""
        return float(divided(np.array(self.value), np.array(self.shuffled)))

    def over_classes(self, values: Float[np.ndarray, " images"]) -> Measure:
        """The mean over classes of the mean over the images of each, as a function of how often each image counts."""
        members = (self.own[:, None] == np.arange(len(self.classes))).astype(np.float64)

        def measured(weights: np.ndarray) -> np.ndarray:
            means = divided(weights @ (members * values[:, None]), weights @ members)
            found: np.ndarray = np.nanmean(means, axis=1)
            return found

        return measured

    def _per_class(self, values: np.ndarray) -> np.ndarray:
        images = len(self.classes)
        return np.bincount(self.own, values, images) / np.bincount(self.own, minlength=images)


def precisions(
    images: Lists,
    labels: Int[np.ndarray, " images"],
    of_classes: Lists,
    classes: Int[np.ndarray, " classes"],
    random_filters: Sequence[float] = (),
    chance: Chance = Chance(),
) -> tuple[Precision, ...]:
    """The four precisions of the paper; images of other classes than ``classes`` do not count.

    ``random_filters`` are those of ``by_lot``, one for each size.
    """
    rows = np.isin(labels, classes)
    own = np.searchsorted(classes, labels[rows])
    by_lot_ = random_filters or [float("nan")] * len(SIZES)
    found = []
    for size, lot in zip(SIZES, by_lot_, strict=True):
        hits = shared(images.concepts[rows, : size.image], of_classes.concepts[:, : size.class_])
        found.append(Precision(size, classes, own, hits, *_dealt(hits, own, chance), lot))
    return tuple(found)


def shared(
    images: Int[np.ndarray, "images places"], classes: Int[np.ndarray, "classes others"]
) -> Bool[np.ndarray, "images classes"]:
    """Which image has a concept in common with which class; −1 is no concept.

    >>> shared(np.array([[3, 4], [7, -1]]), np.array([[4, 7], [5, -1]]))
    array([[ True, False],
           [ True, False]])
    """
    common: np.ndarray = (_members(images, classes) @ _members(classes, images).T) > 0
    return common


def by_lot(
    concept_of: Int[np.ndarray, " filters"], filters: tuple[int, int] = (20, 10), chance: Chance = Chance()
) -> tuple[float, ...]:
    """The four precisions where the filters of images and of classes are drawn at random from those with a concept.

    ``filters`` are how many are drawn for an image and for a class. As concepts repeat, that is far from nothing.
    """
    labelled = concept_of[concept_of >= 0]
    generator = np.random.default_rng(chance.seed)
    images, classes = (
        distinct(Lists(drawn, np.zeros(drawn.shape)), max(size)).concepts
        for number, size in zip(filters, zip(*SIZES, strict=True), strict=True)
        for drawn in [_drawn(generator, labelled, number, chance.drawings)]
    )
    return tuple(
        float((_paired(images[:, : size.image], classes[:, : size.class_])).mean()) for size in SIZES
    )


def figures(found: Sequence[Precision], bootstrap: Bootstrap = USUAL) -> list[Figure]:
    """The precisions, each beside its baselines and above them, with intervals over images."""
    return [figure for precision in found for figure in _figures(precision, bootstrap)]


def classifier_figures(learned: Classifier, bootstrap: Bootstrap = USUAL) -> list[Figure]:
    """How far the classifier tells classes apart on images that it did not see, and whether it found its optimum."""
    own = learned.labels[learned.predicted >= 0]
    images = len(own)
    largest = np.bincount(own).argmax()
    accuracy = measured(
        Figure(CLASSIFIER_ACCURACY, images),
        mean(learned.right.astype(np.float64)),
        {LARGEST: mean((own == largest).astype(np.float64))},
        bootstrap,
    )
    f1 = (
        Figure(CLASSIFIER_F1, images, _alone(value), variant=f"fold {i}")
        for i, value in enumerate(learned.f1)
    )
    iterations = Figure(CLASSIFIER_ITERATIONS, images, _alone(max(learned.iterations)))
    return [*accuracy, *f1, iterations]


def class_statements(
    found: Sequence[Precision], class_: Callable[[int], NamedNode], run: str
) -> Iterator[Statement]:
    """The precisions of each class and what they would be by chance; ``class_`` gives the IRI of an index."""
    for precision in found:
        for metric, values in (
            (CLASS_CONCEPT_PRECISION, precision.of_classes),
            (CLASS_CONCEPT_PRECISION_BY_CHANCE, precision.of_classes_shuffled),
        ):
            local = metric.value.rpartition("#")[2]
            for index, value in zip(precision.classes.tolist(), values.tolist(), strict=True):
                node = thing(run, local, "variant", str(precision.size), "class", index)
                yield Statement(node, A, QUALITY_MEASUREMENT)
                yield Statement(node, COMPUTED_ON, NamedNode(run))
                yield Statement(node, IS_MEASUREMENT_OF, metric)
                yield Statement(node, VARIANT, Literal(str(precision.size)))
                yield Statement(node, OF_CLASS, class_(index))
                yield Statement(node, MEASURED_VALUE, Literal(value))


def _figures(precision: Precision, bootstrap: Bootstrap) -> Iterator[Figure]:
    images, variant = len(precision.own), str(precision.size)
    baselines = {SHUFFLED: precision.over_classes(precision.any_hits)}
    if not np.isnan(precision.random_filters):
        baselines[RANDOM_FILTERS] = lambda weights: np.full(len(weights), precision.random_filters)
    own = precision.over_classes(precision.own_hits)
    yield from measured(Figure(CONCEPT_PRECISION, images, variant=variant), own, baselines, bootstrap)
    for metric, value in (
        (CONCEPT_PRECISION_DEVIATION, precision.deviation),
        (CONCEPT_PRECISION_LIFT, precision.lift),
        (CONCEPT_PRECISION_P, precision.p),
    ):
        yield Figure(metric, images, _alone(value), variant=variant)


def _alone(value: float) -> Interval:
    return Interval(float(value), float("nan"), float("nan"))


def _dealt(
    hits: Bool[np.ndarray, "images classes"], own: Int[np.ndarray, " images"], chance: Chance
) -> tuple[float, float]:
    """How far shuffles of the classes' lists differ, and the share of them that give as much as was observed."""
    classes = hits.shape[1]
    members = own == np.arange(classes)[:, None]
    table = (members @ hits.astype(np.float64)) / members.sum(1, keepdims=True)
    places = np.arange(classes)
    deals = np.tile(places, (chance.drawings, 1))
    np.random.default_rng(chance.seed).permuted(deals, axis=1, out=deals)
    given = table[places, deals].mean(1)
    # Sums in another order differ in the last digits.
    as_much = given >= table[places, places].mean() - 1e-9
    return float(given.std()), float((1 + as_much.sum()) / (1 + chance.drawings))


def _drawn(
    generator: np.random.Generator, labelled: np.ndarray, number: int, drawings: int
) -> Int[np.ndarray, "drawings filters"]:
    few = min(number, len(labelled))
    return np.stack([labelled[generator.choice(len(labelled), few, replace=False)] for _ in range(drawings)])


def _paired(
    images: Int[np.ndarray, "drawings places"], classes: Int[np.ndarray, "drawings others"]
) -> Bool[np.ndarray, " drawings"]:
    same = (images[:, :, None] == classes[:, None, :]) & (images[:, :, None] >= 0)
    paired: np.ndarray = same.any((1, 2))
    return paired


def _members(lists: np.ndarray, others: np.ndarray) -> Float[np.ndarray, "lists concepts"]:
    """A 1 for each concept that a list has."""
    concepts = int(max(lists.max(initial=-1), others.max(initial=-1))) + 1
    members = np.zeros((len(lists), concepts + 1), np.float32)
    np.put_along_axis(members, lists, 1, axis=1)  # −1 is the last column
    return members[:, :-1]
