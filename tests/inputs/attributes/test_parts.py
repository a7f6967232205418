import pytest

from kgexplain.errors import InputError
from kgexplain.inputs.attributes import read_parts
from kgexplain.world.layouts.birds import bounding_box, location, part_names


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "parts").mkdir()
    files = {
        "images.txt": "1 001.Auk/a.jpg\n2 001.Auk/b.jpg\n",
        "bounding_boxes.txt": "1 60.0 27.0 325.0 304.0\n2 1.0 2.0 3.0 4.5\n",
        "parts/parts.txt": "1 back\n2 left eye\n",
        "parts/part_locs.txt": "1 1 10.5 20.0 1\n1 2 0.0 0.0 0\n2 1 5.0 6.0 1\n2 2 7.0 8.0 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_parts_that_can_be_seen_are_where_the_file_has_them(folder):
    parts = read_parts(folder)
    assert parts.names == ("back", "left eye")
    assert parts.locations("001.Auk/a.jpg") == {"back": (10.5, 20.0)}
    assert parts.locations("images/001.Auk/b.jpg") == {"back": (5.0, 6.0), "left eye": (7.0, 8.0)}


def test_a_box_is_left_top_width_and_height(folder):
    assert read_parts(folder).box("b.png") == (1.0, 2.0, 3.0, 4.5)


def test_a_photograph_of_which_nothing_can_be_seen_has_no_parts(folder):
    (folder / "parts" / "part_locs.txt").write_text("1 1 10.5 20.0 1\n2 1 5.0 6.0 0\n", encoding="utf-8")
    assert read_parts(folder).locations("b") == {}


def test_the_parts_of_the_generated_world_are_where_they_were_drawn(birds, drawn):
    parts = read_parts(birds)
    assert parts.names == part_names()
    for sample in drawn:
        masks = {name: sample.picture.part(name) for name in part_names()}
        drawn = {name: location(mask) for name, mask in masks.items() if mask.any()}
        assert parts.locations(f"{sample.stem}.png") == drawn
        assert parts.box(f"{sample.stem}.png") == bounding_box(sample.picture.mask(object=sample.thing.name))


def test_a_photograph_of_another_data_set_is_refused(folder):
    with pytest.raises(InputError, match=r"c.jpg: no photograph of .*; it has 001.Auk/a.jpg, 001.Auk/b.jpg$"):
        read_parts(folder).box("c.jpg")


def test_a_folder_without_parts_is_refused(folder):
    (folder / "parts" / "parts.txt").unlink()
    with pytest.raises(
        InputError, match=r"has no parts/parts.txt; parts are read from a folder as Caltech-UCSD"
    ):
        read_parts(folder)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("bounding_boxes.txt", "1 60.0 27.0 325.0\n", "has lines of 4 numbers; each line has 5"),
        ("bounding_boxes.txt", "1 a b c d\n", "is no table of numbers"),
        ("parts/part_locs.txt", "", "is no table of numbers .*no data.*; give it as it was published"),
        ("bounding_boxes.txt", "1 60.0 27.0 325.0 304.0\n", "the number 2 is not in all of images.txt"),
        ("parts/part_locs.txt", "1 3 10.5 20.0 1\n", "the number 3 is not in all of images.txt"),
    ],
)
def test_files_that_cannot_be_used_are_told_why(folder, file, text, message):
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_parts(folder)
