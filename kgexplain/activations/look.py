"""One photograph: its last maps, their means, and what each filter's map adds to the scores of classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from scipy.special import softmax
from torch import Tensor

from kgexplain.activations.gradients import gradients
from kgexplain.activations.head import Head, Pooling, getting
from kgexplain.activations.statistic import host
from kgexplain.errors import InputError
from kgexplain.inputs.network import Network


@dataclass(frozen=True, eq=False)
class Look:
    """What a network makes of one photograph.

    ``pooled`` is φ, the mean of each of ``maps``; ``weights`` has a row for each of ``classes``, such that φ_k · w_k
    is what filter k adds to the class's score: exactly, up to the bias, if the head is linear; else to first order.
    """

    maps: Float[np.ndarray, "filters height width"]
    pooled: Float[np.ndarray, " filters"]
    scores: Float[np.ndarray, " outputs"]
    classes: tuple[int, ...]
    weights: Float[np.ndarray, "classes filters"]

    @property
    def predicted(self) -> int:
        """The class with the highest score; of equals the lower index."""
        return int(self.scores.argmax())

    @property
    def probabilities(self) -> Float[np.ndarray, " outputs"]:
        """Softmax of the scores."""
        shares: np.ndarray = softmax(self.scores.astype(np.float64))
        return shares

    @property
    def contributions(self) -> Float[np.ndarray, "classes filters"]:
        """φ_k · w_k of each class."""
        added: np.ndarray = self.pooled * self.weights
        return added


def look(
    network: Network,
    head: Head,
    photograph: Image.Image | Tensor,
    classes: Sequence[int] | None = None,
    beside: Sequence[int] = (),
) -> Look:
    """Show one photograph, or its prepared pixels (3, height, width), and weigh its filters for classes; None = predicted.

    Those ``beside`` come after them, each class once. A linear head costs one pass; with others there is one way back,
    from the scores to the maps, for each class.
    """
    given = network.preprocessing.pixels(photograph) if isinstance(photograph, Image.Image) else photograph
    if given.ndim != 3:
        raise InputError(f"pixels are {tuple(given.shape)}; they must be (3, height, width)")
    pixels = given[None].to(network.device).contiguous(memory_format=torch.channels_last)

    def asked(scores: np.ndarray) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*_asked(network, classes, scores), *beside)))

    if head.weights is None:
        return _by_gradient(network, head, pixels, asked)
    return _by_rows(network, head, head.weights, pixels, asked)


def _by_rows(
    network: Network,
    head: Head,
    rows: Float[np.ndarray, "classes filters"],
    pixels: Tensor,
    choose: Callable[[np.ndarray], tuple[int, ...]],
) -> Look:
    got: list[Tensor] = []
    pooling = Pooling(1, head.filters)
    with getting(network, head.linear or "", got.append), pooling, torch.no_grad():
        scores = host(network.module(pixels).float()[0])
    maps = pooling.maps_of(got[-1])
    if maps is None:
        raise InputError(
            f"network {network.name}: the linear layer {head.linear} gets no means of maps of this photograph; "
            "was it changed after its head was found?"
        )
    asked = choose(scores)
    return Look(host(maps[0].float()), host(got[-1][0].float()), scores, asked, rows[list(asked)])


def _by_gradient(
    network: Network, head: Head, pixels: Tensor, choose: Callable[[np.ndarray], tuple[int, ...]]
) -> Look:
    found = gradients(network, head.layer, pixels, lambda scores: torch.tensor([choose(host(scores[0]))]))
    scores = host(found.scores[0].float())
    return Look(
        host(found.maps[0].float()),
        host(found.maps[0].mean((1, 2), dtype=torch.float32)),
        scores,
        choose(scores),
        host(found.weights[0].float()),
    )


def _asked(network: Network, classes: Sequence[int] | None, scores: np.ndarray) -> tuple[int, ...]:
    if classes is None:
        return (int(scores.argmax()),)
    if unknown := [c for c in classes if not 0 <= c < len(scores)]:
        raise InputError(
            f"no class {unknown} in network {network.name}; its classes are 0 to {len(scores) - 1}"
        )
    return tuple(classes)
