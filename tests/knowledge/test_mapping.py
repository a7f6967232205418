"""A person's word on what words mean."""

import pytest

from kgexplain.errors import InputError
from kgexplain.knowledge.mapping import Mapped, read_mapping
from kgexplain.knowledge.wordnet import wordnet


def mapping(tmp_path, text):
    path = tmp_path / "words.csv"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, wordnet())


def test_each_word_gets_its_synset_and_comment(tmp_path):
    text = 'word,wnid,comment\ncrane,n02012849,"a bird, of course"\nmouse,n03793489,\n'
    assert mapping(tmp_path, text) == {
        "crane": Mapped("n02012849", "a bird, of course"),
        "mouse": Mapped("n03793489", ""),
    }


def test_comments_may_be_missing_and_columns_in_any_order(tmp_path):
    assert mapping(tmp_path, "wnid,word\nn02012849, crane \n") == {"crane": Mapped("n02012849")}


def test_a_synset_that_does_not_exist_is_refused_with_its_line(tmp_path):
    with pytest.raises(
        InputError, match=r"words.csv, line 3: 'n00000001' is none of the 1,860 synsets that ship"
    ):
        mapping(tmp_path, "word,wnid\ncrane,n02012849\nmouse,n00000001\n")


def test_a_word_twice_is_refused_with_its_line(tmp_path):
    with pytest.raises(
        InputError, match=r"words.csv, line 4: 'crane' is there for the second time; give a word one"
    ):
        mapping(tmp_path, "word,wnid\ncrane,n02012849\nmouse,n03793489\ncrane,n03126707\n")


def test_a_line_without_a_word_is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"words.csv, line 2: has no word; each line gives one word its synset"
    ):
        mapping(tmp_path, "word,wnid\n,n02012849\n")


def test_a_file_without_wnids_is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"words.csv: has no column wnid; a mapping has word, wnid and perhaps"
    ):
        mapping(tmp_path, "word,synset\ncrane,n02012849\n")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none.csv: cannot be read \(No such file or directory\)"):
        read_mapping(tmp_path / "none.csv", wordnet())


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "words.csv").write_bytes(b"word,wnid\n\xff,n02012849\n")
    with pytest.raises(InputError, match=r"words.csv: is no CSV file in UTF-8"):
        read_mapping(tmp_path / "words.csv", wordnet())
