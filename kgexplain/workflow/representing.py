"""What the filters of a network stand for, filter by filter, as the graph says it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from kgexplain.activations.head import head
from kgexplain.activations.sites import reached
from kgexplain.answers.concepts.filters import ConceptRun, Demand, Standing, standing
from kgexplain.errors import InputError
from kgexplain.explainers.filtag import chosen_layers
from kgexplain.explainers.ranked import Concept
from kgexplain.explainers.ranking import Ranking
from kgexplain.graph.store import Store
from kgexplain.inputs.network import Network


@dataclass(frozen=True, eq=False)
class Representing:
    """Layers, their filters side by side, and the concept that each stands for: an index into ``concepts``, −1 = none."""

    filters: dict[str, int]
    concept_of: Int[np.ndarray, " filters"]
    concepts: tuple[Concept, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        return tuple(self.filters)

    @property
    def standing(self) -> int:
        """How many filters stand for a concept."""
        return int((self.concept_of >= 0).sum())

    def by_layer(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """What is known of all filters, columns, taken apart by layers."""
        ends = np.cumsum(list(self.filters.values()))[:-1]
        return dict(zip(self.filters, np.split(values, ends, axis=1), strict=True))


def representing(store: Store, source: ConceptRun, network: Network, method: Ranking) -> Representing:
    """What a run says of the layers that were asked for; by default of the last that the scores are made of."""
    demand = Demand(method.measure, method.categories, method.iou, method.p_value)
    layers = _layers(store, source, network, method)
    found = {layer: list(standing(store, source, layer, demand)) for layer in layers}
    if not any(found.values()):
        raise InputError(_nothing(store, source, layers, method))
    filters = {layer: network.layers[layer].filters for layer in layers}
    concepts = {s.concept: Concept(s.concept, s.name, s.category) for of in found.values() for s in of}
    place = {iri: index for index, iri in enumerate(concepts)}
    parts = [_places(layer, filters[layer], found[layer], place) for layer in layers]
    return Representing(filters, np.concatenate(parts), tuple(concepts.values()))


def _layers(store: Store, source: ConceptRun, network: Network, method: Ranking) -> tuple[str, ...]:
    run_once = {name: network.layers[name] for name in reached(network)}
    if method.layers:
        return chosen_layers(run_once, method.layers)
    candidates = dict.fromkeys((head(network).layer, *reversed(run_once)))
    for layer in candidates:
        if any(standing(store, source, layer, Demand(method.measure))):
            return (layer,)
    raise InputError(
        f"{source.run}: says by {method.measure} of no filter of {network.name} what it stands for; dissect the network with "
        "`kgexplain explain --with dissection`, or give another measure"
    )


def _places(
    layer: str, filters: int, found: Sequence[Standing], place: dict[str, int]
) -> Int[np.ndarray, " filters"]:
    if found and found[-1].index >= filters:
        raise InputError(
            f"layer {layer}: has {filters} filters, and the graph speaks of filter {found[-1].index}; give the network "
            "that was dissected"
        )
    places = np.full(filters, -1)
    for one in found:
        places[one.index] = place[one.concept]
    return places


def _nothing(store: Store, source: ConceptRun, layers: Sequence[str], method: Ranking) -> str:
    best = max(
        (s.score for layer in layers for s in standing(store, source, layer, Demand(method.measure))),
        default=None,
    )
    known = (
        f"the best has {method.measure} {best:.3g}" if best is not None else "the run says nothing of them"
    )
    of = f" of {', '.join(method.categories)}" if method.categories else ""
    return (
        f"layers {', '.join(layers)}: no filter stands for a concept{of} with an IoU above {method.iou} and a p-value "
        f"of at most {method.p_value}; {known}"
    )
