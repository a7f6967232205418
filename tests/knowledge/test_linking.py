"""Classes, joined to synsets."""

from pyoxigraph import Literal

from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.knowledge.ili import InterlingualIndex
from kgexplain.knowledge.linking import (
    Link,
    Meanings,
    beyond_wordnet,
    class_links,
    known_wnids,
    link_statements,
    links,
    links_document,
    open_statements,
    synset_links,
)
from kgexplain.knowledge.mapping import Mapped
from kgexplain.knowledge.senses import Candidate, Choice
from kgexplain.vocabulary import (
    CANDIDATE,
    CLOSE_MATCH,
    EXACT_MATCH,
    LINK,
    OPEN_BECAUSE,
    A,
    Statement,
    synset,
    term,
)

DOG = OutputClass(0, "dog", "n02084071")
GNOME = OutputClass(1, "gnome")
UNICORN = OutputClass(2, "unicorn", "n09495619")
CRANE = OutputClass(3, "crane", "n03126707")
ONLY_GNOME = Architecture("net", "0a1b2c3d", {}, (OutputClass(0, "gnome"),))
NETWORK = Architecture("net", "0a1b2c3d", {}, (DOG, GNOME, UNICORN, CRANE))


def chosen(word, wnid):
    return Choice(word, (Candidate(wnid, 0.75, "met 2 of 3 times"),))


def direct(statements):
    """What is said directly, without the nodes that say how it was found."""
    return [s for s in statements if s.predicate in (EXACT_MATCH, CLOSE_MATCH)]


def link_nodes(statements):
    """Each link's node, with its properties by their local names."""
    nodes = {}
    for s in statements:
        nodes.setdefault(s.subject, {})[s.predicate.value.rpartition("#")[2]] = s.object
    return [properties for properties in nodes.values() if properties.get("type") == LINK]


def test_every_class_with_a_wnid_is_what_the_wnid_names_and_so_close_to_it():
    assert direct(links(NETWORK)) == [
        Statement(NETWORK.class_(index), match, synset(wnid))
        for index, wnid in ((0, "n02084071"), (2, "n09495619"), (3, "n03126707"))
        for match in (EXACT_MATCH, CLOSE_MATCH)
    ]


def test_a_link_says_how_it_was_found_and_how_sure_it_is():
    assert link_nodes(links(NETWORK))[0] == {
        "type": LINK,
        "source": NETWORK.class_(0),
        "target": synset("n02084071"),
        "mapping": EXACT_MATCH,
        "linkMethod": Literal("wnid"),
        "confidence": Literal(1.0),
        "comment": Literal("n02084071 is the offset of this synset in WordNet 3.0"),
    }


def test_links_of_different_pairs_have_different_names():
    nodes = {s.subject for s in links(NETWORK) if s.object == LINK}
    assert len(nodes) == 3


def test_links_have_a_document_of_their_own():
    assert links_document(NETWORK) == "https://w3id.org/kgexplain/links/net--0a1b2c3d"


def test_a_class_without_wnid_is_not_linked_by_its_name():
    named = Architecture("net", "0a1b2c3d", {}, (OutputClass(0, "dog"),))
    assert list(links(named)) == []


def test_a_mapping_goes_before_a_chosen_sense():
    meanings = Meanings({"gnome": Mapped("n09549643", "the garden kind")}, {1: chosen("gnome", "n06692907")})
    assert Link(
        NETWORK.class_(1), synset("n09549643"), CLOSE_MATCH, "mapping", 1.0, "the garden kind"
    ) in list(class_links(NETWORK, meanings))


def test_a_mapping_without_a_comment_says_so():
    (found,) = class_links(ONLY_GNOME, Meanings({"gnome": Mapped("n09549643")}))
    assert found.why == "a person said so"


def test_a_mapping_can_name_a_class_by_its_number():
    (found,) = class_links(ONLY_GNOME, Meanings({"0": Mapped("n09549643")}))
    assert found.target == synset("n09549643")


def test_a_wnid_goes_before_a_mapping():
    found = list(class_links(NETWORK, Meanings({"crane": Mapped("n02012849")})))
    assert [link.target for link in found if link.source == NETWORK.class_(3)] == [synset("n03126707")]


def test_a_chosen_sense_is_close_and_as_sure_as_the_choice():
    (found,) = class_links(ONLY_GNOME, Meanings({}, {0: chosen("gnome", "n09549643")}))
    assert found == Link(
        ONLY_GNOME.class_(0), synset("n09549643"), CLOSE_MATCH, "sense", 0.75, "met 2 of 3 times"
    )


def test_an_open_choice_is_no_link():
    left = Choice("gnome", chosen("gnome", "n09549643").candidates, "no sense is likely enough")
    assert list(class_links(ONLY_GNOME, Meanings({}, {0: left}))) == []


def test_an_open_word_says_why_and_what_it_may_mean():
    left = Choice("gnome", chosen("gnome", "n09549643").candidates, "no sense is likely enough")
    said = list(open_statements({ONLY_GNOME.class_(0): left}, links_document(ONLY_GNOME)))
    assert said[0] == Statement(ONLY_GNOME.class_(0), OPEN_BECAUSE, Literal("no sense is likely enough"))
    assert {(s.predicate, s.object) for s in said[1:]} == {
        (A, CANDIDATE),
        (term("kgx:source"), ONLY_GNOME.class_(0)),
        (term("kgx:target"), synset("n09549643")),
        (term("kgx:confidence"), Literal(0.75)),
        (term("rdfs:comment"), Literal("met 2 of 3 times")),
    }


def test_a_synset_is_linked_to_its_identifier_and_to_three_iris_of_3_1():
    index = InterlingualIndex({"02084071-n": "i46360"}, {"i46360": "02086723-n"})
    assert [
        (s.subject.value, s.object.value)
        for s in direct(link_statements(synset_links(["n02084071"], index), "x:"))
    ] == [
        ("http://wordnet-rdf.princeton.edu/pwn30/02084071-n", iri)
        for iri in (
            "http://globalwordnet.org/ili/i46360",
            "http://wordnet-rdf.princeton.edu/id/02086723-n",
            "http://wordnet-rdf.princeton.edu/wn31/102086723-n",
            "https://en-word.net/id/oewn-02086723-n",
        )
    ]


def test_classes_beyond_the_shipped_wordnet_are_told():
    assert beyond_wordnet(NETWORK) == (UNICORN,)


def test_known_wnids_are_those_wordnet_can_speak_of():
    assert known_wnids(NETWORK) == ("n02084071", "n03126707")
