"""WordNet 3.0 in other dictionaries."""

import gzip
import http.server
import threading
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kgexplain.errors import InputError
from kgexplain.knowledge.ili import ADDRESS, open_ili, read_ili
from kgexplain.knowledge.wordnet import imagenet_wnids, wordnet

CILI = Path(__file__).parents[2] / ".." / "shared" / "realdata" / "cili"
needs_cili = pytest.mark.skipif(not CILI.is_dir(), reason="no folder shared/realdata beside the checkout")

# A dog, a quick satellite of an adjective, and a synset that 3.1 has dropped; 3.1 has other offsets, in another order.
MAP30 = "i46360\t02084071-n\ni10\t00976508-s\ni11\t00000011-n\n"
MAP31 = "i10\t00979366-s\ni46360\t02086723-n\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ili-map-pwn30.tab").write_text(MAP30)
    (tmp_path / "ili-map-pwn31.tab").write_text(MAP31)
    return tmp_path


@pytest.fixture
def server(folder):
    """A server that has the files of the folder, and counts how often it was asked."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}/", asked
        running.shutdown()
        thread.join()


def test_a_wnid_has_the_identifier_of_its_offset_in_3_0(folder):
    assert read_ili(folder).identifier("n02084071") == NamedNode("http://globalwordnet.org/ili/i46360")


def test_the_iris_of_3_1_have_the_offset_of_3_1(folder):
    assert [iri.value for iri in read_ili(folder).wordnet31("n02084071")] == [
        "http://wordnet-rdf.princeton.edu/id/02086723-n",
        "http://wordnet-rdf.princeton.edu/wn31/102086723-n",
        "https://en-word.net/id/oewn-02086723-n",
    ]


def test_conceptnets_iri_of_an_adjective_begins_with_3(folder):
    assert read_ili(folder).wordnet31("s00976508")[1].value.endswith("/wn31/300979366-s")


def test_a_synset_that_3_1_has_not_has_an_identifier_only(folder):
    index = read_ili(folder)
    assert (index.identifier("n00000011").value[-3:], index.wordnet31("n00000011")) == ("i11", ())


def test_an_offset_of_3_1_is_not_taken_for_one_of_3_0(folder):
    index = read_ili(folder)
    assert (index.identifier("n02086723"), index.wordnet31("n02086723")) == (None, ())


def test_maps_may_be_compressed_and_named_by_one_of_them(folder):
    for version in ("pwn30", "pwn31"):
        plain = folder / f"ili-map-{version}.tab"
        (folder / f"{plain.name}.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    index = open_ili(str(folder / "ili-map-pwn31.tab.gz"), folder / "cache")
    assert index.identifiers["02084071-n"] == "i46360"


def test_a_folder_without_maps_is_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"has no ili-map-pwn30.tab or ili-map-pwn30.tab.gz; give the folder"
    ):
        read_ili(tmp_path)


def test_a_line_of_another_kind_is_named(folder):
    (folder / "ili-map-pwn31.tab").write_text("i10\t00979366-s\ni46360\t0208-6723\n")
    with pytest.raises(
        InputError, match=r"pwn31.tab, line 2: 'i46360\\t0208-6723' is not like i46360, a tab"
    ):
        read_ili(folder)


def test_a_truncated_map_is_refused(folder):
    (folder / "ili-map-pwn30.tab").unlink()
    (folder / "ili-map-pwn30.tab.gz").write_bytes(gzip.compress(MAP30.encode())[:-9])
    with pytest.raises(InputError, match=r"pwn30.tab.gz: is no map of CILI that can be read whole"):
        read_ili(folder)


def test_maps_are_downloaded_once(server, tmp_path):
    address, asked = server
    cache = tmp_path / "cache"
    first, second = open_ili("download", cache, address), open_ili("download", cache, address)
    assert first == second
    assert first.identifiers["02084071-n"] == "i46360"
    assert asked == ["/ili-map-pwn30.tab", "/ili-map-pwn31.tab"]


def test_a_map_that_is_not_on_the_server_is_not_kept(server, folder, tmp_path):
    (folder / "ili-map-pwn31.tab").unlink()
    with pytest.raises(
        InputError, match=r"ili-map-pwn31.tab: could not be downloaded \(HTTPError\); get CILI's maps"
    ):
        open_ili("download", tmp_path / "cache", server[0])
    assert [path.name for path in (tmp_path / "cache" / "ili").iterdir()] == ["ili-map-pwn30.tab"]


def test_the_maps_come_from_their_authors():
    assert ADDRESS == "https://raw.githubusercontent.com/globalwordnet/cili/master/"


@pytest.fixture(scope="module")
def real():
    return read_ili(CILI)


@needs_cili
def test_every_class_of_imagenet_has_an_identifier_and_a_synset_of_3_1(real):
    """Compared to the lines of the maps as they stand, offset by offset; no offset is the same in both versions."""
    lines = {
        version: dict(
            line.split("\t")
            for line in gzip.decompress((CILI / f"ili-map-{version}.tab.gz").read_bytes())
            .decode()
            .splitlines()
        )
        for version in ("pwn30", "pwn31")
    }
    right = same = 0
    for wnid in imagenet_wnids():
        identifier = real.identifier(wnid).value.removeprefix("http://globalwordnet.org/ili/")
        today, legacy, oewn = (iri.value for iri in real.wordnet31(wnid))
        synset = lines["pwn31"][identifier]
        right += (
            lines["pwn30"][identifier] == f"{wnid[1:]}-n"
            and today == f"http://wordnet-rdf.princeton.edu/id/{synset}"
            and legacy == f"http://wordnet-rdf.princeton.edu/wn31/1{synset}"
            and oewn == f"https://en-word.net/id/oewn-{synset}"
        )
        same += synset == f"{wnid[1:]}-n"
    assert (right, same) == (1000, 0)


@needs_cili
def test_every_synset_that_ships_has_an_identifier_of_its_own(real):
    found = {real.identifier(wnid) for wnid in wordnet().words}
    assert None not in found
    assert len(found) == len(wordnet())
