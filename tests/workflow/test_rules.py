"""Rules are learned from the graph and back into it; each has a query that finds just its images."""

import numpy as np
import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.known import ranking_run, shown_in
from kgexplain.answers.concepts.rule_statements import sparql
from kgexplain.answers.concepts.rules import Learning, satisfied
from kgexplain.errors import InputError, QueryError
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.reports.attributes import told
from kgexplain.reports.rules import of_rules, sentence
from kgexplain.shipped import shipped
from kgexplain.vocabulary import CATEGORY, PREF_LABEL, SPARQL, SUPPORT, Statement
from kgexplain.workflow.rules import rules
from tests.answers import ranked_graph as graph

# Four images of each class show what nobody expects of it, so that rules are neither sure nor short.
MIXED = {0: ("tail", "ear", "wheel"), 1: ("wheel", "window", "ear"), 2: ("tail", "fin")}


@pytest.fixture
def store():
    with graph.written() as opened:
        yield opened


def texts(found):
    return [rule.text for rule in found.rules]


def found_by(store, text):
    return {row["image"].value for row in store.select(text)}


def queries_of(store):
    rows = store.select(f"SELECT ?rule ?sparql ?support {{ ?rule {SPARQL} ?sparql ; {SUPPORT} ?support }}")
    return [(row["sparql"].value, int(row["support"].value)) for row in rows]


def test_rules_of_the_graph_by_hand(store):
    """A zebra shows tail, ear and stripe, a bus wheel, window and stripe, a goldfish fin and tail.

    A window is as sure as a wheel, and its IRI is the first (object before part).
    """
    assert texts(rules(store)) == ["goldfish ⇐ fin", "zebra ⇐ ear", "school bus ⇐ window"]


def test_a_rule_with_several_conditions_is_found(store):
    """Zebra and bus show ears and wheels; only with the tail, or the window, it is told which."""
    store.replace(NamedNode(graph.RUN.iri), graph.ranked(MIXED))
    assert texts(rules(store)) == ["goldfish ⇐ fin", "zebra ⇐ ear ∧ tail", "school bus ⇐ window"]


def test_what_is_not_there_is_a_condition(store):
    """A bus shows a wheel, so does a zebra, but with a tail; a goldfish shows nothing of the bus."""
    store.replace(NamedNode(graph.RUN.iri), graph.ranked({0: ("wheel", "tail"), 1: ("wheel",), 2: ("fin",)}))
    assert "school bus ⇐ wheel ∧ not tail" in texts(rules(store))


@pytest.mark.parametrize("best", [None, 1, 2, 3, 9])
def test_the_query_of_a_rule_finds_the_images_of_its_support(store, best):
    mixed = {0: ("wheel", "tail"), 1: ("wheel", "ear", "fin", "tail"), 2: ("fin", "tail")}
    store.replace(NamedNode(graph.RUN.iri), graph.ranked(mixed))
    found = rules(store, best=best, learning=Learning(least_images=2))
    asked = [found_by(store, sparql(rule, found.showing)) for rule in found.rules]
    images = np.array(found.seen.images)
    assert asked == [set(images[satisfied(rule, found.seen)].tolist()) for rule in found.rules]
    assert [rule.support for rule in found.rules] == [len(each) for each in asked]
    assert found.rules


def test_the_graph_has_the_query_of_each_rule(store):
    rules(store)
    asked = queries_of(store)
    assert len(asked) == 3
    assert [len(found_by(store, text)) for text, _ in asked] == [support for _, support in asked]


def test_the_query_is_answered_alike_by_another_engine(store):
    mixed = {0: ("wheel", "tail"), 1: ("wheel",), 2: ("fin",)}
    store.replace(NamedNode(graph.RUN.iri), graph.ranked(mixed))
    found = rules(store)
    other = rdflib.Dataset(default_union=True)
    for name in store.graphs():
        lines = "".join(f"{s} {p} {o} .\n" for s, p, o in said(store, name))
        other.graph(rdflib.URIRef(name.value)).parse(data=lines, format="nt")
    for rule in found.rules:
        rows = {str(row.image) for row in other.query(sparql(rule, found.showing))}
        assert rows == found_by(store, sparql(rule, found.showing))


def said(store, name):
    return store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}")


def test_the_query_says_what_the_network_takes_its_images_for(store):
    found = rules(store)
    rows = store.select(sparql(found.rules[0], found.showing))
    assert {(row["key"].value, row["predicted"].value) for row in rows} == {
        (f"2/{i}.jpg", graph.NETWORK.class_(2).value) for i in range(8)
    }


def test_how_many_concepts_an_image_shows_can_be_said(store):
    """By the first alone, a zebra is a tail and a bus a wheel."""
    assert texts(rules(store, best=1)) == ["goldfish ⇐ fin", "zebra ⇐ tail", "school bus ⇐ wheel"]


def test_rules_are_asked_for_by_the_question(store):
    found = rules(store)
    rows = store.select(query("concepts/rules_of_class").bind(**{"class": graph.NETWORK.class_(2)}))
    assert [(row["run"].value, row["support"].value) for row in rows if "support" in row] == [
        (found.run, "8")
    ]


def test_rules_again_are_the_same_and_leave_nothing_of_before(store):
    rules(store)
    before = set(said(store, NamedNode(rules(store).run)))
    rules(store, learning=Learning(rules=1, least_confidence=0.9, seed=3))
    rules(store)
    times = {p for _, p, _ in before if "AtTime" in p.value}
    after = set(said(store, NamedNode(rules(store).run)))
    assert {s for s in before if s[1] not in times} == {s for s in after if s[1] not in times}


def test_a_class_without_a_good_rule_is_named(store, caplog):
    store.replace(NamedNode(graph.RUN.iri), graph.ranked({0: ("tail",), 1: ("tail",), 2: ("fin",)}))
    found = rules(store, learning=Learning(least_confidence=0.6))
    assert found.silent == ("zebra", "school bus")
    assert "no rule is good enough for zebra, school bus" in caplog.text


def test_options_are_said(store):
    found = rules(store, learning=Learning(conditions=2))
    rows = store.select(query("provenance/options_of_run").bind(run=found.run))
    told_ = {row["option"].value: row["value"].value for row in rows}
    assert (told_["rules.conditions"], told_["rules.best"], told_["rules.held_out"]) == ("2", "3", "0.25")


def test_held_out_images_are_counted_in_the_run(store):
    rules(store)
    rows = [row for row in store.select(query("provenance/runs").bind()) if row["method"].value == "rules"]
    assert [(row["tagging_images"].value, row["held_out_images"].value) for row in rows] == [("18", "6")]


def test_two_concepts_of_one_name_are_told_apart(store):
    statements = [
        Statement(graph.CONCEPTS["wheel"], p, o)
        for p, o in ((PREF_LABEL, Literal("fin")), (CATEGORY, Literal("object")))
    ]
    kept = [
        s
        for s in graph.ranked()
        if not (s.subject == graph.CONCEPTS["wheel"] and s.predicate in (PREF_LABEL, CATEGORY))
    ]
    store.replace(NamedNode(graph.RUN.iri), [*kept, *statements])
    assert {"fin (part)", "fin (object)"} <= set(shown_in(store, graph.RUN.iri).names.values())


def test_a_graph_without_a_ranking_says_so():
    with (
        open_store("memory:") as empty,
        pytest.raises(
            QueryError,
            match="does not know any run that ranked concepts; those that did are none; run `kgexplain rank` first",
        ),
    ):
        rules(empty)


def test_an_unknown_run_is_named_beside_those_that_there_are(store):
    with pytest.raises(
        QueryError, match=r"urn:x, or it ranked no concept; those that did are https.*ranking--tiny"
    ):
        ranking_run(store, "urn:x")


def test_images_that_show_nothing_are_an_error(store):
    store.replace(NamedNode(graph.RUN.iri), graph.ranked({0: (), 1: ()}))
    with pytest.raises(InputError, match="no image shows a concept, so there is nothing to make rules of"):
        rules(store)


def test_best_is_at_least_one(store):
    with pytest.raises(InputError, match="best is 0; it is a number of concepts and must be at least 1"):
        rules(store, best=0)


def test_rules_conform_to_the_shapes(store):
    found = rules(store)
    parts = [s for name in store.graphs() if "wordnet" not in name.value for s in said(store, name)]
    data = rdflib.Graph().parse(data="".join(f"{s} {p} {o} .\n" for s, p, o in parts), format="nt")
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    terms = rdflib.Graph().parse(shipped("ontologies") / "kgexplain.ttl")
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, ont_graph=terms)
    assert found.rules
    assert conforms, text


def test_a_report_has_each_rule_with_its_numbers(store):
    found = rules(store)
    lines = list(told(of_rules(found.rules, found.fidelity, found.run), "csv"))
    assert len(lines) == 4
    assert lines[1].split(",")[1:6] == ["goldfish ⇐ fin", "8", "1", "2", "1"]


def test_a_report_begins_with_what_rules_are_worth(store):
    found = rules(store)
    first = next(iter(told(of_rules(found.rules, found.fidelity, found.run), "text")))
    assert first.startswith("Of 6 held-out images rules speak for 6 (100%)")


def test_without_held_out_images_a_report_says_that_nothing_is_known(store):
    store.replace(NamedNode(graph.RUN.iri), graph.ranked(each=1))
    assert (
        sentence(rules(store).fidelity) == "No image is held out, so nobody knows what the rules are worth."
    )


def test_classes_that_are_said_of_few_images_are_counted_and_not_named(store, caplog):
    caplog.set_level("INFO", "kgexplain")
    store.replace(
        NamedNode(graph.RUN.iri),
        [*graph.ranked({0: ("tail",), 1: ("wheel",)}), *graph.pictured(2, 0, ["fin"])],
    )
    found = rules(store)
    assert (found.rare, found.silent) == (("goldfish",), ())
    assert "1 classes are predicted of fewer than 5 images that are learned from" in caplog.text
