"""One pass over the images: every statistic sees every layer it asked for, once per batch."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from kgexplain.activations.evidence import Evidence, Progress
from kgexplain.activations.folding import folded
from kgexplain.activations.head import getting, head
from kgexplain.activations.reduction import reduce
from kgexplain.activations.sites import PLACES, listening
from kgexplain.activations.statistic import HEAD, OUTPUT, Batch, Statistic, host
from kgexplain.errors import InputError
from kgexplain.inputs.images import Images, Shown
from kgexplain.inputs.network import Network


@dataclass(frozen=True)
class Recording:
    """How a pass is made.

    ``place`` is where a filter's map is taken: ``activation``, what the rest of the network sees of it, after
    normalisation and activation; or ``raw``, what the convolution gives. ``batch_size`` is the number of photographs
    in one forward pass.
    """

    place: str = "activation"
    batch_size: int = 16

    def __post_init__(self) -> None:
        if self.place not in PLACES:
            raise InputError(f"place is {self.place!r}; it must be one of {', '.join(PLACES)}")
        if self.batch_size < 1:
            raise InputError(f"batch_size is {self.batch_size}; it must be at least 1")


def one_pass(
    network: Network,
    images: Images,
    statistics: Sequence[Statistic],
    recording: Recording = Recording(),
    evidence: Evidence | None = None,
) -> Progress:
    """Show all images to the network once, and what it makes of them to the statistics.

    Memory does not grow with the number of images. With ``evidence`` a pass that was interrupted goes on where it
    was last saved, and a finished one is not run again.
    """
    progress = evidence.resume(statistics) if evidence else Progress()
    if progress.finished:
        return progress
    listeners = _by_layer(statistics)
    # Channels last is the layout that convolutions are fastest in, on CPUs and on GPUs; values stay the same.
    network.module.to(memory_format=torch.channels_last)
    with (
        folded(network) if recording.place == "activation" else nullcontext(),
        tqdm(total=len(images.photographs), initial=progress.photographs, unit="image", disable=None) as bar,
        _Ear(network, listeners, recording.place) as ear,
    ):
        for shown in images.batches(network.preprocessing, recording.batch_size, progress.photographs):
            if shown.photographs:
                ear.listen(shown)
            done = shown.start + len(shown.photographs) + len(shown.skipped)
            bar.update(done - progress.photographs)
            progress = Progress(done, (*progress.skipped, *shown.skipped))
            if evidence and evidence.is_due():
                evidence.save(statistics, progress)
    progress = Progress(progress.photographs, progress.skipped, finished=True)
    if evidence:
        evidence.save(statistics, progress)
    return progress


@dataclass(frozen=True)
class Glance:
    """All that one photograph shows: each layer's maps and their scaled means, and the network's scores."""

    maps: Mapping[str, Float[np.ndarray, "filters height width"]]
    scaled: Mapping[str, Float[np.ndarray, " filters"]]
    scores: Float[np.ndarray, " classes"]


def glance(
    network: Network, photograph: Image.Image, layers: Sequence[str], place: str = "activation"
) -> Glance:
    """Show one photograph to the network."""
    maps: dict[str, np.ndarray] = {}
    scaled: dict[str, np.ndarray] = {}

    def hear(layer: str, heard: Tensor) -> None:
        maps[layer] = host(heard[0].float())
        if layer != OUTPUT:
            scaled[layer] = host(reduce(heard).scaled[0])

    pixels = network.preprocessing.pixels(photograph)[None].to(network.device)
    with listening(network, layers, hear, place), torch.no_grad():
        network.module(pixels.contiguous(memory_format=torch.channels_last))
    return Glance(maps, scaled, maps.pop(OUTPUT))


class _Ear:
    """Hands every layer's maps to the statistics that want them, while they are there."""

    def __init__(self, network: Network, listeners: Mapping[str, Sequence[Statistic]], place: str) -> None:
        self.network = network
        self.listeners = listeners
        self.floors: Mapping[str, float] = {}
        self.place = place
        self.open = ExitStack()
        self.pooled = torch.empty(0)
        self.is_telling = False

    def __enter__(self) -> "_Ear":
        layers = [name for name in self.listeners if name not in (HEAD, OUTPUT)]
        with ExitStack() as stack:
            if HEAD in self.listeners:
                stack.enter_context(getting(self.network, _one_linear(self.network), self.get))
            self.floors = stack.enter_context(listening(self.network, layers, self.hear, self.place))
            self.open = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self.open.close()

    def listen(self, shown: Shown) -> None:
        device = self.network.device
        self.images = tuple(p.key for p in shown.photographs)
        self.labels = torch.tensor([p.label for p in shown.photographs], device=device)
        self.pixels = shown.pixels.to(device).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            self.network.module(self.pixels)

    def get(self, pooled: Tensor) -> None:
        self.pooled = pooled

    def hear(self, layer: str, maps: Tensor) -> None:
        if self.is_telling:
            return  # a statistic runs the network itself
        if layer == OUTPUT:
            self.tell(HEAD, self.pooled)
        self.tell(layer, maps)

    def tell(self, layer: str, maps: Tensor) -> None:
        if layer in self.listeners:
            floor = self.floors.get(layer, -math.inf)
            batch = Batch(layer, self.images, self.labels, self.pixels, maps, floor)
            self.is_telling = True
            try:
                for statistic in self.listeners[layer]:
                    statistic.observe(batch)
            finally:
                self.is_telling = False


def _one_linear(network: Network) -> str:
    linear = head(network).linear
    if linear is None:
        raise InputError(
            f"network {network.name}: its scores are not made by one linear layer from the means of its last maps; "
            "observe a layer of it instead"
        )
    return linear


def _by_layer(statistics: Sequence[Statistic]) -> dict[str, list[Statistic]]:
    listeners: dict[str, list[Statistic]] = defaultdict(list)
    for statistic in statistics:
        for layer in statistic.layers:
            listeners[layer].append(statistic)
    return listeners
