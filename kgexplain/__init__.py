"""Convolutional neural networks explained by a knowledge graph that can be asked.

The folders are the stages of the flow, in this order: ``world`` (generated pictures), ``inputs`` (network, images),
``activations`` (one pass over the images), ``explainers`` (statements), ``graph`` (store and questions), ``knowledge``
(WordNet, ConceptNet), ``answers`` (from rows), ``evaluation`` (what an explanation is worth), ``reports`` (pages and tables),
``workflow`` and ``cli``.

The names below are those that most programs need; each is imported when it is first used, because torch takes seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgexplain.activations.recording import Recording
    from kgexplain.explainers.attribute_density import AttributeDensity
    from kgexplain.explainers.dissection import Dissection
    from kgexplain.explainers.filtag import FilTag
    from kgexplain.explainers.ranking import Ranking
    from kgexplain.graph.opening import open_store
    from kgexplain.graph.query import query
    from kgexplain.inputs.images import open_images
    from kgexplain.inputs.network import network_of, open_network
    from kgexplain.inputs.preprocessing import Preprocessing
    from kgexplain.reports.text import written
    from kgexplain.workflow.ask import ask
    from kgexplain.workflow.coarsen import coarsen
    from kgexplain.workflow.describe import describe, distinguish, find
    from kgexplain.workflow.dissected import detectors, write_dissection
    from kgexplain.workflow.explain import Plan, explain
    from kgexplain.workflow.label import label
    from kgexplain.workflow.link import Sources, link
    from kgexplain.workflow.mistakes import mistakes
    from kgexplain.workflow.narrator import Narrator
    from kgexplain.workflow.ranking import rank
    from kgexplain.workflow.rationales import Round, rationales
    from kgexplain.workflow.relations import relate
    from kgexplain.workflow.rules import rules
    from kgexplain.workflow.why import why

__version__ = "0.1.0"

__all__ = [
    "AttributeDensity",
    "Dissection",
    "FilTag",
    "Narrator",
    "Plan",
    "Preprocessing",
    "Ranking",
    "Recording",
    "Round",
    "Sources",
    "ask",
    "coarsen",
    "describe",
    "detectors",
    "distinguish",
    "explain",
    "find",
    "label",
    "link",
    "mistakes",
    "network_of",
    "open_images",
    "open_network",
    "open_store",
    "query",
    "rank",
    "rationales",
    "relate",
    "rules",
    "why",
    "write_dissection",
    "written",
]

_HOMES = {
    "activations.recording": ("Recording",),
    "explainers.attribute_density": ("AttributeDensity",),
    "explainers.dissection": ("Dissection",),
    "explainers.filtag": ("FilTag",),
    "explainers.ranking": ("Ranking",),
    "graph.opening": ("open_store",),
    "graph.query": ("query",),
    "inputs.images": ("open_images",),
    "inputs.network": ("network_of", "open_network"),
    "inputs.preprocessing": ("Preprocessing",),
    "reports.text": ("written",),
    "workflow.ask": ("ask",),
    "workflow.coarsen": ("coarsen",),
    "workflow.describe": ("describe", "distinguish", "find"),
    "workflow.dissected": ("detectors", "write_dissection"),
    "workflow.explain": ("Plan", "explain"),
    "workflow.label": ("label",),
    "workflow.link": ("Sources", "link"),
    "workflow.mistakes": ("mistakes",),
    "workflow.narrator": ("Narrator",),
    "workflow.ranking": ("rank",),
    "workflow.rationales": ("Round", "rationales"),
    "workflow.relations": ("relate",),
    "workflow.rules": ("rules",),
    "workflow.why": ("why",),
}
_HOME = {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # To type checkers, a name that is not there stays an error.

    def __getattr__(name: str) -> object:
        """The name, imported from its home when it is first used."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOME[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
