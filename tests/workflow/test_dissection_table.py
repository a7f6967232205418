"""Published tables of Network Dissection brought into a graph, from Python and from the command line."""

import csv

import pyshacl
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import RdfFormat, Triple, serialize

from kgexplain.cli import cli
from kgexplain.errors import InputError
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.shipped import shipped
from kgexplain.workflow.dissection_table import import_dissection

TABLE = (
    "unit,category,label,score,object-label,object-iou,part-label,part-iou,scene-label,scene-iou\n"
    "1,object,car,0.3,car,0.3,wheel,0.2,,0.5\n"
    "2,part,wheel,0.1,car,0.05,wheel,0.1,street-s,0.04\n"
    "3,object,car,0.2,car,0.2,wheel,0.01,street-s,0\n"
    "4,object,dog,0.04,dog,0.04,wheel,0.01,street-s,0\n"
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def store():
    return open_store("memory:")


def counts(store, run):
    rows = store.select(query("concepts/detectors_of_run").bind(run=run))
    return [tuple(row[name].value for name in ("layer", "category", "detectors", "concepts")) for row in rows]


def test_filters_are_counted_by_what_they_detect(table, store):
    """Filters 1 and 3 detect cars, filter 2 wheels, filter 4 nothing: 0.04 is not above 0.04."""
    run = import_dissection(table, store, "conv5")
    assert counts(store, run) == [("conv5", "object", "2", "1"), ("conv5", "part", "1", "1")]


def test_the_threshold_is_stored_and_has_an_effect(table, store):
    run = import_dissection(table, store, "conv5", iou=0.25)
    assert counts(store, run) == [("conv5", "object", "1", "1")]
    rows = store.select(query("provenance/options_of_run").bind(run=run))
    options = {row["option"].value: float(row["value"].value) for row in rows if "iou" in row["option"].value}
    assert options == {"dissection-table.iou": 0.25}


def test_a_second_import_of_a_table_replaces_the_first(table, store):
    runs = [import_dissection(table, store, "conv5", iou=iou) for iou in (0.01, 0.25)]
    assert runs[0] == runs[1]
    assert counts(store, runs[0]) == [("conv5", "object", "1", "1")]


def test_scores_without_a_name_are_told(table, store, caplog):
    import_dissection(table, store, "conv5")
    assert [r.message for r in caplog.records] == [
        "results.csv: 1 scores without a concept's name are left out"
    ]


def test_an_imported_table_conforms_to_the_shapes(table, store):
    import_dissection(table, store, "conv5", "alexnet", str(shipped("data") / "world" / "classes.tsv"))
    said = store.construct("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    turtle = serialize((Triple(*statement) for statement in said), format=RdfFormat.TURTLE).decode()
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    conforms, _, text = pyshacl.validate(rdflib.Graph().parse(data=turtle), shacl_graph=shapes)
    assert conforms, text


@pytest.mark.parametrize("iou", [-0.1, 1.0])
def test_a_threshold_that_cannot_be_is_refused(table, store, iou):
    with pytest.raises(InputError, match=rf"iou is {iou}; it must be at least 0 and less than 1"):
        import_dissection(table, store, "conv5", iou=iou)
    assert store.graphs() == set()


def test_the_command_counts_detectors(table, tmp_path):
    words = ("import-dissection", table, "--layer", "conv5", "--store", tmp_path / "graph", "--as", "csv")
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    found = [
        (row["category"], row["detectors"], row["by_chance"])
        for row in csv.DictReader(result.stdout.splitlines())
    ]
    assert found == [("object", "2", ""), ("part", "1", "")]
