import sys

import pytest
from torch import nn

from kgexplain.errors import InputError
from kgexplain.inputs.factory import is_factory, made


@pytest.fixture
def file(tmp_path):
    def written(code):
        path = tmp_path / "nets.py"
        path.write_text(code, encoding="utf-8")
        return path

    return written


def test_a_function_in_a_file_makes_the_network(file):
    path = file("from torch import nn\ndef tiny():\n    return nn.Conv2d(3, 7, 1)\n")
    assert made(f"{path}:tiny").out_channels == 7


def test_a_function_of_a_package_makes_the_network():
    assert isinstance(made("torch.nn:Identity"), nn.Identity)


def test_a_file_may_import_its_neighbours_and_leaves_the_path_as_it_was(file):
    path = file(
        "from neighbour_of_nets import FILTERS\nfrom torch import nn\ndef tiny():\n    return nn.Conv2d(3, FILTERS, 1)\n"
    )
    (path.parent / "neighbour_of_nets.py").write_text("FILTERS = 4\n", encoding="utf-8")
    before = list(sys.path)
    assert (made(f"{path}:tiny").out_channels, sys.path) == (4, before)


def test_a_file_may_define_dataclasses(file):
    path = file(
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import ClassVar\n"
        "from torch import nn\n@dataclass\nclass Size:\n    filters: ClassVar[int] = 6\n"
        "def tiny():\n    return nn.Conv2d(3, Size.filters, 1)\n"
    )
    assert made(f"{path}:tiny").out_channels == 6


def test_two_files_of_one_name_are_two(file, tmp_path):
    code = "from torch import nn\ndef tiny():\n    return nn.Conv2d(3, {}, 1)\n"
    other = tmp_path / "other" / "nets.py"
    other.parent.mkdir()
    other.write_text(code.format(2), encoding="utf-8")
    assert [made(f"{path}:tiny").out_channels for path in (file(code.format(1)), other)] == [1, 2]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("vgg16", False), ("a.b:c", True), ("a/b.py:c", True), ("b.py", True), ("efficientnet_b0", False)],
)
def test_a_factory_is_told_from_a_name(words, expected):
    assert is_factory(words) is expected


@pytest.mark.parametrize(
    ("code", "name", "message"),
    [
        ("x = 1\n", "tiny", r"has no function tiny; it has none"),
        ("def other(): ...\ndef _own(): ...\n", "tiny", r"has no function tiny; it has other$"),
        ("tiny = 1\n", "tiny", r"has no function tiny"),
        ("def tiny():\n    return 3\n", "tiny", r"gave int, not a torch\.nn\.Module"),
        (
            "def tiny(filters):\n    return 3\n",
            "tiny",
            r"raised TypeError: .*; a factory takes no arguments",
        ),
        ("def tiny():\n    raise KeyError('conv')\n", "tiny", r"the function raised KeyError: 'conv'"),
        (
            "import no_such_thing\n",
            "tiny",
            r"nets\.py cannot be run: ModuleNotFoundError: No module named 'no_such",
        ),
        ("def tiny(:\n", "tiny", r"nets\.py cannot be run: SyntaxError"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(code, name, message, file):
    with pytest.raises(InputError, match=message):
        made(f"{file(code)}:{name}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "no/such/file.py:tiny",
            r"there is no file no/such/file\.py; a factory is package\.module:function or",
        ),
        (
            "no_such_package.module:tiny",
            r"cannot be imported: ModuleNotFoundError: No module named 'no_such_package'",
        ),
        ("nets.py", r"names no function of a module"),
        (":tiny", r"names no function of a module"),
        ("torch.nn:", r"names no function of a module"),
        ("torch.nn:a.b", r"names no function of a module"),
        (".relative:tiny", r"\.relative cannot be imported: TypeError"),
    ],
)
def test_what_is_wrong_with_the_words_is_said(words, message):
    with pytest.raises(InputError, match=message):
        made(words)
