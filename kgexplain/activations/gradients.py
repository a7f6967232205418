"""How much each filter's map speaks for a class, to first order: the gradient of the class's score by the map."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, allow_mutation_on_saved_tensors, get_gradient_edge

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
    choose: Callable[[Tensor], Tensor],
) -> Gradients:
    """The layer's final maps, and their weights for the scores of some classes, each image its own.

    ``choose`` says which classes: (images, asked), by the scores, (images, classes).

    w_k = Σ_ij ∂S_c / ∂A_k,ij over the positions of filter k's map A_k: the pooled gradient of Grad-CAM times the
    number of positions. With φ_k, the mean of the map, φ_k · w_k is what the filter adds to S_c, to first order; if
    φ goes through one linear layer, w is that layer's row, exactly. Maps are taken at place ``activation``.

    What comes before the layer is run without gradients. The network is as before at the end, also after an error.
    """
    tail = _Tail(layer)
    try:
        with ExitStack() as stack:
            stack.enter_context(torch.inference_mode(mode=False))
            # Networks that are only run may write over what torch keeps to go back by.
            stack.enter_context(allow_mutation_on_saved_tensors())
            with torch.no_grad(), listening(network, [layer], tail.hear), tail.begun(network.module):
                network.module(pixels.clone(memory_format=torch.channels_last))  # no inference tensor
            stack.enter_context(torch.enable_grad())
            chosen = choose(tail.scores.detach()).to(tail.scores.device)
            weights = torch.stack([tail.weights(classes) for classes in chosen.unbind(1)], 1)
    except RuntimeError as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(
            f"network {network.name}: its scores have no gradient by the maps of layer {layer}: {reason}; "
            "weights need one linear layer behind the means of the last maps, or scores that torch can go back from"
        ) from error
    return Gradients(tail.maps, tail.scores.detach(), weights)


class _Tail:
    """The pass from one layer's convolution on, with gradients."""

    def __init__(self, layer: str) -> None:
        self.layer = layer

    @contextmanager
    def begun(self, module: nn.Module) -> Iterator[None]:
        """While open, torch notes what is done from the layer's convolution on, until the pass ends."""

        def begin(_module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            torch.set_grad_enabled(True)
            return (inputs[0].detach().requires_grad_(), *inputs[1:])

        hook = module.get_submodule(self.layer).register_forward_pre_hook(begin)
        try:
            yield
        finally:
            hook.remove()

    def hear(self, layer: str, heard: Tensor) -> None:
        if layer == OUTPUT:
            self.scores = heard
        else:
            self.maps = heard.detach().clone()
            self.heard = heard
            # The maps as they are now, even if a later operation writes over them.
            self.edge = get_gradient_edge(heard) if heard.requires_grad else None

    def weights(self, classes: Int[Tensor, " images"]) -> Float[Tensor, "images filters"]:
        # In evaluation mode no image has a part in the scores of another: one way back is enough for all.
        score = self.scores.gather(1, classes[:, None]).sum()
        return self._gradient(score).sum((2, 3))

    def _gradient(self, score: Tensor) -> Tensor:
        # What was made inside a torch.autograd.Function becomes part of the graph when the function ends.
        edge = self.edge or get_gradient_edge(self._unchanged())
        if (found := _going_back(score, edge)) is not None:
            return found
        # Maps in another order were heard through a view that the network itself does not read.
        node, number = edge.node.next_functions[0]
        axes = getattr(edge.node, "_saved_dims", None)
        found = _going_back(score, GradientEdge(node, number)) if node and axes else None
        if found is None or axes is None:
            raise RuntimeError("they are not made of these maps")
        return found.permute(axes)

    def _unchanged(self) -> Tensor:
        if not self.heard.requires_grad:
            raise RuntimeError("they are made in a way that has none")
        if not torch.equal(self.heard, self.maps):
            raise RuntimeError("they are written over before torch knows what they are made from")
        return self.heard


def _going_back(score: Tensor, edge: GradientEdge) -> Tensor | None:
    found: tuple[Tensor | None, ...] = torch.autograd.grad(
        score, [edge], retain_graph=True, allow_unused=True
    )
    return found[0]
