"""How much each filter's map speaks for a class, to first order: the gradient of the class's score by the map."""

from contextlib import ExitStack
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, get_gradient_edge

from kgexplain.activations.sites import listening
from kgexplain.activations.statistic import OUTPUT
from kgexplain.errors import InputError
from kgexplain.inputs.network import Network


class Gradients(NamedTuple):
    """What a pass and one way back per class asked for have given; ``weights`` are those of ``gradients``."""

    maps: Float[Tensor, "images filters height width"]
    scores: Float[Tensor, "images classes"]
    weights: Float[Tensor, "images asked filters"]


def gradients(
    network: Network,
    layer: str,
    pixels: Float[Tensor, "images 3 height width"],
    classes: Int[Tensor, "images asked"],
) -> Gradients:
    """The layer's final maps, and their weights for the scores of the classes asked for, each image its own.

    w_k = Σ_ij ∂S_c / ∂A_k,ij over the positions of filter k's map A_k: the pooled gradient of Grad-CAM times the
    number of positions. With φ_k, the mean of the map, φ_k · w_k is what the filter adds to S_c, to first order; if
    φ goes through one linear layer, w is that layer's row, exactly. Maps are taken at place ``activation``.

    What comes before the layer is run without gradients. The network is as before at the end, also after an error.
    """
    tail = _Tail(layer)
    try:
        with ExitStack() as stack:
            stack.enter_context(torch.inference_mode(mode=False))
            stack.enter_context(torch.no_grad())
            stack.enter_context(listening(network, [layer], tail.hear))
            stack.callback(network.module.get_submodule(layer).register_forward_pre_hook(tail.begin).remove)
            network.module(pixels.contiguous(memory_format=torch.channels_last))
        weights = [tail.weights(asked) for asked in classes.to(tail.scores.device).unbind(1)]
    except RuntimeError as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(
            f"network {network.name}: its scores have no gradient by the maps of layer {layer}: {reason}; "
            "weights need one linear layer behind the means of the last maps, or scores that torch can go back from"
        ) from error
    return Gradients(tail.maps, tail.scores.detach(), torch.stack(weights, 1))


class _Tail:
    """The pass from one layer's convolution on, with gradients."""

    def __init__(self, layer: str) -> None:
        self.layer = layer

    def begin(self, _module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """From here on torch notes what is done; the convolution's own weights may be frozen."""
        torch.set_grad_enabled(True)  # until the pass ends, whose ``no_grad`` puts back what was
        return (inputs[0].detach().requires_grad_(), *inputs[1:])

    def hear(self, layer: str, heard: Tensor) -> None:
        if layer == OUTPUT:
            self.scores = heard
        else:
            self.maps = heard.detach().clone()
            # The maps as they are now, even if a later operation writes over them.
            self.edge = get_gradient_edge(heard)

    def weights(self, classes: Int[Tensor, " images"]) -> Float[Tensor, "images filters"]:
        # In evaluation mode no image has a part in the scores of another: one way back is enough for all.
        score = self.scores.gather(1, classes[:, None]).sum()
        return self._gradient(score).sum((2, 3))

    def _gradient(self, score: Tensor) -> Tensor:
        if (found := _going_back(score, self.edge)) is not None:
            return found
        # Maps in another order were heard through a view that the network itself does not read.
        node, number = self.edge.node.next_functions[0]
        axes = getattr(self.edge.node, "_saved_dims", None)
        found = _going_back(score, GradientEdge(node, number)) if node and axes else None
        if found is None or axes is None:
            raise RuntimeError("they are not made of these maps")
        return found.permute(axes)


def _going_back(score: Tensor, edge: GradientEdge) -> Tensor | None:
    found: tuple[Tensor | None, ...] = torch.autograd.grad(
        score, [edge], retain_graph=True, allow_unused=True
    )
    return found[0]
