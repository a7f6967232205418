"""Which parts of a thing an attribute is about, so that it can be looked up where a picture shows it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Num

_EYES, _WINGS, _LEGS = (("left eye", "right eye"), ("left wing", "right wing"), ("left leg", "right leg"))
# Words for Caltech-UCSD Birds: it has points for 15 parts, and none for what people also name. The point of a cheek is
# the eye above it, that of a neck its two sides; a head is wherever one of its parts is.
_WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("bill", "beak", "mandible"): ("beak",),
    ("eye", "eyering", "eyebrow", "supercilium", "superciliary", "iris", "pupil", "cheek", "lore"): _EYES,
    ("head", "face"): ("beak", "crown", "forehead", *_EYES),
    ("crown", "crest", "cap"): ("crown",),
    ("nape",): ("nape",),
    ("neck",): ("nape", "throat"),
    ("throat", "chin"): ("throat",),
    ("breast", "chest"): ("breast",),
    ("belly", "abdomen", "stomach", "underbelly"): ("belly",),
    ("underpart", "underside", "underbody"): ("belly", "breast"),
    ("back", "mantle"): ("back",),
    ("wing", "wingbar", "primary", "secondary", "covert"): _WINGS,
    ("tail", "rectrix", "retrix"): ("tail",),
    ("leg", "foot", "feet", "tarsus", "thigh", "claw"): _LEGS,
}
PARTS = {word: parts for words, parts in _WORDS.items() for word in words}


@runtime_checkable
class Named(Protocol):
    """A phrase and its noun."""

    @property
    def noun(self) -> str: ...
    @property
    def text(self) -> str: ...


class Groundable(NamedTuple):
    """An attribute that is about parts: its place among the attributes, its phrase, the names of the parts."""

    place: int
    text: str
    parts: tuple[str, ...]


def groundable(
    phrases: Sequence[Named], images: Num[np.ndarray, " attributes"], names: Sequence[str], number: int = 50
) -> tuple[Groundable, ...]:
    """The attributes that most images have, of those that are about parts which have points; as many as ``number``.

    ``names`` are the parts that have points. Of attributes that as many images have, the first are first.
    """
    about = (
        Groundable(place, phrases[place].text, parts_of(phrases[place].noun, names))
        for place in np.argsort(-images, kind="stable").tolist()
        if images[place] > 0
    )
    return tuple(attribute for attribute in about if attribute.parts)[:number]


def parts_of(noun: str, names: Sequence[str]) -> tuple[str, ...]:
    """The parts among ``names`` that a noun is about: the part itself, or what birds' words stand for.

    Of a noun of several words, the whole counts first, then its words from the last.

    >>> parts_of("cheek patch", ["beak", "left eye", "right eye"])
    ('left eye', 'right eye')
    >>> parts_of("wing", ["tail", "wing"])
    ('wing',)
    """
    for word in (noun, *reversed(noun.split())):
        if word in names:
            return (word,)
        if found := tuple(part for part in PARTS.get(word, ()) if part in names):
            return found
    return ()
