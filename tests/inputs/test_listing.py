import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.listing import Listed, Names, listed

IMAGENET = Path(__file__).parents[3] / "shared" / "realdata" / "imagenet_labels" / "imagenet_class_index.json"
CLASSES = (
    OutputClass(0, "great white shark", "n01484850"),
    OutputClass(1, "crane", "n02012849"),
    OutputClass(2, "Cardigan", "n02113186"),
    OutputClass(3, "cardigan", "n02963159"),
    OutputClass(4, "crane", "n03126707"),
    OutputClass(5, "black-footed ferret"),
    OutputClass(6, "résumé"),
)


def index(label, classes=CLASSES):
    found = Names(classes).find(label)
    return None if found is None else found.index


def files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def table(folder, text, name="labels.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def rows(path):
    return [(listing.key, listing.labels) for listing in listed(path)]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("n01484850", 0),
        ("great white shark", 0),
        ("Great_White-Shark", 0),
        ("black footed ferret", 5),
        ("n03126707", 4),
        ("great white", None),
        ("N01484850", None),
        ("", None),
    ],
)
def test_a_label_is_a_wnid_or_a_name(label, expected):
    assert index(label) == expected


def test_case_counts_where_only_case_differs():
    assert (index("Cardigan"), index("cardigan")) == (2, 3)


def test_a_wnid_goes_before_a_name_that_looks_like_one():
    classes = (OutputClass(0, "n00000001", "n00000002"), OutputClass(1, "emu", "n00000001"))
    assert index("n00000001", classes) == 1


def test_a_name_may_be_composed_of_other_characters():
    assert index(unicodedata.normalize("NFD", "résumé")) == 6


@pytest.mark.parametrize(
    ("label", "wnids"),
    [
        ("crane", r"n02012849 \(crane\), n03126707 \(crane\)"),
        ("CARDIGAN", r"n02113186 \(Cardigan\), n02963159 \(cardigan\)"),
    ],
)
def test_a_name_of_two_classes_is_refused_with_their_wnids(label, wnids):
    message = f"^'{label}': is the name of 2 classes, {wnids}; say the wnid instead$"
    with pytest.raises(InputError, match=message):
        index(label)


def test_a_name_of_two_classes_without_wnids_is_refused():
    message = (
        r"^'emu': is the name of 2 classes, 0 \(emu\), 1 \(emu\); give the network's classes wnids, and say"
    )
    with pytest.raises(InputError, match=message):
        index("emu", (OutputClass(0, "emu"), OutputClass(1, "emu")))


@given(st.text("-_ aBcD", max_size=8), st.sampled_from(["-", "_", " ", "", "--", " _"]))
def test_a_name_is_found_with_any_other_separator(rest, separator):
    respelled = f"x{rest}".replace("_", " ").replace("-", " ").replace(" ", separator)
    assert index(respelled, (OutputClass(3, f"x{rest}"),)) == 3


@pytest.mark.skipif(not IMAGENET.exists(), reason="the folder with real data is not there")
def test_of_imagenets_names_only_crane_and_maillot_are_not_enough():
    listing = json.loads(IMAGENET.read_text(encoding="utf-8"))
    names = Names([OutputClass(int(i), name, wnid) for i, (wnid, name) in listing.items()])
    refused = set()
    for i, (_, name) in listing.items():
        try:
            assert names.find(name).index == int(i)
        except InputError:
            refused.add(name)
    assert refused == {"crane", "maillot"}


def test_an_index_of_imagenet_needs_its_thousand_classes():
    thousand = tuple(OutputClass(i, f"class {i}") for i in range(1000))
    assert (index("#207", thousand), index("#207", thousand[:999])) == (207, None)


def test_the_first_label_with_a_class_counts():
    assert Names(CLASSES).first(["n99999999", "great white shark", "n02113186"]).index == 0


def test_a_wnid_spares_the_ambiguous_name():
    assert Names(CLASSES).first(["n03126707", "crane"]).index == 4


def test_photographs_are_labelled_by_the_folder_below_the_root(tmp_path):
    files(tmp_path, "crane/a.jpg", "crane/b/c.PNG", "emu/d.jpeg", "e.jpg")
    assert sorted(rows(tmp_path)) == [
        ("crane/a.jpg", ("crane",)),
        ("crane/b/c.PNG", ("crane",)),
        ("e.jpg", ()),
        ("emu/d.jpeg", ("emu",)),
    ]


def test_other_and_hidden_files_do_not_count(tmp_path):
    files(tmp_path, "emu/.a.jpg", ".emu/a.jpg", "emu/.DS_Store", "emu/Thumbs.db", "README.txt", "emu/b.heic")
    assert rows(tmp_path) == [("emu/b.heic", ("emu",))]


@pytest.mark.parametrize("suffix", [".JPEG", ".Jpg", ".webp", ".tiff", ".jp2", ".avif", ".PGM"])
def test_suffixes_of_photographs_count_in_any_case(suffix, tmp_path):
    files(tmp_path, f"emu/a{suffix}", f"emu/a{suffix}.part", f"emu/{suffix[1:]}")
    assert rows(tmp_path) == [(f"emu/a{suffix}", ("emu",))]


def test_a_folder_named_like_a_photograph_or_a_table_is_a_folder(tmp_path):
    files(tmp_path, "labels.csv/x.jpg/a.png")
    assert rows(tmp_path / "labels.csv") == [("x.jpg/a.png", ("x.jpg",))]


def test_a_listed_photograph_says_where_it_is(tmp_path):
    files(tmp_path, "emu/b/a.jpg")
    assert list(listed(tmp_path)) == [Listed("emu/b/a.jpg", tmp_path / "emu" / "b" / "a.jpg", ("emu",))]


def test_the_root_may_be_a_link(tmp_path):
    files(tmp_path, "far/emu/a.jpg")
    (tmp_path / "root").symlink_to(tmp_path / "far")
    assert rows(tmp_path / "root") == [("emu/a.jpg", ("emu",))]


def test_links_to_folders_are_followed_but_not_in_circles(tmp_path):
    files(tmp_path, "far/a.jpg", "root/b.jpg")
    (tmp_path / "root" / "emu").symlink_to(tmp_path / "far")
    (tmp_path / "far" / "back").symlink_to(tmp_path / "root")
    assert sorted(key for key, _ in rows(tmp_path / "root")) == ["b.jpg", "emu/a.jpg"]


def test_a_link_to_nothing_is_listed(tmp_path):
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    assert rows(tmp_path) == [("gone.jpg", ())]


def test_a_link_to_itself_is_listed(tmp_path):
    (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
    assert rows(tmp_path) == [("a.jpg", ())]


def test_names_that_are_no_text_become_text(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"\xff.jpg")).touch()
    except OSError:
        pytest.skip("this file system takes names of text only")
    assert rows(tmp_path) == [("\\xff.jpg", ())]


def test_a_table_is_read_by_its_header(tmp_path):
    path = table(tmp_path, "size,Name,FILE,wnid\n9,crane,a/b.jpg,n02012849\n")
    assert list(listed(path)) == [Listed("a/b.jpg", tmp_path / "a/b.jpg", ("n02012849", "crane"))]


@pytest.mark.parametrize("file", ["file", "path", "image", "filename"])
@pytest.mark.parametrize("label", ["wnid", "label", "class", "name"])
def test_columns_go_by_many_names(file, label, tmp_path):
    assert rows(table(tmp_path, f"{label},{file}\nemu,a.jpg\n")) == [("a.jpg", ("emu",))]


def test_an_index_of_imagenet_is_marked_as_one(tmp_path):
    assert rows(table(tmp_path, "file,imagenet_index\na.jpg,207\n")) == [("a.jpg", ("#207",))]


def test_two_columns_need_no_header(tmp_path):
    path = table(tmp_path, "a.jpg,emu\nb.jpg,crane\n")
    assert rows(path) == [("a.jpg", ("emu",)), ("b.jpg", ("crane",))]


def test_quotes_and_spaces_around_cells_are_not_part_of_them(tmp_path):
    path = table(tmp_path, 'file,label\n"a, b.jpg", great white shark \n')
    assert rows(path) == [("a, b.jpg", ("great white shark",))]


def test_quotes_hold_quotes_and_line_ends(tmp_path):
    (tmp_path / "labels.csv").write_bytes(b'file,label\r\n"a ""b"".jpg","great\r\nwhite shark"\r\n')
    assert rows(tmp_path / "labels.csv") == [('a "b".jpg', ("great\r\nwhite shark",))]


def test_the_surest_column_of_labels_comes_first(tmp_path):
    path = table(tmp_path, "file,name,class,label,imagenet_index,wnid\na.jpg,n,c,l,0,w\n")
    assert rows(path) == [("a.jpg", ("w", "#0", "l", "c", "n"))]


def test_of_two_columns_of_one_name_the_first_counts(tmp_path):
    assert rows(table(tmp_path, "file,label,label\na.jpg,emu,crane\n")) == [("a.jpg", ("emu",))]


def test_a_column_may_be_written_with_capitals_and_spaces(tmp_path):
    assert rows(table(tmp_path, " PATH ,Label \na.jpg,emu\n", "LABELS.CSV")) == [("a.jpg", ("emu",))]


def test_under_a_header_files_need_no_suffix(tmp_path):
    assert rows(table(tmp_path, "file,label\nphotograph one,emu\n")) == [("photograph one", ("emu",))]


def test_a_file_beside_the_tables_folder_has_a_relative_key(tmp_path):
    (tmp_path / "tables").mkdir()
    path = table(tmp_path / "tables", "../a.jpg,emu\n")
    assert [(r.key, r.path.resolve()) for r in listed(path)] == [("../a.jpg", tmp_path.resolve() / "a.jpg")]


def test_keys_do_not_depend_on_where_the_program_runs(tmp_path, monkeypatch):
    path = table(tmp_path, "emu/a.jpg,emu\n")
    monkeypatch.chdir(tmp_path)
    assert rows(Path("labels.csv")) == rows(path) == [("emu/a.jpg", ("emu",))]


def test_a_byte_order_mark_and_empty_lines_do_not_count(tmp_path):
    assert rows(table(tmp_path, "\ufefffile,label\r\n\r\na.jpg,emu\r\n,\r\n")) == [("a.jpg", ("emu",))]


def test_an_empty_cell_is_no_label(tmp_path):
    assert rows(table(tmp_path, "file,label\na.jpg,\nb.jpg\n")) == [("a.jpg", ()), ("b.jpg", ())]


def test_one_file_has_one_key_however_it_is_written(tmp_path):
    path = table(tmp_path, f"./a//b.jpg,emu\na/c/../b.jpg,emu\n{tmp_path}/a/b.jpg,emu\n")
    assert {key for key, _ in rows(path)} == {"a/b.jpg"}


@pytest.mark.parametrize(("text", "row"), [("file,label\na.jpg,x\n ,emu\n", 3), ("a.jpg,x\n\n,emu\n", 3)])
def test_a_row_without_a_file_is_refused_by_its_number(text, row, tmp_path):
    message = rf"labels\.csv, row {row}: names no file; each row needs a path and a label$"
    with pytest.raises(InputError, match=message):
        rows(table(tmp_path, text))


@pytest.mark.parametrize("header", ["file,size", "size,label", "a.jpg", "a,b", "a.jpg,emu,9"])
def test_a_table_without_the_columns_is_refused(header, tmp_path):
    said = ", ".join(f"'{name}'" for name in header.split(","))
    message = (
        rf"labels\.csv: has the columns {said}; it needs one of file, path, image, filename and one of "
        "wnid, imagenet_index, label, class, name, or no header and two columns, file and label$"
    )
    with pytest.raises(InputError, match=message):
        rows(table(tmp_path, f"{header}\n"))


def test_of_many_wrong_columns_the_first_are_named(tmp_path):
    with pytest.raises(InputError, match=r"has the columns '0', '1', '2', '3', '4' …; it needs"):
        rows(table(tmp_path, ",".join(map(str, range(100)))))


@pytest.mark.parametrize("text", ["", "\n\n", "file,label\n"])
def test_an_empty_table_lists_nothing(text, tmp_path):
    assert rows(table(tmp_path, text)) == []


def test_a_table_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "labels.csv").write_bytes("file,label\na.jpg,résumé\n".encode("latin-1"))
    message = r"labels\.csv: is no table in UTF-8 \('utf-8' codec .*\); save it as a \.csv in UTF-8$"
    with pytest.raises(InputError, match=message):
        rows(tmp_path / "labels.csv")


def test_a_table_with_a_quote_that_never_ends_is_refused(tmp_path):
    message = r"labels\.csv: is no table in UTF-8 \(field larger than field limit.*\); save it as a \.csv"
    with pytest.raises(InputError, match=message):
        rows(table(tmp_path, 'file,label\n"' + "a" * 200_000))


KINDS = r"images are a folder of class folders, or a \.csv of paths and labels$"


def test_a_place_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(InputError, match=f"nowhere: does not exist; {KINDS}"):
        rows(tmp_path / "nowhere")


def test_a_file_that_is_no_table_is_refused(tmp_path):
    files(tmp_path, "dog.jpg")
    with pytest.raises(InputError, match=rf"dog\.jpg: is neither a folder nor a \.csv; {KINDS}"):
        rows(tmp_path / "dog.jpg")
