"""What holds in every test: one thread each, the same random draws, and no network but this machine."""

import os
import socket

# Before torch and numpy start their threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

# Shapes are checked in every call and two workers share the processor: no time is too long for one example.
settings.register_profile("kgexplain", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kgexplain")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """A test that connects to another machine fails, and says where it wanted to go."""
    connect = socket.socket.connect

    def to_this_machine(self, address):
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):
            pytest.fail(f"a test connects to {address}; the suite needs no network but this machine's own")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", to_this_machine)


@pytest.fixture(scope="session")
def world_images(tmp_path_factory):
    """Class folders of the generated world, four pictures of each of its 14 classes."""
    from kgexplain.world.making import make_photographs

    return make_photographs(tmp_path_factory.mktemp("world"), 4).images


@pytest.fixture(scope="session")
def world():
    """The network of the generated world."""
    from kgexplain.workflow.demo import world_network

    return world_network()
