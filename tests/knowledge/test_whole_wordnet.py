"""The whole of WordNet, from wherever a machine has it; here one of a few synsets."""

import hashlib
import http.server
import threading
import zipfile
from pathlib import Path

import nltk.data
import nltk.pathsec
import pytest

from kgexplain.errors import InputError
from kgexplain.knowledge.cache import cache_folder
from kgexplain.knowledge.wordnet import Sense, lexicon
from kgexplain.knowledge.wordnet import installed as installed_module
from kgexplain.knowledge.wordnet.lexicon import load, save
from tests.knowledge import small_wordnet

NOWHERE = Path("nowhere")
CLOSED = "http://127.0.0.1:9/index.xml"


@pytest.fixture(autouse=True)
def no_wordnet_of_the_machine(monkeypatch):
    monkeypatch.setattr(nltk.data, "path", [])


@pytest.fixture
def debian(tmp_path):
    return tmp_path / "debian", small_wordnet.write(tmp_path / "debian")


@pytest.fixture
def small(debian, tmp_path):
    """The lexicon, and the wnids by the names of the entries."""
    folder, wnids = debian
    return lexicon(tmp_path / "cache", folder), wnids


def test_every_synset_has_its_words_with_blanks(small):
    found, wnids = small
    assert found.hierarchy.words == {
        wnids[key]: tuple(word.replace("_", " ") for word in entry.words.split())
        for key, entry in small_wordnet.ENTRIES.items()
    }


def test_hypernyms_are_those_of_the_file(small):
    found, wnids = small
    assert found.hierarchy.hypernyms[wnids["crane.bird"]] == (wnids["wader"],)
    assert found.hierarchy.hypernyms[wnids["thing"]] == ()


def test_the_head_of_a_satellite_is_nothing_that_it_is_a_kind_of(small):
    found, wnids = small
    assert found.hierarchy.hypernyms[wnids["red"]] == ()


def test_glosses_and_domains_are_told(small):
    found, wnids = small
    bird = wnids["bird"]
    assert (found.glosses[bird], found.domains[bird]) == ("flies mostly", "noun.animal")
    assert [found.domains[wnids[key]] for key in ("stretch", "red", "tool")] == [
        "verb.body",
        "adj.all",
        "noun.artifact",
    ]


def test_the_letter_of_a_satellite_is_s(small):
    assert small[1]["red"][0] == "s"
    assert small[1]["red"] in small[0].hierarchy


def test_senses_are_in_wordnets_order_nouns_before_verbs(small):
    found, wnids = small
    keys = ("crane.machine", "crane.bird", "Crane", "stretch")
    assert [sense.wnid for sense in found.senses["crane"]] == [wnids[key] for key in keys]


def test_senses_say_how_often_they_were_met(small):
    found, wnids = small
    assert found.senses["mouse"] == (Sense(wnids["mouse.animal"], 4), Sense(wnids["mouse.tool"], 1))
    assert found.senses["red"] == (Sense(wnids["red"], 7),)


def test_a_word_is_that_of_the_synsets_that_spell_it_so(small):
    found, wnids = small
    assert [s.wnid for s in found.senses_of("Crane")] == [wnids["Crane"]]
    assert [s.wnid for s in found.senses_of("crane")] == [
        wnids[key] for key in ("crane.machine", "crane.bird", "stretch")
    ]
    assert len(found.senses_of("CRANE")) == 4


@pytest.mark.parametrize(
    ("word", "entry"),
    [
        ("birds", "bird"),
        ("geese", "goose"),
        ("computer_mouse", "mouse.tool"),
        ("computer  mouse ", "mouse.tool"),
        ("computer-mouse", "mouse.tool"),
        ("computermice", None),
    ],
)
def test_forms_of_a_word_lead_to_it(small, word, entry):
    found, wnids = small
    assert [s.wnid for s in found.senses_of(word)] == ([wnids[entry]] if entry else [])


def test_information_counts_the_synsets_below(small):
    """Of fifteen synsets one is a heron, and three are waders: the wader itself, crane and heron."""
    found, wnids = small
    assert found.below[wnids["wader"]] == 3
    assert found.information(wnids["heron"]) - found.information(wnids["wader"]) == pytest.approx(
        1.0986, abs=1e-4
    )
    assert found.information(wnids["heron"]) == pytest.approx(2.70805, abs=1e-5)


def test_what_is_kept_is_what_was_read(small, tmp_path):
    found, _ = small
    save(found, tmp_path / "kept.tsv")
    again = load(tmp_path / "kept.tsv")
    assert again.hierarchy == found.hierarchy
    assert dict(again.senses) == dict(found.senses)
    assert (again.glosses, again.domains, again.irregular, again.below) == (
        found.glosses,
        found.domains,
        found.irregular,
        dict(found.below),
    )


def test_the_second_time_nothing_is_read_but_what_was_kept(small, tmp_path):
    assert lexicon(tmp_path / "cache", NOWHERE, CLOSED).hierarchy == small[0].hierarchy


def test_without_nltk_what_to_install_and_what_works_is_said(debian, tmp_path, monkeypatch):
    monkeypatch.setattr(installed_module, "find_spec", lambda name: None)
    message = r"read through NLTK, which is not installed: pip install 'kgexplain\[wordnet\]'; without it, all works"
    with pytest.raises(InputError, match=message):
        lexicon(tmp_path / "cache", debian[0])


def test_without_any_wordnet_what_to_install_and_what_works_is_said(tmp_path):
    message = r"no WordNet 3.0 on this machine, .*; install Debian's package wordnet-base, or .*; without it, all works"
    with pytest.raises(InputError, match=message):
        lexicon(tmp_path / "cache", NOWHERE, CLOSED)


def test_another_version_is_refused(tmp_path):
    small_wordnet.write(tmp_path / "debian", "3.1")
    with pytest.raises(
        InputError, match=r"wordnet: is WordNet 3.1; wnids are offsets in WordNet 3.0 and in no other"
    ):
        lexicon(tmp_path / "cache", tmp_path / "debian")


def test_folders_of_nltk_are_as_before(small):
    assert nltk.data.path == []


def corpus(debian, folder):
    """The corpus as NLTK has it, in a folder of its data."""
    lexicon(folder / "made", debian)
    return folder / "made" / "nltk_data"


def test_a_corpus_that_nltk_has_is_taken(debian, tmp_path, monkeypatch):
    monkeypatch.setattr(nltk.data, "path", [str(corpus(debian[0], tmp_path))])
    assert debian[1]["heron"] in lexicon(tmp_path / "cache", NOWHERE, CLOSED).hierarchy


def zipped(debian, folder):
    data = corpus(debian, folder) / "corpora" / "wordnet"
    with zipfile.ZipFile(folder / "wordnet.zip", "w") as packed:
        for file in sorted(data.iterdir()):
            packed.write(file, f"wordnet/{file.name}")
    return folder / "wordnet.zip"


def test_a_corpus_that_nltk_has_packed_is_taken(debian, tmp_path, monkeypatch):
    (tmp_path / "data" / "corpora").mkdir(parents=True)
    zipped(debian[0], tmp_path).rename(tmp_path / "data" / "corpora" / "wordnet.zip")
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path / "data")])
    assert debian[1]["heron"] in lexicon(tmp_path / "cache", NOWHERE, CLOSED).hierarchy


@pytest.fixture
def server(debian, tmp_path):
    """A server like NLTK's, which has one package."""
    packed = zipped(debian[0], tmp_path)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        address = f"http://127.0.0.1:{running.server_address[1]}"
        digest = hashlib.md5(packed.read_bytes()).hexdigest()
        (tmp_path / "index.xml").write_text(
            f'<nltk_data><packages><package id="wordnet" name="WordNet" subdir="corpora" unzip="1" '
            f'size="{packed.stat().st_size}" unzipped_size="9999" checksum="{digest}" url="{address}/wordnet.zip"/>'
            "</packages><collections/></nltk_data>"
        )
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"{address}/index.xml"
        running.shutdown()
        thread.join()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_there_is_none_it_is_downloaded(server, debian, tmp_path, monkeypatch):
    # NLTK fetches nothing from the machine itself, unless told to.
    monkeypatch.setattr(nltk.pathsec, "ENFORCE", False)
    assert debian[1]["heron"] in lexicon(tmp_path / "cache", NOWHERE, server).hierarchy


def test_it_is_kept_in_the_cache_folder_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "kgexplain"
