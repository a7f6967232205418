"""A run is coarsened from the graph and back into it; what it says conforms to the shapes, and a second time replaces it."""

from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.coarsening.reading import tags
from kgexplain.cli import cli
from kgexplain.errors import InputError, QueryError
from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Outcome, Pictures, Run, provenance
from kgexplain.graph.query import query
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.linking import links
from kgexplain.reports.text import written
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    ABOUT,
    DEFINITION,
    FILTER_TAG,
    HAS_TAG,
    RANK,
    SCORE,
    TAG,
    A,
    Statement,
    synset,
    thing,
)
from kgexplain.workflow.coarsen import DEFINITIONS, coarsen, define
from kgexplain.workflow.coarsened import overview

WNIDS = (
    "n02087394",  # Rhodesian ridgeback
    "n02088466",  # bloodhound
    "n02091134",  # whippet
    "n02123045",  # tabby
    "n02834778",  # bicycle-built-for-two
    "n02860847",  # bobsled
    "n03417042",  # garbage truck
    "n07734744",  # mushroom
)
# Thirty others, none of them a dog, so that it says something to be one.
OTHERS = tuple(w for w in wordnet.imagenet_wnids()[::29] if "n02084071" not in wordnet.wordnet().above[w])[
    :30
]
DOG = synset("n02084071")
KNOWN = (*WNIDS, *OTHERS)
GNOME = len(KNOWN)
CLASSES = (
    *(OutputClass(i, wordnet.wordnet().words[w][0], w) for i, w in enumerate(KNOWN)),
    OutputClass(GNOME, "gnome"),
)
NETWORK = Architecture(
    "tiny", "0a1b2c3d" * 8, {n: Layer(n, 4, i) for i, n in enumerate(("one", "two"), 1)}, CLASSES
)
# Of layer one: three dogs and a bobsled; a dog and a mushroom; a single tag; nothing. Nobody looked at layer two.
TAGS = ((0, 1, 2, 5), (1, 7), (GNOME,), ())
NOW = datetime(2025, 5, 1, tzinfo=UTC)
RUN = Run(
    "filtag",
    NETWORK,
    Pictures("garden", "9f8e7d6c" * 8, 7),
    NOW,
    NOW,
    "0.1.0",
    outcome=Outcome(tags_stated=7),
)


def tagged(carried=TAGS, run=RUN):
    for filter_, classes in enumerate(carried):
        for rank, class_ in enumerate(classes, start=1):
            node = thing(run.iri, "tag", "one", filter_, class_)
            yield Statement(NETWORK.filter("one", filter_), HAS_TAG, node)
            yield Statement(node, A, FILTER_TAG)
            yield Statement(node, TAG, NETWORK.class_(class_))
            yield Statement(node, SCORE, Literal(1 / rank))
            yield Statement(node, RANK, Literal(rank))


@pytest.fixture
def store():
    with open_store("memory:") as opened:
        opened.replace(NamedNode(NETWORK.document), chain(described(NETWORK), links(NETWORK)))
        opened.replace(wordnet.WORDNET, wordnet.statements(KNOWN))
        opened.replace(NamedNode(RUN.iri), chain(tagged(), provenance(RUN)))
        yield opened


def filter_(index):
    return NETWORK.filter("one", index)


def test_three_dogs_and_a_bobsled_are_dogs(store):
    found = coarsen(store)
    rows = store.select(query("coarsening/coarse_tag_of_filter").bind(filter=filter_(0)))
    (row,) = rows
    assert (row["run"].value, row["concept"], row["sentence"].value) == (
        found.run,
        synset("n02087122"),
        "3 of 4 are kinds of hunting dog, all but bobsled",
    )


def test_what_a_filter_is_about_is_one_statement(store):
    coarsen(store)
    assert store.ask(f"ASK {{ {filter_(0)} {ABOUT} {synset('n02087122')} }}")


def test_how_tags_agree_is_counted(store):
    """Three dogs and a bobsled are nearer than four classes by lot, a dog and a mushroom are not."""
    assert coarsen(store).counts() == {"conforming": 1, "mixed": 1, "single": 1, "untagged": 1}


def test_single_and_untagged_filters_have_no_coarse_tag(store):
    assert {one.thing for one in coarsen(store).coarse["filter"]} <= {filter_(0).value, filter_(1).value}


def test_mixed_filters_are_found_by_the_question(store):
    coarsen(store)
    rows = store.select(query("contradictions/filters_without_common_ground").bind())
    assert [row["filter"] for row in rows] == [filter_(1)]


def test_layers_that_the_run_left_out_are_left_out(store):
    assert set(tags(store).tagging.layers) == {NETWORK.layer("one").value}


def test_a_layer_is_about_what_its_filters_are(store):
    coarsen(store)
    rows = store.select(query("coarsening/layers_side_by_side").bind())
    assert [(row["layer"].value, row["name"].value) for row in rows] == [("one", "hunting dog")]


def test_a_class_without_a_synset_is_kept_and_said(store, caplog):
    found = coarsen(store)
    assert found.unlinked == ("gnome",)
    assert "without a synset, kept as tags of no kind: gnome" in caplog.text


def test_a_class_without_images_is_no_leaf(store):
    run = Run(
        "filtag",
        NETWORK,
        RUN.images,
        NOW,
        NOW,
        "0.1.0",
        outcome=Outcome(classes_without_images=(3, GNOME), tags_stated=7),
    )
    store.replace(NamedNode(run.iri), chain(tagged(((0, 1),)), provenance(run)))
    assert len(tags(store).hierarchy.classes) == GNOME - 1


def test_only_the_best_tags_are_looked_at(store):
    assert tags(store, best=2).tagging.sizes.tolist() == [2, 2, 1, 0]


def test_no_tags_at_all_are_no_choice(store):
    with pytest.raises(InputError, match="best is 0; it is a number of tags and must be at least 1"):
        coarsen(store, best=0)


def test_a_second_coarsening_replaces_the_first(store):
    first = coarsen(store)
    before = len(store.select("SELECT ?s ?p ?o { GRAPH <" + first.run + "> { ?s ?p ?o } }"))
    again = coarsen(store)
    assert again.run == first.run
    assert len(store.select("SELECT ?s ?p ?o { GRAPH <" + first.run + "> { ?s ?p ?o } }")) == before
    less = coarsen(store, share=1.0)
    texts = store.select(query("coarsening/coarse_tag_of_filter").bind(filter=filter_(0)))
    assert less.run == first.run
    assert all("all but" not in row["sentence"].value for row in texts)


def test_runs_are_coarsened_apart(store):
    other = Run(
        "filtag", NETWORK, Pictures("park", "1" * 64, 7), NOW, NOW, "0.1.0", outcome=Outcome(tags_stated=7)
    )
    store.replace(NamedNode(other.iri), chain(tagged(run=other), provenance(other)))
    assert coarsen(store, RUN.iri).run != coarsen(store, other.iri).run


def test_the_run_says_whose_tags_it_used(store):
    found = coarsen(store)
    assert store.ask(f"ASK {{ <{found.run}> <http://www.w3.org/ns/prov#used> <{RUN.iri}> }}")


def test_all_that_is_said_conforms_to_the_shapes(store):
    coarsen(store)
    graph = rdflib.Graph()
    lines = "".join(f"{s} {p} {o} .\n" for s, p, o in store.construct("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"))
    graph.parse(data=lines, format="nt")
    conforms, _, text = pyshacl.validate(
        graph, shacl_graph=rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    )
    assert conforms, text


def test_a_run_that_is_not_there_is_named(store):
    with pytest.raises(
        QueryError, match=r"does not know urn:x, or it tagged no filter; those that did are .*filtag"
    ):
        coarsen(store, "urn:x")


def test_a_graph_without_tags_says_what_to_do():
    with (
        open_store("memory:") as empty,
        pytest.raises(QueryError, match="none; run `kgexplain explain` first"),
    ):
        coarsen(empty)


def test_own_nearness_decides_what_conforms(store):
    assert coarsen(store, near=lambda known: np.eye(GNOME + 1)).counts()["conforming"] == 0


def test_definitions_in_the_graph_count(store):
    """A bloodhound and a mushroom that are defined by one rare word are near to each other."""
    texts = {"n02088466": "zyzzyva", "n07734744": "zyzzyva"}
    before = coarsen(store).agreements["filter"][filter_(1).value].conformance
    store.add(DEFINITIONS, [Statement(synset(w), DEFINITION, Literal(text)) for w, text in texts.items()])
    assert coarsen(store).agreements["filter"][filter_(1).value].conformance > before


class Lexicon:
    @property
    def glosses(self):
        return {"n02084071": "a member of the genus Canis", "n00000001": "of no class here"}


def test_defining_adds_what_wordnet_says_of_the_runs_concepts(store, monkeypatch):
    monkeypatch.setattr("kgexplain.workflow.coarsen.whole_wordnet", Lexicon)
    assert define(store) == 1
    assert tags(store).definitions == {DOG.value: "a member of the genus Canis"}


@pytest.mark.parametrize(
    ("by", "line"),
    [
        ("filter", "hunting dog,1,0.75,"),
        ("layer", "layer--one,1,hunting dog,1,"),
        ("network", "tiny--0a1b2c3d,1,hunting dog,1,"),
        ("sentences", 'filter--one--0,1,"3 of 4 are kinds of hunting dog, all but bobsled"'),
        ("counts", "filter,1,1,1,1"),
    ],
)
def test_an_overview_shows(by, line, store):
    assert line in "\n".join(written(overview(coarsen(store), by), "csv"))


def test_an_overview_of_something_else_is_refused(store):
    with pytest.raises(InputError, match="by is 'pixel'; what can be shown is filter, class, layer"):
        overview(coarsen(store), "pixel")


def test_the_command_prints_and_writes(store, tmp_path):
    folder = tmp_path / "graph"
    with open_store(str(folder)) as other:
        for graph in store.graphs():
            other.replace(
                graph, store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
            )
    asked = ["coarsen", "--store", str(folder), "--by", "sentences", "--as", "csv"]
    answer = CliRunner().invoke(cli, asked)
    assert "3 of 4 are kinds of hunting dog" in answer.stdout
    with open_store(str(folder)) as other:
        assert other.ask(f"ASK {{ {filter_(0)} {ABOUT} ?concept }}")
