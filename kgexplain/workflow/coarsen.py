"""Coarsen the tags of a run: what filters, classes, layers and the network are about, written back into the graph."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TypeAlias

import numpy as np
from jaxtyping import Float
from pyoxigraph import Literal, NamedNode

from kgexplain import __version__
from kgexplain.answers.coarsening.coarse import (
    Coarse,
    coarse_classes,
    coarse_filters,
    companions,
    says_something,
    summary,
)
from kgexplain.answers.coarsening.covering import SHARE
from kgexplain.answers.coarsening.reading import Source, Tags, source, tags
from kgexplain.answers.coarsening.relatives import ranked, related_filters
from kgexplain.answers.coarsening.statements import ACCORDS, Agreement, statements
from kgexplain.errors import InputError
from kgexplain.evaluation.conformance import by_chance, conformance, definitions, kinship, nearness, together
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.architecture import Architecture
from kgexplain.knowledge.wordnet import WORDNET, whole_wordnet
from kgexplain.vocabulary import BASE, DEFINITION, Statement, synset

log = logging.getLogger("kgexplain")

DEFINITIONS = NamedNode(f"{WORDNET.value}/definitions")
"""The named graph of what WordNet says that synsets mean."""

Near: TypeAlias = Callable[[Tags], Float[np.ndarray, "classes classes"]]


@dataclass(frozen=True)
class Coarsening:
    """What came of it: coarse tags by kind of thing, and how the tags of filters and of classes agree."""

    run: str
    source: Source
    coarse: Mapping[str, tuple[Coarse, ...]]
    agreements: Mapping[str, Mapping[str, Agreement]]
    about: Mapping[str, str]
    unlinked: tuple[str, ...]

    def counts(self, by: str = "filter") -> dict[str, int]:
        """How many filters or classes conform, are mixed, have one tag, or none."""
        found = Counter(agreement.accord for agreement in self.agreements[by].values())
        return {accord: found[accord] for accord in ACCORDS}


def coarsen(
    store: Store,
    run: str | None = None,
    share: float = SHARE,
    best: int | None = None,
    near: Near | None = None,
) -> Coarsening:
    """Coarsen the tags of ``run``, by default the newest that tagged, and write what is found into a graph of its own.

    ``best`` looks at so many tags of each filter, by rank, instead of all. ``near`` says how near classes are to each
    other, 0 to 1; by default ``by_meaning``. A second coarsening of the same run replaces the first.
    """
    if best is not None and best < 1:
        raise InputError(f"best is {best}; it is a number of tags and must be at least 1")
    started = datetime.now(UTC)
    known = tags(store, run, best)
    found = _coarsened(known, share, (near or by_meaning)(known))
    told = _Run(
        "coarsening",
        Architecture(known.source.network_name, known.source.network_digest, {}, ()),
        Pictures(known.source.images, known.source.images_digest, 0),
        started,
        datetime.now(UTC),
        __version__,
        {"coarsening": {"share": share, "best": best}},
        of=known.source.run,
    )
    store.replace(NamedNode(found.run), chain(_statements(found), provenance(told)))
    _log(found)
    return found


def define(store: Store, run: str | None = None) -> int:
    """Put what WordNet says the run's concepts mean into a graph of its own; how many it defines.

    The whole of WordNet is needed for this, which must be on this machine.
    """
    node = NamedNode(source(store, run).run)
    said = {synset(wnid).value: text for wnid, text in whole_wordnet().glosses.items()}
    rows = store.select(query("coarsening/synsets_of_run").bind(run=node))
    found = sorted({row["synset"].value for row in rows}.intersection(said))
    store.add(DEFINITIONS, (Statement(NamedNode(one), DEFINITION, Literal(said[one])) for one in found))
    return len(found)


def by_meaning(known: Tags) -> Float[np.ndarray, "classes classes"]:
    """How near classes are by what they are kinds of and, where the graph has definitions, by their words."""
    kinds = kinship(known.hierarchy)
    if not known.definitions:
        return kinds
    return together(
        kinds, nearness(definitions([_text(known, class_) for class_ in known.hierarchy.classes.names]))
    )


def _text(known: Tags, class_: str) -> str:
    """The definitions and names of a class's concepts and of those directly above them."""
    own = known.hierarchy.classes.concepts.get(class_, ())
    concepts = dict.fromkeys(chain(own, *(known.hierarchy.graph[concept] for concept in own)))
    names = (known.hierarchy.labels.get(concept, "") for concept in concepts)
    return " ".join(chain(names, (known.definitions.get(concept, "") for concept in concepts)))


def _coarsened(known: Tags, share: float, near: np.ndarray) -> Coarsening:
    tagged, concepts = known.tagging, known.hierarchy
    agreements = _agreements(
        {
            "filter": (tagged.filters, tagged.tags),
            "class": (tuple(concepts.classes.names), companions(tagged)),
        },
        near,
    )
    own = coarse_filters(tagged, concepts, share)
    related = related_filters(tagged, known.relatives, share)
    classes = len(concepts.classes)
    sure = {
        one.thing: one.concept
        for one in own
        if agreements["filter"][one.thing].accord == "conforming" and says_something(one, classes)
    }
    coarse = {
        "filter": ranked(own, related),
        "class": coarse_classes(tagged, concepts, share),
        "layer": tuple(_layers(known, sure)),
        "network": summary(known.source.network, sure.values(), concepts),
    }
    about = dict(_about(coarse, agreements, classes))
    return Coarsening(_iri(known.source.run), known.source, coarse, agreements, about, known.unlinked)


def _agreements(
    sets: Mapping[str, tuple[tuple[str, ...], np.ndarray]], near: np.ndarray
) -> dict[str, dict[str, Agreement]]:
    sizes = {by: (weights > 0).sum(1) for by, (_, weights) in sets.items()}
    # Lots are drawn once for all.
    chances = iter(by_chance(np.concatenate(list(sizes.values())), near))
    found: dict[str, dict[str, Agreement]] = {}
    for by, (things, weights) in sets.items():
        rows = zip(things, sizes[by], conformance(weights, near), strict=True)
        found[by] = {
            thing: _agreement(int(size), float(value), float(next(chances))) for thing, size, value in rows
        }
    return found


def _agreement(size: int, value: float, chance: float) -> Agreement:
    if size < 2:
        return Agreement("single" if size else "untagged")
    return Agreement("conforming" if value > chance else "mixed", value, chance)


def _layers(known: Tags, sure: Mapping[str, str]) -> Iterator[Coarse]:
    about: defaultdict[str, list[str]] = defaultdict(list)
    for filter_, layer in zip(known.tagging.filters, known.tagging.layers, strict=True):
        if filter_ in sure:
            about[layer].append(sure[filter_])
    for layer, concepts in about.items():
        yield from summary(layer, concepts, known.hierarchy)


def _about(
    coarse: Mapping[str, tuple[Coarse, ...]], agreements: Mapping[str, Mapping[str, Agreement]], classes: int
) -> Iterator[tuple[str, str]]:
    """The best coarse tag of each thing that says something; of filters and classes, where they conform."""
    for by, ones in coarse.items():
        for one in ones:
            conforms = by not in agreements or agreements[by][one.thing].accord == "conforming"
            if one.rank == 1 and conforms and says_something(one, classes):
                yield one.thing, one.concept


def _statements(found: Coarsening) -> Iterator[Statement]:
    agreements = {thing: one for ones in found.agreements.values() for thing, one in ones.items()}
    every = (one for ones in found.coarse.values() for one in ones)
    return statements(every, agreements, found.about, found.run)


@dataclass(frozen=True)
class _Run(Run):
    """A run that used another run's tags, and is named after it: of each there is one coarsening."""

    @property
    def iri(self) -> str:
        return _iri(self.of)


def _iri(run: str) -> str:
    return f"{BASE}run/coarsening--{run.rpartition('/')[2]}"


def _log(found: Coarsening) -> None:
    counts = ", ".join(f"{number} {accord}" for accord, number in found.counts().items())
    log.info("filters: %s; in the graph %s", counts, found.run)
    if found.unlinked:
        log.warning("without a synset, kept as tags of no kind: %s", ", ".join(found.unlinked))
