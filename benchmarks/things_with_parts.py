"""Cells of maps over things that each have a part: what the trial of label scores looks at where the two are confounded."""

import numpy as np

from benchmarks.label_scores import Ground

KINDS, FAN, SIDE = 60, 5, 8
# Of five kinds that are alike two have a part of their own, two share one, and one has none.
OWNERS = ((0,), (1,), (2, 3))
# A part covers so much of its one cell, from part to part; of each image's cell half to one and a half of that.
SHARES = (0.05, 0.5)


def things(images: int, chance: np.random.Generator) -> Ground:
    """Images of 8 × 8 cells with one thing each, 3 to 5 cells wide and high, and its part in one cell of it.

    There are 60 kinds of things in 12 groups, sizes fall as 1/√rank. A part that is of one kind only stands for the kind.
    """
    sizes = (1.0 + np.arange(KINDS)) ** -0.5
    of = chance.choice(KINDS, images, p=chance.permutation(sizes / sizes.sum()))
    part, shares = _parts(chance)
    place = chance.uniform(0, 1, (KINDS, 2))
    covered = np.zeros((images, SIDE, SIDE, KINDS + len(shares)), np.float32)
    for image, kind in enumerate(of.tolist()):
        size = chance.integers(3, 6, 2)
        corner = chance.integers(0, SIDE + 1 - size)
        row, column = corner + (place[kind] * size).astype(int)
        covered[image, corner[0] : corner[0] + size[0], corner[1] : corner[1] + size[1], kind] = 1
        if part[kind] >= 0:
            covered[image, row, column, KINDS + part[kind]] = shares[part[kind]] * chance.uniform(0.5, 1.5)
    return _ground(covered.reshape(images * SIDE**2, -1), part)


def _parts(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Which part each kind has, −1 for none, and how much of a cell each part covers."""
    part = np.full(KINDS, -1)
    for group in range(KINDS // FAN):
        for number, owners in enumerate(OWNERS):
            part[group * FAN + np.array(owners)] = group * len(OWNERS) + number
    return part, np.exp(chance.uniform(*np.log(SHARES), part.max() + 1))


def _ground(covered: np.ndarray, part: np.ndarray) -> Ground:
    concepts = covered.shape[1]
    groups = [np.isin(np.arange(concepts), np.arange(FAN) + FAN * g) for g in range(KINDS // FAN)]
    extents = np.concatenate([np.eye(concepts), np.array(groups, np.float64).T], axis=1)
    owners = np.bincount(part[part >= 0])
    own, every = KINDS + np.flatnonzero(owners == 1), np.arange(len(covered))
    has = np.flatnonzero(
        np.repeat(covered[:, KINDS:].reshape(-1, SIDE**2, concepts - KINDS).any((1, 2)), SIDE**2)
    )
    return Ground(
        covered,
        extents,
        every // SIDE**2,
        (
            (every, np.arange(KINDS), np.r_[np.arange(KINDS), concepts : extents.shape[1]]),
            (has, np.arange(KINDS, concepts), np.arange(KINDS, concepts)),
        ),
        {
            "thing": np.flatnonzero(part >= 0),
            "several things": np.arange(concepts, extents.shape[1]),
            "a thing's own part": own,
            "a part of two things": KINDS + np.flatnonzero(owners > 1),
        },
        SIDE,
    )
