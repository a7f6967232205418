"""Classes that tag a filter (FilTag, Nguyen et al.; docs/filtag.md)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Float, Int
from pyoxigraph import Literal, NamedNode

from kgexplain.activations.moments import ClassMeans
from kgexplain.activations.sites import reached
from kgexplain.errors import InputError
from kgexplain.explainers.explainer import Conclusion, Steps
from kgexplain.inputs.architecture import Architecture
from kgexplain.inputs.images import Images
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import FILTER_TAG, HAS_TAG, RANK, SCORE, TAG, TAGGED_WITH, A, Statement, thing

CONTRASTS = ("none", "centered", "zscore")
DIRECTIONS = ("class_to_filters", "filter_to_classes")


@dataclass(frozen=True)
class FilTag:
    """A filter is tagged with the classes whose images activate it most.

    For each class and layer, the ``k`` filters with the largest z_c(m, i), or ``q`` per cent of the layer's filters
    where ``q`` is not 0, get the class as a tag (FilTag §2.1, k-best and q-quantile method).

    Of filters that score alike, the lower index comes first. Classes without images tag nothing.

    Args:
        k: Filters that one class tags in one layer.
        q: Filters that one class tags in one layer, in per cent of the layer's filters, rounded half to even, at
            least one; 0 leaves the choice to ``k``.
        contrast: What is compared: ``none``, z itself (paper); ``centered``, z less its mean over the classes;
            ``zscore``, that divided by its deviation over the classes. Some filters are active on every image, and
            without contrast they hoard tags.
        direction: ``class_to_filters``, each class chooses filters (the authors' code); ``filter_to_classes``, each
            filter chooses its k classes, or q per cent of the classes.
        layers: Names of layers, with ``*`` for any text; empty for all.
        tags_per_filter: How many of a filter's tags become statements, best first; the arrays beside the graph hold
            the score of every class.
        truthy_k: Up to which rank a tag is also said in one direct statement, kgx:taggedWith.
    """

    name: ClassVar[str] = "filtag"
    k: int = 5
    q: float = 0.0
    contrast: str = "none"
    direction: str = "class_to_filters"
    layers: tuple[str, ...] = ()
    tags_per_filter: int = 50
    truthy_k: int = 3

    def __post_init__(self) -> None:
        for field in ("k", "tags_per_filter", "truthy_k"):
            if getattr(self, field) < 1:
                raise InputError(f"{field} is {getattr(self, field)}; it must be at least 1")
        if not 0 <= self.q <= 100:
            raise InputError(f"q is {self.q}; it is in per cent and must be from 0 to 100")
        if self.contrast not in CONTRASTS:
            raise InputError(f"contrast is {self.contrast!r}; it must be one of {', '.join(CONTRASTS)}")
        if self.direction not in DIRECTIONS:
            raise InputError(f"direction is {self.direction!r}; it must be one of {', '.join(DIRECTIONS)}")

    def explain(self, network: Network, images: Images, run: str) -> Steps:
        names = chosen_layers({name: network.layers[name] for name in reached(network)}, self.layers)
        means = [ClassMeans(n, len(network.classes), network.layers[n].filters) for n in names]
        yield means
        return self.conclusion(network.architecture, run, {m.layer: m.means() for m in means})

    def conclusion(self, network: Architecture, run: str, means: Mapping[str, np.ndarray]) -> Conclusion:
        """What class means z, layer by layer, lead to; ``run`` is the IRI that the tags are named after."""
        scores = {layer: contrasted(z, self.contrast) for layer, z in means.items()}
        tags = {layer: self.tags(of_layer) for layer, of_layer in scores.items()}
        per_filter = np.concatenate([tagged.sum(0) for tagged in tags.values()])
        statements = (
            statement
            for layer, of_layer in scores.items()
            for statement in _said(self, network, run, layer, of_layer, tags[layer])
        )
        arrays = {"scores": means, "tags": tags}
        return Conclusion(
            statements, arrays, int(per_filter.sum()), int(per_filter.clip(max=self.tags_per_filter).sum())
        )

    def tags(self, scores: Float[np.ndarray, "classes filters"]) -> Bool[np.ndarray, "classes filters"]:
        """Which class tags which filter of one layer; ``scores`` is what ``contrasted`` gives.

        >>> FilTag(k=1).tags(np.array([[2.0, 3.0, 0.0], [0.0, 4.0, 4.0], [np.nan, np.nan, np.nan]]))
        array([[False,  True, False],
               [False,  True, False],
               [False, False, False]])
        """
        classes, filters = scores.shape
        if self.direction == "class_to_filters":
            return best(scores, self.number(filters))
        return np.ascontiguousarray(best(scores.T, self.number(classes)).T)

    def number(self, candidates: int) -> int:
        """How many of so many candidates are chosen: k, or q per cent.

        >>> FilTag(k=5).number(512), FilTag(q=25).number(30), FilTag(q=1).number(32)
        (5, 8, 1)
        """
        if not self.q:
            return min(self.k, candidates)
        return max(1, round(self.q / 100 * candidates))


def chosen_layers(layers: Mapping[str, object], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The layers that match one of the patterns, in the network's order; all, if there are no patterns.

    >>> chosen_layers({"features.0": 1, "features.3": 1, "head": 1}, ("features.*",))
    ('features.0', 'features.3')
    """
    missing = [p for p in patterns if not any(fnmatchcase(name, p) for name in layers)]
    if missing:
        raise InputError(f"no layer {missing} in this network; it has {list(layers)}")
    return tuple(name for name in layers if not patterns or any(fnmatchcase(name, p) for p in patterns))


def contrasted(
    z: Float[np.ndarray, "classes filters"], contrast: str
) -> Float[np.ndarray, "classes filters"]:
    """Class means, less what ``centre`` and ``spread`` say that the filter does on any class; NaN rows stay NaN.

    >>> contrasted(np.array([[1.0, 2.0], [3.0, 2.0]]), "zscore")
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    scores: np.ndarray = (z - centre(z, contrast)) / spread(z, contrast)
    return scores


def centre(z: Float[np.ndarray, "classes filters"], contrast: str) -> Float[np.ndarray, " filters"]:
    """Mean of each filter over the classes that have images; 0 where nothing is contrasted."""
    if contrast == "none":
        return np.zeros(z.shape[1])
    mean: np.ndarray = z[~np.isnan(z).any(1)].mean(0)
    return mean


def spread(z: Float[np.ndarray, "classes filters"], contrast: str) -> Float[np.ndarray, " filters"]:
    """Deviation of each filter over the classes that have images; 1 where it is 0 or not asked for."""
    if contrast != "zscore":
        return np.ones(z.shape[1])
    deviation: np.ndarray = z[~np.isnan(z).any(1)].std(0)
    return np.where(deviation > 0, deviation, 1.0)


def best(scores: Float[np.ndarray, "rows columns"], number: int) -> Bool[np.ndarray, "rows columns"]:
    """The ``number`` largest of each row; of equals the first, never a NaN.

    >>> best(np.array([[1.0, 3.0, 3.0, 3.0]]), 2)
    array([[False,  True,  True, False]])
    """
    order = np.argsort(-scores, axis=1, kind="stable")[:, :number]
    chosen = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(chosen, order, values=True, axis=1)
    tags: np.ndarray = chosen & ~np.isnan(scores)
    return tags


def ranks(
    scores: Float[np.ndarray, "classes filters"], tags: Bool[np.ndarray, "classes filters"]
) -> Int[np.ndarray, "classes filters"]:
    """Place of each tag among its filter's tags, 1 = best; of equals the lower class first; 0 where there is no tag.

    >>> ranks(np.array([[1.0], [3.0], [3.0]]), np.array([[True], [True], [True]]))[:, 0]
    array([3, 1, 2])
    """
    order = np.argsort(np.where(tags, -scores, np.inf), axis=0, kind="stable")
    places = np.empty(scores.shape, dtype=np.int64)
    np.put_along_axis(places, order, np.arange(1, len(scores) + 1)[:, None], axis=0)
    return np.where(tags, places, 0)


def _said(
    method: FilTag,
    network: Architecture,
    run: str,
    layer: str,
    scores: Float[np.ndarray, "classes filters"],
    tags: Bool[np.ndarray, "classes filters"],
) -> Iterator[Statement]:
    classes = [network.class_(c.index) for c in network.classes]
    keys = [c.key for c in network.classes]
    places = ranks(scores, tags)
    rank_terms = [Literal(rank) for rank in range(len(classes) + 1)]
    for filter_ in np.flatnonzero(tags.any(0)).tolist():
        subject = network.filter(layer, filter_)
        chosen = np.flatnonzero(tags[:, filter_])
        for class_ in chosen[np.argsort(places[chosen, filter_])][: method.tags_per_filter].tolist():
            node = thing(run, "tag", layer, filter_, keys[class_])
            rank = int(places[class_, filter_])
            yield from tag_statements(
                subject, node, classes[class_], Literal(float(scores[class_, filter_])), rank_terms[rank]
            )
            if rank <= method.truthy_k:
                yield Statement(subject, TAGGED_WITH, classes[class_])


def tag_statements(
    filter_: NamedNode, tag: NamedNode, class_: NamedNode, score: Literal, rank: Literal
) -> tuple[Statement, ...]:
    """A tag as a node of its own: filter → tag → class, with score and rank."""
    return (
        Statement(filter_, HAS_TAG, tag),
        Statement(tag, A, FILTER_TAG),
        Statement(tag, TAG, class_),
        Statement(tag, SCORE, score),
        Statement(tag, RANK, rank),
    )
