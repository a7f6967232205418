"""Bring published results of Network Dissection into a graph, as the labels of a network's filters."""

import logging
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.errors import InputError
from kgexplain.explainers.dissection_table import read_table
from kgexplain.graph.provenance import Pictures, Run, Value, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.classes import read_classes
from kgexplain.workflow.explain import write_network

log = logging.getLogger("kgexplain")


def import_dissection(
    path: Path, store: Store, layer: str, network: str = "", classes: str = "", iou: float = 0.04
) -> str:
    """Write a table of NetDissect into a graph, as what the filters of one layer detect; the run's IRI.

    A filter detects its best concept where their intersection over union is above ``iou``. The network is one of its
    own, of the file's digest: nobody knows the weights that the table is of.
    """
    if not 0 <= iou < 1:
        raise InputError(f"iou is {iou}; it must be at least 0 and less than 1")
    table = read_table(path, layer, network, read_classes(classes) if classes else ())
    if table.unnamed:
        log.warning("%s: %d scores without a concept's name are left out", path.name, table.unnamed)
    write_network(store, table.architecture)
    now = datetime.now(UTC)
    source = Pictures(path.name, table.digest, 0)
    options: dict[str, dict[str, Value]] = {"dissection-table": {"iou": iou, "layer": layer}}
    told = Run("dissection-table", table.architecture, source, now, now, __version__, options)
    store.replace(NamedNode(told.iri), chain(table.statements(told.iri, iou), provenance(told)))
    return told.iri
