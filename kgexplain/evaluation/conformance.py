"""How much the tags of a filter belong together, 0 to 1, beside what tags drawn by lot give.

Whatever says how alike two classes are is brought to one scale, the nearness, by how rare it is to be that alike; several
sources are joined by "or", as classes belong together by what they are or by what is said of them. No number here was
fitted to anybody's judgement.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Num, Shaped

from kgexplain.answers.coarsening.hierarchy import ClassHierarchy, information

# Sets by lot, for each number of tags, and the share of them that real tags must be above.
LOTS, LEVEL = 1000, 0.95
_WORD = re.compile(r"[a-z]{3,}")
_EXAMPLE = re.compile(r'"[^"]*"')
# Words of grammar, and those with which any definition is made.
_GRAMMAR = frozenset(
    _WORD.findall(
        "the and for with from its that are has have having been being which into one any very some other used usually "
        "often not most than over also especially kind large small"
    )
)


def kinship(hierarchy: ClassHierarchy) -> Float[np.ndarray, "classes classes"]:
    """How near two classes are by what they are kinds of: what their most informative common concept says.

    sim(a, b) = max over common concepts s of −log(classes below s / classes) / log(classes)   (Resnik 1995, normalised)

    The classes are the leaves; so it is also how rare it is that a class is as near to one of the two as the other is.
    """
    near = np.zeros((len(hierarchy.classes), len(hierarchy.classes)))
    for column in np.argsort(hierarchy.information, kind="stable"):
        rows = np.flatnonzero(hierarchy.below[:, column])
        near[np.ix_(rows, rows)] = hierarchy.information[column]
    return near


def nearness(likeness: Num[np.ndarray, "classes classes"]) -> Float[np.ndarray, "classes classes"]:
    """Any likeness of classes on the scale of ``kinship``: how rare it is to be at least as alike.

    near(a, b) = mean of n(a, b) and n(b, a);  n(a, b) = −log(classes at least as like a as b is / classes) / log(classes)

    Only the order counts, so it does not matter in which units a likeness comes, nor that some classes are like many.
    """
    classes = len(likeness)
    ranked = likeness.astype(np.float64)
    np.fill_diagonal(ranked, np.inf)
    at_least = np.stack([classes - np.searchsorted(np.sort(row), row, side="left") for row in ranked])
    one_way = information(at_least, classes)
    return np.asarray((one_way + one_way.T) / 2)


def together(*nearnesses: Float[np.ndarray, "classes classes"]) -> Float[np.ndarray, "classes classes"]:
    """Nearness by any of several sources: 1 − ∏(1 − near), the noisy or; each can only add.

    >>> together(np.array([[0.5]]), np.array([[0.5]]))
    array([[0.75]])
    """
    return np.asarray(1 - np.prod([1 - near for near in nearnesses], axis=0))


def definitions(texts: Sequence[str]) -> Float[np.ndarray, "classes classes"]:
    """How alike texts about classes are: cosine of their words, a word weighing log(texts / texts that have it).

    Examples in quotes are no definition. Texts without words are like no other.
    """
    words = [set(_WORD.findall(_EXAMPLE.sub("", text).lower())) - _GRAMMAR for text in texts]
    counts = Counter(word for own in words for word in own)
    place = {word: column for column, word in enumerate(sorted(counts))}
    vectors = np.zeros((len(texts), len(place)), dtype=np.float32)
    for row, own in enumerate(words):
        for word in own:
            vectors[row, place[word]] = np.log(len(texts) / counts[word])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return np.asarray((vectors @ vectors.T).astype(np.float64))


def correlation(scores: Float[np.ndarray, "classes features"]) -> Float[np.ndarray, "classes classes"]:
    """How alike classes look to a network: correlation of their rows, each feature's mean over classes taken off.

    Rows are class means of activations, or the weights of a classifier. A class of which nothing is known (NaN) is like
    no other.
    """
    known = np.isfinite(scores).all(1)
    centred = (
        np.where(known[:, None], scores - scores[known].mean(0), 0.0)
        if known.any()
        else np.zeros(scores.shape)
    )
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    centred = centred / np.where(lengths > 0, lengths, 1)
    return np.asarray(centred @ centred.T)


def conformance(
    tags: Shaped[np.ndarray, "sets classes"], near: Float[np.ndarray, "classes classes"]
) -> Float[np.ndarray, " sets"]:
    """How near the tags of each set are to each other: mean over its pairs; NaN for fewer than two tags."""
    weights = tags.astype(near.dtype)
    pairs = weights.sum(1) ** 2 - (weights**2).sum(1)
    sums = ((weights @ near) * weights).sum(1) - (weights**2) @ np.diagonal(near)
    return np.where(pairs > 0, np.clip(sums / np.where(pairs > 0, pairs, 1), 0, 1), np.nan)


def by_chance(
    sizes: Num[np.ndarray, " sets"], near: Float[np.ndarray, "classes classes"], seed: int = 0
) -> Float[np.ndarray, " sets"]:
    """The conformance below which 95 of 100 sets of as many classes, drawn by lot, are; NaN for fewer than two.

    It is drawn for 2 to 16 tags, and then for every size a quarter larger; a size between takes the smaller one's, which is higher.
    """
    rng = np.random.default_rng(seed)
    drawn = [size for size in _ladder(len(near)) if size <= max(sizes, default=0)]
    # Half the bytes, twice the speed; levels need no more digits.
    rough = near.astype(np.float32)
    levels = np.array([_level(size, rough, rng) for size in drawn])
    found = np.full(len(sizes), np.nan)
    several = sizes >= 2
    if drawn:
        found[several] = levels[np.searchsorted(drawn, sizes[several], side="right") - 1]
    return found


def _ladder(most: int) -> list[int]:
    steps = [size for size in range(2, 17) if size <= most]
    while steps and steps[-1] * 5 // 4 <= most and steps[-1] >= 16:
        steps.append(steps[-1] * 5 // 4)
    return steps


def _level(size: int, near: np.ndarray, rng: np.random.Generator) -> float:
    lots: Bool[np.ndarray, "lots classes"] = np.zeros((LOTS, len(near)), dtype=bool)
    chosen = rng.random(lots.shape).argpartition(size - 1, axis=1)[:, :size]
    np.put_along_axis(lots, chosen, values=True, axis=1)
    return float(np.quantile(conformance(lots, near), LEVEL))
