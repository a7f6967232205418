"""Explain a network: run explainers over labelled images, and write what they find into a graph."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.activations.evidence import Evidence
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.errors import InputError
from kgexplain.evaluation.hits import class_statements, hits, tag_hits
from kgexplain.evaluation.hits import statements as hit_statements
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.explainer import Explainer, Finding, about, run
from kgexplain.explainers.filtag import FilTag
from kgexplain.explainers.filtag_dump import read_dump
from kgexplain.graph.description import described
from kgexplain.graph.provenance import Outcome, Pictures, Run, StoredArray, Value, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.architecture import Architecture
from kgexplain.inputs.classes import read_classes
from kgexplain.inputs.images import Images, open_images
from kgexplain.inputs.network import Network
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.linking import known_wnids
from kgexplain.vocabulary import Statement
from kgexplain.workflow.beside import Beside, fingerprint
from kgexplain.workflow.link import write_links

log = logging.getLogger("kgexplain")


@dataclass(frozen=True)
class Plan:
    """How a network is explained, apart from the explainers' own parameters.

    ``hold_out`` is the share of each class that is not used for tagging but to test the tags, chosen with ``seed``.
    ``files`` is the folder of what is kept beside the graph; None puts it beside the store. ``evidence`` is the
    folder of finished passes; None puts it into ``files``. ``save_every`` so many seconds an unfinished pass is saved,
    to go on from there when it is interrupted; 0 is after each batch.
    """

    recording: Recording = field(default_factory=Recording)
    hold_out: float = 0.0
    seed: int = 0
    files: Path | None = None
    evidence: Path | None = None
    save_every: float = 20.0

    def __post_init__(self) -> None:
        if not 0 <= self.hold_out < 1:
            raise InputError(
                f"hold_out is {self.hold_out}; it is a share and must be at least 0 and less than 1"
            )
        if not self.save_every >= 0:
            raise InputError(f"save_every is {self.save_every}; it is in seconds and must be at least 0")

    def options(self) -> dict[str, str | int | float]:
        """What the graph says of it."""
        return {
            "place": self.recording.place,
            "batch_size": self.recording.batch_size,
            "hold_out": self.hold_out,
            "seed": self.seed,
        }


def explain(
    network: Network,
    images: Images | str | Path,
    explainers: Sequence[Explainer],
    store: Store,
    plan: Plan | None = None,
) -> tuple[str, ...]:
    """Run explainers over labelled images and write what they find; the IRIs of the runs, one for each explainer.

    Each run owns one named graph, which a second run of the same explainer, network and images replaces, whole or
    not at all. The network, its classes' synsets and what WordNet says of them have graphs of their own.
    """
    opened = images if isinstance(images, Images) else open_images(images, network.classes)
    if not _labelled(opened) and any(isinstance(explainer, FilTag) for explainer in explainers):
        raise InputError(
            f"{opened.name}: none of its images has a class; sort them into folders named by class"
        )
    session = _Session(network, opened, store, plan or Plan())
    place = session.plan.recording.place
    if place != "activation" and any(isinstance(explainer, AttributeDensity) for explainer in explainers):
        raise InputError(
            f"place is {place!r}: attributes are learned of what the rest of the network sees of a filter; leave place out"
        )
    findings = run(network, session.tagging, explainers, session.plan.recording, session.begin, opened)
    _readable(session.tagging, findings)
    write_network(store, network.architecture)
    return tuple(session.write(finding) for finding in findings)


def _readable(images: Images, findings: Sequence[Finding]) -> None:
    """Refuses images of which none (none with a class, if some have one) could be read: there is nothing to explain by."""
    labelled = _labelled(images)
    keys = labelled or [photograph.key for photograph in images.photographs]
    for finding in findings:
        skipped = {s.key: s.reason for s in finding.progress.skipped}
        if skipped and all(key in skipped for key in keys):
            which = "image with a class" if labelled else "image"
            raise InputError(f"{images.name}: no {which} can be read; {keys[0]}: {skipped[keys[0]]}")


def _labelled(images: Images) -> list[str]:
    return [photograph.key for photograph in images.photographs if photograph.label >= 0]


def import_dump(
    path: Path, classes: str, store: Store, layer: str = "conv5_3", network: str = "vgg16"
) -> str:
    """Write the published dump of FilTag's authors into a graph, as the tags of one layer; the run's IRI."""
    dump = read_dump(path, read_classes(classes), layer, network)
    for ambiguous in dump.ambiguous:
        log.warning("%s is the name of several classes; its tags are not linked to a synset", ambiguous)
    write_network(store, dump.architecture)
    now = datetime.now(UTC)
    source = Pictures(path.name, dump.digest, 0)
    tags = sum(len(classes_) for classes_ in dump.tags)
    outcome = Outcome(tags_selected=tags, tags_stated=tags)
    told = Run("filtag-dump", dump.architecture, source, now, now, __version__, outcome=outcome)
    store.replace(NamedNode(told.iri), chain(dump.statements(told.iri), provenance(told)))
    return told.iri


def write_network(store: Store, architecture: Architecture) -> None:
    """The network, its classes' synsets, and what WordNet says of them, each into its own graph.

    What `kgexplain link` found out about classes without a wnid is not said anew, and so kept.
    """
    store.replace(NamedNode(architecture.document), described(architecture))
    write_links(store, architecture)
    if known_wnids(architecture) and wordnet.WORDNET not in store.graphs():
        store.replace(wordnet.WORDNET, wordnet.statements(wordnet.imagenet_wnids()))


class _Session:
    """One call of ``explain``: what its runs have in common."""

    def __init__(self, network: Network, images: Images, store: Store, plan: Plan) -> None:
        self.network = network
        self.images = images
        self.store = store
        self.plan = plan
        self.started = datetime.now(UTC)
        self.beside = Beside(store, plan.files)
        self.tagging, self.parts = images, {"tagging": images}
        if plan.hold_out:
            self.tagging, held_out = images.split(plan.hold_out, plan.seed)
            self.parts = {"tagging": self.tagging, "held-out": held_out}

    def begin(self) -> Evidence:
        """Where the passes are kept; from now on there is something beside the graph."""
        self.beside.keep_network(self.network)
        return self.evidence("tagging")

    def evidence(self, part: str) -> Evidence:
        """Where passes over a part of the images are kept."""
        of = fingerprint(self.network, self.parts[part], self.plan.recording.place)
        chosen = self.plan.evidence / part if self.plan.evidence else self.beside.evidence(part, of)
        return Evidence(chosen, of, self.plan.save_every)

    def write(self, finding: Finding) -> str:
        """A run into its graph, its arrays beside it."""
        skipped = {s.key: s.reason for s in finding.progress.skipped}
        measured = list(self._measured(finding, skipped))
        files = (
            *(self.beside.keep_arrays(finding.run, *titled) for titled in finding.conclusion.arrays.items()),
            self.beside.keep_listing(finding.run, self.parts, skipped),
        )
        for key, reason in skipped.items():
            log.warning("skipped %s: %s", key, reason)
        if (source := getattr(finding.explainer, "source", None)) is not None:
            self.beside.keep_source(finding.run, source, self.tagging)
        told = self._told(finding, files, skipped)
        self.store.replace(
            NamedNode(finding.run), chain(finding.conclusion.statements, measured, provenance(told))
        )
        log.info(
            "%d of %d %s are in the graph %s",
            finding.conclusion.stated,
            finding.conclusion.selected,
            finding.conclusion.kind,
            told.iri,
        )
        return finding.run

    def _measured(self, finding: Finding, skipped: dict[str, str]) -> Iterator[Statement]:
        """Hits@n over the images that were held out; unreadable ones among them join ``skipped``."""
        if "held-out" in self.parts and isinstance(finding.explainer, FilTag):
            statistic = tag_hits(finding.explainer, finding.conclusion.arrays["scores"])
            evidence = self.evidence("held-out")
            progress = one_pass(
                self.network, self.parts["held-out"], [statistic], self.plan.recording, evidence
            )
            skipped.update((s.key, s.reason) for s in progress.skipped)
            yield from hit_statements(hits(statistic), finding.run)
            yield from class_statements(statistic, self.network.architecture, finding.run)

    def _told(self, finding: Finding, files: tuple[StoredArray, ...], skipped: dict[str, str]) -> Run:
        """The run as the graph speaks of it."""
        explainer = finding.explainer
        read = {p.label for p in self.tagging.photographs if p.key not in skipped}
        without = tuple(c.index for c in self.network.classes if c.index not in read)
        found = finding.conclusion
        tags = (found.selected, found.stated) if found.kind == "tags" else (None, None)
        held_out = len(self.images.photographs) - len(self.tagging.photographs)
        unmatched = tuple(str(folder) for folder in self.images.unmatched)
        tagging = len(self.tagging.photographs)
        return Run(
            method=explainer.name,
            network=self.network.architecture,
            images=Pictures(self.images.name, self.images.digest, tagging, held_out, unmatched),
            started=self.started,
            ended=datetime.now(UTC),
            version=__version__,
            options={explainer.name: _parameters(explainer), "explain": self.plan.options()},
            source=self.network.source,
            truthy_k=getattr(explainer, "truthy_k", None),
            outcome=Outcome(skipped, without, files, *tags),
            about=about(explainer),
        )


def _parameters(explainer: Explainer) -> dict[str, Value]:
    """What the graph says of an explainer's fields: of where its source lies, the name only."""
    fields: dict[str, Value] = asdict(explainer)  # type: ignore[call-overload]
    return {name: Path(str(value)).name if name == "source" else value for name, value in fields.items()}
