"""Published tables of Network Dissection: a small one by hand, and the authors' own."""

import csv
from functools import cache
from pathlib import Path

import pytest

from kgexplain.errors import InputError
from kgexplain.evaluation.detectors import Seen, by_category, by_filter, labels
from kgexplain.explainers.dissection_table import read_table
from kgexplain.inputs.layouts import Concept
from kgexplain.vocabulary import (
    DETECTS,
    HAS_CONCEPT,
    IOU,
    MATCHED,
    MEASURE,
    P_VALUE,
    RANK,
    SCORE,
    concept,
)

RUN = "https://w3id.org/kgexplain/run/dissection-table--test"
PUBLISHED = Path(__file__).parents[3] / "shared" / "realdata" / "netdissect"
TABLES = (
    "caffe_reference_imagenet",
    "caffe_reference_places205",
    "caffe_reference_places365",
    "ResNet-152-model_imagenet",
    "ResNet-152-model_places365",
)
FOUR = ("object", "part", "material", "color")

HEADER = (
    "unit,category,label,score,object-label,object-truth,object-activation,object-intersect,object-iou,"
    "color-label,color-iou,scene-label,scene-iou"
)
# 20 / (60 + 60 − 20) = 0.2 and 4 / (44 + 60 − 4) = 0.04.
SMALL = f"{HEADER}\n3,object,cat,0.2,cat,60,60,20,0.2,red-c,0.2,,0.5\n1,color,red-c,.04,dog,44,60,4,0.04,red-c,0,bar-s,.03\n"


def table(folder, text=SMALL):
    path = folder / "alexnet.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, "conv5")


def said(read, predicate, least=0.04):
    return [(s.subject, s.object) for s in read.statements(RUN, least) if s.predicate == predicate]


def test_matches_by_hand(tmp_path):
    """Unit 3 is filter 2; its scene has no name. Its cat and its red agree alike, and cat stands first.

    Unit 1 is filter 0; of its red it has nothing.
    """
    assert [tuple(match) for match in table(tmp_path).matches] == [
        (0, Concept("dog", "object"), 0.04, 1, None),
        (0, Concept("bar", "scene"), 0.03, 2, None),
        (2, Concept("cat", "object"), 0.2, 1, None),
        (2, Concept("red", "color"), 0.2, 2, None),
    ]


def test_scores_without_a_name_are_counted(tmp_path):
    assert table(tmp_path).unnamed == 1


def test_filters_up_to_the_highest_unit_are_the_layers(tmp_path):
    assert table(tmp_path).architecture.layers["conv5"].filters == 3


def test_the_network_is_named_after_the_file(tmp_path):
    assert table(tmp_path).architecture.name == "alexnet"


def test_another_table_is_another_network(tmp_path):
    assert table(tmp_path).digest != table(tmp_path, SMALL.replace("cat", "cow")).digest


def test_a_filter_detects_its_best_concept_only_above_the_threshold(tmp_path):
    """Filter 0 reaches 0.04, which is not above it."""
    read = table(tmp_path)
    assert said(read, DETECTS) == [(read.architecture.filter("conv5", 2), concept("object", "cat"))]


def test_with_a_lower_threshold_more_filters_detect(tmp_path):
    assert len(said(table(tmp_path), DETECTS, 0.03)) == 2


def test_each_match_is_a_node_of_its_own(tmp_path):
    nodes = [node for _, node in said(table(tmp_path), HAS_CONCEPT)]
    assert len(set(nodes)) == len(nodes) == 4


def test_each_match_has_its_concept_measure_score_and_rank(tmp_path):
    read = table(tmp_path)
    assert [o.value for _, o in said(read, MATCHED)] == [
        concept(category, name).value for _, (name, category), *_ in read.matches
    ]
    assert {o.value for _, o in said(read, MEASURE)} == {"iou"}
    assert [float(o.value) for _, o in said(read, SCORE)] == [0.04, 0.03, 0.2, 0.2]
    assert said(read, SCORE) == said(read, IOU)
    assert [int(o.value) for _, o in said(read, RANK)] == [1, 2, 1, 2]


def test_what_was_not_compared_with_chance_has_no_p_value(tmp_path):
    assert said(table(tmp_path), P_VALUE) == []


def test_a_table_without_counts_is_read(tmp_path):
    read = table(tmp_path, "unit,category,label,score,object-label,object-iou\n1,object,cat,0.2,cat,0.2\n")
    assert read.matches[0].concept.name == "cat"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"alexnet\.csv: has columns none; a table of NetDissect has unit and, for each category, two"),
        ("unit,object-label\n1,cat\n", "has columns unit, object-label; a table of NetDissect"),
        ("object-label,object-iou\ncat,0\n", "has columns object-label, object-iou; a table of NetDissect"),
        (f"{HEADER}\n", "has no filters; a table of NetDissect has a line for each"),
        ("unit,object-label,object-iou\n0,cat,0.1\n", r"line 2: unit is '0'; units are numbered from 1"),
        ("unit,object-label,object-iou\nx,cat,0.1\n", r"line 2: unit is 'x'; units are numbered from 1"),
        ("unit,object-label,object-iou\n1,cat,0.1\n1,cat,0.1\n", r"line 3: unit 1 is there twice; a filter"),
        ("unit,object-label,object-iou\n1,cat,x\n", "line 2: object-iou is 'x'; it must be a number"),
        ("unit,object-label,object-iou\n1,cat\n", "line 2: object-iou is None; it must be a number"),
        ("unit,object-label,object-iou\n1,cat,1.2\n", r"object-iou is 1\.2; it lies between 0 and 1"),
        ("unit,object-label,object-iou\n1,cat,nan\n", r"object-iou is nan; it lies between 0 and 1"),
        (
            SMALL.replace("60,60,20,0.2", "60,60,20,0.3"),
            r"line 2: object-iou is 0\.3, but its counts give 20 of 100; take the table as NetDissect wrote it",
        ),
        (b"\x00\xff\n", "a table of NetDissect has unit"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        table(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: cannot be read .No such file"):
        read_table(tmp_path / "none.csv", "conv5")


@cache
def published(name):
    if not PUBLISHED.exists():
        pytest.skip("the published tables are not here")
    return read_table(PUBLISHED / f"{name}.csv", "conv5")


def seen(read):
    return [Seen(m.filter_, m.concept.category, m.concept.name, m.iou) for m in read.matches]


@pytest.mark.parametrize("name", TABLES)
def test_the_iou_of_every_published_row_is_what_its_counts_give(name):
    """Read here again, to the last bit; the rows are 6 categories of 256 or 2,048 filters."""
    published(name)
    with (PUBLISHED / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    numbers = [
        [float(row[f"{category}-{of}"]) for of in ("truth", "activation", "intersect", "iou")]
        for row in rows
        for category in ("object", "color", "material", "scene", "texture", "part")
    ]
    assert all(iou == both / (active + area - both) for area, active, both, iou in numbers)


@pytest.mark.parametrize(
    ("name", "filters", "unique", "by_best"),
    [
        ("caffe_reference_imagenet", 97, 61, 50),
        ("caffe_reference_places205", 107, 79, 60),
        ("caffe_reference_places365", 118, 91, 72),
        ("ResNet-152-model_imagenet", 1325, 242, 197),
        ("ResNet-152-model_places365", 1452, 347, 278),
    ],
)
def test_published_detectors_are_as_many_as_published(name, filters, unique, by_best):
    """The first and the fourth are in the paper's tables: 61 unique detectors of AlexNet, 242 of ResNet-152."""
    rows = seen(published(name))
    assert (by_category(rows).filters, by_category(rows).unique) == (filters, unique)
    assert (by_filter(rows).filters, by_filter(rows).unique) == (filters, by_best)


@pytest.mark.parametrize(
    ("name", "categories"),
    [
        (
            "caffe_reference_imagenet",
            {"object": 21, "part": 8, "scene": 4, "material": 1, "texture": 23, "color": 4},
        ),
        (
            "ResNet-152-model_imagenet",
            {"object": 75, "part": 23, "scene": 89, "material": 8, "texture": 45, "color": 2},
        ),
    ],
)
def test_published_unique_detectors_by_category_are_those_of_the_authors_release(name, categories):
    found = by_category(seen(published(name))).categories
    assert {category: concepts for category, (_, concepts) in found.items()} == categories


@pytest.mark.parametrize(("least", "filters", "concepts"), [(0.0, 2048, 154), (0.04, 928, 99)])
def test_the_filters_that_concepts_are_ranked_by_have_as_many_labels(least, filters, concepts):
    """Labels of four categories, as where a network's concepts are ranked: of all filters, and of detectors only."""
    of = labels(seen(published("ResNet-152-model_imagenet")), least, FOUR)
    assert (len(of), len({(row.category, row.concept) for row in of.values()})) == (filters, concepts)


def test_published_scores_of_what_is_not_labelled_are_counted():
    assert published("ResNet-152-model_imagenet").unnamed == 374
