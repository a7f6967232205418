"""How much a network's own scores grow with what filters show, class by class of images, whoever named the classes."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from kgexplain.activations.contributions import Contributions
from kgexplain.activations.head import Head, head
from kgexplain.activations.statistic import Statistic
from kgexplain.inputs.network import Network


class Weighing:
    """Gradients of the network's scores by the means of the maps of some layers.

    Where one linear layer makes the scores of a layer's means, these are its rows. Else they are found image by image,
    by ``statistics`` that have to see a pass.
    """

    def __init__(self, network: Network, layers: Sequence[str]) -> None:
        self.network = network
        found = head(network)
        self.heads = [
            found if found.linear and layer == found.layer else Head(layer, network.layers[layer].filters)
            for layer in layers
        ]
        self._by_image = {one.layer: Contributions(network, one) for one in self.heads if one.weights is None}

    @property
    def statistics(self) -> list[Statistic]:
        """What has to see a pass first; nothing where the rows of a linear layer are enough."""
        return list(self._by_image.values())

    def by_classes(
        self, labels: Int[np.ndarray, " images"], classes: Sequence[int]
    ) -> Float[np.ndarray, "classes filters"]:
        """The mean gradient of a class's score over the class's images; ``labels`` are in the order of the keys."""
        return self._means(labels, labels, classes, asked=1)

    def by_predictions(
        self,
        labels: Int[np.ndarray, " images"],
        predicted: Int[np.ndarray, " images"],
        classes: Sequence[int],
    ) -> Float[np.ndarray, "classes filters"]:
        """That of the score of what each image is taken for: of classes that it does not know, a network has no score."""
        return self._means(labels, predicted, classes, asked=0)

    def _means(
        self, labels: np.ndarray, outputs: np.ndarray, classes: Sequence[int], asked: int
    ) -> Float[np.ndarray, "classes filters"]:
        parts = [self._rows(one, outputs, asked) for one in self.heads]
        rows = np.concatenate(parts, axis=1)
        return np.stack([rows[labels == class_].mean(0, dtype=np.float64) for class_ in classes])

    def _rows(self, one: Head, outputs: np.ndarray, asked: int) -> Float[np.ndarray, "images filters"]:
        rows: np.ndarray = (
            self._by_image[one.layer].images.gradients[:, asked]
            if one.weights is None
            else one.weights[outputs.clip(min=0)]
        )
        return rows
