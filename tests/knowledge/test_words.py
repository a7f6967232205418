"""What the words of attributes and concepts mean, on a WordNet of a few synsets."""

from dataclasses import replace

import pytest
from pyoxigraph import NamedNode

from kgexplain.knowledge.mapping import Mapped
from kgexplain.knowledge.senses import SURE
from kgexplain.knowledge.wordnet import Hierarchy, Lexicon, Sense
from kgexplain.knowledge.words import ALONE, Word, meanings, surest
from kgexplain.vocabulary import BROAD_MATCH, CLOSE_MATCH, RELATED_MATCH, attribute, synset

PART, HEAD, WING, BILL, LAW, PATCH = (f"n{number:08d}" for number in range(1, 7))
WHITE, LONG, PALE = (f"a{number:08d}" for number in range(1, 4))
NAMES = {
    PART: "part",
    HEAD: "head",
    WING: "wing",
    BILL: "bill",
    LAW: "bill",
    PATCH: "patch",
    WHITE: "white",
    LONG: "long",
    PALE: "white",
}
SMALL = Lexicon(
    Hierarchy(
        {wnid: (name,) for wnid, name in NAMES.items()},
        {**dict.fromkeys(NAMES, ()), HEAD: (PART,), WING: (PART,), BILL: (PART,)},
    ),
    {wnid: f"gloss{number}" for number, wnid in enumerate(NAMES)},
    dict.fromkeys(NAMES, "noun.body"),
    {
        "head": (Sense(HEAD, 5),),
        "wing": (Sense(WING, 1),),
        "bill": (Sense(LAW, 1), Sense(BILL, 1)),
        "patch": (Sense(PATCH, 0),),
        "white": (Sense(WHITE, 9), Sense(PALE, 0)),
        "long": (Sense(LONG, 1),),
    },
    {},
    {**dict.fromkeys(NAMES, 1), PART: 4},
)


def word(noun, adjective=""):
    return Word(attribute(f"{adjective} {noun}".strip()), noun, adjective)


def understood(*words, lexicon=SMALL, mapped=None, least=SURE):
    return meanings(words, lexicon, mapped or {}, least)


def targets(meaning):
    return [(link.mapping, link.target, link.method) for link in meaning.links]


def test_a_white_head_is_a_head_and_white():
    (found,) = understood(word("head", "white"))
    assert targets(found) == [(BROAD_MATCH, synset(HEAD), "sense"), (RELATED_MATCH, synset(WHITE), "sense")]


def test_a_noun_alone_is_what_it_names():
    (found,) = understood(word("head"))
    assert targets(found) == [(CLOSE_MATCH, synset(HEAD), "sense")]


def test_a_link_is_of_the_attribute_and_says_which_word_it_is_by():
    """Met nine times and never: weights 10 and 1."""
    _, link = understood(word("head", "white"))[0].links
    assert (link.source, link.why) == (attribute("white head"), "white: met 9 of 9 times")
    assert link.confidence == pytest.approx(10 / 11)


def test_the_words_of_one_source_tell_what_a_noun_means():
    """Beside a head and a wing a bill is a part; by itself WordNet's first sense comes first, and both are as likely."""
    alone = understood(word("bill", "long"), least=0.01)
    beside = understood(word("bill", "long"), word("head", "white"), word("wing", "long"), least=0.01)
    assert targets(alone[0])[0][1] == synset(LAW)
    assert targets(beside[0])[0][1] == synset(BILL)


def test_an_attribute_of_each_colour_counts_its_noun_once():
    """Otherwise the list would have the noun twice, and it would stay open."""
    found = understood(word("head", "white"), word("head", "long"))
    assert [targets(one)[0][1] for one in found] == [synset(HEAD)] * 2


def test_what_stays_open_says_for_each_word_why_and_what_it_may_mean():
    (found,) = understood(word("bill", "rufous"))
    assert found.open.word == "rufous bill"
    assert (
        found.open.open
        == "bill: no sense is likely enough, the likeliest 0.50; rufous: no synset has this word"
    )
    assert [(c.wnid, c.why) for c in found.open.candidates] == [
        (LAW, "bill: met 1 of 2 times"),
        (BILL, "bill: met 1 of 2 times"),
    ]
    assert targets(found) == []


def test_what_is_known_leaves_nothing_open():
    (found,) = understood(word("head", "white"))
    assert (found.open, found.is_open) == (None, False)


def test_a_noun_is_linked_though_its_adjective_stays_open():
    (found,) = understood(word("head", "rufous"))
    assert targets(found) == [(BROAD_MATCH, synset(HEAD), "sense")]
    assert (found.open.open, found.is_open) == ("rufous: no synset has this word", False)


def test_each_of_several_adjectives_is_linked():
    (found,) = understood(word("head", "long white"))
    assert [target for _, target, _ in targets(found)[1:]] == [synset(LONG), synset(WHITE)]


def test_after_an_adjective_a_noun_that_wordnet_lacks_is_a_kind_of_its_last_word():
    (found,) = understood(word("cheek patch", "white"))
    assert targets(found)[0] == (BROAD_MATCH, synset(PATCH), "sense")


def test_a_phrase_that_is_no_noun_with_an_adjective_is_not_taken_apart():
    (found,) = understood(word("using patch"))
    assert targets(found) == []
    assert found.open.open == "using patch: no synset has this word"


@pytest.mark.parametrize(
    ("mapped", "expected"),
    [
        (
            {"bill": Mapped(BILL)},
            [(BROAD_MATCH, synset(BILL), "mapping"), (RELATED_MATCH, synset(WHITE), "sense")],
        ),
        (
            {"white bill": Mapped(BILL)},
            [(CLOSE_MATCH, synset(BILL), "mapping"), (RELATED_MATCH, synset(WHITE), "sense")],
        ),
        ({"white": Mapped(PALE)}, [(RELATED_MATCH, synset(PALE), "mapping")]),
        ({"white": Mapped(PATCH)}, [(RELATED_MATCH, synset(WHITE), "sense")]),
    ],
    ids=["a noun", "a whole phrase", "an adjective", "an adjective by a noun's synset"],
)
def test_a_mapping_goes_before_a_choice(mapped, expected):
    (found,) = understood(word("bill", "white"), mapped=mapped)
    assert targets(found) == expected


def test_a_mapping_says_what_the_person_noted():
    (found,) = understood(word("bill"), mapped={"bill": Mapped(BILL, "a bird's")})
    (link,) = found.links
    assert (link.confidence, link.why) == (1.0, "bill: a bird's")


def test_without_the_whole_wordnet_words_are_open():
    (found,) = understood(word("head", "white"), lexicon=None)
    assert found.open.open == f"head: {ALONE}; white: {ALONE}"


def test_of_several_sources_the_surest_meaning_counts():
    unsure = understood(word("bill", "white"))
    sure = understood(word("bill", "white"), mapped={"bill": Mapped(BILL)})
    for first, second in ((unsure, sure), (sure, unsure)):
        assert [targets(meaning)[0][1] for meaning in surest([*first, *second])] == [synset(BILL)]


def test_a_concept_of_any_kind_is_linked_by_its_word():
    node = NamedNode("https://example.org/concept")
    ((link,),) = [list(found.links) for found in understood(Word(node, "wing"))]
    assert (link.source, link.target, link.mapping) == (node, synset(WING), CLOSE_MATCH)


def named(noun, category):
    return Word(attribute(f"{noun} {category}"), noun, category=category)


def test_the_category_of_a_concept_tells_what_it_means():
    """A bill is a law rather than a part, met as often; as a part, whose domain is the body, it is ten times likelier."""
    lexicon = replace(SMALL, domains={**SMALL.domains, LAW: "noun.communication"})
    (as_part,) = understood(named("bill", "part"), lexicon=lexicon)
    (as_word,) = understood(named("bill", "opinion"), lexicon=lexicon, least=0.4)
    assert [target for _, target, _ in targets(as_part)] == [synset(BILL)]
    assert [target for _, target, _ in targets(as_word)] == [synset(LAW)]


def test_a_word_of_two_categories_is_looked_at_in_each():
    """White heads and a head that is stuff: the same word, and neither stands twice in its list."""
    found = understood(named("bill", "part"), named("bill", "texture"), least=0.01)
    assert [meaning.is_open for meaning in found] == [False, False]


def test_a_concept_without_adjective_is_what_it_names():
    (found,) = understood(named("head", "part"))
    assert targets(found) == [(CLOSE_MATCH, synset(HEAD), "sense")]


def test_a_mapping_can_be_of_a_word_of_one_category():
    mapped = {"bill (part)": Mapped(BILL, "a beak")}
    part, other = understood(named("bill", "part"), named("bill", "object"), mapped=mapped, least=0.01)
    assert targets(part) == [(CLOSE_MATCH, synset(BILL), "mapping")]
    assert targets(other)[0][2] == "sense"
