"""Every IRI: the terms of the ontology, and how the things we talk about are named."""

# One door to all of them: whoever speaks of things in the graph need not know which module keeps a word.
# ruff: noqa: F403

from kgexplain.vocabulary.attributes import *
from kgexplain.vocabulary.concepts import *
from kgexplain.vocabulary.knowledge import *
from kgexplain.vocabulary.measures import *
from kgexplain.vocabulary.mistakes import *
from kgexplain.vocabulary.naming import *
from kgexplain.vocabulary.networks import *
from kgexplain.vocabulary.runs import *
