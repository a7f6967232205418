"""Pure formulas of Network Dissection: intersection over union, ranks, detectors, p-values (docs/dissection.md)."""

import numpy as np
from jaxtyping import Float, Int


def iou(
    intersections: Int[np.ndarray, "concepts filters"],
    activations: Int[np.ndarray, "categories filters"],
    areas: Int[np.ndarray, " concepts"],
    category_of: Int[np.ndarray, " concepts"],
) -> Float[np.ndarray, "concepts filters"]:
    """Intersection over union of each filter's active area and each concept's area, 0 to 1; 0 where neither is.

    IoU(u, l) = Σ |M_u ∩ L_l| / Σ |M_u ∪ L_l|, sums over all images before the division (Bau et al. 2017). The union is
    activation + area − intersection, where only activation in images that count for the concept's category counts.

    >>> iou(np.array([[2]]), np.array([[3]]), np.array([5]), np.array([0]))
    array([[0.33333333]])
    """
    unions = activations[category_of] + areas[:, None] - intersections
    shares: np.ndarray = np.divide(
        intersections, unions, out=np.zeros(unions.shape, np.float64), where=unions > 0
    )
    return shares


def ranked(scores: Float[np.ndarray, "concepts filters"], number: int) -> Int[np.ndarray, "places filters"]:
    """The concepts with the highest scores of each filter, best first; of equals the first.

    >>> ranked(np.array([[0.1], [0.3], [0.3]]), 2).tolist()
    [[1], [2]]
    """
    order: np.ndarray = np.argsort(-scores, axis=0, kind="stable")[:number]
    return order


def strongest(scores: Float[np.ndarray, "concepts filters"]) -> Float[np.ndarray, " filters"]:
    """The highest score of each filter with any concept, which is what chance is compared by; 0 without concepts."""
    best: np.ndarray = scores.max(0, initial=0.0)
    return best


def p_values(
    scores: Float[np.ndarray, "concepts filters"], null: Float[np.ndarray, " null_filters"]
) -> Float[np.ndarray, "concepts filters"]:
    """How probable it is to score as high by chance: p = (1 + #{null ≥ score}) / (1 + #null).

    ``null`` are the highest scores that filters reach with any concept where annotations belong to other images: so p
    is of a filter's best score, whichever concept it is with. Without a null all is possible: 1.

    >>> p_values(np.array([[0.5, 0.2, 0.1]]), np.array([0.3, 0.2, 0.1])).tolist()
    [[0.25, 0.75, 1.0]]
    """
    below = np.searchsorted(np.sort(null), scores, side="left")
    p: np.ndarray = (1 + len(null) - below) / (1 + len(null))
    return p


def detected(
    scores: Float[np.ndarray, "concepts filters"], least: float
) -> tuple[Int[np.ndarray, " detectors"], Int[np.ndarray, " detectors"]]:
    """The filters whose best concept scores above ``least``, and these concepts; of equals the first concept.

    >>> detected(np.array([[0.05, 0.01], [0.2, 0.04]]), 0.04)
    (array([0]), array([1]))
    """
    if not len(scores):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    filters = np.flatnonzero(scores.max(0) > least)
    return filters, scores[:, filters].argmax(0)


def counted(
    scores: Float[np.ndarray, "concepts filters"],
    category_of: Int[np.ndarray, " concepts"],
    categories: int,
    least: float,
) -> Int[np.ndarray, " categories"]:
    """How many filters detect a concept of each category: those whose best concept is of it and scores above ``least``.

    >>> counted(np.array([[0.05, 0.01], [0.2, 0.06]]), np.array([0, 1]), 3, 0.04)
    array([0, 2, 0])
    """
    _, concepts = detected(scores, least)
    return np.bincount(category_of[concepts], minlength=categories)
