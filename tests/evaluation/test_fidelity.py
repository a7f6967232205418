"""What rules are worth on held-out images: by hand, and beside predictions that are dealt at random."""

from dataclasses import replace

import numpy as np
import pytest

from kgexplain.answers.concepts.rules import Learning, Rule, kept_back, rules
from kgexplain.answers.concepts.shown import Sight, shown
from kgexplain.evaluation.fidelity import fidelity, said

NAMES = {name: name for name in ("cat", "dog", "fur", "ear", "collar")}
LEARNING = Learning()


def rule(class_, *requires):
    return Rule(class_, 1, requires, (), 0, 0.0, 0, None, "")


def seen(*rows):
    """Images in this order, each its prediction and what it shows."""
    return shown(
        [
            Sight(f"i{i:02}", class_, concept)
            for i, (class_, *concepts) in enumerate(rows)
            for concept in concepts
        ],
        NAMES,
    )


# Six images to learn from, then four that are held out.
SEEN = seen(
    ("cat", "fur"),
    ("cat", "fur", "ear"),
    ("cat", "fur"),
    ("dog", "collar"),
    ("dog", "collar", "fur"),
    ("dog", "ear"),
    ("cat", "fur"),
    ("dog", "fur"),
    ("dog", "collar", "fur"),
    ("cat", "ear"),
)
HELD_OUT = np.arange(10) >= 6
FOUND = [rule("cat", "fur"), rule("dog", "collar")]


def test_the_surest_rule_speaks():
    """Fur is of four images, three of them cats: (3 + 1) / 6; a collar of two dogs: (2 + 1) / 4, which is surer."""
    classes = said(FOUND, SEEN, HELD_OUT)
    assert [SEEN.classes[i] if i >= 0 else None for i in classes[6:]] == ["cat", "cat", "dog", None]


def test_worth_by_hand():
    """Of four, three are spoken for, and two rightly; cats are three of the six learned from, so first, and two of the four."""
    worth = fidelity(FOUND, SEEN, HELD_OUT, LEARNING)
    assert (worth.images, worth.spoken, worth.right, worth.right_by_most_frequent) == (4, 3, 2, 2)


def test_shares_by_hand():
    worth = fidelity(FOUND, SEEN, HELD_OUT, LEARNING)
    assert (worth.coverage, worth.precision, worth.fidelity) == (0.75, pytest.approx(2 / 3), 0.5)


def test_without_rules_nothing_is_said():
    worth = fidelity([], SEEN, HELD_OUT, LEARNING)
    assert (worth.spoken, worth.right, worth.precision, worth.fidelity) == (0, 0, 0.0, 0.0)


def test_without_held_out_images_nothing_is_known():
    worth = fidelity(FOUND, SEEN, np.zeros(10, dtype=bool), LEARNING, draws=1)
    assert (worth.images, worth.coverage, worth.fidelity) == (0, 0.0, 0.0)


def test_what_is_learned_of_random_predictions_is_worth_little():
    """Forty cats with fur and forty dogs with a collar: rules say all; by chance they would say half, when they speak."""
    rows = [("cat", "fur", "ear")] * 40 + [("dog", "collar", "ear")] * 40
    pictures = seen(*rows)
    held_out = kept_back(pictures, LEARNING)
    worth = fidelity(rules(pictures, LEARNING, held_out), pictures, held_out, LEARNING, draws=10)
    assert worth.precision == 1.0
    assert 0.3 < worth.precision_by_chance < 0.7


def test_chance_is_drawn_with_the_seed():
    pictures = seen(*[("cat", "fur"), ("dog", "ear"), ("dog", "fur"), ("cat", "collar")] * 8)
    held_out = kept_back(pictures, LEARNING)
    one, same, other = (fidelity([], pictures, held_out, Learning(seed=seed), draws=3) for seed in (1, 1, 2))
    assert one == same
    assert replace(other, spoken_by_chance=0.0, right_by_chance=0.0) == replace(
        one, spoken_by_chance=0.0, right_by_chance=0.0
    )


# Learned from four cats with fur, two dogs and a cat with a collar; held out are six dogs with both.
TURNED = seen(
    *[("cat", "fur")] * 4, ("cat", "collar"), *[("dog", "collar")] * 2, *[("dog", "fur", "collar")] * 6
)
DOGS = np.arange(13) >= 7


def test_held_out_images_do_not_say_which_rule_is_surer():
    """By the images learned from fur is surer, (4 + 10/7) / 6 to (2 + 4/7) / 5; with the others a collar would be."""
    classes = said(FOUND, TURNED, DOGS)
    assert {TURNED.classes[i] for i in classes[7:]} == {"cat"}


def test_the_most_frequent_class_is_that_of_the_images_learned_from():
    assert fidelity(FOUND, TURNED, DOGS, LEARNING, draws=1).right_by_most_frequent == 0
