"""Every IRI: the terms of the ontology, and how the things we talk about are named."""

import re
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

Term: TypeAlias = NamedNode | Literal


class Statement(NamedTuple):
    """One RDF statement; never a blank node, so that graphs can be compared and replaced."""

    subject: NamedNode
    predicate: NamedNode
    object: Term


BASE = "https://w3id.org/kgexplain/"
KGX = BASE + "ontology#"

PREFIXES = {
    "kgx": KGX,
    "nno": "https://w3id.org/nno/ontology#",
    "mls": "http://www.w3.org/ns/mls#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "spdx": "http://spdx.org/rdf/terms#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "wn30": "http://wordnet-rdf.princeton.edu/pwn30/",
    "wn31": "http://wordnet-rdf.princeton.edu/wn31/",
    "wn": "http://wordnet-rdf.princeton.edu/id/",
    "oewn": "https://en-word.net/id/oewn-",
    "ili": "http://globalwordnet.org/ili/",
}


def term(curie: str) -> NamedNode:
    """The IRI that a prefixed name stands for.

    >>> term("kgx:hasTag").value
    'https://w3id.org/kgexplain/ontology#hasTag'
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


A = term("rdf:type")
LABEL = term("rdfs:label")
COMMENT = term("rdfs:comment")
TITLE = term("dcterms:title")
IDENTIFIER = term("dcterms:identifier")
SOURCE = term("dcterms:source")
LICENSE = term("dcterms:license")
CITATION = term("dcterms:bibliographicCitation")

# A network and its parts.
MODEL = term("nno:Model")
CONV2D = term("nno:Conv2D")
HAS_LAYER = term("nno:hasLayer")
LAYER_SEQUENCE = term("nno:hasLayerSequence")
FILTER = term("kgx:Filter")
IN_LAYER = term("kgx:inLayer")
INDEX = term("kgx:index")
OUTPUT_CLASS = term("kgx:OutputClass")
HAS_CLASS = term("kgx:hasClass")
WNID = term("kgx:wnid")
FILTERS = term("kgx:filters")
DIGEST = term("kgx:digest")
KERNEL_HEIGHT = term("kgx:kernelHeight")
KERNEL_WIDTH = term("kgx:kernelWidth")
STRIDE_HEIGHT = term("kgx:strideHeight")
STRIDE_WIDTH = term("kgx:strideWidth")
DILATION_HEIGHT = term("kgx:dilationHeight")
DILATION_WIDTH = term("kgx:dilationWidth")
GROUPS = term("kgx:groups")

# What an explainer says: a node with score and rank, and one direct statement for the best.
FILTER_TAG = term("kgx:FilterTag")
HAS_TAG = term("kgx:hasTag")
TAG = term("kgx:tag")
TAGGED_WITH = term("kgx:taggedWith")
SCORE = term("kgx:score")
RANK = term("kgx:rank")

# What an image shows.
IMAGE = term("kgx:Image")
TRUE_CLASS = term("kgx:trueClass")
PREDICTED_CLASS = term("kgx:predictedClass")
PROBABILITY = term("kgx:probability")
ACTIVATION_CLASS = term("kgx:Activation")
ACTIVATES = term("kgx:activates")
ACTIVE_FILTER = term("kgx:filter")
ACTIVATION = term("kgx:activation")

# What went wrong with an image that is misclassified, and what is usual.
ACTIVATES_FILTER = term("kgx:activatesFilter")
TRUE_PROBABILITY = term("kgx:trueProbability")
TRUE_PLACE = term("kgx:truePlace")
ACTIVE_IN_RIGHT = term("kgx:activeInRight")
USUAL_SUPPORT = term("kgx:UsualSupport")
SUPPORTED_CLASS = term("kgx:supportedClass")
SEEN_IMAGES = term("kgx:seenImages")
RIGHT_IMAGES = term("kgx:rightImages")
OWN_SUPPORT = term("kgx:ownSupport")
OWN_DEVIATION = term("kgx:ownDeviation")
OTHER_SUPPORT = term("kgx:otherSupport")
OTHER_DEVIATION = term("kgx:otherDeviation")
USUAL_PROBABILITY = term("kgx:usualProbability")
MISTAKE = term("kgx:Mistake")
HAS_MISTAKE = term("kgx:hasMistake")
DIAGNOSIS = term("kgx:diagnosis")
DIAGNOSIS_CLASS = term("kgx:Diagnosis")
BOTH_VISIBLE = term("kgx:bothVisible")
SHARED_FEATURES = term("kgx:sharedFeatures")
WRONG_FILTERS = term("kgx:wrongFilters")
OUTVOTED = term("kgx:outvoted")
UNLIKE_ITS_CLASS = term("kgx:unlikeItsClass")
WRONG_LABEL = term("kgx:wrongLabel")
UNEXPLAINED = term("kgx:unexplained")
FOR_TRUE = term("kgx:forTrue")
FOR_PREDICTED = term("kgx:forPredicted")
FOR_BOTH = term("kgx:forBoth")
FOR_NEITHER = term("kgx:forNeither")
TAG_PLACE_TRUE = term("kgx:tagPlaceTrue")
TAG_PLACE_PREDICTED = term("kgx:tagPlacePredicted")
PRESENCE_TRUE = term("kgx:presenceTrue")
PRESENCE_PREDICTED = term("kgx:presencePredicted")
STRONGEST_TAG = term("kgx:strongestTag")
COMMON_HYPERNYM = term("kgx:commonHypernym")
DISTANCE = term("kgx:distance")
CONCEPT_RELATION = term("kgx:conceptRelation")
HITS_MISTAKEN = term("kgx:hitsMistaken")

# Where statements come from.
RUN = term("kgx:Run")
METHOD = term("kgx:method")
TRUTHY_K = term("kgx:truthyK")
METHOD_CLASS = term("kgx:Method")
USED = term("prov:used")
STARTED = term("prov:startedAtTime")
ENDED = term("prov:endedAtTime")
ASSOCIATED_WITH = term("prov:wasAssociatedWith")
GENERATED_BY = term("prov:wasGeneratedBy")
SOFTWARE_AGENT = term("prov:SoftwareAgent")
VERSION = term("dcat:version")
HAS_INPUT = term("mls:hasInput")
SETTING = term("mls:HyperParameterSetting")
PARAMETER = term("mls:HyperParameter")
SPECIFIED_BY = term("mls:specifiedBy")
HAS_VALUE = term("mls:hasValue")
DATASET = term("dcat:Dataset")
TAGGING_IMAGES = term("kgx:taggingImages")
HELD_OUT_IMAGES = term("kgx:heldOutImages")
UNMATCHED = term("kgx:unmatched")
SKIPPED = term("kgx:skipped")
SKIPPED_IMAGE = term("kgx:SkippedImage")
REASON = term("kgx:reason")
CLASS_WITHOUT_IMAGES = term("kgx:classWithoutImages")
TAGS_SELECTED = term("kgx:tagsSelected")
TAGS_STATED = term("kgx:tagsStated")
DISTRIBUTION = term("dcat:Distribution")
MEDIA_TYPE = term("dcat:mediaType")
BYTE_SIZE = term("dcat:byteSize")
FILE_NAME = term("spdx:fileName")
SHAPE = term("kgx:shape")
CHECKSUM = term("spdx:checksum")
CHECKSUM_CLASS = term("spdx:Checksum")
CHECKSUM_ALGORITHM = term("spdx:algorithm")
CHECKSUM_VALUE = term("spdx:checksumValue")
SHA256 = term("spdx:checksumAlgorithm_sha256")

# What an explanation is worth.
QUALITY_MEASUREMENT = term("dqv:QualityMeasurement")
COMPUTED_ON = term("dqv:computedOn")
IS_MEASUREMENT_OF = term("dqv:isMeasurementOf")
MEASURED_VALUE = term("dqv:value")
AT_N = term("kgx:n")
HITS_TRUE = term("kgx:hitsTrue")
HITS_TRUE_BY_CHANCE = term("kgx:hitsTrueByChance")
HITS_PREDICTED = term("kgx:hitsPredicted")
HITS_PREDICTED_BY_CHANCE = term("kgx:hitsPredictedByChance")
HITS_MISSED = term("kgx:hitsMissed")
HITS_ACCURACY_CORRELATION = term("kgx:hitsAccuracyCorrelation")
CLASS_HITS = term("kgx:classHits")
CLASS_HITS_BY_CHANCE = term("kgx:classHitsByChance")
CLASS_ACCURACY = term("kgx:classAccuracy")
OF_CLASS = term("kgx:ofClass")

# What words mean.
SYNSET = term("kgx:Synset")
CONCEPT = term("skos:Concept")
EXACT_MATCH = term("skos:exactMatch")
CLOSE_MATCH = term("skos:closeMatch")
BROADER = term("skos:broader")
PREF_LABEL = term("skos:prefLabel")
ALT_LABEL = term("skos:altLabel")
SUBSUMED_BY = term("kgx:subsumedBy")
DEPTH = term("kgx:depth")
DEFINITION = term("skos:definition")

# How our things are joined to those of others: a node with method and confidence, and one direct statement.
LINK = term("kgx:Link")
CANDIDATE = term("kgx:Candidate")
LINK_SOURCE = term("kgx:source")
LINK_TARGET = term("kgx:target")
MAPPING = term("kgx:mapping")
LINK_METHOD = term("kgx:linkMethod")
CONFIDENCE = term("kgx:confidence")
OPEN_BECAUSE = term("kgx:openBecause")

# What ConceptNet says: a node for each edge, with its weight, and one direct statement.
CONCEPTNET_NODE = term("kgx:ConceptNetNode")
EDGE = term("kgx:Edge")
EDGE_START = term("kgx:start")
RELATION = term("kgx:relation")
EDGE_END = term("kgx:end")
WEIGHT = term("kgx:weight")

# What tags have in common.
COARSE_TAG = term("kgx:CoarseTag")
HAS_COARSE_TAG = term("kgx:hasCoarseTag")
COARSE = term("kgx:coarse")
ABOUT = term("kgx:about")
COVERAGE = term("kgx:coverage")
SPECIFICITY = term("kgx:specificity")
CONFORMANCE = term("kgx:conformance")
CONFORMANCE_BY_CHANCE = term("kgx:conformanceByChance")
TAGS = term("kgx:tags")
OUTLIER = term("kgx:outlier")
ACCORD = term("kgx:accord")
CONFORMING = term("kgx:conforming")
MIXED = term("kgx:mixed")
SINGLE_TAG = term("kgx:singleTag")
UNTAGGED = term("kgx:untagged")

XSD_DOUBLE = term("xsd:double")
XSD_INTEGER = term("xsd:integer")
XSD_DATETIME = term("xsd:dateTime")

# Printed as they are in a name; every other character becomes "-<hexadecimal code point>-".
_ESCAPED = re.compile(r"[^A-Za-z0-9_.]|\.$")


def name(*keys: str | int) -> str:
    """A name made of keys, of letters, digits and ``_.-`` only; different keys, different names.

    Keys are joined by ``--``; inside a key, any other character is ``-<hexadecimal code point>-``. Read from the left
    this can be taken apart again, so no two lists of keys share a name (the number 7 and the text "7" are one key).
    Such a name can follow a prefix in Turtle and SPARQL.

    >>> name("filter", "layer1.0.conv1", 7)
    'filter--layer1.0.conv1--7'
    >>> name("image", "n01440764/tench 1.jpg")
    'image--n01440764-2f-tench-20-1.jpg'
    """
    return "--".join(_ESCAPED.sub(lambda match: f"-{ord(match[0]):x}-", str(key)) for key in keys)


def thing(document: str, *keys: str | int) -> NamedNode:
    """The IRI of a thing that ``document`` (a network, a run, a set of images) speaks of.

    >>> thing("https://w3id.org/kgexplain/net/vgg16-0a1b2c3d", "filter", "features.28", 95).value
    'https://w3id.org/kgexplain/net/vgg16-0a1b2c3d#filter--features.28--95'
    """
    return NamedNode(f"{document}#{name(*keys)}")


def document(kind: str, *keys: str | int) -> str:
    """The IRI of a document: ``net``, ``images`` or ``run``, and what tells it from others of its kind.

    >>> document("net", "squeezenet1_1", "0a1b2c3d")
    'https://w3id.org/kgexplain/net/squeezenet1_1--0a1b2c3d'
    """
    return f"{BASE}{kind}/{name(*keys)}"


def synset(wnid: str) -> NamedNode:
    """The WordNet 3.0 synset that a wnid (letter and eight-digit offset in WordNet 3.0) names.

    >>> synset("n02084071").value
    'http://wordnet-rdf.princeton.edu/pwn30/02084071-n'
    """
    return NamedNode(f"{PREFIXES['wn30']}{wnid[1:]}-{wnid[0]}")
