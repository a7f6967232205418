"""Rank the concepts of images and of classes: one pass, lists into the graph, what they are worth beside chance."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int
from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.activations.evidence import Evidence, Progress
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.activations.rows import PooledRows, Seen
from kgexplain.activations.weighing import Weighing
from kgexplain.answers.concepts.filters import ConceptRun, concept_run
from kgexplain.errors import InputError
from kgexplain.evaluation.concept_precision import (
    Chance,
    Precision,
    by_lot,
    class_statements,
    classifier_figures,
    figures,
    precisions,
)
from kgexplain.evaluation.figures import Figure
from kgexplain.evaluation.figures import statements as figure_statements
from kgexplain.explainers.ranked import Classes, Picture, Ranked
from kgexplain.explainers.ranking import (
    GRADIENT,
    Classifier,
    Lists,
    Ranking,
    classifier,
    importances,
    ranked,
)
from kgexplain.graph.provenance import Outcome, Pictures, Run, Value, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.images import Images, open_images
from kgexplain.inputs.labelled import labelled
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import CLASS_WITH_FEW_IMAGES, Statement
from kgexplain.workflow.beside import Beside, fingerprint
from kgexplain.workflow.representing import Representing, representing

log = logging.getLogger("kgexplain")

NETWORKS, OWN = "network", "own"


@dataclass(frozen=True)
class Course:
    """How the photographs of a set are gone through.

    ``classes`` says what their labels are: the ``network``'s classes, or the set's ``own``. ``labels`` is the run that
    says what filters stand for; none = the newest. ``drawings`` is how many times chance is drawn. ``files`` is the
    folder of what is kept beside the graph, ``evidence`` that of passes.
    """

    classes: str = NETWORKS
    labels: str = ""
    drawings: int = 10_000
    batch_size: int = 16
    files: Path | None = None
    evidence: Path | None = None
    save_every: float = 20.0

    def __post_init__(self) -> None:
        if self.classes not in (NETWORKS, OWN):
            raise InputError(f"classes is {self.classes!r}; it must be {NETWORKS} or {OWN}")
        Chance(self.drawings)


@dataclass(frozen=True, eq=False)
class RankedConcepts:
    """What was ranked: concepts of images and of classes, the classifier, and what the lists are worth."""

    run: str
    classes: Classes
    seen: Seen
    representing: Representing
    learned: Classifier
    of_images: Lists
    of_classes: Lists
    precisions: tuple[Precision, ...]
    figures: tuple[Figure, ...]

    @property
    def named(self) -> list[tuple[str, list[str]]]:
        """Each class's name, with the names of its concepts, the most important first."""
        concepts = self.representing.concepts
        rows = zip(self.learned.classes.tolist(), self.of_classes.concepts.tolist(), strict=True)
        return [
            (self.classes.name(class_), [concepts[i].name for i in row if i >= 0]) for class_, row in rows
        ]

    @property
    def sentence(self) -> str:
        """What was ranked, how far the classifier may be believed, and where the statements are."""
        unseen = self.learned.predicted >= 0
        right = float(np.mean(self.learned.right))
        converged = "converged" if self.learned.has_converged else "did not converge"
        return (
            f"{len(self.seen.keys)} images, {len(self.learned.classes)} classes, {self.representing.standing} of "
            f"{len(self.representing.concept_of)} filters stand for {len(self.representing.concepts)} concepts; a linear "
            f"classifier is right on {right:.1%} of {unseen.sum()} images that it did not see, and {converged}. "
            f"The statements are in the graph {self.run}."
        )


def rank(
    images: Images | str | Path,
    store: Store,
    network: Network | None = None,
    method: Ranking = Ranking(),  # noqa: B008  (frozen)
    course: Course = Course(),
    own: Sequence[OutputClass] = (),
) -> RankedConcepts:
    """Rank concepts of labelled photographs and of their classes, and measure how well the lists agree.

    What filters stand for comes from the graph. ``network`` is by default the one that this was found out of, opened
    again as it was opened then. ``own`` are the classes of ``images`` that are open already and have classes of their
    own. The run's graph replaces that of an earlier run over the same images.
    """
    task = _task(images, store, network, method, course, own)
    started = datetime.now(UTC)
    seen, progress = _pass(task)
    labels = task.labels(seen)
    learned = classifier(method, seen.pooled, labels)
    spread = seen.pooled[labels >= 0].std(0, dtype=np.float64)
    important = importances(method, learned.coefficients, spread, task.gradients(seen, labels, learned))
    concept_of = task.representing.concept_of
    of_images = ranked(seen.pooled, concept_of, method.local_filters, method.concepts)
    of_classes = ranked(important, concept_of, method.global_filters, method.concepts)
    chance = Chance(course.drawings, method.seed)
    lot = by_lot(concept_of, (method.local_filters, method.global_filters), chance)
    found = precisions(of_images, labels, of_classes, learned.classes, lot, chance)
    measured = (*figures(found), *classifier_figures(learned))
    run = _told(task, started, progress, important)
    made = RankedConcepts(
        run.iri, task.classes, seen, task.representing, learned, of_images, of_classes, found, measured
    )
    store.replace(NamedNode(run.iri), chain(_statements(task, made, labels), provenance(run)))
    return made


@dataclass(frozen=True, eq=False)
class _Task:
    """What is ranked, and by what."""

    store: Store
    beside: Beside
    source: ConceptRun
    network: Network
    images: Images
    classes: Classes
    representing: Representing
    method: Ranking
    course: Course
    weighing: Weighing | None

    def labels(self, seen: Seen) -> Int[np.ndarray, " images"]:
        """The class of each image that was seen."""
        labels = {photograph.key: photograph.label for photograph in self.images.photographs}
        return np.array([labels[key] for key in seen.keys.tolist()], dtype=np.int64)

    def gradients(
        self, seen: Seen, labels: Int[np.ndarray, " images"], learned: Classifier
    ) -> Float[np.ndarray, "classes filters"] | None:
        """Those of the network's score of each class, if they are asked for."""
        if self.weighing is None:
            return None
        classes = learned.classes.tolist()
        if self.classes.are_own:
            return self.weighing.by_predictions(labels, seen.predicted, classes)
        return self.weighing.by_classes(labels, classes)


def _task(
    images: Images | str | Path,
    store: Store,
    network: Network | None,
    method: Ranking,
    course: Course,
    own: Sequence[OutputClass],
) -> _Task:
    beside = Beside(store, course.files)
    whose = network.architecture.document if network else None
    source = concept_run(store, method.measure, whose, course.labels)
    opened = network or beside.network(source.network_name, source.network_digest)
    photographs, classes = _sorted(images, opened, course, tuple(own))
    found = representing(store, source, opened, method)
    weighing = Weighing(opened, found.layers) if method.importance == GRADIENT else None
    return _Task(store, beside, source, opened, photographs, classes, found, method, course, weighing)


def _sorted(
    images: Images | str | Path, network: Network, course: Course, own: tuple[OutputClass, ...]
) -> tuple[Images, Classes]:
    """The photographs, and the classes that they are sorted into."""
    if isinstance(images, Images):
        opened = images
    elif course.classes == OWN:
        opened, own = labelled(images)
    else:
        opened = open_images(images, network.classes)
    for unmatched in opened.unmatched:
        log.warning("left out %s: no class of %s", unmatched, network.name)
    return opened, Classes(network.architecture, own, opened.document)


def _pass(task: _Task) -> tuple[Seen, Progress]:
    """Each image seen once; the labels of classes that the network does not know are kept from it."""
    course, images = task.course, task.images
    if task.classes.are_own:
        unknown = tuple(replace(photograph, label=-1) for photograph in images.photographs)
        images = replace(images, photographs=unknown)
    rows = PooledRows(task.representing.filters)
    statistics = [rows, *(task.weighing.statistics if task.weighing else ())]
    of = fingerprint(task.network, images, task.source.place)
    evidence = Evidence(course.evidence or task.beside.evidence("ranking", of), of, course.save_every)
    recording = Recording(task.source.place, course.batch_size)
    progress = one_pass(task.network, images, statistics, recording, evidence)
    for skipped in progress.skipped:
        log.warning("skipped %s: %s", skipped.key, skipped.reason)
    seen = rows.images
    if not len(seen.keys):
        first = progress.skipped[0]
        raise InputError(f"{images.name}: no image can be read; {first.key}: {first.reason}")
    return seen, progress


def _statements(task: _Task, made: RankedConcepts, labels: Int[np.ndarray, " images"]) -> Iterator[Statement]:
    said = Ranked(made.run, task.classes, task.representing.concepts, task.method.truthy_k)
    columns = (made.seen.keys, made.seen.predicted, made.seen.probabilities, labels)
    pictures = [
        Picture(key, task.images.image(key), predicted, probability, label)
        for key, predicted, probability, label in zip(*(c.tolist() for c in columns), strict=True)
    ]
    yield from said.described()
    yield from said.images(pictures, made.of_images)
    yield from said.of_classes(made.learned.classes.tolist(), made.of_classes)
    yield from figure_statements(made.figures, made.run)
    yield from class_statements(made.precisions, task.classes.class_, made.run)
    for index in sorted(set(labels.tolist()) - {-1} - set(made.learned.classes.tolist())):
        images = int((labels == index).sum())
        log.warning("%s has no concepts: %d images, fewer than folds", task.classes.name(index), images)
        yield Statement(NamedNode(made.run), CLASS_WITH_FEW_IMAGES, task.classes.class_(index))


def _told(
    task: _Task, started: datetime, progress: Progress, important: Float[np.ndarray, "classes filters"]
) -> Run:
    images, unmatched = task.images, tuple(map(str, task.images.unmatched))
    run = Run(
        "ranking",
        task.network.architecture,
        Pictures(images.name, images.digest, len(images.photographs), 0, unmatched),
        started,
        datetime.now(UTC),
        __version__,
        {"ranking": {"labels": task.source.run, **_options(task)}, "explain": {"place": task.source.place}},
        task.network.source,
        task.method.truthy_k,
        of=task.source.run,
    )
    kept = task.beside.keep_arrays(run.iri, "importances", task.representing.by_layer(important))
    outcome = Outcome({skipped.key: skipped.reason for skipped in progress.skipped}, arrays=(kept,))
    return replace(run, outcome=outcome)


def _options(task: _Task) -> dict[str, Value]:
    """What the graph says of the method and of the pass."""
    classes = {"classes": task.course.classes, "drawings": task.course.drawings}
    return asdict(task.method) | classes
