"""Why a network calls a photograph what it does, in words: its reasons into the graph, sentences out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from PIL import Image
from pyoxigraph import Literal, NamedNode

from kgexplain import __version__
from kgexplain.activations.head import Head, head
from kgexplain.activations.look import Look, look
from kgexplain.answers.attributes.contrast import Contrast, contrast
from kgexplain.answers.attributes.reading import Rationale, rationales
from kgexplain.answers.runs import attribute_run
from kgexplain.errors import InputError
from kgexplain.explainers.activated import Shot
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.learned import Densities, densities_of
from kgexplain.explainers.options import explainers
from kgexplain.explainers.rationale import Rationales, Reasons
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.images import open_photograph
from kgexplain.inputs.network import Network
from kgexplain.vocabulary import DIGEST, Statement
from kgexplain.workflow.beside import Beside
from kgexplain.workflow.why import class_of, digest, label_of

TITLES = ("densities", "classes", "names")
"""The arrays that are kept beside a graph of attributes."""


@dataclass(frozen=True, eq=False)
class InWords:
    """Rationales of one photograph from the graph, the predicted class first; the photograph as it was seen, and its maps."""

    rationales: tuple[Rationale, ...]
    picture: Image.Image
    look: Look
    learned: Densities
    instead: str | None = None

    @property
    def contrast(self) -> Contrast | None:
        """Why the predicted class and not the one that was named; None where none was."""
        other = next((r for r in self.rationales if r.class_ == self.instead), None)
        return contrast(self.rationales[0], other) if other else None


class Narrator:
    """Explains photographs in words, by what a run learned of a network's filters; opened once for many photographs.

    ``network`` is by default the one that the graph's newest attributes are of, opened again as it was opened then.
    """

    def __init__(self, store: Store, network: Network | None = None, files: Path | None = None) -> None:
        self.store = store
        self.beside = Beside(store, files)
        self.run = attribute_run(store, network.architecture.document if network else None)
        self.network = network or self.beside.network(self.run.network_name, self.run.network_digest)
        known = self.beside.source(self.run.run)
        self.method = method((self.run.parameters | ({"source": known} if known else {})).items())
        self.learned = densities_of(
            {title: self.beside.linked(store, self.run.run, title) for title in TITLES}
        )
        self.head: Head = head(self.network, self.method.layer)

    def tell(self, image: Path, true: str | None = None, instead: str | None = None) -> InWords:
        """Why the network calls a photograph what it does, and not its true class or ``instead``, wnids or names.

        ``true`` is by default the class that the photograph's folder names, if it names one.
        What is written into the graph replaces what was said of this photograph before.
        """
        photograph = open_photograph(image)
        shot = Shot(image.name, digest(image), label_of(image, self.network, true))
        other = None if instead is None else class_of(self.network, instead)
        beside = [class_ for class_ in (shot.label, other) if class_ is not None]
        seen = look(self.network, self.head, photograph, beside=beside)
        if other == seen.predicted:
            raise InputError(f"{instead!r} is what {self.network.name} takes this for; name another class")
        run = self._run(shot)
        reasons = Reasons(
            key=shot.name,
            image=shot.iri,
            predicted=seen.predicted,
            probability=float(seen.probabilities[seen.predicted]),
            classes=seen.classes,
            contributions=seen.contributions,
            weights_by=self.weights_by,
            label=shot.label,
        )
        said = self.rationales(run.iri).statements(reasons)
        digested = Statement(shot.iri, DIGEST, Literal(shot.digest))
        self.store.replace(NamedNode(run.iri), chain(said, (digested,), provenance(run)))
        told = rationales(self.store, shot.iri.value, run.iri)
        named = None if other is None else self.network.architecture.class_(other).value
        return InWords(told, self.network.preprocessing.seen(photograph), seen, self.learned, named)

    @property
    def weights_by(self) -> str:
        """Where the filters' weights come from: ``linear``, one linear layer; ``gradient``, that of the score."""
        return "linear" if self.head.linear is not None else "gradient"

    def rationales(self, document: str, number: int = 20) -> Rationales:
        """What makes statements of reasons, for the graph that is called ``document``."""
        return Rationales(self.method, self.network.architecture, document, self.learned, number)

    def _run(self, shot: Shot) -> Run:
        now = datetime.now(UTC)
        return Run(
            "rationale",
            self.network.architecture,
            Pictures(shot.name, shot.digest, 0),
            now,
            now,
            __version__,
            {"rationale": {"attributes": self.run.run}},
            self.network.source,
            about=self.method.about,
        )


def method(parameters: Iterable[tuple[str, str]]) -> AttributeDensity:
    """The method with the parameters of a run, as the graph has them."""
    (made,) = explainers(["attributes"], [f"attributes.{name}={value}" for name, value in parameters])
    if not isinstance(made, AttributeDensity):
        raise InputError("these parameters are of another method; run `kgexplain explain --with attributes`")
    return made
