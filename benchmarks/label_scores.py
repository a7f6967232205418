"""Which score finds the concept that a filter was made to respond to, at each level of a taxonomy.

Run: python -m benchmarks.label_scores [--seeds 5] [--filters 60] [--images 20000]
     python -m benchmarks.label_scores --annotations FOLDER [--wordnet CACHE] …
     python -m benchmarks.label_scores --parts …

Without annotations: images of 200 kinds (leaves), 40 middle concepts of 5 leaves each, 8 top ones of 5 middle ones each;
sizes of kinds fall as 1/rank. A filter responds to one of them, to each of its leaves unevenly, in the hard case also to
three other leaves, and to noise. With annotations: cells of maps of real photographs (14 × 14), filters respond to what
is marked in them, blurred and rectified; candidates are the concepts and what WordNet has above them. With parts: maps of things (8 × 8), most of which have a part that few others have and that
covers a little of one cell; filters respond to a thing, to things that are alike, or to a part.

The tables have for each score the share of filters whose best candidate is the planted one, over all seeds, and the
standard deviation between seeds.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kgexplain.answers.concepts.scores import SCORES, Sums

LEAVES, FANS = 200, (5, 25)


@dataclass(frozen=True)
class Ground:
    """What filters look at: the share of each cell that each concept covers, and which concepts a candidate covers.

    ``images`` is the image of each cell. ``extents`` are by level.
    """

    covered: np.ndarray
    extents: np.ndarray
    images: np.ndarray
    categories: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    levels: Mapping[str, np.ndarray]
    side: int = 1


def by_size(extents: np.ndarray) -> Mapping[str, np.ndarray]:
    """The candidates of one concept, of two to five, and of more."""
    sizes = extents.sum(0)
    return {
        "leaf": np.flatnonzero(sizes == 1),
        "middle": np.flatnonzero((sizes > 1) & (sizes <= FANS[0])),
        "top": np.flatnonzero(sizes > FANS[0]),
    }


@dataclass(frozen=True)
class Difficulty:
    """How a planted filter responds: to its concepts, to others, from image to image, and to nothing.

    A cell of which a concept covers the share c answers with c to this ``power``.
    """

    gains: tuple[float, float] = (0.5, 1)
    others: tuple[float, float] | None = None
    graded: tuple[float, float] = (0.5, 1.5)
    tails: float = np.inf
    noise: float = 0.5
    blur: float = 0.0
    bias: float | None = None
    power: float = 1.0


EASY = Difficulty()
HARD = Difficulty((0.2, 1), (0.5, 0.8), (0, 2), 3, 0.25)
NOISY = replace(HARD, noise=0.67)
EASY_CELLS = Difficulty(noise=0.25, blur=0.5, bias=0.1)
HARD_CELLS = Difficulty((0.2, 1), (0.3, 0.7), (0, 2), 3, 0.33, 1.0, 0.2)
EASY_PARTS = replace(EASY_CELLS, power=0.3)
HARD_PARTS = replace(HARD_CELLS, others=None, blur=0.7, bias=0.1, power=0.3)


def kinds(images: int, chance: np.random.Generator, slope: float = 1.0) -> Ground:
    """Images of one kind each, below a taxonomy of three levels."""
    sizes = (1.0 + np.arange(LEAVES)) ** -slope
    of = chance.choice(LEAVES, images, p=chance.permutation(sizes / sizes.sum()))
    leaves = np.arange(LEAVES)
    extents = np.concatenate(
        [np.eye(LEAVES), *(np.eye(LEAVES // fan)[leaves // fan] for fan in FANS)], axis=1
    )
    covered = np.eye(LEAVES, dtype=np.float32)[of]
    every = np.arange(images), leaves, np.arange(extents.shape[1])
    return Ground(covered, extents, np.arange(images), (every,), by_size(extents))


def planted(
    ground: Ground, candidates: Sequence[int], how: Difficulty, chance: np.random.Generator
) -> np.ndarray:
    """The activations of a filter for each candidate, (filters, cells)."""
    return np.stack([_one(ground, candidate, how, chance) for candidate in candidates])


def _one(ground: Ground, candidate: int, how: Difficulty, chance: np.random.Generator) -> np.ndarray:
    own = np.flatnonzero(ground.extents[:, candidate])
    gains = np.zeros(len(ground.extents))
    gains[own] = chance.uniform(*how.gains, len(own)) if len(own) > 1 else 1.0
    if how.others:
        other = chance.choice(np.setdiff1d(np.arange(len(gains)), own), 3, replace=False)
        gains[other] += chance.uniform(*how.others, 3)
    used = np.flatnonzero(gains)
    graded = chance.uniform(*how.graded, (ground.images.max() + 1, len(used)))[ground.images]
    signal = (ground.covered[:, used] ** how.power * graded) @ gains[used]
    noise = _blurred(_noise(len(signal), how, chance), ground.side, how.blur)
    activation = _blurred(signal, ground.side, how.blur) + how.noise * noise / noise.std()
    return activation if how.bias is None else np.maximum(activation - how.bias, 0)


def _noise(number: int, how: Difficulty, chance: np.random.Generator) -> np.ndarray:
    if np.isinf(how.tails):
        return chance.standard_normal(number)
    return chance.standard_t(how.tails, number)


def _blurred(cells: np.ndarray, side: int, width: float) -> np.ndarray:
    """Each map convolved with a Gaussian whose standard deviation is ``width`` cells."""
    if not width:
        return cells
    apart = np.arange(side)[:, None] - np.arange(side)
    weights = np.exp(-(apart**2) / (2 * width**2))
    weights /= weights.sum(1, keepdims=True)
    return np.einsum("ij,njk,lk->nil", weights, cells.reshape(-1, side, side), weights).reshape(-1)


Scored = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From activations (filters, cells), shares (cells, concepts), extents (concepts, candidates): (candidates, filters)."""


def streamed(name: str, ground: Ground, activations: np.ndarray) -> np.ndarray:
    """A score of the library, of every candidate, (candidates, filters)."""
    sums, extents = {}, {}
    for number, (cells, concepts, candidates) in enumerate(ground.categories):
        values = activations[:, cells].astype(np.float64)
        shares = ground.covered[np.ix_(cells, concepts)].astype(np.float64)
        over = np.zeros((ground.images.max() + 1, len(concepts)))
        np.add.at(over, ground.images[cells], shares)
        sums[str(number)] = Sums(
            (values @ shares).T,
            values.sum(1),
            (values**2).sum(1),
            shares.T @ shares,
            shares.sum(0),
            shares.sum(0) ** 2 / np.maximum((over**2).sum(0), 1e-12),
            len(shares),
            ground.side**2,
        )
        extents[str(number)] = ground.extents[np.ix_(concepts, candidates)]
    scores = np.full((ground.extents.shape[1], len(activations)), -np.inf)
    for number, found in SCORES[name](sums, extents).items():
        scores[ground.categories[int(number)][2]] = found
    return scores


def overlap(share: float) -> Scored:
    """IoU of the cells above a filter's own threshold, at the top ``share`` of all cells."""

    def score(activations: np.ndarray, covered: np.ndarray, extents: np.ndarray) -> np.ndarray:
        most = max(int(share * activations.shape[1]), 1)
        thresholds = -np.partition(-activations, most, axis=1)[:, most]
        active = (activations > thresholds[:, None]).astype(np.float64)
        shared = extents.T @ (active @ covered).T
        return shared / (active.sum(1) + (covered.sum(0) @ extents)[:, None] - shared)

    return score


def mean(activations: np.ndarray, covered: np.ndarray, extents: np.ndarray) -> np.ndarray:
    """Mean activation over a concept's cells, as FilTag's."""
    return extents.T @ (activations @ covered).T / np.maximum(covered.sum(0) @ extents, 1e-9)[:, None]


def mean_difference(activations: np.ndarray, covered: np.ndarray, extents: np.ndarray) -> np.ndarray:
    """Mean over a concept's cells less that of all others, over the others' standard deviation (CoSy's MAD)."""
    area = (covered.sum(0) @ extents)[:, None]
    rest = activations.shape[1] - area
    inside = extents.T @ (activations @ covered).T
    outside = (activations.sum(1) - inside) / rest
    squares = ((activations**2).sum(1) - extents.T @ (activations**2 @ covered).T) / rest
    return (inside / np.maximum(area, 1e-9) - outside) / np.sqrt(np.maximum(squares - outside**2, 1e-12))


def ranks_apart(activations: np.ndarray, covered: np.ndarray, extents: np.ndarray) -> np.ndarray:
    """Area under the ROC curve (INVERT), a cell having a concept that covers half of it."""
    has = (covered @ extents > 0.5).astype(np.float64)
    ranks = activations.argsort(1, kind="stable").argsort(1).astype(np.float64)
    number = has.sum(0)[:, None]
    above = (ranks @ has).T - number * (number - 1) / 2
    return above / np.maximum(number * (len(has) - number), 1)


def best_by_thresholds(
    activations: np.ndarray, covered: np.ndarray, extents: np.ndarray
) -> Iterator[np.ndarray]:
    """The best F1 over all thresholds, then the area under the precision-recall curve."""
    has = (covered @ extents > 0.5).T
    members = [np.flatnonzero(row) for row in has]
    f1, precision = (np.zeros((len(has), len(activations))) for _ in range(2))
    for filter_, values in enumerate(activations):
        places = np.empty(len(values), np.int64)
        places[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
        for candidate, own in enumerate(members):
            if len(own):
                # Either changes where one more cell that has the concept comes in, or for the worse.
                seen, hits = np.sort(places[own]), np.arange(1, len(own) + 1)
                f1[candidate, filter_] = (2 * hits / (seen + len(own))).max()
                precision[candidate, filter_] = (hits / seen).mean()
    yield f1
    yield precision


def tables(ground: Ground, activations: np.ndarray) -> dict[str, np.ndarray]:
    """Every score of every candidate, (candidates, filters)."""
    single: dict[str, Scored] = {
        "IoU, top 5 %": overlap(0.05),
        "IoU, top 0.5 % (Network Dissection)": overlap(0.005),
        "area under ROC (INVERT)": ranks_apart,
        "mean difference / deviation (MAD)": mean_difference,
        "mean activation (FilTag)": mean,
    }
    curves = ["best F1", "area under precision-recall"]
    found = {name: streamed(name, ground, activations) for name in SCORES}
    found |= {
        name: np.full((ground.extents.shape[1], len(activations)), -np.inf) for name in (*single, *curves)
    }
    for cells, concepts, candidates in ground.categories:
        part = (
            activations[:, cells],
            ground.covered[np.ix_(cells, concepts)],
            ground.extents[np.ix_(concepts, candidates)],
        )
        for name, score in single.items():
            found[name][candidates] = score(*part)
        for name, scores in zip(curves, best_by_thresholds(*part), strict=True):
            found[name][candidates] = scores
    return found


def trial(
    grounds: Sequence[Ground], how: Difficulty, filters: int, seed: int
) -> dict[str, dict[str, tuple[float, float]]]:
    """By score and level: the share of planted filters that are found, and its deviation between grounds."""
    found: dict[str, dict[str, list[float]]] = {}
    for number, ground in enumerate(grounds):
        for level, candidates in ground.levels.items():
            chance = np.random.default_rng([seed, number, len(candidates)])
            chosen = chance.choice(candidates, filters)
            for name, scores in tables(ground, planted(ground, chosen, how, chance)).items():
                right = float((scores.argmax(0) == chosen).mean())
                found.setdefault(name, {}).setdefault(level, []).append(right)
    return {
        name: {level: (float(np.mean(of)), float(np.std(of))) for level, of in levels.items()}
        for name, levels in found.items()
    }


def table(found: Mapping[str, Mapping[str, tuple[float, float]]]) -> str:
    """As a table in Markdown, the best of each level in bold."""
    levels = list(next(iter(found.values())))
    best = {level: max(round(of[level][0], 2) for of in found.values()) for level in levels}
    lines = ["| score | " + " | ".join(levels) + " |", "|---|" + "---|" * len(levels)]
    for name, of in found.items():
        cells = []
        for level in levels:
            share, deviation = of[level]
            text = f"{share:.2f} ± {deviation:.2f}"
            cells.append(f"**{text}**" if round(share, 2) == best[level] else text)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", type=Path)
    parser.add_argument("--wordnet", type=Path)
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--filters", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    draws = [np.random.default_rng([given.seed, number]) for number in range(given.seeds)]
    if given.annotations:
        from benchmarks.annotated_cells import cells  # noqa: PLC0415 (it needs what is above)

        grounds = [cells(given.annotations, given.wordnet)] * given.seeds
        settings = {"easy": EASY_CELLS, "hard": HARD_CELLS}
    elif given.parts:
        from benchmarks.things_with_parts import things  # noqa: PLC0415 (it needs what is above)

        grounds = [things(given.images, chance) for chance in draws]
        settings = {"easy": EASY_PARTS, "hard": HARD_PARTS}
    else:
        grounds = [kinds(given.images, chance) for chance in draws]
        settings = {"easy": EASY, "hard": HARD, "hard, more noise": NOISY}
    for name, how in settings.items():
        begin = time.perf_counter()
        print(f"\n{name}: {how}\n\n{table(trial(grounds, how, given.filters, given.seed))}")
        print(f"{time.perf_counter() - begin:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
