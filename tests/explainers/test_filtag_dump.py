"""The published dump of FilTag's tags: a small one by hand, and the real one."""

from pathlib import Path

import pytest

from kgexplain.errors import InputError
from kgexplain.explainers.filtag_dump import read_dump
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.classes import read_classes
from kgexplain.vocabulary import HAS_TAG, RANK, SCORE, TAG, TAGGED_WITH

RUN = "https://w3id.org/kgexplain/run/filtag-dump--test"
PUBLISHED = Path(__file__).parents[3] / "shared" / "realdata" / "filtag"

CLASSES = (
    OutputClass(0, "crane", "n02012849"),
    OutputClass(1, "tench", "n01440764"),
    OutputClass(2, "crane", "n03126707"),
    OutputClass(3, "great white shark", "n01484850"),
)
SMALL = (
    "filter tags k=1\n0:[' tench ', ' great_white_shark ']\n1:[]\n2:[' crane ', ' crane ']\n3:[' crane ']\n"
)


def dump(folder, text=SMALL):
    path = folder / "dump.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_dump(path, CLASSES, "conv", "toy")


def said(dump_, predicate):
    return [(s.subject, s.object) for s in dump_.statements(RUN) if s.predicate == predicate]


def test_tags_by_hand(tmp_path):
    """Filter 2 has both cranes; which of them filter 3 has is not known: class 4 is a crane without a synset."""
    assert dump(tmp_path).tags == ((1, 3), (), (0, 2), (4,))


def test_a_name_that_is_not_told_apart_is_a_class_without_wnid(tmp_path):
    read = dump(tmp_path)
    assert read.ambiguous == ("crane",)
    assert read.architecture.classes[4] == OutputClass(4, "crane", None)


def test_names_that_are_told_apart_add_no_class(tmp_path):
    read = dump(tmp_path, "filter tags\n0:[' crane ', ' crane ']\n")
    assert read.ambiguous == ()
    assert read.architecture.classes == CLASSES


def test_filters_without_tags_are_filters_of_the_layer(tmp_path):
    assert dump(tmp_path).architecture.layers["conv"].filters == 4


def test_every_tag_is_also_said_directly(tmp_path):
    read = dump(tmp_path)
    nodes = dict(said(read, TAG))
    assert [(filter_, nodes[tag]) for filter_, tag in said(read, HAS_TAG)] == said(read, TAGGED_WITH)
    assert said(read, TAGGED_WITH)[0] == (read.architecture.filter("conv", 0), read.architecture.class_(1))


def test_each_tag_is_a_node_of_its_own(tmp_path):
    nodes = [tag for _, tag in said(dump(tmp_path), HAS_TAG)]
    assert len(set(nodes)) == len(nodes) == 5


def test_neither_scores_nor_ranks_are_said_as_none_are_known(tmp_path):
    assert said(dump(tmp_path), SCORE) == said(dump(tmp_path), RANK) == []


def test_another_file_is_another_network(tmp_path):
    assert dump(tmp_path).digest != dump(tmp_path, SMALL.replace("tench", "crane")).digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("filter tags\n0:[' unicorn ']\n", r"dump\.txt: tags \['unicorn'\] are no names of the 4 classes"),
        ("filter tags\n1:[]\n", r"dump\.txt, line 2: '1:\[\]' is not 0:\[' name ', …\]; a dump of FilTag is"),
        ("filter tags\n0:[]\n2:[]\n", r"line 3: '2:\[\]' is not 1:"),
        ("filter tags\n0\n", "line 2: '0' is not 0:"),
        ("filter tags\n0:[tench]\n", "line 2: .* is not 0:"),
        ("filter tags\n0:[print('x')]\n", "line 2: .* is not 0:"),
        ("filter tags\n0:['tench'\n", "line 2: .* is not 0:"),
        ("filter tags\n0:5\n", "line 2: '0:5' is not 0:"),
        (b"\x00\xff\n\xff\xfe\n", "line 2: .* is not 0:"),
        ("filter tags\n", "has no filters; a dump of FilTag has a header and a line for each"),
        ("", "has no filters"),
    ],
)
def test_a_file_that_is_no_dump_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        dump(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none.txt: cannot be read .No such file"):
        read_dump(tmp_path / "none.txt", CLASSES)


@pytest.fixture(scope="module")
def published():
    if not PUBLISHED.exists():
        pytest.skip("the published dump is not here")
    classes = read_classes(str(PUBLISHED / "decoding_wnids.txt"))
    return read_dump(PUBLISHED / "EXAMPLE_FilterTags_VGG16_conv5-3_k1.txt", classes)


def names(dump_, filter_):
    return [dump_.architecture.classes[c].name for c in dump_.tags[filter_]]


def test_the_published_dump_has_as_many_filters_and_tags_as_the_paper_says(published):
    tags = [len(classes) for classes in published.tags]
    assert (len(tags), sum(tags), sum(n > 0 for n in tags)) == (512, 1000, 342)


def test_one_filter_of_the_published_dump_hoards_nineteen_tags(published):
    assert [f for f, classes in enumerate(published.tags) if len(classes) == 19] == [185]


@pytest.mark.parametrize(
    ("filter_", "tags"),
    [
        (95, "lampshade, table_lamp, yurt"),
        (288, "goldfinch, European_fire_salamander, toucan"),
        (
            437,
            (
                "Rhodesian_ridgeback, bloodhound, redbone, Italian_greyhound, whippet, Staffordshire_bullterrier, "
                "American_Staffordshire_terrier, vizsla, boxer, Great_Dane"
            ),
        ),
    ],
)
def test_filters_of_the_published_dump_have_the_tags_of_figure_3(published, filter_, tags):
    assert sorted(names(published, filter_)) == sorted(tags.replace("_", " ").split(", "))


def test_both_maillots_of_filter_411_are_told_apart(published):
    wnids = {published.architecture.classes[c].wnid for c in published.tags[411]}
    assert {"n03710637", "n03710721"} <= wnids


def test_crane_is_the_one_name_of_the_published_dump_that_stays_ambiguous(published):
    assert published.ambiguous == ("crane",)
