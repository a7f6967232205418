"""Explanations as text and for programs."""

import csv
import json

import pyoxigraph
import pytest

from kgexplain.reports.explanation import explained
from kgexplain.reports.text import STYLES
from tests.reports.explanations import active, zebra


def lines(style, **changes):
    return list(explained(zebra(**changes), style))


def test_text_by_hand():
    """The longest bar has 30 blocks; filters of the last layer come first where places are alike."""
    assert lines("text") == [
        (
            "toy takes this for a zebra (88%). Of the 4 filters that it activates in 2 layers, 3 (75%) are tagged zebra: "
            "place 1 of 3 tags. Next come agaric (1), tiger (1)."
        ),
        "",
        "Tags of its active filters",
        "  zebra       3  " + 30 * "█",
        "  agaric      1  " + 10 * "█",
        "  tiger       1  " + 10 * "█",
        "",
        "Its most active filters tagged zebra",
        "  conv2 filter 5, place 1 in its layer: zebra",
        "  conv2 filter 0, place 2 in its layer: agaric, zebra",
        "  conv1 filter 2, place 2 in its layer: zebra, tiger",
    ]


def test_of_many_tags_of_a_filter_the_first_four_are_shown():
    (line,) = lines("text", filters=(active("conv1", 2, 1, "zebra", "b", "c", "d", "e"),))[-1:]
    assert line.endswith("zebra, b, c, d …")


def test_an_explanation_without_tags_has_a_text():
    assert lines("text", tags=(), filters=())[0].startswith("toy takes this for a zebra")


def test_json_holds_the_sentence_and_all_tags_and_filters():
    told = json.loads("\n".join(lines("json")))
    assert told["sentence"] == zebra().sentence
    assert [tag["name"] for tag in told["tags"]] == ["zebra", "agaric", "tiger"]
    assert [f["index"] for f in told["filters"]] == [7, 2, 5, 0]


def test_csv_has_a_row_for_each_filter_and_tag():
    rows = list(csv.reader(lines("csv")))
    assert rows[0] == ["layer", "filter", "rank", "activation", "tag"]
    assert [(layer, int(index), tag) for layer, index, _, _, tag in rows[1:]] == [
        ("conv1", 7, ""),
        ("conv1", 2, "zebra"),
        ("conv1", 2, "tiger"),
        ("conv2", 5, "zebra"),
        ("conv2", 0, "agaric"),
        ("conv2", 0, "zebra"),
    ]


def test_csv_keeps_names_with_commas_together():
    rows = list(csv.reader(lines("csv", filters=(active("conv1", 2, 1, 'crane, "the" bird'),))))
    assert rows[1][-1] == 'crane, "the" bird'


def test_turtle_has_a_solution_for_each_filter_and_tag():
    triples = list(pyoxigraph.parse("\n".join(lines("turtle")), pyoxigraph.RdfFormat.TURTLE))
    assert sum(t.predicate.value.endswith("#solution") for t in triples) == 6


@pytest.mark.parametrize("style", STYLES)
def test_every_style_tells_every_tag_of_the_prediction(style):
    assert "\n".join(lines(style)).count("zebra") >= 3
