"""Average precision of rankings of images, of images that may count several times, and what rankings by nothing give."""

import numpy as np
from jaxtyping import Bool, Float, Num

from kgexplain.evaluation.bootstrap import divided


def average_precision(
    weights: Num[np.ndarray, "drawings images"],
    present: Bool[np.ndarray, " images"],
    scores: Float[np.ndarray, " images"],
) -> Float[np.ndarray, " drawings"]:
    """Mean over the images that are right of the precision among images with a score at least as high; NaN if none is.

    AP = Σ_x right(x) · right(score ≥ score(x)) / images(score ≥ score(x)) / Σ_x right(x)

    Images with the same score stand together, so their order does not matter; all the same, it is the prevalence.
    ``weights`` say how often each image counts; of its copies each sees one, itself.

    >>> average_precision(np.ones((1, 4)), np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1]))
    array([0.83333333])
    """
    return _average_precision(weights.T, present, scores)


def mean_average_precision(
    weights: Num[np.ndarray, "drawings images"],
    present: Bool[np.ndarray, "images attributes"],
    scores: Float[np.ndarray, "images attributes"],
) -> Float[np.ndarray, " drawings"]:
    """Mean of the average precision over the attributes that any image of the drawing has; NaN if none has any."""
    # Images are rows here, so that ranking them moves whole rows; sums of whole numbers are exact below 2**24.
    counts = np.ascontiguousarray(weights.T, dtype=np.float32)
    columns = range(present.shape[1])
    return _mean([_average_precision(counts, present[:, c], scores[:, c]) for c in columns], len(weights))


def precision_by_lot(
    weights: Num[np.ndarray, "drawings images"], present: Bool[np.ndarray, "images attributes"]
) -> Float[np.ndarray, " drawings"]:
    """What rankings by lot give on average, in place of ``mean_average_precision``.

    With R right images of N, the one in place k is right with probability R/N, and then (R−1)/(N−1) of those before are:
    AP = Σ_k (1 + (k−1)(R−1)/(N−1)) / k / N. For many images that is the prevalence R/N.
    """
    images = weights.shape[1]
    harmonic = float((1 / np.arange(1, images + 1)).sum())
    right = weights.astype(np.float64) @ present
    expected = (harmonic + (right - 1) / max(images - 1, 1) * (images - harmonic)) / images
    return _mean(list(np.where(right > 0, expected, np.nan).T), len(weights))


def prevalence(
    weights: Num[np.ndarray, "drawings images"], present: Bool[np.ndarray, "images attributes"]
) -> Float[np.ndarray, " drawings"]:
    """What rankings give in which all images have the same score, in place of ``mean_average_precision``."""
    shares = weights.astype(np.float64) @ present / weights.sum(1, keepdims=True)
    return _mean(list(np.where(shares > 0, shares, np.nan).T), len(weights))


def _average_precision(
    counts: Num[np.ndarray, "images drawings"],
    present: Bool[np.ndarray, " images"],
    scores: Float[np.ndarray, " images"],
) -> Float[np.ndarray, " drawings"]:
    order = np.argsort(-scores, kind="stable")
    right = order[present[order]]
    hits = counts[right]
    # How many images, and how many right ones, have at least the score of each right one.
    least = -scores[right]
    among = np.searchsorted(-scores[order], least, side="right") - 1
    among_right = np.searchsorted(least, least, side="right") - 1
    # An image's own copies do not stand before it: they would be right together, and rankings by lot above chance.
    own = hits - 1
    shares = divided(hits.cumsum(0)[among_right] - own, counts[order].cumsum(0)[among] - own)
    found = np.asarray(np.nansum(hits * shares, axis=0, dtype=np.float64))
    return divided(found, hits.sum(0, dtype=np.float64))


def _mean(columns: list[np.ndarray], drawings: int) -> Float[np.ndarray, " drawings"]:
    """The mean over columns of what is known."""
    values = np.array(columns).reshape(-1, drawings)
    return divided(np.nansum(values, axis=0), (~np.isnan(values)).sum(0))
