"""Filters are labelled from the arrays beside a graph, and into it."""

from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from kgexplain.cli import cli
from kgexplain.errors import EvidenceError, InputError, QueryError
from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Outcome, Pictures, Run, provenance
from kgexplain.graph.query import query
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge import wordnet
from kgexplain.reports.text import written
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    CATEGORY,
    CLOSE_MATCH,
    LABELLED_WITH,
    P_VALUE,
    PREF_LABEL,
    USED,
    VISUAL_CONCEPT,
    A,
    Statement,
    concept,
    synset,
)
from kgexplain.workflow.beside import Beside
from kgexplain.workflow.label import label

NOW = datetime(2025, 5, 1, tzinfo=UTC)
FILTERS = 120
NAMES = ("tabby", "whippet", "car wheel", "mushroom", "bobsled")
WNIDS = ("n02123045", "n02091134", "n02974003", "n07734744", "n02860847")
CARNIVORE = synset("n02075296")
IMAGES = 400


def network(digest):
    layers = {"conv": Layer("conv", FILTERS, 1)}
    return Architecture("tiny", digest * 8, layers, (OutputClass(0, "tabby", "n02123045"),))


TRAINED, RANDOM = network("0a1b2c3d"), network("1b2c3d4e")


def arrays(responses, seed):
    """What a dissection of images with one concept each keeps; ``responses`` is a row for each filter that has some."""
    chance = np.random.default_rng(seed)
    covered = np.eye(len(NAMES) + 1)[chance.integers(0, len(NAMES) + 1, IMAGES)][:, : len(NAMES)]
    maps = chance.gamma(1, 0.3, (FILTERS, IMAGES))
    maps[: len(responses)] += np.array(responses).reshape(-1, len(NAMES)) @ covered.T
    maps[-1] = 0
    areas = covered.sum(0)[:, None]
    kept = {
        "products": (maps @ covered).T,
        "moments": np.stack([maps.sum(1), (maps**2).sum(1)]),
        "iou": np.full((len(NAMES), FILTERS), 0.25),
    }
    dealt = {**kept, "products": (maps @ chance.permutation(covered)).T, "iou": kept["iou"] / 2}
    return {
        "concepts": {"concepts": np.array([[f"{name}\tobject"] for name in NAMES])},
        "sizes": {"conv": np.array([[1, 1]])},
        "cells": {"conv": np.array([[IMAGES]])},
        "gram": {"1x1": covered.T @ covered},
        "image_squares": {"1x1": (covered**2).sum(0)[:, None]},
        **{title: {"1x1": areas} for title in ("areas", "image_areas")},
        **{title: {"conv": array} for title, array in kept.items()},
        **{f"{title}_by_chance": {"conv": array} for title, array in dealt.items()},
    }


# To carnivores, unevenly; to the wheel; the others to nothing.
RESPONSES = ((3, 1.5, 0, 0, 0), (0, 0, 3, 0, 0))


def dissect(store, of, responses, when=NOW, seed=0):
    """A dissection as the explainer leaves it, with what its concepts are linked to."""
    run = Run("dissection", of, Pictures("garden", "9f8e7d6c" * 8, IMAGES), when, when, "0.1.0")
    kept = [Beside(store).keep_arrays(run.iri, *titled) for titled in arrays(responses, seed).items()]
    options = {"explain": {"place": "activation"}}
    run = Run(**{**run.__dict__, "outcome": Outcome(arrays=tuple(kept)), "options": options})
    iris = [concept("object", name) for name in NAMES]
    named = [s for c, n in zip(iris, NAMES, strict=True) for s in concept_said(c, n)]
    store.replace(NamedNode(of.document), described(of))
    store.replace(NamedNode(run.iri), chain(provenance(run), named))
    store.replace(wordnet.WORDNET, wordnet.statements(WNIDS))
    linked = (Statement(c, CLOSE_MATCH, synset(w)) for c, w in zip(iris, WNIDS, strict=True))
    store.replace(NamedNode("https://w3id.org/kgexplain/links/words"), linked)
    return run.iri


def concept_said(iri, name):
    yield Statement(iri, A, VISUAL_CONCEPT)
    yield Statement(iri, PREF_LABEL, Literal(name))
    yield Statement(iri, CATEGORY, Literal("object"))


@pytest.fixture
def store(tmp_path):
    with open_store(str(tmp_path / "graph")) as opened:
        dissect(opened, TRAINED, RESPONSES)
        yield opened


def direct(store):
    rows = store.select(f"SELECT ?f ?c WHERE {{ ?f {LABELLED_WITH} ?c }}")
    return {row["f"]: row["c"] for row in rows}


def test_a_filter_is_labelled_with_what_is_above_the_concepts_it_responds_to(store):
    label(store)
    assert direct(store)[TRAINED.filter("conv", 0)] == CARNIVORE


def test_a_filter_is_labelled_with_the_concept_it_responds_to(store):
    label(store)
    assert direct(store)[TRAINED.filter("conv", 1)] == concept("object", "car wheel")


def test_a_filter_that_responds_to_nothing_has_no_label(store):
    """By chance one of a hundred has one; it is not the dead one."""
    label(store)
    assert len(direct(store)) <= 5
    assert TRAINED.filter("conv", FILTERS - 1) not in direct(store)


def test_a_label_has_a_p_value_of_all_live_filters(store):
    """Of 119 live filters none is by chance as high: 1 / 120."""
    found = label(store)
    assert found.labels["conv"][0].p_value == pytest.approx(1 / 120)


def test_no_filter_is_labelled_where_the_limit_is_below_all_p_values(store):
    label(store, limit=1 / 121)
    assert direct(store) == {}


def test_by_iou_only_concepts_are_labels(store):
    label(store, measure="iou", limit=1)
    assert CARNIVORE not in direct(store).values()
    assert concept("object", "tabby") in direct(store).values()


def test_the_null_can_be_another_dissection(store):
    """Of a network all of whose filters respond more clearly to something, every one is as high: p is 1."""
    null = dissect(store, RANDOM, ((9, 9, 0, 0, 0),) * (FILTERS - 1), NOW.replace(day=2), seed=1)
    run = dissect(store, TRAINED, RESPONSES)
    found = label(store, run, null=null)
    assert found.labels["conv"][0].p_value == pytest.approx(1)
    assert direct(store) == {}


def test_the_newest_dissection_is_labelled(store):
    dissect(store, RANDOM, (), NOW.replace(day=2))
    assert label(store).run.startswith("https://w3id.org/kgexplain/run/labels--tiny--1b2c3d4e")


def test_a_second_labelling_replaces_the_first(store):
    run = label(store).run
    second = label(store, limit=1 / 121)
    assert second.run == run
    assert direct(store) == {}


def test_the_graph_says_what_the_labels_were_made_of_and_how(store):
    found = label(store, limit=0.02)
    rows = store.select(query("provenance/options_of_run").bind(run=NamedNode(found.run)))
    options = {row["option"].value: row["value"].value for row in rows}
    assert options == {"explain.place": "activation", "labels.limit": "0.02", "labels.measure": "profile"}
    used = f"<{found.run}> {USED} <{found.run.replace('/labels', '/dissection')}>"
    assert store.ask(f"ASK {{ {used} }}")


def test_the_question_for_labelled_filters_finds_them(store):
    run = label(store, limit=1 / 120).run
    rows = list(store.select(query("concepts/labelled_filters").bind(run=NamedNode(run))))
    names = {row["index"].value: row["name"].value for row in rows}
    assert (names["0"], names["1"]) == ("carnivore", "car wheel")


def test_what_is_said_conforms_to_the_shapes(store):
    label(store)
    graph = rdflib.Graph()
    for statement in store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        graph.parse(data=" ".join(map(str, statement)) + " .", format="nt")
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report


def test_what_is_printed_counts_labels_layer_by_layer(store):
    lines = list(written(label(store, limit=1 / 120).rows(), "csv"))
    assert lines[0] == "layer,filters,labelled,with_synset,labels"
    layer, filters, labelled, with_synset, different = lines[1].split(",")
    assert (layer, filters) == ("conv", "120")
    assert int(labelled) >= 2 <= int(different)
    assert int(with_synset) >= 1


def test_the_command_labels(store):
    address = store.address
    store.close()
    result = CliRunner().invoke(cli, ["label", "--store", address, "--limit", "0.02", "--as", "csv"])
    assert result.exit_code == 0, result.output
    assert "conv,120," in result.output


def test_a_measure_that_is_none_is_refused(store):
    with pytest.raises(InputError, match="measure is 'auc'; it must be one of profile, pearson"):
        label(store, measure="auc")


@pytest.mark.parametrize("limit", [0, 1.5])
def test_a_limit_that_is_no_p_value_is_refused(store, limit):
    with pytest.raises(InputError, match=f"limit is {limit}; it is a p-value and must be more than 0"):
        label(store, limit=limit)


def test_a_run_that_is_no_dissection_is_refused(store):
    with pytest.raises(QueryError, match=r"does not know https://x.org/run, or it is no dissection; .*tiny"):
        label(store, "https://x.org/run")


def test_a_graph_without_a_dissection_is_refused(tmp_path):
    with (
        open_store("memory:") as empty,
        pytest.raises(QueryError, match=r"does not know any dissection; .* run `kgexplain explain --with"),
    ):
        label(empty, files=tmp_path)


def test_a_null_of_other_layers_is_refused(store):
    other = Architecture("tiny", "2c3d4e5f" * 8, {"conv": Layer("conv", FILTERS, 1)}, ())
    null = dissect(store, other, ())
    beside = Beside(store)
    moved = {title: {"last": of["conv"]} if "conv" in of else of for title, of in arrays((), 0).items()}
    kept = tuple(beside.keep_arrays(null, *titled) for titled in moved.items())
    told = Run(
        "dissection", other, Pictures("garden", "9f8e7d6c" * 8, IMAGES), NOW, NOW, "0.1.0",
        outcome=Outcome(arrays=kept),
    )  # fmt: skip
    store.replace(NamedNode(null), provenance(told))
    run = dissect(store, TRAINED, RESPONSES)
    with pytest.raises(
        InputError, match=r"it did not look at conv; give a dissection of the same architecture"
    ):
        label(store, run, null=null)


def test_arrays_that_the_graph_does_not_link_are_refused(store):
    run = dissect(store, TRAINED, RESPONSES)
    Beside(store).keep_arrays(run, "products", {"conv": np.zeros((5, FILTERS))})
    with pytest.raises(EvidenceError, match="not the products that the graph links"):
        label(store)


def test_p_values_are_stated(store):
    label(store)
    rows = list(store.select(f"SELECT ?p WHERE {{ ?e {P_VALUE} ?p }}"))
    assert len(rows) > FILTERS
