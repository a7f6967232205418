"""URIs of concepts: phrases as ConceptNet writes them, and IRIs that every engine takes."""

import pyoxigraph
import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st

from kgexplain.knowledge.conceptnet.terms import assertion, concept, iri, label, uri


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("dog", "dog"),
        ("Golden Retriever", "golden_retriever"),
        ("golden_retriever", "golden_retriever"),
        ("big dogs", "big_dogs"),
        ("a big dog", "big_dog"),
        ("turn on the light", "turn_on_light"),
        ("this is a test", "this_is_test"),
        ("to go", "go"),
        ("to to go", "go"),
        ("go to bed", "go_to_bed"),
        ("the", "the"),
        ("to the", "to_the"),
        ("to", "to"),
        ("yo-yo", "yo_yo"),
        ("jack-o'-lantern", "jack_o_lantern"),
        ("don't", "don't"),
        ("don’t", "don't"),
        ("dogs' home", "dogs_home"),
        ("o'clock", "o'clock"),
        ("l'eau", "l_eau"),
        ("carpenter's kit", "carpenter's_kit"),
        ("St. Bernard", "st_bernard"),
        ("e.g. this", "e.g_this"),
        ("3.5 mm, or 1,000", "3.5_mm_or_1,000"),
        ("test/test", "test_test"),
        ("Test?!", "test"),
        ("  two  blanks\t", "two_blanks"),
        ("U\N{COMBINING DIAERESIS}ber", "über"),
        ("Straße", "strasse"),
        ("L'Eau", "l_eau"),
    ],
)
def test_a_phrase_is_normalised_as_conceptnet_does(phrase, expected):
    assert concept(phrase) == f"/c/en/{expected}"


@pytest.mark.parametrize("phrase", ["", " ", "!", "_", ";-)", "'"])
def test_a_phrase_without_a_word_is_no_concept(phrase):
    assert concept(phrase) == ""


def test_articles_of_other_languages_stay():
    assert concept("a casa", "pt") == "/c/pt/a_casa"


@given(st.text())
def test_what_is_normalised_stays_as_it_is(phrase):
    once = concept(phrase, "xx")
    assert once == "" or concept(once.removeprefix("/c/xx/"), "xx") == once


@given(st.text())
def test_no_phrase_breaks_a_uri_or_a_line(phrase):
    term = concept(phrase)
    assert term == "" or (term.count("/") == 3 and not set(term) & set(' \t\n[]"<>'))


def test_a_label_is_the_words_without_part_of_speech_and_sense():
    assert label("/c/en/table_lamp/n/wn/artifact") == "table lamp"


def test_an_assertion_is_made_of_relation_start_and_end():
    made = assertion("/r/IsA", "/c/en/cat/n/wn/animal", "/c/en/feline")
    assert made == "/a/[/r/IsA/,/c/en/cat/n/wn/animal/,/c/en/feline/]"


HARD = '/a/[/r/IsA/,/c/en/50%_off/,/c/en/café/n/wikt/"x"<y>{z}|^`\\#?/]'


@given(st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: f"/c/en/{text}"))
@example(HARD)
def test_an_iri_leads_back_to_its_uri(text):
    assert uri(iri(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: f"/c/en/{text}"))
@example(HARD)
def test_an_iri_is_one_for_both_engines(text):
    node = iri(text)
    line = f"{node} {node} {node} .\n"
    (triple,) = pyoxigraph.parse(line, pyoxigraph.RdfFormat.N_TRIPLES)
    assert triple.subject == node
    (subject,) = rdflib.Graph().parse(data=line, format="nt").subjects()
    assert str(subject) == node.value


def test_letters_of_other_scripts_stay_as_conceptnet_has_them():
    assert iri("/c/ru/собака").value == "http://api.conceptnet.io/c/ru/собака"
