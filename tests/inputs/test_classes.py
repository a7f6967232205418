import json
from pathlib import Path

import pytest
from torchvision import models

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.classes import are_imagenet, imagenet_classes, open_classes

REALDATA = Path(__file__).parents[3] / "shared" / "realdata"
TENCH_GOLDFISH = (OutputClass(0, "tench", "n01440764"), OutputClass(1, "goldfish", "n01443537"))


@pytest.fixture
def classes_in(tmp_path):
    def written(name, text, outputs=2):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return open_classes(str(file), outputs)

    return written


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}'),
        ("a.json", '{"1": ["n01443537", "goldfish"], "0": ["n01440764", "tench"]}'),
        ("a.json", '[["n01440764", "tench"], ["n01443537", "goldfish"]]'),
        ("LOC_synset_mapping.txt", "n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\n"),
        ("decoding_wnids.txt", "n01440764, tench \nn01443537, goldfish \n"),
        ("wnids.txt", "n01440764\r\nn01443537\r\n\r\n"),
        ("a.csv", "wnid,name\nn01440764,tench\nn01443537,goldfish\n"),
        ("a.csv", "\ufeffwnid,name\nn01440764,tench\nn01443537,goldfish\n"),
        ("a.tsv", "name\tindex\twnid\ngoldfish\t1\tn01443537\ntench\t0\tn01440764\n"),
        ("a.csv", "imagenet_index,wnid,label\n1,n01443537,goldfish\n0,n01440764,tench\n"),
        ("a.csv", "wnid\nn01440764\nn01443537\n"),
    ],
)
def test_wnids_and_names_are_read_in_every_form(name, text, classes_in):
    assert classes_in(name, text) == TENCH_GOLDFISH


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.txt", "salt, pepper\ngreat_white"),
        ("names.json", '["salt, pepper", "great_white"]'),
        ("names.json", '{"1": "great_white", "0": "salt, pepper"}'),
        ("names.csv", 'name\n"salt, pepper"\ngreat_white\n'),
    ],
)
def test_names_without_wnids_stay_as_they_are(name, text, classes_in):
    assert classes_in(name, text) == (OutputClass(0, "salt, pepper"), OutputClass(1, "great_white"))


def test_imagenets_own_file_gives_imagenets_classes():
    file = REALDATA / "imagenet_labels" / "imagenet_class_index.json"
    if not file.exists():
        pytest.skip("shared/realdata is not there")
    assert open_classes(str(file), 1000) == imagenet_classes()


def test_words_mean_imagenet():
    assert open_classes("imagenet", 1000)[207] == OutputClass(207, "golden retriever", "n02099601")


def test_words_mean_numbers():
    assert open_classes("numbered", 2) == (OutputClass(0, "class 0"), OutputClass(1, "class 1"))


def test_the_two_cranes_are_kept_apart_by_their_wnids():
    cranes = [class_.key for class_ in imagenet_classes() if class_.name == "crane"]
    assert cranes == ["n02012849", "n03126707"]


def test_torchvisions_names_are_recognised_as_imagenets():
    assert are_imagenet(models.SqueezeNet1_1_Weights.IMAGENET1K_V1.meta["categories"])


def test_imagenets_names_in_another_order_are_not_imagenet():
    names = [class_.name for class_ in imagenet_classes()]
    assert not are_imagenet([names[1], names[0], *names[2:]])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.txt", "tench\n", "lists 1 classes, but the network has 2 outputs"),
        ("a.txt", "\n", "lists no class"),
        ("a.txt", "tench\n\ngoldfish\n", "line 2 is empty"),
        ("a.txt", "n01440764 a\nn01440764 b\n", "has n01440764 more than once"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "3", "is no list of classes"),
        ("a.json", "[1, 2]", r"has 1; a class is \"tench\" or"),
        ("a.json", '[["x1", "tench"]]', r"has \['x1', 'tench'\]"),
        ("a.json", '{"0": "a", "2": "b"}', "indices do not count 0 to 1"),
        ("a.json", '{"0": "a", "one": "b"}', "has the index 'one'"),
        ("a.csv", "number,colour\n1,red\n", "has columns number, colour; it needs wnid or name"),
        ("a.csv", "wnid\nn1\nn2\n", "'n1' is not a wnid"),
        ("a.csv", "wnid,name\n,\n,b\n", "has a row with neither wnid nor name"),
        ("a.csv", "index,name\n1,a\n2,b\n", "indices do not count 0 to 1"),
        ("a.csv", "index,name\n1,a\n1,b\n", "indices do not count 0 to 1"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(name, text, message, classes_in):
    with pytest.raises(InputError, match=message):
        classes_in(name, text)


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(
        InputError, match=r"classes nowhere.txt: cannot be read: No such file .* imagenet, numbered, or"
    ):
        open_classes("nowhere.txt", 2)


def test_a_file_of_bytes_is_refused(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not text in UTF-8"):
        open_classes(str(file), 2)


def test_too_few_outputs_for_imagenet_are_said_with_both_numbers():
    with pytest.raises(
        InputError, match="classes imagenet: lists 1000 classes, but the network has 44 outputs"
    ):
        open_classes("imagenet", 44)


def test_deeply_nested_json_is_refused(classes_in):
    with pytest.raises(InputError, match="is not JSON"):
        classes_in("a.json", "[" * 100_000)


def test_a_table_written_by_json_tools_keeps_its_numbers(classes_in):
    assert classes_in("a.json", json.dumps({str(i): f"c{i}" for i in range(11)}), 11)[10].name == "c10"
