"""A graph by hand: two wrens of one network, what the network knows them by, and three images with rationales."""

from pyoxigraph import Literal, NamedNode

from kgexplain.answers.attributes.estimate import Estimate
from kgexplain.graph.opening import open_store
from kgexplain.vocabulary import (
    ADJECTIVE,
    ATTRIBUTE,
    ESTIMATED,
    FOR_CLASS,
    HAS_ATTRIBUTE,
    HAS_RATIONALE,
    IDENTIFIER,
    NOUN,
    POSITIVE_SHARE,
    PREDICTED_CLASS,
    PREF_LABEL,
    PROBABILITY,
    RANK,
    RESIDUAL,
    TRUE_CLASS,
    WEIGHTS_BY,
    A,
    Statement,
    attribute,
    thing,
)

NET = "https://w3id.org/kgexplain/net/birds"
LEARNED, RUN, OTHER_RUN = (
    f"https://w3id.org/kgexplain/run/{name}--birds" for name in ("attributes", "rationale", "again")
)
NAMES = {"carolina": "Carolina_Wren", "house": "House_Wren"}
CAROLINA, HOUSE = (thing(NET, "class", key).value for key in NAMES)
FILTER = thing(NET, "filter", "conv", 0).value

# The first image is Figure 1 of arXiv:1805.08969: a House Wren that is taken for a Carolina Wren.
FIGURE_1 = {
    "carolina": "brown crown, white breast, white eyebrow, black crown, short beak",
    "house": "brown crown, white eyebrow, long tail, pointy beak, long beak",
}
PROBABILITIES = (0.3, 0.2, 0.1, 0.08, 0.05)


def split(phrase):
    adjective, _, noun = phrase.rpartition(" ")
    return adjective, noun


def said(phrases, probabilities=None):
    """Estimates of phrases, most probable first."""
    given = phrases.split(", ") if isinstance(phrases, str) else list(phrases)
    values = probabilities or [1 / (2 + place) for place in range(len(given))]
    return [
        Estimate(attribute(phrase).value, *split(phrase), phrase, value, place)
        for place, (phrase, value) in enumerate(zip(given, values, strict=True), start=1)
    ]


def words(phrase):
    node, (adjective, noun) = attribute(phrase), split(phrase)
    yield Statement(node, A, ATTRIBUTE)
    yield Statement(node, PREF_LABEL, Literal(phrase))
    yield Statement(node, NOUN, Literal(noun))
    if adjective:
        yield Statement(node, ADJECTIVE, Literal(adjective))


def estimated(run, subject, phrases, residual=0.25):
    for estimate in said(phrases, PROBABILITIES[: len(phrases.split(", "))]):
        node = thing(run, "attribute", subject.value, estimate.text)
        yield from words(estimate.text)
        yield Statement(subject, HAS_ATTRIBUTE, node)
        yield Statement(node, ESTIMATED, NamedNode(estimate.attribute))
        yield Statement(node, PROBABILITY, Literal(estimate.probability))
        yield Statement(node, RANK, Literal(estimate.rank))
    yield Statement(subject, RESIDUAL, Literal(residual))


def rationale(run, key, class_, phrases, share=0.5):
    image, node = thing(NET, "image", key), thing(run, "rationale", key, class_)
    yield Statement(image, HAS_RATIONALE, node)
    yield Statement(node, FOR_CLASS, thing(NET, "class", class_))
    yield Statement(node, WEIGHTS_BY, Literal("linear"))
    yield Statement(node, POSITIVE_SHARE, Literal(share))
    yield from estimated(run, node, phrases)


def seen(key, true, predicted):
    image = thing(NET, "image", key)
    yield Statement(image, IDENTIFIER, Literal(key))
    yield Statement(image, TRUE_CLASS, thing(NET, "class", true))
    yield Statement(image, PREDICTED_CLASS, thing(NET, "class", predicted))


def image(key):
    return thing(NET, "image", key).value


def graph():
    """A store in memory."""
    store = open_store("memory:")
    store.replace(
        NamedNode(NET),
        [Statement(thing(NET, "class", key), PREF_LABEL, Literal(name)) for key, name in NAMES.items()],
    )
    store.replace(
        NamedNode(LEARNED),
        [
            *estimated(LEARNED, NamedNode(CAROLINA), "white eyebrow, brown crown"),
            *estimated(LEARNED, NamedNode(HOUSE), "long tail, brown crown"),
            *estimated(LEARNED, NamedNode(FILTER), "long tail, tail, brown crown"),
        ],
    )
    store.replace(
        NamedNode(RUN),
        [
            *seen("figure1.jpg", "house", "carolina"),
            *rationale(RUN, "figure1.jpg", "carolina", FIGURE_1["carolina"]),
            *rationale(RUN, "figure1.jpg", "house", FIGURE_1["house"]),
            *seen("right.jpg", "house", "house"),
            *rationale(RUN, "right.jpg", "house", "long tail, white eyebrow"),
            *rationale(RUN, "right.jpg", "carolina", "black throat", share=0.0),
        ],
    )
    return store
