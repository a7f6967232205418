"""What a network knows a class by, in a sentence: what people could look for."""

from kgexplain.answers.attributes.estimate import foremost
from kgexplain.answers.attributes.reading import Description
from kgexplain.answers.attributes.sentence import clauses, grouped
from kgexplain.answers.attributes.wording import article, named


def described(description: Description, number: int = 5) -> str:
    """A class by its most probable attributes (arXiv:1805.08969, equation 7)."""
    class_ = article(named(description.name))
    said = grouped(foremost(description.estimates, number))
    if not said:
        return f"Nothing is known of {class_}."
    return f"To the network, {clauses(class_, said)}."
