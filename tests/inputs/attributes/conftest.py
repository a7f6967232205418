"""A few pictures of the generated world, in the layout of Caltech-UCSD Birds 200-2011."""

import pytest

from kgexplain.world import CLASSES
from kgexplain.world.layouts import Sample, bird_layout
from kgexplain.world.scenes import photograph


@pytest.fixture(scope="session")
def drawn():
    """Two pictures each of six classes: birds, a fish, a car and so on."""
    return [
        Sample(thing, number, photograph(thing, 8, number)) for thing in CLASSES[::2] for number in range(2)
    ]


@pytest.fixture(scope="session")
def birds(tmp_path_factory, drawn):
    """The folder of their data set."""
    folder = tmp_path_factory.mktemp("made") / "birds"
    bird_layout(folder, drawn)
    return folder
