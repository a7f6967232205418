"""What recording FilTag's statistics on all convolutions costs, as a ratio to a bare forward pass.

Run: python benchmarks/recording.py [NETWORK ...] [--repeats 9] [--batches 32] [--keep-memory] [--device cpu]

Beside it stands a naive hook: mean, lowest and highest value of what each convolution's module gives, three plain
reductions, and nothing else: no place after the activation, no sums per class.

All passes see the same photographs (random pixels, made before), in the same layout, one after the other in each
round, so that a noisy machine disturbs all; the figure is the median of the rounds' ratios.
"""

import argparse
import platform
import statistics
import time

import torch
from pixels import BATCH, Pixels, bare, pixels, synchronise

from kgexplain.activations.memory import keep_freed_memory
from kgexplain.activations.moments import ClassMeans
from kgexplain.activations.recording import one_pass
from kgexplain.inputs.network import Network, open_network

NETWORKS = ("squeezenet1_1", "mobilenet_v2", "resnet18", "alexnet")


def recorded(network: Network, images: Pixels) -> float:
    """Seconds of the same pass with FilTag's statistics on every convolution."""
    means = [ClassMeans(n, len(network.classes), layer.filters) for n, layer in network.layers.items()]
    begin = time.perf_counter()
    one_pass(network, images, means)
    synchronise(network)
    return time.perf_counter() - begin


def hooked(network: Network, images: Pixels) -> float:
    """Seconds of the bare pass with a naive hook on every convolution."""

    def naive(_module: torch.nn.Module, _inputs: object, maps: torch.Tensor) -> None:
        found.append((maps.mean((2, 3)), maps.amin((1, 2, 3)), maps.amax((1, 2, 3))))

    found: list[tuple[torch.Tensor, ...]] = []
    modules = dict(network.module.named_modules())
    hooks = [modules[layer].register_forward_hook(naive) for layer in network.layers]
    seconds = bare(network, images)
    for hook in hooks:
        hook.remove()
    return seconds


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("networks", nargs="*", default=NETWORKS)
    words.add_argument("--repeats", type=int, default=9)
    words.add_argument("--batches", type=int, default=32)
    words.add_argument("--keep-memory", action="store_true", help="as the command line does, for both passes")
    words.add_argument("--device", default="cpu")
    given = words.parse_args()
    if given.keep_memory:
        keep_freed_memory()
    number = given.batches * BATCH
    images = pixels(number)
    print(
        f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}"
    )
    print(
        f"{'network':16} {'images/s bare':>14} {'recorded':>9} {'ratio':>6} {'spread':>10} {'naive hook':>11}"
    )
    for name in given.networks:
        network = open_network(name, device=given.device)
        passes = (bare, recorded, hooked)
        for one in passes:
            one(network, images)
        rounds = [[one(network, images) for one in passes] for _ in range(given.repeats)]
        ratios = sorted(after / before for before, after, _ in rounds)
        naive = statistics.median(hook / before for before, _, hook in rounds)
        speeds = [number / statistics.median(column) for column in zip(*rounds, strict=True)]
        spread = f"{ratios[0]:.2f}–{ratios[-1]:.2f}"
        print(
            f"{name:16} {speeds[0]:14.1f} {speeds[1]:9.1f} {statistics.median(ratios):6.2f} {spread:>10} {naive:11.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
