"""Mistakes as text, as tables and as a page."""

import csv
import json
from dataclasses import replace

import pytest
from PIL import Image

from kgexplain.answers.mistakes.answer import mistakes
from kgexplain.reports.mistakes import COLUMNS, page, reported
from tests.answers import mistaken


@pytest.fixture(scope="module")
def answer():
    with mistaken.store() as store:
        return mistakes(store, mistaken.RUN, mistaken.TAGGING)


def text(answer, style="text"):
    return "\n".join(reported(answer, style))


def test_the_text_says_how_many_are_wrong(answer):
    assert text(answer).startswith("8 of 70 images are misclassified (11%).")


def test_the_text_says_which_classes_carry_no_tags(answer):
    assert "Only 5 of the network's 1000 classes carry tags: of 1 mistakes the true class has none" in text(
        answer
    )


def test_the_text_shows_an_example_of_each_diagnosis(answer):
    assert "label.jpg: mortarboard, taken for sports car (99%)" in text(answer)


def test_the_text_groups_confusions_by_what_both_are_kinds_of(answer):
    (line,) = [line for line in text(answer).splitlines() if line.startswith("  retriever ")]
    assert line.split(":")[0].split() == ["retriever", "2"]
    assert "golden retriever → Labrador retriever 1" in line


def test_the_table_has_a_row_for_each_mistake(answer):
    rows = list(csv.DictReader(text(answer, "csv").splitlines()))
    assert [row["image"] for row in rows] == sorted(mistaken.IMAGES)
    assert tuple(rows[0]) == COLUMNS
    shared = next(row for row in rows if row["image"] == "shared.jpg")
    assert (shared["for_true"], shared["for_predicted"], shared["for_both"], shared["for_neither"]) == (
        *("4", "2", "4"),
        "0",
    )
    assert (shared["hypernym"], shared["distance"], shared["relations"]) == ("retriever", "2", "")


def test_json_holds_everything(answer):
    told = json.loads(text(answer, "json"))
    assert len(told["mistakes"]) == 8
    assert told["diagnoses"]["both are visible"] == 1
    assert told["responsible"][0]["filter_"]["layer"] == "conv"
    assert told["variety"][0]["class_"] == "sports car"


def test_turtle_names_image_and_diagnosis_by_iri(answer):
    assert "kgx:bothVisible" in text(answer, "turtle")
    assert "image--both.jpg" in text(answer, "turtle")


def test_the_page_shows_picture_beside_text(answer):
    picture = Image.new("RGB", (4, 3))
    html = page(answer, "toy", [(mistake, picture) for mistake in answer.mistakes[:2]])
    assert html.count('<img src="data:image/png;base64,') == 2
    assert answer.mistakes[0].evidence in html
    assert answer.mistakes[3].evidence not in html


def test_names_are_no_markup(answer):
    evil = replace(answer.mistakes[0], true="<script>alert(1)</script>")
    assert "<script>" not in page(answer, "toy", [(evil, Image.new("RGB", (4, 3)))])
