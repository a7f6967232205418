"""Short rules: which concepts an image shows, and which it does not, when a network takes it for a class."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool
from sklearn.tree import DecisionTreeClassifier

from kgexplain.answers.concepts.shown import Shown
from kgexplain.errors import InputError

# How many images the share of the class among all counts for, beside those that a condition is true of.
_PRIOR_IMAGES = 2.0
# So many concepts are tried as the first condition, the surest ones.
_FIRST = 8
_LEAF = -1


@dataclass(frozen=True)
class Learning:
    """How rules are learned.

    A rule has at most ``conditions``. It must hold for ``least_images`` of the images that it is learned from, and for
    the share ``least_confidence`` of them the network must say its class; a class with fewer images has none. ``held_out`` is the share of each class's
    images that nothing is learned from. A class has at most ``rules``. ``seed`` draws what is held out.
    """

    conditions: int = 3
    least_images: int = 5
    least_confidence: float = 0.5
    held_out: float = 0.25
    rules: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("conditions", "least_images", "rules"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if not 0 <= self.least_confidence <= 1:
            raise InputError(f"least_confidence is {self.least_confidence:g}; it is a share, 0 to 1")
        if not 0 < self.held_out < 1:
            raise InputError(f"held_out is {self.held_out:g}; it must be more than 0 and less than 1")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; it must be at least 0")


class Body(NamedTuple):
    """What a rule asks of an image: concepts that it shows, and concepts that it does not; columns of ``Shown``."""

    requires: frozenset[int]
    excludes: frozenset[int]

    def holds(self, shows: Bool[np.ndarray, "images concepts"]) -> Bool[np.ndarray, " images"]:
        """The images that it is true of."""
        found = shows[:, sorted(self.requires)].all(1) & ~shows[:, sorted(self.excludes)].any(1)
        return np.asarray(found)

    @property
    def conditions(self) -> int:
        """How many conditions it has."""
        return len(self.requires) + len(self.excludes)


@dataclass(frozen=True)
class Rule:
    """class ⇐ concept ∧ concept ∧ not concept. Things are IRIs; of a class, rules stand in the order of ``rank``.

    ``support`` is how many images satisfy it, and ``confidence`` for what share of them the network says the class.
    ``fidelity`` is that share among the ``unseen`` ones, images that nothing was learned from; None where there are none.
    """

    class_: str
    rank: int
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    support: int
    confidence: float
    unseen: int
    fidelity: float | None
    text: str


def rules(seen: Shown, learning: Learning, held_out: Bool[np.ndarray, " images"]) -> tuple[Rule, ...]:
    """The rules of all classes, in their order; a class that no rule is good enough for has none."""
    return tuple(
        _rule(seen, class_, rank, body, held_out)
        for class_ in range(len(seen.classes))
        for rank, body in enumerate(bodies(seen, class_, learning, ~held_out), start=1)
    )


def satisfied(rule: Rule, seen: Shown) -> Bool[np.ndarray, " images"]:
    """The images that satisfy a rule."""
    place = {concept: column for column, concept in enumerate(seen.concepts)}
    columns = (frozenset(place[concept] for concept in side) for side in (rule.requires, rule.excludes))
    return Body(*columns).holds(seen.shows)


def kept_back(seen: Shown, learning: Learning) -> Bool[np.ndarray, " images"]:
    """The images that are held out: of each class its share, drawn with the seed, and never all of them."""
    random = np.random.default_rng(learning.seed)
    chosen = np.zeros(len(seen.images), dtype=bool)
    for class_ in range(len(seen.classes)):
        own = random.permutation(np.flatnonzero(seen.of(class_)))
        chosen[own[: min(round(learning.held_out * len(own)), len(own) - 1)]] = True
    return chosen


def bodies(
    seen: Shown, class_: int, learning: Learning, learned_from: Bool[np.ndarray, " images"]
) -> tuple[Body, ...]:
    """What tells a class from all others, the best first.

    Where a concept is shown, a decision tree of the class against the rest finds what else to ask. Of the paths through
    the trees of the surest concepts, shortened, the best one is a rule; then the images of the class that it explains no
    longer count, and trees are grown for the others. So each rule explains images that none before it does.
    """
    shows, own = seen.shows[learned_from], seen.of(class_)[learned_from]
    left = own.copy()
    found: list[Body] = []
    if own.sum() < learning.least_images:
        return ()
    while shows.shape[1] and left.any() and len(found) < learning.rules:
        counting = left | ~own
        drafts = _candidates(shows[counting], own[counting], learning)
        candidates = {_shortened(body, shows, own) for body in drafts}
        good = [body for body in candidates if _is_good(body, shows, own, left, learning)]
        if not good:
            break
        found.append(max(good, key=lambda body: _worth(body, shows, own)))
        left &= ~found[-1].holds(shows)
    return tuple(sorted(found, key=lambda body: _worth(body, shows, own), reverse=True))


def estimate(holds: Bool[np.ndarray, " images"], own: Bool[np.ndarray, " images"]) -> float:
    """How sure a class is where something holds: its share, drawn towards that among all images where few hold.

    (hits + 2 · prior) / (holds + 2), the m-estimate of Cestnik (1990) with m = 2.

    >>> round(estimate(np.array([True, True, False, False]), np.array([True, True, False, False])), 2)
    0.75
    """
    hits = float((holds & own).sum())
    return (hits + _PRIOR_IMAGES * float(own.mean())) / (float(holds.sum()) + _PRIOR_IMAGES)


def _candidates(shows: np.ndarray, own: np.ndarray, learning: Learning) -> Iterator[Body]:
    """Conditions that begin with a concept that is there, as what is only not there is no reason for a class.

    A tree whose root may be any concept begins with one that the others show as soon as with one that the class shows.
    """
    hits, total = own @ shows, shows.sum(0)
    sure = (hits + _PRIOR_IMAGES * own.mean()) / (total + _PRIOR_IMAGES)
    for column in np.lexsort((-total, -sure))[:_FIRST].tolist():
        first = Body(frozenset({column}), frozenset())
        yield first
        inside = first.holds(shows)
        if learning.conditions > 1 and 0 < own[inside].sum() < inside.sum():
            yield from _paths(shows[inside], own[inside], first, learning)


def _paths(shows: np.ndarray, own: np.ndarray, first: Body, learning: Learning) -> Iterator[Body]:
    """The ways through a decision tree that is grown where the first condition holds, to each of its nodes."""
    tree = DecisionTreeClassifier(
        max_depth=learning.conditions - 1,
        min_samples_leaf=learning.least_images,
        class_weight="balanced",
        random_state=learning.seed,
    )
    grown = tree.fit(shows, own).tree_
    waiting = [(0, first)]
    while waiting:
        node, body = waiting.pop()
        yield body
        if grown.children_left[node] != _LEAF:
            column = frozenset({int(grown.feature[node])})
            waiting.append((int(grown.children_left[node]), body._replace(excludes=body.excludes | column)))
            waiting.append((int(grown.children_right[node]), body._replace(requires=body.requires | column)))


def _shortened(body: Body, shows: np.ndarray, own: np.ndarray) -> Body:
    """Without the conditions that make the class no surer; what is not there goes before what is."""
    for shorter in _shorter(body):
        if estimate(shorter.holds(shows), own) >= estimate(body.holds(shows), own):
            return _shortened(shorter, shows, own)
    return body


def _shorter(body: Body) -> Iterator[Body]:
    for column in sorted(body.excludes):
        yield body._replace(excludes=body.excludes - {column})
    if len(body.requires) > 1:
        for column in sorted(body.requires):
            yield body._replace(requires=body.requires - {column})


def _is_good(body: Body, shows: np.ndarray, own: np.ndarray, left: np.ndarray, learning: Learning) -> bool:
    holds = body.holds(shows)
    return bool(
        holds.sum() >= learning.least_images
        and own[holds].mean() >= learning.least_confidence
        and own[holds].mean() > own.mean()
        and (holds & left).any()
    )


def _worth(body: Body, shows: np.ndarray, own: np.ndarray) -> tuple[float, int, int, int, list[int]]:
    """Surer, true of more images, shorter, with fewer concepts that are not there, of the first concepts."""
    holds = body.holds(shows)
    columns = [-column for column in (*sorted(body.requires), *sorted(body.excludes))]
    return estimate(holds, own), int(holds.sum()), -body.conditions, -len(body.excludes), columns


def _rule(seen: Shown, class_: int, rank: int, body: Body, held_out: np.ndarray) -> Rule:
    holds, own = body.holds(seen.shows), seen.of(class_)
    unseen = holds & held_out
    requires = tuple(seen.concepts[column] for column in sorted(body.requires))
    excludes = tuple(seen.concepts[column] for column in sorted(body.excludes))
    return Rule(
        class_=seen.classes[class_],
        rank=rank,
        requires=requires,
        excludes=excludes,
        support=int(holds.sum()),
        confidence=float(own[holds].mean()),
        unseen=int(unseen.sum()),
        fidelity=float(own[unseen].mean()) if unseen.any() else None,
        text=_text(seen, seen.classes[class_], requires, excludes),
    )


def _text(seen: Shown, class_: str, requires: tuple[str, ...], excludes: tuple[str, ...]) -> str:
    conditions = [seen.names[concept] for concept in requires]
    conditions += [f"not {seen.names[concept]}" for concept in excludes]
    return f"{seen.names[class_]} ⇐ {' ∧ '.join(conditions)}"
