"""What is kept beside a graph, where it is not found."""

import pytest

from kgexplain.errors import InputError
from kgexplain.graph.opening import open_store
from kgexplain.workflow.beside import Beside


def test_a_network_that_was_not_kept_there_may_be_in_other_files(tmp_path):
    with open_store("memory:") as store, pytest.raises(InputError) as error:
        Beside(store, tmp_path).network("toy", "0123456789abcdef")
    assert str(error.value) == (
        f"{tmp_path / 'toy--01234567.network.json'}: not there, so how to open toy is not known; "
        "give --network, or other --files"
    )
