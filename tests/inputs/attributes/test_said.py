import hashlib
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.errors import InputError
from kgexplain.inputs.attributes import Phrase
from kgexplain.inputs.attributes.said import of_captions

WHITE, BLACK, LONG = Phrase("white", "head"), Phrase("black", "tail"), Phrase("long", "bill")


def attributes(found, name="told"):
    """``found`` has the phrases of each photograph by key."""
    return of_captions(name, dict.fromkeys(found, ("said",)), found.values(), "a tagger")


@pytest.fixture
def three():
    """a: white twice, black; b: nothing; c: white, long."""
    return attributes({"a": [WHITE, BLACK, WHITE], "b": [], "c": [LONG, WHITE]})


def test_phrases_are_sorted_by_text(three):
    assert [phrase.text for phrase in three.phrases] == ["black tail", "long bill", "white head"]


def test_an_attribute_is_present_or_not(three):
    assert three.present.toarray().tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 1]]
    assert three.present.dtype == three.counts.dtype == np.float32


def test_counts_are_how_often_it_is_said(three):
    assert three.counts.toarray().tolist() == [[1, 0, 2], [0, 0, 0], [0, 1, 1]]


def test_document_frequencies_count_photographs(three):
    assert three.document_frequencies.tolist() == [1, 1, 2]


def test_one_text_is_one_attribute_called_as_most_call_it():
    usual, rare = Phrase("red", "malar strip"), Phrase("red malar", "strip")
    found = attributes({"a": [rare, usual], "b": [usual]})
    assert found.phrases == (usual,)
    assert found.counts.toarray().tolist() == [[2], [1]]


def test_of_some_keeps_their_rows_in_the_order_of_the_set_and_all_phrases(three):
    some = three.of(["c", "a"])
    assert some.images == ("a", "c")
    assert some.phrases == three.phrases
    assert some.counts.toarray().tolist() == [[1, 0, 2], [0, 1, 1]]
    assert set(some.captions) == {"a", "c"}


def test_of_some_knows_which_of_these_nothing_is_said_of(three):
    some = replace(three, without=("d", "e"), unused=("x",)).of(["a", "e"])
    assert (some.images, some.without, some.unused) == (("a",), ("e",), ("x",))


def test_of_none_is_empty(three):
    none = three.of([])
    assert (none.images, none.present.shape) == ((), (0, 3))
    assert none.document_frequencies.tolist() == [0, 0, 0]


def test_of_a_photograph_that_is_not_of_the_set_is_refused(three):
    with pytest.raises(
        InputError, match=r"^x, y: no photograph of the set that told describes; it has a, b, c$"
    ):
        three.of(["a", "y", "x"])


def test_frequent_keeps_the_attributes_of_so_many_photographs(three):
    often = three.frequent(2)
    assert [phrase.text for phrase in often.phrases] == ["white head"]
    assert often.counts.toarray().tolist() == [[2], [0], [1]]
    assert often.images == three.images


def test_frequent_refuses_to_leave_nothing(three):
    with pytest.raises(
        InputError, match=r"^min_df 3: no attribute of told is said of so many .* 'white head' is, of 2$"
    ):
        three.frequent(3)


def test_frequent_of_no_attributes_says_so():
    with pytest.raises(InputError, match=r"most often there is none$"):
        attributes({"a": []}).frequent(1)


PHRASES = st.lists(st.sampled_from([WHITE, BLACK, LONG, Phrase("", "bill"), Phrase("long black", "bill")]))
FOUND = st.dictionaries(st.text("abc", min_size=1), PHRASES, min_size=1)


@given(FOUND, st.data())
def test_of_twice_is_of_what_both_have(found, data):
    told = attributes(found)
    first = data.draw(st.sets(st.sampled_from(sorted(found))))
    second = {key for key in sorted(first) if data.draw(st.booleans())}
    assert told.of(first).of(second).digest == told.of(second).digest


@given(FOUND, st.data())
def test_document_frequencies_of_two_halves_add_up(found, data):
    told = attributes(found)
    half = data.draw(st.sets(st.sampled_from(sorted(found))))
    rest = set(found) - half
    both = told.of(half).document_frequencies + told.of(rest).document_frequencies
    assert both.tolist() == told.document_frequencies.tolist()


@given(FOUND.filter(lambda found: any(found.values())), st.integers(0, 3), st.integers(0, 3))
def test_frequent_twice_is_the_stricter_of_the_two(found, one, other):
    told = attributes(found)
    most = int(told.document_frequencies.max())
    one, other = min(one, most), min(other, most)
    assert told.frequent(one).frequent(other).digest == told.frequent(max(one, other)).digest


@given(FOUND)
def test_the_order_of_phrases_within_a_photograph_does_not_matter(found):
    turned = {key: phrases[::-1] for key, phrases in found.items()}
    assert attributes(turned).digest == attributes(found).digest


@given(FOUND, st.data())
def test_the_digest_tells_what_is_said_from_anything_else(found, data):
    key = data.draw(st.sampled_from(sorted(found)))
    more = found | {key: [*found[key], WHITE]}
    assert attributes(more).digest != attributes(found).digest


def test_the_digest_does_not_depend_on_the_name_of_the_source(three):
    found = {"a": [WHITE, BLACK, WHITE], "b": [], "c": [LONG, WHITE]}
    assert attributes(found, "another").digest == three.digest


def test_the_digest_is_of_bytes_that_are_the_same_on_every_machine():
    """One row, of both phrases: rows begin at 0 and end at 2, in columns 0 and 1; black is said once, white twice."""
    told = attributes({"a": [WHITE, BLACK, WHITE]})
    places = struct.pack("<2q", 0, 2) + struct.pack("<2q", 0, 1)
    present, counts = (places + struct.pack("<2f", *values) for values in ((1, 1), (1, 2)))
    expected = hashlib.sha256(b"a\nblack\0tail\nwhite\0head\n" + present + counts)
    assert told.digest == expected.hexdigest()
