"""Broden's index, masks by category, and labels that are in several."""

import pytest

from kgexplain.errors import InputError
from kgexplain.inputs.layouts import Concept, Fault, Marked, laid_out

LABELS = """number,name,category,frequency,coverage,syns
1,window,part(9);object(3),12,2.1,
2,red-c,color(5),5,1.0,
3,street-s,scene(2),2,2.0,
4,glass,object(1);material(1),2,0.5,
"""
FILES = {
    "label.csv": LABELS,
    "category.csv": "name,first,last,count,frequency\ncolor,2,2,1,5\nobject,1,4,2,4\npart,1,1,1,9\nscene,3,3,1,2\n",
    "index.csv": "image,split,ih,iw,sh,sw,color,object,part,scene\n"
    "a/1.jpg,train,4,4,2,2,a/1_c.png,a/1_o.png;a/1_p.png,,3;1\nb.jpg,val,4,4,2,2,,,,\n",
    "c_object.csv": "code,number,name,frequency,coverage\n1,1,window,3,2.0\n2,4,glass,1,0.1\n",
    "c_part.csv": "code,number,name,frequency,coverage\n1,1,window,9,0.1\n",
}


def test_cells_have_several_masks_and_labels_of_the_whole_picture(write):
    folder = write(**FILES)
    masks = tuple(folder / "images/a" / name for name in ("1_c.png", "1_o.png", "1_p.png"))
    whole = (Concept("street", "scene"), Concept("window", "object"))
    assert laid_out(folder).marked == (
        Marked("images/a/1.jpg", folder / "images/a/1.jpg", masks, whole),
        Marked("images/b.jpg", folder / "images/b.jpg"),
    )


def test_a_label_is_of_the_category_in_which_it_covers_the_most(write):
    """The window is in 9 pictures as a part and in 3 as an object, but it covers 0.1 as a part and 2 as an object."""
    assert laid_out(write(**FILES)).labels[1] == Concept("window", "object")


def test_without_coverage_a_label_is_of_the_category_with_the_most_pictures(write):
    assert laid_out(
        write(**{**FILES, "c_object.csv": "code,number,name,frequency,coverage\n", "c_part.csv": "x\n"})
    ).labels[1] == Concept("window", "part")


def test_of_equal_categories_the_first_is_a_labels(write):
    assert laid_out(write(**{**FILES, "c_object.csv": "x\n"})).labels[4] == Concept("glass", "object")


def test_endings_of_colours_and_scenes_are_left_out(write):
    labels = laid_out(write(**FILES)).labels
    assert (labels[2], labels[3]) == (Concept("red", "color"), Concept("street", "scene"))


def test_numbers_of_no_label_are_named(write):
    index = FILES["index.csv"].replace("3;1", "3;17")
    assert laid_out(write(**{**FILES, "index.csv": index})).faults == (
        Fault("images/a/1.jpg", "label 17: unknown"),
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "index.csv",
            ",scene",
            ",place",
            r"index.csv: has no column scene; it needs one for each of category.csv",
        ),
        (
            "label.csv",
            "color(5)",
            "color",
            r"label 2 is in 'color'; categories are written object\(3\);part\(1\)",
        ),
        ("c_part.csv", "0.1", "much", r"c_part.csv: has the coverage 'much'; a coverage is a number"),
        (
            "label.csv",
            "\n4,",
            "\nfour,",
            r"label.csv: has the label number 'four'; such numbers are 0 to 65533",
        ),
        ("index.csv", "b.jpg", "", r"index.csv: has a row that names no photograph; each row needs one"),
    ],
)
def test_tables_that_cannot_be_understood_are_refused(write, name, old, new, message):
    with pytest.raises(InputError, match=message):
        laid_out(write(**{**FILES, name: FILES[name].replace(old, new)}))
