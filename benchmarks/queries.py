"""What the questions of ``queries/`` cost on the graph of a VGG16 with ImageNet's classes.

Run: python -m benchmarks.queries [--million] [--repeats 7] [--only TEXT ...]

The graph holds the tags of the k-best method with k = 1 (13,000 tags), or with ``--million`` every tag of the quantile method with
q = 25 % (about a million), WordNet's hierarchy of the classes, and 20 explained images. The questions are about a
filter with many tags, the class golden retriever, the synset of dogs and, for smaller ones, of retrievers, a layer in the
middle, one image. Figures are the least and the median processor time, from the question to all rows as Python has them:
what else the machine does only adds.
Questions about what a graph of tags has not, as mistakes of one network over labelled images, find nothing here.
"""

import argparse
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import NamedNode, RdfFormat, parse

from benchmarks.vgg16 import Synthetic, architecture, synthetic
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import Query, Value, queries
from kgexplain.graph.store import Store, statement
from kgexplain.vocabulary import HAS_TAG

DOG, RETRIEVER = "n02084071", "n02099029"
LAYER = "features.12"
Values: TypeAlias = dict[str, Value]


def loaded(graph: Synthetic, store: Store) -> Store:
    """The graphs, written as an explanation is: a folder that is loaded otherwise may be several times as slow."""
    for name, lines in graph.graphs.items():
        store.replace(NamedNode(name), (statement(quad.triple) for quad in parse(lines, RdfFormat.N_TRIPLES)))
    return store


def values(graph: Synthetic, store: Store) -> Values:
    """What each parameter is in all questions; the filter is that of the layer with the most tags."""
    most = f"""SELECT ?filter (COUNT(?its) AS ?tags) {{
        ?filter <https://w3id.org/kgexplain/ontology#inLayer> {graph.network.layer(LAYER)} ; {HAS_TAG} ?its
    }} GROUP BY ?filter ORDER BY DESC(?tags) ?filter LIMIT 1"""
    (filter_,) = (row["filter"] for row in store.select(most))
    tag, *_ = (row["tag"] for row in store.select(f"SELECT ?tag {{ {filter_} {HAS_TAG} ?tag }}"))
    return {
        "filter": filter_,
        "tag": tag,
        "layer": LAYER,
        "index": int(filter_.value.rpartition("--")[2]),
        "class": graph.network.class_(207),
        "name": "golden retriever",
        "synset": DOG,
        "image": graph.images[0],
        "network": NamedNode(graph.network.document),
        "run": NamedNode(graph.run),
    }


def cost(store: Store, sparql: str, repeats: int) -> tuple[float, float, int]:
    """Milliseconds of processor time, the least and the median, and rows; a question that takes seconds is asked once."""
    times = []
    rows = 0
    while len(times) < repeats and sum(times) < 3000:
        begin = time.process_time()
        rows = len(store.select(sparql))
        times.append((time.process_time() - begin) * 1000)
    return min(times), statistics.median(times), rows


def asked(question: Query, given: Values) -> str:
    """The question about what it wants of these values, defaults left as they are; of one not among them, the network's."""
    wanted = {p.name: p.kind for p in question.parameters if p.default is None}
    other = {"IRI": given["network"], "text": given["name"]}
    return question.bind(**{name: given.get(name, other.get(kind, 1)) for name, kind in wanted.items()})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[""])
    parser.add_argument("--folder", type=Path, help="Keep the folder store here, or take it from here.")
    options = parser.parse_args()
    graph = synthetic(architecture(), 0.25 if options.million else 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "store"
        is_there = folder.exists()
        with open_store(str(folder)) as on_disk:
            if not is_there:
                loaded(graph, on_disk)
            stores = [on_disk] if options.million else [loaded(graph, open_store("memory:")), on_disk]
            print(
                f"{platform.machine()}; milliseconds: {'folder' if options.million else 'memory, folder'}, least and median"
            )
            given = values(graph, on_disk)
            for question in queries():
                if any(text in question.name for text in options.only):
                    for about, those in variants(question, given):
                        report(question.name + about, asked(question, those), stores, options.repeats)


def variants(question: Query, given: Values) -> list[tuple[str, Values]]:
    """What a question is asked about: a synset of many classes and one of few; otherwise one thing."""
    if "synset" not in {parameter.name for parameter in question.parameters}:
        return [("", given)]
    return [(" dog", given), (" retriever", {**given, "synset": RETRIEVER})]


def report(name: str, sparql: str, stores: list[Store], repeats: int) -> None:
    """One line of the table."""
    costs = [cost(store, sparql, repeats) for store in stores]
    figures = "".join(f"{least:10.1f}{median:8.1f}" for least, median, _ in costs)
    print(f"{name:52}{costs[0][2]:8} rows{figures}", flush=True)


if __name__ == "__main__":
    main()
