"""Folders that travel with the package are found where they are."""

from pathlib import Path

import pytest

import kgexplain
from kgexplain import shipped as module
from kgexplain.errors import InputError
from kgexplain.shipped import FOLDERS, shipped


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of our own, so that folders can be inside it or beside it."""
    folder = tmp_path / "checkout" / "kgexplain"
    folder.mkdir(parents=True)
    monkeypatch.setattr(module, "PACKAGE", folder)
    return folder


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_is_there_and_holds_files(folder):
    assert any(path.is_file() for path in shipped(folder).rglob("*"))


def test_in_a_checkout_the_folder_is_beside_the_package(package):
    (package.parent / "queries").mkdir()
    assert shipped("queries") == package.parent / "queries"


def test_in_a_wheel_the_folder_is_inside_the_package(package):
    (package / "queries").mkdir()
    assert shipped("queries") == package / "queries"


def test_what_stands_inside_goes_before_what_stands_beside(package):
    """Beside an installed package, in site-packages, a folder of that name is someone else's."""
    (package / "queries").mkdir()
    (package.parent / "queries").mkdir()
    assert shipped("queries") == package / "queries"


def test_another_folder_is_refused_with_those_that_exist():
    with pytest.raises(
        InputError, match=r"'tests': does not travel with kgexplain; data, ontologies, queries do"
    ):
        shipped("tests")


def test_the_package_says_that_it_is_typed():
    assert (module.PACKAGE / "py.typed").is_file()


def test_the_citation_is_of_this_version():
    citation = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {kgexplain.__version__}\n" in citation


def test_the_version_has_three_numbers():
    assert [part.isdigit() for part in kgexplain.__version__.split(".")] == [True, True, True]
