"""How fast statements are made and loaded: into memory, a folder, and again over themselves.

Run: python benchmarks/loading.py [TAGS ...]

Each tag is six statements, made from arrays as FilTag makes them; making and loading are one stream, timed together.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator

import numpy as np
from pyoxigraph import NamedNode

from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.inputs.classes import imagenet_classes
from kgexplain.vocabulary import Statement

RUN = "https://w3id.org/kgexplain/run/filtag--vgg16--benchmark"


def network(filters: int) -> Architecture:
    """ImageNet's classes, one layer."""
    classes = tuple(OutputClass(c.index, c.name, c.wnid) for c in imagenet_classes())
    return Architecture("vgg16", "0" * 64, {"features.28": Layer("features.28", filters, 1)}, classes)


def statements(tags: int) -> Iterator[Statement]:
    """So many tags, each said directly, too: as many as there are classes on each filter."""
    filters = max(tags // 1000, 1)
    z = np.random.default_rng(0).random((1000, filters))
    method = FilTag(q=100, tags_per_filter=1000, truthy_k=1000)
    return iter(method.conclusion(network(filters), RUN, {"features.28": z}).statements)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("tags", nargs="*", type=int, default=[13_000, 170_000])
    given = words.parse_args()
    print(f"{'tags':>9} {'statements':>10} {'into':>14} {'seconds':>8} {'a second':>9} {'peak MB':>8}")
    for tags in given.tags:
        number = sum(1 for _ in statements(tags))
        for kind in ("memory", "folder", "folder again"):
            with tempfile.TemporaryDirectory() as folder:
                with open_store("memory:" if kind == "memory" else f"{folder}/graph") as store:
                    if kind == "folder again":
                        store.replace(NamedNode(RUN), statements(tags))
                    begin = time.perf_counter()
                    store.replace(NamedNode(RUN), statements(tags))
                    seconds = time.perf_counter() - begin
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{tags:9,} {number:10,} {kind:>14} {seconds:8.2f} {number / seconds:9,.0f} {peak:8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
