"""Sentence BLEU, each variant by hand and by the paper's formula, and sentences of other images beside it."""

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgexplain.errors import InputError
from kgexplain.evaluation.bleu import (
    OTHER_IMAGES,
    VARIANTS,
    Told,
    bleu,
    legacy,
    others_by_lot,
    sentence_score,
    words,
)
from kgexplain.evaluation.bootstrap import Bootstrap

FEW = Bootstrap(drawings=30)
SENTENCE = "This is a Least Auklet because it has white belly, and red bill."
CAPTIONS = ("this bird has a white belly and a short bill", "it has a red bill")


def test_one_word_by_hand():
    """13 words; this, a, it, has, white, belly, and, red, bill are said: 9. It is longer than what is said."""
    assert sentence_score(SENTENCE, CAPTIONS, "bleu1") == pytest.approx(9 / 13)


def test_a_sentence_shorter_than_the_captions_is_less():
    """Two words of six: exp(1 − 6/2)."""
    assert sentence_score("white belly", ["it has a white belly too"], "bleu1") == pytest.approx(
        math.exp(1 - 6 / 2)
    )


def test_a_word_counts_as_often_as_it_is_in_one_caption():
    """White is once in each caption, so once of three."""
    captions = ["a white bill", "a white tail"]
    assert sentence_score("white white white", captions, "bleu1") == pytest.approx(1 / 3)


def test_without_four_words_in_common_bleu4_is_nothing():
    assert sentence_score(SENTENCE, CAPTIONS, "bleu4") < 1e-70


def test_smoothing_counts_a_tenth_for_no_match():
    """9/13 words; it has, white belly, belly and, red bill: 4 of 12; belly of three: white belly and, 1 of 11; none of 10."""
    expected = (9 / 13 * 4 / 12 * 1 / 11 * 0.1 / 10) ** 0.25
    assert sentence_score(SENTENCE, CAPTIONS, "bleu4_smoothed") == pytest.approx(expected)


def test_the_legacy_rule_leaves_out_what_does_not_match():
    assert sentence_score(SENTENCE, CAPTIONS, "nltk_legacy") == pytest.approx(
        (9 / 13 * 4 / 12 * 1 / 11) ** 0.25
    )


def test_the_legacy_rule_stops_at_the_first_run_that_does_not_match():
    """One word of two matches and no two: the fourth root of a half; captions are of two words."""
    assert sentence_score("white bill", ["white tail"], "nltk_legacy") == pytest.approx(0.5**0.25)


def test_the_legacy_rule_averages_what_matches_before_the_first_that_does_not():
    precisions = [Fraction(n, 5) for n in (3, 1, 0, 2)]
    assert legacy(precisions) == precisions[:2]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_caption_itself_is_perfect(variant):
    assert sentence_score("It has a red bill!", CAPTIONS, variant) == pytest.approx(1)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("sentence", ["", "…", "gnome"])
def test_what_has_nothing_in_common_is_nothing(variant, sentence):
    assert sentence_score(sentence, CAPTIONS, variant) == 0


def twin(sentence, captions, weights, epsilon):
    """Papineni's formula: brevity penalty times the weighted geometric mean of clipped precisions."""
    logs = 0.0
    for n, weight in enumerate(weights, start=1):
        runs, *others = (
            Counter(tuple(s[i : i + n]) for i in range(len(s) - n + 1)) for s in (sentence, *captions)
        )
        matches = sum(min(count, max(other[run] for other in others)) for run, count in runs.items())
        logs += weight * math.log((matches or epsilon) / max(1, sum(runs.values())))
    closest = min((abs(len(c) - len(sentence)), len(c)) for c in captions)[1]
    return min(1.0, math.exp(1 - closest / len(sentence))) * math.exp(logs)


said = st.lists(st.sampled_from("abcd"), min_size=1, max_size=9)


@settings(deadline=None)
@given(said, st.lists(said, min_size=1, max_size=3))
def test_variants_beside_the_formula(sentence, captions):
    if not set(sentence) & {word for caption in captions for word in caption}:
        return
    texts = [" ".join(caption) for caption in captions]
    for variant, weights, epsilon in (("bleu1", (1,), 0), ("bleu4_smoothed", (0.25,) * 4, 0.1)):
        expected = twin(sentence, captions, weights, epsilon)
        assert sentence_score(" ".join(sentence), texts, variant) == pytest.approx(expected)


def test_words_are_small_and_without_punctuation():
    assert words("Long, white-tipped TAIL; it's 3.") == ["long", "white", "tipped", "tail", "it's", "3"]


TOLD = Told(
    ("it has a red bill", "it has a white bill", "gnome"),
    (("it has a red bill",), ("it has a red bill",), ("it has a red bill",)),
    np.array([True, True, False]),
)


def values(figures, variant="bleu1"):
    return {(f.group, f.baseline, f.above): f.interval.value for f in figures if f.variant == variant}


def test_means_of_right_wrong_and_all_images_by_hand():
    """1 and 4/5 are right, 0 · (brevity) is wrong."""
    found = values(bleu(TOLD, ["bleu1"], FEW))
    assert [found[group, "", ""] for group in ("right", "wrong", "")] == pytest.approx([0.9, 0, 0.6])


def test_groups_say_how_many_images_they_are():
    images = {f.group: f.images for f in bleu(TOLD, ["bleu1"], FEW)}
    assert images == {"": 3, "right": 2, "wrong": 1}


def test_the_baseline_has_the_sentences_of_other_images():
    """All captions are the same, so over all images other sentences fit as well; and no image has its own."""
    found = values(bleu(TOLD, ["bleu1"], FEW))
    assert found["", OTHER_IMAGES, ""] == pytest.approx(0.6)
    assert found["", "", OTHER_IMAGES] == pytest.approx(0)
    assert found["wrong", OTHER_IMAGES, ""] >= 0.8


def test_all_variants_are_there_if_none_is_asked_for():
    assert [*dict.fromkeys(f.variant for f in bleu(TOLD, bootstrap=FEW))] == list(VARIANTS)


def test_no_wrong_images_have_no_figure():
    right = Told(TOLD.sentences, TOLD.captions, np.ones(3, dtype=bool))
    assert math.isnan(values(bleu(right, ["bleu1"], FEW))["wrong", "", ""])


@given(st.integers(2, 30), st.integers(0, 5))
def test_each_image_gets_the_sentence_of_another_and_each_is_given_once(images, seed):
    others = others_by_lot(images, seed)
    assert sorted(others) == list(range(images))
    assert all(other != image for image, other in enumerate(others))


def test_an_unknown_variant_is_refused():
    with pytest.raises(
        InputError, match="BLEU has no variant rouge; it has bleu1, bleu4, bleu4_smoothed, nltk_legacy"
    ):
        bleu(TOLD, ["bleu1", "rouge"])


def test_images_without_captions_are_refused():
    with pytest.raises(InputError, match="1 of 2 images have no caption; leave them out"):
        Told(("a", "b"), (("c",), ()), np.array([True, True]))


def test_lists_of_different_images_are_refused():
    with pytest.raises(
        InputError, match="1 sentences, captions of 2 images, predictions of 2; each image has all three"
    ):
        Told(("a",), (("c",), ("d",)), np.array([True, True]))
