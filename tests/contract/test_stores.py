"""What every store does, whatever engine runs in it."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import QueryError
from kgexplain.graph import embedded, remote
from kgexplain.graph.endpoint import Credentials, Endpoint
from kgexplain.graph.opening import open_store
from kgexplain.graph.remote import RemoteStore
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Statement, thing

S, P, Q = NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:q")
ONE, TWO, THREE = NamedNode("urn:graph:one"), NamedNode("urn:graph:two"), NamedNode("urn:graph:three")

# So few statements that they come along with the update, and so many that they go through staging, in pieces.
SIZES = {"few": 3, "many": 2300}


@pytest.fixture(scope="module", params=["memory", "folder", "oxigraph", "virtuoso"])
def any_store(request, tmp_path_factory):
    if request.param == "memory":
        opened = open_store("memory:")
    elif request.param == "folder":
        opened = open_store(str(tmp_path_factory.mktemp("stores") / "folder"))
    else:
        address = request.getfixturevalue(f"{request.param}_address")
        opened = RemoteStore(address, Endpoint(Credentials("dba", "dba")))
    opened.kind = request.param
    with opened:
        yield opened


@pytest.fixture
def store(any_store, monkeypatch):
    monkeypatch.setattr(embedded, "PIECE", 500)
    monkeypatch.setattr(remote, "PIECE", 1000)
    if isinstance(any_store, RemoteStore):
        few = dataclasses.replace(any_store._engine, batch=500)
        monkeypatch.setattr(any_store, "_engine", few)
    for graph in any_store.graphs():
        any_store.clear(graph)
    return any_store


def numbered(size, of=S):
    return [Statement(of, P, Literal(number)) for number in range(size)]


def objects(store, graph=None):
    where = f"GRAPH {graph} {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
    return [row["o"] for row in store.select(f"SELECT ?o {{ {where} }}")]


def numbers(store, graph=None):
    return sorted(int(term.value) for term in objects(store, graph))


def test_every_store_is_one(store):
    assert isinstance(store, Store)


def test_a_new_store_has_no_graphs(store):
    assert store.graphs() == set()


def test_an_empty_store_has_no_statements(store):
    assert objects(store) == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_what_is_put_in_comes_out(store, size):
    store.replace(ONE, numbered(size))
    assert numbers(store, ONE) == list(range(size))


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_each_statement_keeps_its_subject_and_predicate(store, size):
    made = {Statement(thing("urn:a", n // 2), thing("urn:b", n % 3), Literal(n)) for n in range(size)}
    store.replace(ONE, made)
    assert set(store.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == made


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_replacing_twice_is_replacing_once(store, size):
    store.replace(ONE, numbered(size))
    store.replace(ONE, numbered(size))
    assert numbers(store, ONE) == list(range(size))


@pytest.mark.parametrize(
    ("before", "after"), [(3, 5), (5, 3), (3, 2300), (2300, 3), (2600, 2300), (2300, 2600)]
)
def test_a_second_replace_leaves_nothing_of_the_first(store, before, after):
    store.replace(ONE, numbered(before))
    store.replace(ONE, [Statement(S, P, Literal(-number)) for number in range(after)])
    assert numbers(store, ONE) == sorted(-number for number in range(after))


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_replacing_by_nothing_leaves_no_graph(store, size):
    store.replace(ONE, numbered(size))
    store.replace(ONE, [])
    assert (store.graphs(), objects(store)) == (set(), [])


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_replacing_one_graph_leaves_the_others(store, size):
    store.replace(ONE, numbered(4))
    store.replace(TWO, numbered(size))
    store.replace(TWO, numbered(size - 1))
    assert (numbers(store, ONE), len(objects(store, TWO))) == ([0, 1, 2, 3], size - 1)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_adding_keeps_what_was_there(store, size):
    store.replace(ONE, numbered(2))
    store.add(ONE, [Statement(S, Q, Literal(number)) for number in range(1, size)])
    assert numbers(store, ONE) == sorted([0, 1, *range(1, size)])


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_adding_to_no_graph_makes_it(store, size):
    store.add(ONE, numbered(size))
    assert numbers(store, ONE) == list(range(size))


def test_adding_nothing_changes_nothing(store):
    store.add(ONE, [])
    assert store.graphs() == set()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("change", ["replace", "add"])
def test_statements_that_fail_leave_the_graph_as_it_was(store, size, change):
    def broken():
        yield from numbered(size)
        raise ZeroDivisionError

    store.replace(ONE, numbered(2))
    with pytest.raises(ZeroDivisionError):
        getattr(store, change)(ONE, broken())
    assert (numbers(store), store.graphs()) == ([0, 1], {ONE})


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_statements_that_fail_make_no_graph(store, size):
    def broken():
        yield from numbered(size)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.replace(ONE, broken())
    assert (store.graphs(), objects(store)) == (set(), [])


def test_a_query_sees_nothing_of_a_graph_that_is_being_written(store):
    seen = []

    def statements():
        yield from numbered(2200)
        seen.append((numbers(store), store.graphs(), len(objects(store, "?g"))))
        yield from numbered(2300)

    store.replace(ONE, [Statement(S, P, Literal(-1))])
    store.replace(ONE, statements())
    assert seen == [([-1], {ONE}, 1)]


def test_a_new_graph_is_not_seen_while_it_is_being_written(store):
    seen = []

    def statements():
        yield from numbered(2200)
        seen.append((objects(store), store.graphs()))

    store.replace(ONE, statements())
    assert seen == [([], set())]


def test_clear_forgets_one_graph(store):
    store.replace(ONE, numbered(2))
    store.replace(TWO, numbered(3))
    store.clear(ONE)
    assert (store.graphs(), numbers(store)) == ({TWO}, [0, 1, 2])


def test_clearing_what_is_not_there_is_no_error(store):
    store.clear(ONE)
    assert store.graphs() == set()


def test_graphs_are_those_with_statements(store):
    store.replace(ONE, numbered(2))
    store.replace(TWO, numbered(3))
    store.replace(THREE, [])
    assert store.graphs() == {ONE, TWO}


def test_a_query_sees_all_graphs_as_one(store):
    store.replace(ONE, [Statement(S, P, Q)])
    store.replace(TWO, [Statement(Q, P, Literal("joined"))])
    rows = store.select("SELECT ?o { <urn:s> <urn:p> ?q . ?q <urn:p> ?o }")
    assert [row["o"] for row in rows] == [Literal("joined")]


def test_a_statement_in_two_graphs_can_be_counted_once(store):
    store.replace(ONE, numbered(2))
    store.replace(TWO, numbered(3))
    rows = store.select("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }")
    assert [int(row["n"].value) for row in rows] == [3]


def test_a_query_can_name_a_graph(store):
    store.replace(ONE, numbered(2))
    store.replace(TWO, [Statement(S, P, Literal(7))])
    assert numbers(store, TWO) == [7]


def test_a_query_can_ask_for_the_graph_of_each_statement(store):
    store.replace(ONE, numbered(1))
    store.replace(TWO, numbered(1))
    rows = store.select("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }")
    assert {row["g"] for row in rows} == {ONE, TWO}


def test_rows_know_their_columns_in_the_order_asked_for(store):
    store.replace(ONE, numbered(1))
    assert store.select("SELECT ?o ?s ?none { ?s ?p ?o }").columns == ("o", "s", "none")


def test_no_rows_know_their_columns_too(store):
    assert store.select("SELECT ?o ?s { ?s ?p ?o }").columns == ("o", "s")


def test_a_variable_without_a_value_is_left_out_of_its_row(store):
    store.replace(ONE, [Statement(S, P, Literal("a"))])
    rows = store.select("SELECT ?s ?none { ?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?none } }")
    assert list(rows) == [{"s": S}]


def test_rows_come_in_the_order_asked_for(store):
    store.replace(ONE, numbered(12))
    rows = store.select("SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o)")
    assert [int(row["o"].value) for row in rows] == list(range(11, -1, -1))


def test_more_rows_than_a_server_gives_at_once_come_all(store):
    """Virtuoso is set to 1,000 rows."""
    store.replace(ONE, numbered(2300))
    assert numbers(store) == list(range(2300))


def test_more_rows_than_a_server_gives_at_once_keep_their_order(store):
    store.replace(ONE, numbered(2300))
    store.replace(TWO, [Statement(Q, P, Literal(number)) for number in range(500, 900)])
    rows = store.select("SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(?o) # the highest first")
    assert [int(row["o"].value) for row in rows] == sorted([*range(2300), *range(500, 900)], reverse=True)


def test_as_many_rows_as_a_server_gives_at_once_are_all(store):
    store.replace(ONE, numbered(1000))
    assert numbers(store) == list(range(1000))


def test_ask_finds_what_is_there(store):
    store.replace(ONE, numbered(2))
    assert store.ask("ASK { <urn:s> <urn:p> 1 }") is True


def test_ask_does_not_find_what_is_not_there(store):
    store.replace(ONE, numbered(2))
    assert store.ask("ASK { <urn:s> <urn:p> 2 }") is False


def test_construct_makes_statements_once(store):
    store.replace(ONE, numbered(2))
    made = store.construct("PREFIX u: <urn:> CONSTRUCT { ?s u:has ?o ; a u:Thing } WHERE { ?s u:p ?o }")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    expected = [Statement(S, NamedNode("urn:has"), Literal(n)) for n in (0, 1)]
    assert sorted(made, key=str) == sorted([*expected, Statement(S, kind, NamedNode("urn:Thing"))], key=str)


def test_construct_has_a_short_form(store):
    store.replace(ONE, numbered(2))
    assert set(store.construct("CONSTRUCT WHERE { ?s ?p ?o }")) == set(numbered(2))


def test_construct_gives_all_of_a_large_graph(store):
    store.replace(ONE, numbered(2300))
    assert set(store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ONE} {{ ?s ?p ?o }} }}")) == set(
        numbered(2300)
    )


def test_construct_leaves_out_what_has_no_value(store):
    store.replace(ONE, numbered(1))
    made = store.construct(
        "CONSTRUCT { ?s <urn:q> ?none, 5 } { ?s <urn:p> ?o OPTIONAL { ?s <urn:r> ?none } }"
    )
    assert list(made) == [Statement(S, Q, Literal(5))]


@pytest.mark.parametrize("sparql", ["SELECT ?o { ?s ?p", "SELECT ?o { ?s ?p ?o } LIMIT many"])
def test_what_is_not_sparql_is_a_question_to_change(store, sparql):
    with pytest.raises(QueryError, match=r"not SPARQL|does not take the query"):
        store.select(sparql)


@pytest.mark.parametrize(
    "update", ["DROP GRAPH <urn:graph:one>", "INSERT DATA { <urn:s> <urn:p> 7 }", "DELETE WHERE { ?s ?p ?o }"]
)
def test_a_query_changes_nothing(store, update):
    store.replace(ONE, numbered(2))
    for ask in (store.select, store.ask, store.construct):
        with pytest.raises(QueryError, match=r"changes the store"):
            ask(update)
    assert numbers(store) == [0, 1]


def test_a_query_reaches_no_other_server(store):
    with pytest.raises(QueryError, match=r"may not use SERVICE"):
        store.select("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
hard_texts = st.sampled_from(
    [
        '"',
        "\\",
        "\n",
        "\r\n",
        "\t",
        "'''",
        '"""',
        "\\n",
        "\\u0041",
        "é",
        "e\u0301",
        "日本",
        "🐕",
        "<b>&amp;",
        "a ",
        " a",
        "} #",
        "\u007f",
        "\u2028",
    ]
)
iris = st.builds(
    lambda key, path: thing("https://example.org/ö/" + path, key),
    texts,
    st.sampled_from(["", "a%20b", "日本", "?q=1&r=2"]),
)
doubles = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [0.1, 1e-300, 5e-324, -1.7976931348623157e308, 0.30000000000000004, 1.0, -0.0, 123456789.123]
    ),
)
terms = st.one_of(
    iris,
    st.builds(Literal, st.one_of(texts, hard_texts)),
    st.builds(Literal, st.integers(-(2**63), 2**63 - 1)),
    st.builds(Literal, doubles),
)


def value(term, kind):
    """What a term says; a number may be written in several ways.

    Virtuoso writes doubles with sixteen digits, and gives whole numbers of more than 31 bits as decimals.
    """
    datatype = term.datatype.value.partition("#")[2] if isinstance(term, Literal) else ""
    if datatype == "double":
        if kind == "virtuoso" and abs(float(term.value)) > 1.797e308:
            return "largest"  # rounded to sixteen digits, it may be infinite
        return f"{float(term.value) or 0:.{14 if kind == 'virtuoso' else 16}e}"
    if datatype == "decimal" and kind == "virtuoso":
        return str(Literal(int(term.value)))
    return str(term)


@given(given_terms=st.lists(terms, min_size=1, max_size=12), is_many=st.booleans())
@settings(max_examples=15)
def test_every_term_comes_back_as_it_was(any_store, given_terms, is_many):
    """Each has a statement of its own; they come along with the update, or through staging."""
    statements = [Statement(S, NamedNode(f"urn:p{number}"), term) for number, term in enumerate(given_terms)]
    rest = numbered(600 if is_many else 0, Q)
    any_store.replace(ONE, [])
    any_store.add(ONE, [*rest, *statements])
    rows = any_store.select(f"SELECT ?p ?o {{ GRAPH {ONE} {{ <urn:s> ?p ?o }} }}")
    found = {row["p"].value: value(row["o"], any_store.kind) for row in rows}
    assert found == {s.predicate.value: value(s.object, any_store.kind) for s in statements}


def test_doubles_come_back_with_sixteen_digits_and_rows_in_their_order(store):
    """Virtuoso shows six digits unless it is asked for text."""
    given = [0.1 + 0.2, 1 / 3, 2 / 3 * 1e-7, 1e22 / 3]
    store.replace(
        ONE,
        [Statement(NamedNode(f"urn:s{number}"), P, Literal(double)) for number, double in enumerate(given)],
    )
    rows = store.select("SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(?s)")
    assert [float(row["o"].value) for row in rows] == pytest.approx(given[::-1], rel=1e-15)
    assert rows.columns == ("s", "o")
