"""Why a network calls a photograph what it does: its active filters into the graph, the answer out of it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from PIL import Image
from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.activations.recording import Glance, glance
from kgexplain.activations.sites import reached
from kgexplain.answers.explanation import Explanation, explanation
from kgexplain.answers.runs import ExplainingRun, tagging_run
from kgexplain.errors import InputError
from kgexplain.explainers.activated import Selection, Shot, shown
from kgexplain.explainers.filtag import FilTag, centre, chosen_layers, spread
from kgexplain.explainers.options import explainers
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.images import open_photograph
from kgexplain.inputs.listing import Names, folder_labels
from kgexplain.inputs.network import Network
from kgexplain.workflow.beside import Beside


@dataclass(frozen=True)
class Why:
    """An explanation from the graph; with it the photograph as the network saw it, and the filters' maps."""

    explanation: Explanation
    picture: Image.Image
    glance: Glance


def why(
    image: Path,
    store: Store,
    network: Network | None = None,
    files: Path | None = None,
    true: str | None = None,
) -> Why:
    """Show a photograph to the network, write what it activates into the graph, and explain it from the graph.

    ``network`` is by default the one that the graph's newest tags are of, opened again as it was opened then.
    ``true`` is the wnid or name of the photograph's class; by default that of its folder, if that names a class.
    """
    beside = Beside(store, files)
    tagged = tagging_run(store, network.architecture.document if network else None)
    opened = network or beside.network(tagged.network_name, tagged.network_digest)
    chosen = selection(tagged, store, beside)
    layers = chosen_layers({name: opened.layers[name] for name in reached(opened)}, chosen.method.layers)
    photograph = open_photograph(image)
    shot = Shot(image.name, digest(image), label_of(image, opened, true))
    seen = glance(opened, photograph, layers, tagged.place)
    now = datetime.now(UTC)
    pictures = Pictures(shot.name, shot.digest, 0)
    run = Run(
        "why",
        opened.architecture,
        pictures,
        now,
        now,
        __version__,
        {"why": {"tags": tagged.run}},
        opened.source,
    )
    activations = shown(opened.architecture, run.iri, shot, seen.scaled, seen.scores, chosen)
    store.replace(NamedNode(run.iri), chain(activations, provenance(run)))
    told = explanation(store, shot.iri, NamedNode(opened.architecture.document), NamedNode(tagged.run))
    return Why(told, opened.preprocessing.seen(photograph), seen)


def selection(tagged: ExplainingRun, store: Store, beside: Beside) -> Selection:
    """The method with the parameters of the run, as the graph has them."""
    (method,) = explainers(
        ["filtag"], [f"filtag.{name}={value}" for name, value in tagged.parameters.items()]
    )
    if not isinstance(method, FilTag):
        raise InputError(f"the run {tagged.run} is not one of FilTag")
    means = beside.linked(store, tagged.run, "scores") if method.contrast != "none" else {}
    centres = {layer: centre(z, method.contrast) for layer, z in means.items()}
    spreads = {layer: spread(z, method.contrast) for layer, z in means.items()}
    return Selection(method, centres, spreads)


def label_of(image: Path, network: Network, true: str | None) -> int | None:
    """The class of a photograph: the one that is named, else that of its folder, if that names a class."""
    if true is not None:
        return class_of(network, true)
    labels = folder_labels(image.resolve().parent.name)
    found = Names(network.classes).first(labels)
    return found.index if found else None


def class_of(network: Network, name: str) -> int:
    """The index of the class with this wnid or name."""
    found = Names(network.classes).find(name)
    if found is None:
        raise InputError(f"{name!r} is no class of {network.name}; give a wnid or a name that it knows")
    return found.index


def digest(path: Path) -> str:
    """SHA-256 of a file; InputError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
