"""Which concepts filters detect (Network Dissection, Bau et al., arXiv:1704.05796; docs/dissection.md)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

import numpy as np
from PIL import Image

from kgexplain.activations.annotations import Annotations
from kgexplain.activations.overlap import UNIONS, ConceptOverlaps
from kgexplain.activations.products import ConceptGram, ConceptProducts
from kgexplain.activations.recording import glance
from kgexplain.activations.sites import reached
from kgexplain.activations.strongest import Strongest
from kgexplain.activations.top import TopActivations
from kgexplain.errors import InputError
from kgexplain.explainers.compared import Agreement, Chosen, Shown, agreement, arrays, chosen
from kgexplain.explainers.dissected import Match, concepts_said, lacking_said, matches_said, null_said
from kgexplain.explainers.explainer import Conclusion, Steps
from kgexplain.explainers.filtag import chosen_layers
from kgexplain.explainers.iou import counted, p_values, ranked, strongest
from kgexplain.inputs.architecture import Architecture
from kgexplain.inputs.concepts import Concept, Concepts, open_concepts
from kgexplain.inputs.concepts.opening import folder_of
from kgexplain.inputs.images import Images
from kgexplain.inputs.listing import few
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import Statement

log = logging.getLogger("kgexplain")

# A page shows four images of each filter; so many are kept as some have nothing marked that is like its concept.
_STRONGEST = 12


@dataclass(frozen=True)
class Dissection:
    """A filter detects the concept whose area in the images agrees best with the area in which it is active.

    A filter is active where its map, upsampled to the annotations, is above T, with P(a > T) = ``share`` over all
    positions of all annotated images. It detects its best concept by intersection over union if that is above ``iou``
    (Network Dissection, §2). The same with the annotations of other images tells what chance would give.

    Of concepts that agree as well, the first in the order of categories and names comes first.

    Args:
        source: Where concepts are marked: a folder as Broden, ADE20K or PASCAL VOC have it, or with a table index.csv;
            ``pixels:colours`` for colours by name, ``FOLDER+pixels:colours`` for both. Empty for the folder of the
            images themselves.
        categories: Which kinds of concepts count, as ``object,part``; empty for all.
        share: Share of a filter's activations that make up its active area.
        iou: Above which intersection over union a filter detects a concept.
        union: Which active area counts in the union: ``category``, in images that contain a concept of the same category
            (paper); ``lite``, in images where the filter is active on one (NetDissect-Lite); ``sparse``, only at
            pixels that carry one.
        resolution: Shorter side of the annotations that maps are compared with; 0 for half of what the network sees.
        layers: Names of layers, with ``*`` for any text; empty for all.
        concepts_per_filter: How many concepts of a filter become statements, best first; the arrays beside the graph
            hold all.
        seed: Of the circle in which annotations are dealt to other images.
    """

    name: ClassVar[str] = "dissection"
    source: str = ""
    categories: tuple[str, ...] = ()
    share: float = 0.005
    iou: float = 0.04
    union: str = "category"
    resolution: int = 0
    layers: tuple[str, ...] = ()
    concepts_per_filter: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise InputError(
                f"share is {self.share}; it is of a filter's activations, more than 0 and less than 1"
            )
        if not 0 <= self.iou < 1:
            raise InputError(f"iou is {self.iou}; it must be at least 0 and less than 1")
        if self.union not in UNIONS:
            raise InputError(f"union is {self.union!r}; it must be one of {', '.join(UNIONS)}")
        if self.concepts_per_filter < 1:
            raise InputError(f"concepts_per_filter is {self.concepts_per_filter}; it must be at least 1")
        for field in ("resolution", "seed"):
            if getattr(self, field) < 0:
                raise InputError(f"{field} is {getattr(self, field)}; it must be at least 0")

    def explain(self, network: Network, images: Images, run: str) -> Steps:
        concepts = self.concepts(images)
        of = chosen(concepts, self.categories)
        sizes = map_sizes(network, self.layers)
        filters = {name: network.layers[name].filters for name in sizes}
        sides = self.sides(network.preprocessing.size)
        with closing(Annotations(concepts, images, network.preprocessing, *sides, self.seed)) as annotations:
            tops = {n: TopActivations(n, number, annotations, self.share) for n, number in filters.items()}
            products = {n: ConceptProducts(n, number, annotations) for n, number in filters.items()}
            best = {n: Strongest(n, number, _STRONGEST) for n, number in filters.items()}
            grams = {size: ConceptGram(n, annotations) for n, size in sizes.items()}
            yield [*tops.values(), *products.values(), *best.values(), *grams.values()]
            for sums in products.values():
                sums.refuse_no_numbers()
            overlaps = {
                n: ConceptOverlaps(n, t.thresholds(), annotations, self.union) for n, t in tops.items()
            }
            yield list(overlaps.values())
            faults = (*concepts.faults, *all_faults(annotations))
        tell(concepts.without, faults)
        shown = {n: Shown(tops[n], products[n], best[n], overlaps[n]) for n in sizes}
        found = {n: agreement(seen, of) for n, seen in shown.items()}
        statements = chain(
            lacking_said(run, concepts.without, faults), self.statements(network.architecture, run, of, found)
        )
        positive = np.concatenate([np.count_nonzero(agrees.iou, axis=0) for agrees in found.values()])
        stated = int(positive.clip(max=self.concepts_per_filter).sum())
        kept = arrays(of, shown, found, grams, sizes)
        return Conclusion(statements, kept, int(positive.sum()), stated, "matches")

    def concepts(self, images: Images) -> Concepts:
        """What is marked in the images: by the source, or in the folder that they lie in."""
        if self.source:
            return open_concepts(self.source, images)
        try:
            return open_concepts(folder_of(images), images)
        except InputError as error:
            raise InputError(f"dissection.source is empty, and {error}") from error

    def sides(self, seen: tuple[int, int]) -> tuple[int, int]:
        """Rows and columns of the annotations, for height and width of what a network sees.

        >>> Dissection().sides((227, 227)), Dissection(resolution=56).sides((100, 200))
        ((113, 113), (56, 112))
        """
        height, width = seen
        if not self.resolution:
            return max(height // 2, 1), max(width // 2, 1)
        shorter = min(seen)
        return round(self.resolution * height / shorter), round(self.resolution * width / shorter)

    def statements(
        self, network: Architecture, run: str, of: Chosen, found: Mapping[str, Agreement]
    ) -> Iterator[Statement]:
        """What the layers' agreements say of their filters; ``run`` is the IRI that matches are named after."""
        yield from concepts_said(of.concepts)
        for layer, agrees in found.items():
            yield from matches_said(network, run, layer, self.matches(of.concepts, agrees), self.iou)
            counts = counted(agrees.by_chance, of.category_of, len(of.categories), self.iou)
            yield from null_said(network, run, layer, dict(zip(of.categories, counts.tolist(), strict=True)))

    def matches(self, concepts: Sequence[Concept], agrees: Agreement) -> Iterator[Match]:
        """The best concepts of each filter, best first, as far as they agree at all."""
        best = ranked(agrees.iou, self.concepts_per_filter)
        scores = np.take_along_axis(agrees.iou, best, 0)
        p = p_values(scores, strongest(agrees.by_chance[:, ~agrees.dead]))
        for filter_, (order, values, probabilities) in enumerate(
            zip(best.T.tolist(), scores.T.tolist(), p.T.tolist(), strict=True)
        ):
            for rank, (index, value, probability) in enumerate(
                zip(order, values, probabilities, strict=True), 1
            ):
                if value > 0:
                    yield Match(filter_, concepts[index], value, rank, probability)


def map_sizes(network: Network, patterns: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Height and width of the maps of each layer that matches one of the patterns; of all, if there are none."""
    names = chosen_layers({name: network.layers[name] for name in reached(network)}, patterns)
    height, width = network.preprocessing.size
    seen = glance(network, Image.new("RGB", (width, height)), names, "raw")
    return {name: seen.maps[name].shape[1:] for name in names}


def tell(without: Sequence[str], faults: Sequence[tuple[str, str]]) -> None:
    """Say how many photographs nothing is marked in, and how many faults annotations have, and the first of them."""
    if without:
        log.warning("%d photographs have no annotation: %s", len(without), few(without))
    if faults:
        log.warning("%d faults of annotations: %s", len(faults), few(f"{key}: {why}" for key, why in faults))


def all_faults(annotations: Annotations) -> tuple[tuple[str, str], ...]:
    """What is wrong with the annotations, also where a pass was not run again and so has not looked at them."""
    for key in annotations.keys:
        annotations.of((key,))
    return annotations.faults
