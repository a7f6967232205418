"""Addresses of stores: what each one opens, and one sentence for each that opens nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode
from SPARQLWrapper import DIGEST, SPARQLWrapper

from kgexplain.errors import StoreError
from kgexplain.graph.embedded import EmbeddedStore
from kgexplain.graph.opening import existing_store, from_sparqlwrapper, open_store
from kgexplain.vocabulary import Statement
from tests.servers import Double

GRAPH = NamedNode("urn:graph")
STATEMENT = Statement(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"))
JSON = {"Content-Type": "application/sparql-results+json"}


def yes(path, form):
    return 200, JSON, '{"head": {}, "boolean": true}'


def filled(folder):
    with open_store(str(folder)) as store:
        store.replace(GRAPH, [STATEMENT])
    return folder


def test_a_folder_that_does_not_exist_is_made(tmp_path):
    filled(tmp_path / "new" / "store")
    assert (tmp_path / "new" / "store" / "CURRENT").is_file()


class FailedError(Exception):
    """Whatever stops those who opened a store."""


def failing(folder, before=lambda store: None):
    """Open a store in a folder, and fail."""

    def opened():
        with open_store(str(folder)) as store:
            before(store)
            raise FailedError

    with pytest.raises(FailedError):
        opened()


def test_what_fails_before_it_writes_leaves_no_folder(tmp_path):
    failing(tmp_path / "new" / "store")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_once_it_has_written_leaves_what_it_wrote(tmp_path):
    failing(tmp_path / "store", lambda store: store.replace(GRAPH, [STATEMENT]))
    with existing_store(str(tmp_path / "store")) as store:
        assert store.graphs() == {GRAPH}


def test_what_fails_leaves_what_others_put_beside_the_store(tmp_path):
    failing(tmp_path / "new" / "store", lambda store: (tmp_path / "new" / "kept").touch())
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["kept"]


def test_what_fails_leaves_a_folder_that_was_there(tmp_path):
    failing(tmp_path)
    assert tmp_path.is_dir()


def test_what_fails_leaves_a_store_that_was_there(tmp_path):
    with open_store(str(tmp_path / "store")):
        pass
    failing(tmp_path / "store")
    assert (tmp_path / "store" / "CURRENT").is_file()


def test_what_fails_after_its_store_is_closed_is_not_hidden(tmp_path):
    failing(tmp_path / "store", lambda store: store.close())


def test_an_empty_folder_becomes_a_store(tmp_path):
    with open_store(str(tmp_path)) as store:
        assert store.graphs() == set()


def test_what_is_in_a_folder_is_there_when_it_is_opened_again(tmp_path):
    with open_store(str(filled(tmp_path))) as store:
        assert list(store.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == [STATEMENT]


def test_an_existing_folder_can_be_asked(tmp_path):
    with existing_store(str(filled(tmp_path))) as store:
        assert store.graphs() == {GRAPH}


def test_a_store_knows_its_address(tmp_path):
    with open_store(str(tmp_path)) as store:
        assert store.address == str(tmp_path)


def test_each_memory_is_its_own():
    open_store("memory:").replace(GRAPH, [STATEMENT])
    assert open_store("memory:").graphs() == set()


def test_a_folder_that_is_not_there_has_no_store(tmp_path):
    with pytest.raises(StoreError, match=r"there is no store in \S+/none; its folder does not exist"):
        existing_store(str(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_an_empty_folder_has_no_store(tmp_path):
    with pytest.raises(StoreError, match=r"there is no store in .*; the folder is empty"):
        existing_store(str(tmp_path))


def test_a_folder_of_other_things_has_no_store(tmp_path):
    (tmp_path / "photograph.jpg").touch()
    with pytest.raises(StoreError, match=r"there is no store in .*; it holds photograph.jpg"):
        existing_store(str(tmp_path))


def test_a_folder_of_other_things_becomes_no_store(tmp_path):
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).touch()
    with pytest.raises(
        StoreError, match=r"is no store; it holds a, b, c …; give an empty folder, or a new one"
    ):
        open_store(str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 4


def test_a_file_is_no_store(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        StoreError, match=r"/file is a file; a store is a folder, so give one that is empty or new"
    ):
        open_store(str(tmp_path / "file"))


def test_a_file_is_no_store_to_ask_either(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"there is no store in .*/file; it is a file"):
        existing_store(str(tmp_path / "file"))


def test_a_store_that_is_open_here_opens_no_second_time(tmp_path):
    with open_store(str(tmp_path)):
        with pytest.raises(StoreError, match=r"is in use, here or by another process; close it there"):
            open_store(str(tmp_path))


def test_a_store_that_another_process_has_open_does_not_open(tmp_path):
    filled(tmp_path)
    program = "import sys, pyoxigraph; s = pyoxigraph.Store(sys.argv[1]); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        with pytest.raises(StoreError, match=r"is in use, here or by another process"):
            existing_store(str(tmp_path))
        process.communicate("\n")


@pytest.mark.skipif(
    not Path("/sys/kernel").is_dir(), reason="only Linux has a folder that nobody can write to"
)
def test_a_folder_that_may_not_be_written_is_told():
    with pytest.raises(
        StoreError, match=r"/sys/kgexplain cannot be written .*; give a folder that you may write to"
    ):
        open_store("/sys/kgexplain")


def test_a_folder_that_may_only_be_read_can_be_asked(tmp_path, monkeypatch):
    filled(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with existing_store(str(tmp_path)) as store:
        assert store.ask("ASK { <urn:s> <urn:p> 'o' }")


def test_a_folder_that_may_only_be_read_does_not_change(tmp_path, monkeypatch):
    filled(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with existing_store(str(tmp_path)) as store:
        with pytest.raises(StoreError, match=r"cannot be changed: .*; it is as it was"):
            store.replace(GRAPH, [])


def test_a_broken_folder_is_told(tmp_path):
    (filled(tmp_path) / "CURRENT").write_text("broken")
    with pytest.raises(
        StoreError, match=r"is broken or cannot be read .*; give another folder, or delete this one"
    ):
        open_store(str(tmp_path))


def test_a_closed_store_says_so(tmp_path):
    store = open_store(str(tmp_path))
    store.close()
    store.close()
    with pytest.raises(StoreError, match=r"is closed; open it again"):
        store.graphs()


@pytest.mark.parametrize("address", ["", "ftp://example.org/x", "memory:x", "sqlite:file"])
def test_what_is_no_address_is_told(address):
    with pytest.raises(StoreError, match=r"is no address of a store; give memory:, a folder, or http"):
        open_store(address)


def test_the_environment_says_who_asks(monkeypatch):
    monkeypatch.setenv("KGEXPLAIN_TOKEN", "secret")
    with Double(yes) as server, open_store(f"{server.address}/query"):
        assert server.received[0][2]["Authorization"] == "Bearer secret"


def test_a_wrapper_gives_its_store():
    with Double(yes) as server:
        wrapper = SPARQLWrapper(f"{server.address}/ask", updateEndpoint=f"{server.address}/change?a=1")
        wrapper.setTimeout(7)
        with from_sparqlwrapper(wrapper) as store:
            store.clear(GRAPH)
        assert [path for path, _, _ in server.received] == ["/ask", "/change?a=1"]


def test_a_wrapper_gives_its_user():
    def locked(path, form):
        return 401, {"WWW-Authenticate": "Basic realm=x"}, ""

    with Double(locked) as server:
        wrapper = SPARQLWrapper(server.address)
        wrapper.setHTTPAuth(DIGEST)
        wrapper.setCredentials("somebody", "wrong")
        with pytest.raises(StoreError, match=r"401, it does not let somebody do this"):
            from_sparqlwrapper(wrapper)


def test_memory_is_embedded():
    assert isinstance(open_store("memory:"), EmbeddedStore)
