"""Figures as statements and as rows."""

import math

import numpy as np
import pyoxigraph
import pyshacl
import rdflib
from pyoxigraph import Literal, NamedNode

from kgexplain.evaluation.bootstrap import Bootstrap, Interval, mean
from kgexplain.evaluation.figures import COLUMNS, Figure, measured, rows, statements
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    ABOVE_BASELINE,
    AVERAGE_PRECISION,
    BASELINE,
    BLEU,
    COMPUTED_ON,
    INTERVAL_LOW,
    IS_MEASUREMENT_OF,
    OF_ATTRIBUTE,
    PCK,
    attribute,
    document,
    thing,
)

RUN = document("run", "attributes", "toy", "0a1b2c3d")
NEAR = Figure(PCK, 7, Interval(0.5, 0.25, 0.75), 0.95, alpha=0.1)
FIGURES = (
    NEAR,
    Figure(PCK, 7, Interval(0.25, 0.0, 0.5), 0.95, alpha=0.1, baseline="random location"),
    Figure(PCK, 7, Interval(0.25, 0.0, 0.5), 0.95, alpha=0.1, above="random location"),
    Figure(PCK, 7, Interval(0.75, 0.5, 1.0), 0.95, alpha=0.2),
    Figure(BLEU, 3, Interval(0.5, 0.25, 0.75), 0.95, variant="bleu4", group="wrong"),
    Figure(AVERAGE_PRECISION, 7, Interval(0.5, 0.25, 0.75), 0.95, attribute="white head"),
)


def said(figure):
    found = list(statements([figure], RUN))
    assert len({statement.subject for statement in found}) <= 1
    return {statement.predicate: statement.object for statement in found}


def test_a_figure_is_a_measurement_of_the_run():
    assert said(NEAR)[COMPUTED_ON] == NamedNode(RUN)
    assert said(NEAR)[IS_MEASUREMENT_OF] == PCK


def test_numbers_are_plain():
    found = {node.value.rpartition("#")[2]: value for node, value in said(NEAR).items()}
    assert found["value"] == Literal(0.5)
    assert found["alpha"] == Literal(0.1)
    assert (found["intervalLow"], found["intervalHigh"], found["intervalLevel"]) == tuple(
        map(Literal, (0.25, 0.75, 0.95))
    )
    assert found["imagesMeasured"] == Literal(7)


def test_a_figures_iri_says_what_it_is_confined_to():
    (node,) = {statement.subject for statement in statements([NEAR], RUN)}
    assert node == thing(RUN, "pck", "alpha", "0.1")


def test_a_baseline_and_what_is_above_it_are_told_apart():
    assert said(FIGURES[1])[BASELINE] == said(FIGURES[2])[ABOVE_BASELINE] == Literal("random location")
    assert BASELINE not in said(FIGURES[2])


def test_an_attribute_is_that_of_every_graph():
    assert said(FIGURES[5])[OF_ATTRIBUTE] == attribute("white head")


def test_every_figure_has_an_iri_of_its_own():
    assert len({s.subject for s in statements(FIGURES, RUN)}) == len(FIGURES)


def test_what_is_no_number_is_not_said():
    assert said(Figure(PCK, 0)) == {}


def test_a_value_without_interval_has_none():
    assert INTERVAL_LOW not in said(Figure(PCK, 1, Interval(0.5, math.nan, math.nan)))


def test_statements_conform():
    """Beside the example, which has the run and its network."""
    example = (shipped("ontologies") / "example.ttl").read_text(encoding="utf-8")
    run = "https://w3id.org/kgexplain/run/attributes--tiny--0a1b2c3d--garden--9f8e7d6c"
    figures = [figure for figure in FIGURES if not figure.attribute]
    figures.append(Figure(AVERAGE_PRECISION, 7, Interval(0.5, 0.25, 0.75), 0.95, attribute="long tail"))
    triples = [pyoxigraph.Triple(*statement) for statement in statements(figures, run)]
    ours = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES).decode()
    graph = rdflib.Graph().parse(data=example, format="turtle")
    for subject in {triple.subject.value for triple in triples}:
        graph.remove((rdflib.URIRef(subject), None, None))
    graph.parse(data=ours, format="nt")
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, text


def test_rows_hold_what_applies():
    answer = rows([FIGURES[1]])
    assert answer.columns == COLUMNS
    assert list(answer) == [
        {
            "measure": Literal("pck"),
            "alpha": Literal(0.1),
            "baseline": Literal("random location"),
            "value": Literal(0.25),
            "low": Literal(0.0),
            "high": Literal(0.5),
            "images": Literal(7),
        }
    ]


def test_rows_of_what_is_no_number_have_no_value():
    assert list(rows([Figure(PCK, 0, alpha=0.1)])) == [
        {"measure": Literal("pck"), "alpha": Literal(0.1), "images": Literal(0)}
    ]


def test_measured_fills_in_and_compares():
    """3 beside 1 and 2: then 2 and 1 above."""
    own, low, high = (mean(np.full(4, value)) for value in (3.0, 1.0, 2.0))
    found = measured(Figure(BLEU, 4, variant="bleu1"), own, {"low": low, "high": high}, Bootstrap(level=0.9))
    assert [(f.baseline, f.above, f.interval.value) for f in found] == [
        ("", "", 3),
        ("low", "", 1),
        ("high", "", 2),
        ("", "low", 2),
        ("", "high", 1),
    ]
    assert {(f.variant, f.level, f.images) for f in found} == {("bleu1", 0.9, 4)}
