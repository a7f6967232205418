"""Every question of ``queries/``: its answer on a small graph, read by hand, from two engines; and how it is written.

``questions/`` has the graph and, for each question, the rows; the first line says what was asked for. In both, IRIs are
written without https://w3id.org/kgexplain/.
"""

import csv
import math
import re
import runpy
import shlex
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql.algebra import translateQuery, traverse
from rdflib.plugins.sparql.parser import parseQuery

from kgexplain.errors import QueryError
from kgexplain.graph.query import KINDS, queries, query
from kgexplain.graph.sparql import tokens
from kgexplain.shipped import shipped
from kgexplain.vocabulary import BASE, PREFIXES

# rdflib asks its own dataset for what it tells others not to ask for.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

FOLDER = Path(__file__).parent / "questions"
ANSWERS = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.csv"))
QUESTIONS = queries()
every_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)

# All that our questions are made of, apart from names, terms and marks. What is missing here either differs between
# engines (functions), is slow on some (EXISTS), leaves the store (SERVICE, FROM), or leaves rows out (LIMIT).
WORDS = {
    "PREFIX",
    "SELECT",
    "DISTINCT",
    "WHERE",
    "GRAPH",
    "OPTIONAL",
    "MINUS",
    "UNION",
    "FILTER",
    "BIND",
    "AS",
}
WORDS |= {"COUNT", "SUM", "GROUP", "ORDER", "BY", "DESC", "A"}
SAMPLES = {"IRI": "kgx:x", "integer": 3, "number": 0.5, "synset": "n02084071", "text": "x"}


def asked(name):
    """The question, the values of its parameters, the columns and the rows of an answer by hand."""
    first, header, *rows = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    values = dict(word.split("=", 1) for word in shlex.split(first.removeprefix("#")))
    question = query(name.split(".")[0])
    whole = {p.name: BASE + values[p.name] for p in question.parameters if p.kind == "IRI"}
    return question.bind(**{**values, **whole}), header.split(","), [tuple(row) for row in csv.reader(rows)]


def short(iri):
    return iri.replace(PREFIXES["wn30"], "wn30:").removeprefix(BASE)


def value(text, datatype):
    """Numbers and times as what they mean: engines write 0.5 and 5.0E-1."""
    kind = datatype.rpartition("#")[2]
    if kind in ("integer", "decimal", "double"):
        return pytest.approx(float(text))
    return datetime.fromisoformat(text) if kind == "dateTime" else text


class Oxigraph:
    def __init__(self):
        self.store = pyoxigraph.Store()
        self.store.load(path=FOLDER / "graph.trig", format=pyoxigraph.RdfFormat.TRIG)

    def rows(self, sparql):
        answer = self.store.query(sparql, use_default_graph_as_union=True)
        columns = [variable.value for variable in answer.variables]
        return columns, [tuple(self.term(term) for term in row) for row in answer]

    def term(self, term):
        if term is None:
            return ""
        return (
            short(term.value) if isinstance(term, pyoxigraph.NamedNode) else (term.value, term.datatype.value)
        )


class Rdflib:
    def __init__(self):
        self.store = rdflib.Dataset(default_union=True)
        oxigraph = Oxigraph().store
        for name in oxigraph.named_graphs():
            lines = oxigraph.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=name)
            self.store.graph(rdflib.URIRef(name.value)).parse(data=lines, format="nt")

    def rows(self, sparql):
        answer = self.store.query(sparql)
        return [str(variable) for variable in answer.vars], [tuple(map(self.term, row)) for row in answer]

    def term(self, term):
        if term is None:
            return ""
        return short(str(term)) if isinstance(term, rdflib.URIRef) else (str(term), str(term.datatype or ""))


@pytest.fixture(scope="module")
def engines():
    return {"oxigraph": Oxigraph(), "rdflib": Rdflib()}


def matches(found, expected):
    if isinstance(found, str) or not expected:
        return found == expected
    text, datatype = found
    return value(expected, datatype) == value(text, datatype)


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_is_answered_as_by_hand(name, engine, engines):
    sparql, columns, expected = asked(name)
    found_columns, found = engines[engine].rows(sparql)
    assert found_columns == columns
    wrong = [(f, e) for f, e in zip(found, expected, strict=False) if not all(map(matches, f, e))]
    assert wrong == []
    assert len(found) == len(expected)


@every_question
def test_a_question_has_an_answer_by_hand_with_rows(question):
    rows = [asked(name)[2] for name in ANSWERS if name.split(".")[0] == question.name]
    assert rows
    assert all(rows)


@pytest.mark.parametrize("name", ANSWERS)
def test_rows_are_in_an_order_without_ties(name, engines):
    sparql, _, _ = asked(name)
    columns, rows = engines["oxigraph"].rows(sparql)
    keys = [tuple(row[columns.index(key)] for key in order(sparql)) for row in rows]
    assert len(set(keys)) == len(rows)


def order(sparql):
    """The variables of ORDER BY, without their question marks."""
    pieces = list(tokens(sparql))
    start = max(i for i, token in enumerate(pieces) if token.word == "ORDER")
    return [token.text[1:] for token in pieces[start:] if token.kind == "variable"]


def selects(sparql):
    """The tokens of each SELECT, the outer one and those inside, each up to the end of its group."""
    pieces = list(tokens(sparql))
    for start, token in enumerate(pieces):
        if token.word == "SELECT":
            depth, end = 0, start
            while end < len(pieces) and depth >= 0:
                depth += (pieces[end].text == "{") - (pieces[end].text == "}")
                end += 1
            yield pieces[start:end]


def groups(sparql, word):
    """The texts of the groups that follow a keyword."""
    pieces = list(tokens(sparql))
    for start in (i for i, token in enumerate(pieces) if token.word == word):
        depth, end = 0, start + 1
        while end == start + 1 or depth > 0:
            depth += (pieces[end].text == "{") - (pieces[end].text == "}")
            end += 1
        yield [token.text for token in pieces[start:end]]


@every_question
def test_a_question_is_read_by_both_engines(question):
    sparql = question.bind(**{p.name: SAMPLES[p.kind] for p in question.parameters})
    pyoxigraph.Store().query(sparql)
    rdflib.Dataset(default_union=True).query(sparql)


@every_question
def test_a_question_uses_only_words_that_all_engines_share(question):
    assert {token.word for token in tokens(question.sparql) if token.word} <= WORDS


@every_question
def test_a_question_has_no_blank_nodes(question):
    assert [
        token.text for token in tokens(question.sparql) if token.kind == "blank" or token.text in ("[", "]")
    ] == []


@every_question
def test_a_question_follows_no_path(question):
    """The hierarchy is said in full by kgx:subsumedBy; paths are where engines are slow, each in another place."""
    found = []
    algebra = translateQuery(
        parseQuery(question.bind(**{p.name: SAMPLES[p.kind] for p in question.parameters}))
    )
    traverse(algebra.algebra, lambda node: found.append(node) if isinstance(node, PropertyPath) else None)
    assert found == []


@every_question
def test_a_question_counts_a_thing_once_though_several_graphs_say_it(question):
    """Oxigraph's union of all graphs gives a statement as often as graphs have it."""
    assert len(re.findall(r"COUNT\s*\(", question.sparql)) == len(
        re.findall(r"COUNT\(DISTINCT ", question.sparql)
    )
    for select in selects(question.sparql):
        words = [token.word for token in select]
        assert words[1] == "DISTINCT" or "GROUP" in words or words[1:3] == ["", "COUNT"], select[:6]


@every_question
def test_a_question_orders_its_rows_by_what_they_show(question):
    projected = {
        variable.value
        for variable in pyoxigraph.Store()
        .query(question.bind(**{p.name: SAMPLES[p.kind] for p in question.parameters}))
        .variables
    }
    assert order(question.sparql)
    assert set(order(question.sparql)) <= projected


@every_question
def test_a_question_asks_for_graphs_only_where_runs_would_mix(question):
    pieces = [token.text for token in tokens(question.sparql)]
    assert {after for word, after in pairwise(pieces) if word == "GRAPH"} <= {
        "?run",
        "?seen",
        "$run",
    }


@every_question
def test_what_is_optional_or_left_out_is_found_from_the_parameter(question):
    """Oxigraph finds all of an OPTIONAL or MINUS before it joins it, so the group says itself what it is about.

    One pattern alone it looks up row by row.
    """
    if any(parameter.default is None for parameter in question.parameters):
        for word in ("OPTIONAL", "MINUS"):
            for group in groups(question.sparql, word):
                is_one = word == "OPTIONAL" and len([text for text in group[1:] if text not in "{.}"]) == 3
                assert is_one or any(text.startswith("$") for text in group), group


def test_the_table_of_all_questions_is_current():
    page = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "make_query_table.py"))["page"]
    found = (shipped("queries") / "README.md").read_text(encoding="utf-8")
    assert found == page(), "run: python docs/make_query_table.py"


@every_question
def test_a_question_has_a_sentence_for_a_summary(question):
    assert question.summary.endswith(".")
    assert len(question.summary) <= 130


ANYTHING = {
    "text": st.text(),
    "IRI": st.text().map(lambda text: f"urn:{text}"),
    "synset": st.text(),
    "integer": st.integers(-(10**17), 10**17),
    "number": st.floats(allow_nan=False, allow_infinity=False),
}


def skeleton(sparql):
    """The kinds of the tokens, a literal with a datatype being one, as one term stands for one parameter."""
    kinds = [(token.kind, token.text) for token in tokens(sparql)]
    return [kind if kind in ("iri", "string") else text for kind, text in kinds]


@given(st.data())
@every_question
def test_a_value_never_becomes_syntax(question, data):
    values = {p.name: data.draw(ANYTHING[p.kind] | st.text(), label=p.name) for p in question.parameters}
    try:
        bound = question.bind(**values)
    except QueryError:
        return
    sample = question.bind(**{p.name: SAMPLES[p.kind] for p in question.parameters})
    assert skeleton(bound) == skeleton(sample)
    pyoxigraph.Store().query(bound)


HOSTILE = [
    '"',
    "\\",
    "'",
    "\n",
    "\\u0022",
    "\\\\u0022",
    "\\U00000022",
    '" } #',
    "\\",
    "$layer",
    "?x",
    "<",
    ">",
    "'''",
    "\\n",
    "\r",
    "\x00",
]


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3)).map("".join))
@example("\\u0022 } ; DROP ALL #")
@example("\\\\u0022")
def test_a_text_comes_back_as_it_was_from_both_engines(text):
    bound = f"SELECT (?v AS ?same) {{ VALUES ?v {{ {KINDS['text'](text)} }} }}"
    (row,) = pyoxigraph.Store().query(bound)
    assert row[0].value == text
    (row,) = rdflib.Graph().query(bound)
    assert str(row[0]) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_it_was(number):
    (row,) = pyoxigraph.Store().query(f"SELECT (?v AS ?same) {{ VALUES ?v {{ {KINDS['number'](number)} }} }}")
    assert math.isclose(float(row[0].value), number, rel_tol=1e-15)
