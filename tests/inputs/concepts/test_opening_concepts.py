"""Which photographs of a set are annotated, and by what; and what is missing."""

import numpy as np
import pytest
from PIL import Image

from kgexplain.errors import InputError
from kgexplain.inputs.concepts import Concept, Fault, open_concepts
from kgexplain.inputs.concepts.opening import folder_of
from kgexplain.inputs.images import open_images
from kgexplain.inputs.labelled import labelled
from kgexplain.inputs.view import View
from kgexplain.world.layouts import broden_layout, class_folders
from kgexplain.world.making import samples

INDEX = "image,seg,label\np/a.png,m.png,\np/b.png,gone.png,\np/c.png,gone.png,2\np/d.png,,\n"
PICTURES = {f"p/{name}.png": [[[ord(name)] * 3] * 3] * 2 for name in "abcd"}
MASK = {"m.png": [[2, 2, 0], [1, 3, 3]]}


@pytest.fixture
def folder(write):
    """Photographs a with a mask, b without the mask that it should have, c with a label instead, d with nothing."""
    return write(INDEX, **PICTURES, **MASK)


@pytest.fixture(scope="module")
def drawn():
    """A picture of every class of the world."""
    return samples(1, 4)


@pytest.fixture(scope="module")
def broden(drawn, tmp_path_factory):
    """The world's pictures as Broden has them."""
    folder = tmp_path_factory.mktemp("world") / "broden"
    broden_layout(folder, drawn)
    return folder


def keys(images):
    return tuple(photograph.key for photograph in images.photographs)


def test_photographs_of_an_annotated_folder_have_no_class(folder):
    images = open_images(folder, [])
    assert keys(images) == ("p/a.png", "p/b.png", "p/c.png", "p/d.png")
    assert {photograph.label for photograph in images.photographs} == {-1}


def test_masks_are_no_photographs(broden):
    images = open_images(broden, [])
    assert len(images.photographs) == 14
    assert keys(images)[0] == "images/n01443537_0.png"


def test_annotated_are_photographs_with_a_mask_or_a_label(folder):
    concepts = open_concepts(folder, open_images(folder, []))
    assert (concepts.keys, concepts.without) == (("p/a.png", "p/c.png"), ("p/b.png", "p/d.png"))


def test_missing_masks_are_named(folder):
    faults = open_concepts(folder, open_images(folder, [])).faults
    assert faults == tuple(Fault(f"p/{name}.png", "mask gone.png: no such file") for name in "bc")


def test_photographs_that_are_none_are_named_and_without_annotation(folder):
    (folder / "p/a.png").write_text("no picture")
    concepts = open_concepts(folder, open_images(folder, []))
    assert (concepts.keys, concepts.without) == (("p/c.png",), ("p/a.png", "p/b.png", "p/d.png"))
    assert Fault("p/a.png", "photograph: not an image of a kind that can be read") in concepts.faults


def test_rows_about_one_photograph_are_one(write):
    folder = write("image,seg,label\na.png,m.png,2\na.png,,1\n", **{"a.png": PICTURES["p/a.png"]}, **MASK)
    annotation = open_concepts(folder, open_images(folder, [])).annotation(
        "a.png", View(0, 0, 3, 2, 3, 2), 2, 3
    )
    assert (len(annotation.planes), annotation.whole) == (1, (0, 2))


def test_photographs_in_class_folders_are_known_by_their_names(folder, tmp_path):
    for path in ("cat/c.png", "cat/a.png", "dog/z.png"):
        (tmp_path / "own" / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (3, 2)).save(tmp_path / "own" / path)
    concepts = open_concepts(folder, labelled(tmp_path / "own")[0])
    assert (concepts.keys, concepts.without) == (("cat/a.png", "cat/c.png"), ("dog/z.png",))


def test_annotations_that_are_of_no_photograph_are_unused(folder, tmp_path):
    (tmp_path / "own").mkdir()
    Image.new("RGB", (3, 2)).save(tmp_path / "own" / "c.png")
    assert open_concepts(folder, open_images(tmp_path / "own", [])).unused == ("p/a.png",)


def test_where_no_photograph_is_annotated_both_are_named(folder, tmp_path):
    (tmp_path / "own").mkdir()
    Image.new("RGB", (3, 2)).save(tmp_path / "own" / "z.png")
    message = r"set: none of the 2 photographs that it annotates \(p/a.png, p/c.png\) is of own; that has 1 \(z.png\)"
    with pytest.raises(InputError, match=message):
        open_concepts(folder, open_images(tmp_path / "own", []))


@pytest.mark.parametrize(("name", "wrong"), [("p", "has no annotations"), ("q", "does not exist")])
def test_a_folder_without_annotations_is_refused(folder, name, wrong):
    message = rf"{name}: {wrong}; give a folder as Broden's .*, one with index.csv .*, or pixels:colours"
    with pytest.raises(InputError, match=message):
        open_concepts(folder / name, open_images(folder, []))


def test_colours_need_no_annotation(folder):
    concepts = open_concepts("pixels:colours", open_images(folder / "p", []))
    assert (concepts.name, concepts.keys, concepts.without) == (
        "pixels:colours",
        ("a.png", "b.png", "c.png", "d.png"),
        (),
    )
    assert concepts.categories == ("color",)


def test_with_colours_every_photograph_is_annotated(folder):
    concepts = open_concepts(f"{folder}+pixels:colours", open_images(folder, []))
    assert (len(concepts.keys), concepts.without) == (4, ())
    assert concepts.name == "set+pixels:colours"
    assert len(concepts.faults) == 2


def test_a_broken_photograph_has_no_colours(folder):
    (folder / "p/d.png").write_text("no picture")
    concepts = open_concepts(f"{folder}+pixels:colours", open_images(folder, []))
    assert concepts.without == ("p/d.png",)
    assert concepts.faults.count(Fault("p/d.png", "photograph: not an image of a kind that can be read")) == 1


def test_the_folder_of_a_set_is_where_its_keys_begin(folder):
    assert folder_of(open_images(folder, [])) == folder
    assert folder_of(open_images(folder / "p", [])) == folder / "p"


def digest(folder, address="{}"):
    return open_concepts(address.format(folder), open_images(folder, [])).digest


def test_the_same_annotations_have_one_digest_wherever_they_are(write, tmp_path):
    one = digest(write(INDEX, **PICTURES, **MASK))
    (tmp_path / "set").rename(tmp_path / "elsewhere")
    assert digest(tmp_path / "elsewhere") == one


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("1,wood", "1,stone", "labels.csv"),
        ("1,wood", "4,wood", "labels.csv"),
        ("gone.png,2", "gone.png,3", "index.csv"),
        ("a.png,m.png,", "a.png,m.png,1", "index.csv"),
    ],
)
def test_other_labels_have_another_digest(folder, old, new, name):
    before = digest(folder)
    (folder / name).write_text((folder / name).read_text().replace(old, new))
    assert digest(folder) != before


def test_another_mask_has_another_digest(folder):
    before = digest(folder)
    Image.fromarray(np.array([[2, 2, 0], [1, 3, 1]], np.uint8)).save(folder / "m.png")
    assert digest(folder) != before


def test_another_photograph_has_another_digest_only_if_its_colours_are_looked_at(folder):
    before = digest(folder), digest(folder, "{}+pixels:colours")
    Image.new("RGB", (3, 2), "red").save(folder / "p/a.png")
    assert digest(folder) == before[0]
    assert digest(folder, "{}+pixels:colours") != before[1]


def test_every_pixel_of_the_world_is_marked_as_it_was_drawn(broden, drawn):
    """A name in several categories is one label, and so one concept; colours and scenes have names of their own."""
    concepts = open_concepts(broden, open_images(broden, []))
    index = {concept: place for place, concept in enumerate(concepts.concepts)}
    category_of = {
        concept.name: concept.category
        for concept in concepts.concepts
        if concept.category not in ("color", "scene")
    }
    fields = ("object", "part", "material", "texture")
    for sample in drawn:
        picture = sample.picture
        height, width = picture.indices.shape
        seen = View(0, 0, width, height, width, height)
        annotation = concepts.annotation(f"images/{sample.stem}.png", seen, height, width)
        for colour in picture.areas("colour"):
            found = (annotation.planes == index[Concept(colour, "color")] + 1).any(axis=0)
            assert (found == picture.mask(colour=colour)).all()
        for name in {value for field in fields for value in picture.areas(field)}:
            found = (annotation.planes == index[Concept(name, category_of[name])] + 1).any(axis=0)
            assert (found == np.any([picture.mask(**{field: name}) for field in fields], axis=0)).all()
        assert [concepts.concepts[i] for i in annotation.whole] == [Concept(picture.scene, "scene")]


def test_the_world_is_annotated_without_faults(broden):
    concepts = open_concepts(broden, open_images(broden, []))
    assert (len(concepts.keys), concepts.without, concepts.faults) == (14, (), ())


def test_class_folders_of_the_world_are_known_by_brodens_names(broden, drawn, tmp_path):
    class_folders(tmp_path / "images", drawn)
    concepts = open_concepts(broden, labelled(tmp_path / "images")[0])
    assert concepts.keys[0] == "n01443537/n01443537_0.png"
    assert (len(concepts.keys), concepts.unused) == (14, ())
