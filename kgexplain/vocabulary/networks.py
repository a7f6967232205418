"""Terms: networks and their parts, images, what an explainer says of them."""

from kgexplain.vocabulary.naming import term

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
