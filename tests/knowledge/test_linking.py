"""Classes, joined to synsets."""

from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.knowledge.linking import beyond_wordnet, known_wnids, links
from kgexplain.vocabulary import EXACT_MATCH, Statement, synset

DOG = OutputClass(0, "dog", "n02084071")
GNOME = OutputClass(1, "gnome")
UNICORN = OutputClass(2, "unicorn", "n09495619")
CRANE = OutputClass(3, "crane", "n03126707")
NETWORK = Architecture("net", "0a1b2c3d", {}, (DOG, GNOME, UNICORN, CRANE))


def test_every_class_with_a_wnid_is_linked_to_what_the_wnid_names():
    assert list(links(NETWORK)) == [
        Statement(NETWORK.class_(0), EXACT_MATCH, synset("n02084071")),
        Statement(NETWORK.class_(2), EXACT_MATCH, synset("n09495619")),
        Statement(NETWORK.class_(3), EXACT_MATCH, synset("n03126707")),
    ]


def test_a_class_without_wnid_is_not_linked_by_its_name():
    named = Architecture("net", "0a1b2c3d", {}, (OutputClass(0, "dog"),))
    assert list(links(named)) == []


def test_classes_beyond_the_shipped_wordnet_are_told():
    assert beyond_wordnet(NETWORK) == (UNICORN,)


def test_known_wnids_are_those_wordnet_can_speak_of():
    assert known_wnids(NETWORK) == ("n02084071", "n03126707")
