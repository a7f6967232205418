"""A dissection to look at: tables from the graph, and a page with the photographs on which detectors are most active."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from PIL import Image
from pyoxigraph import NamedNode

from kgexplain.activations.kept import KeptMaps
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.answers.concepts.detectors import Detector, Dissected
from kgexplain.answers.concepts.dissection import DissectionRun, dissected, dissection_run, labelling_run
from kgexplain.answers.concepts.dissection import labelled as labels
from kgexplain.errors import InputError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.concepts import open_concepts
from kgexplain.inputs.concepts.opening import folder_of
from kgexplain.inputs.images import Images, open_images, open_photograph
from kgexplain.inputs.network import Network
from kgexplain.reports.dissection import Sight, colours, page
from kgexplain.reports.outline import marked, outlined
from kgexplain.workflow.beside import Beside
from kgexplain.workflow.markings import Markings
from kgexplain.workflow.page import kept_page

# So many photographs of a detector are shown, if so many were kept.
_PHOTOGRAPHS = 4


@dataclass(frozen=True, eq=False)
class Found:
    """What the newest dissection of a network found, with the run, and where its arrays are."""

    dissected: Dissected
    run: DissectionRun
    store: Store
    beside: Beside


def detectors(
    store: Store,
    network: Network | None = None,
    layers: Sequence[str] = (),
    files: Path | None = None,
    run: str | None = None,
) -> Found:
    """What a dissection found in the layers with these names, which may have ``*`` for any text; or in all.

    It is that of the IRI ``run``, or the newest of ``network``, or of any.
    """
    of = dissection_run(store, network.architecture.document if network else None, run)
    return Found(_of_layers(dissected(store, of), layers), of, store, Beside(store, files))


def labelled(
    store: Store,
    network: Network | None = None,
    layers: Sequence[str] = (),
    files: Path | None = None,
    run: str | None = None,
) -> Found:
    """The same by the labels that were made of that dissection, which are compared with chance one by one."""
    of = dissection_run(store, network.architecture.document if network else None, run)
    told = labels(store, of, labelling_run(store, of))
    return Found(_of_layers(told, layers), of, store, Beside(store, files))


def _of_layers(found: Dissected, patterns: Sequence[str]) -> Dissected:
    if not patterns:
        return found
    chosen = tuple(
        layer for layer in found.layers if any(fnmatchcase(layer.layer, pattern) for pattern in patterns)
    )
    if not chosen:
        known = ", ".join(layer.layer for layer in found.layers) or "none"
        raise InputError(f"no layer {', '.join(patterns)} was dissected; {found.network} has {known}")
    return replace(found, layers=chosen)


def write_dissection(
    found: Found,
    path: Path,
    images: Images | str | Path | None = None,
    network: Network | None = None,
    first: int = 6,
    questions: tuple[str, ...] = (),
) -> Path:
    """Write a page that shows how many filters detect what, and the ``first`` detectors of each layer at work.

    ``images`` are those that were dissected; by default they are looked for where the annotations are. ``network`` is
    by default opened again as it was opened then. Of a published table there are no photographs.
    """
    if first < 1:
        raise InputError(f"first is {first}; it is a number of detectors and must be at least 1")
    chosen = [detector for layer in found.dissected.layers for detector in layer.foremost(first)]
    is_ours = found.run.method == "dissection"
    sights = _Gallery(found, images, network).sights(chosen) if chosen and is_ours else []
    return kept_page(page(found.dissected, sights, questions), path)


class _Gallery:
    """The photographs of a run, and what its network and its annotations make of them."""

    def __init__(self, found: Found, images: Images | str | Path | None, network: Network | None) -> None:
        run = found.run
        self.found = found
        self.network = network or found.beside.network(run.network_name, run.network_digest)
        self.strongest = found.beside.linked(found.store, run.run, "strongest")
        self.thresholds = found.beside.linked(found.store, run.run, "thresholds")
        self.images = _images(images, found, self.network)
        self.paths = {photograph.key: photograph.path for photograph in self.images.photographs}
        concepts = open_concepts(_annotations(found) or folder_of(self.images), self.images)
        self.markings = Markings(concepts, self.network.preprocessing, _below(found))

    def sights(self, chosen: Sequence[Detector]) -> list[Sight]:
        """The detectors with their photographs; the network sees each photograph once."""
        kept = self._maps(chosen)
        colour = colours(self.found.dissected.categories)
        return [
            Sight(
                d,
                tuple(
                    self._picture(d, kept[d.layer].map_(key, d.index), key, colour[d.match.category])
                    for key in self._keys(d)
                ),
            )
            for d in chosen
        ]

    def _keys(self, detector: Detector) -> list[str]:
        """The photographs on which a filter is most active, those first that count for how well it agrees."""
        keys = [str(key) for key in self.strongest[detector.layer][:, detector.index] if key]
        return self.markings.counting_first(keys, detector.match)[:_PHOTOGRAPHS]

    def _maps(self, chosen: Iterable[Detector]) -> dict[str, KeptMaps]:
        wanted: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for detector in chosen:
            for key in self._keys(detector):
                wanted[detector.layer][key].append(detector.index)
        kept = {layer: KeptMaps(layer, of_layer) for layer, of_layer in wanted.items()}
        keys = {key for of_layer in wanted.values() for key in of_layer}
        seen = replace(self.images, photographs=tuple(p for p in self.images.photographs if p.key in keys))
        one_pass(self.network, seen, list(kept.values()), Recording(self.found.run.place))
        return kept

    def _picture(self, detector: Detector, map_: np.ndarray, key: str, colour: str) -> Image.Image:
        """A photograph as the network sees it, with the area of a filter and that of its concept."""
        seen = self.network.preprocessing.seen(open_photograph(self.paths[key]))
        threshold = float(self.thresholds[detector.layer][0, detector.index])
        return marked(outlined(seen, map_, threshold), self.markings.area(key, detector.match), colour)


def _images(given: Images | str | Path | None, found: Found, network: Network) -> Images:
    """The photographs that were dissected, found to be the same by their digest."""
    run = found.run
    address = given or found.beside.images(run.run) or ""
    if not address:
        raise InputError(
            f"{run.images}: where these photographs are is not known; give the images that were explained"
        )
    images = address if isinstance(address, Images) else open_images(address, network.classes)
    if images.digest != run.images_digest:
        raise InputError(
            f"{images.name}: these are not the photographs that were dissected, {run.images}: their digest is "
            f"{images.digest[:8]}, not {run.images_digest[:8]}; give the images that were explained"
        )
    return images


def _below(found: Found) -> dict[str, list[str]]:
    """The concepts of a dissection that are kinds of a synset, for each that is above any."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for row in found.store.select(
        query("concepts/synsets_above_concepts").bind(run=NamedNode(found.run.run))
    ):
        below[row["synset"].value].append(row["concept"].value)
    return dict(below)


def _annotations(found: Found) -> str:
    """Where the run's annotations lie; empty where they lie with the photographs."""
    return found.beside.source(found.run.run) or ""
