"""Rationales and descriptions made by hand, for tests of what is told of them."""

from kgexplain.answers.attributes.estimate import Estimate
from kgexplain.answers.attributes.reading import Description, Rationale
from kgexplain.vocabulary import attribute


def estimate(text, probability, rank):
    adjective, _, noun = text.rpartition(" ")
    return Estimate(attribute(text).value, adjective, noun, text, probability, rank)


HEAD, BELLY, BILL = (
    estimate("white head", 0.5, 1),
    estimate("black belly", 0.25, 2),
    estimate("red bill", 0.125, 3),
)


def rationale(name="Tern", estimates=(HEAD, BELLY, BILL), **changes):
    """Predicted and not true, unless it is said."""
    given = {
        "iri": "urn:rationale",
        "run": "urn:run",
        "image": "urn:image",
        "key": "birds/a.png",
        "class_": "urn:class",
        "name": name,
        "is_predicted": True,
        "is_true": False,
        "weights_by": "linear",
        "positive_share": 0.75,
        "residual": 0.125,
        "estimates": tuple(estimates),
    }
    return Rationale(**(given | changes))


def gull(**changes):
    """The true class of the same image."""
    black = estimate("black belly", 0.75, 1)
    facts = {"is_predicted": False, "is_true": True, "residual": 0.25}
    return rationale("Gull", (black,), **(facts | changes))


def description(name="Tern", estimates=(HEAD, BELLY)):
    return Description("urn:class", name, 0.25, tuple(estimates))
