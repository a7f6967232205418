import json
from pathlib import Path

import numpy as np
import pytest

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.attributes import open_attributes
from kgexplain.inputs.attributes.names import phrase_of
from kgexplain.inputs.images import Images, Photograph, open_images
from kgexplain.world import CLASSES
from kgexplain.world.layouts import class_folders
from kgexplain.world.layouts.birds import attributes as true_attributes

REAL = Path(__file__).parents[4] / "shared" / "realdata"
BIRDS = (OutputClass(0, "Black-footed Albatross"), OutputClass(1, "Groove billed Ani", "n01579260"))
WORLD = tuple(OutputClass(index, thing.name, thing.wnid) for index, thing in enumerate(CLASSES))
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the real data is not beside the checkout")


def images(*keys, name="set", labels=()):
    """Photographs that nobody opens; ``labels`` are −1 where they are not given."""
    given = [*labels, *[-1] * len(keys)]
    return Images(
        name,
        tuple(Photograph(key, Path(key), label, "", "") for key, label in zip(keys, given, strict=False)),
    )


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def opened(path, *keys, least=0.5, labels=()):
    return open_attributes(path, images(*keys, labels=labels), BIRDS, least)


def said(attributes):
    """Each photograph's attributes with their values."""
    texts = [phrase.text for phrase in attributes.phrases]
    rows = attributes.present.toarray().tolist()
    return {
        key: {text: round(value, 3) for text, value in zip(texts, row, strict=True) if value}
        for key, row in zip(attributes.images, rows, strict=True)
    }


# Captions


def test_captions_beside_birds_are_found_by_class_and_name(tmp_path):
    written(
        tmp_path / "text_c10" / "001.Auk" / "x.y_1.txt", "a white head\n\na white head and a black tail\n"
    )
    written(tmp_path / "text_c10" / "002.Owl" / "x.y_1.txt", "a brown tail")
    written(tmp_path / "text_c10" / "003.Ani" / "z.txt", "a black bird")
    told = opened(tmp_path, "001.Auk/x.y_1.jpg", "002.Owl/x.y_1.jpg", "002.Owl/w.jpg")
    assert told.captions["001.Auk/x.y_1.jpg"] == ("a white head", "a white head and a black tail")
    assert said(told)["001.Auk/x.y_1.jpg"] == {"white head": 1, "black tail": 1}
    assert told.counts.toarray().tolist() == [[1, 0, 2], [0, 1, 0]]
    assert (told.without, told.unused) == (("002.Owl/w.jpg",), ("003.Ani/z",))


def test_a_table_of_captions_has_any_number_of_rows_a_photograph(tmp_path):
    path = written(
        tmp_path / "c.csv", 'Caption,Image\n"a white, long bill",b.jpg\na black tail,a.jpg\nred head,b.jpg\n'
    )
    told = opened(path, "a.jpg", "b.jpg")
    assert told.name == "c"
    assert told.captions == {"a.jpg": ("a black tail",), "b.jpg": ("a white, long bill", "red head")}
    assert said(told)["b.jpg"] == {"white bill": 1, "long bill": 1, "red head": 1}


def test_lines_of_json_have_a_caption_or_several(tmp_path):
    lines = [
        {"image": "a.jpg", "caption": "a white head"},
        {"image": "b.jpg", "captions": ["a black tail", "red eyes"], "source": "x"},
        {"image": "c.jpg", "captions": []},
    ]
    told = opened(
        written(tmp_path / "c.jsonl", "\n\n".join(map(json.dumps, lines))), "a.jpg", "b.jpg", "c.jpg"
    )
    assert said(told) == {"a.jpg": {"white head": 1}, "b.jpg": {"black tail": 1, "red eye": 1}}
    assert (told.without, told.unused) == (("c.jpg",), ("c.jpg",))


def test_a_caption_of_several_lines_keeps_its_words_apart(tmp_path):
    path = written(tmp_path / "c.csv", 'image,caption\r\na.jpg,"a white\r\nhead"\r\nb.jpg,red head\r\n')
    assert said(opened(path, "a.jpg", "b.jpg")) == {"a.jpg": {"white head": 1}, "b.jpg": {"red head": 1}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.csv", "image,caption\na.jpg,a bird\u2028with a\x0bwhite\x85head\n"),
        ("c.jsonl", '{"image": "a.jpg", "caption": "a bird\u2028with a white\x85head"}\n'),
    ],
)
def test_only_files_ends_of_lines_end_a_caption(tmp_path, name, text):
    told = opened(written(tmp_path / name, text), "a.jpg")
    assert (said(told), told.unused) == ({"a.jpg": {"white head": 1}}, ())


def test_a_photograph_whose_captions_have_no_attribute_is_described(tmp_path):
    told = opened(
        written(tmp_path / "c.csv", "image,caption\na.jpg,white head\nb.jpg,a bird\n"), "a.jpg", "b.jpg"
    )
    assert said(told) == {"a.jpg": {"white head": 1}, "b.jpg": {}}


def test_what_found_the_phrases_is_said_for_captions_only(tmp_path):
    assert "agger" in opened(written(tmp_path / "c.csv", "image,caption\na.jpg,white head\n"), "a.jpg").tagger
    assert opened(written(tmp_path / "t.csv", "image,white head\na.jpg,1\n"), "a.jpg").tagger == ""


# Tables


def test_a_table_of_photographs_is_sorted_by_phrase_and_counts_what_is_high_enough(tmp_path):
    path = written(
        tmp_path / "t.csv", "file,white head,black tail\nb.jpg,0.5,0.49\nx.jpg,1,1\na.jpg,0.25,1\n"
    )
    told = opened(path, "a.jpg", "b.jpg", "c.jpg")
    assert [phrase.text for phrase in told.phrases] == ["black tail", "white head"]
    assert said(told) == {"a.jpg": {"black tail": 1}, "b.jpg": {"white head": 0.5}}
    assert (told.without, told.unused) == (("c.jpg",), ("x.jpg",))
    assert (told.counts != told.present).nnz == 0


def test_least_decides_what_counts_as_present(tmp_path):
    path = written(tmp_path / "t.csv", "file,white head,black tail\na.jpg,0.2,0.1\n")
    assert said(opened(path, "a.jpg", least=0.15)) == {"a.jpg": {"white head": 0.2}}


def test_a_table_with_numbers_above_1_is_in_percent(tmp_path):
    path = written(tmp_path / "t.csv", "file,white head,black tail\na.jpg,60,1\n")
    assert said(opened(path, "a.jpg", least=0.01)) == {"a.jpg": {"white head": 0.6, "black tail": 0.01}}


def test_a_photograph_of_which_all_is_absent_is_described(tmp_path):
    told = opened(written(tmp_path / "t.csv", "file,white head\na.jpg,0\n"), "a.jpg")
    assert said(told) == {"a.jpg": {}}
    assert told.document_frequencies.tolist() == [0]


def test_a_table_of_classes_is_for_photographs_of_the_class_or_in_its_folder(tmp_path):
    path = written(
        tmp_path / "t.csv",
        "class,white head\n001.Black_footed_Albatross,0.9\nn01579260,0.8\nLeast Auklet,0.7\nOwl,1\n",
    )
    keys = ("a.jpg", "b.jpg", "c.jpg", "images/006.Least_Auklet/d.jpg", "x/Least_Auklet/y/e.jpg")
    told = opened(path, *keys, labels=(0, 1, -1))
    values = {key: list(values.values()) for key, values in said(told).items()}
    assert values == {"a.jpg": [0.9], "b.jpg": [0.8], keys[3]: [0.7], keys[4]: [0.7]}
    assert (told.without, told.unused) == (("c.jpg",), ("Owl",))


def test_the_class_of_a_photograph_goes_before_its_folder(tmp_path):
    path = written(tmp_path / "t.csv", "class,white head\nBlack footed Albatross,0.9\nOwl,0.8\n")
    assert said(opened(path, "Owl/a.jpg", labels=(0,))) == {"Owl/a.jpg": {"white head": 0.9}}


def test_the_nearest_folder_is_the_class(tmp_path):
    path = written(tmp_path / "t.csv", "class,white head\nAuk,0.9\nOwl,0.8\n")
    assert said(opened(path, "Owl/Auk/a.jpg")) == {"Owl/Auk/a.jpg": {"white head": 0.9}}


def cub(folder, labels="1 2 1 4 9.5\n1 1 1 2 1.0\n2 1 1 3 1.0 7\n2 2 0 4 1.0\n"):
    written(folder / "images.txt", "1 001.Auk/a.jpg\n2 001.Auk/b.jpg\n")
    written(folder / "attributes.txt", "1 has_head_color::white\n2 has_tail_color::black\n")
    written(folder / "attributes" / "image_attribute_labels.txt", labels)
    return folder


def test_annotators_of_birds_are_believed_as_far_as_they_are_sure(tmp_path):
    """Definitely is 1, probably 2/3, guessing 1/3, and what is not visible 0; a column too many is no matter."""
    told = opened(cub(tmp_path), "001.Auk/a.jpg", "001.Auk/b.jpg", least=0.3)
    assert said(told) == {
        "001.Auk/a.jpg": {"black tail": 1, "white head": 0.333},
        "001.Auk/b.jpg": {"white head": 0.667},
    }


def test_the_names_of_attributes_may_stand_beside_the_folder_as_published(tmp_path):
    folder = cub(tmp_path / "CUB_200_2011")
    (folder / "attributes.txt").rename(tmp_path / "attributes.txt")
    assert said(opened(folder, "b.jpg")) == {"b.jpg": {"white head": 0.667}}


# The generated world and real data


def test_the_generated_worlds_captions_are_read(birds, drawn):
    found = open_attributes(birds, open_images(birds / "images", WORLD), WORLD)
    assert (len(found.images), found.without, found.unused) == (len(drawn), (), ())
    assert all(len(captions) == 10 for captions in found.captions.values())


def test_the_same_captions_under_other_keys_say_the_same(birds, drawn, tmp_path):
    class_folders(tmp_path, drawn)
    one, other = (
        open_attributes(birds, open_images(place, WORLD), WORLD) for place in (birds / "images", tmp_path)
    )
    assert set(one.images).isdisjoint(other.images)
    rows = {Path(key).stem: row for key, row in said(one).items()}
    assert rows == {Path(key).stem: row for key, row in said(other).items()}


def test_the_generated_worlds_annotations_are_what_is_true_of_its_pictures(birds, drawn, tmp_path):
    for file in ("images.txt", "attributes"):
        (tmp_path / file).symlink_to(birds / file)
    found = said(open_attributes(tmp_path, open_images(birds / "images", WORLD), WORLD))
    by_stem = {Path(key).stem: row for key, row in found.items()}
    for sample in drawn:
        true = {phrase_of(name).text for name in true_attributes(sample.picture)}
        assert by_stem[sample.stem] == dict.fromkeys(true, 1)


@needs_real_data
def test_real_birds_have_the_attributes_of_their_species():
    folder = REAL / "cub10"
    rows = (folder / "labels.csv").read_text(encoding="utf-8").splitlines()[1:]
    keys = [row.split(",")[0] for row in rows]
    found = opened(folder, *keys)
    assert (len(found.images), found.without, len(found.unused), len(found.phrases)) == (194, (), 192, 312)
    crested = said(found)["images/005.Crested_Auklet/Crested_Auklet_0005_1648992827.jpg"]
    percents = np.loadtxt(folder / "class_attribute_labels_continuous.txt")[4]
    assert len(crested) == (percents >= 50).sum()
    assert crested["white eye"] == round(percents[146] / 100, 3)


@needs_real_data
def test_real_scenes_have_the_attributes_that_people_voted_for():
    table = REAL / "sun_attributes" / "image_attributes.csv"
    header, first = (line.split(",") for line in table.read_text(encoding="utf-8").splitlines()[:2])
    found = open_attributes(table, open_images(REAL / "sun_attributes" / "images", WORLD), WORLD, least=0.6)
    assert (len(found.images), len(found.without), found.unused, len(found.phrases)) == (279, 690, (), 102)
    votes = {name: float(vote) for name, vote in zip(header[1:], first[1:], strict=True)}
    row = said(found)[first[0].removeprefix("images/")]
    assert len(row) == sum(vote >= 0.6 for vote in votes.values())
    assert row["open area"] == votes["open area"]


# What cannot be read


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.csv", "", "has 0 rows of 0 cells; a table of attributes has a header"),
        ("t.csv", "file,white head\n", "has 1 rows of 2 cells"),
        ("t.csv", "file\na.jpg\n", "has 2 rows of 1 cells"),
        (
            "t.csv",
            "thing,white head\na.jpg,1\n",
            "first column is called 'thing'; that of a table of photographs is",
        ),
        (
            "t.csv",
            "file,white head\na.jpg,yes\n",
            "has 'yes' for 'a.jpg' and 'white head'; every column but the first",
        ),
        (
            "t.csv",
            "file,white head\na.jpg,-1\n",
            "has the value -1; how surely an attribute is there is 0 to 1",
        ),
        ("t.csv", "file,white head\na.jpg,101\n", "has the value 101"),
        ("t.csv", "file,white head\na.jpg,nan\n", "has the value nan"),
        (
            "t.csv",
            "file,white head\na.jpg,1,2\n",
            "the row of 'a.jpg' has 3 cells, its header 2; they must agree",
        ),
        (
            "t.csv",
            "file,white head\na.jpg,1\na.jpg,1\n",
            "has more than one row called 'a.jpg'; keep one of them",
        ),
        ("t.csv", "file,x,x\na.jpg,1,1\n", "has more than one column called 'x'"),
        (
            "t.csv",
            "file,white head\nz.jpg,1\n",
            "none of the 1 photographs that it describes .z.jpg. is of set; that has",
        ),
        (
            "t.csv",
            "class,white head\nOwl,1\n",
            "none of its 1 classes .Owl. is the class or the folder of a photograph",
        ),
        (
            "t.csv",
            "class,x\nGreat owl,1\n002.Great_Owl,1\n",
            "has more than one class called 'greatowl'; keep one of them",
        ),
        (
            "c.csv",
            "who,caption\na.jpg,white head\n",
            "of which photograph no column says .who, caption.; call one image",
        ),
        (
            "c.csv",
            "image,caption\n,white head\n",
            "its caption 1 names no photograph; each caption needs one",
        ),
        ("c.csv", "image,caption\na.jpg,\n", "nothing in it is of set; that has a.jpg"),
        (
            "c.csv",
            "image,caption\na.jpg,a white, black head\n",
            "the row of 'a.jpg' has 3 cells, its header 2; put a caption that has commas into quotation marks",
        ),
        (
            "c.csv",
            'image,caption\na.jpg,"a white head\nb.jpg,red head\n',
            "is no table .unexpected end of data.; save it as a .csv",
        ),
        (
            "c.csv",
            "image,caption,caption\na.jpg,white head,red head\n",
            "has more than one column called 'caption'; keep one of them",
        ),
        ("t.csv", "image,white head,\na.jpg,1,1\n", "its column 3 has no name; name it, or take it out"),
        ("t.csv", "image,white head\na.jpg,1\n,1\n", "its row 2 has no name; name it, or take it out"),
        (
            "c.csv",
            "image,caption\na.jpg,Vogel mit Kopf\n",
            "no adjective stands before a noun, as in 'Vogel mit Kopf'",
        ),
        ("c.jsonl", '{"image": "a.jpg"', "line 1: is not JSON: .*; each line is one object"),
        (
            "c.jsonl",
            '{"image": "a.jpg", "caption": "\\ud83d"}',
            "line 1: is not JSON: .*surrogates not allowed",
        ),
        ("c.jsonl", '\n["a.jpg", "x"]', r'line 2: has \["a.jpg", "x"\]; a line is \{"image"'),
        ("c.jsonl", '{"image": "a.jpg", "captions": [1]}', "line 1: has .*; a line is"),
        ("c.txt", "a white head", "is none of what attributes come in; give a folder as Caltech-UCSD"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_why(tmp_path, name, text, message):
    path = written(tmp_path / name, text)
    with pytest.raises(InputError, match=f"{path}.*{message}"):
        opened(path, "a.jpg")


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="nowhere: does not exist; give a folder as Caltech-UCSD"):
        opened(tmp_path / "nowhere", "a.jpg")


def test_a_folder_with_no_attributes_is_told_what_may_be_in_it(tmp_path):
    with pytest.raises(
        InputError, match=r"has neither text_c10, image_attribute_labels.txt nor class_attribute"
    ):
        opened(tmp_path, "a.jpg")


def test_text_that_is_not_utf_8_is_told(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"file,\xff\xfe\n")
    with pytest.raises(InputError, match=r"t.csv: is not text in UTF-8 .*; save it so"):
        opened(tmp_path / "t.csv", "a.jpg")


@pytest.mark.parametrize("least", [0, -1, 1.5, float("nan")])
def test_least_is_a_share(tmp_path, least):
    with pytest.raises(
        InputError, match=f"least {least}: is no share that an attribute can need; it is above 0"
    ):
        opened(tmp_path, "a.jpg", least=least)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("1 1 yes 4\n", "is no table of photograph, attribute, presence and certainty"),
        ("", "is no table of photograph, attribute, presence and certainty .*no data.*; give it as it was"),
        ("1 1 1 5 0\n", "presence is 0 or 1, and certainty 1 to 4"),
        ("1 1 2 4 0\n", "presence is 0 or 1, and certainty 1 to 4"),
        ("3 1 1 4 0\n", "has the number 3, of no photograph or attribute in images.txt and attributes.txt"),
    ],
)
def test_annotations_that_cannot_be_used_are_told_why(tmp_path, labels, message):
    with pytest.raises(InputError, match=message):
        opened(cub(tmp_path, labels), "a.jpg")


def test_annotations_need_the_names_of_what_they_number(tmp_path):
    (cub(tmp_path / "a") / "attributes.txt").unlink()
    with pytest.raises(
        InputError, match=r"has no attributes.txt, which says what the numbers of its attributes mean"
    ):
        opened(tmp_path / "a", "a.jpg")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("class_attribute_labels_continuous.txt", "1 2\n3\n", "is no table of percents"),
        ("class_attribute_labels_continuous.txt", "", "is no table of percents .*no data.*; give it as it"),
        (
            "class_attribute_labels_continuous.txt",
            "1 2\n3 4\n",
            "has 2 lines of 2 numbers; .* name 1 classes and 2",
        ),
        ("classes.txt", "Auk\n", "classes.txt: has the line 'Auk'; each line is a number and a name"),
    ],
)
def test_percents_that_cannot_be_used_are_told_why(tmp_path, file, text, message):
    written(tmp_path / "attributes.txt", "1 has_head_color::white\n2 has_tail_color::black\n")
    written(tmp_path / "classes.txt", "1 001.Auk\n\n")
    written(tmp_path / "class_attribute_labels_continuous.txt", "90.5 0.5\n")
    assert said(opened(tmp_path, "Auk/a.jpg")) == {"Auk/a.jpg": {"white head": 0.905}}
    written(tmp_path / file, text)
    with pytest.raises(InputError, match=message):
        opened(tmp_path, "Auk/a.jpg")
