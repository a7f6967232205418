"""How probable attributes are, as statements: of a filter, of a class, of an image that is called a class."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Int
from pyoxigraph import Literal, NamedNode

from kgexplain.inputs.attributes import Phrase
from kgexplain.vocabulary import (
    ADJECTIVE,
    ATTRIBUTE,
    ATTRIBUTE_ESTIMATE,
    ESTIMATED,
    HAS_ATTRIBUTE,
    NOUN,
    PREF_LABEL,
    PROBABILITY,
    RANK,
    RESIDUAL,
    A,
    Statement,
    attribute,
    name,
)

Value = TypeVar("Value")


class Made(dict[int, Value]):
    """What is made of a number when it is first asked for.

    >>> squares = Made(lambda number: number**2)
    >>> squares[3], dict(squares)
    (9, {3: 9})
    """

    def __init__(self, make: Callable[[int], Value]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, number: int) -> Value:
        value = self[number] = self.make(number)
        return value


class Terms:
    """What attributes are called in a graph: made once, as each is said of many filters, and only if it is said."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = phrases
        self.iris = Made(lambda index: attribute(phrases[index].text))
        self.names = Made(lambda index: name(phrases[index].text))
        self.ranks = Made(Literal)

    def described(self, index: int) -> Iterator[Statement]:
        """An attribute with its words."""
        iri, phrase = self.iris[index], self.phrases[index]
        yield Statement(iri, A, ATTRIBUTE)
        yield Statement(iri, PREF_LABEL, Literal(phrase.text))
        if phrase.adjective:
            yield Statement(iri, ADJECTIVE, Literal(phrase.adjective))
        yield Statement(iri, NOUN, Literal(phrase.noun))

    def estimates(
        self,
        subject: NamedNode,
        stem: NamedNode,
        density: Float[np.ndarray, " attributes"],
        chosen: Int[np.ndarray, " chosen"],
        places: Int[np.ndarray, " chosen"] | None = None,
    ) -> Iterator[Statement]:
        """The subject's estimates of chosen attributes, with their places among all, and what the rest sum to.

        Nodes are named after ``stem`` and the attribute's words. Without ``places`` the chosen are the first.
        """
        prefix = stem.value
        if places is None:
            places = np.arange(1, len(chosen) + 1)
        for index, value, place in zip(
            chosen.tolist(), density[chosen].tolist(), places.tolist(), strict=True
        ):
            node = NamedNode(f"{prefix}--{self.names[index]}")
            yield Statement(subject, HAS_ATTRIBUTE, node)
            yield Statement(node, A, ATTRIBUTE_ESTIMATE)
            yield Statement(node, ESTIMATED, self.iris[index])
            yield Statement(node, PROBABILITY, Literal(value))
            yield Statement(node, RANK, self.ranks[place])
        yield Statement(subject, RESIDUAL, Literal(residual(density, chosen)))


def residual(density: Float[np.ndarray, " attributes"], chosen: Int[np.ndarray, " chosen"]) -> float:
    """What the attributes that were not chosen sum to; at most 1.

    >>> residual(np.array([0.5, 0.25, 0.125, 0.125]), np.array([1, 0]))
    0.25
    """
    return min(float(np.delete(density, chosen).sum(dtype=np.float64)), 1.0)


def first(density: Float[np.ndarray, " attributes"], number: int) -> Int[np.ndarray, " chosen"]:
    """The most probable attributes, at most so many, best first; of equals the first, and none that is not above 0.

    >>> first(np.array([0.25, 0.5, 0.25, 0.0]), 2), first(np.array([0.25, 0.75, 0.0]), 9)
    (array([1, 0]), array([1, 0]))
    """
    # Sorting all of them, for each of thousands of filters, would cost more than all the rest.
    number = min(number, len(density))
    least = np.partition(density, len(density) - number)[len(density) - number] if number else np.inf
    candidates = np.flatnonzero((density >= least) & (density > 0))
    return candidates[np.argsort(-density[candidates], kind="stable")][:number]


def places(density: Float[np.ndarray, " attributes"]) -> Int[np.ndarray, " attributes"]:
    """The place of each attribute among all, 1 = most probable; of equals the first comes first.

    >>> places(np.array([0.25, 0.5, 0.25]))
    array([2, 1, 3])
    """
    order = np.argsort(-density, kind="stable")
    ranks = np.empty(len(density), np.int64)
    ranks[order] = np.arange(1, len(density) + 1)
    return ranks
