"""The command line after a dissection: detectors."""

import csv

import pytest

from kgexplain.world.making import make_annotated
from tests.test_cli import answer, explain, refusal, run


@pytest.fixture(scope="module")
def broden(tmp_path_factory):
    """The world with masks: three pictures of each class."""
    return make_annotated(tmp_path_factory.mktemp("annotated"), 3).broden


@pytest.fixture(scope="module")
def folder(broden, tmp_path_factory):
    """Where the graph is of a dissection of one layer, by the annotations beside the pictures."""
    made = tmp_path_factory.mktemp("dissected")
    answer(*explain(broden, made, "--with", "dissection", "--set", "dissection.layers=conv4"))
    return made


@pytest.fixture(scope="module")
def graph(folder):
    return ["--store", folder / "graph"]


def test_detectors_are_counted_by_layer(graph):
    (row,) = csv.DictReader(answer("detectors", *graph, "--as", "csv").splitlines())
    assert row["layer"] == "conv4"
    assert int(row["detectors"]) > 0


def test_detectors_are_told_one_by_one(graph):
    (layer,) = csv.DictReader(answer("detectors", *graph, "--as", "csv").splitlines())
    rows = list(csv.DictReader(answer("detectors", *graph, "--by", "filter", "--as", "csv").splitlines()))
    assert len(rows) == int(layer["detectors"])


def test_a_page_is_written_with_the_images_that_are_given(graph, broden, tmp_path):
    result = run("detectors", broden, *graph, "--page", tmp_path / "page.html", "--first", "1")
    assert result.stderr.splitlines()[-1] == f"Look at {tmp_path / 'page.html'}"
    html = (tmp_path / "page.html").read_text()
    assert html.count("<figure") == 1
    assert f"--store {graph[1]}" in html


def test_without_images_a_page_shows_those_that_were_dissected(graph, tmp_path):
    result = run("detectors", *graph, "--page", tmp_path / "page.html", "--first", "1")
    assert result.stderr.splitlines()[-1] == f"Look at {tmp_path / 'page.html'}"
    assert (tmp_path / "page.html").read_text().count("<figure") == 1


def test_a_layer_that_is_not_there_is_refused(graph):
    assert "no layer conv9 was dissected; world_cnn has conv4" in refusal(
        "detectors", *graph, "--layer", "conv9"
    )


def refusal_after_answer(*words):
    """What is said on stderr when a table is printed, and the rest cannot be done."""
    result = run(*words)
    assert result.exit_code == 1
    return result.stderr
