"""Answers are written as people and programs expect them."""

import csv
import json
from itertools import islice, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)

from kgexplain.errors import InputError
from kgexplain.graph.store import Rows
from kgexplain.reports.text import STYLES, csv_lines, json_lines, readable, written
from kgexplain.vocabulary import BASE, KGX, RANK, SCORE, TAG, Statement, document, thing

FILTER = thing(document("net", "vgg16", "0a1b2c3d"), "filter", "features.28", 95)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


TAGS = Rows(
    ("filter", "score", "rank", "name"),
    [
        {"filter": FILTER, "score": Literal(0.42), "rank": Literal(1), "name": Literal("lampshade")},
        {
            "filter": NamedNode("http://example.org/f"),
            "score": Literal(12.5),
            "rank": Literal(10),
        },
        {"score": Literal(3.0), "name": Literal('a "b", c', language="en")},
    ],
)
STATEMENTS = [Statement(FILTER, SCORE, Literal(0.5)), Statement(FILTER, RANK, Literal(2))]


def text(answer, style):
    return "\n".join(written(answer, style))


def test_a_table_is_aligned_numbers_to_the_right():
    assert text(TAGS, "text").splitlines() == [
        "filter                   score  rank  name",
        "──────────────────────  ──────  ────  ─────────",
        "filter features.28 95   0.4200     1  lampshade",
        "<http://example.org/f>   12.50    10",
        '                         3.000        a "b", c',
    ]


def test_a_column_of_words_and_numbers_is_to_the_left():
    answer = Rows(("what",), [{"what": Literal(1)}, {"what": Literal("three")}])
    assert text(answer, "text").splitlines()[2:] == ["1", "three"]


def test_no_rows_are_said():
    assert text(Rows(("filter",), []), "text").splitlines() == ["filter", "──────", "(no rows)"]


def test_wide_letters_and_accents_are_counted_as_they_are_seen():
    answer = Rows(
        ("a", "b"), [{"a": Literal("犬"), "b": Literal("x")}, {"a": Literal("e\u0301te"), "b": Literal("x")}]
    )
    assert text(answer, "text").splitlines()[2:] == ["犬   x", "e\u0301te  x"]


def test_a_value_stays_on_its_line_and_steers_no_terminal():
    answer = Rows(("name",), [{"name": Literal("a\nb\tc \x1b[31m")}])
    assert text(answer, "text").splitlines()[2:] == ["a b c \N{REPLACEMENT CHARACTER}[31m"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (Literal(95), "95"),
        (Literal(1234567), "1234567"),
        (Literal(0.0), "0"),
        (Literal(0.123456), "0.1235"),
        (Literal(-0.00123456), "-0.001235"),
        (Literal(1.5), "1.500"),
        (Literal(123456.7), "123457"),
        (Literal(float("nan")), "NaN"),
        (Literal(float("-inf")), "-INF"),
    ],
)
def test_numbers_are_shown_to_four_digits(number, shown):
    assert text(Rows(("n",), [{"n": number}]), "text").splitlines()[2].strip() == shown


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        (KGX + "hasTag", "kgx:hasTag"),
        (
            thing(document("run", "filtag", "a"), "tag", "conv1", 3, "n02099601").value,
            "tag conv1 3 n02099601",
        ),
        (
            thing(document("images", "set", "1"), "image", "n01440764/tench 1.jpg").value,
            "image n01440764/tench 1.jpg",
        ),
        (document("run", "filtag", "net", "0a"), "run filtag net 0a"),
        (BASE + "wordnet-3.0", "wordnet-3.0"),
        ("http://example.org/x", "<http://example.org/x>"),
    ],
)
def test_an_iri_is_shown_by_its_name(iri, shown):
    assert readable(iri) == shown


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=3))
def test_the_words_of_a_name_are_the_keys_it_was_made_of(keys):
    assert readable(thing(document("net", "n"), *keys).value) == " ".join(keys)


def test_json_is_read_as_the_same_rows():
    solutions = parse_query_results(text(TAGS, "json").encode(), format=QueryResultsFormat.JSON)
    names = [variable.value for variable in solutions.variables]
    read = [{name: row[name] for name in names if row[name] is not None} for row in solutions]
    assert (tuple(names), read) == (TAGS.columns, TAGS.rows)


@given(TEXT, st.sampled_from([None, "en"]))
def test_any_literal_comes_back_from_json(value, language):
    answer = Rows(("x",), [{"x": Literal(value, language=language)}])
    (row,) = parse_query_results(text(answer, "json").encode(), format=QueryResultsFormat.JSON)
    assert row["x"] == answer.rows[0]["x"]


def test_json_without_rows_is_json():
    assert json.loads(text(Rows(("x",), []), "json")) == {
        "head": {"vars": ["x"]},
        "results": {"bindings": []},
    }


def test_csv_by_hand():
    assert text(TAGS, "csv").splitlines() == [
        "filter,score,rank,name",
        f"{FILTER.value},0.42,1,lampshade",
        "http://example.org/f,12.5,10,",
        ',3,,"a ""b"", c"',
    ]


@given(st.lists(TEXT, min_size=2, max_size=2))
def test_any_text_comes_back_from_csv(values):
    answer = Rows(("a", "b"), [dict(zip("ab", map(Literal, values), strict=True))])
    lines = [line + "\n" for line in text(answer, "csv").split("\n")]
    assert list(csv.reader(lines)) == [["a", "b"], values]


@pytest.mark.parametrize("lines", [json_lines, csv_lines])
def test_rows_are_written_while_they_come(lines):
    assert len(list(islice(lines(("x",), repeat({"x": Literal(1)})), 5))) == 5


def test_statements_in_turtle_are_the_same_statements():
    read = {tuple(triple)[:3] for triple in parse(text(STATEMENTS, "turtle").encode(), RdfFormat.TURTLE)}
    assert read == {tuple(statement) for statement in STATEMENTS}


def test_turtle_is_sorted_and_says_nothing_twice():
    statements = [Statement(NamedNode(KGX + letter), RANK, Literal(1)) for letter in "cjahebgdfic"]
    lines = [line for line in written(statements, "turtle") if not line.startswith("@prefix")]
    assert lines == [f"kgx:{letter} kgx:rank 1 ." for letter in "abcdefghij"]


def test_turtle_uses_the_prefixes_of_the_vocabulary():
    assert "kgx:rank 2" in text(STATEMENTS, "turtle")


def test_statements_as_rows_are_subject_predicate_object():
    assert text(STATEMENTS[1:], "csv").splitlines() == [
        "subject,predicate,object",
        f"{FILTER.value},{RANK.value},2",
    ]


def test_statements_are_taken_from_a_generator():
    assert text(iter(STATEMENTS), "turtle") == text(STATEMENTS, "turtle")


def test_rows_in_turtle_are_a_result_set():
    """Solution 2 of two binds tag, and nothing else."""
    answer = Rows(("tag", "rank"), [{"tag": TAG, "rank": Literal(7)}, {"tag": RANK}])
    found = list(parse(text(answer, "turtle").encode(), RdfFormat.TURTLE))
    of = {(t.subject, t.predicate.value.rsplit("#")[1], t.object) for t in found}
    second = next(subject for subject, predicate, value in of if predicate == "index" and value == Literal(2))
    bindings = [value for subject, predicate, value in of if subject == second and predicate == "binding"]
    said = {(p, o) for binding in bindings for s, p, o in of if s == binding}
    assert said == {("variable", Literal("tag")), ("value", RANK)}


def test_rows_in_turtle_name_all_columns():
    found = list(parse(text(Rows(("tag", "rank"), []), "turtle").encode(), RdfFormat.TURTLE))
    assert [t.object.value for t in found if t.predicate.value.endswith("resultVariable")] == ["tag", "rank"]


@pytest.mark.parametrize("style", STYLES)
def test_writing_twice_gives_the_same(style):
    assert text(TAGS, style) == text(TAGS, style)


def test_an_unknown_style_is_refused_with_those_there_are():
    with pytest.raises(
        InputError, match="style 'xml': answers are not written so; text, json, csv, turtle are there"
    ):
        written(TAGS, "xml")
