"""What filters stand for, read from a small graph."""

import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.filters import ConceptRun, Demand, Standing, concept_run, standing
from kgexplain.errors import QueryError
from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.vocabulary import (
    CATEGORY,
    FILTER_CONCEPT,
    HAS_CONCEPT,
    HAS_INPUT,
    HAS_VALUE,
    IOU,
    LABEL,
    MATCHED,
    MEASURE,
    P_VALUE,
    PREF_LABEL,
    RANK,
    SCORE,
    SPECIFIED_BY,
    STARTED,
    USED,
    XSD_DATETIME,
    A,
    Statement,
    concept,
    document,
    synset,
    thing,
)

LAYERS = {"conv": Layer("conv", 4, 1), "last": Layer("last", 2, 2)}
TINY, OTHER = (Architecture(name, f"{name}0a1b2c3d", LAYERS, (OutputClass(0, "cat"),)) for name in ("a", "b"))
OLD, NEW, LABELS = (document("run", key) for key in ("old", "new", "labels"))
DOG = synset("n02084071")


def entries(network, run, filter_, measure, *rows, layer="conv"):
    """A filter's concepts, best first: category, name, score, and perhaps IoU and p-value."""
    for rank, (category, name, score, *known) in enumerate(rows, start=1):
        iri = concept(category, name) if category else DOG
        node = thing(run, layer, filter_, measure, rank)
        yield Statement(network.filter(layer, filter_), HAS_CONCEPT, node)
        yield Statement(node, A, FILTER_CONCEPT)
        yield Statement(node, MATCHED, iri)
        yield Statement(node, MEASURE, Literal(measure))
        yield Statement(node, SCORE, Literal(score))
        yield Statement(node, RANK, Literal(rank))
        yield from (Statement(node, p, Literal(v)) for p, v in zip((IOU, P_VALUE), known, strict=False))
        yield Statement(iri, PREF_LABEL, Literal(name))
        if category:
            yield Statement(iri, CATEGORY, Literal(category))


def told(run, network, day):
    started = Literal(f"2025-05-0{day}T10:00:00Z", datatype=XSD_DATETIME)
    yield Statement(NamedNode(run), USED, NamedNode(network.document))
    yield Statement(NamedNode(run), STARTED, started)


@pytest.fixture(scope="module")
def store():
    store = open_store("memory:")
    for network in (TINY, OTHER):
        store.replace(NamedNode(network.document), described(network))
    setting = thing(OLD, "setting", "explain", "place")
    old = [
        *told(OLD, TINY, 1),
        Statement(NamedNode(OLD), HAS_INPUT, setting),
        Statement(setting, SPECIFIED_BY, thing(OLD, "option")),
        Statement(setting, HAS_VALUE, Literal("raw")),
        Statement(thing(OLD, "option"), LABEL, Literal("explain.place")),
        *entries(TINY, OLD, 0, "iou", ("part", "ear", 0.5, 0.5, 0.01), ("object", "cat", 0.25, 0.25, 0.3)),
        *entries(TINY, OLD, 2, "iou", ("color", "red", 0.04, 0.04, 0.5), ("object", "cat", 0.03, 0.03, 0.9)),
        *entries(TINY, OLD, 3, "iou", ("object", "cat", 0.125, 0.125)),
        *entries(TINY, OLD, 1, "iou", ("object", "car", 0.75, 0.75, 0.01), layer="last"),
    ]
    store.replace(NamedNode(OLD), old)
    new = [*told(NEW, OTHER, 2), *entries(OTHER, NEW, 1, "iou", ("object", "cup", 0.5, 0.5))]
    store.replace(NamedNode(NEW), new)
    labels = [
        *told(LABELS, TINY, 3),
        *entries(TINY, LABELS, 1, "pearson", ("", "dog", 0.6)),
        *entries(TINY, LABELS, 0, "pearson", ("part", "ear", 0.4, 0.2, 0.02)),
    ]
    store.replace(NamedNode(LABELS), labels)
    return store


def names(store, demand, run=OLD, layer="conv"):
    source = ConceptRun(run, TINY.document, "", "", "")
    return {one.index: one.name for one in standing(store, source, layer, demand)}


def test_a_filter_stands_for_its_best_concept(store):
    assert names(store, Demand()) == {0: "ear", 2: "red", 3: "cat"}


def test_layers_are_told_apart(store):
    assert names(store, Demand(), layer="last") == {1: "car"}


def test_of_some_categories_a_filter_stands_for_the_best(store):
    assert names(store, Demand(categories=("object", "material"))) == {0: "cat", 2: "cat", 3: "cat"}


def test_an_iou_must_be_above_the_threshold(store):
    assert names(store, Demand(iou=0.04)) == {0: "ear", 3: "cat"}
    assert names(store, Demand(iou=0.0399)) == {0: "ear", 2: "red", 3: "cat"}


def test_a_p_value_may_be_at_most_the_limit_if_it_is_known(store):
    assert names(store, Demand(p_value=0.01)) == {0: "ear", 3: "cat"}
    assert names(store, Demand(p_value=0.009)) == {3: "cat"}


def test_a_filter_may_stand_for_a_synset(store):
    source = ConceptRun(LABELS, TINY.document, "", "", "")
    found = list(standing(store, source, "conv", Demand("pearson")))
    assert found[1] == Standing(1, DOG.value, "dog", "", 0.6)


def test_an_iou_that_is_not_known_is_not_asked(store):
    assert names(store, Demand("pearson", iou=0.3), LABELS) == {1: "dog"}


def test_measures_are_told_apart(store):
    assert names(store, Demand("iou"), LABELS) == {}


def test_the_newest_run_counts(store):
    assert concept_run(store, "iou").run == NEW


def test_the_newest_run_of_a_network_counts(store):
    found = concept_run(store, "iou", TINY.document)
    assert (found.run, found.network_name, found.network_digest) == (OLD, "a", TINY.digest)


def test_a_run_can_be_named(store):
    assert concept_run(store, "iou", run=OLD).run == OLD


def test_a_run_says_where_maps_were_taken(store):
    assert concept_run(store, "iou", run=OLD).place == "raw"


def test_without_a_word_maps_are_taken_after_the_activation(store):
    assert concept_run(store, "pearson").place == "activation"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"measure": "cosine"},
            "has a concept by cosine from any run .runs: none does.; run `kgexplain explain",
        ),
        (
            {"measure": "pearson", "network": OTHER.document},
            f"from any run of {OTHER.document} .runs: {LABELS}",
        ),
        ({"measure": "iou", "run": LABELS}, f"from the run {LABELS} .runs: {NEW}, {OLD}"),
    ],
)
def test_what_no_run_says_is_refused(store, words, message):
    with pytest.raises(QueryError, match=message):
        concept_run(store, **words)
