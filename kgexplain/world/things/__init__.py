"""What there is in the world: the classes that a network learns, each a WordNet 3.0 synset."""

from kgexplain.world.things.animals import ANIMALS
from kgexplain.world.things.artefacts import ARTEFACTS
from kgexplain.world.things.kinds import Part, Pattern, Thing, part

__all__ = ["CLASSES", "THINGS", "Part", "Pattern", "Thing", "part"]

# In the order of their wnids, as ImageNet's: a class's place here is its index.
CLASSES = tuple(sorted(ANIMALS + ARTEFACTS, key=lambda thing: thing.wnid))
THINGS = {thing.name: thing for thing in CLASSES}
