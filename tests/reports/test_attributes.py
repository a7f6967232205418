"""Explanations in attributes as text, for programs, and as a page."""

import csv
import json
import re

import pyoxigraph
import pytest
from PIL import Image

from kgexplain.answers.attributes.contrast import contrast
from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import Interval
from kgexplain.evaluation.figures import Figure
from kgexplain.reports.attributes import (
    BY_GRADIENT,
    Sight,
    note_of,
    of_contrast,
    of_descriptions,
    of_figures,
    of_rationales,
    page,
    standing,
    told,
)
from kgexplain.reports.text import STYLES
from kgexplain.vocabulary import BLEU, PCK
from tests.reports.reasons import HEAD, description, estimate, gull, rationale
from tests.reports.test_html import parts, words

PICTURE = Image.new("RGB", (2, 2))
BOTH = contrast(rationale(), gull())


def lines(report, style="text"):
    return list(told(report, style))


def read(report):
    return list(csv.DictReader(lines(report, "csv")))


def test_text_of_rationales_by_hand():
    assert lines(of_rationales([rationale(), gull()])) == [
        "This is a Tern because it has white head, black belly, and red bill.",
        "",
        "rank  attribute    probability",
        "────  ───────────  ───────────",
        "   1  white head        0.5000",
        "   2  black belly       0.2500",
        "   3  red bill          0.1250",
        "",
        "This is a Gull because it has black belly.",
        "",
        "rank  attribute    probability",
        "────  ───────────  ───────────",
        "   1  black belly       0.7500",
    ]


def test_reasons_by_gradients_are_told_as_such():
    by_gradient = of_rationales([rationale(weights_by="gradient"), gull()])
    assert lines(by_gradient)[1:3] == [BY_GRADIENT, ""]
    assert [section.get("note") for section in json.loads("\n".join(lines(by_gradient, "json")))] == [
        BY_GRADIENT,
        None,
    ]


def test_a_contrast_by_gradients_is_told_as_such():
    note = note_of([rationale(weights_by="gradient"), gull()])
    assert lines(of_contrast(BOTH, BOTH.reason(), note))[1] == BY_GRADIENT
    assert note_of([rationale(), gull(weights_by="gradient", positive_share=0.0)]) == ""


def test_text_shows_the_first_ten_attributes_and_says_how_many_more():
    many = [estimate(f"red bill{rank}", 1 / (rank + 1), rank) for rank in range(1, 14)]
    shown = lines(of_rationales([rationale(estimates=many)]))
    assert shown[-2].split()[0] == "10"
    assert shown[-1] == "and 3 more"


def test_programs_get_all_attributes():
    many = [estimate(f"red bill{rank}", 1 / (rank + 1), rank) for rank in range(1, 14)]
    assert [row["rank"] for row in read(of_rationales([rationale(estimates=many)]))] == [
        str(n) for n in range(1, 14)
    ]


def test_rows_of_rationales_say_of_which_class_they_are():
    rows = read(of_rationales([rationale(), gull()]))
    assert rows[0] == {
        "image": "birds/a.png",
        "class": "Tern",
        "is": "predicted",
        "rank": "1",
        "attribute": "white head",
        "probability": "0.5",
        "iri": HEAD.attribute,
    }
    assert [(row["class"], row["is"]) for row in rows[2:]] == [("Tern", "predicted"), ("Gull", "true")]


@pytest.mark.parametrize(
    ("predicted", "true", "said"),
    [
        (True, True, "predicted and true"),
        (True, False, "predicted"),
        (False, True, "true"),
        (False, False, ""),
    ],
)
def test_where_a_class_stands(predicted, true, said):
    assert standing(rationale(is_predicted=predicted, is_true=true)) == said


def test_json_holds_sentences_and_numbers():
    sections = json.loads("\n".join(lines(of_rationales([rationale(), gull()]), "json")))
    assert [section["sentence"] for section in sections] == [rationale().sentence(), gull().sentence()]
    assert sections[1]["rows"][0]["probability"] == 0.75
    assert sections[1]["rows"][0]["rank"] == 1


def test_turtle_can_be_read_and_has_attributes_by_their_iri():
    text = "\n".join(lines(of_rationales([rationale()]), "turtle"))
    objects = {triple.object for triple in pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE)}
    assert pyoxigraph.NamedNode(HEAD.attribute) in objects


def test_a_class_without_reasons_is_told():
    silent = rationale(positive_share=0.0, estimates=())
    assert lines(of_rationales([silent]))[0] == silent.sentence()


def test_text_of_a_contrast_says_who_has_what():
    """White head is in no rationale of the gull, which may have at most its rest, 0.125; red bill is no more than that."""
    report = of_contrast(BOTH, BOTH.reason())
    assert lines(report)[0] == BOTH.reason()
    assert [(row["for"], row["attribute"], row["difference"]) for row in read(report)] == [
        ("Tern", "white head", "0.25"),
        ("Gull", "black belly", "0.5"),
    ]


def test_what_speaks_for_both_is_in_a_contrast_too():
    alike = contrast(rationale(), rationale("Gull"))
    assert {row["for"] for row in read(of_contrast(alike, alike.reason()))} == {"both"}


def test_text_of_descriptions():
    shown = lines(of_descriptions([description(), description("Gull", ())]))
    assert shown[0] == "To the network, a Tern has white head, and black belly."
    assert "Nothing is known of a Gull." in shown


FIGURES = [
    Figure(PCK, 7, Interval(0.5, 0.25, 0.75), alpha=0.1),
    Figure(PCK, 7, Interval(0.125, 0.0, 0.25), alpha=0.1, baseline="random location"),
]


def test_people_see_a_figure_beside_its_baselines_and_how_far_it_is_above_them():
    above = Figure(PCK, 7, Interval(0.375, 0.125, 0.5), alpha=0.1, above="random location")
    sentence, _, header, _, row = lines(of_figures([*FIGURES, above], "How well attributes are found."))
    assert sentence == "How well attributes are found."
    assert header.split() == ["measure", "value", "interval", "baseline", "gives", "above", "by"]
    assert " ".join(row.split()) == "pck@0.1 0.500 0.250 to 0.750 random location 0.125 0.375 0.125 to 0.500"


def test_a_figure_without_baselines_is_a_row_too():
    assert lines(of_figures(FIGURES[:1]))[-1].split() == ["pck@0.1", "0.500", "0.250", "to", "0.750"]


def test_figures_of_different_kinds_are_not_mixed():
    of_other = Figure(PCK, 7, Interval(0.75, 0.5, 1.0), alpha=0.2)
    (_, _, first, second) = lines(of_figures([*FIGURES, of_other]))
    assert "random location" in first
    assert second.split() == ["pck@0.2", "0.750", "0.500", "to", "1.000"]


def test_text_shows_all_figures():
    many = [Figure(BLEU, n, Interval(0.5, 0.25, 0.75)) for n in range(1, 30)]
    assert len(lines(of_figures(many))) == 2 + 29


def test_programs_get_all_columns_of_figures():
    assert list(read(of_figures(FIGURES))[0]) == [
        *("measure", "alpha", "variant", "attribute", "images_that_are", "baseline", "above"),
        *("value", "low", "high", "images"),
    ]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("report", [of_rationales([]), of_descriptions([]), of_figures([])])
def test_reports_of_nothing_can_be_written(report, style):
    assert all(isinstance(line, str) for line in told(report, style))


def test_an_unknown_style_is_refused():
    with pytest.raises(
        InputError, match="style 'poem': attributes are not told so; text, json, csv, turtle are there"
    ):
        told(of_figures([]), "poem")


def made(rationales=None, sights=(), given=None, questions=()):
    return page(
        [rationale(), gull()] if rationales is None else rationales, PICTURE, sights, given, questions
    )


def test_the_page_says_all_sentences_and_the_contrast():
    shown = words(made(given=BOTH))
    for sentence in (rationale().sentence(), gull().sentence(), BOTH.reason()):
        assert sentence in shown


def test_every_element_is_closed():
    found = parts(made(sights=[Sight("white head", PICTURE)], given=BOTH, questions=["kgexplain list runs"]))
    assert (found.open, found.wrong) == ([], [])


def test_the_page_loads_nothing():
    found = parts(made(sights=[Sight("white head", PICTURE)]))
    addresses = [attrs[name] for _, attrs in found.seen for name in ("src", "href") if name in attrs]
    assert len(addresses) == 2
    assert all(address.startswith("data:") for address in addresses)
    assert not [tag for tag, _ in found.seen if tag in ("script", "link", "iframe")]


def test_words_are_text_and_not_markup():
    evil = "<script>alert('x')</script>"
    text = made([rationale(evil, [estimate(evil, 0.5, 1)], key=evil)], [Sight(evil, PICTURE)], None, [evil])
    assert "<script" not in text


def test_bars_are_as_long_as_attributes_are_probable_of_any_class():
    """0.5, 0.25 and 0.125 of 0.75, and 0.75."""
    assert re.findall(r"width:([0-9.]+)%\"", made()) == ["66.7", "33.3", "16.7", "100.0"]


def test_the_predicted_and_the_true_class_have_their_colours():
    assert re.findall(r'class="rationale (\w*)"', made()) == ["predicted", "true"]


def test_a_class_for_which_nothing_speaks_has_no_bars():
    assert 'bar" style' not in made([rationale(positive_share=0.0)])


def test_the_page_says_where_weights_are_gradients():
    assert "to first order" in made([rationale(weights_by="gradient")])
    assert "to first order" not in made()


def test_there_is_a_picture_for_each_sight():
    assert made(sights=[Sight("white head", PICTURE), Sight("red bill", PICTURE)]).count("<figure>") == 2


def test_an_image_without_rationales_has_a_page():
    assert parts(made([])).wrong == []
