"""Each layout has the files, columns and numbers that its readers expect."""

import csv
import statistics

import numpy as np
import pytest
from PIL import Image

from kgexplain.world import CLASSES, make_world, making
from kgexplain.world.attributes import ATTRIBUTES, scenic_score
from kgexplain.world.layouts.birds import attribute_names, attributes, bounding_box, location, part_names
from kgexplain.world.layouts.classes import Sample
from kgexplain.world.scenes import empty_scene

PER_CLASS, SCENES, SEED = 3, 12, 4


@pytest.fixture(scope="module")
def world(tmp_path_factory, drawn):
    """A world that is made of what is drawn already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "samples", lambda *_: drawn)
        return make_world(tmp_path_factory.mktemp("made") / "world", PER_CLASS, SCENES, SEED)


def rows(path, delimiter=","):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def numbered(path):
    return dict(line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines())


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image).astype(int)


def test_class_folders_are_wnids_and_hold_the_pictures(world, drawn):
    assert sorted(path.name for path in world.images.iterdir()) == [thing.wnid for thing in CLASSES]
    for sample in drawn:
        path = world.images / sample.thing.wnid / f"{sample.thing.wnid}_{sample.number}.png"
        assert (pixels(path) == sample.picture.pixels).all()


def test_broden_masks_name_what_each_pixel_is(world, drawn):
    index, labels = rows(world.broden / "index.csv"), rows(world.broden / "label.csv")
    names = {int(row["number"]): row["name"] for row in labels} | {0: ""}
    fields = {
        "object": "object",
        "part": "part",
        "material": "material",
        "texture": "texture",
        "color": "colour",
    }
    for row, sample in zip(index, drawn, strict=True):
        for category, field in fields.items():
            expected = np.array([getattr(surface, field) for surface in sample.picture.surfaces])[
                sample.picture.indices
            ]
            if category == "color":
                expected = np.char.add(expected, "-c")
            if not row[category]:
                assert (expected == "").all()
                continue
            mask = pixels(world.broden / "images" / row[category])
            found = np.array([names[n] for n in range(max(names) + 1)])[mask[..., 0] + 256 * mask[..., 1]]
            assert (found == expected).all()
        assert names[int(row["scene"])] == f"{sample.picture.scene}-s"


def test_broden_index_has_sizes_splits_and_the_categories_in_order(world):
    index = rows(world.broden / "index.csv")
    categories = [row["name"] for row in rows(world.broden / "category.csv")]
    assert list(index[0]) == ["image", "split", "ih", "iw", "sh", "sw", *categories]
    assert {(row["ih"], row["iw"], row["sh"], row["sw"], row["split"]) for row in index} == {
        ("96", "96", "96", "96", "train")
    }
    assert all((world.broden / "images" / row["image"]).is_file() for row in index)


def test_broden_labels_count_pictures_and_coverage(world, drawn):
    labels = {row["name"]: row for row in rows(world.broden / "label.csv")}
    grass = [sample.picture.mask(object="grass").mean() for sample in drawn]
    assert int(labels["grass"]["frequency"]) == np.count_nonzero(grass)
    assert float(labels["grass"]["coverage"]) == pytest.approx(sum(grass), abs=1e-5)
    assert labels["grass"]["category"] == f"object({np.count_nonzero(grass)})"


def test_a_broden_name_in_two_categories_is_one_label(world, drawn):
    """Houses have windows and rooms have: a part there, an object here."""
    (window,) = [row for row in rows(world.broden / "label.csv") if row["name"] == "window"]
    parts = sum(sample.picture.mask(part="window").any() for sample in drawn)
    objects = sum(sample.picture.mask(object="window").any() for sample in drawn)
    assert sorted(window["category"].split(";")) == [f"object({objects})", f"part({parts})"]
    assert int(window["frequency"]) == parts + objects


def test_broden_labels_are_numbered_from_one_by_frequency(world):
    labels = rows(world.broden / "label.csv")
    assert [int(row["number"]) for row in labels] == list(range(1, len(labels) + 1))
    counts = [int(row["frequency"]) for row in labels]
    assert counts == sorted(counts, reverse=True)


def test_broden_codes_are_dense_within_a_category(world):
    numbers = {row["name"]: row["number"] for row in rows(world.broden / "label.csv")}
    for category in rows(world.broden / "category.csv"):
        codes = rows(world.broden / f"c_{category['name']}.csv")
        assert [int(row["code"]) for row in codes] == list(range(1, int(category["count"]) + 1))
        assert [row["number"] for row in codes] == [numbers[row["name"]] for row in codes]
        assert sum(int(row["frequency"]) for row in codes) == int(category["frequency"])
        found = [int(row["number"]) for row in codes]
        assert (int(category["first"]), int(category["last"])) == (min(found), max(found))


def test_bird_pictures_classes_and_split_agree(world, drawn):
    images = numbered(world.birds / "images.txt")
    labels, classes = numbered(world.birds / "image_class_labels.txt"), numbered(world.birds / "classes.txt")
    assert classes["4"] == "004.Golden_Retriever"
    assert list(images) == [str(number) for number in range(1, len(drawn) + 1)]
    for number, path in images.items():
        assert path.startswith(classes[labels[number]] + "/")
        assert (pixels(world.birds / "images" / path) == drawn[int(number) - 1].picture.pixels).all()
    assert set(numbered(world.birds / "train_test_split.txt").values()) == {"1"}


def test_seven_of_ten_pictures_of_a_class_are_for_training():
    picture = empty_scene(0)
    assert [Sample(CLASSES[0], n, picture).is_training for n in range(20)] == ([True] * 7 + [False] * 3) * 2


def test_bird_boxes_hold_the_thing_and_nothing_less(world, drawn):
    boxes = numbered(world.birds / "bounding_boxes.txt")
    for number, sample in enumerate(drawn, start=1):
        x, y, width, height = (int(float(side)) for side in boxes[str(number)].split())
        mask = sample.picture.mask(object=sample.thing.name)
        inside = mask[y : y + height, x : x + width]
        assert inside.sum() == mask.sum()
        assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


def test_key_points_lie_in_their_parts_and_are_missing_where_parts_are(world, drawn):
    names = list(numbered(world.birds / "parts" / "parts.txt").values())
    assert tuple(names) == part_names()
    lines = (world.birds / "parts" / "part_locs.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(drawn) * len(names)
    for line in lines:
        image, part, x, y, visible = line.split()
        mask = drawn[int(image) - 1].picture.part(names[int(part) - 1])
        assert mask.any() == bool(int(visible))
        assert not mask.any() or mask[int(float(y)), int(float(x))]


def test_the_location_of_a_ring_is_on_the_ring():
    """A square ring's middle is (3, 3) and hollow; of its four nearest pixels the upper one is taken."""
    mask = np.zeros((7, 9), dtype=bool)
    mask[1:6, 1:6] = True
    mask[2:5, 2:5] = False
    assert location(mask) == (3, 1)


def test_a_bounding_box_counts_its_last_row_and_column():
    mask = np.zeros((7, 9), dtype=bool)
    mask[2, 3] = mask[4, 7] = True
    assert bounding_box(mask) == (3, 2, 5, 3)


def test_bird_attributes_are_those_of_the_pictures(world, drawn):
    names = numbered(world.birds / "attributes" / "attributes.txt")
    assert tuple(names.values()) == attribute_names()
    table = (
        (world.birds / "attributes" / "image_attribute_labels.txt").read_text(encoding="utf-8").splitlines()
    )
    assert len(table) == len(drawn) * len(names)
    found = {number: set() for number in range(1, len(drawn) + 1)}
    for line in table:
        image, attribute, is_present, certainty, _ = line.split()
        assert certainty == "4"
        if is_present == "1":
            found[int(image)].add(names[attribute])
    assert [found[number] for number in found] == [set(attributes(sample.picture)) for sample in drawn]


def test_every_attribute_that_occurs_is_a_known_one(drawn):
    for sample in drawn:
        assert attributes(sample.picture) <= set(attribute_names())


def test_class_attributes_are_percentages_of_the_class_s_pictures(world, drawn):
    path = world.birds / "attributes" / "class_attribute_labels_continuous.txt"
    table = np.loadtxt(path)
    assert table.shape == (len(CLASSES), len(attribute_names()))
    column = attribute_names().index("has_size::large")
    large = [sample.picture.is_large for sample in drawn if sample.thing == CLASSES[2]]
    assert table[2, column] == pytest.approx(100 * sum(large) / PER_CLASS, abs=1e-5)


def test_each_picture_has_ten_captions_beside_its_name(world):
    for path in numbered(world.birds / "images.txt").values():
        text = (world.birds / "text_c10" / path).with_suffix(".txt").read_text(encoding="utf-8")
        assert len(text.splitlines()) == 10


def test_sun_votes_are_thirds_and_belong_to_the_pictures(world):
    with np.load(world.sun / "SUNAttributeDB" / "sun_attribute_db.npz") as arrays:
        paths, names, labels = (arrays[name] for name in ("images", "attributes", "labels_cv"))
    assert list(names) == [attribute.name for attribute in ATTRIBUTES]
    assert labels.shape == (SCENES, len(ATTRIBUTES))
    scene = empty_scene(SEED, 0, 5)
    assert (pixels(world.sun / "images" / paths[5]) == scene.pixels).all()
    assert (labels[5] * 3).round(9).tolist() == [attribute.votes(scene) for attribute in ATTRIBUTES]


def test_sun_matlab_files_say_the_same(world):
    matlab = pytest.importorskip("scipy.io")
    folder = world.sun / "SUNAttributeDB"
    with np.load(folder / "sun_attribute_db.npz") as arrays:
        images = matlab.loadmat(folder / "images.mat")["images"]
        assert [row[0][0] for row in images] == list(arrays["images"])
        names = matlab.loadmat(folder / "attributes.mat")["attributes"]
        assert [row[0][0] for row in names] == list(arrays["attributes"])
        labels = matlab.loadmat(folder / "attributeLabels_continuous.mat")["labels_cv"]
        assert (labels == arrays["labels_cv"]).all()


def test_scenic_votes_have_their_mean_and_population_variance(world):
    votes = rows(world.scenic / "votes.tsv", "\t")
    assert list(votes[0]) == ["ID", "Lat", "Lon", "Average", "Variance", "Votes", "Geograph URI"]
    assert [row["ID"] for row in votes] == [str(number) for number in range(1, SCENES + 1)]
    for row in votes:
        given = [int(vote) for vote in row["Votes"].split(",")]
        assert float(row["Average"]) == pytest.approx(statistics.fmean(given), abs=1e-4)
        assert float(row["Variance"]) == pytest.approx(statistics.pvariance(given), abs=1e-4)


def test_scenic_scores_are_those_of_the_pictures(world):
    scores = {row["ID"]: float(row["Score"]) for row in rows(world.scenic / "scores.tsv", "\t")}
    assert scores["3"] == pytest.approx(scenic_score(empty_scene(SEED, 1, 2)), abs=1e-4)
    assert (world.scenic / "images" / "3" / "3.jpg").is_file()
    assert (world.scenic / "images" / "1" / "11.jpg").is_file()


def test_scenes_with_attributes_and_scenes_with_scores_are_not_the_same(world):
    with np.load(world.sun / "SUNAttributeDB" / "sun_attribute_db.npz") as arrays:
        first = pixels(world.sun / "images" / arrays["images"][0])
    other = pixels(world.scenic / "images" / "1" / "1.jpg")
    assert abs(first - other).mean() > 10
