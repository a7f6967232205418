"""Annotated images that are made of numbers, for tests of statistics; nothing is on a disk."""

from pathlib import Path

import numpy as np

from kgexplain.activations.annotations import Annotations
from kgexplain.inputs.concepts import Annotation, Concept, Concepts
from kgexplain.inputs.concepts.annotated import Marks
from kgexplain.inputs.images import Images, Photograph
from kgexplain.inputs.preprocessing import Preprocessing

CONCEPTS = (
    Concept("dog", "object"),
    Concept("wheel", "object"),
    Concept("ear", "part"),
    Concept("beach", "scene"),
    Concept("red", "color"),
)


class Made(Concepts):
    """Concepts whose annotations are given, in ``made``."""

    def annotation(self, key, seen, rows, columns):
        annotation = self.made[key]
        assert annotation.planes.shape[1:] == (rows, columns)
        return annotation


def made(annotations, concepts=CONCEPTS):
    """Concepts with an annotation for each key: planes, and concepts of the whole image."""
    nothing = {key: Marks(Photograph(key, Path(key), -1), (8, 8)) for key in annotations}
    found = Made("made", concepts, nothing, np.zeros(1, np.uint16))
    found.__dict__["made"] = {
        key: Annotation(np.asarray(planes, np.uint16), tuple(whole))
        for key, (planes, whole) in annotations.items()
    }
    found.__dict__["digest"] = f"digest of {sorted(annotations)}"
    return found


def annotations(marked, keys=None, seed=0, concepts=CONCEPTS):
    """The annotations of images with these keys, by default of those that are annotated."""
    photographs = tuple(Photograph(key, Path(key), -1) for key in keys or marked)
    rows, columns = np.asarray(next(iter(marked.values()))[0]).shape[1:]
    images = Images("made", photographs)
    return Annotations(made(marked, concepts), images, Preprocessing(resize=8, crop=8), rows, columns, seed)


def drawn_marks(seed, keys, rows=6, columns=4):
    """Two planes, of objects and of parts, for each key, and sometimes a scene of the whole image."""
    random = np.random.default_rng(seed)
    return {
        key: (
            np.stack([random.integers(0, 3, (rows, columns)), 3 * random.integers(0, 2, (rows, columns))]),
            (3,) if random.random() < 0.4 else (),
        )
        for key in keys
    }
