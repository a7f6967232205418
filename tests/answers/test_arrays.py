"""Sums over all tags, by hand, and from the file that the graph links."""

from collections import Counter

import numpy as np
import pyoxigraph
import pytest
from pyoxigraph import NamedNode

from benchmarks.vgg16 import architecture, synthetic
from kgexplain.answers.arrays import (
    TagArrays,
    filters_below_synset,
    tag_arrays,
    tags_of_image,
    tags_of_image_by_layer,
)
from kgexplain.errors import EvidenceError, QueryError
from kgexplain.graph.embedded import EmbeddedStore
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.knowledge.wordnet import WORDNET
from kgexplain.vocabulary import HAS_TAG, TAG

# Three classes; layer a has filters with 1, 3, 0 and 2 tags, layer b with 1 and 0.
TAGS = TagArrays(
    {
        "a": np.array([[1, 1, 0, 0], [0, 1, 0, 1], [0, 1, 0, 1]], bool),
        "b": np.array([[0, 0], [1, 0], [0, 0]], bool),
    }
)


def test_most_selective_filters_have_the_fewest_tags_but_one():
    assert TAGS.most_selective(3) == [("a", 0, 1), ("b", 0, 1), ("a", 3, 2)]


def test_least_selective_filters_have_the_most_tags():
    assert TAGS.least_selective(2) == [("a", 1, 3), ("a", 3, 2)]


def test_untagged_filters_are_counted_for_each_layer():
    assert TAGS.untagged() == {"a": 1, "b": 1}


def test_filters_that_react_to_one_of_several_classes_count_once():
    """Classes 0 and 1 tag filters 0, 1 and 3 of layer a, and filter 0 of layer b."""
    assert TAGS.reacting({0, 1}) == {"a": 3, "b": 1}


def test_filters_of_a_class_are_counted():
    assert TAGS.filters_per_class["a"].tolist() == [2, 2, 2]


def test_a_run_without_tags_is_named(tmp_path):
    with (
        open_store("memory:") as store,
        pytest.raises(QueryError, match=r"links no tags to https://example.org/run"),
    ):
        tag_arrays(store, "https://example.org/run", tmp_path)


def test_tags_that_the_graph_does_not_link_are_refused(tmp_path):
    with open_store("memory:") as store:
        link(store, "0" * 64)
        (tmp_path / "run.tags.npz").write_bytes(b"other")
        with pytest.raises(EvidenceError, match="not the file that the graph links; run explain again"):
            tag_arrays(store, RUN, tmp_path)


def test_tags_that_are_not_there_are_missed(tmp_path):
    with open_store("memory:") as store:
        link(store, "0" * 64)
        with pytest.raises(EvidenceError, match=r"cannot be read .* give the folder beside the graph"):
            tag_arrays(store, RUN, tmp_path)


RUN = "https://w3id.org/kgexplain/run/filtag--toy"


def link(store, digest):
    """Say of a run that it made a file of tags with this digest."""
    from datetime import UTC, datetime

    from kgexplain.graph.provenance import Outcome, Pictures, Run, StoredArray, provenance
    from kgexplain.inputs.architecture import Architecture

    now = datetime(2026, 1, 1, tzinfo=UTC)
    array = StoredArray("tags", "run.tags.npz", (3, 6), 5, digest)
    run = Run(
        "filtag",
        Architecture("toy", "0" * 64, {}, ()),
        Pictures("p", "1" * 64, 1),
        now,
        now,
        "0",
        outcome=Outcome(arrays=(array,)),
    )
    statements = [
        s._replace(subject=NamedNode(RUN)) if s.subject.value == run.iri else s for s in provenance(run)
    ]
    statements = [
        s._replace(object=NamedNode(RUN)) if s.object == NamedNode(run.iri) else s for s in statements
    ]
    store.replace(NamedNode(RUN), statements)


def test_tags_of_filters_are_counted_for_each_layer():
    """Filters 0 and 1 of layer a, filter 0 of layer b; another layer has no tags."""
    found = TAGS.carried({"a": {0, 1}, "b": {0}, "c": {0}})
    assert {layer: counts.tolist() for layer, counts in found.items()} == {"a": [2, 1, 1], "b": [0, 1, 0]}


def test_tags_among_some_classes_are_counted_for_each_filter():
    assert TAGS.kinds({0, 1}) == [("a", 0, 1), ("a", 1, 2), ("a", 3, 1), ("b", 0, 1)]


@pytest.fixture(scope="module")
def two():
    """A store of two networks with all their tags, and the arrays of the first."""
    built = [synthetic(architecture(f"net{i}", (12, 20)), k=0.25, images=2, seed=i) for i in range(2)]
    built[1].graphs.pop(WORDNET.value)
    store = EmbeddedStore(built[1].load(built[0].load(pyoxigraph.Store())), "memory:")
    network = built[0].network
    layers = {name: np.zeros((1000, layer.filters), bool) for name, layer in network.layers.items()}
    places = {
        network.filter(name, i): (name, i)
        for name, layer in network.layers.items()
        for i in range(layer.filters)
    }
    indices = {network.class_(c.index): c.index for c in network.classes}
    for row in store.select(
        f"SELECT * {{ GRAPH <{built[0].run}> {{ ?filter {HAS_TAG} ?tag . ?tag {TAG} ?class }} }}"
    ):
        layer, index = places[row["filter"]]
        layers[layer][indices[row["class"]], index] = True
    return store, built[0], TagArrays(layers)


def asked(store, name, **values):
    return list(store.select(query(name).bind(**values)))


def test_tags_of_an_image_are_those_of_the_question(two):
    store, graph, tags = two
    network = NamedNode(graph.network.document)
    rows = asked(store, "explanation/tags_of_image", image=graph.images[1], network=network)
    assert tags_of_image(store, tags, graph.images[1], network) == [
        (row["class"].value, row["name"].value, int(row["filters"].value)) for row in rows
    ]
    assert len(rows) > 100


def test_tags_of_an_image_by_layer_are_those_of_the_question(two):
    store, graph, tags = two
    network = NamedNode(graph.network.document)
    rows = asked(store, "explanation/tags_of_image_by_layer", image=graph.images[1], network=network)
    found = tags_of_image_by_layer(store, tags, graph.images[1], network)
    assert [(layer, *tag) for layer, of_layer in found.items() for tag in of_layer] == [
        (row["layer"].value, row["class"].value, row["name"].value, int(row["filters"].value)) for row in rows
    ]


def test_an_image_without_activations_has_no_tags(two):
    store, graph, tags = two
    network = NamedNode(graph.network.document)
    assert tags_of_image(store, tags, NamedNode("urn:none"), network) == []
    assert tags_of_image_by_layer(store, tags, NamedNode("urn:none"), network) == {}


def test_filters_below_a_synset_are_those_of_the_question(two):
    store, graph, tags = two
    network = NamedNode(graph.network.document)
    rows = asked(store, "explanation/filters_below_synset", synset="n02099029")
    counts = Counter(
        (row["layer"].value, int(row["index"].value)) for row in rows if row["run"].value == graph.run
    )
    found = filters_below_synset(store, tags, "n02099029", network)
    assert {(layer, index): number for layer, index, number in found} == counts
    assert counts
