"""Sums over all tags, by hand, and from the file that the graph links."""

import numpy as np
import pytest

from kgexplain.answers.arrays import TagArrays, tag_arrays
from kgexplain.errors import EvidenceError, QueryError
from kgexplain.graph.opening import open_store

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

    from pyoxigraph import NamedNode

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
