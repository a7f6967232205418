"""The names of attributes in tables, as phrases."""

import re
from collections import Counter
from collections.abc import Sequence

from kgexplain.inputs.attributes.extraction import phrases
from kgexplain.inputs.attributes.said import Phrase
from kgexplain.inputs.attributes.tagging import singular

# has_<part>_<kind>::<value>, or has_<kind>::<value> of the whole, as CUB-200-2011 writes them.
_OF_A_PART = re.compile(r"has_(?:(?P<part>.+)_)?(?P<kind>colou?r|pattern|shape|length|size)::(?P<value>.+)")
_REMARK = re.compile(r"[\s_]*\([^)]*\)")

# Values that are no adjectives, and those that are things of their own.
_ADJECTIVES = {
    "about the same as head": "head-length",
    "longer than head": "longer-than-head",
    "shorter than head": "shorter-than-head",
    "cone": "cone-shaped",
    "dagger": "dagger-shaped",
    "needle": "needle-shaped",
}
_THINGS = {"eyebrow": "eyebrow", "eyeline": "eyeline", "eyering": "eyering", "malar": "malar stripe"}

# "Primary" is the colour that most of a bird has.
_NO_PARTS = ("primary",)


def named(names: Sequence[str]) -> list[Phrase]:
    """A phrase for each name; names of which two would be the same phrase stay as they are.

    >>> [phrase.text for phrase in named(["has_upper_tail_color::blue", "open area", "rock/ stone", "shrubs"])]
    ['blue upper tail', 'open area', 'rock/stone', 'shrubs']
    """
    found = [phrase_of(name) for name in names]
    often = Counter(phrase.text for phrase in found)
    return [
        phrase if often[phrase.text] == 1 else Phrase("", name)
        for name, phrase in zip(names, found, strict=True)
    ]


def phrase_of(name: str) -> Phrase:
    """The phrase that a name means."""
    if of_a_part := _OF_A_PART.fullmatch(name.strip()):
        part, kind, value = of_a_part["part"] or "", of_a_part["kind"], of_a_part["value"]
        return of_part(singular(spaced(part)), kind, _REMARK.sub("", value))
    return in_words(spaced(_REMARK.sub("", name)) or name)


def of_part(part: str, kind: str, value: str) -> Phrase:
    """What CUB-200-2011 says with a part, a kind and a value."""
    said = without_part(spaced(value), part)
    if kind == "pattern" and said in _THINGS:
        return Phrase("", _THINGS[said])
    if said.endswith(f" {kind}"):
        return Phrase(said.removesuffix(f" {kind}"), f"{part} {kind}")
    if not part or part in _NO_PARTS:
        return Phrase(said, f"{part} {kind}".strip())
    return Phrase(_ADJECTIVES.get(said, said), part)


def without_part(value: str, part: str) -> str:
    """A value that names its part again, without it.

    >>> without_part("forked tail", "tail"), without_part("broad-wings", "wing"), without_part("crested", "head")
    ('forked', 'broad', 'crested')
    """
    shorter = re.fullmatch(r"(.+)[ -](\S+)", value)
    return shorter[1] if shorter and singular(shorter[2]) == part else value


def in_words(name: str) -> Phrase:
    """A name that is an adjective with its noun, or something else, which is then all noun."""
    found = phrases(name)
    # Only the number of the noun may change.
    if len(found) == 1 and "/" not in name and len(found[0].text.split()) == len(name.split()):
        return found[0]
    return Phrase("", name)


def spaced(name: str) -> str:
    """A name in lower case, with spaces between its words, and none around a stroke."""
    return re.sub(r"\s*/\s*", "/", " ".join(name.replace("_", " ").lower().split()))
