"""Hits@n: how often the tags of an image's active filters name its class, beside what chance gives."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from pyoxigraph import Literal, NamedNode

from kgexplain.activations.agreement import LayerTags, TagHits
from kgexplain.explainers.filtag import FilTag, centre, contrasted, spread
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    AT_N,
    CLASS_ACCURACY,
    CLASS_HITS,
    CLASS_HITS_BY_CHANCE,
    COMPUTED_ON,
    HITS_ACCURACY_CORRELATION,
    HITS_MISSED,
    HITS_PREDICTED,
    HITS_PREDICTED_BY_CHANCE,
    HITS_TRUE,
    HITS_TRUE_BY_CHANCE,
    IS_MEASUREMENT_OF,
    MEASURED_VALUE,
    OF_CLASS,
    QUALITY_MEASUREMENT,
    A,
    Statement,
    thing,
)


@dataclass(frozen=True)
class Hits:
    """Hits@n of one run over held-out images, 0 to 1, and what chance would give.

    ``true`` counts the true class (FilTag §2.3), ``predicted`` the network's prediction (§2.2), ``missed`` the true
    class of wrongly predicted images only. ``correlation`` is Pearson's between Hits@n and accuracy over classes,
    NaN where one of them does not vary.
    """

    n: int
    images: int
    true: float
    true_by_chance: float
    predicted: float
    predicted_by_chance: float
    missed: float
    correlation: float


def tag_hits(
    method: FilTag, means: Mapping[str, np.ndarray], at: tuple[int, ...] = (1, 5, 10, 50)
) -> TagHits:
    """The statistic that measures the tags which ``method`` draws from class means, layer by layer."""
    layers = {}
    for layer, z in means.items():
        tags = method.tags(contrasted(z, method.contrast))
        number = method.number(z.shape[1])
        layers[layer] = LayerTags(tags, number, centre(z, method.contrast), spread(z, method.contrast))
    return TagHits(layers, at)


def hits(seen: TagHits) -> tuple[Hits, ...]:
    """The figures, one for each n; empty where no image of a known class was seen."""
    images = int(seen.counts.sum())
    return tuple(_hits(seen, i, n, images) for i, n in enumerate(seen.at)) if images else ()


def per_class(seen: TagHits) -> tuple[Float[np.ndarray, "n classes"], Float[np.ndarray, " classes"]]:
    """Hits@n against the true class, and accuracy, of each class; NaN for classes without images."""
    counts = np.where(seen.counts > 0, seen.counts, np.nan)
    return seen.true_hits / counts, seen.right / counts


def statements(figures: tuple[Hits, ...], run: str) -> Iterator[Statement]:
    """Each figure that is a number as a quality measurement of the run (Data Quality Vocabulary)."""
    for figure in figures:
        for metric, value in (
            (HITS_TRUE, figure.true),
            (HITS_TRUE_BY_CHANCE, figure.true_by_chance),
            (HITS_PREDICTED, figure.predicted),
            (HITS_PREDICTED_BY_CHANCE, figure.predicted_by_chance),
            (HITS_MISSED, figure.missed),
            (HITS_ACCURACY_CORRELATION, figure.correlation),
        ):
            if not math.isnan(value):
                node = thing(run, _local(metric), figure.n)
                yield from _measured(node, run, metric, value)
                yield Statement(node, AT_N, Literal(figure.n))


def class_statements(seen: TagHits, network: Architecture, run: str) -> Iterator[Statement]:
    """Hits@n of each class with images, what chance would give it, and its accuracy, as measurements of the run."""
    rates, accuracy = per_class(seen)
    chance = seen.any_hits / max(int(seen.counts.sum()), 1)
    for class_ in np.flatnonzero(seen.counts).tolist():
        key = network.classes[class_].key
        node = thing(run, _local(CLASS_ACCURACY), key)
        yield from _measured(node, run, CLASS_ACCURACY, float(accuracy[class_]))
        yield Statement(node, OF_CLASS, network.class_(class_))
        for index, n in enumerate(seen.at):
            for metric, values in ((CLASS_HITS, rates), (CLASS_HITS_BY_CHANCE, chance)):
                node = thing(run, _local(metric), n, key)
                yield from _measured(node, run, metric, float(values[index, class_]))
                yield Statement(node, AT_N, Literal(n))
                yield Statement(node, OF_CLASS, network.class_(class_))


def _measured(node: NamedNode, run: str, metric: NamedNode, value: float) -> Iterator[Statement]:
    yield Statement(node, A, QUALITY_MEASUREMENT)
    yield Statement(node, COMPUTED_ON, NamedNode(run))
    yield Statement(node, IS_MEASUREMENT_OF, metric)
    yield Statement(node, MEASURED_VALUE, Literal(value))


def _local(metric: NamedNode) -> str:
    return metric.value.rpartition("#")[2]


def _hits(seen: TagHits, index: int, n: int, images: int) -> Hits:
    wrong = images - int(seen.right.sum())
    any_class = seen.any_hits[index] / images
    rates, accuracy = per_class(seen)
    return Hits(
        n=n,
        images=images,
        true=float(seen.true_hits[index].sum() / images),
        true_by_chance=float((seen.counts / images) @ any_class),
        predicted=float(seen.predicted_hits[index].sum() / images),
        predicted_by_chance=float((seen.predicted / images) @ any_class),
        missed=float(seen.missed_hits[index].sum() / wrong) if wrong else float("nan"),
        correlation=_correlation(rates[index], accuracy),
    )


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    both = ~np.isnan(a) & ~np.isnan(b)
    if both.sum() < 2 or np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
        return float("nan")
    return float(np.corrcoef(a[both], b[both])[0, 1])
