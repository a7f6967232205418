"""Photographs with classes of their own, where no network says what the classes are."""

import re
from collections.abc import Iterable
from pathlib import Path

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.classes import named
from kgexplain.inputs.images import Images, entries, open_images
from kgexplain.inputs.listing import folded

_WNID = re.compile(r"[nvars]\d{8}")


def labelled(address: str | Path, name: str | None = None) -> tuple[Images, tuple[OutputClass, ...]]:
    """The photographs of a folder or a .csv, and the classes that they are listed with, in alphabetical order.

    Class folders, Stanford-40's photographs, or a .csv of paths and labels, as ``open_images`` reads them.

    Raises InputError where no photograph has a class.
    """
    place = Path(address)
    said = (entry.labels for entry in entries(place) if entry.labels)
    classes = classes_of(said)
    if not classes:
        raise InputError(
            f"{place}: no photograph in it has a class; give a folder of class folders, one as Stanford-40's, "
            "or a .csv of paths and labels"
        )
    return open_images(place, classes, name), classes


def classes_of(said: Iterable[tuple[str, ...]]) -> tuple[OutputClass, ...]:
    """The classes that photographs are listed with; ``said`` is what the class of each is called.

    >>> classes_of([("n01440764",), ("005.Crested_Auklet", "Crested_Auklet"), ("n01440764",)])[0]
    OutputClass(index=0, name='Crested Auklet', wnid=None)
    """
    pairs = {folded(wnid or name): (name, wnid) for name, wnid in map(called, sorted(set(said)))}
    ordered = sorted(pairs.values(), key=lambda pair: (folded(pair[0]), pair))
    return tuple(OutputClass(index, name, wnid) for index, (name, wnid) in enumerate(ordered))


def called(labels: tuple[str, ...]) -> tuple[str, str | None]:
    """Name and wnid of a class by its labels.

    >>> called(("n01440764",)), called(("#3", "tiger shark"))
    (('tench', 'n01440764'), ('tiger shark', None))
    """
    wnid = next((label for label in labels if _WNID.fullmatch(label)), None)
    names = [label for label in labels if label != wnid and not label.startswith("#")]
    name = names[-1].replace("_", " ") if names else ""
    return named(wnid or labels[0], name), wnid
