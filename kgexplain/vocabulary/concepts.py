"""Terms: what can be seen in images and is marked there; which filters detect it, which classes rely on it."""

from pyoxigraph import NamedNode

from kgexplain.vocabulary.naming import BASE, term, thing

# What annotations mark: an object, a part, a material, a colour, a texture, a scene.
VISUAL_CONCEPT = term("kgx:VisualConcept")
CATEGORY = term("kgx:category")

# How well a filter's active area, or its activation, agrees with a concept: a node, and direct statements for the best.
FILTER_CONCEPT = term("kgx:FilterConcept")
HAS_CONCEPT = term("kgx:hasConcept")
MATCHED = term("kgx:concept")
MEASURE = term("kgx:measure")
IOU = term("kgx:iou")
P_VALUE = term("kgx:pValue")
DETECTS = term("kgx:detects")
LABELLED_WITH = term("kgx:labelledWith")

# How many filters of a layer pass for detectors where annotations are dealt to images at random.
NULL_COUNT = term("kgx:NullCount")
HAS_NULL_COUNT = term("kgx:hasNullCount")
OF_LAYER = term("kgx:ofLayer")
DETECTORS_BY_CHANCE = term("kgx:detectorsByChance")

# What the annotations did not have, or had wrong.
IMAGE_WITHOUT_ANNOTATION = term("kgx:imageWithoutAnnotation")
ANNOTATION_FAULT = term("kgx:AnnotationFault")
HAS_ANNOTATION_FAULT = term("kgx:hasAnnotationFault")

# Which concepts an image shows to a network, and which ones it tells a class by.
IMAGE_CONCEPT = term("kgx:ImageConcept")
SHOWS = term("kgx:shows")
CLASS_CONCEPT = term("kgx:ClassConcept")
RELIES_ON = term("kgx:reliesOn")
CLASS_WITH_FEW_IMAGES = term("kgx:classWithFewImages")

# Short rules: class ⇐ concept ∧ concept ∧ not concept.
RULE = term("kgx:Rule")
HAS_RULE = term("kgx:hasRule")
REQUIRES = term("kgx:requires")
EXCLUDES = term("kgx:excludes")
SUPPORT = term("kgx:support")
FIDELITY = term("kgx:fidelity")
HELD_OUT_SUPPORT = term("kgx:heldOutSupport")
SPARQL = term("kgx:sparql")


def concept(category: str, name: str) -> NamedNode:
    """The IRI of a concept: the same name in the same category is the same concept in every graph.

    >>> concept("color", "orange").value
    'https://w3id.org/kgexplain/concepts#concept--color--orange'
    """
    return thing(f"{BASE}concepts", "concept", category, name)
