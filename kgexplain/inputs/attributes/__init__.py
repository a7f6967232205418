"""What people say of photographs: attributes out of captions and tables, and where the parts are."""

from kgexplain.inputs.attributes.extraction import phrases
from kgexplain.inputs.attributes.opening import open_attributes
from kgexplain.inputs.attributes.parts import Parts, read_parts
from kgexplain.inputs.attributes.said import Attributes, Phrase

__all__ = ["Attributes", "Parts", "Phrase", "open_attributes", "phrases", "read_parts"]
