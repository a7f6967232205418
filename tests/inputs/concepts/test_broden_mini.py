"""Real annotated photographs: every label is found in as many pictures as their table says."""

import csv
from pathlib import Path

import numpy as np
import pytest

from kgexplain.inputs.concepts import open_concepts
from kgexplain.inputs.images import open_images
from kgexplain.inputs.view import View

FOLDER = Path(__file__).parents[4] / "shared" / "realdata" / "broden_mini"


@pytest.fixture(scope="module")
def concepts():
    if not FOLDER.is_dir():
        pytest.skip("the real photographs are not beside the checkout")
    return open_concepts(FOLDER, open_images(FOLDER, []))


def test_all_photographs_are_annotated_without_faults(concepts):
    assert (len(concepts.keys), len(concepts.without), len(concepts.unused)) == (1075, 0, 0)
    assert concepts.faults == ()


def test_labels_are_in_the_categories_of_their_table(concepts):
    counts = np.bincount(concepts.category_of).tolist()
    expected = {"object": 83, "part": 2, "texture": 10, "clothing": 55, "stuff": 53}
    assert dict(zip(concepts.categories, counts, strict=True)) == expected


def test_every_label_is_in_as_many_photographs_as_its_table_says(concepts):
    with (FOLDER / "labels.csv").open(newline="", encoding="utf-8") as file:
        expected = {(row["name"], row["category"]): int(row["images"]) for row in csv.DictReader(file)}
    found = np.zeros(len(concepts.concepts), np.int64)
    for key in concepts.keys:
        width, height = concepts.size(key)
        annotation = concepts.annotation(key, View(0, 0, width, height, width, height), height, width)
        assert annotation.faults == ()
        found[
            [*(np.unique(annotation.planes[annotation.planes > 0]).astype(int) - 1), *annotation.whole]
        ] += 1
    assert dict(zip(map(tuple, concepts.concepts), found.tolist(), strict=True)) == expected
