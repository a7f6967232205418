"""The script that makes the shipped tables, on a WordNet of five lines and on an installed one."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "data" / "wordnet"
INSTALLED = Path("/usr/share/wordnet")
SCRIPT = runpy.run_path(str(ROOT / "data" / "make_wordnet_closure.py"))
# Nine words are written as 09, ten as 0a; pointers are counted in decimal.
NOUNS = """\
  1 WordNet 3.0 Copyright 2006 by Princeton University.
00000001 03 n 01 thing 0 001 ~ 00000002 n 0000 | anything | at all
00000002 03 n 0a a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 big_cat 2 002 @ 00000001 n 0000 ~ 00000003 n 0000 | ten words
00000003 03 n 01 Tom 0 003 @i 00000002 n 0000 #p 00000004 n 0000 @ 00000001 n 0000 | one of them
00000004 03 n 01 fur 0 001 @ 00000001 n 0000 | has nothing below
"""


@pytest.fixture
def nouns(tmp_path) -> Path:
    (tmp_path / "data.noun").write_text(NOUNS)
    (tmp_path / "classes.tsv").write_text("index\twnid\n0\tn00000003\n")
    return tmp_path


def test_the_tables_hold_a_class_and_all_above_it(nouns):
    SCRIPT["main"](nouns, nouns / "classes.tsv", nouns)
    assert (nouns / "synsets.tsv").read_text() == (
        "wnid\twords\nn00000001\tthing\nn00000002\ta, b, c, d, e, f, g, h, i, big cat\nn00000003\tTom\n"
    )
    assert (nouns / "hypernyms.tsv").read_text() == (
        "child\tparent\nn00000002\tn00000001\nn00000003\tn00000001\nn00000003\tn00000002\n"
    )


def test_another_wordnet_is_refused(nouns):
    (nouns / "data.noun").write_text(NOUNS.replace("3.0 Copyright 2006", "3.1 Copyright 2011"))
    with pytest.raises(
        SystemExit, match=r"data.noun is not of WordNet 3.0; wnids are offsets in that version"
    ):
        SCRIPT["main"](nouns, nouns / "classes.tsv", nouns)


@pytest.mark.skipif(not INSTALLED.is_dir(), reason="Debian's package wordnet-base is not installed")
@pytest.mark.parametrize("table", ["synsets.tsv", "hypernyms.tsv"])
def test_an_installed_wordnet_gives_what_ships(table, tmp_path):
    SCRIPT["main"](INSTALLED, SHIPPED.parent / "imagenet_classes.tsv", tmp_path)
    assert (tmp_path / table).read_text() == (SHIPPED / table).read_text()
