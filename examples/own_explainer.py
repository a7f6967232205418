"""An explainer of one's own, passed as an object: how active each filter is, whatever the image shows.

On the command line it is `--with own_explainer:MeanActivation`, where Python finds this file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from pyoxigraph import Literal, NamedNode

from kgexplain import explain, open_store
from kgexplain.activations.statistic import Batch, host
from kgexplain.explainers.explainer import Conclusion, Steps
from kgexplain.inputs.images import Images
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import Statement
from kgexplain.workflow.demo import world_network
from kgexplain.world import make_annotated

MEAN = NamedNode("https://example.org/meanActivation")


class Mean:
    """Sum of the means of a layer's maps: a statistic keeps numbers, and can be merged and saved."""

    def __init__(self, layer: str, filters: int) -> None:
        self.layers = (layer,)
        self.identity = f"Mean({layer!r}, {filters})"
        self.total, self.images = np.zeros(filters), np.zeros(1)

    def observe(self, batch: Batch) -> None:
        self.total += host(batch.maps.mean((2, 3)).double().sum(0))
        self.images += len(batch.images)

    def merge(self, other: "Mean") -> None:
        self.total += other.total
        self.images += other.images

    def state(self) -> dict[str, np.ndarray]:
        return {"total": self.total.copy(), "images": self.images.copy()}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        self.total, self.images = state["total"].copy(), state["images"].copy()


@dataclass(frozen=True)
class MeanActivation:
    """The mean of each filter's maps over all images; silent where it is below ``least``."""

    name: ClassVar[str] = "mean-activation"
    least: float = 0.0

    def explain(self, network: Network, images: Images, run: str) -> Steps:
        means = [Mean(name, layer.filters) for name, layer in network.layers.items()]
        yield means  # one pass over the images
        arrays = {m.layers[0]: m.total / m.images for m in means}
        statements = [
            Statement(network.architecture.filter(layer, filter_), MEAN, Literal(float(mean)))
            for layer, all_ in arrays.items()
            for filter_, mean in enumerate(all_)
            if mean >= self.least
        ]
        return Conclusion(statements, selected=sum(map(len, arrays.values())), stated=len(statements))


if __name__ == "__main__":
    images = make_annotated(Path("world"), 12).images
    with open_store("memory:") as store:
        (run,) = explain(world_network(), images, [MeanActivation(least=0.1)], store)
        print("The most active filters, of all layers:")
        rows = store.select(
            f"""PREFIX kgx: <https://w3id.org/kgexplain/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>
            SELECT ?layer ?index ?mean WHERE {{
              GRAPH <{run}> {{ ?filter {MEAN} ?mean }}
              ?filter kgx:inLayer/dcterms:identifier ?layer ; kgx:index ?index .
            }} ORDER BY DESC(?mean) LIMIT 5"""
        )
        for row in rows:
            print(f"  {row['layer'].value} filter {row['index'].value}: {float(row['mean'].value):.2f}")
