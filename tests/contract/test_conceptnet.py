"""Names as ConceptNet has them go into every store and come back, whatever engine runs in it."""

import pytest

from kgexplain.graph.endpoint import Credentials, Endpoint
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.graph.remote import RemoteStore
from kgexplain.knowledge.conceptnet import CONCEPTNET, Edge, iri, statements, uri

WORDS = (
    "dog",
    "50%_off",
    "café/n/wikt/fr_1",
    "собака",
    "हिन्दी",
    "犬",
    "don't",
    '"x"<y>{z}|^`\\#?',
    "a,b;c:d=e@f",
)


@pytest.fixture(params=["memory", "folder", "oxigraph", "virtuoso"])
def store(request, tmp_path):
    if request.param in ("memory", "folder"):
        opened = open_store("memory:" if request.param == "memory" else str(tmp_path / "folder"))
    else:
        address = request.getfixturevalue(f"{request.param}_address")
        opened = RemoteStore(address, Endpoint(Credentials("dba", "dba")))
    with opened:
        yield opened
        opened.clear(CONCEPTNET)


def test_every_name_comes_back_as_it_was(store):
    ends = [f"/c/en/{word}" for word in WORDS]
    edges = [Edge("/r/IsA", "/c/en/x", end, 1.5) for end in ends]
    store.replace(CONCEPTNET, statements(edges))
    found = list(store.select(query("links/neighbours_of_word").bind(name="x")))
    assert {uri(row["edge"]) for row in found} == {edge.uri for edge in edges}
    assert {row["to"].value for row in found} == {word.split("/")[0].replace("_", " ") for word in WORDS}
    direct = store.select(f"SELECT ?end {{ {iri('/c/en/x')} {iri('/r/IsA')} ?end }}")
    assert {uri(row["end"]) for row in direct} == set(ends)
