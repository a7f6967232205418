"""Methods: activations in, statements out."""

from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.dissection import Dissection
from kgexplain.explainers.explainer import Explainer
from kgexplain.explainers.filtag import FilTag

EXPLAINERS: tuple[type[Explainer], ...] = (FilTag, AttributeDensity, Dissection)
"""Every explainer that comes with the library."""

__all__ = ["EXPLAINERS", "AttributeDensity", "Dissection", "FilTag"]
