"""A small world of generated pictures for which everything is known."""

from kgexplain.world.making import World, make_annotated, make_captioned, make_photographs, make_world
from kgexplain.world.things import CLASSES

__all__ = ["CLASSES", "World", "make_annotated", "make_captioned", "make_photographs", "make_world"]
