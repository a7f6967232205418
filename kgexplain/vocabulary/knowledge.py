"""Terms: what words mean, how things are linked, what tags have in common."""

from kgexplain.vocabulary.naming import term

# What words mean.
SYNSET = term("kgx:Synset")
CONCEPT = term("skos:Concept")
EXACT_MATCH = term("skos:exactMatch")
CLOSE_MATCH = term("skos:closeMatch")
BROAD_MATCH = term("skos:broadMatch")
RELATED_MATCH = term("skos:relatedMatch")
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
