"""What the rationales of a set of photographs are worth: retrieval, sentences and places, beside their baselines."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int

from kgexplain.activations.contributions import Weighed
from kgexplain.activations.look import look
from kgexplain.answers.attributes.reading import rationales
from kgexplain.errors import InputError
from kgexplain.evaluation.bleu import Told as Sentences
from kgexplain.evaluation.bleu import bleu
from kgexplain.evaluation.figures import Figure
from kgexplain.evaluation.grounding import telling
from kgexplain.evaluation.parts import Groundable, groundable
from kgexplain.evaluation.pck import Sighting, longest_side, pck, sighted, targets
from kgexplain.evaluation.retrieval import Found, most_frequent, retrieval, retrieval_of_attributes, top
from kgexplain.explainers.densities import steady
from kgexplain.inputs.attributes import Attributes, Parts, open_attributes, read_parts
from kgexplain.inputs.images import Images, open_photograph
from kgexplain.inputs.view import view
from kgexplain.workflow.narrator import Narrator

log = logging.getLogger("kgexplain")

SAID = 5
"""So many attributes a sentence says (arXiv:1805.08969)."""
ASKED = 50
"""So many attributes are asked for, those that most photographs have (arXiv:1805.08969, Tables 1 and 2)."""


@dataclass(frozen=True, eq=False)
class Truth:
    """What photographs really show, as far as it is known: what is said of them, and where their parts are."""

    said: Attributes | None
    parts: Parts | None


@dataclass(frozen=True, eq=False)
class Told:
    """The photographs of a run with p(t|x, c) of their predicted classes, row by row.

    ``speaks`` is whether anything speaks for the predicted class; ``reasons`` are so many as the graph states.
    """

    run: str
    shown: Weighed
    densities: Float[np.ndarray, "images attributes"]
    speaks: Bool[np.ndarray, " images"]
    reasons: int


def truth(narrator: Narrator, images: Images, source: Path | None = None, parts: Path | None = None) -> Truth:
    """What there is to compare with, opened before the pass; ``said`` is None where nothing is, or is no more found."""
    given = narrator.method.source if source is None else source
    classes, least = narrator.network.classes, narrator.method.least
    known = read_parts(parts) if parts is not None else None
    try:
        said = open_attributes(given, images.whole or images, classes, least)
    except InputError as error:
        if source is not None:
            raise
        log.warning("how true the reasons are is not measured: %s", error)
        return Truth(None, known)
    return Truth(said.of(photograph.key for photograph in images.photographs), known)


def worth(narrator: Narrator, images: Images, told: Told, true: Truth) -> Iterator[Figure]:
    """What can be measured: retrieval by what is said of the photographs, BLEU if that is captions, PCK if parts are known."""
    said = true.said
    if said is None:
        return
    rows = np.flatnonzero(np.isin(told.shown.keys, said.images))
    if not len(rows):
        return
    found = _found(narrator, said, told, rows)
    yield from retrieval(found)
    yield from retrieval_of_attributes(found)
    if said.captions:
        yield from bleu(_sentences(narrator, images, said, told, rows))
    if true.parts is not None:
        seen = said.of(told.shown.keys[rows].tolist())
        yield from pck(list(_sightings(narrator, images, seen, true.parts)))


def _columns(
    narrator: Narrator, said: Attributes
) -> tuple[Int[np.ndarray, " asked"], Int[np.ndarray, " asked"]]:
    """Of the attributes that were learned and that most photographs have: their places in what is said, and in what was learned."""
    learned = narrator.learned.columns
    asked = most_frequent(_frequencies(narrator, said), ASKED)
    return asked, np.array([learned[said.phrases[column].text] for column in asked], dtype=np.int64)


def _frequencies(narrator: Narrator, said: Attributes) -> Int[np.ndarray, " attributes"]:
    """Of how many photographs each attribute is said; 0 of one that was not learned."""
    known = [phrase.text in narrator.learned.columns for phrase in said.phrases]
    return np.where(known, said.document_frequencies, 0)


def _found(narrator: Narrator, said: Attributes, told: Told, rows: Int[np.ndarray, " images"]) -> Found:
    asked, columns = _columns(narrator, said)
    place = {key: row for row, key in enumerate(said.images)}
    order = [place[key] for key in told.shown.keys[rows].tolist()]
    densities = told.densities[rows]
    said_of = top(steady(densities), min(SAID, told.reasons)) & (densities > 0) & told.speaks[rows, None]
    # What all images would be told if every density were the same: what is said most often.
    usual = narrator.learned.filters.mean(1)
    return Found(
        tuple(said.phrases[column].text for column in asked),
        said.present[order][:, asked].toarray() > 0,
        said_of[:, columns],
        top(usual[None], min(SAID, told.reasons))[0, columns],
        densities[:, columns],
    )


def _sentences(
    narrator: Narrator, images: Images, said: Attributes, told: Told, rows: Int[np.ndarray, " images"]
) -> Sentences:
    shown, sentences = told.shown, []
    if (shown.labels[rows] >= 0).any():
        # What has no class is predicted neither right nor wrong.
        rows = rows[shown.labels[rows] >= 0]
    for key in shown.keys[rows].tolist():
        first, *_ = rationales(narrator.store, images.image(key).value, told.run)
        sentences.append(first.sentence())
    captions = tuple(said.captions[key] for key in shown.keys[rows].tolist())
    return Sentences(tuple(sentences), captions, shown.labels[rows] == shown.predicted[rows])


def _sightings(narrator: Narrator, images: Images, said: Attributes, parts: Parts) -> Iterator[Sighting]:
    asked = groundable(said.phrases, _frequencies(narrator, said), parts.names, ASKED)
    paths = {photograph.key: photograph.path for photograph in images.photographs}
    for row, key in enumerate(said.images):
        present = set(said.present[[row]].indices.tolist())
        yield from _in_image(narrator, paths[key], key, [g for g in asked if g.place in present], parts)


def _in_image(
    narrator: Narrator, path: Path, key: str, said: list[Groundable], parts: Parts
) -> Iterator[Sighting]:
    if not said or not parts.has(key):
        return
    photograph = open_photograph(path)
    seen = view(narrator.network.preprocessing, *photograph.size)
    wanted = targets(key, said, parts.locations(key), longest_side(parts.box(key)), seen)
    if wanted:
        learned = narrator.learned
        maps = look(narrator.network, narrator.head, photograph).maps
        for target in wanted:
            yield sighted(target, telling(learned.filters[learned.columns[target.attribute.text]]), maps)
