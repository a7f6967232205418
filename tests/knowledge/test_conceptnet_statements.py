"""What of ConceptNet enters the graph: neighbourhoods, and each edge with its weight, source and licence."""

import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode

from kgexplain.knowledge.conceptnet import (
    CONCEPTNET,
    ConceptNet,
    Edge,
    LocalConceptNet,
    PublicConceptNet,
    import_assertions,
    iri,
    neighbourhood,
    open_conceptnet,
    statements,
)
from kgexplain.shipped import shipped
from kgexplain.vocabulary import LICENSE, PREF_LABEL, WEIGHT, Statement, term

TRIPLES = """IsA\tdog\tpet
IsA\tdog\tmammal
IsA\takita\tdog
IsA\tdog\tanimal
HasA\tdog\ttail
HasA\tcat\ttail
RelatedTo\tdog\tcat
RelatedTo\tdog\tbone
RelatedTo\tzoo\tdog
"""


@pytest.fixture
def conceptnet(tmp_path):
    (tmp_path / "x.txt").write_text(TRIPLES)
    import_assertions([tmp_path / "x.txt"], tmp_path / "net.sqlite")
    with open_conceptnet(tmp_path / "net.sqlite") as opened:
        yield opened


def said(edges):
    return [f"{e.start[6:]} {e.relation[3:]} {e.end[6:]}" for e in edges]


def test_a_neighbourhood_has_the_strongest_edges_of_each_relation(conceptnet):
    found = neighbourhood(conceptnet, ["/c/en/dog"], ["IsA", "RelatedTo"], limit=2)
    assert said(found) == ["dog IsA animal", "dog IsA mammal", "dog RelatedTo bone", "dog RelatedTo cat"]


def test_edges_between_two_of_the_nodes_are_there_however_weak(conceptnet):
    found = neighbourhood(conceptnet, ["/c/en/dog", "/c/en/zoo"], ["RelatedTo"], limit=1)
    assert said(found) == ["dog RelatedTo bone", "zoo RelatedTo dog"]


def test_a_neighbourhood_of_two_nodes_has_each_edge_once(conceptnet):
    found = neighbourhood(conceptnet, ["/c/en/dog", "/c/en/cat", "/c/en/dog"], ["RelatedTo", "HasA"])
    assert sorted(said(found)) == sorted(
        ["dog RelatedTo bone", "dog RelatedTo cat", "zoo RelatedTo dog", "dog HasA tail", "cat HasA tail"]
    )


def test_all_relations_are_those_that_were_imported(conceptnet):
    assert len(neighbourhood(conceptnet, ["/c/en/dog"])) == 8


def test_what_is_to_be_left_out_makes_room_for_the_next(conceptnet):
    found = neighbourhood(conceptnet, ["/c/en/dog"], ["IsA"], limit=2, without={"/c/en/animal"})
    assert said(found) == ["dog IsA mammal", "dog IsA pet"]


def test_a_node_that_is_not_there_has_no_neighbourhood(conceptnet):
    assert neighbourhood(conceptnet, ["/c/en/xyzzy"]) == ()


EDGE = Edge(
    "/r/IsA",
    "/c/en/dog",
    "/c/en/pet",
    2.0,
    "/d/wordnet/3.1",
    "cc:by/4.0",
)
WHOLE = """<http://api.conceptnet.io/c/en/dog> <http://api.conceptnet.io/r/IsA> <http://api.conceptnet.io/c/en/pet> .
<http://api.conceptnet.io/c/en/dog> a kgx:ConceptNetNode ; skos:prefLabel "dog" .
<http://api.conceptnet.io/c/en/pet> a kgx:ConceptNetNode ; skos:prefLabel "pet" .
<http://api.conceptnet.io/a/%5B/r/IsA/,/c/en/dog/,/c/en/pet/%5D> a kgx:Edge ;
  kgx:start <http://api.conceptnet.io/c/en/dog> ; kgx:relation <http://api.conceptnet.io/r/IsA> ;
  kgx:end <http://api.conceptnet.io/c/en/pet> ; kgx:weight "2"^^xsd:double ;
  dcterms:source <http://api.conceptnet.io/d/wordnet/3.1> ; dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""
PREFIXES = """@prefix kgx: <https://w3id.org/kgexplain/ontology#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def test_an_edge_is_stated_as_by_hand():
    expected = {
        Statement(t.subject, t.predicate, t.object)
        for t in pyoxigraph.parse(PREFIXES + WHOLE, pyoxigraph.RdfFormat.TURTLE)
    }
    assert {s for s in statements([EDGE]) if s.subject != CONCEPTNET} == expected


def test_the_graph_says_whose_it_is():
    about = {s.predicate: s.object for s in statements([EDGE]) if s.subject == CONCEPTNET}
    assert about[LICENSE] == NamedNode("https://creativecommons.org/licenses/by-sa/4.0/")
    assert about[term("dcterms:source")] == NamedNode("http://conceptnet.io/")
    assert "Speer" in about[term("dcterms:bibliographicCitation")].value


def test_what_we_wrote_ourselves_is_not_called_conceptnets():
    ours = EDGE._replace(dataset="/d/kgexplain/world", license="cc:zero/1.0")
    found = list(statements([ours]))
    assert CONCEPTNET not in {s.subject for s in found}
    assert NamedNode("https://creativecommons.org/publicdomain/zero/1.0/") in {s.object for s in found}


def test_no_edges_state_nothing():
    assert list(statements([])) == []


def test_a_symmetric_relation_is_stated_in_both_directions():
    edge = EDGE._replace(relation="/r/RelatedTo")
    related, ends = iri("/r/RelatedTo"), (iri("/c/en/dog"), iri("/c/en/pet"))
    assert {Statement(ends[0], related, ends[1]), Statement(ends[1], related, ends[0])} < set(
        statements([edge])
    )


def test_a_relation_with_a_direction_is_stated_in_one():
    assert Statement(iri("/c/en/pet"), iri("/r/IsA"), iri("/c/en/dog")) not in set(statements([EDGE]))


def test_an_edge_without_a_dataset_has_no_source(conceptnet):
    (edge,) = conceptnet.edges("/c/en/akita")
    found = [s for s in statements([edge]) if s.subject == iri(edge.uri)]
    assert term("dcterms:source") not in {s.predicate for s in found}
    assert [s.object for s in found if s.predicate == LICENSE] == [
        NamedNode("https://creativecommons.org/licenses/by-sa/4.0/")
    ]


def test_a_weight_is_a_number():
    assert [s.object for s in statements([EDGE]) if s.predicate == WEIGHT] == [Literal(2.0)]


def test_a_sense_is_called_as_its_word():
    edge = EDGE._replace(start="/c/en/table_lamp/n/wn/artifact")
    labels = {s.object.value for s in statements([edge]) if s.predicate == PREF_LABEL}
    assert labels == {"table lamp", "pet"}


HARD = '/c/en/50%_off/n/wn/"é"<x>'


def test_both_engines_read_hard_names_the_same():
    edge = EDGE._replace(start=HARD)
    text = "".join(f"{s.subject} {s.predicate} {s.object} .\n" for s in statements([edge]))
    ours = {str(t.subject.value) for t in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)}
    assert {str(subject) for subject in rdflib.Graph().parse(data=text, format="nt").subjects()} == ours


def test_statements_conform_to_the_shapes(conceptnet):
    edges = neighbourhood(conceptnet, ["/c/en/dog"])
    text = "".join(f"{s.subject} {s.predicate} {s.object} .\n" for s in statements(edges))
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    conforms, _, report = pyshacl.validate(rdflib.Graph().parse(data=text, format="nt"), shacl_graph=shapes)
    assert conforms, report


# Opened by address.


def test_a_path_is_a_database(conceptnet):
    assert isinstance(conceptnet, LocalConceptNet)
    assert isinstance(conceptnet, ConceptNet)


@pytest.mark.parametrize("address", ["http://localhost:1", "https://api.conceptnet.io"])
def test_an_http_address_is_an_api(address, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    with open_conceptnet(address) as opened:
        assert isinstance(opened, PublicConceptNet)
        assert isinstance(opened, ConceptNet)
        assert opened.address == address
