"""Why this class and not that one: the attributes that speak more for the one than for the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from kgexplain.answers.attributes.estimate import Estimate, foremost
from kgexplain.answers.attributes.merging import Group
from kgexplain.answers.attributes.sentence import clauses, grouped, listed
from kgexplain.answers.attributes.wording import article, named

# Densities are kept in single precision: thousands of them add up to 1 to about five places.
_ROUNDING = 1e-3


@runtime_checkable
class Side(Protocol):
    """A class with its attributes: a rationale of an image, or the description of a class."""

    @property
    def name(self) -> str:
        """What the class is called."""

    @property
    def speaks(self) -> bool:
        """Whether anything speaks for the class."""

    @property
    def residual(self) -> float:
        """What the attributes that are not stated add up to."""

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """The most probable attributes."""


class Difference(NamedTuple):
    """An attribute, how probable it is of both sides, and by how much more of the one that it speaks for.

    Where a side does not state the attribute, its probability is the most that it can be, and the difference the least.
    """

    estimate: Estimate
    own: float
    other: float

    @property
    def more(self) -> float:
        """p(t|x, c) − p(t|x, c')."""
        return self.own - self.other


@dataclass(frozen=True)
class Contrast:
    """What speaks for one class, for the other, and for both as much; each with the most telling first.

    ``silent`` are the names of the classes for which nothing speaks; then there is nothing to compare.
    """

    one: str
    other: str
    for_one: tuple[Difference, ...]
    for_other: tuple[Difference, ...]
    for_both: tuple[Estimate, ...]
    silent: tuple[str, ...] = ()

    def reason(self, number: int = 5) -> str:
        """Why an image is called the one and not the other, with at most so many attributes of each kind."""
        return " ".join(_reason(self, number))

    def distinction(self, number: int = 5) -> str:
        """How the two classes are told apart, with at most so many attributes of each kind."""
        return " ".join(_distinction(self, number))


def contrast(one: Side, other: Side, least: float = 0.1) -> Contrast:
    """What tells two classes apart, by p(t|x, c) − p(t|x, c').

    A difference is real if it is at least the share ``least`` of the larger of the two probabilities, and at least so
    large whatever the graph leaves unsaid: of an attribute that one side does not state, that side is given the most
    that it may have. What is stated of both sides and differs by less speaks for both.
    """
    silent = tuple(side.name for side in (one, other) if not side.speaks)
    if silent:
        return Contrast(one.name, other.name, (), (), (), silent)
    return Contrast(
        one.name,
        other.name,
        _real(one, other, least),
        _real(other, one, least),
        _shared(one, other, least),
    )


def most_unstated(side: Side) -> float:
    """The most that an attribute can have which is not stated: no more than the last of those that are the best.

    Beyond these, attributes are stated that are the best of another class; their places have gaps before them. Where
    all probabilities add up to 1, it is no more than what the rest add up to, either; where some are negative
    (``signed_l1``), they add up to less, and one attribute can have more than the rest together.
    """
    best = [
        e.probability
        for place, e in enumerate(foremost(side.estimates, len(side.estimates)), 1)
        if e.rank == place
    ]
    total = side.residual + sum(e.probability for e in side.estimates)
    bounds = [*best[-1:], *([side.residual] if total > 1 - _ROUNDING else [])]
    return max(0.0, min(bounds, default=1.0))


def _real(one: Side, other: Side, least: float) -> tuple[Difference, ...]:
    stated, bound = _by_attribute(other), most_unstated(other)
    found = (
        Difference(e, e.probability, stated[e.attribute].probability if e.attribute in stated else bound)
        for e in one.estimates
    )
    real = (d for d in found if d.own > 0 and d.more > 0 and d.more >= least * d.own)
    return tuple(sorted(real, key=lambda d: (-d.more, d.estimate.text)))


def _shared(one: Side, other: Side, least: float) -> tuple[Estimate, ...]:
    stated = _by_attribute(other)
    return tuple(
        e
        for e in foremost(one.estimates, len(one.estimates))
        if e.attribute in stated and _is_alike(e.probability, stated[e.attribute].probability, least)
    )


def _is_alike(one: float, other: float, least: float) -> bool:
    return abs(one - other) < least * max(one, other)


def _by_attribute(side: Side) -> Mapping[str, Estimate]:
    return {estimate.attribute: estimate for estimate in side.estimates}


def _reason(found: Contrast, number: int) -> Iterator[str]:
    one, other = (article(named(name)) for name in (found.one, found.other))
    if found.silent:
        yield _silence(found)
        return
    if found.for_one:
        yield f"This is {one} rather than {other} because {clauses('it', _told(found.for_one, number))}."
    else:
        yield f"Nothing speaks more for {one} than for {other}."
    if found.for_other:
        yield f"What speaks more for {other}: {_texts(_told(found.for_other, number))}."
    if found.for_both:
        yield f"What speaks for both as much: {_texts(grouped(found.for_both[:number]))}."


def _distinction(found: Contrast, number: int) -> Iterator[str]:
    one, other = (article(named(name)) for name in (found.one, found.other))
    if found.silent:
        yield _silence(found)
        return
    sides = [
        f"{this} from {that} by {_texts(_told(differences, number))}"
        for this, that, differences in ((one, other, found.for_one), (other, one, found.for_other))
        if differences
    ]
    yield f"The network tells {', and '.join(sides)}." if sides else f"Nothing tells {one} from {other}."
    if found.for_both:
        yield f"The network knows both by {_texts(grouped(found.for_both[:number]))}."


def _silence(found: Contrast) -> str:
    names = " or ".join(article(named(name)) for name in found.silent)
    return f"Nothing speaks for {names}, so there is nothing to compare."


def _told(differences: tuple[Difference, ...], number: int) -> tuple[Group, ...]:
    return grouped(difference.estimate for difference in differences[:number])


def _texts(said: tuple[Group, ...]) -> str:
    return listed([group.text for group in said])
