"""Learn rules of concepts from the images of a ranking run: read from the graph, written back into it."""

import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain

import numpy as np
from jaxtyping import Bool
from pyoxigraph import NamedNode

from kgexplain import __version__
from kgexplain.answers.concepts.known import RankingRun, ranking_run, shown_in
from kgexplain.answers.concepts.rule_statements import Showing, statements
from kgexplain.answers.concepts.rules import Learning, Rule, kept_back
from kgexplain.answers.concepts.rules import rules as learned
from kgexplain.answers.concepts.shown import Shown
from kgexplain.errors import InputError
from kgexplain.evaluation.fidelity import Fidelity, fidelity
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.graph.store import Store
from kgexplain.inputs.architecture import Architecture

log = logging.getLogger("kgexplain")

# How often rules are learned of predictions that are dealt at random, to see what chance gives.
_DRAWS = 5
_NAMED = 10


@dataclass(frozen=True, eq=False)
class LearnedRules:
    """What came of it: the rules of all classes, what they are worth on held-out images, and what they were learned of.

    ``learned_from`` are the images that were not held out; ``showing`` says when an image shows a concept.
    """

    run: str
    source: RankingRun
    seen: Shown
    rules: tuple[Rule, ...]
    fidelity: Fidelity
    showing: Showing
    learning: Learning
    learned_from: Bool[np.ndarray, " images"]

    @property
    def rare(self) -> tuple[str, ...]:
        """The names of the classes that too few images are predicted to be of to learn a rule from them."""
        counts = [int(self.seen.of(i)[self.learned_from].sum()) for i in range(len(self.seen.classes))]
        each = zip(self.seen.classes, counts, strict=True)
        return tuple(self.seen.names[class_] for class_, n in each if n < self.learning.least_images)

    @property
    def silent(self) -> tuple[str, ...]:
        """The names of the other classes that no rule is good enough for."""
        told = {self.seen.names[rule.class_] for rule in self.rules} | set(self.rare)
        names = (self.seen.names[class_] for class_ in self.seen.classes)
        return tuple(name for name in names if name not in told)


def rules(
    store: Store, run: str | None = None, best: int | None = None, learning: Learning | None = None
) -> LearnedRules:
    """Learn when a network takes an image for a class, by the concepts of ``run``, by default the newest that ranked some.

    An image shows its ``best`` concepts, by default those of which the graph says so in one statement. The rules have a
    graph of their own, which replaces that of earlier rules of the same run's images.
    """
    if best is not None and best < 1:
        raise InputError(f"best is {best}; it is a number of concepts and must be at least 1")
    started, learning = datetime.now(UTC), learning or Learning()
    source = ranking_run(store, run)
    showing = Showing(
        source.run, best or source.most or None, best in (None, source.most) and bool(source.most)
    )
    seen = shown_in(store, source.run, showing.best)
    if not seen.concepts:
        raise InputError(f"{source.run}: no image shows a concept, so there is nothing to make rules of")
    held_out = kept_back(seen, learning)
    found = learned(seen, learning, held_out)
    worth = fidelity(found, seen, held_out, learning, _DRAWS)
    told = _run(source, held_out, started, {**asdict(learning), "best": showing.best})
    store.replace(NamedNode(told.iri), chain(statements(found, told.iri, showing), provenance(told)))
    result = LearnedRules(told.iri, source, seen, found, worth, showing, learning, ~held_out)
    _log(result)
    return result


def _run(
    source: RankingRun,
    held_out: Bool[np.ndarray, " images"],
    started: datetime,
    options: dict[str, int | float | None],
) -> Run:
    kept = int(held_out.sum())
    return Run(
        "rules",
        Architecture(source.network_name, source.network_digest, {}, ()),
        Pictures(source.images, source.images_digest, len(held_out) - kept, kept),
        started,
        datetime.now(UTC),
        __version__,
        {"rules": options},
        of=source.run,
    )


def _log(found: LearnedRules) -> None:
    rare, silent = found.rare, found.silent
    classes = len(found.seen.classes) - len(rare)
    told = classes - len(silent)
    log.info("%d rules for %d of %d classes; in the graph %s", len(found.rules), told, classes, found.run)
    if rare:
        least = found.learning.least_images
        log.info("%d classes are predicted of fewer than %d images that are learned from", len(rare), least)
    if silent:
        more = f" and {len(silent) - _NAMED} more" if len(silent) > _NAMED else ""
        log.warning("no rule is good enough for %s%s", ", ".join(silent[:_NAMED]), more)
