"""Rules by hand, on images that are few enough to read; and laws that hold for all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgexplain.answers.concepts.rules import Learning, bodies, estimate, kept_back, rules, satisfied
from kgexplain.answers.concepts.shown import Sight, shown
from kgexplain.errors import InputError

# Trees are grown for each example, which takes its time.
FEW = settings(max_examples=25)
NAMES = {name: name for name in ("cat", "dog", "car", "ear", "fur", "wheel", "window")}
# A cat has fur and ears and no collar; a dog fur and ears and a collar; a car wheels.
PICTURES = {"cat": ("fur", "ear"), "dog": ("fur", "ear", "collar"), "car": ("wheel", "window")}
NAMES["collar"] = "collar"


def sights(pictures=PICTURES, each=8):
    for class_, concepts in pictures.items():
        for i in range(each):
            yield from (Sight(f"{class_}{i:02}", class_, concept) for concept in concepts or (None,))


def nothing_held_out(seen):
    return np.zeros(len(seen.images), dtype=bool)


def learned(pictures=PICTURES, each=8, **options):
    seen = shown(sights(pictures, each), NAMES)
    return rules(seen, Learning(**options), nothing_held_out(seen))


def texts(found):
    return [rule.text for rule in found]


def test_rules_by_hand():
    """Fur alone is of 16 images, 8 of them cats; with not collar of 8 cats. Either of wheel and window is a car."""
    assert texts(learned()) == ["car ⇐ wheel", "cat ⇐ ear ∧ not collar", "dog ⇐ collar"]


def test_support_and_confidence_by_hand():
    """Ten images show fur, seven of them are cats: 7/10."""
    rows = [*sights({"cat": ("fur",)}, 7), *sights({"car": ("fur",)}, 3), *sights({"dog": ("wheel",)}, 5)]
    seen = shown(rows, NAMES)
    (rule,) = (r for r in rules(seen, Learning(), nothing_held_out(seen)) if r.class_ == "cat")
    assert (rule.text, rule.support, rule.confidence) == ("cat ⇐ fur", 10, 0.7)


def test_fidelity_is_of_held_out_images_that_satisfy_the_rule():
    """Of eight cats two are held out; so are two images of a car with fur: 2/4."""
    rows = [*sights({"cat": ("fur",)}), *sights({"car": ("wheel",)})]
    rows += [Sight(f"odd{i}", "car", "fur") for i in range(2)]
    seen = shown(rows, NAMES)
    held_out = np.isin(seen.images, ["cat00", "cat01", "odd0", "odd1"])
    (rule,) = (r for r in rules(seen, Learning(), held_out) if r.class_ == "cat")
    assert (rule.unseen, rule.fidelity, rule.support) == (4, 0.5, 10)


def test_a_rule_that_no_held_out_image_satisfies_has_no_fidelity():
    assert {rule.fidelity for rule in learned()} == {None}


def test_held_out_images_teach_nothing():
    """The collar is only on held-out dogs: without them nothing tells dogs from cats."""
    rows = [*sights({"cat": ("fur",), "dog": ("fur",)}), *sights({"dog": ("collar",)}, 2)]
    seen = shown(rows, NAMES)
    held_out = np.isin(seen.images, ["dog00", "dog01"])
    assert not any("collar" in rule.text for rule in rules(seen, Learning(), held_out))


def test_a_class_of_two_kinds_has_two_rules():
    rows = [*sights({"cat": ("fur",)}, 6), *sights({"car": ("window",)}, 9)]
    rows += [Sight(f"bald{i}", "cat", "ear") for i in range(5)]
    seen = shown(rows, NAMES)
    found = [r for r in rules(seen, Learning(), nothing_held_out(seen)) if r.class_ == "cat"]
    assert [(r.rank, r.text) for r in found] == [(1, "cat ⇐ fur"), (2, "cat ⇐ ear")]


def test_of_two_kinds_only_the_best_rule_is_kept_if_one_is_asked_for():
    rows = [*sights({"cat": ("fur",)}, 6), *sights({"car": ("window",)}, 9)]
    rows += [Sight(f"bald{i}", "cat", "ear") for i in range(5)]
    seen = shown(rows, NAMES)
    assert texts(rules(seen, Learning(rules=1), nothing_held_out(seen))) == ["car ⇐ window", "cat ⇐ fur"]


def test_what_is_only_not_there_is_no_reason():
    """The car shows nothing at all: only that it has no fur could be said of it."""
    assert [r.class_ for r in learned({"cat": ("fur",), "car": ()})] == ["cat"]


def test_rules_are_no_longer_than_asked():
    found = learned(conditions=1)
    assert {len(r.requires) + len(r.excludes) for r in found} == {1}


def test_a_rule_of_one_condition_must_still_be_sure_enough():
    """Fur is of 8 cats and 8 dogs: a half is enough, more is not."""
    sure = learned(conditions=1, least_confidence=0.51)
    assert [r.class_ for r in sure] == ["car", "dog"]


def test_a_rule_holds_for_enough_images():
    """A window is of three of eight cars, a wheel of the others: only the wheel is of four or more."""
    pictures = [*sights({"cat": ("fur",)}), *sights({"car": ("wheel",)}, 5)]
    seen = shown([*pictures, *(Sight(f"van{i}", "car", "window") for i in range(3))], NAMES)
    assert texts(rules(seen, Learning(least_images=4), nothing_held_out(seen))) == [
        "car ⇐ wheel",
        "cat ⇐ fur",
    ]


def test_a_class_of_too_few_images_has_no_rule():
    assert [r.class_ for r in learned(least_images=9)] == []


def test_one_class_has_no_rules():
    assert learned({"cat": ("fur",)}) == ()


def test_images_without_concepts_have_no_rules():
    assert learned({"cat": (), "dog": ()}) == ()


def test_held_out_is_a_share_of_each_class():
    seen = shown(
        [*sights({"cat": ("fur",)}, 8), *sights({"dog": ("ear",)}, 4), *sights({"car": ()}, 1)], NAMES
    )
    chosen = kept_back(seen, Learning(held_out=0.25))
    assert [int((chosen & seen.of(i)).sum()) for i in range(3)] == [0, 2, 1]


def test_never_all_images_of_a_class_are_held_out():
    seen = shown(sights({"cat": ("fur",), "dog": ("ear",)}, 3), NAMES)
    assert int(kept_back(seen, Learning(held_out=0.99)).sum()) == 4


def test_another_seed_holds_out_others():
    seen = shown(sights(), NAMES)
    one, other = (kept_back(seen, Learning(seed=seed)) for seed in (0, 1))
    assert (one != other).any()


def test_few_images_are_drawn_to_the_prior():
    """Three of three among 12 images of which 3 are of the class: (3 + 2/4) / 5."""
    own = np.arange(12) < 3
    assert estimate(own, own) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"conditions": 0}, "conditions is 0; it must be at least 1"),
        ({"least_images": 0}, "least_images is 0; it must be at least 1"),
        ({"rules": 0}, "rules is 0; it must be at least 1"),
        ({"least_confidence": 1.5}, "least_confidence is 1.5; it is a share, 0 to 1"),
        ({"held_out": 1.0}, "held_out is 1; it must be more than 0 and less than 1"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
    ],
)
def test_options_that_cannot_be(option, message):
    with pytest.raises(InputError, match=message):
        Learning(**option)


pictures = st.lists(
    st.tuples(
        st.sampled_from(["cat", "dog", "car"]), st.frozensets(st.sampled_from(["ear", "fur", "wheel"]))
    ),
    min_size=1,
    max_size=40,
)


def drawn(pictures):
    return shown(
        [
            Sight(f"i{i:02}", class_, concept)
            for i, (class_, concepts) in enumerate(pictures)
            for concept in concepts or (None,)
        ],
        NAMES,
    )


@given(pictures, st.randoms())
@FEW
def test_the_order_of_rows_does_not_matter(pictures, random):
    rows = [
        Sight(f"i{i:02}", class_, concept)
        for i, (class_, concepts) in enumerate(pictures)
        for concept in concepts or (None,)
    ]
    shuffled = random.sample(rows, len(rows))
    one, other = shown(rows, NAMES), shown(shuffled, NAMES)
    held_out = kept_back(one, Learning())
    assert rules(one, Learning(least_images=1), held_out) == rules(other, Learning(least_images=1), held_out)


@given(pictures)
@FEW
def test_each_rule_is_true_of_its_images_one_by_one(pictures):
    """The slow twin: images read one by one."""
    seen = drawn(pictures)
    held_out = kept_back(seen, Learning())
    for rule in rules(seen, Learning(least_images=1), held_out):
        true = [
            i
            for i in range(len(seen.images))
            if all(seen.shows[i, seen.concepts.index(c)] for c in rule.requires)
            and not any(seen.shows[i, seen.concepts.index(c)] for c in rule.excludes)
        ]
        hits = [i for i in true if seen.classes[seen.predicted[i]] == rule.class_]
        assert (rule.support, rule.confidence) == (len(true), len(hits) / len(true))
        assert satisfied(rule, seen).nonzero()[0].tolist() == true


@given(pictures)
@FEW
def test_each_rule_keeps_what_was_asked_for(pictures):
    seen = drawn(pictures)
    learning = Learning(conditions=2, least_images=2, least_confidence=0.6)
    everything = np.ones(len(seen.images), dtype=bool)
    for class_ in range(len(seen.classes)):
        for body in bodies(seen, class_, learning, everything):
            holds = body.holds(seen.shows)
            assert 1 <= body.conditions <= 2
            assert body.requires
            assert holds.sum() >= 2
            assert seen.of(class_)[holds].mean() >= max(0.6, seen.of(class_).mean())


@given(pictures)
@FEW
def test_no_two_rules_of_a_class_explain_the_same_images(pictures):
    seen = drawn(pictures)
    everything = np.ones(len(seen.images), dtype=bool)
    for class_ in range(len(seen.classes)):
        found = bodies(seen, class_, Learning(least_images=1), everything)
        explained = {tuple(np.flatnonzero(body.holds(seen.shows) & seen.of(class_))) for body in found}
        assert len(explained) == len(found)


def test_two_classes_of_the_same_look_have_no_rule_that_is_sure():
    assert learned({"cat": ("fur",), "dog": ("fur",)}, least_confidence=0.6) == ()


def test_a_network_that_says_otherwise_has_other_rules():
    """What counts is what the network says, not what the image shows."""
    seen = shown(sights(), NAMES)
    swapped = replace(seen, predicted=seen.predicted[::-1].copy())
    assert texts(rules(swapped, Learning(), nothing_held_out(seen)))[0].startswith("car ⇐ ")
    assert "car ⇐ collar" in texts(rules(swapped, Learning(), nothing_held_out(seen)))


def test_exactly_as_sure_as_asked_is_sure_enough():
    """Fur is of eight cats and eight dogs."""
    found = learned({"cat": ("fur",), "dog": ("fur",), "car": ("wheel",)}, least_confidence=0.5)
    assert texts(found) == ["car ⇐ wheel", "cat ⇐ fur", "dog ⇐ fur"]
