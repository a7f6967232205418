"""Where filters are active and where concepts are: the areas that they share (Bau et al., §2.3)."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from kgexplain.activations.active import Side, count, line, upsampled
from kgexplain.activations.annotations import Annotations, Marks
from kgexplain.activations.cells import cells_of
from kgexplain.activations.compiled import in_threads
from kgexplain.activations.statistic import Batch
from kgexplain.activations.totals import Totals
from kgexplain.errors import InputError

Pairs: TypeAlias = Sequence[tuple[Totals, Marks]]

UNIONS = ("category", "lite", "sparse")


class ConceptOverlaps:
    """Areas, in pixels of the annotations: where a filter is active in a concept, where it is active, where the concept is.

    A map is upsampled bilinearly to the annotations' size, and active where it is above the filter's threshold.
    ``intersections`` are of concept and filter, ``areas`` of concepts. ``activations`` are of category and filter: by
    the rule ``category`` (Network Dissection) all active pixels of images that contain a concept of the category; by
    ``lite`` (NetDissect-Lite) those of images in which the filter is active at some pixel of the category; by
    ``sparse`` only pixels that carry a concept of the category. IoU = intersection / (activation + area − intersection).

    Each of them is there ``by_chance``, too: with the annotations that are dealt to the images at random.
    """

    _FIELDS = ("intersections", "activations", "areas")

    def __init__(
        self,
        layer: str,
        thresholds: Float[np.ndarray, " filters"],
        annotations: Annotations,
        union: str = "category",
    ) -> None:
        if union not in UNIONS:
            raise InputError(f"union is {union!r}; it must be one of {', '.join(UNIONS)}")
        concepts, categories = annotations.sizes
        self.layer = layer
        self.thresholds = thresholds.astype(np.float32)
        self.annotations = annotations
        self.union = union
        filters = len(thresholds)
        shapes = {
            "intersections": (concepts, filters),
            "activations": (categories, filters),
            "areas": (concepts,),
        }
        self.found, self.by_chance = (Totals(shapes, self._FIELDS) for _ in range(2))

    @property
    def layers(self) -> tuple[str, ...]:
        return (self.layer,)

    @property
    def identity(self) -> str:
        thresholds = self.thresholds.tobytes().hex()
        return f"ConceptOverlaps({self.layer!r}, {self.union}, {self.annotations.identity}, {thresholds})"

    def observe(self, batch: Batch) -> None:
        marks = self.annotations.of(batch.images)
        if not len(marks.rows):
            return
        pairs = [(self.found, marks), (self.by_chance, self.annotations.permuted(batch.images))]
        for totals, of in pairs:
            totals.at(batch.maps.device)["areas"].add_(torch.from_numpy(of.areas).to(batch.maps.device))
        count = self._count_compiled if batch.maps.device.type == "cpu" else self._count
        count(batch.maps, pairs)

    def merge(self, other: "ConceptOverlaps") -> None:
        self.found.add(other.found)
        self.by_chance.add(other.by_chance)

    def state(self) -> dict[str, np.ndarray]:
        by_chance = {f"{name}_by_chance": array for name, array in self.by_chance.state().items()}
        return {**self.found.state(), **by_chance}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.found.restore(state)
        self.by_chance.restore({name: state[f"{name}_by_chance"] for name in self._FIELDS})

    def _count_compiled(self, maps: Tensor, pairs: Pairs) -> None:
        """Add up what is active where, looking only at where it can be."""
        lines = line(maps.shape[2], self.annotations.rows), line(maps.shape[3], self.annotations.columns)
        sides = self._side(*pairs[0]), self._side(*pairs[1])
        rows = cells_of(maps, pairs[0][1].rows).numpy()
        rule = UNIONS.index(self.union)
        in_threads(
            lambda first, last: count(rows, (first, last), self.thresholds, lines, rule, sides), rows.shape[2]
        )

    def _side(self, totals: Totals, marks: Marks) -> Side:
        intersections, activations = (totals[name].numpy().T for name in ("intersections", "activations"))
        return Side(
            marks.codes,
            marks.ends,
            marks.palette,
            marks.carried,
            marks.categories,
            intersections,
            activations,
        )

    def _count(self, maps: Tensor, pairs: Pairs) -> None:
        """Add up what is active where, by torch, on any device."""
        size = self.annotations.rows, self.annotations.columns
        thresholds = torch.from_numpy(self.thresholds).to(maps.device)
        for image, row in enumerate(pairs[0][1].rows.tolist()):
            active = thresholds < upsampled(maps[row : row + 1], *size)[0].flatten(1).T
            for totals, marks in pairs:
                self._add(totals, active, marks, image)

    def _add(self, totals: Totals, active: Bool[Tensor, "pixels filters"], marks: Marks, image: int) -> None:
        device = active.device
        found, at = np.unique(marks.codes[image], return_inverse=True)
        shared = torch.zeros(len(found), active.shape[1], dtype=torch.int64, device=device)
        shared.index_add_(0, torch.from_numpy(at.reshape(-1)).to(device), active.long())
        for concepts in torch.from_numpy(marks.palette[found].astype(np.int64)).to(device).T:
            known = concepts >= 0
            totals["intersections"].index_add_(0, concepts[known], shared[known])
        carried = torch.from_numpy(marks.carried[found]).to(device).T
        present = torch.from_numpy(marks.categories[image]).to(device)
        totals["activations"].add_(_RULES[self.union](shared, carried, present))


def by_category(shared: Tensor, carried: Tensor, present: Tensor) -> Tensor:
    """All active pixels, for categories that the image contains a concept of."""
    return shared.sum(0) * present[:, None]


def lite(shared: Tensor, carried: Tensor, present: Tensor) -> Tensor:
    """All active pixels, for categories that some of them carry a concept of."""
    return shared.sum(0) * (sparse(shared, carried, present) > 0)


def sparse(shared: Tensor, carried: Tensor, present: Tensor) -> Tensor:
    """The active pixels that carry a concept of the category."""
    return torch.stack([shared[codes].sum(0) for codes in carried])


_RULES: Mapping[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = MappingProxyType(
    {"category": by_category, "lite": lite, "sparse": sparse}
)
