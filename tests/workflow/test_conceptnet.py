"""ConceptNet on the command line: imported, asked, and one sentence for each thing that cannot be."""

import csv

import pytest
from click.testing import CliRunner

from kgexplain.cli import cli
from kgexplain.shipped import shipped
from tests.servers import Double, conceptnet_api

WORLD = shipped("data") / "world" / "conceptnet.csv"


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def rows(*words):
    result = run(*words, "--as", "csv")
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(result.stdout.splitlines()))


def refusal(*words):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    (sentence,) = result.stderr.splitlines()
    return sentence


@pytest.fixture
def database(tmp_path):
    assert run("conceptnet", WORLD, "--to", tmp_path / "net.sqlite").exit_code == 0
    return tmp_path / "net.sqlite"


def test_an_import_tells_what_was_read_and_kept_of_each_file(tmp_path):
    (tmp_path / "more.txt").write_text("IsA\tzebra\tequine\nNotIsA\tzebra\tdog\n")
    found = rows("conceptnet", WORLD, tmp_path / "more.txt", "--to", tmp_path / "net.sqlite")
    assert [(row["file"], row["lines"], row["kept"]) for row in found] == [
        ("conceptnet.csv", "290", "287"),
        ("more.txt", "2", "1"),
    ]


def test_an_import_keeps_the_relations_and_languages_asked_for(tmp_path):
    words = [
        "--to",
        tmp_path / "net.sqlite",
        "--language",
        "en",
        "--language",
        "fr",
        "--relations",
        "Synonym, MadeOf",
    ]
    run("conceptnet", WORLD, *words)
    found = rows("neighbours", "tiger", "--conceptnet", tmp_path / "net.sqlite")
    assert [(row["start"], row["relation"]) for row in found] == [("/c/fr/tigre", "/r/Synonym")]


def test_neighbours_are_the_strongest_of_each_relation(database):
    found = rows(
        "neighbours", "Tiger", "--conceptnet", database, "--relations", "IsA,AtLocation", "--limit", "1"
    )
    assert [(row["start"], row["end"], row["weight"]) for row in found] == [
        ("/c/en/tiger", "/c/en/cat", "2"),
        ("/c/en/tiger", "/c/en/savanna", "4"),
        ("/c/en/tiger/n/wn/animal", "/c/en/cat/n/wn/animal", "2"),
    ]


def test_neighbours_of_one_node_are_those_of_its_uri(database):
    found = rows("neighbours", "/c/en/tiger/n/wn/animal", "--conceptnet", database)
    assert [row["end"] for row in found] == ["/c/en/cat/n/wn/animal"]


def test_neighbours_are_asked_of_an_api_the_same_way(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with Double(conceptnet_api([("/r/IsA", "/c/en/dog", "/c/en/pet", 2.0)])) as server:
        (row,) = rows("neighbours", "dog", "--conceptnet", server.address, "--relations", "IsA")
    assert (row["end"], row["dataset"]) == ("/c/en/pet", "/d/conceptnet/4/en")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["xyzzy"], "'xyzzy': "),
        (["tiger", "--relations", "Is"], "relations ['Is']: not among those of ConceptNet; there are IsA"),
        (["tiger", "--relations", "Causes"], "relations ['Causes']: not imported into"),
        (["tiger", "--limit", "0"], "limit is 0; it must be at least 1"),
    ],
)
def test_a_word_that_cannot_be_asked_for(database, words, message):
    assert message in refusal("neighbours", *words, "--conceptnet", database)


def test_a_word_that_is_not_there_is_told_with_what_would_be(database):
    assert "has no node for it; it has words as people write them" in refusal(
        "neighbours", "xyzzy", "--conceptnet", database
    )


def test_a_database_that_is_not_there_is_told(tmp_path):
    sentence = refusal("neighbours", "dog", "--conceptnet", tmp_path / "none.sqlite")
    assert "there is no such file; make it from ConceptNet's assertions" in sentence


def test_a_file_that_is_none_is_told(tmp_path):
    (tmp_path / "x.csv").write_text("nonsense\n")
    sentence = refusal("conceptnet", tmp_path / "x.csv", "--to", tmp_path / "net.sqlite")
    assert "x.csv, line 1: is no line of ConceptNet, which has five columns" in sentence
    assert not (tmp_path / "net.sqlite").exists()


def test_an_import_of_nothing_is_wrong_usage():
    assert run("conceptnet").exit_code == 2
