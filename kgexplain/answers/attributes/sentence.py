"""Attributes in a sentence: this is a Carolina Wren because it has brown crown, and short beak.

The template and the merging are those of arXiv:1805.08969. Differs from it: "a" or "an" goes by the sound, and what is no
noun with its adjective is said with the verb that it wants: "it has sand; and it shows swimming".
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from kgexplain.answers.attributes.estimate import Estimate, foremost
from kgexplain.answers.attributes.merging import Group, groups, phrase
from kgexplain.answers.attributes.wording import article, named

_VERBS = ("has", "shows", "is")


def merged(estimates: Iterable[Estimate], number: int = 5) -> tuple[str, ...]:
    """The ``number`` most probable attributes, adjectives of one noun together, what another says left out.

    >>> breast = [Estimate("", colour, "breast", f"{colour} breast", 0.1, rank) for rank, colour in enumerate(("white", "brown"), 1)]
    >>> merged(breast)
    ('white and brown breast',)
    """
    return tuple(group.text for group in grouped(foremost(estimates, number)))


def grouped(estimates: Iterable[Estimate]) -> tuple[Group, ...]:
    """All these attributes in their order, adjectives of one noun together, what another says left out."""
    return groups(phrase(estimate) for estimate in estimates)


def sentence(class_name: str, estimates: Iterable[Estimate], number: int = 5) -> str:
    """Why something is of a class, by its most probable attributes.

    >>> sentence("Eared_Grebe", [Estimate("", "long", "neck", "long neck", 0.5, 1), Estimate("", "red", "eye", "red eye", 0.25, 2)])
    'This is an Eared Grebe because it has long neck, and red eye.'
    """
    class_ = article(named(class_name))
    said = grouped(foremost(estimates, number))
    if not said:
        return f"Nothing is known that speaks for {class_}."
    return f"This is {class_} because {clauses('it', said)}."


def clauses(subject: str, said: Sequence[Group]) -> str:
    """What a subject has, shows and is.

    >>> clauses("it", (Group("has", (), "sand"), Group("shows", (), "swimming"), Group("has", ("blue",), "ocean")))
    'it has sand, and blue ocean; and it shows swimming'
    """
    ordered = sorted(said, key=lambda group: _VERBS.index(group.verb))
    parts = [
        f"{subject} {verb} {listed([group.text for group in same])}"
        for verb, same in groupby(ordered, key=lambda group: group.verb)
    ]
    return parts[0] if len(parts) == 1 else "; ".join(parts[:-1]) + f"; and {parts[-1]}"


def listed(texts: Sequence[str]) -> str:
    """Texts one after another, the last after "and"; with a comma, as "and" also stands inside them.

    >>> listed(["a"]), listed(["a", "b and c"]), listed(["a", "b", "c"])
    ('a', 'a, and b and c', 'a, b, and c')
    """
    return ", and ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else "".join(texts)
