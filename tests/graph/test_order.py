"""Rows come in the order in which the engine itself would put them; its own order is asked for as the second opinion."""

import pyoxigraph
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kgexplain.graph.opening import open_store
from kgexplain.graph.order import Key, ordered, unordered

QUERY = "SELECT ?a ?b { VALUES (?a ?b) { (1 2) } }"
UP, DOWN = Key("a", False), Key("a", True)


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("ORDER BY ?a", (UP,)),
        ("ORDER BY ?a DESC(?b)", (UP, Key("b", True))),
        ("order by desc ( $a ) asc(?b) # ?c", (DOWN, Key("b", False))),
    ],
)
def test_an_order_of_columns_is_taken_off(order, keys):
    assert unordered(f"{QUERY} {order}") == (f"{QUERY} ", keys)


@pytest.mark.parametrize(
    "sparql",
    [
        QUERY,
        f"{QUERY} ORDER BY ?a LIMIT 1",
        f"{QUERY} ORDER BY ?a OFFSET 1",
        f"{QUERY} ORDER BY (?a + 1)",
        f"{QUERY} ORDER BY ?a (-?b)",
        f"{QUERY} ORDER BY STR(?a)",
        f"{QUERY} ORDER BY ?a VALUES ?c {{ 1 }}",
        f"SELECT * {{ {{ {QUERY} ORDER BY ?a }} }}",
        f"SELECT * {{ {{ {QUERY} ORDER BY ?a }} }} LIMIT 1",
        "SELECT * { ?s ?p 'ORDER BY ?a' }",
    ],
)
def test_another_order_stays(sparql):
    assert unordered(sparql) == (sparql, ())


NUMBERS = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1, 1.0]),
)
COLUMNS = st.sampled_from(
    [
        NUMBERS.map(Literal),
        st.text(max_size=3).map(Literal),
        st.sampled_from("abAé日🐕\uffdc").map(lambda letter: NamedNode(f"urn:{letter}")),
    ]
)


@st.composite
def tables(draw):
    """Two columns, each of one kind, in which some values are missing."""
    size = draw(st.integers(1, 12))
    columns = [draw(st.lists(st.none() | draw(COLUMNS), min_size=size, max_size=size)) for _ in range(2)]
    return list(zip(*columns, strict=True))


@given(table=tables(), descends=st.tuples(st.booleans(), st.booleans()))
@example(table=[(Literal(""), None), (None, None)], descends=(True, False))
def test_rows_are_in_the_engines_order(table, descends):
    keys = [Key(name, way) for name, way in zip("ab", descends, strict=True)]
    rows = [{name: term for name, term in zip("ab", row, strict=True) if term is not None} for row in table]
    found = ordered(rows, keys)
    assert [place(row) for row in found] == [place(row) for row in by_the_engine(table, keys)]


def place(row):
    """What an order sees of a row: numbers as such."""
    return [number(row[name]) if name in row else None for name in "ab"]


def number(term):
    is_number = isinstance(term, Literal) and term.datatype.value.endswith(("integer", "double"))
    return float(term.value) if is_number else str(term)


def by_the_engine(table, keys):
    values = " ".join(f"({' '.join('UNDEF' if t is None else str(t) for t in row)})" for row in table)
    order = " ".join(f"DESC(?{key.column})" if key.descends else f"?{key.column}" for key in keys)
    found = pyoxigraph.Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }} ORDER BY {order}")
    return [{name: row[name] for name in "ab" if row[name] is not None} for row in found]


@pytest.mark.parametrize(
    "terms",
    [
        [Literal(1), Literal("a")],
        [Literal(1), NamedNode("urn:a")],
        [Literal("a"), NamedNode("urn:a")],
        [Literal("a", language="en"), Literal("b", language="en")],
        [Literal("2024-01-01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))],
        [Literal(float("nan")), Literal(1.0)],
        [Literal(float("-inf")), Literal(1.0)],
        [Literal("many", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))],
    ],
)
def test_an_order_across_kinds_is_left_to_the_engine(terms):
    assert ordered([{"a": term} for term in terms], [UP]) is None


@pytest.mark.parametrize("mixed", ["1 'a' <urn:a> UNDEF", "'b'@en 'a'@en"])
def test_a_store_puts_kinds_in_the_engines_order(mixed):
    sparql = f"SELECT ?a {{ VALUES ?a {{ {mixed} }} }} ORDER BY DESC(?a)"
    expected = [row["a"] for row in pyoxigraph.Store().query(sparql)]
    assert [row.get("a") for row in open_store("memory:").select(sparql)] == expected


def test_a_store_orders_rows_itself(monkeypatch):
    """The engine is asked for rows in no order: it is that which takes long."""
    asked = []
    store = open_store("memory:")
    answer = store._answer

    def heard(sparql, form):
        asked.append(sparql)
        return answer(sparql, form)

    monkeypatch.setattr(store, "_answer", heard)
    rows = store.select("SELECT ?a { VALUES ?a { 2 10 1 } } ORDER BY DESC(?a)")
    assert [int(row["a"].value) for row in rows] == [10, 2, 1]
    assert asked == ["SELECT ?a { VALUES ?a { 2 10 1 } } "]


@pytest.mark.parametrize(("order", "expected"), [("?b", ["z", "x", "y"]), ("DESC(?b) ?a", ["y", "x", "z"])])
def test_an_order_by_what_is_no_column_is_left_to_the_engine(order, expected):
    with open_store("memory:") as store:
        rows = store.select(f"SELECT ?a {{ VALUES (?a ?b) {{ ('x' 2) ('y' 3) ('z' 1) }} }} ORDER BY {order}")
    assert [row["a"].value for row in rows] == expected
