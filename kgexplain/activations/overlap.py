"""Where filters are active and where concepts are: the areas that they share (Bau et al., §2.3)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import interpolate

from kgexplain.activations.annotations import Annotations, Marks
from kgexplain.activations.statistic import Batch
from kgexplain.activations.totals import Totals
from kgexplain.errors import InputError

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
        self._belongs = torch.from_numpy(_belongs(annotations))
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
        dealt = self.annotations.permuted(batch.images)
        maps = batch.maps[torch.from_numpy(marks.rows).to(batch.maps.device)]
        for image in range(len(maps)):
            active = self._active(maps[image])
            for totals, of in ((self.found, marks), (self.by_chance, dealt)):
                self._add(totals.at(maps.device), active, of, image)

    def merge(self, other: "ConceptOverlaps") -> None:
        self.found.add(other.found)
        self.by_chance.add(other.by_chance)

    def state(self) -> dict[str, np.ndarray]:
        by_chance = {f"{name}_by_chance": array for name, array in self.by_chance.state().items()}
        return {**self.found.state(), **by_chance}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.found.restore(state)
        self.by_chance.restore({name: state[f"{name}_by_chance"] for name in self._FIELDS})

    def _active(self, maps: Float[Tensor, "filters height width"]) -> Bool[Tensor, "pixels filters"]:
        size = self.annotations.rows, self.annotations.columns
        above = upsampled(maps[None], *size)[0].flatten(1).T
        return above > torch.from_numpy(self.thresholds).to(maps.device)

    def _add(self, totals: Totals, active: Bool[Tensor, "pixels filters"], marks: Marks, image: int) -> None:
        device = active.device
        found, at = np.unique(marks.codes[image], return_inverse=True)
        palette = torch.from_numpy(marks.palette[found].astype(np.int64)).to(device)
        where = torch.from_numpy(at.reshape(-1)).to(device)
        shared = torch.zeros(len(found), active.shape[1], dtype=torch.int64, device=device)
        shared.index_add_(0, where, active.long())
        pixels = torch.bincount(where, minlength=len(found))
        for concepts in palette.T:
            known = concepts >= 0
            totals["intersections"].index_add_(0, concepts[known], shared[known])
            totals["areas"].index_add_(0, concepts[known], pixels[known])
        carried = self._carried(palette)
        present = torch.from_numpy(marks.categories[image]).to(device)
        totals["activations"].add_(_RULES[self.union](shared, carried, present))

    def _carried(self, palette: Int[Tensor, "codes width"]) -> Bool[Tensor, "categories codes"]:
        """Which codes carry a concept of each category."""
        belongs = self._belongs.to(palette.device)
        # The row of the concept −1 is the last, which belongs to none.
        return belongs[palette].any(1).T if palette.shape[1] else belongs[-1:].T.expand(-1, len(palette))


def upsampled(
    maps: Float[Tensor, "images filters height width"], rows: int, columns: int
) -> Float[Tensor, "images filters {rows} {columns}"]:
    """Maps at the size of annotations, bilinearly; a pixel's middle is where it is in the picture.

    >>> upsampled(torch.tensor([[[[0.0, 4.0]]]]), 1, 4)
    tensor([[[[0., 1., 3., 4.]]]])
    """
    return interpolate(maps.float(), (rows, columns), mode="bilinear", align_corners=False)


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


def _belongs(annotations: Annotations) -> Bool[np.ndarray, "concepts_and_none categories"]:
    concepts, categories = annotations.sizes
    belongs = np.zeros((concepts + 1, categories), np.bool_)
    belongs[np.arange(concepts), annotations.concepts.category_of] = True
    return belongs
