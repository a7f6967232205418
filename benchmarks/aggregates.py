"""Sums over all tags of a VGG16 with ImageNet's classes and q = 25 %, 1.06 million, from the arrays beside the graph.

Run: python -m benchmarks.aggregates [--folder STORE]

Questions about an image and a synset take names from a graph: that of ``python -m benchmarks.queries --million --folder STORE``,
or by default one with the tags of the k-best method. Figures are processor time, the least and the median of 15 times.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pyoxigraph import NamedNode

from benchmarks.queries import DOG, RETRIEVER, loaded
from benchmarks.vgg16 import Synthetic, architecture, synthetic
from kgexplain.answers.arrays import (
    TagArrays,
    filters_below_synset,
    tags_of_image,
    tags_of_image_by_layer,
)
from kgexplain.graph.opening import open_store
from kgexplain.graph.store import Store

DOGS = range(151, 269)
SUMS: dict[str, Callable[[TagArrays], object]] = {
    "untagged filters of each layer": lambda tags: tags.untagged(),
    "20 most selective filters": lambda tags: tags.most_selective(20),
    "20 least selective filters": lambda tags: tags.least_selective(20),
    "filters of each class": lambda tags: tags.filters_per_class,
    "filters that react to any dog": lambda tags: tags.reacting(DOGS),
}


def with_names(graph: Synthetic, store: Store) -> dict[str, Callable[[TagArrays], object]]:
    """Questions that the graph answers with names."""
    image, network = graph.images[0], NamedNode(graph.network.document)
    return {
        "tags of an image": lambda tags: tags_of_image(store, tags, image, network),
        "tags of an image by layer": lambda tags: tags_of_image_by_layer(store, tags, image, network),
        "filters below the synset of dogs": lambda tags: filters_below_synset(store, tags, DOG, network),
        "filters below that of retrievers": lambda tags: filters_below_synset(
            store, tags, RETRIEVER, network
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="A store that benchmarks.queries has kept.")
    given = parser.parse_args().folder
    random = np.random.default_rng(0)
    graph = synthetic(architecture(), 1)
    layers = {
        name: random.random((len(graph.network.classes), layer.filters)) < 1 / 4
        for name, layer in graph.network.layers.items()
    }
    print(f"{sum(int(tags.sum()) for tags in layers.values()):,} tags")
    with tempfile.TemporaryDirectory() as temporary, open_store(str(given or f"{temporary}/store")) as store:
        if not given:
            loaded(graph, store)
        for question, answer in {**SUMS, **with_names(graph, store)}.items():
            report(question, answer, layers)


def report(question: str, answer: Callable[[TagArrays], object], layers: dict[str, np.ndarray]) -> None:
    """One line of the table."""
    times = []
    for _ in range(15):
        tags = TagArrays(layers)  # a new one has nothing added up yet
        begin = time.process_time()
        answer(tags)
        times.append(1000 * (time.process_time() - begin))
    print(f"{question:34}{min(times):8.1f}{statistics.median(times):8.1f} ms", flush=True)


if __name__ == "__main__":
    main()
