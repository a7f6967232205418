"""Pictures of the world that several tests look at: three of every class, drawn once."""

import pytest

from kgexplain.world.making import samples


@pytest.fixture(scope="session")
def drawn():
    return samples(3, 4)
