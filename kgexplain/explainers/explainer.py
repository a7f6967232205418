"""The door: a method that turns what is remembered of passes into statements."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeAlias, runtime_checkable

import numpy as np

from kgexplain.activations.evidence import Evidence, Progress
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.activations.statistic import Statistic
from kgexplain.errors import InputError
from kgexplain.inputs.images import Images
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import Statement, run_document


@dataclass(frozen=True)
class Conclusion:
    """What a method says: statements for the graph, and whole arrays kept beside it.

    ``arrays`` are by title (``scores``, ``tags``), and there by layer; each title becomes a file. Of its ``kind``,
    ``tags`` or another plural, ``selected`` were chosen, and ``stated`` of them become statements.
    """

    statements: Iterable[Statement]
    arrays: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    selected: int = 0
    stated: int = 0
    kind: str = "tags"


Steps: TypeAlias = Generator[Sequence[Statistic], None, Conclusion]


@runtime_checkable
class Explainer(Protocol):
    """A frozen dataclass whose fields are its parameters, and nothing else.

    Each ``yield`` asks for one pass over ``images``; ``return`` gives the conclusion. ``run`` is the IRI of the run:
    the statements' own nodes are named after it.

    An explainer whose parameters decide what its statements are about, such as a layer, may name that in a property
    ``about``, a tuple of texts: runs about other things stand beside each other, and do not replace each other.
    """

    name: ClassVar[str]

    def explain(self, network: Network, images: Images, run: str) -> Steps:
        """The method, pass by pass."""


@dataclass(frozen=True)
class Finding:
    """What one explainer found in one set of images, and how the first pass over them went."""

    explainer: Explainer
    run: str
    conclusion: Conclusion
    progress: Progress


def run(
    network: Network,
    images: Images,
    explainers: Sequence[Explainer],
    recording: Recording = Recording(),  # noqa: B008  (frozen)
    evidence: Callable[[], Evidence] | None = None,
    whole: Images | None = None,
) -> list[Finding]:
    """What each explainer finds; all of them share each pass over the images.

    The runs are named after ``whole``, the set of which ``images`` is a part. ``evidence`` is opened when the first
    pass is asked for: what an explainer refuses before leaves no trace.
    """
    runs = [run_of(explainer, network, whole or images) for explainer in explainers]
    if len(set(runs)) < len(runs):
        names = ", ".join(explainer.name for explainer in explainers)
        raise InputError(
            f"explainers {names}: one is there twice, and its second run would replace its first; run them apart"
        )
    steps = [explainer.explain(network, images, run) for explainer, run in zip(explainers, runs, strict=True)]
    conclusions: dict[int, Conclusion] = {}
    first: Progress | None = None
    kept: Evidence | None = None
    while len(conclusions) < len(steps):
        wanted = _next(steps, conclusions)
        if wanted:
            kept = kept or (evidence() if evidence else None)
            progress = one_pass(network, images, wanted, recording, kept)
            first = first or progress
    return [
        Finding(explainer, runs[i], conclusions[i], first or Progress())
        for i, explainer in enumerate(explainers)
    ]


def run_of(explainer: Explainer, network: Network, images: Images) -> str:
    """The IRI of a run: the same method, network and images are the same run, which a second one replaces.

    What an explainer is ``about`` besides tells its runs apart, too.
    """
    return run_document(
        explainer.name, (network.name, network.digest), (images.name, images.digest), about(explainer)
    )


def about(explainer: Explainer) -> tuple[str, ...]:
    """What an explainer's runs are about besides the network and the images; empty where it does not say."""
    said: tuple[str, ...] = getattr(explainer, "about", ())
    return said


def _next(steps: Sequence[Steps], conclusions: dict[int, Conclusion]) -> list[Statistic]:
    wanted: list[Statistic] = []
    for index, step in enumerate(steps):
        if index not in conclusions:
            try:
                wanted.extend(next(step))
            except StopIteration as end:
                conclusions[index] = end.value
    return wanted
