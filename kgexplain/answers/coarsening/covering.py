"""The most specific concept that covers enough of some tags: many sets of tags at once."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from kgexplain.answers.coarsening.hierarchy import ClassHierarchy
from kgexplain.errors import InputError

SHARE = 2 / 3
HALF = 0.5
# So many sets are looked at together: 1,024 × 2,000 concepts are some ten megabytes.
_BLOCK = 1024
_NONE = -1


class Cover(NamedTuple):
    """The concept of each set, by its column, −1 where no concept that says anything covers enough; its share."""

    concept: Int[np.ndarray, " sets"]
    coverage: Float[np.ndarray, " sets"]


def cover(
    weights: Shaped[np.ndarray, "sets members"],
    below: Bool[np.ndarray, "members concepts"],
    hierarchy: ClassHierarchy,
    share: float = SHARE,
) -> Cover:
    """The most specific concept above at least ``share`` of each set; what is exactly the share is enough.

    A set is a row of weights, 1 for each tag that it has. A tag is left out only where it costs too much to take it in:
    of the concepts that cover enough, those count that say at least half of what the most informative one says, and of
    these it is the one that covers most; then the most informative, the deepest, and that of the first IRI. The root of
    all says nothing, so it is none.
    """
    if not 0 < share <= 1:
        raise InputError(f"share is {share:g}; it must be more than 0 and at most 1, as 0.67")
    if not below.shape[1] or not len(weights):
        return Cover(np.full(len(weights), _NONE), np.zeros(len(weights)))
    blocks = list(_blocks(weights, below, hierarchy, share))
    return Cover(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _blocks(
    weights: np.ndarray, below: np.ndarray, hierarchy: ClassHierarchy, share: float
) -> Iterator[Cover]:
    # Whole numbers below 2**24 are exact in float32, which is twice as fast.
    members = below.astype(np.float32)
    for start in range(0, len(weights), _BLOCK):
        rows = weights[start : start + _BLOCK].astype(np.float32)
        yield _best((rows @ members).astype(np.float64), rows.sum(1), hierarchy, share)


def _best(covered: np.ndarray, totals: np.ndarray, hierarchy: ClassHierarchy, share: float) -> Cover:
    # 2/3 of three tags are two, though 2/3 in binary is a little more than it.
    enough = covered >= (share - 1e-6) * totals[:, None]
    allowed = enough & (hierarchy.information > 0) & (totals[:, None] > 0)
    most = np.where(allowed, hierarchy.information, 0).max(1, keepdims=True)
    fitting = allowed & (hierarchy.information >= HALF * most)
    # Places of amounts instead of amounts: whole numbers tie where rounding would decide.
    said = np.unique(hierarchy.information.round(12), return_inverse=True)[1].reshape(-1)
    depths = hierarchy.depths
    key = (covered * (said.max() + 1.0) + said) * (depths.max() + 1.0) + depths
    # Of equals argmax takes the first, and concepts of one depth stand in the order of their IRIs.
    best = np.where(fitting, key, _NONE).argmax(1)
    found = allowed.any(1)
    coverage = covered[np.arange(len(covered)), best] / np.maximum(totals, 1)
    return Cover(np.where(found, best, _NONE), np.where(found, coverage, 0.0).astype(np.float64))
