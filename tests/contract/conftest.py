"""The servers that a contract is tested on: Oxigraph's always, Virtuoso where it is installed."""

import os

import pytest

from tests import servers


@pytest.fixture(scope="session")
def oxigraph_address(tmp_path_factory):
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="session")
def virtuoso_address(tmp_path_factory):
    if servers.virtuoso_program() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("virtuoso is not installed")
        pytest.skip("virtuoso is not installed")
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        yield address
