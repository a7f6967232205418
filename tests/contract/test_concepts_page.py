"""The page on concepts names every question of its folder, and its own question is answered."""

import re
from pathlib import Path

import pyoxigraph

from kgexplain.graph.query import queries

PAGE = (Path(__file__).parents[2] / "docs" / "concepts.md").read_text(encoding="utf-8")
GRAPH = Path(__file__).parent / "questions" / "graph.trig"


def test_the_table_names_every_question_and_no_other():
    table = PAGE.partition("| what you want to know |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", table)
    assert sorted(named) == sorted(
        question.name.partition("/")[2] for question in queries() if question.name.startswith("concepts/")
    )


def test_the_question_of_the_page_finds_filters():
    """In the small graph, dogs stand where vehicles would."""
    (sparql,) = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    store = pyoxigraph.Store()
    store.load(path=GRAPH, format=pyoxigraph.RdfFormat.TRIG)
    rows = store.query(sparql.replace("wn30:04524313-n", "wn30:02084071-n"), use_default_graph_as_union=True)
    found = [(row["filter"].value.rpartition("#")[2], row["name"].value) for row in rows]
    assert found == [("filter--conv2--0", "dog"), ("filter--conv2--1", "dog")]
