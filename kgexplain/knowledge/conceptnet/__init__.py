"""ConceptNet: its assertions in a file, or behind its API, and what they say for the graph."""

from kgexplain.knowledge.conceptnet.api import PublicConceptNet
from kgexplain.knowledge.conceptnet.database import LocalConceptNet
from kgexplain.knowledge.conceptnet.edge import RELATIONS, SYMMETRIC, ConceptNet, Edge
from kgexplain.knowledge.conceptnet.importing import Imported, import_assertions
from kgexplain.knowledge.conceptnet.opening import open_conceptnet
from kgexplain.knowledge.conceptnet.statements import CONCEPTNET, neighbourhood, statements
from kgexplain.knowledge.conceptnet.terms import concept, iri, label, uri

__all__ = [
    "CONCEPTNET",
    "RELATIONS",
    "SYMMETRIC",
    "ConceptNet",
    "Edge",
    "Imported",
    "LocalConceptNet",
    "PublicConceptNet",
    "concept",
    "import_assertions",
    "iri",
    "label",
    "neighbourhood",
    "open_conceptnet",
    "statements",
    "uri",
]
