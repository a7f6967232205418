"""Pictures of things in places, made by chance from whole numbers."""

from kgexplain.world.scenes.composing import empty_scene, photograph
from kgexplain.world.scenes.places import SCENES, Scene

__all__ = ["SCENES", "Scene", "empty_scene", "photograph"]
