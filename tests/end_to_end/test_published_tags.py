"""The tags that FilTag's authors published, imported and asked by the command line."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgexplain.cli import cli

PUBLISHED = Path(__file__).parents[3] / "shared" / "realdata" / "filtag"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    if not PUBLISHED.exists():
        pytest.skip("the published dump is not here")
    folder = tmp_path_factory.mktemp("published") / "graph"
    dump = PUBLISHED / "EXAMPLE_FilterTags_VGG16_conv5-3_k1.txt"
    rows(folder, "import", dump, "--classes", PUBLISHED / "decoding_wnids.txt")
    return folder


def rows(store, *words):
    command = [str(word) for word in (*words, "--store", store, "--as", "csv")]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(result.stdout.splitlines()))


def tags(store, index):
    asked = rows(store, "ask", "explanation/tags_of_numbered_filter", "layer=conv5_3", f"index={index}")
    return sorted(row["name"].replace(" ", "_") for row in asked)


def test_what_was_found_is_what_the_file_holds(store):
    (run,) = rows(store, "ask", "provenance/runs")
    (found,) = rows(store, "ask", "provenance/findings", f"run={run['run']}")
    assert (found["tags"], found["filters"]) == ("1000", "342")


def test_filters_without_tags_can_be_asked_for(store):
    asked = rows(store, "ask", "explanation/untagged_filters")
    assert len(asked) == 170


@pytest.mark.parametrize(
    ("index", "names"),
    [
        (95, "lampshade table_lamp yurt"),
        (288, "goldfinch European_fire_salamander toucan"),
        (
            437,
            (
                "Rhodesian_ridgeback bloodhound redbone Italian_greyhound whippet Staffordshire_bullterrier "
                "American_Staffordshire_terrier vizsla boxer Great_Dane"
            ),
        ),
    ],
)
def test_filters_answer_as_in_figure_3(store, index, names):
    assert tags(store, index) == sorted(names.split())


def test_filter_411_has_both_maillots(store):
    assert tags(store, 411).count("maillot") == 2


def test_filters_that_react_to_any_dog_are_found_though_nothing_has_a_score(store):
    asked = rows(store, "ask", "explanation/filters_below_synset", "synset=n02084071")
    assert "437" in {row["index"] for row in asked}
