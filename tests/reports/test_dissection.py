"""A dissection as tables and as a page."""

import csv
import json
from dataclasses import replace

import pytest
from PIL import Image

from kgexplain.answers.concepts.dissection import dissected, dissection_run, labelled, labelling_run
from kgexplain.errors import InputError
from kgexplain.reports.dissection import Sight, colours, overview, page
from kgexplain.reports.text import written
from tests.answers.concepts import detected
from tests.reports.test_html import parts

PICTURE = Image.new("RGB", (4, 4), (10, 200, 30))


@pytest.fixture(scope="module")
def found():
    with detected.store() as store:
        return dissected(store, dissection_run(store))


@pytest.fixture(scope="module")
def sights(found):
    """Two photographs of the best detector of each concept."""
    return [Sight(d, (PICTURE, PICTURE)) for layer in found.layers for d in layer.foremost(3)]


def rows(found, by):
    return list(csv.DictReader(written(overview(found, by), "csv")))


def test_by_layer_categories_stand_beside_chance(found):
    told = [list(row.values()) for row in rows(found, "layer")]
    assert list(overview(found).columns) == [
        *("layer", "filters", "detectors", "concepts", "by_chance", "object", "color", "part")
    ]
    assert told == [
        ["conv1", "2", "1", "1", "1", "0", "1", "0"],
        ["conv2", "4", "3", "2", "1", "2", "0", "1"],
    ]


def test_without_chance_there_is_no_column_of_it(found):
    alone = replace(found, layers=tuple(replace(layer, by_chance={}) for layer in found.layers))
    assert "by_chance" not in overview(alone).columns


def test_by_filter_each_detector_has_a_row(found):
    assert [
        (r["layer"], r["filter"], r["concept"], r["category"], r["iou"], r["p_value"])
        for r in rows(found, "filter")
    ] == [
        ("conv1", "1", "grey", "color", "0.25", "0.125"),
        ("conv2", "0", "dog", "object", "0.5", "0.0625"),
        ("conv2", "2", "dog", "object", "0.375", "0.0625"),
        ("conv2", "3", "ear", "part", "0.25", "0.125"),
    ]


def test_a_filter_without_a_p_value_has_none(found):
    bare = replace(found.layers[0], detectors=(replace(found.detectors[0], p_value=None),))
    assert "p_value" not in next(iter(overview(replace(found, layers=(bare,)), "filter")))


def test_by_concept_the_one_with_most_detectors_comes_first(found):
    told = [
        (r["concept"], r["detectors"], r["layers"], r["best_score"], r["best_filter"])
        for r in rows(found, "concept")
    ]
    assert told == [
        ("dog", "2", "1", "0.5", "0"),
        ("ear", "1", "1", "0.25", "3"),
        ("grey", "1", "1", "0.25", "1"),
    ]


@pytest.mark.parametrize("by", ["layer", "filter", "concept"])
def test_tables_are_written_in_every_style(found, by):
    assert all("".join(written(overview(found, by), style)) for style in ("text", "turtle"))
    json.loads("\n".join(written(overview(found, by), "json")))


def test_what_cannot_be_shown_is_refused(found):
    with pytest.raises(InputError, match="by is 'unit'; what can be shown is layer, filter, concept"):
        overview(found, "unit")


def test_the_page_is_well_formed_and_loads_nothing(found, sights):
    seen = parts(page(found, sights, ("kgexplain ask a/b",)))
    assert (seen.wrong, seen.open) == ([], [])
    addresses = [attrs[name] for _, attrs in seen.seen for name in ("src", "href") if name in attrs]
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in addresses)


def test_each_photograph_is_on_the_page(found, sights):
    """Three detectors (of the two of dog the better one) with two photographs each."""
    html = page(found, sights)
    assert html.count("<img ") == 6
    assert html.count("<figure") == 3


def test_the_last_layer_comes_first(found, sights):
    html = page(found, sights)
    assert html.index('<h3 id="conv2"') < html.index('<h3 id="conv1"')


def test_a_detector_is_told_with_its_iou_its_p_value_and_what_else_it_agrees_with(found, sights):
    html = " ".join(page(found, sights[1:2]).split())
    assert "<b>dog</b>" in html
    assert "IoU 0.50" in html
    assert "p = 0.062" in html
    assert "then cat 0.25, ear 0.12" in html
    assert "filter 0 and 1 other<" in html


def test_a_p_value_that_would_be_nought_is_told_as_small(found, sights):
    small = Sight(replace(sights[0].detector, p_value=0.0001), (PICTURE,))
    assert "p &lt; 0.001" in page(found, [small]) or "p < 0.001" in page(found, [small])


def test_bars_are_as_long_as_there_are_detectors(found):
    """Of 72 % of the page's width three detectors take all, one a third; chance gives one in both layers."""
    html = page(found, [])
    assert html.count("width:72.00%") == 1
    assert html.count("width:24.00%") == 3


def test_detectors_stand_beside_chance(found):
    assert "3 of 4, by chance 1" in page(found, [])


def test_without_chance_the_page_does_not_speak_of_it(found, sights):
    alone = replace(found, layers=tuple(replace(layer, by_chance={}) for layer in found.layers))
    assert "by chance" not in page(alone, sights).lower()


def test_a_page_of_nothing_says_so(found):
    silent = replace(found, layers=tuple(replace(la, detectors=(), by_chance={}) for la in found.layers))
    html = page(silent, [])
    assert "None of 6 filters detects a concept." in html
    assert "<h3" not in html


@pytest.fixture(scope="module")
def labels():
    with detected.labelled_store() as store:
        run = dissection_run(store)
        return labelled(store, run, labelling_run(store, run))


def test_labels_are_told_with_their_measure(labels):
    (first, second) = rows(labels, "filter")
    assert (first["concept"], first["profile"], first["p_value"]) == ("mammal", "0.75", "0.0625")
    assert second["category"] == "part"
    assert first["category"] == ""


def test_a_page_of_labels_speaks_of_labels(labels):
    sights = [Sight(detector, (PICTURE,)) for detector in labels.detectors]
    html = page(labels, sights)
    assert "What the filters of toy respond to" in html
    assert "profile 0.75" in html
    assert "IoU" not in html


def test_what_is_above_concepts_is_called_so(labels):
    html = page(labels, [Sight(labels.detectors[0], (PICTURE,))])
    assert '<b>mammal</b> <span class="soft">above concepts</span>' in html
    assert rows(labels, "layer")[1]["above_concepts"] == "1"


def test_names_are_no_markup(found, sights):
    evil = sights[1].detector.match._replace(name="<script>alert(1)</script>")
    shown = Sight(replace(sights[1].detector, match=evil), (PICTURE,))
    assert "<script>" not in page(found, [shown])


def test_a_category_has_the_same_colour_on_every_page():
    assert colours(["stuff", "part"])["part"] == colours(["part", "object"])["part"]


def test_categories_of_other_data_sets_have_different_colours():
    chosen = colours(["stuff", "clothing", "weather", "object"])
    assert len(set(chosen.values())) == 4
