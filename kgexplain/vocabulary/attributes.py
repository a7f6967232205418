"""Terms: what a filter responds to in words, and why a network calls an image what it does, in words."""

from pyoxigraph import NamedNode

from kgexplain.vocabulary.naming import BASE, term, thing

# A phrase that people use of a picture: "white head".
ATTRIBUTE = term("kgx:Attribute")
ADJECTIVE = term("kgx:adjective")
NOUN = term("kgx:noun")

# How probable an attribute is, of a filter, a class, or a rationale: a node, and one direct statement for the best.
ATTRIBUTE_ESTIMATE = term("kgx:AttributeEstimate")
HAS_ATTRIBUTE = term("kgx:hasAttribute")
ESTIMATED = term("kgx:attribute")
SIGNALS = term("kgx:signals")
DESCRIBED_BY = term("kgx:describedBy")
RESIDUAL = term("kgx:residual")

# Why a network would call an image a class: the image's attributes, as far as they speak for the class.
RATIONALE = term("kgx:Rationale")
HAS_RATIONALE = term("kgx:hasRationale")
FOR_CLASS = term("kgx:forClass")
WEIGHTS_BY = term("kgx:weightsBy")
POSITIVE_SHARE = term("kgx:positiveShare")

# What the attributes of a run were learned from.
IMAGES_WITH = term("kgx:imagesWith")
PRIOR = term("kgx:prior")
IMAGE_WITHOUT_ATTRIBUTES = term("kgx:imageWithoutAttributes")
DESCRIBED_WITHOUT_IMAGE = term("kgx:describedWithoutImage")
CLASS_WITHOUT_ATTRIBUTES = term("kgx:classWithoutAttributes")


def attribute(phrase: str) -> NamedNode:
    """The IRI of an attribute: the same words are the same attribute in every graph.

    >>> attribute("white head").value
    'https://w3id.org/kgexplain/attributes#attribute--white-20-head'
    """
    return thing(f"{BASE}attributes", "attribute", phrase)
