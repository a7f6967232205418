"""What ``kgexplain mistakes`` costs, as a ratio to the pass over the photographs that records them.

Run: python benchmarks/mistakes.py GRAPH IMAGES [--repeats 3] [--memory]

GRAPH is a folder with the tags of a network, as ``kgexplain explain`` makes it, with its files beside it; it is copied
first. IMAGES is a folder of class folders or a CSV. In each round the pass is made anew; the ratio is that of the whole
call, photographs found and network opened before, to the pass within it. With ``--memory`` the graph is copied into memory.
"""

import argparse
import platform
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from pyoxigraph import NamedNode

from kgexplain.activations.memory import keep_freed_memory
from kgexplain.answers.runs import tagging_run
from kgexplain.graph.opening import open_store
from kgexplain.graph.store import Store
from kgexplain.inputs.images import Images, open_images
from kgexplain.inputs.network import Network
from kgexplain.workflow import mistakes as workflow
from kgexplain.workflow.beside import Beside


def timed(seconds: dict[str, float], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, adding the time of each call to ``seconds``."""

    def call(*given: Any, **named: Any) -> Any:
        begin = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            seconds[name] += time.perf_counter() - begin

    return call


def in_memory(store: Store) -> Store:
    """A copy of all graphs in memory."""
    copy = open_store("memory:")
    for graph in store.graphs():
        said = store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        copy.replace(NamedNode(graph.value), said)
    return copy


def round_of(
    store: Store, network: Network, images: Images, files: Path
) -> tuple[dict[str, float], int, int]:
    """Seconds of the whole and of its parts, mistakes, and statements that were written."""
    seconds: dict[str, float] = defaultdict(float)
    originals = workflow.one_pass, workflow.judged
    workflow.one_pass = timed(seconds, "pass", workflow.one_pass)  # type: ignore[assignment]
    workflow.judged = timed(seconds, "judging", workflow.judged)  # type: ignore[assignment]
    try:
        with tempfile.TemporaryDirectory() as passes:
            search = workflow.Search(files=files, evidence=Path(passes) / "passes")
            found = timed(seconds, "whole", workflow.mistakes)(images, store, network, search)
    finally:
        workflow.one_pass, workflow.judged = originals  # type: ignore[assignment]
    (row,) = store.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{found.run}> {{ ?s ?p ?o }} }}")
    return seconds, len(found.answer.mistakes), int(row["n"].value)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("graph", type=Path)
    words.add_argument("images", type=Path)
    words.add_argument("--repeats", type=int, default=3)
    words.add_argument("--memory", action="store_true")
    given = words.parse_args()
    keep_freed_memory()
    files = given.graph.with_name(given.graph.name + ".files")
    ratios = []
    for _ in range(given.repeats):
        # A folder that has been written to is slower until it is compacted, so each round has a copy of its own.
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(given.graph, Path(folder) / "graph")
            with open_store(str(Path(folder) / "graph")) as on_disk:
                store = in_memory(on_disk) if given.memory else on_disk
                tagged = tagging_run(store)
                network = Beside(store, files).network(tagged.network_name, tagged.network_digest)
                images = open_images(given.images, network.classes)
                seconds, wrong, said = round_of(store, network, images, files)
        ratios.append(seconds["whole"] / seconds["pass"])
        parts = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items())
        print(
            f"{len(images.photographs)} images, {wrong} mistakes, {said:,} statements, {parts}: {ratios[-1]:.3f}",
            flush=True,
        )
    print(
        f"{platform.machine()}, {torch.get_num_threads()} threads: median ratio {statistics.median(ratios):.3f}"
    )


if __name__ == "__main__":
    main()
