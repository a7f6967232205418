"""Concepts that are marked in photographs: which ones, and where, as a network sees the photograph."""

from kgexplain.inputs.concepts.annotated import Annotation, Concepts
from kgexplain.inputs.concepts.opening import open_concepts
from kgexplain.inputs.layouts import Concept, Fault, concept_of

__all__ = ["Annotation", "Concept", "Concepts", "Fault", "concept_of", "open_concepts"]
