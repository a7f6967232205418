"""Parameters of explainers: from words, from a file, and what is said of those that do not fit."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from kgexplain.errors import InputError
from kgexplain.explainers.filtag import FilTag
from kgexplain.explainers.options import explainers


@dataclass(frozen=True)
class Own:
    """Somebody else's explainer."""

    name: ClassVar[str] = "own"
    share: float = 0.5
    note: str = ""

    def explain(self, network, images, run):
        """Nothing is looked at."""


def filtag(*settings, file=None):
    (made,) = explainers(["filtag"], settings, file)
    return made


def toml(folder, text):
    file = folder / "run.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_without_settings_defaults_hold():
    assert filtag() == FilTag()


@pytest.mark.parametrize(
    ("setting", "made"),
    [
        ("filtag.k=7", FilTag(k=7)),
        ("filtag.q=2.5", FilTag(q=2.5)),
        ("filtag.contrast=zscore", FilTag(contrast="zscore")),
        ("filtag.layers= conv1 ,conv2,", FilTag(layers=("conv1", "conv2"))),
        ("filtag.layers=", FilTag(layers=())),
        ("filtag.layers=a=b", FilTag(layers=("a=b",))),
    ],
)
def test_words_become_the_type_of_the_parameter(setting, made):
    assert filtag(setting) == made


def test_a_whole_number_of_per_cent_is_a_float():
    assert type(filtag("filtag.q=25").q) is float


def test_of_two_settings_the_later_holds():
    assert filtag("filtag.k=7", "filtag.k=8").k == 8


def test_a_file_has_a_table_for_each_explainer(tmp_path):
    file = toml(tmp_path, "[filtag]\nk = 3\nq = 25\nlayers = ['conv1', 'conv3']\n")
    made = filtag(file=file)
    assert made == FilTag(k=3, q=25.0, layers=("conv1", "conv3"))
    assert type(made.q) is float


def test_settings_go_before_the_file(tmp_path):
    file = toml(tmp_path, "[filtag]\nk = 3\ncontrast = 'zscore'\n")
    assert filtag("filtag.k=9", file=file) == FilTag(k=9, contrast="zscore")


def test_an_explainer_of_ones_own_is_given_by_module_and_class(monkeypatch):
    name = f"{__name__}:Own"
    monkeypatch.setitem(__import__("sys").modules, __name__, __import__("types").SimpleNamespace(Own=Own))
    assert explainers([name], [f"{name}.share=0.25"]) == (Own(share=0.25),)


def test_several_explainers_come_in_the_order_asked_for(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "somewhere", __import__("types").SimpleNamespace(Own=Own))
    assert explainers(["somewhere:Own", "filtag"]) == (Own(), FilTag())


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("filtag.k=many", r"filtag\.k is 'many'; it must be a whole number, as 5"),
        ("filtag.k=2.5", r"filtag\.k is '2\.5'; it must be a whole number, as 5"),
        ("filtag.q=a quarter", r"filtag\.q is 'a quarter'; it must be a number, as 0\.0"),
        ("filtag.k=0", "k is 0; it must be at least 1"),
        ("filtag.q=101", "q is 101.0; it is in per cent and must be from 0 to 100"),
        ("filtag.q=nan", "q is nan; it is in per cent"),
        ("filtag.contrast=high", "contrast is 'high'; it must be one of none, centered, zscore"),
        ("filtag.size=3", r"filtag has no parameter \['size'\]; it has k, q, contrast, direction, layers"),
        ("k=3", "'k=3' is no setting; write explainer.parameter=value, as filtag.q=25"),
        ("filtag.k", "'filtag.k' is no setting"),
        ("filtag.=3", "'filtag.=3' is no setting"),
        ("other.k=3", "settings for 'other', which is not asked for; these are: filtag"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(setting, message):
    with pytest.raises(InputError, match=message):
        filtag(setting)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[filtag]\nk = 2.7\n", r"filtag\.k is 2\.7; it must be a whole number, as 5"),
        ("[filtag]\nk = true\n", r"filtag\.k is True; it must be a whole number"),
        ("[filtag]\nq = [25]\n", r"filtag\.q is \[25\]; it must be a number"),
        ("[filtag]\ncontrast = 3\n", r"filtag\.contrast is 3; it must be a text, as 'none'"),
        ("[filtag]\nlayers = 3\n", r"filtag\.layers is 3; it must be texts, as 'features\.3,features\.6'"),
        ("[filtag]\nlayers = [3]\n", r"filtag\.layers is \[3\]; it must be texts"),
        ("[filtag]\nsize = 3\n", r"filtag has no parameter \['size'\]"),
        ("[dissection]\nk = 3\n", "settings for 'dissection', which is not asked for; these are: filtag"),
        ("k = 3\n", r"run\.toml: \['k'\] stand outside a table; each explainer has its own, as \[filtag\]"),
        ("[filtag\n", r"run\.toml: cannot be read as TOML"),
        (b"[filtag]\ncontrast = '\xff'\n", r"run\.toml: cannot be read as TOML"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        filtag(file=toml(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml: cannot be read as TOML \(.*No such file"):
        filtag(file=tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "filtags",
            "no explainer 'filtags'; there are filtag, attributes, dissection, or package.module:Class for your own",
        ),
        (
            "nowhere.at.all:Own",
            "explainer 'nowhere.at.all:Own' cannot be imported .*; give it as package.module:Class",
        ),
        ("kgexplain:Nothing", "explainer 'kgexplain:Nothing' cannot be imported"),
        (":Own", "explainer ':Own' cannot be imported"),
        (".relative:Own", "explainer '.relative:Own' cannot be imported"),
        ("os:getcwd", "os:getcwd is no explainer; one is a dataclass with a name and the method explain"),
        ("pathlib:Path", "pathlib:Path is no explainer"),
    ],
)
def test_a_name_that_is_no_explainer_is_refused(name, message):
    with pytest.raises(InputError, match=message):
        explainers([name])
