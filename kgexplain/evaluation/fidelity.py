"""What rules are worth together: how often they say what the network says, on images that they were not learned from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int

from kgexplain.answers.concepts.rules import Learning, Rule, estimate, rules, satisfied
from kgexplain.answers.concepts.shown import Shown

_NONE = -1


@dataclass(frozen=True)
class Fidelity:
    """Rules on held-out images: how many images, for how many a rule speaks, for how many it says the network's class.

    Beside it, what the same learning comes to where predictions are dealt to the images at random, a mean over draws; and
    for how many images the class is right that is predicted most often among those that were learned from.
    """

    images: int
    spoken: int
    right: int
    spoken_by_chance: float
    right_by_chance: float
    right_by_most_frequent: int

    @property
    def coverage(self) -> float:
        """For what share of the images a rule speaks."""
        return self.spoken / self.images if self.images else 0.0

    @property
    def precision(self) -> float:
        """Of the images that a rule speaks for, the share that it says the network's class for."""
        return self.right / self.spoken if self.spoken else 0.0

    @property
    def precision_by_chance(self) -> float:
        """The same where predictions are dealt at random."""
        return self.right_by_chance / self.spoken_by_chance if self.spoken_by_chance else 0.0

    @property
    def fidelity(self) -> float:
        """For what share of all images the rules say the network's class; where none speaks, they do not."""
        return self.right / self.images if self.images else 0.0


def fidelity(
    found: Sequence[Rule],
    seen: Shown,
    held_out: Bool[np.ndarray, " images"],
    learning: Learning,
    draws: int = 5,
) -> Fidelity:
    """What rules are worth on the images that were held out, beside chance."""
    spoken, right = _counts(said(found, seen, held_out), seen, held_out)
    random = np.random.default_rng(learning.seed)
    chance = [_by_chance(seen, held_out, learning, random) for _ in range(draws)]
    means = np.mean(chance, axis=0) if chance else np.zeros(2)
    most = np.bincount(seen.predicted[~held_out], minlength=1).argmax()
    return Fidelity(
        images=int(held_out.sum()),
        spoken=spoken,
        right=right,
        spoken_by_chance=float(means[0]),
        right_by_chance=float(means[1]),
        right_by_most_frequent=int((seen.predicted[held_out] == most).sum()),
    )


def said(
    found: Sequence[Rule], seen: Shown, held_out: Bool[np.ndarray, " images"]
) -> Int[np.ndarray, " images"]:
    """The class that the rules say of each image: that of the surest rule, by what it was learned from; −1 where none."""
    place = {class_: i for i, class_ in enumerate(seen.classes)}
    sure = np.zeros(len(seen.images))
    classes = np.full(len(seen.images), _NONE)
    for rule in found:
        holds, own = satisfied(rule, seen), seen.of(place[rule.class_])
        worth = estimate(holds[~held_out], own[~held_out])
        better = holds & (worth > sure)
        sure[better], classes[better] = worth, place[rule.class_]
    return classes


def _counts(classes: np.ndarray, seen: Shown, held_out: np.ndarray) -> tuple[int, int]:
    spoken = held_out & (classes != _NONE)
    return int(spoken.sum()), int((spoken & (classes == seen.predicted)).sum())


def _by_chance(
    seen: Shown, held_out: np.ndarray, learning: Learning, random: np.random.Generator
) -> tuple[int, int]:
    dealt = replace(seen, predicted=random.permutation(seen.predicted))
    return _counts(said(rules(dealt, learning, held_out), dealt, held_out), dealt, held_out)
