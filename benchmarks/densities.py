"""What the sums behind attribute densities cost, as a ratio to a bare forward pass, and what memory they take.

Run: python benchmarks/densities.py [NETWORK ...] [--repeats 7] [--batches 16] [--attributes 10000] [--said 40]

Every image has ``--said`` attributes of ``--attributes``, drawn as words are: the r-th most frequent one is drawn in
proportion to 1/r. Passes see the same random pixels, made before, in the same layout, one after the other in each
round, so that a noisy machine disturbs all; the figure is the median of the rounds' ratios. ``no sums`` is the same
pass with a statistic that hears the pooled maps and does nothing. ``filters`` beside the network's own number is what
the sums' memory is of.
"""

import argparse
import platform
import resource
import statistics
import time
from collections.abc import Sequence

import numpy as np
import torch
from pixels import BATCH, Pixels, bare, pixels
from scipy.sparse import csr_array

from kgexplain.activations.head import Head, head
from kgexplain.activations.memory import keep_freed_memory
from kgexplain.activations.pooled import AttributeSums, ClassSums
from kgexplain.activations.recording import one_pass
from kgexplain.activations.statistic import Batch, Statistic
from kgexplain.inputs.network import Network, open_network

NETWORKS = ("resnet18", "resnet50", "mobilenet_v2")


class Deaf(ClassSums):
    """Hears the pooled maps and does nothing."""

    def observe(self, batch: Batch) -> None:
        pass


def recorded(network: Network, images: Pixels, statistic: Statistic) -> float:
    """Seconds of the same pass, recorded."""
    begin = time.perf_counter()
    one_pass(network, images, [statistic])
    return time.perf_counter() - begin


def said(images: int, attributes: int, each: int) -> csr_array:
    """Which attributes each image has."""
    random = np.random.default_rng(0)
    odds = 1 / np.arange(1, attributes + 1)
    columns = [random.choice(attributes, each, replace=False, p=odds / odds.sum()) for _ in range(images)]
    starts = np.arange(0, images * each + 1, each)
    return csr_array((np.ones(images * each), np.concatenate(columns), starts), shape=(images, attributes))


def measured(
    network: Network, found: Head, images: Pixels, attributes: csr_array
) -> tuple[float, float, float]:
    """Seconds of a bare pass, of one that is heard, and of one whose pooled maps are summed."""
    keys = [photograph.key for photograph in images.photographs]
    sums = AttributeSums(found.place, found.filters, keys, attributes)
    deaf = Deaf(found.place, 1, found.filters)
    return bare(network, images), recorded(network, images, deaf), recorded(network, images, sums)


def memory(attributes: csr_array, filters: int) -> str:
    """The sums of so many filters, and the most that the process takes while it sums pooled maps like theirs."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    images = attributes.shape[0]
    keys = [str(i) for i in range(images)]
    sums = AttributeSums("conv", filters, keys, attributes)
    begin = time.perf_counter()
    for first in range(0, images, BATCH):
        rows = range(first, min(first + BATCH, images))
        means = torch.rand(len(rows), filters)
        names = tuple(keys[i] for i in rows)
        sums.observe(
            Batch(
                "conv",
                names,
                torch.zeros(len(rows), dtype=torch.int64),
                torch.empty(len(rows), 3, 1, 1),
                means,
            )
        )
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        f"{attributes.shape[1]} attributes × {filters} filters: sums {sums.sums.nbytes / 2**20:.0f} MiB, the process at "
        f"most {after / 1024:.0f} MiB, {(after - before) / 1024:.0f} more than before; "
        f"{seconds / images * BATCH * 1000:.2f} ms for {BATCH} images"
    )


def row(name: str, cells: Sequence[str]) -> str:
    return f"{name:16} " + " ".join(f"{cell:>12}" for cell in cells)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("networks", nargs="*", default=NETWORKS)
    words.add_argument("--repeats", type=int, default=7)
    words.add_argument("--batches", type=int, default=16)
    words.add_argument("--attributes", type=int, default=10_000)
    words.add_argument("--said", type=int, default=40)
    words.add_argument("--device", default="cpu")
    given = words.parse_args()
    keep_freed_memory()
    number = given.batches * BATCH
    attributes = said(number, given.attributes, given.said)
    print(
        f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}"
    )
    print(memory(attributes, 2000))
    images = pixels(number)
    print(row("network", ("filters", "images/s", "no sums", "sums", "spread")))
    for name in given.networks:
        network = open_network(name, device=given.device)
        found = head(network)
        measured(network, found, images, attributes)
        rounds = [measured(network, found, images, attributes) for _ in range(given.repeats)]
        ratios = sorted(summed / alone for alone, _, summed in rounds)
        cells = (
            str(found.filters),
            f"{number / statistics.median(alone for alone, _, _ in rounds):.1f}",
            f"{statistics.median(heard / alone for alone, heard, _ in rounds):.3f}",
            f"{statistics.median(ratios):.3f}",
            f"{ratios[0]:.2f}–{ratios[-1]:.2f}",
        )
        print(row(name, cells), flush=True)


if __name__ == "__main__":
    main()
