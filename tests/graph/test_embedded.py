"""What only the store of this process promises: to be whole after it was killed, in bounded memory."""

import random
import signal
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import StoreError
from kgexplain.graph import embedded
from kgexplain.graph.opening import open_store
from kgexplain.graph.store import STAGING
from kgexplain.vocabulary import Statement
from tests.graph.killed import SIZE

CHECKOUT = Path(__file__).parents[2]
GRAPH, OTHER = NamedNode("urn:graph"), NamedNode("urn:other")
OLD = 2000

# Before a statement is made (in the first piece, and while others are being loaded), or some time after the last
# was: while the last pieces are loaded, while the graph is replaced, and when all is done.
MOMENTS = [(statement, 0) for statement in (0, 1, 700, 1999, SIZE - 1)] + [
    (-1, random.Random(number).uniform(0, 0.15)) for number in range(5)
]


def numbered(size, predicate="urn:old"):
    return (Statement(NamedNode(f"urn:s{n}"), NamedNode(predicate), Literal(n)) for n in range(size))


def counts(store):
    rows = store.select("SELECT ?p (COUNT(*) AS ?n) { GRAPH <urn:graph> { ?s ?p ?o } } GROUP BY ?p")
    return {row["p"].value: int(row["n"].value) for row in rows}


def killed(folder, statement, seconds):
    program = [sys.executable, "-m", "tests.graph.killed", str(folder), str(statement), str(seconds)]
    assert subprocess.run(program, cwd=CHECKOUT, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize(("statement", "seconds"), MOMENTS)
def test_a_killed_replace_leaves_the_old_or_the_new(tmp_path, statement, seconds):
    with open_store(str(tmp_path)) as store:
        store.replace(GRAPH, numbered(OLD))
        store.replace(OTHER, numbered(7))
    killed(tmp_path, statement, seconds)
    with open_store(str(tmp_path)) as store:
        assert counts(store) in ({"urn:old": OLD}, {"urn:new": SIZE})
        assert store.graphs() - {NamedNode("urn:done")} == {GRAPH, OTHER}


@pytest.mark.parametrize(("statement", "seconds"), MOMENTS)
def test_a_killed_first_replace_leaves_nothing_or_all(tmp_path, statement, seconds):
    killed(tmp_path, statement, seconds)
    with open_store(str(tmp_path)) as store:
        assert counts(store) in ({}, {"urn:new": SIZE})


def test_a_replace_that_is_killed_late_has_begun(tmp_path):
    """Without the drop on opening, what was loaded before would be seen: the tests above could not fail else."""
    killed(tmp_path, SIZE - 1, 0)
    with embedded.EmbeddedStore(embedded.pyoxigraph.Store(tmp_path), "x") as store:
        inside = {quad.graph_name for quad in store._store}
        assert (GRAPH in inside, store.graphs()) == (True, set())


def test_opening_drops_what_was_left_behind(tmp_path):
    killed(tmp_path, SIZE - 1, 0)
    with open_store(str(tmp_path)) as store:
        assert len(store._store) == 0
        assert list(store._store.named_graphs()) == []


def test_a_staging_graph_left_behind_is_dropped(tmp_path):
    with open_store(str(tmp_path)) as store:
        store.replace(NamedNode(f"{STAGING}1-x"), numbered(3))
    with open_store(str(tmp_path)) as store:
        assert len(store._store) == 0


def test_a_failed_write_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(embedded, "PIECE", 10)
    store = open_store("memory:")
    store.replace(GRAPH, numbered(5))
    with pytest.raises(ZeroDivisionError):
        store.replace(GRAPH, (Statement(*s) if s.object.value != "90" else 1 / 0 for s in numbered(100)))
    assert len(store._store) == 5


def test_a_load_that_fails_is_told_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(embedded, "PIECE", 10)
    store = open_store("memory:")
    load = store._load_piece

    def full(graph, piece):
        if "urn:s70" in piece:
            with store._changing():
                raise OSError("No space left on device")
        load(graph, piece)

    monkeypatch.setattr(store, "_load_piece", full)
    with pytest.raises(
        StoreError, match="memory: cannot be changed: No space left on device; it is as it was"
    ):
        store.replace(GRAPH, numbered(100))
    assert len(store._store) == 0


def test_two_threads_write_one_after_the_other(monkeypatch):
    monkeypatch.setattr(embedded, "PIECE", 10)
    store = open_store("memory:")
    graphs = [NamedNode(f"urn:g{number}") for number in range(4)]
    writers = [threading.Thread(target=store.replace, args=(graph, numbered(200))) for graph in graphs]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (store.graphs(), len(store._store)) == (set(graphs), 800)


def test_statements_are_not_held_while_they_are_loaded(tmp_path, monkeypatch):
    """20,000 lines are 1.3 MB of text; a piece of 500 is 33 kB, and one or two wait for each loader."""
    monkeypatch.setattr(embedded, "PIECE", 500)
    with open_store(str(tmp_path)) as store:
        tracemalloc.start()
        store.replace(GRAPH, numbered(20_000))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 800_000
