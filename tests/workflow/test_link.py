"""Networks of a graph are linked anew: to a small WordNet's synsets, to other dictionaries, and to ConceptNet."""

import gzip
import logging

import nltk.data
import pyoxigraph
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from kgexplain.cli import cli
from kgexplain.errors import InputError
from kgexplain.graph.description import described
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge.conceptnet import CONCEPTNET, import_assertions
from kgexplain.knowledge.linking import WORDNET_LINKS, links_document
from kgexplain.knowledge.wordnet import WORDNET, wordnet
from kgexplain.knowledge.wordnet import installed as installed_module
from kgexplain.knowledge.words import WORD_LINKS
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    ADJECTIVE,
    ATTRIBUTE,
    BROADER,
    ESTIMATED,
    HAS_ATTRIBUTE,
    NOUN,
    PREF_LABEL,
    PROBABILITY,
    RANK,
    SIGNALS,
    SUBSUMED_BY,
    WNID,
    A,
    Statement,
    attribute,
    synset,
    term,
    thing,
)
from kgexplain.workflow.explain import write_network
from kgexplain.workflow.link import Sources, link
from tests.knowledge import small_wordnet

LAYERS = {"conv": Layer("conv", 2, 1)}
DOG, TABBY = "n02084071", "n02123045"
# All names but the first two have to be understood: three waders, which tell what the crane is, and an unknown word.
CLASSES = (
    OutputClass(0, "dog", DOG),
    OutputClass(1, "tabby", TABBY),
    OutputClass(2, "heron"),
    OutputClass(3, "crane"),
    OutputClass(4, "wug"),
)
NETWORK = Architecture("birds", "0a1b2c3d4e", LAYERS, CLASSES)
OTHER = Architecture("others", "ffffffffff", LAYERS, (OutputClass(0, "dog", DOG), OutputClass(1, "mouse")))
EDGES = (
    ("IsA", "/c/en/dog/n/wn/animal", "/c/en/pet"),
    ("RelatedTo", "/c/en/wug", "/c/en/test"),
    ("ExternalURL", "/c/en/dog/n/wn/animal", "http://wordnet-rdf.princeton.edu/wn31/102086723-n"),
    ("IsA", "/c/en/dog", "/c/en/pet"),
    ("AtLocation", "/c/en/tabby", "/c/en/house"),
    ("IsA", "/c/en/stone", "/c/en/thing"),
)


@pytest.fixture(autouse=True)
def few_classes(monkeypatch):
    """WordNet's graph has ImageNet's 1,000 classes; two of them are enough here, and quick."""
    monkeypatch.setattr("kgexplain.knowledge.wordnet.imagenet_wnids", lambda: (DOG, TABBY))


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A folder with all that links are made from, and the wnids of the small WordNet by name.

    To it belongs what ships, as it does to a real one.
    """
    monkeypatch.setattr(nltk.data, "path", [])
    wnids = small_wordnet.write(tmp_path / "debian")
    found = installed_module.lexicon(tmp_path / "cache", tmp_path / "debian")
    hierarchy = found.hierarchy
    hierarchy.words.update(wordnet().words)
    hierarchy.hypernyms.update(wordnet().hypernyms)
    monkeypatch.setattr("kgexplain.knowledge.wordnet.whole_wordnet", lambda: found)
    (tmp_path / "ili-map-pwn30.tab").write_text("i46360\t02084071-n\n")
    (tmp_path / "ili-map-pwn31.tab").write_text("i46360\t02086723-n\n")
    lines = (
        f'/a/[/r/{r}/,{s}/,{e}/]\t/r/{r}\t{s}\t{e}\t{{"dataset": "/d/test", "license": "cc:by-sa/4.0", "weight": 2.0}}\n'
        for r, s, e in EDGES
    )
    (tmp_path / "assertions.csv.gz").write_bytes(gzip.compress("".join(lines).encode()))
    import_assertions([tmp_path / "assertions.csv.gz"], tmp_path / "conceptnet.sqlite")
    return tmp_path, wnids


@pytest.fixture
def store():
    opened = open_store("memory:")
    for network in (NETWORK, OTHER):
        write_network(opened, network)
    return opened


def all_sources(made, **others):
    return Sources(**{"ili": str(made[0]), "conceptnet": str(made[0] / "conceptnet.sqlite"), **others})


def rows(found):
    return [tuple(row[column].value for column in found.columns) for row in found]


def asked(store, name, **values):
    return [
        {column: term.value for column, term in row.items()}
        for row in store.select(query(name).bind(**values))
    ]


def linked(store, index, network=NETWORK):
    """Target and method of each link of a class."""
    found = asked(store, "links/links_of_class", **{"class": network.class_(index)})
    return [(row["target"].replace("http://api.conceptnet.io", ""), row["method"]) for row in found]


def triples(store, graph):
    return set(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))


def test_the_summary_counts_links_by_method_and_names_what_is_open(store, made):
    assert rows(link(store)) == [
        ("birds", "wnid", "2", ""),
        ("birds", "sense", "1", ""),
        ("birds", "open", "2", "crane, wug"),
        ("others", "wnid", "1", ""),
        ("others", "sense", "1", ""),
    ]


def test_a_class_without_wnid_is_linked_to_the_sense_that_was_chosen(store, made):
    link(store)
    assert linked(store, 2) == [(synset(made[1]["heron"]).value, "sense")]


def test_a_class_that_is_surely_meant_enough_is_linked(store, made):
    link(store, Sources(least=0.3))
    assert linked(store, 3) == [(synset(made[1]["crane.bird"]).value, "sense")]


def test_what_is_open_is_listed_with_what_it_may_mean(store, made):
    link(store)
    found = asked(store, "links/open_words")
    assert [(row["name"], row.get("candidate")) for row in found] == [
        ("crane", synset(made[1]["crane.bird"]).value),
        ("crane", synset(made[1]["crane.machine"]).value),
        ("wug", None),
    ]


def test_a_mapping_decides_what_was_open(store, made):
    words = made[0] / "words.csv"
    words.write_text(
        f"word,wnid,comment\ncrane,{made[1]['crane.machine']},it lifts\nwug,{made[1]['bird']},\n"
    )
    assert ("birds", "mapping", "2", "") in rows(link(store, Sources(mapping=words)))
    (found,) = asked(store, "links/links_of_class", **{"class": NETWORK.class_(3)})
    assert (found["method"], found["confidence"], found["why"]) == ("mapping", "1", "it lifts")
    assert asked(store, "links/open_words") == []


def test_wordnets_graph_has_what_is_linked_and_all_above_it(store, made):
    link(store)
    heron, wader = synset(made[1]["heron"]), synset(made[1]["wader"])
    said = triples(store, WORDNET.value)
    assert (heron, BROADER, wader) in {tuple(s) for s in said}
    assert {s.object.value for s in said if s.predicate == WNID} >= {DOG, TABBY, made[1]["thing"]}


def test_a_class_that_is_linked_by_its_sense_is_not_unlinked(store, made):
    link(store)
    assert [row["name"] for row in asked(store, "links/unlinked_classes")] == ["crane", "wug"]


def test_linking_twice_says_the_same(store, made):
    link(store, all_sources(made))
    before = {graph: triples(store, graph.value) for graph in store.graphs()}
    link(store, all_sources(made))
    assert {graph: triples(store, graph.value) for graph in store.graphs()} == before


def test_linking_again_forgets_what_is_no_longer_said(store, made):
    link(store, Sources(least=0.3))
    link(store, Sources(wordnet="shipped"))
    assert linked(store, 2) == []
    first, *_ = asked(store, "links/open_words")
    assert first["reason"] == "names are understood by the whole of WordNet only"


def test_only_the_network_that_is_named_is_linked_anew(store, made):
    link(store, network="others")
    assert linked(store, 2) == []
    assert linked(store, 1, OTHER) == [(synset(made[1]["mouse.animal"]).value, "sense")]


def test_a_network_that_is_not_there_is_refused(store):
    with pytest.raises(InputError, match=r"no network 'cats' in the graph memory:; it has birds, others"):
        link(store, network="cats")


def test_a_graph_without_networks_is_refused():
    with pytest.raises(
        InputError, match=r"no network in the graph memory:; it has none: run explain or import first"
    ):
        link(open_store("memory:"))


def test_a_part_of_wordnet_that_there_is_not_is_refused():
    with pytest.raises(InputError, match=r"wordnet is 'half'; it is whole or shipped"):
        Sources(wordnet="half")


def nothing():
    raise InputError("no WordNet anywhere")


def test_without_wordnet_wnids_are_linked_and_names_are_open(store, monkeypatch, caplog):
    monkeypatch.setattr("kgexplain.knowledge.wordnet.whole_wordnet", nothing)
    with caplog.at_level(logging.WARNING, "kgexplain"):
        found = rows(link(store))
    assert found[:2] == [("birds", "wnid", "2", ""), ("birds", "open", "3", "heron, crane, wug")]
    assert caplog.messages == ["no WordNet anywhere"]


def test_where_the_whole_is_asked_for_it_must_be_there(store, monkeypatch):
    monkeypatch.setattr("kgexplain.knowledge.wordnet.whole_wordnet", nothing)
    with pytest.raises(InputError, match="no WordNet anywhere"):
        link(store, Sources(wordnet="whole"))


def test_a_network_of_wnids_needs_no_whole_wordnet(monkeypatch):
    monkeypatch.setattr("kgexplain.knowledge.wordnet.whole_wordnet", nothing)
    opened = open_store("memory:")
    write_network(opened, Architecture("dogs", "0a1b2c3d", LAYERS, CLASSES[:2]))
    assert rows(link(opened)) == [("dogs", "wnid", "2", "")]


def test_synsets_are_linked_to_other_dictionaries(store, made):
    assert ("WordNet", "ili", "4", "") in rows(link(store, Sources(ili=str(made[0]))))
    said = {
        (s.subject, s.object.value)
        for s in triples(store, WORDNET_LINKS)
        if s.predicate == term("skos:exactMatch")
    }
    assert (synset(DOG), "http://globalwordnet.org/ili/i46360") in said


def test_synsets_are_joined_to_their_exact_nodes_and_to_their_words(store, made):
    link(store, all_sources(made))
    found = asked(store, "links/links_of_class", **{"class": synset(DOG)})
    assert {(row["target"], row["method"], row["confidence"]) for row in found if row["method"] != "ili"} == {
        ("http://api.conceptnet.io/c/en/dog/n/wn/animal", "external link", "1"),
        ("http://api.conceptnet.io/c/en/dog", "word", "1"),
    }


def test_a_word_is_as_sure_as_one_of_its_senses(store, made):
    """ConceptNet here has no mouse, but a wug, which has no sense: it is one thing or nothing."""
    link(store, all_sources(made))
    (found,) = asked(store, "links/links_of_class", **{"class": NETWORK.class_(4)})
    assert (found["target"], found["method"]) == ("http://api.conceptnet.io/c/en/wug", "word")


def test_only_the_neighbourhood_of_what_is_linked_comes_into_the_graph(store, made):
    link(store, all_sources(made))
    said = triples(store, "https://w3id.org/kgexplain/conceptnet")
    labels = {s.object.value for s in said if s.predicate == PREF_LABEL}
    assert labels == {"dog", "pet", "wug", "test", "tabby", "house"}


def test_without_identifiers_conceptnet_is_joined_by_words(store, made, caplog):
    with caplog.at_level(logging.WARNING, "kgexplain"):
        found = rows(link(store, all_sources(made, ili=None)))
    assert ("WordNet", "external link") not in {row[:2] for row in found}
    assert "ConceptNet is joined by words only; give --ili" in caplog.text


def test_identifiers_once_written_serve_a_later_conceptnet(store, made):
    link(store, Sources(ili=str(made[0])))
    found = rows(link(store, all_sources(made, ili=None)))
    assert ("WordNet", "external link", "1", "") in found


def test_links_to_conceptnet_stay_when_identifiers_are_written_anew(store, made):
    link(store, all_sources(made))
    before = triples(store, WORDNET_LINKS)
    link(store, Sources(ili=str(made[0])))
    assert triples(store, WORDNET_LINKS) == before


def test_explaining_again_keeps_what_was_linked(store, made):
    link(store, Sources(least=0.3))
    before = triples(store, links_document(NETWORK))
    write_network(store, NETWORK)
    assert triples(store, links_document(NETWORK)) == before


def test_explaining_again_with_wnids_forgets_what_names_meant(store, made):
    link(store)
    classes = (*CLASSES[:2], OutputClass(2, "heron", "n02009912"), *CLASSES[3:])
    again = Architecture(NETWORK.name, NETWORK.digest, LAYERS, classes)
    write_network(store, again)
    assert linked(store, 2, again) == [(synset("n02009912").value, "wnid")]
    assert linked(store, 2) == []


def test_what_is_linked_conforms_to_the_shapes(store, made):
    link(store, all_sources(made))
    graphs = (links_document(NETWORK), WORDNET_LINKS, NETWORK.document)
    said = [s for graph in graphs for s in triples(store, graph)] + list(described(NETWORK))
    text = pyoxigraph.serialize([pyoxigraph.Triple(*s) for s in said], format=pyoxigraph.RdfFormat.N_TRIPLES)
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    conforms, _, report = pyshacl.validate(
        rdflib.Graph().parse(data=text.decode(), format="nt"), shacl_graph=shapes
    )
    assert conforms, report


def test_the_command_prints_what_it_linked(made, tmp_path):
    with open_store(str(tmp_path / "graph")) as opened:
        write_network(opened, NETWORK)
    words = ["link", "--store", str(tmp_path / "graph"), "--ili", str(tmp_path), "--as", "csv"]
    answer = CliRunner().invoke(cli, words)
    assert answer.stdout.splitlines() == [
        "of,method,links,words",
        "birds,wnid,2,",
        "birds,sense,1,",
        'birds,open,2,"crane, wug"',
        "WordNet,ili,4,",
    ]


def test_every_link_is_a_link(store, made):
    link(store, all_sources(made))
    nodes = {s.subject for s in triples(store, WORDNET_LINKS) if s.predicate == A}
    assert all(isinstance(node, NamedNode) for node in nodes)
    assert {s.object for s in triples(store, WORDNET_LINKS) if s.predicate == A} == {term("kgx:Link")}


# A run that says attributes of herons and geese; what a wug is stays open, and red is the only adjective here.
RUN = NamedNode("https://w3id.org/kgexplain/run/attributes--birds")
PHRASES = (("red", "heron"), ("", "goose"), ("red", "wug"))


def phrase(adjective, noun):
    return attribute(f"{adjective} {noun}".strip())


def spoken():
    for adjective, noun in PHRASES:
        node = phrase(adjective, noun)
        yield Statement(node, A, ATTRIBUTE)
        yield Statement(node, PREF_LABEL, Literal(f"{adjective} {noun}".strip()))
        yield Statement(node, NOUN, Literal(noun))
        if adjective:
            yield Statement(node, ADJECTIVE, Literal(adjective))


@pytest.fixture
def speaking(store):
    store.replace(RUN, spoken())
    return store


def meant(store, adjective, noun):
    found = asked(store, "links/links_of_class", **{"class": phrase(adjective, noun)})
    return {
        (
            row["mapping"].rpartition("#")[2],
            row["target"].replace("http://api.conceptnet.io", ""),
            row["method"],
        )
        for row in found
    }


def test_attributes_are_linked_by_their_nouns_and_adjectives(speaking, made):
    found = rows(link(speaking))
    assert [row for row in found if row[0] == "words"] == [
        ("words", "sense", "4", ""),
        ("words", "open", "1", "red wug"),
    ]
    assert meant(speaking, "red", "heron") == {
        ("broadMatch", synset(made[1]["heron"]).value, "sense"),
        ("relatedMatch", synset(made[1]["red"]).value, "sense"),
    }
    assert meant(speaking, "", "goose") == {("closeMatch", synset(made[1]["goose"]).value, "sense")}


def test_an_attribute_whose_noun_no_synset_has_is_listed(speaking, made):
    link(speaking)
    first, *_ = asked(speaking, "links/open_words")
    assert (first["name"], first["reason"]) == ("red wug", "wug: no synset has this word")


def test_an_open_noun_is_joined_to_its_word_which_the_attribute_is_a_kind_of(speaking, made):
    link(speaking, all_sources(made))
    assert ("broadMatch", "/c/en/wug", "word") in meant(speaking, "red", "wug")


def test_wordnets_graph_has_what_attributes_are_linked_to_and_all_above_it(speaking, made):
    link(speaking, network="others")
    goose, bird = synset(made[1]["goose"]), synset(made[1]["bird"])
    assert Statement(goose, SUBSUMED_BY, bird) in triples(speaking, WORDNET.value)


def test_filters_are_found_by_what_the_nouns_of_their_attributes_are_kinds_of(speaking, made):
    filter_, estimate = NETWORK.filter("conv", 1), thing(RUN.value, "attribute", "filter", "goose")
    said = (
        (filter_, HAS_ATTRIBUTE, estimate),
        (filter_, SIGNALS, phrase("", "goose")),
        (estimate, ESTIMATED, phrase("", "goose")),
        (estimate, PROBABILITY, Literal(0.5)),
        (estimate, RANK, Literal(1)),
    )
    speaking.add(RUN, (Statement(*statement) for statement in said))
    link(speaking)
    found = asked(speaking, "attributes/filters_by_noun_below_synset", synset=made[1]["bird"])
    assert [(row["filter"], row["name"]) for row in found] == [(filter_.value, "goose")]


def test_a_mapping_decides_what_an_attributes_noun_is(speaking, made):
    words = made[0] / "words.csv"
    words.write_text(f"word,wnid\nwug,{made[1]['bird']}\n")
    link(speaking, Sources(mapping=words))
    assert ("broadMatch", synset(made[1]["bird"]).value, "mapping") in meant(speaking, "red", "wug")


def test_attributes_that_are_gone_are_no_longer_linked(speaking, made):
    link(speaking)
    speaking.clear(RUN)
    link(speaking)
    assert NamedNode(WORD_LINKS) not in speaking.graphs()
    assert meant(speaking, "", "goose") == set()


def test_linking_attributes_twice_says_the_same(speaking, made):
    link(speaking, all_sources(made))
    before = triples(speaking, WORD_LINKS)
    link(speaking, all_sources(made))
    assert before
    assert triples(speaking, WORD_LINKS) == before


def test_links_of_attributes_conform_to_the_shapes(speaking, made):
    link(speaking, all_sources(made))
    said = [*triples(speaking, WORD_LINKS), *spoken()]
    text = pyoxigraph.serialize([pyoxigraph.Triple(*s) for s in said], format=pyoxigraph.RdfFormat.N_TRIPLES)
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    conforms, _, report = pyshacl.validate(
        rdflib.Graph().parse(data=text.decode(), format="nt"), shacl_graph=shapes
    )
    assert conforms, report


def test_linking_one_network_keeps_the_neighbourhood_of_anothers_words(store, made):
    link(store, all_sources(made))
    link(store, all_sources(made), network="others")
    assert linked(store, 4) == [("/c/en/wug", "word")]
    labels = {s.object.value for s in triples(store, CONCEPTNET.value) if s.predicate == PREF_LABEL}
    assert "test" in labels
