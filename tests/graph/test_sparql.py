"""What a query may be, told from its tokens: words in strings, comments, names and IRIs are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store

from kgexplain.errors import QueryError
from kgexplain.graph.sparql import checked, construction, page, tokens

HIDDEN = [
    'SELECT * { ?s ?p "SERVICE <urn:x> { }" }',
    "SELECT * { ?s ?p 'LOAD', '''FROM ' '' \n SERVICE''' }",
    'SELECT * { ?s ?p """a " "" SERVICE \\""" } """ }',
    "SELECT * # FROM <urn:x> SERVICE\n { ?s ?p ?o }",
    "SELECT * { ?s <urn:SERVICE#FROM> ?o } # LOAD",
    "PREFIX from: <urn:x> SELECT * { ?load from:service ?from . $service from:FROM from: }",
    "PREFIX x: <urn:x#> SELECT * { ?s x:service\\-FROM x:load.from }",
    "SELECT * { ?s ?p 'x'@from }",
    "SELECT * { ?s ?p ?o FILTER(?o<5 && ?p>3) }",
]


@pytest.mark.parametrize("sparql", HIDDEN)
def test_words_that_are_no_keywords_are_fine(sparql):
    assert checked(sparql, "SELECT") == sparql


OPEN = {
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }": "SERVICE",
    "SELECT * { service silent ?x { ?s ?p ?o } }": "SERVICE",
    "SELECT * FROM <urn:x> { ?s ?p ?o }": "FROM",
    "SELECT * From\n#\nNAMED <urn:x> { ?s ?p ?o }": "FROM",
    "SELECT * { ?s ?p '\\\\' } # '\nFROM <urn:x>": "FROM",
    "SELECT * { ?s ?p '''\\'''', ' ' SERVICE <urn:x> {} }": "SERVICE",
    "SELECT * { ?s?p?o.SERVICE<urn:x>{?s?p?o} }": "SERVICE",
    "LOAD <http://x/>": "LOAD",
    'SELECT * { ?s ?p "\\u0022 . SERVICE <urn:x> { ?s ?p \\u0022" } }': "SERVICE",
}


@pytest.mark.parametrize(("sparql", "word"), OPEN.items(), ids=range(len(OPEN)))
def test_words_that_reach_outside_are_refused(sparql, word):
    with pytest.raises(QueryError, match=f"a query may not use {word}; it sees all graphs of its store"):
        checked(sparql, "SELECT")


def test_a_keyword_written_as_a_code_point_is_no_sparql():
    with pytest.raises(QueryError, match="no SPARQL at character 13"):
        checked("SELECT * { S\\u0045RVICE <urn:x> { ?s ?p ?o } }", "SELECT")


def test_another_form_is_refused():
    with pytest.raises(QueryError, match="begins with ASK; here it has to be SELECT"):
        checked("BASE <urn:x> ASK { ?s ?p ?o }", "SELECT")


def test_no_form_is_refused():
    with pytest.raises(QueryError, match="begins with no known word; here it has to be SELECT"):
        checked("# SELECT", "SELECT")


@pytest.mark.parametrize(
    "word", ["INSERT", "DELETE", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]
)
def test_an_update_is_refused(word):
    with pytest.raises(QueryError, match=f"{word} changes the store; a query begins with SELECT"):
        checked(f"PREFIX x: <urn:x> {word.lower()} <urn:g> {{ SELECT }}", "SELECT")


def test_an_unfinished_string_is_told_with_its_place():
    with pytest.raises(QueryError, match=r"no SPARQL at character 18: \"'x } \""):
        list(tokens("SELECT * { ?s ?p 'x } "))


@given(st.text())
def test_a_literal_is_one_token_whatever_it_says(text):
    literal = str(Literal(text))
    assert [token.text for token in tokens(f"?s ?p {literal}.")][2:3] == [literal]


def rows(sparql):
    return [tuple(row) for row in Store().query(sparql)]


VALUES = "VALUES (?a ?b) { (2 1) (1 2) (1 1) (3 0) (1 UNDEF) }"


@pytest.mark.parametrize(
    "sparql",
    [
        f"SELECT ?a ?b {{ {VALUES} }}",
        f"SELECT ?a ?b {{ {VALUES} }} ORDER BY DESC(?a)",
        f"SELECT ?a ?b {{ {VALUES} }} ORDER BY DESC(?a) # ties stay open",
        f"PREFIX order: <urn:x> SELECT ?a ?b {{ {VALUES} }} LIMIT 9",
        f"SELECT ?a (COUNT(*) AS ?b) {{ {{ SELECT ?a ?b {{ {VALUES} }} ORDER BY ?b LIMIT 5 }} }} GROUP BY ?a",
        f"SELECT ?a ?b {{ {VALUES} }} ORDER BY (?b + 1) OFFSET 1",
        f"SELECT ?a ?b {{ BIND(1 AS ?c) }} {VALUES}",
    ],
)
def test_pages_join_to_the_whole_answer(sparql):
    paged = [row for start in range(0, 8, 2) for row in rows(page(sparql, ["a", "b"], 2, start))]
    assert sorted(map(str, paged)) == sorted(map(str, rows(sparql)))


def test_pages_keep_the_order_and_break_its_ties():
    sparql = f"SELECT ?a ?b {{ {VALUES} }} ORDER BY DESC(?a)"
    assert [str(a.value) for a, b in rows(page(sparql, ["a", "b"], 9, 0))] == ["3", "2", "1", "1", "1"]
    paged = " ".join(page(sparql, ["a", "b"], 9, 0).split())
    assert paged.endswith("ORDER BY DESC(?a) ?a ?b } } LIMIT 9 OFFSET 0")


def test_a_construction_keeps_its_prefixes_on_both_sides():
    parts = construction("PREFIX x: <urn:x> CONSTRUCT { ?s x:p ?o } { ?s x:q ?o }")
    assert (parts.prologue, parts.template, parts.select) == (
        "PREFIX x: <urn:x> ",
        "{ ?s x:p ?o }",
        "PREFIX x: <urn:x> SELECT * { ?s x:q ?o }",
    )


def test_a_short_construction_makes_what_it_asks_for():
    parts = construction("CONSTRUCT WHERE { ?s ?p '}' } LIMIT 2")
    assert (parts.template, parts.select) == ("{ ?s ?p '}' }", "SELECT * WHERE { ?s ?p '}' } LIMIT 2")


def test_a_construction_without_brackets_is_refused():
    with pytest.raises(QueryError, match="CONSTRUCT has no"):
        construction("CONSTRUCT WHERE")


def test_a_bracket_that_stays_open_is_told_with_its_place():
    with pytest.raises(QueryError, match="the bracket at character 11 is never closed"):
        construction("CONSTRUCT { ?s ?p { ?o } WHERE { ?s ?p ?o ")
