"""A plain table names masks and labels of photographs."""

import pytest

from kgexplain.errors import InputError
from kgexplain.inputs.layouts import Concept, Fault, Marked, laid_out

LABELS = "id,name,category\n1,cat,object\n2,wood,material\n3,wooden floor,\n"


def test_masks_and_labels_are_found_by_the_names_of_their_columns(write):
    index = "Image,seg,part_mask,width,texture_label\na.jpg,s/a.png,p/a.png,9,wood;1\nb.jpg,,,8,\n"
    folder = write(**{"index.csv": index, "labels.csv": LABELS})
    whole = (Concept("wood", "material"), Concept("cat", "object"))
    assert laid_out(folder).marked == (
        Marked("a.jpg", folder / "a.jpg", (folder / "s/a.png", folder / "p/a.png"), whole),
        Marked("b.jpg", folder / "b.jpg"),
    )


def test_a_label_without_a_category_is_an_object(write):
    folder = write(**{"index.csv": "image,mask\na.jpg,a.png\n", "labels.csv": LABELS})
    assert laid_out(folder).labels[3] == Concept("wooden floor", "object")


def test_labels_that_are_none_are_named(write):
    folder = write(**{"index.csv": "image,label\na.jpg,4;1\n", "labels.csv": LABELS})
    assert laid_out(folder).faults == (Fault("a.jpg", "label 4: unknown"),)


@pytest.mark.parametrize(
    "index", ["image,width\na.jpg,3\n", "number,seg\n1,a.png\n", "", "image,labels_present\na.jpg,1\n"]
)
def test_an_index_without_photographs_or_without_marks_is_no_such_layout(write, index):
    assert laid_out(write(**{"index.csv": index, "labels.csv": LABELS})) is None


@pytest.mark.parametrize(
    ("index", "labels", "message"),
    [
        ("image,seg\n,a.png\n", LABELS, r"index.csv: has a row that names no photograph; each row needs one"),
        (
            "image,seg\na.jpg,a.png\n",
            "id,name\n",
            r"labels.csv: lists no label; it needs a header, id,name,category",
        ),
        (
            "image,seg\na.jpg,a.png\n",
            "name\ncat\n",
            r"labels.csv: has the columns name; it needs one of id, number, index",
        ),
        (
            "image,seg\na.jpg,a.png\n",
            "id,title\n1,cat\n",
            r"has the columns id, title; it needs one of name, label, class",
        ),
        (
            "image,seg\na.jpg,a.png\n",
            "id,name\n-1,cat\n",
            r"has the label number '-1'; such numbers are 0 to 65533",
        ),
        (
            "image,seg\na.jpg,a.png\n",
            "id,name\n65534,cat\n",
            r"label number '65534'; such numbers are 0 to 65533",
        ),
    ],
)
def test_tables_that_cannot_be_understood_are_refused(write, index, labels, message):
    with pytest.raises(InputError, match=message):
        laid_out(write(**{"index.csv": index, "labels.csv": labels}))


def test_labels_that_are_no_text_are_refused(write):
    folder = write(**{"index.csv": "image,seg\na.jpg,a.png\n"})
    (folder / "labels.csv").write_bytes(b"id,name\n1,caf\xe9\n")
    with pytest.raises(InputError, match=r"labels.csv: is no text in UTF-8; save it in UTF-8"):
        laid_out(folder)


def test_a_table_that_is_a_folder_cannot_be_read(write):
    folder = write(**{"labels.txt/x": "", "images/a.png": [[1]], "masks/a.png": [[1]]})
    with pytest.raises(InputError, match=r"but no file says what their numbers mean"):
        laid_out(folder)
