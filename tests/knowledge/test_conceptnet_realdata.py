"""What is left of the real ConceptNet, 100,000 triples of its English core: imported, and joined to ImageNet's classes."""

from pathlib import Path

import pytest

from kgexplain.inputs.classes import imagenet_classes
from kgexplain.knowledge.conceptnet import LocalConceptNet, import_assertions
from kgexplain.knowledge.wordnet import wordnet

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "realdata" / "conceptnet"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="ConceptNet's triples are not here")


@pytest.fixture(scope="module")
def conceptnet(tmp_path_factory):
    database = tmp_path_factory.mktemp("real") / "net.sqlite"
    import_assertions([FOLDER / "train.txt"], database)
    with LocalConceptNet(database) as opened:
        yield opened


def have_a_neighbour(conceptnet, words_of):
    """How many of ImageNet's classes have a word that is a node; a node of a triple has an edge."""
    return sum(any(map(conceptnet.nodes, words_of(class_.key))) for class_ in imagenet_classes())


def last_words(wnid):
    return [word.replace("-", " ").split()[-1] for word in wordnet().words[wnid]]


def test_all_lines_are_read_and_three_of_four_kept(conceptnet):
    ((name, _, lines, kept),) = conceptnet.files
    assert (name, lines, kept) == ("train.txt", 100_000, 72_701)


def test_over_half_of_the_classes_have_a_neighbour_by_a_whole_word_of_theirs(conceptnet):
    assert have_a_neighbour(conceptnet, wordnet().words.__getitem__) == 556


def test_over_three_quarters_have_one_by_the_last_word(conceptnet):
    assert have_a_neighbour(conceptnet, last_words) == 786


def test_a_file_with_verdicts_keeps_what_is_true(tmp_path):
    relations = ("IsA", "AtLocation", "UsedFor")
    lines = [line.split("\t") for line in (FOLDER / "dev1.txt").read_text(encoding="utf-8").splitlines()]
    true = [line for line in lines if line[0] in relations and line[3] == "1" and line[1] != line[2]]
    (file,) = import_assertions([FOLDER / "dev1.txt"], tmp_path / "net.sqlite", relations=relations)
    assert (file.lines, file.kept) == (1200, len(true))


def test_a_dog_drinks_and_an_akita_is_one(conceptnet):
    said = {(e.start, e.relation, e.end) for e in conceptnet.edges("/c/en/dog", limit=1000)}
    assert {
        ("/c/en/akita", "/r/IsA", "/c/en/dog"),
        ("/c/en/dog", "/r/CapableOf", "/c/en/drink_water"),
    } <= said
