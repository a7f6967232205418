"""Why a network calls each of many photographs what it does: one pass, rationales into the graph, what they are worth."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.activations.contributions import Contributions, Weighed, weights
from kgexplain.activations.evidence import Evidence, Progress
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.answers.attributes.mistaken import Mistaken, mistaken
from kgexplain.errors import InputError
from kgexplain.evaluation.figures import Figure
from kgexplain.evaluation.figures import statements as figure_statements
from kgexplain.explainers.densities import positive_share
from kgexplain.explainers.rationale import Reasons
from kgexplain.graph.provenance import Outcome, Pictures, Run, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.images import Images, open_images
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import Statement
from kgexplain.workflow.beside import fingerprint
from kgexplain.workflow.mistakes import ALL, HELD_OUT, held_out
from kgexplain.workflow.narrator import Narrator
from kgexplain.workflow.worth import Told, truth, worth

log = logging.getLogger("kgexplain")


@dataclass(frozen=True)
class Round:
    """How the photographs of a set are gone through.

    ``part`` is ``all`` images, or those ``held-out`` from the run that learned the attributes. Of each rationale, the
    ``reasons`` most probable attributes become statements. ``source`` says what the photographs really show; None is
    what the attributes were learned from. ``parts`` is a folder as Caltech-UCSD Birds with the places of parts; None
    leaves grounding unmeasured. ``files`` is the folder of what is kept beside the graph, ``evidence`` that of passes.
    """

    part: str = ALL
    reasons: int = 10
    batch_size: int = 16
    source: Path | None = None
    parts: Path | None = None
    files: Path | None = None
    evidence: Path | None = None
    save_every: float = 20.0

    def __post_init__(self) -> None:
        if self.part not in (ALL, HELD_OUT):
            raise InputError(f"part is {self.part!r}; it must be {ALL} or {HELD_OUT}")
        if self.reasons < 1:
            raise InputError(f"reasons is {self.reasons}; it must be at least 1")


@dataclass(frozen=True, eq=False)
class Narrated:
    """What was told of a set of photographs: the mistakes with both rationales, and what the attributes are worth."""

    run: str
    images: Images
    network: Network
    mistaken: tuple[Mistaken, ...]
    figures: tuple[Figure, ...]
    seen: int
    labelled: int
    right: int

    @property
    def overall(self) -> tuple[Figure, ...]:
        """The figures over all attributes, without those of each."""
        return tuple(figure for figure in self.figures if not figure.attribute)

    @property
    def sentence(self) -> str:
        """What was told, and where its statements are."""
        right = (
            f", of the {self.labelled} with a known class {self.right} predicted right"
            if self.labelled
            else ""
        )
        return f"{self.seen} images{right}; their rationales are in the graph {self.run}."


def rationales(
    images: Images | str | Path, store: Store, network: Network | None = None, how: Round = Round()
) -> Narrated:
    """Tell why the network calls each photograph what it does, and measure how true that is.

    For each photograph there is a rationale of the predicted class, and of its true class if that is another and known.
    The run's graph replaces that of an earlier run over the same images.
    """
    narrator = Narrator(store, network, how.files)
    chosen = _chosen(images, narrator, how)
    true = truth(narrator, chosen, how.source, how.parts)
    started = datetime.now(UTC)
    shown, progress = _pass(narrator, chosen, how)
    run = _told(narrator, chosen, how, started, progress)
    node = NamedNode(run.iri)
    store.replace(node, chain(_statements(narrator, chosen, run.iri, shown, how), provenance(run)))
    figures = tuple(worth(narrator, chosen, _all(narrator, run.iri, shown, how), true))
    store.add(node, figure_statements(figures, run.iri))
    return Narrated(
        run.iri,
        chosen,
        narrator.network,
        tuple(mistaken(store, run.iri)),
        figures,
        len(shown.keys),
        int((shown.labels >= 0).sum()),
        int((shown.labels == shown.predicted).sum()),
    )


def _chosen(images: Images | str | Path, narrator: Narrator, how: Round) -> Images:
    opened = images if isinstance(images, Images) else open_images(images, narrator.network.classes)
    for unmatched in opened.unmatched:
        log.warning("left out %s: no class of %s", unmatched, narrator.network.name)
    if how.part == HELD_OUT:
        return held_out(opened, narrator.run.run, narrator.store, narrator.beside)
    return opened


def _pass(narrator: Narrator, images: Images, how: Round) -> tuple[Weighed, Progress]:
    shown = Contributions(narrator.network, narrator.head)
    of = fingerprint(narrator.network, images, "activation")
    folder = how.evidence or narrator.beside.evidence("rationales", of)
    evidence = Evidence(folder, of, how.save_every)
    progress = one_pass(narrator.network, images, [shown], Recording(batch_size=how.batch_size), evidence)
    for skipped in progress.skipped:
        log.warning("skipped %s: %s", skipped.key, skipped.reason)
    if not len(shown.images.keys):
        first = progress.skipped[0]
        raise InputError(f"{images.name}: no image can be read; {first.key}: {first.reason}")
    return shown.images, progress


def _statements(
    narrator: Narrator, images: Images, run: str, shown: Weighed, how: Round
) -> Iterator[Statement]:
    made = narrator.rationales(run, how.reasons)
    for row, key in enumerate(shown.keys.tolist()):
        predicted, true = int(shown.predicted[row]), int(shown.labels[row])
        classes = (predicted, true) if true not in (-1, predicted) else (predicted,)
        added = shown.pooled[row] * weights(narrator.head, shown, row)[: len(classes)]
        yield from made.statements(
            Reasons(
                key=key,
                image=images.image(key),
                predicted=predicted,
                probability=float(shown.probabilities[row]),
                classes=classes,
                contributions=added,
                weights_by=narrator.weights_by,
                label=None if true < 0 else true,
            )
        )


def _all(narrator: Narrator, run: str, shown: Weighed, how: Round) -> Told:
    """p(t|x, c) of each image and its predicted class."""
    rows = [shown.pooled[row] * weights(narrator.head, shown, row)[0] for row in range(len(shown.keys))]
    added = np.stack(rows)
    densities = narrator.rationales(run).densities(added)
    return Told(run, shown, densities, positive_share(added) > 0, how.reasons)


def _told(narrator: Narrator, images: Images, how: Round, started: datetime, progress: Progress) -> Run:
    return Run(
        "rationales",
        narrator.network.architecture,
        Pictures(images.name, images.digest, 0, len(images.photographs), tuple(map(str, images.unmatched))),
        started,
        datetime.now(UTC),
        __version__,
        {"rationales": {"attributes": narrator.run.run, **_options(how)}},
        narrator.network.source,
        outcome=Outcome(skipped={s.key: s.reason for s in progress.skipped}),
        about=narrator.method.about,
    )


def _options(how: Round) -> dict[str, str | int | None]:
    """What the graph says of the round: of what was compared with, the names only."""
    names = {
        name: path.name if path else None for name, path in (("source", how.source), ("parts", how.parts))
    }
    return {"part": how.part, "reasons": how.reasons, **names}
