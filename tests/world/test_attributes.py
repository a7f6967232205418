"""Votes and scores follow from what can be seen."""

import numpy as np
import pytest

from kgexplain.world.attributes import ATTRIBUTES, PLAIN, scenic_score, scenic_votes
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Picture, Surface
from kgexplain.world.scenes import empty_scene

TREES = next(attribute for attribute in ATTRIBUTES if attribute.name == "trees")


def picture(**shares):
    """A picture of 1000 pixels, so many of them each object's."""
    indices = np.zeros((25, 40), dtype=np.uint8)
    surfaces, start = [Surface("nothing", "", "grey")], 0
    for name, pixels in shares.items():
        indices.flat[start : start + pixels] = len(surfaces)
        surfaces.append(Surface(name, "", "grey"))
        start += pixels
    return Picture(np.zeros((25, 40, 3), dtype=np.uint8), indices, tuple(surfaces), "field")


@pytest.mark.parametrize(
    ("pixels", "votes"), [(0, 0), (3, 0), (4, 1), (19, 1), (20, 2), (49, 2), (50, 3), (900, 3)]
)
def test_voters_see_an_attribute_from_their_share_of_the_picture(pixels, votes):
    assert TREES.votes(picture(tree=pixels)) == votes


def test_a_picture_of_nothing_has_the_plain_score():
    assert scenic_score(picture()) == PLAIN == 4.0


def test_the_score_is_the_weighted_sum_of_votes():
    """4 + 0.8 · 3/3 (tree 100) + 1.5 · 2/3 (mountain 30) - 1.2 · 1/3 (building 5) = 5.4."""
    assert scenic_score(picture(tree=100, mountain=30, building=5)) == pytest.approx(5.4)


def test_every_score_is_within_one_and_ten():
    good = PLAIN + sum(attribute.weight for attribute in ATTRIBUTES if attribute.weight > 0)
    bad = PLAIN + sum(attribute.weight for attribute in ATTRIBUTES if attribute.weight < 0)
    assert (round(good, 6), round(bad, 6)) == (9.7, 0.4)
    assert min(scenic_score(empty_scene(0, number)) for number in range(30)) >= 1


def test_votes_are_opinions_around_the_score():
    shown = picture(tree=100, mountain=30, building=5)
    votes = [vote for seed in range(300) for vote in scenic_votes(shown, Dice(seed))]
    assert set(votes) == {4, 5, 6}
    assert abs(np.mean(votes) - 5.4) < 0.05


def test_three_to_seven_people_vote():
    assert {len(scenic_votes(picture(), Dice(seed))) for seed in range(100)} == {3, 4, 5, 6, 7}


def test_each_attribute_is_seen_in_some_scenes_and_not_in_others():
    seen = np.array(
        [[a.votes(scene) >= 2 for a in ATTRIBUTES] for scene in (empty_scene(1, n) for n in range(40))]
    )
    assert seen.any(axis=0).all()
    assert not seen.all(axis=0).any()
