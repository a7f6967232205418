"""What a dissection of all layers costs, as a ratio to bare forward passes, and beside the approach that is widely used.

Run: python benchmarks/dissection.py [FOLDER] [--network resnet18] [--images 256] [--rounds 5] [--reference 4]

FOLDER holds annotated photographs in a layout that ``open_concepts`` knows; by default a small generated world. The
photographs are decoded and prepared before, so that passes are compared, not JPEG decoders; masks are decoded within.
Times are processor time; with OMP_NUM_THREADS=1 no thread's waiting is in them.
Two bare passes would be 2.0. In each round a bare pass, both passes of a dissection (thresholds and products first, then
overlaps; all layers, with the null), and the same passes with statistics that hear all layers and do nothing follow each
other, so that a noisy machine disturbs all; figures are medians of the rounds. ``parts`` is where the time between goes.

The approach that is widely used (NetDissect-Lite) keeps every map on disk in float64, then goes through filters and
images one by one, resizes a map with PIL if its highest value is above the threshold, and counts labels. It is rewritten
here as it works, without its null, which it does not have, and timed on ``--reference`` photographs.
"""

import argparse
import platform
import resource
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from pixels import BATCH, Pixels
from pixels import bare as shown_to

from kgexplain.activations.annotations import Annotations
from kgexplain.activations.memory import keep_freed_memory
from kgexplain.activations.moments import ClassMeans
from kgexplain.activations.overlap import ConceptOverlaps
from kgexplain.activations.products import ConceptGram, ConceptProducts
from kgexplain.activations.recording import one_pass
from kgexplain.activations.sites import listening
from kgexplain.activations.statistic import OUTPUT, Batch, Statistic
from kgexplain.activations.top import TopActivations
from kgexplain.inputs.concepts import Concepts, open_concepts
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import Network, open_network
from kgexplain.world.making import make_annotated


def clock() -> float:
    """Seconds of processor time, of all threads: others on the same machine disturb it less than the time of day."""
    return time.process_time()


class Deaf(ClassMeans):
    """Hears the maps and does nothing."""

    def observe(self, batch: Batch) -> None:
        pass


SECONDS: dict[str, float] = defaultdict(float)


class Timed:
    """A statistic; the seconds that its kind takes are added up in SECONDS."""

    def __init__(self, statistic: Statistic) -> None:
        self.statistic = statistic
        self.layers = statistic.layers
        self.identity = statistic.identity

    def observe(self, batch: Batch) -> None:
        begin = clock()
        self.statistic.observe(batch)
        SECONDS[type(self.statistic).__name__] += clock() - begin


def opened(folder: Path, network: Network, number: int) -> tuple[Pixels, Concepts]:
    """So many annotated photographs of a folder, as pixels, and what is marked in them."""
    images = open_images(folder, network.classes)
    concepts = open_concepts(folder, images)
    annotated = set(concepts.keys)
    chosen = [photograph for photograph in images.photographs if photograph.key in annotated]
    shown = tuple(chosen[i] for i in np.random.default_rng(0).permutation(len(chosen))[:number])
    shown = tuple(sorted(shown, key=lambda photograph: photograph.key))
    wanted = type(images)(images.name, shown)
    read = torch.cat([batch.pixels for batch in wanted.batches(network.preprocessing, BATCH)])
    return Pixels(images.name, shown, pixels=read), concepts


def sizes_of(network: Network, images: Pixels) -> dict[str, tuple[int, int]]:
    """Height and width of each layer's maps."""
    sizes: dict[str, tuple[int, int]] = {}

    def hear(layer: str, maps: torch.Tensor) -> None:
        if layer != OUTPUT:
            sizes[layer] = maps.shape[2], maps.shape[3]

    with listening(network, list(network.layers), hear), torch.no_grad():
        network.module(images.pixels[:1].to(network.device))
    return sizes


def bare(network: Network, images: Pixels) -> float:
    """Seconds of a pass that only shows the images to the network."""
    begin = clock()
    shown_to(network, images)
    return clock() - begin


def dissected(
    network: Network, images: Pixels, concepts: Concepts, sizes: dict[str, tuple[int, int]]
) -> float:
    """Seconds of both passes of a dissection."""
    begin = clock()
    rows, columns = (side // 2 for side in network.preprocessing.size)
    with closing(Annotations(concepts, images, network.preprocessing, rows, columns, 0)) as annotations:
        filters = {name: network.layers[name].filters for name in sizes}
        tops = [TopActivations(name, number, annotations) for name, number in filters.items()]
        products = [ConceptProducts(name, number, annotations) for name, number in filters.items()]
        grams = [
            ConceptGram(name, annotations) for name in {size: name for name, size in sizes.items()}.values()
        ]
        one_pass(network, images, [Timed(statistic) for statistic in (*tops, *products, *grams)])
        middle = clock()
        overlaps = [ConceptOverlaps(top.layer, top.thresholds(), annotations) for top in tops]
        SECONDS["thresholds"] += clock() - middle
        one_pass(network, images, [Timed(overlap) for overlap in overlaps])
    return clock() - begin


def heard(network: Network, images: Pixels, sizes: dict[str, tuple[int, int]]) -> float:
    """Seconds of two passes that are heard only."""
    begin = clock()
    for _ in range(2):
        one_pass(network, images, [Deaf(name, 1, network.layers[name].filters) for name in sizes])
    return clock() - begin


def reference(network: Network, images: Pixels, concepts: Concepts, folder: Path) -> float:
    """Seconds of the approach that is widely used."""
    begin = clock()
    stored = kept(network, images, folder)
    rows, columns = (side // 2 for side in network.preprocessing.size)
    with closing(Annotations(concepts, images, network.preprocessing, rows, columns, 0)) as annotations:
        marks = annotations.of([photograph.key for photograph in images.photographs])
    planes = marks.palette[marks.codes] + 1
    for maps in stored:
        for filter_ in range(maps.shape[1]):
            tally(maps[:, filter_], planes, len(concepts.concepts))
    return clock() - begin


def kept(network: Network, images: Pixels, folder: Path) -> Sequence[np.ndarray]:
    """Every layer's maps in a file of float64."""
    files: dict[str, np.memmap] = {}
    done = 0

    def hear(layer: str, maps: torch.Tensor) -> None:
        if layer == OUTPUT:
            return
        if layer not in files:
            shape = (len(images.photographs), *maps.shape[1:])
            files[layer] = np.memmap(folder / layer, np.float64, "w+", shape=shape)
        files[layer][done : done + len(maps)] = maps.numpy()

    with listening(network, list(network.layers), hear, "activation"), torch.no_grad():
        for shown in images.batches(network.preprocessing, BATCH):
            network.module(shown.pixels)
            done += len(shown.pixels)
    return list(files.values())


def tally(maps: np.ndarray, planes: np.ndarray, concepts: int) -> np.ndarray:
    """Intersections of one filter with all concepts, image by image."""
    threshold = np.quantile(maps, 0.995)
    shared = np.zeros(concepts + 1, np.int64)
    for image, map_ in enumerate(maps):
        if map_.max() > threshold:
            resized = Image.fromarray(map_.astype(np.float32)).resize(
                (planes.shape[2], planes.shape[1]), Image.Resampling.BILINEAR
            )
            active = np.argwhere(np.asarray(resized) > threshold)
            for plane in np.moveaxis(planes[image], 2, 0):
                shared += np.bincount(plane[active[:, 0], active[:, 1]], minlength=concepts + 1)
    return shared


def rounds(
    network: Network, images: Pixels, concepts: Concepts, number: int
) -> Iterator[tuple[float, float, float]]:
    sizes = sizes_of(network, images)
    few = Pixels(images.name, images.photographs[: 2 * BATCH], pixels=images.pixels[: 2 * BATCH])
    dissected(network, few, concepts, sizes)  # compiles
    heard(network, few, sizes)
    bare(network, images)
    SECONDS.clear()
    for _ in range(number):
        yield (
            bare(network, images),
            dissected(network, images, concepts, sizes),
            heard(network, images, sizes),
        )


def peak() -> float:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", nargs="?", type=Path)
    words.add_argument("--network", default="resnet18")
    words.add_argument("--images", type=int, default=256)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--reference", type=int, default=4)
    words.add_argument("--device", default="cpu")
    given = words.parse_args()
    keep_freed_memory()
    network = open_network(given.network, device=given.device)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or made(Path(temporary) / "world", given.images)
        images, concepts = opened(folder, network, given.images)
        report(network, images, concepts, given)
        few = Pixels(
            images.name, images.photographs[: given.reference], pixels=images.pixels[: given.reference]
        )
        if given.reference:
            seconds = reference(network, few, concepts, Path(temporary)) / given.reference
            print(f"widely used approach: {1000 * seconds:.0f} ms an image, over {given.reference} images")


def made(folder: Path, images: int) -> Path:
    """A generated world, annotated; one of its folders has all that is needed."""
    return make_annotated(folder, -(-images // 5)).broden


def report(network: Network, images: Pixels, concepts: Concepts, given: argparse.Namespace) -> None:
    """The table."""
    number = len(images.photographs)
    print(
        f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}, {network.device}"
    )
    print(f"{number} photographs, {len(concepts.concepts)} concepts of {', '.join(concepts.categories)}")
    before = peak()
    found = list(rounds(network, images, concepts, given.rounds))
    alone = statistics.median(bare for bare, _, _ in found)
    ratios = sorted(both / bare for bare, both, _ in found)
    print(f"bare pass: {1000 * alone / number:.1f} ms an image")
    print(
        f"both passes: {statistics.median(ratios):.2f} bare passes ({ratios[0]:.2f} to {ratios[-1]:.2f}), "
        f"heard only {statistics.median(deaf / bare for bare, _, deaf in found):.2f}; "
        f"{1000 * statistics.median(both for _, both, _ in found) / number:.1f} ms an image; "
        f"the process at most {peak():.0f} MiB, {peak() - before:.0f} more than before"
    )
    parts = {kind: seconds / given.rounds for kind, seconds in SECONDS.items()}
    print("parts: " + ", ".join(f"{kind} {seconds / alone:.3f}" for kind, seconds in parts.items()))


if __name__ == "__main__":
    main()
