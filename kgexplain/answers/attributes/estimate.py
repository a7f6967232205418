"""How probable an attribute is of a filter, a class or a rationale, as the graph says it."""

from collections.abc import Iterable
from typing import NamedTuple


class Estimate(NamedTuple):
    """An attribute with its words, its probability, and its place among all attributes, 1 = most probable.

    ``adjective`` is empty where the noun alone is said; ``text`` is both.
    """

    attribute: str
    adjective: str
    noun: str
    text: str
    probability: float
    rank: int


def foremost(estimates: Iterable[Estimate], number: int) -> tuple[Estimate, ...]:
    """The most probable, best first; what is improbable altogether, where signs were kept, is no reason."""
    likely = (estimate for estimate in estimates if estimate.probability > 0)
    return tuple(sorted(likely, key=lambda e: (e.rank, -e.probability, e.text)))[:number]
