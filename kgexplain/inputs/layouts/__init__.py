"""Folders of photographs as data sets lay them out: which photographs, which masks, which labels."""

from kgexplain.inputs.layouts.layout import Concept, Fault, Layout, Marked, concept_of
from kgexplain.inputs.layouts.recognising import FORMATS, laid_out, photographs_in

__all__ = ["FORMATS", "Concept", "Fault", "Layout", "Marked", "concept_of", "laid_out", "photographs_in"]
