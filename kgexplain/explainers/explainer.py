"""The door: a method that turns what is remembered of passes into statements."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeAlias, runtime_checkable

import numpy as np

from kgexplain.activations.statistic import Statistic
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import Statement


@dataclass(frozen=True)
class Conclusion:
    """What a method says: statements for the graph, and whole arrays kept beside it."""

    statements: Iterable[Statement]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


Steps: TypeAlias = Generator[Sequence[Statistic], None, Conclusion]


@runtime_checkable
class Explainer(Protocol):
    """A frozen dataclass whose fields are its parameters, and nothing else.

    Each ``yield`` asks for one pass over the images; ``return`` gives the conclusion. ``run`` is the IRI of the run:
    the statements' own nodes are named after it.
    """

    name: ClassVar[str]

    def explain(self, network: Network, run: str) -> Steps:
        """The method, pass by pass."""
