"""What the questions of ``queries/attributes/`` and a sentence cost, at 2,048 filters × 50 estimates.

Run: python -m benchmarks.attribute_queries [--repeats 7]

The graph holds one layer of 2,048 filters with 50 of 2,000 attributes each (102,400 estimates), as many for each of
ImageNet's 1,000 classes, and 300 misclassified images with two rationales of 20 attributes. The store is a folder. Figures
are medians of processor time in milliseconds, from the question to all rows as Python has them.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable

from pyoxigraph import NamedNode, RdfFormat, parse

from benchmarks.attribute_graph import attribute_graphs, words
from benchmarks.vgg16 import architecture, written
from kgexplain.answers.attributes.contrast import contrast
from kgexplain.answers.attributes.description import described
from kgexplain.answers.attributes.reading import description, rationales
from kgexplain.answers.attributes.retrieval import find
from kgexplain.graph.description import described as network_described
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import Query, Value, queries
from kgexplain.graph.store import Store, statement
from kgexplain.vocabulary import document

IMAGES = 300


def cost(ask: Callable[[], int], repeats: int) -> tuple[float, int]:
    """Milliseconds of processor time, and rows."""
    times, rows = [], 0
    for _ in range(repeats):
        begin = time.process_time()
        rows = ask()
        times.append((time.process_time() - begin) * 1000)
    return statistics.median(times), rows


def answers(store: Store, image: str, class_: str, learned: str, given: str) -> dict[str, Callable[[], int]]:
    """What Python makes of the questions."""

    def reasons() -> int:
        return len([rationale.sentence() for rationale in rationales(store, image, given)])

    def reason() -> int:
        one, other = rationales(store, image, given)
        return len([contrast(one, other).reason()])

    return {
        "the sentences of an image": reasons,
        "the contrast of an image": reason,
        "the description of a class": lambda: len([described(description(store, class_, learned))]),
        "images with two attributes": lambda: len(find(store, [words(0), words(1)], given)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    network = architecture("resnet", (2048,))
    images = [NamedNode(document("image", f"{i}.jpg")) for i in range(IMAGES)]
    graphs = {network.document: written(network_described(network)), **attribute_graphs(network, images)}
    learned, given = list(graphs)[1:]
    values: dict[str, Value] = {
        "filter": network.filter("features.0", 3),
        "subject": network.filter("features.0", 3),
        "class": network.class_(207),
        "image": images[0],
        "phrase": words(1),
        "noun": "noun1",
        "synset": "n02084071",
    }
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        with open_store(f"{folder}/store") as store:
            for name, lines in graphs.items():
                quads = parse(lines, RdfFormat.N_TRIPLES)
                store.replace(NamedNode(name), (statement(quad.triple) for quad in quads))
        print(f"{platform.machine()}; loaded in {time.perf_counter() - begin:.1f} s; milliseconds, folder")
        # Opened anew, as by those who ask: a folder just written answers several times as slowly.
        with open_store(f"{folder}/store") as store:
            measure(store, (learned, given), values, options.repeats)


def measure(store: Store, runs: tuple[str, str], values: dict[str, Value], repeats: int) -> None:
    """All questions, and what Python makes of them; the runs are the one that learned and the one that gave rationales."""
    learned, given = runs
    for question in queries():
        if question.name.startswith("attributes/"):
            of_images = any(p.meaning.endswith("rationales") for p in question.parameters)
            ask_question(
                store, question, {**values, "run": NamedNode(given if of_images else learned)}, repeats
            )
    asked = answers(store, str(values["image"])[1:-1], str(values["class"])[1:-1], learned, given)
    for what, ask in asked.items():
        report(what, cost(ask, repeats))


def ask_question(store: Store, question: Query, values: dict[str, Value], repeats: int) -> None:
    """One question; about an attribute, of the most frequent and of one as frequent as most."""
    wanted = [p.name for p in question.parameters if p.default is None]
    given = {name: values[name] for name in wanted}
    variants = {"": given}
    if "phrase" in given:
        variants = {" of much": given, " of little": {**given, "phrase": words(1000)}}
    for about, those in variants.items():
        sparql = question.bind(**those)
        report(question.name + about, cost(lambda sparql=sparql: len(store.select(sparql)), repeats))


def report(name: str, figures: tuple[float, int]) -> None:
    """One line of the table."""
    milliseconds, rows = figures
    print(f"{name:50}{rows:8} rows{milliseconds:10.1f}", flush=True)


if __name__ == "__main__":
    main()
