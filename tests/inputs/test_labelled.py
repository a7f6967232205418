"""Photographs with the classes that they are listed with."""

import pytest
from PIL import Image

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.labelled import labelled


@pytest.fixture
def write(tmp_path):
    """Writes photographs, each of another grey, so that no two are the same."""

    def write(*names):
        for grey, name in enumerate(names):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (2, 2), grey).save(path, "PNG")
        return tmp_path

    return write


def labels(images):
    return {photograph.key: photograph.label for photograph in images.photographs}


def test_class_folders_are_classes(write):
    images, classes = labelled(
        write("n01440764/a.png", "005.Crested_Auklet/b.png", "005.Crested_Auklet/c.png")
    )
    assert classes == (OutputClass(0, "Crested Auklet"), OutputClass(1, "tench", "n01440764"))
    assert labels(images) == {
        "005.Crested_Auklet/b.png": 0,
        "005.Crested_Auklet/c.png": 0,
        "n01440764/a.png": 1,
    }


def test_actions_are_classes(write):
    folder = write("JPEGImages/running_1.jpg", "JPEGImages/blowing_bubbles_1.jpg", "ImageSplits/unused.jpg")
    images, classes = labelled(folder, "stanford")
    assert [class_.name for class_ in classes] == ["blowing bubbles", "running"]
    assert labels(images) == {"JPEGImages/blowing_bubbles_1.jpg": 0, "JPEGImages/running_1.jpg": 1}
    assert images.name == "stanford"


def test_a_table_says_the_classes(write):
    folder = write("a.png", "b.png", "c.png")
    (folder / "set.csv").write_text(
        "file,wnid,label\na.png,n01440764,fish\nb.png,,cat\nc.png,n01440764,fish\n"
    )
    images, classes = labelled(folder / "set.csv")
    assert classes == (OutputClass(0, "cat"), OutputClass(1, "fish", "n01440764"))
    assert labels(images) == {"a.png": 1, "b.png": 0, "c.png": 1}


def test_an_index_is_no_name(write):
    folder = write("a.png")
    (folder / "set.csv").write_text("file,wnid,imagenet_index\na.png,n01440764,0\n")
    assert labelled(folder / "set.csv")[1] == (OutputClass(0, "tench", "n01440764"),)


def test_photographs_without_a_class_stay_without_one(write):
    images, classes = labelled(write("cat/a.png", "b.png"))
    assert (labels(images), len(classes)) == ({"b.png": -1, "cat/a.png": 0}, 1)


def test_a_set_without_classes_is_refused(write):
    message = (
        r"no photograph in it has a class; give a folder of class folders, one as Stanford-40's, or a .csv"
    )
    with pytest.raises(InputError, match=message):
        labelled(write("a.png"))
