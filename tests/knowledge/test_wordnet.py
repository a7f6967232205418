"""What each class of ImageNet is a kind of."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import InputError
from kgexplain.knowledge.wordnet import (
    WORDNET,
    Hierarchy,
    closure,
    imagenet_wnids,
    statements,
    synset_of,
    wordnet,
)
from kgexplain.vocabulary import Term, synset, term

LABELS = Path(__file__).parents[2] / ".." / "shared" / "realdata" / "imagenet_labels"
needs_labels = pytest.mark.skipif(not LABELS.is_dir(), reason="no folder shared/realdata beside the checkout")

# A thing is a plant or an animal; a coral was both. Below: the long way up from the polyp is three edges, the short two.
SMALL = Hierarchy(
    {
        "n00000005": ("polyp", "Hydra"),
        "n00000004": ("coral", "coral animal"),
        "n00000003": ("animal",),
        "n00000002": ("plant", "flora"),
        "n00000001": ("thing",),
        "n00000009": ("hydra", "island"),
    },
    {
        "n00000005": ("n00000004", "n00000003"),
        "n00000004": ("n00000003", "n00000002"),
        "n00000003": ("n00000001",),
        "n00000002": ("n00000001",),
        "n00000001": (),
        "n00000009": ("n00000001",),
    },
)


def rows(name: str) -> list[list[str]]:
    with (LABELS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def objects(wnid: str, property_: str) -> list[Term]:
    return [s.object for s in statements([wnid]) if s[:2] == (synset(wnid), term(property_))]


def test_above_is_reflexive_and_follows_every_hypernym():
    assert SMALL.above["n00000004"] == {"n00000004", "n00000003", "n00000002", "n00000001"}


def test_depth_is_the_longest_way_up():
    assert [SMALL.depth[f"n0000000{n}"] for n in (1, 2, 3, 4, 5, 9)] == [0, 1, 1, 2, 3, 1]


def test_a_closure_leaves_out_what_is_not_above():
    assert set(SMALL.closure(["n00000004"]).words) == {"n00000004", "n00000003", "n00000002", "n00000001"}


def test_a_closure_has_the_same_depths_and_everything_above():
    part = SMALL.closure(["n00000005"])
    assert {w: (part.depth[w], part.above[w]) for w in part.words} == {
        w: (SMALL.depth[w], SMALL.above[w]) for w in part.words
    }


def test_nothing_asked_for_is_nothing_said():
    assert list(statements([])) == []


@given(st.sampled_from(sorted(wordnet().words)))
def test_a_synset_is_deeper_than_all_that_is_above_it(wnid):
    above = wordnet().above[wnid] - {wnid}
    assert all(wordnet().depth[other] < wordnet().depth[wnid] for other in above)


@given(st.sampled_from(sorted(wordnet().words)))
def test_above_is_what_a_walk_along_the_hypernyms_meets(wnid):
    met, waiting = set(), [wnid]
    while waiting:
        met.add(here := waiting.pop())
        waiting += wordnet().hypernyms[here]
    assert wordnet().above[wnid] == met


def test_a_word_of_one_synset_stands_for_it():
    assert SMALL.synset_of("coral animal") == "n00000004"


def test_a_wnid_stands_for_itself():
    assert SMALL.synset_of("n00000003") == "n00000003"


def test_case_does_not_matter_and_an_underscore_is_a_blank():
    assert SMALL.synset_of("Coral_Animal") == "n00000004"


def test_a_word_of_several_synsets_lists_them():
    message = r"'hydra' is a word of 2 synsets; give the wnid of one: n00000005 \(polyp, Hydra\), n00000009 \(hydra, island\)"
    with pytest.raises(InputError, match=message):
        SMALL.synset_of("hydra")


def test_an_unknown_word_gets_those_that_are_near():
    with pytest.raises(
        InputError, match=r"'plants' is a word of none of the 6 synsets that ship .*; try plant"
    ):
        SMALL.synset_of("plants")


def test_an_unknown_word_near_to_none_gets_an_example():
    with pytest.raises(InputError, match=r"'xyzzy' is a word of none .*; try a wnid, as n02084071"):
        SMALL.synset_of("xyzzy")


def test_a_wnid_that_is_not_shipped_is_named():
    with pytest.raises(InputError, match=r"wnid n00000008: not among the 6 synsets of WordNet 3.0 that ship"):
        SMALL.synset_of("n00000008")


def test_of_many_wnids_that_are_not_shipped_five_are_named():
    with pytest.raises(InputError, match=r"wnid n1, n2, n3, n4, n5 and 2 more: not among"):
        SMALL.closure(["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n00000001"])


def test_only_what_is_missing_is_named():
    with pytest.raises(InputError, match=r"^wnid n1: not among"):
        SMALL.closure(["n00000001", "n1"])


def test_every_word_of_a_synset_alone_finds_it():
    found = {
        word: [w for w, words in wordnet().words.items() if word.casefold() in map(str.casefold, words)]
        for word in ("dog", "Tinca tinca", "entity")
    }
    assert {word: [synset_of(word)] for word in found} == found


def test_the_names_that_two_classes_share_are_refused():
    with pytest.raises(
        InputError, match=r"'crane' is a word of 2 synsets; .* n02012849 \(crane\), n03126707 \(crane\)"
    ):
        synset_of("crane")


def test_dog_is_below_canine_and_domestic_animal():
    assert objects("n02084071", "skos:broader") == [synset("n01317541"), synset("n02083346")]


def test_labels_are_the_words_with_blanks():
    assert objects("n02099601", "skos:prefLabel") == [Literal("golden retriever")]
    assert objects("n02084071", "skos:altLabel") == [Literal("domestic dog"), Literal("Canis familiaris")]


def test_golden_retriever_is_below_itself_dog_and_entity():
    above = objects("n02099601", "kgx:subsumedBy")
    assert {synset("n02099601"), synset("n02084071"), synset("n00001740")} <= set(above)
    assert len(above) == len(set(above)) == len(wordnet().above["n02099601"])


def test_the_root_has_depth_0_and_nothing_broader():
    assert objects("n00001740", "kgx:depth") == [Literal(0)]
    assert objects("n00001740", "skos:broader") == []


def test_every_synset_is_typed_and_has_its_wnid():
    said = list(statements(["n02084071"]))
    typed = {s.subject for s in said if s.object == term("kgx:Synset")}
    wnids = {s.subject: s.object for s in said if s.predicate == term("kgx:wnid")}
    assert wnids == {synset(wnid): Literal(wnid) for wnid in wordnet().above["n02084071"]}
    assert typed == set(wnids)


def test_statements_are_the_same_each_time_and_none_twice():
    said = list(statements(imagenet_wnids()))
    assert said == list(statements(reversed(imagenet_wnids())))
    assert len(said) == len(set(said))


def test_the_graph_is_named_after_the_version():
    assert NamedNode("https://w3id.org/kgexplain/wordnet-3.0") == WORDNET


def test_what_ships_is_what_imagenet_needs_and_no_more():
    assert set(closure(imagenet_wnids()).words) == set(wordnet().words)
    assert len(wordnet()) == 1860


def test_imagenet_numbers_its_classes_by_wnid():
    assert imagenet_wnids() == tuple(sorted(set(imagenet_wnids())))
    assert len(imagenet_wnids()) == 1000


def test_there_is_one_root():
    assert [wnid for wnid, parents in wordnet().hypernyms.items() if not parents] == ["n00001740"]


@needs_labels
def test_synsets_are_those_of_an_independent_list():
    assert {wnid: ", ".join(words) for wnid, words in wordnet().words.items()} == {
        wnid: words for wnid, words, _ in rows("wordnet_closure_nodes.tsv")
    }


@needs_labels
def test_hypernyms_are_those_of_an_independent_list():
    assert {(child, parent) for child, parents in wordnet().hypernyms.items() for parent in parents} == {
        (child, parent) for child, parent in rows("wordnet_closure_is_a.tsv")
    }


@needs_labels
def test_classes_are_those_of_an_independent_list():
    index = json.loads((LABELS / "imagenet_class_index.json").read_text())
    assert imagenet_wnids() == tuple(index[str(number)][0] for number in range(1000))
