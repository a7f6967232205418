"""What coarsening costs on the graph of a VGG16 with ImageNet's classes.

Run: python -m benchmarks.coarsening [--million] [--folder]

The graph holds 4,224 filters and the tags of the k-best method with k = 1 (13,000), or with ``--million`` every tag of the
quantile method with q = 25 % (about a million), in memory or with ``--folder`` in a folder store. Seconds are those on the
clock, from the first question to the last statement; the classes are joined by what they are kinds of, and by as many
made-up definitions of ten words.
"""

import argparse
import platform
import random
import tempfile
import time
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from benchmarks.vgg16 import architecture, synthetic
from kgexplain.graph.opening import open_store
from kgexplain.graph.store import Store
from kgexplain.knowledge.wordnet import imagenet_wnids
from kgexplain.vocabulary import Statement, synset, term
from kgexplain.workflow.coarsen import coarsen

WORDS = [f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(600)]


def loaded(store: Store, share: float) -> str:
    """The graphs in the store, and definitions of all classes; the run's IRI."""
    graph = synthetic(architecture(), share, images=0)
    graph.load(store._store)  # noqa: SLF001 (bulk loading is no part of the door)
    chance = random.Random(0)
    definitions = [
        Statement(synset(wnid), term("skos:definition"), Literal(" ".join(chance.choices(WORDS, k=10))))
        for wnid in imagenet_wnids()
    ]
    store.add(NamedNode("https://w3id.org/kgexplain/definitions"), definitions)
    return graph.run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--folder", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(str(Path(folder) / "store") if options.folder else "memory:") as store,
    ):
        run = loaded(store, 0.25 if options.million else 1)
        begin = time.perf_counter()
        found = coarsen(store, run)
        seconds = time.perf_counter() - begin
    print(f"{platform.machine()}: {seconds:.1f} s; filters: {found.counts()}")


if __name__ == "__main__":
    main()
