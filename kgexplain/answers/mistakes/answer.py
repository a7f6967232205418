"""The mistakes of a run, each with its diagnosis and evidence; what they have in common over the data set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from pyoxigraph import NamedNode

from kgexplain.answers.mistakes.diagnosis import LABELS, Case, Thresholds, diagnosis
from kgexplain.answers.mistakes.evidence import Facts, sentences
from kgexplain.answers.mistakes.kinship import Kinship, concept_relations
from kgexplain.answers.mistakes.measures import Measures, hits
from kgexplain.answers.mistakes.reading import Seen, WrongImage, seen
from kgexplain.answers.mistakes.summary import (
    Confusion,
    Responsible,
    Variety,
    confusions,
    responsible,
    variety,
)
from kgexplain.graph.store import Store

AT = (1, 5, 10, 50)
Stated: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
"""What ConceptNet states from a class to a class or synset, by their IRIs."""


class Counts(NamedTuple):
    """How many of an image's active filters are tagged with which of the two classes."""

    true: int
    predicted: int
    both: int
    neither: int


@dataclass(frozen=True)
class Mistake:
    """One misclassified image: who speaks for what, how the classes are related, and the diagnosis.

    Tag places and presences are those of the true and of the predicted class; a place is None where no active filter
    carries the tag, a presence where tags do not tell.
    """

    image: str
    key: str
    true: str
    predicted: str
    probability: float
    true_probability: float
    true_place: int
    counts: Counts
    tag_places: tuple[int | None, int | None]
    presences: tuple[float | None, float | None]
    strongest: str | None
    strongest_iri: str | None
    hypernym: str | None
    hypernym_iri: str | None
    distance: int | None
    relations: tuple[str, ...]
    diagnosis: NamedNode
    evidence: str

    @property
    def called(self) -> str:
        """The diagnosis in words."""
        return LABELS[self.diagnosis]


@dataclass(frozen=True)
class Mistakes:
    """All mistakes of a run over labelled images, by key, and what they have in common.

    ``hits_true`` and ``hits_predicted`` are Hits@n of the mistakes, by n; ``untagged`` are the mistakes whose
    predicted class tags no filter, ``beyond`` those whose true class tags none.
    """

    images: int
    right: int
    mistakes: tuple[Mistake, ...]
    confusions: tuple[Confusion, ...]
    responsible: tuple[Responsible, ...]
    variety: tuple[Variety, ...]
    hits_true: Mapping[int, float]
    hits_predicted: Mapping[int, float]
    untagged: int
    beyond: int
    classes: int
    tagged: int

    @property
    def diagnoses(self) -> dict[str, int]:
        """How many mistakes have each diagnosis, all diagnoses in their order."""
        return {label: sum(m.diagnosis == name for m in self.mistakes) for name, label in LABELS.items()}


def mistakes(store: Store, run: str, tagging: str, thresholds: Thresholds = Thresholds()) -> Mistakes:  # noqa: B008  (frozen)
    """What the graph knows of the mistakes of ``run``, by the tags of the run ``tagging``."""
    known = seen(store, run, tagging)
    measures, kinship = Measures(known), Kinship(known.hierarchy)
    judge = _Judge(measures, kinship, concept_relations(store, run), thresholds)
    found = tuple(judge.mistake(row, image) for row, image in enumerate(known.images))
    hits_true, hits_predicted = (
        _hits(known, [getattr(i, of) for i in known.images]) for of in ("true", "predicted")
    )
    presences = [mistake.presences[0] for mistake in found]
    missing = np.array([p is not None and p < thresholds.found for p in presences], dtype=bool)
    return Mistakes(
        images=int(known.usual.seen.sum()),
        right=int(known.usual.right.sum()),
        mistakes=found,
        confusions=confusions(known, kinship),
        responsible=responsible(known),
        variety=variety(known, measures, missing),
        hits_true=hits_true,
        hits_predicted=hits_predicted,
        untagged=sum(not known.tagged[i.predicted] for i in known.images),
        beyond=sum(not known.tagged[i.true] for i in known.images),
        classes=len(known.classes),
        tagged=int(known.tagged.sum()),
    )


def _hits(known: Seen, classes: list[int]) -> dict[int, float]:
    """Hits@n over the mistakes; none where there are no mistakes."""
    if not classes:
        return {}
    figures = hits(known.support, np.array(classes), AT).mean(1)
    return dict(zip(AT, figures.tolist(), strict=True))


class _Judge:
    """Judges one mistake after another, with what all of them share."""

    def __init__(self, measures: Measures, kinship: Kinship, stated: Stated, thresholds: Thresholds) -> None:
        self.seen = measures.seen
        self.measures = measures
        self.kinship = kinship
        self.thresholds = thresholds
        self.iris = list(self.seen.classes.names)
        self.stated = stated
        self._pairs: dict[tuple[int, int], tuple[int | None, tuple[str, ...]]] = {}

    def mistake(self, row: int, image: WrongImage) -> Mistake:
        """The mistake of this row."""
        t, p = image.true, image.predicted
        distance, relations = self._pair(t, p)
        strongest = self._strongest(row)
        case = self._case(row, image, strongest)
        found = diagnosis(case, self.thresholds)
        counts = self._counts(row, t, p)
        common = self.kinship.common(t, p)
        hypernym = self.seen.hierarchy.labels.get(common) if common else None
        facts = Facts(self.measures, row, image, strongest, hypernym, relations, case)
        names = self.seen.names
        return Mistake(
            image=image.iri,
            key=image.key,
            true=names[t],
            predicted=names[p],
            probability=image.probability,
            true_probability=image.true_probability,
            true_place=image.true_place,
            counts=counts,
            tag_places=(int(self.measures.places[row, t]) or None, int(self.measures.places[row, p]) or None),
            presences=(_known(self.measures.presence[row, t]), _known(self.measures.presence[row, p])),
            strongest=None if strongest is None else names[strongest],
            strongest_iri=None if strongest is None else self.iris[strongest],
            hypernym=hypernym,
            hypernym_iri=common,
            distance=distance,
            relations=relations,
            diagnosis=found,
            evidence=" ".join(sentences(facts, found)),
        )

    def _counts(self, row: int, true: int, predicted: int) -> Counts:
        active = self.seen.active[row]
        of_true, of_predicted = (active & self.seen.tags[c] for c in (true, predicted))
        both = int((of_true & of_predicted).sum())
        neither = int((active & ~of_true & ~of_predicted).sum())
        return Counts(int(of_true.sum()) - both, int(of_predicted.sum()) - both, both, neither)

    def _strongest(self, row: int) -> int | None:
        presence = self.measures.presence[row]
        return int(np.nanargmax(presence)) if np.isfinite(presence).any() else None

    def _case(self, row: int, image: WrongImage, strongest: int | None) -> Case:
        m, t, p = self.measures, image.true, image.predicted
        nan = float("nan")
        deviation = m.deviation[t]
        return Case(
            presence_true=float(m.presence[row, t]),
            presence_predicted=float(m.presence[row, p]),
            presence_strongest=nan if strongest is None else float(m.presence[row, strongest]),
            place_predicted=int(m.places[row, p]),
            probability=image.probability,
            usual_probability=m.usual_probability,
            true_probability=image.true_probability,
            true_place=image.true_place,
            closeness=float(self.kinship.closeness[t, p]),
            strongest_closeness=nan if strongest is None else float(self.kinship.closeness[t, strongest]),
            sharing=float(m.sharing[t, p]),
            strongest_sharing=nan if strongest is None else float(m.sharing[t, strongest]),
            below=float((m.own[t] - self.seen.support[row, t]) / deviation) if deviation > 0 else nan,
        )

    def _pair(self, true: int, predicted: int) -> tuple[int | None, tuple[str, ...]]:
        pair = (true, predicted)
        if pair not in self._pairs:
            relations = self._relations(true, predicted) | self._relations(predicted, true)
            self._pairs[pair] = self.kinship.distance(*pair), tuple(sorted(relations))
        return self._pairs[pair]

    def _relations(self, one: int, other: int) -> set[str]:
        """The relations that ConceptNet states from one class to another; a graph without ConceptNet has none."""
        names = (self.iris[other], *self.seen.classes.concepts.get(self.iris[other], ()))
        return set().union(*(self.stated.get((self.iris[one], name), ()) for name in names))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
