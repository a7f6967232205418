"""Images by what they have: "a white head and a black throat"."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from kgexplain.answers.explanation import number
from kgexplain.errors import QueryError
from kgexplain.graph.query import query, text
from kgexplain.graph.store import Store
from kgexplain.vocabulary import ATTRIBUTE, PREF_LABEL


@dataclass(frozen=True)
class Found:
    """An image whose reasons have all the phrases: how probable each is of it, in their order."""

    image: str
    key: str
    name: str
    probabilities: tuple[float, ...]

    @property
    def probability(self) -> float:
        """How probable all are together, were they independent."""
        return math.prod(self.probabilities)


def find(store: Store, phrases: Sequence[str], run: str, first: int = 5) -> tuple[Found, ...]:
    """The images to which ``run`` gave all these attributes as reasons for the predicted class, most probable first.

    An image has an attribute if it is among the ``first`` of its reasons, those of its sentence (arXiv:1805.08969).
    """
    if not phrases:
        raise QueryError("no attribute was asked for; give at least one, as 'white head'")
    if first < 1:
        raise QueryError(f"first is {first}; it is a number of reasons and must be at least 1")
    each = [_having(store, phrase, run, first) for phrase in dict.fromkeys(phrases)]
    found = [
        Found(image, having.key, having.name, tuple(one[image].probabilities[0] for one in each))
        for image, having in each[0].items()
        if all(image in one for one in each)
    ]
    return tuple(sorted(found, key=lambda f: (-f.probability, f.key, f.image)))


def _having(store: Store, phrase: str, run: str, first: int) -> dict[str, Found]:
    rows = store.select(query("attributes/images_with_attribute").bind(phrase=phrase, first=first))
    found = {
        row["image"].value: Found(
            row["image"].value, row["key"].value, row["name"].value, (number(row["probability"]),)
        )
        for row in rows
        if row["run"].value == run
    }
    if not found:
        _check(store, phrase)
    return found


def _check(store: Store, phrase: str) -> None:
    """Whether the graph knows the attribute at all: one that no image has is no error."""
    if store.ask(f"ASK {{ ?attribute {PREF_LABEL} {text(phrase)} ; a {ATTRIBUTE} }}"):
        return
    rows = store.select(f"SELECT DISTINCT ?text {{ ?attribute a {ATTRIBUTE} ; {PREF_LABEL} ?text }}")
    known = sorted(row["text"].value for row in rows)
    near = ", ".join(get_close_matches(phrase, known, cutoff=0.5)) or ", ".join(known[:3]) or "none"
    raise QueryError(f"the graph at {store.address} has no attribute {phrase!r}; it has {near}")
