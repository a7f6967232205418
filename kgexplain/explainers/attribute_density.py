"""What a filter responds to, in words: probabilities of attributes (Guo et al., arXiv:1805.08969; docs/attributes.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Float, Int
from pyoxigraph import Literal, NamedNode

from kgexplain.activations.contributions import ClassGradients
from kgexplain.activations.head import head
from kgexplain.activations.pooled import AttributeSums, ClassSums
from kgexplain.errors import InputError
from kgexplain.explainers.densities import (
    CLASS_WEIGHTS,
    NORMALISATIONS,
    PRIORS,
    SMOOTHINGS,
    WEIGHTINGS,
    contributions,
    densities,
    fires,
    importances,
    likelihood,
    mixture,
    one_of,
    prior,
)
from kgexplain.explainers.estimates import Terms, first
from kgexplain.explainers.explainer import Conclusion, Steps
from kgexplain.explainers.learned import Densities, Seen
from kgexplain.inputs.architecture import Architecture
from kgexplain.inputs.attributes import Attributes, open_attributes
from kgexplain.inputs.images import Images
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import (
    CLASS_WITHOUT_ATTRIBUTES,
    DESCRIBED_BY,
    DESCRIBED_WITHOUT_IMAGE,
    IMAGE_WITHOUT_ATTRIBUTES,
    IMAGES_WITH,
    PRIOR,
    SIGNALS,
    Statement,
    thing,
)

# Filters whose densities are computed at a time: the whole table is kept in single precision only.
_BLOCK = 256


@dataclass(frozen=True)
class AttributeDensity:
    """A filter is described by the attributes of the images that activate it: their probabilities, given the filter.

    p(t|f) ∝ p(t) Σ_x p(f|x) p(x|t) (equations 1 to 4); a class by p(t|c) = Σ_k p(t|f_k) p(f_k|c) (equation 7), in
    which p(f|c) comes from the weights of the last linear layer, or else from gradients.

    Of attributes that are as probable, the one that is first in the alphabet comes first.

    Args:
        source: Where it is written what the images show: a folder in CUB's layout, captions (.csv, .jsonl) or a table
            (.csv).
        layer: The layer whose filters are described; empty for the last.
        weighting: How images add up to p(f|t): ``lift``, their mean as a multiple of all images' mean; ``mean``;
            ``sum`` (paper), by which what is often said wins.
        shrinkage: Images with the mean of all images that ``lift`` adds to those of an attribute.
        prior: p(t): ``uniform``; ``tfidf``, mean term frequency times inverse document frequency (paper);
            ``tfidf_sum``; ``idf``. With ``lift``, in which frequency counts for nothing, the last three prefer what is
            rare to what is true.
        smoothing: Of the inverse document frequency: ``none`` is log(N/D) (paper), ``add_one`` is
            log((1 + N)/(1 + D)) + 1.
        min_df: In how many images an attribute must occur.
        least: From which share on a number in a table of attributes says that an image has the attribute.
        normalisation: How contributions become importances: ``relu_l1``, ``signed_l1``, ``softmax``, ``topk_relu``.
        temperature: Of ``softmax``.
        strongest: How many filters ``topk_relu`` keeps.
        class_weights: What filters contribute to a class: ``weight``, w (paper); ``mean``, w times the filter's mean;
            ``class_mean``, w times its mean over the class's images.
        attributes_per_filter: How many attributes of a filter, and of a class, become statements, best first; the
            arrays beside the graph hold all.
        truthy_k: Up to which rank an attribute is also said in one direct statement, kgx:signals or kgx:describedBy.
    """

    name: ClassVar[str] = "attributes"
    source: str = ""
    layer: str = ""
    weighting: str = "lift"
    shrinkage: float = 10.0
    prior: str = "uniform"
    smoothing: str = "none"
    min_df: int = 5
    least: float = 0.5
    normalisation: str = "relu_l1"
    temperature: float = 1.0
    strongest: int = 20
    class_weights: str = "weight"
    attributes_per_filter: int = 50
    truthy_k: int = 3

    def __post_init__(self) -> None:
        for field in ("min_df", "strongest", "attributes_per_filter", "truthy_k"):
            if getattr(self, field) < 1:
                raise InputError(f"{field} is {getattr(self, field)}; it must be at least 1")
        if not 0 <= self.shrinkage < float("inf"):
            raise InputError(
                f"shrinkage is {self.shrinkage}; it is a number of images and must be at least 0"
            )
        if not 0 < self.temperature < float("inf"):
            raise InputError(f"temperature is {self.temperature}; it must be above 0")
        if not 0 < self.least <= 1:
            raise InputError(f"least is {self.least}; it is a share and must be above 0 and at most 1")
        one_of(self.weighting, WEIGHTINGS, "weighting")
        one_of(self.prior, PRIORS, "prior")
        one_of(self.smoothing, SMOOTHINGS, "smoothing")
        one_of(self.normalisation, NORMALISATIONS, "normalisation")
        one_of(self.class_weights, CLASS_WEIGHTS, "class_weights")

    @property
    def about(self) -> tuple[str, ...]:
        """The layer, where one was asked for, and by whose words it is described."""
        return tuple(word for word in (self.layer, Path(self.source).stem) if word)

    def explain(self, network: Network, images: Images, run: str) -> Steps:
        attributes = self.attributes(network, images)
        of = head(network, self.layer)
        sums = AttributeSums(of.place, of.filters, attributes.images, attributes.present)
        classes = ClassSums(of.place, len(network.classes), of.filters)
        gradients = [ClassGradients(network, of)] if of.weights is None else []
        yield [sums, classes, *gradients]
        sums.refuse_no_numbers()
        seen = Seen(
            sums.sums,
            sums.counts,
            sums.total,
            int(sums.number),
            classes.sums,
            classes.counts,
            gradients[0].means() if of.weights is None else of.weights,
            described(images, attributes, len(network.classes)),
        )
        return self.conclusion(network.architecture, run, of.layer, attributes, seen)

    def attributes(self, network: Network, images: Images) -> Attributes:
        """What is said of the images, as far as it is said of enough of them."""
        if not self.source:
            raise InputError(
                "attributes.source is empty; it must be a folder in CUB's layout, captions (.csv, .jsonl) or a table "
                "(.csv), where it is written what the images show"
            )
        # What is said of photographs that were kept back is not said of none.
        all_ = open_attributes(self.source, images.whole or images, network.classes, self.least)
        return all_.of(photograph.key for photograph in images.photographs).frequent(self.min_df)

    def conclusion(
        self, network: Architecture, run: str, layer: str, attributes: Attributes, seen: Seen
    ) -> Conclusion:
        """What the sums of a pass over described images lead to; ``run`` is the IRI that estimates are named after."""
        before = self.priors(attributes)
        table, silent = self.filters(before, seen)
        learned = Densities(layer, attributes.phrases, table, self.classes(table, seen))
        said = _Said(self, network, run, learned)
        loud = np.flatnonzero(~silent)
        known = np.flatnonzero(~np.isnan(learned.classes[0]) & self.speaks(seen, ~silent))
        statements = chain(
            said.lacking(attributes, seen.class_counts),
            said.attributes(attributes, before),
            said.filters(loud),
            said.classes(known),
        )
        positive = np.count_nonzero(table[:, loud] > 0, axis=0)
        stated = int(np.minimum(positive, self.attributes_per_filter).sum())
        return Conclusion(statements, learned.arrays(), int(positive.sum()), stated, "attributes")

    def priors(self, attributes: Attributes) -> Float[np.ndarray, " attributes"]:
        """p(t), from what is said of the images."""
        occurrences = np.asarray(attributes.counts.sum(axis=0), np.float64).ravel()
        images = len(attributes.images)
        return prior(attributes.document_frequencies, occurrences, images, self.prior, self.smoothing)

    def filters(
        self, before: Float[np.ndarray, " attributes"], seen: Seen
    ) -> tuple[Float[np.ndarray, "attributes filters"], Bool[np.ndarray, " filters"]]:
        """p(t|f) in single precision, and which filters never fired."""
        table = np.empty(seen.sums.shape, np.float32)
        silent = np.empty(len(seen.total), np.bool_)
        for start in range(0, len(silent), _BLOCK):
            part = slice(start, start + _BLOCK)
            of_part = likelihood(
                seen.sums[:, part],
                seen.counts,
                seen.total[part],
                seen.images,
                self.weighting,
                self.shrinkage,
            )
            table[:, part] = densities(before, of_part)
            silent[part] = ~fires(before @ of_part)
        return table, silent

    def classes(
        self, table: Float[np.ndarray, "attributes filters"], seen: Seen
    ) -> Float[np.ndarray, "attributes classes"]:
        """p(t|c), NaN for a class of which no image is described, or could be read."""
        added = self.contributions(seen)
        known = np.flatnonzero((seen.described > 0) & (seen.class_counts > 0) & ~np.isnan(added).any(1))
        of_classes = np.full((len(table), len(added)), np.nan, np.float32)
        of_classes[:, known] = mixture(table, self.importances(added[known])).T
        return of_classes

    def speaks(self, seen: Seen, loud: Bool[np.ndarray, " filters"]) -> Bool[np.ndarray, " classes"]:
        """For which classes a filter speaks that ever fired; what other classes are known by, nothing says."""
        return np.asarray((self.contributions(seen)[:, loud] > 0).any(1))

    def contributions(self, seen: Seen) -> Float[np.ndarray, "classes filters"]:
        """What filters contribute to classes."""
        mean = seen.total / max(seen.images, 1)
        class_means = seen.class_sums / np.maximum(seen.class_counts, 1)[:, None]
        return contributions(seen.class_weights, self.class_weights, mean, class_means)

    def importances(
        self, contributions: Float[np.ndarray, "rows filters"]
    ) -> Float[np.ndarray, "rows filters"]:
        """p(f|x, c) or p(f|c), normalised as this method says."""
        return importances(contributions, self.normalisation, self.temperature, self.strongest)


def described(images: Images, attributes: Attributes, classes: int) -> Int[np.ndarray, " classes"]:
    """Of how many images of each class something is said."""
    said = set(attributes.images)
    labels = [p.label for p in images.photographs if p.label >= 0 and p.key in said]
    return np.bincount(np.array(labels, np.int64), minlength=classes)


class _Said:
    """What a run says of attributes, filters and classes."""

    def __init__(self, method: AttributeDensity, network: Architecture, run: str, learned: Densities) -> None:
        self.method = method
        self.network = network
        self.run = run
        self.learned = learned
        self.terms = Terms(learned.phrases)

    def lacking(self, attributes: Attributes, images: Int[np.ndarray, " classes"]) -> Iterator[Statement]:
        """Images that nothing is said of, what is said of no image, classes with ``images``, none of them described."""
        run = NamedNode(self.run)
        for key in attributes.without:
            yield Statement(run, IMAGE_WITHOUT_ATTRIBUTES, Literal(key))
        for key in attributes.unused:
            yield Statement(run, DESCRIBED_WITHOUT_IMAGE, Literal(key))
        for class_ in np.flatnonzero(np.isnan(self.learned.classes[0]) & (images > 0)).tolist():
            yield Statement(run, CLASS_WITHOUT_ATTRIBUTES, self.network.class_(class_))

    def attributes(
        self, attributes: Attributes, before: Float[np.ndarray, " attributes"]
    ) -> Iterator[Statement]:
        numbers = zip(attributes.document_frequencies.tolist(), before.tolist(), strict=True)
        for index, (images, probability) in enumerate(numbers):
            yield from self.terms.described(index)
            yield Statement(self.terms.iris[index], IMAGES_WITH, Literal(images))
            yield Statement(self.terms.iris[index], PRIOR, Literal(probability))

    def filters(self, filters: Int[np.ndarray, " chosen"]) -> Iterator[Statement]:
        layer, table = self.learned.layer, self.learned.filters
        for start in range(0, len(filters), _BLOCK):
            part = filters[start : start + _BLOCK]
            for filter_, density in zip(part.tolist(), np.ascontiguousarray(table[:, part].T), strict=True):
                stem = thing(self.run, "attribute", "filter", layer, filter_)
                yield from self._estimates(self.network.filter(layer, filter_), SIGNALS, stem, density)

    def classes(self, classes: Int[np.ndarray, " chosen"]) -> Iterator[Statement]:
        for class_ in classes.tolist():
            stem = thing(self.run, "attribute", "class", self.network.classes[class_].key)
            density = self.learned.classes[:, class_]
            yield from self._estimates(self.network.class_(class_), DESCRIBED_BY, stem, density)

    def _estimates(
        self, subject: NamedNode, directly: NamedNode, stem: NamedNode, density: np.ndarray
    ) -> Iterator[Statement]:
        chosen = first(density, self.method.attributes_per_filter)
        yield from self.terms.estimates(subject, stem, density, chosen)
        for index in chosen[: self.method.truthy_k].tolist():
            yield Statement(subject, directly, self.terms.iris[index])
