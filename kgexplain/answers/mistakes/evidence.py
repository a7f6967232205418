"""The numbers that led to a diagnosis, in words."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgexplain.answers.mistakes.diagnosis import Case
from kgexplain.answers.mistakes.measures import FEW, Measures
from kgexplain.answers.mistakes.reading import Seen, WrongImage
from kgexplain.vocabulary import (
    BOTH_VISIBLE,
    OUTVOTED,
    SHARED_FEATURES,
    UNLIKE_ITS_CLASS,
    WRONG_FILTERS,
    WRONG_LABEL,
)


@dataclass(frozen=True)
class Facts:
    """What the sentences speak of: one mistake, and where all is that is known of it."""

    measures: Measures
    row: int
    image: WrongImage
    strongest: int | None
    hypernym: str | None
    relations: tuple[str, ...]
    case: Case

    @property
    def seen(self) -> Seen:
        """What the graph knows of the run."""
        return self.measures.seen

    def name(self, class_: int) -> str:
        """What the class is called."""
        return self.seen.names[class_]


def sentences(facts: Facts, diagnosis: NamedNode) -> Iterator[str]:
    """First how the diagnosis reads the image, then the numbers."""
    yield _reading(facts, diagnosis)
    active = int(facts.seen.active[facts.row].sum())
    yield f"Of {active} active filters, {_support(facts, facts.image.true)}, {_support(facts, facts.image.predicted)}."
    yield _network(facts)
    kin = _kin(facts)
    if kin:
        yield kin


def _reading(facts: Facts, diagnosis: NamedNode) -> str:
    true, predicted = facts.name(facts.image.true), facts.name(facts.image.predicted)
    strongest = facts.name(facts.strongest) if facts.strongest is not None else ""
    return {
        WRONG_LABEL: f"The image looks like {predicted} and hardly like {true}.",
        BOTH_VISIBLE: f"Features of {true} and of {predicted} are found.",
        SHARED_FEATURES: f"{true} and {predicted} are neighbours.",
        OUTVOTED: f"Features of {true} are found, and the network decided for {predicted}.",
        WRONG_FILTERS: f"What is found is {strongest}, not {true}.",
        UNLIKE_ITS_CLASS: f"The image is unlike other images of {true}.",
    }.get(diagnosis) or _missing(facts)


def _missing(facts: Facts) -> str:
    true = facts.name(facts.image.true)
    if not facts.seen.tagged[facts.image.true]:
        return f"{true} tags no filter, so its features cannot be looked for."
    if math.isnan(facts.case.presence_true):
        return f"The tags of {true} do not tell its images from others."
    return f"Features of {true} are found less than usual, yet not so little that it tells."


def _support(facts: Facts, class_: int) -> str:
    """How many filters carry the class's tag, beside what is usual."""
    name = facts.name(class_)
    if not facts.seen.tagged[class_]:
        return f"none can be tagged {name}, which carries no tags"
    support = int(facts.seen.support[facts.row, class_])
    measures, usual = facts.measures, facts.seen.usual
    own, other = measures.own[class_], usual.other[class_]
    place = int(measures.places[facts.row, class_])
    whose = "its own images" if usual.right[class_] >= FEW else "images of their own class"
    usually = (
        f" (usually {own:.0f} on {whose}, {other:.0f} on others)"
        if math.isfinite(own) and math.isfinite(other)
        else ""
    )
    return f"{support} are tagged {name}{usually}" + (f", place {place} of all tags" if place else "")


def _network(facts: Facts) -> str:
    image = facts.image
    return (
        f"The network gives {facts.name(image.predicted)} {image.probability:.0%} and {facts.name(image.true)} "
        f"{image.true_probability:.0%}, place {image.true_place}."
    )


def _kin(facts: Facts) -> str:
    case, parts = facts.case, []
    if facts.hypernym and math.isfinite(case.closeness):
        closer = _share(1 - case.closeness)
        parts.append(
            f"both are kinds of {facts.hypernym}, as close as or closer than {closer} of all pairs of classes"
        )
    if math.isfinite(case.sharing):
        overlap = facts.measures.overlap[facts.image.true, facts.image.predicted]
        parts.append(
            f"they share {overlap:.0%} of their filters, at least as many as {_share(1 - case.sharing)} of pairs"
        )
    if facts.relations:
        parts.append("ConceptNet: " + ", ".join(relation.rpartition("/")[2] for relation in facts.relations))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def _share(share: float) -> str:
    """A share in per cent, never rounded to all of it.

    >>> _share(0.5), _share(0.987), _share(0.9996)
    ('50%', '98.7%', '99.9%')
    """
    return f"{share:.0%}" if share < 0.9 else f"{math.floor(1000 * share) / 10}%"
