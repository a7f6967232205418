"""The mistakes of a network on labelled photographs: one pass over them, what they show into the graph, the answer out."""

import csv
import hashlib
import logging
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.activations.agreement import LayerTags
from kgexplain.activations.evidence import Evidence, Progress
from kgexplain.activations.mistakes import Mistakes as Shown
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.activations.sites import reached
from kgexplain.answers.mistakes.answer import Mistake, Mistakes
from kgexplain.answers.mistakes.answer import mistakes as judged
from kgexplain.answers.mistakes.diagnosis import Thresholds
from kgexplain.answers.mistakes.reading import tag_pairs
from kgexplain.answers.mistakes.statements import statements
from kgexplain.answers.runs import ExplainingRun, tagging_run
from kgexplain.errors import EvidenceError, InputError
from kgexplain.explainers.activated import Selection
from kgexplain.explainers.filtag import chosen_layers
from kgexplain.explainers.misclassified import observed
from kgexplain.graph.provenance import Outcome, Pictures, Run, provenance
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.images import Images, open_images, open_photograph
from kgexplain.inputs.network import Network
from kgexplain.reports.mistakes import page
from kgexplain.workflow.beside import Beside, fingerprint
from kgexplain.workflow.page import kept_page
from kgexplain.workflow.why import selection

log = logging.getLogger("kgexplain")

ALL, HELD_OUT = "all", "held-out"


@dataclass(frozen=True)
class Search:
    """How mistakes are looked for.

    ``part`` is ``all`` images, or those ``held-out`` from the run that tagged. ``files`` is the folder of what is kept
    beside the graph, ``evidence`` that of passes; None puts the one beside the store, the other into ``files``.
    """

    part: str = ALL
    batch_size: int = 16
    files: Path | None = None
    evidence: Path | None = None
    save_every: float = 20.0
    thresholds: Thresholds = field(default_factory=Thresholds)

    def __post_init__(self) -> None:
        if self.part not in (ALL, HELD_OUT):
            raise InputError(f"part is {self.part!r}; it must be {ALL} or {HELD_OUT}")


@dataclass(frozen=True)
class Found:
    """The mistakes, with the photographs and the network that made them."""

    answer: Mistakes
    images: Images
    network: Network
    run: str


def mistakes(
    images: Images | str | Path,
    store: Store,
    network: Network | None = None,
    search: Search = Search(),
) -> Found:
    """Show labelled photographs to the network, write its mistakes into the graph, and judge them from the graph.

    ``network`` is by default the one that the graph's newest tags are of, opened again as it was opened then. The
    run's graph replaces that of an earlier run over the same images.
    """
    beside = Beside(store, search.files)
    tagged = tagging_run(store, network.architecture.document if network else None)
    opened = network or beside.network(tagged.network_name, tagged.network_digest)
    photographs = _labelled(images, opened)
    if search.part == HELD_OUT:
        photographs = held_out(photographs, tagged.run, store, beside)
    shown = statistic(store, tagged, opened, selection(tagged, store, beside))
    started = datetime.now(UTC)
    recording = Recording(tagged.place, search.batch_size)
    progress = one_pass(
        opened, photographs, [shown], recording, _evidence(opened, photographs, tagged, search, beside)
    )
    _readable(photographs, progress)
    run = _told(opened, photographs, tagged, search, started, progress)
    node = NamedNode(run.iri)
    store.replace(
        node, chain(observed(opened.architecture, run.iri, photographs.document, shown), provenance(run))
    )
    answer = judged(store, run.iri, tagged.run, search.thresholds)
    store.add(node, statements(answer, run.iri))
    return Found(answer, photographs, opened, run.iri)


def held_out(images: Images, run: str, store: Store, beside: Beside) -> Images:
    """Those of the images that the run which tagged kept back, by the listing beside the graph."""
    files = {row["title"].value: row for row in store.select(query("provenance/files_of_run").bind(run=run))}
    if "images" not in files:
        raise InputError(
            f"{run}: the graph links no listing of its images; give the images without --held-out"
        )
    path = beside.folder / files["images"]["file"].value
    content = _content(path)
    if hashlib.sha256(content).hexdigest() != files["images"]["sha256"].value:
        raise EvidenceError(f"{path}: not the listing that the graph links to its tags; run explain again")
    rows = csv.DictReader(content.decode("utf-8").splitlines())
    keys = {row["image"] for row in rows if row["part"] == HELD_OUT}
    if not keys:
        raise InputError(
            f"{path}: no image was held out from tagging; run explain with --hold-out, or look at all"
        )
    chosen = tuple(photograph for photograph in images.photographs if photograph.key in keys)
    if not chosen:
        raise InputError(
            f"{images.name}: none of the {len(keys)} images that were held out is here, as {min(keys)}; "
            "give the images that were explained"
        )
    return Images(images.name, chosen, whole=images)


def statistic(store: Store, tagged: ExplainingRun, network: Network, chosen: Selection) -> Shown:
    """What is remembered of the pass, by the tags that the graph states for the layers that the run looked at."""
    layers = chosen_layers({name: network.layers[name] for name in reached(network)}, chosen.method.layers)
    architecture = network.architecture
    filters = {
        architecture.filter(layer, i): (layer, i)
        for layer in layers
        for i in range(network.layers[layer].filters)
    }
    classes = {architecture.class_(class_.index): class_.index for class_ in network.classes}
    tags = {layer: np.zeros((len(classes), network.layers[layer].filters), bool) for layer in layers}
    for filter_, class_ in tag_pairs(store, NamedNode(tagged.run)):
        layer, index = filters[filter_]
        tags[layer][classes[class_], index] = True
    return Shown({layer: _layer_tags(layer, tags[layer], chosen) for layer in layers})


def _layer_tags(layer: str, tags: np.ndarray, chosen: Selection) -> LayerTags:
    filters = tags.shape[1]
    centre = chosen.centres.get(layer, np.zeros(filters))
    spread = chosen.spreads.get(layer, np.ones(filters))
    return LayerTags(tags, chosen.method.number(filters), centre, spread)


def _labelled(images: Images | str | Path, network: Network) -> Images:
    opened = images if isinstance(images, Images) else open_images(images, network.classes)
    for unmatched in opened.unmatched:
        log.warning("left out %s: no class of %s", unmatched, network.name)
    if not any(photograph.label >= 0 for photograph in opened.photographs):
        raise InputError(
            f"{opened.name}: none of its images has a class; sort them into folders named by class"
        )
    return opened


def _evidence(
    network: Network, images: Images, tagged: ExplainingRun, search: Search, beside: Beside
) -> Evidence:
    of = fingerprint(network, images, tagged.place)
    return Evidence(search.evidence or beside.evidence("mistakes", of), of, search.save_every)


def _readable(images: Images, progress: Progress) -> None:
    skipped = {s.key: s.reason for s in progress.skipped}
    labelled = [photograph.key for photograph in images.photographs if photograph.label >= 0]
    if all(key in skipped for key in labelled):
        first = labelled[0]
        raise InputError(f"{images.name}: no image with a class can be read; {first}: {skipped[first]}")
    for key, reason in skipped.items():
        log.warning("skipped %s: %s", key, reason)


def _told(
    network: Network,
    images: Images,
    tagged: ExplainingRun,
    search: Search,
    started: datetime,
    progress: Progress,
) -> Run:
    return Run(
        "mistakes",
        network.architecture,
        Pictures(images.name, images.digest, 0, len(images.photographs), tuple(map(str, images.unmatched))),
        started,
        datetime.now(UTC),
        __version__,
        {"mistakes": {"tags": tagged.run, "part": search.part, **asdict(search.thresholds)}},
        network.source,
        outcome=Outcome(skipped={s.key: s.reason for s in progress.skipped}),
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); give the folder beside the graph"
        ) from error


def write_page(found: Found, path: Path, first: int = 20) -> Path:
    """Write a page that shows the mistakes, the ``first`` of them with their photographs: of each diagnosis the surest."""
    photographs = {photograph.key: photograph.path for photograph in found.images.photographs}
    preprocessing = found.network.preprocessing
    shown = [
        (mistake, preprocessing.seen(open_photograph(photographs[mistake.key])))
        for mistake in in_turn(found.answer, first)
    ]
    return kept_page(page(found.answer, found.network.name, shown), path)


def in_turn(answer: Mistakes, first: int) -> list[Mistake]:
    """The ``first`` mistakes, one of each diagnosis in turn, within a diagnosis the surest first."""
    ordered = sorted(answer.mistakes, key=lambda m: (-m.probability, m.key))
    turns: Counter[str] = Counter()
    keyed = []
    for mistake in ordered:
        keyed.append((turns[mistake.called], list(answer.diagnoses).index(mistake.called), mistake))
        turns[mistake.called] += 1
    return [mistake for _, _, mistake in sorted(keyed, key=lambda k: k[:2])][:first]
