"""Probabilities of attributes: of a filter, of a class, of an image that is called a class (docs/attributes.md)."""

import numpy as np
from jaxtyping import Bool, Float, Int

from kgexplain.errors import InputError

PRIORS = ("tfidf", "idf", "tfidf_sum", "uniform")
SMOOTHINGS = ("none", "add_one")
WEIGHTINGS = ("lift", "mean", "sum")
NORMALISATIONS = ("relu_l1", "signed_l1", "softmax", "topk_relu")
CLASS_WEIGHTS = ("weight", "mean", "class_mean")


def inverse_frequency(
    documents: Int[np.ndarray, " attributes"], images: int, smoothing: str = "none"
) -> Float[np.ndarray, " attributes"]:
    """How rare an attribute is among so many images, from the number of images that have it.

    log(N/D) (paper, visual attribute extraction); with ``add_one``, log((1 + N)/(1 + D)) + 1, which is not 0 for what
    all images have. 0 for an attribute that no image has.

    >>> inverse_frequency(np.array([1, 2, 8, 0]), 8).round(3)
    array([2.079, 1.386, 0.   , 0.   ])
    >>> inverse_frequency(np.array([1, 2, 8, 0]), 8, "add_one").round(3)
    array([2.504, 2.099, 1.   , 0.   ])
    """
    one_of(smoothing, SMOOTHINGS, "smoothing")
    seen = np.maximum(documents, 1)
    rare = np.log(images / seen) if smoothing == "none" else np.log((1 + images) / (1 + seen)) + 1
    return np.where(documents > 0, np.maximum(rare, 0.0), 0.0)


def prior(
    documents: Int[np.ndarray, " attributes"],
    occurrences: Float[np.ndarray, " attributes"],
    images: int,
    how: str = "tfidf",
    smoothing: str = "none",
) -> Float[np.ndarray, " attributes"]:
    """p(t), the probability of an attribute before any filter is looked at; they sum to 1.

    "The normalized TF/IDF feature" (paper, equation 1). One number for an attribute is wanted and a term frequency
    belongs to one image, so ``tfidf`` takes its mean over the D images that have the attribute: p(t) ∝ idf(t) ·
    Σ_x tf(t, x) / D; ``tfidf_sum`` takes idf(t) · Σ_x tf(t, x); ``idf`` takes idf(t); ``uniform`` prefers none.

    ``occurrences`` are Σ_x tf(t, x), over all images. An attribute that no image has gets 0. Where every weight is 0
    (each attribute is said of each image), those that occur are alike.

    >>> prior(np.array([1, 2, 4]), np.array([3.0, 2.0, 4.0]), 4)  # 3 log 4, log 2 and 0
    array([0.85714286, 0.14285714, 0.        ])
    """
    one_of(how, PRIORS, "prior")
    occurring = (documents > 0).astype(np.float64)
    rare = inverse_frequency(documents, images, smoothing)
    weights = {
        "tfidf": rare * occurrences / np.maximum(documents, 1),
        "idf": rare,
        "tfidf_sum": rare * occurrences,
        "uniform": occurring,
    }[how]
    return shares(weights if weights.any() else occurring)


def likelihood(
    sums: Float[np.ndarray, "attributes filters"],
    counts: Float[np.ndarray, " attributes"],
    total: Float[np.ndarray, " filters"],
    images: float,
    how: str = "lift",
    shrinkage: float = 10.0,
) -> Float[np.ndarray, "attributes filters"]:
    """p(f|t), how strongly images with an attribute activate a filter; at least 0, and only ratios count.

    Σ_x p(f|x) p(x|t) with p(f|x) = φ(f(x)) (paper, equations 2 to 4) is ``sums``: Σ_x p(x|t) φ(x). ``counts`` are
    Σ_x p(x|t); ``total`` and ``images`` are Σ_x φ(x) and the number of all images.

    ``sum`` is the paper, in which frequent attributes win; ``mean`` is sums / counts; ``lift`` divides that mean, after
    ``shrinkage`` images with the filter's overall mean were added to the attribute's, by the overall mean: 1 for an
    attribute that leaves the filter as it is.

    What is negative counts as 0, and so does an attribute without images under ``mean``. All of a filter is 0 where
    it never fires; under ``lift``, where its overall mean is not above 0.

    >>> sums, counts = np.array([[6.0, 0.0], [2.0, 0.0]]), np.array([2.0, 1.0])
    >>> likelihood(sums, counts, np.array([8.0, 0.0]), 4, "mean")
    array([[3., 0.],
           [2., 0.]])
    >>> likelihood(sums, counts, np.array([8.0, 0.0]), 4, "lift", 2.0)  # (6 + 2·2) / (2 + 2) / 2, and 6 / 3 / 2
    array([[1.25, 0.  ],
           [1.  , 0.  ]])
    """
    one_of(how, WEIGHTINGS, "weighting")
    positive: np.ndarray = np.maximum(sums, 0.0)
    if how == "sum":
        return positive
    if how == "mean":
        positive /= np.where(counts > 0, counts, 1.0)[:, None]
        return positive
    overall = total / max(images, 1)
    fires = overall > 0
    weight = counts + shrinkage
    usual = np.where(fires, overall, 1.0)
    shrunk = (sums + shrinkage * overall) / np.where(weight > 0, weight, 1.0)[:, None]
    return np.where(fires, np.maximum(shrunk, 0.0) / usual, 0.0)


def densities(
    prior: Float[np.ndarray, " attributes"], likelihood: Float[np.ndarray, "attributes filters"]
) -> Float[np.ndarray, "attributes filters"]:
    """p(t|f), the probability of an attribute where a filter fires; each filter's sum to 1.

    p(t|f) = p(t) p(f|t) / p(f) (paper, equation 1, which leaves the division by p(f) = Σ_t p(t) p(f|t) out). Of a
    filter that never fires nothing is learned: its density is the prior.

    >>> densities(np.array([0.25, 0.75]), np.array([[3.0, 0.0], [1.0, 0.0]]))
    array([[0.5 , 0.25],
           [0.5 , 0.75]])
    """
    evidence = prior @ likelihood
    learned = fires(evidence)
    posterior: np.ndarray = prior[:, None] * likelihood / np.where(learned, evidence, 1.0)
    return np.where(learned, posterior, prior[:, None])


def fires(evidence: Float[np.ndarray, " filters"]) -> Bool[np.ndarray, " filters"]:
    """Which filters there is evidence of; what is too small to divide by is none."""
    enough: np.ndarray = evidence > np.finfo(np.float64).tiny
    return enough


def contributions(
    weights: Float[np.ndarray, "classes filters"],
    how: str,
    means: Float[np.ndarray, " filters"],
    class_means: Float[np.ndarray, "classes filters"],
) -> Float[np.ndarray, "classes filters"]:
    """What each filter adds to the score of each class, before normalisation.

    ``weight`` is w (paper, equation 8), which counts filters that never fire as much as others; ``mean`` is w E[φ],
    over all images; ``class_mean`` is w E[φ|class], over the class's own. NaN where a class's mean is.

    >>> w, φ = np.array([[1.0, -1.0]]), np.array([2.0, 3.0])
    >>> contributions(w, "mean", φ, np.array([[4.0, 0.0]])), contributions(w, "class_mean", φ, np.array([[4.0, 0.0]]))
    (array([[ 2., -3.]]), array([[ 4., -0.]]))
    """
    one_of(how, CLASS_WEIGHTS, "class_weights")
    factor = {"weight": np.ones_like(means), "mean": means, "class_mean": class_means}[how]
    product: np.ndarray = weights * factor
    return product


def importances(
    contributions: Float[np.ndarray, "*rows filters"],
    how: str = "relu_l1",
    temperature: float = 1.0,
    strongest: int = 20,
) -> Float[np.ndarray, "*rows filters"]:
    """p(f|x, c) or p(f|c), how much of a decision is a filter's, from signed contributions (rows one by one).

    σ(φ w) and σ(w) in the paper (equations 6 and 8), whose σ is not said. ``relu_l1`` divides what speaks for the
    class by its sum; ``topk_relu`` does so for the ``strongest`` filters only, of equals the first; ``softmax`` is
    exp(c / ``temperature``) divided by its sum. These sum to 1; where nothing is above 0, the first two are uniform.
    ``signed_l1`` divides by Σ|c|, so that what speaks against the class is negative: a score, no probability; 0
    where all is 0.

    >>> importances(np.array([[3.0, 1.0, -4.0], [-1.0, 0.0, -2.0]]))
    array([[0.75      , 0.25      , 0.        ],
           [0.33333333, 0.33333333, 0.33333333]])
    >>> importances(np.array([3.0, 1.0, -4.0]), "signed_l1")
    array([ 0.375,  0.125, -0.5  ])
    """
    one_of(how, NORMALISATIONS, "normalisation")
    if how == "softmax":
        raised = (contributions - contributions.max(-1, keepdims=True)) / temperature
        return shares(np.exp(raised))
    if how == "signed_l1":
        size = np.abs(contributions).sum(-1, keepdims=True)
        signed: np.ndarray = contributions / np.where(size > 0, size, 1.0)
        return signed
    positive = np.maximum(contributions, 0.0)
    return shares(positive if how == "relu_l1" else _strongest(positive, strongest))


def positive_share(contributions: Float[np.ndarray, "rows filters"]) -> Float[np.ndarray, " rows"]:
    """What speaks for a class, of all that speaks for or against it; 0 where nothing does.

    >>> positive_share(np.array([[3.0, 1.0, -4.0], [-1.0, 0.0, -2.0], [0.0, 0.0, 0.0]]))
    array([0.5, 0. , 0. ])
    """
    size = np.abs(contributions).sum(-1)
    share: np.ndarray = np.maximum(contributions, 0.0).sum(-1) / np.where(size > 0, size, 1.0)
    return share


def mixture(
    densities: Float[np.ndarray, "attributes filters"], importances: Float[np.ndarray, "*rows filters"]
) -> Float[np.ndarray, "*rows attributes"]:
    """p(t|x, c) or p(t|c), the probability that an attribute is a reason for a class (rows one by one).

    Σ_k p(t|f_k) p(f_k|x, c) (paper, equations 5 and 7); in the precision of ``densities``.

    >>> mixture(np.array([[0.4, 1.0], [0.6, 0.0]]), np.array([[0.5, 0.5], [1.0, 0.0]]))
    array([[0.7, 0.3],
           [0.4, 0.6]])
    """
    mixed: np.ndarray = (densities @ importances.astype(densities.dtype).T).T
    return mixed


def steady(values: Float[np.ndarray, "*rows columns"]) -> Float[np.ndarray, "*rows columns"]:
    """Values to four significant digits, to rank by: ties stay ties.

    In which order 32-bit numbers are added up is the machine's, and changes their last digits.

    >>> steady(np.array([0.12345678, 0.12345682, 0.0])).tolist()
    [0.1235, 0.1235, 0.0]
    """
    size = np.abs(values.astype(np.float64))
    unit = 10.0 ** (3 - np.floor(np.log10(np.where(size > 0, size, 1.0))))
    rounded: np.ndarray = np.round(values * unit) / unit
    return rounded


def contrast(
    first: Float[np.ndarray, " attributes"], second: Float[np.ndarray, " attributes"]
) -> Float[np.ndarray, " attributes"]:
    """p(t|x, c) − p(t|x, c'), why one class and not the other (paper: "comparing their image-class attribute p.d.f.").

    >>> contrast(np.array([0.75, 0.25]), np.array([0.5, 0.5]))
    array([ 0.25, -0.25])
    """
    difference: np.ndarray = first - second
    return difference


def shares(weights: Float[np.ndarray, "*rows columns"]) -> Float[np.ndarray, "*rows columns"]:
    """Each row divided by its sum; uniform where that is 0.

    >>> shares(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    sums = weights.sum(-1, keepdims=True)
    positive = sums > 0
    divided: np.ndarray = np.where(positive, weights, 1.0) / np.where(positive, sums, weights.shape[-1])
    return divided


def one_of(value: str, known: tuple[str, ...], name: str) -> None:
    """Refuses an option that there is not."""
    if value not in known:
        raise InputError(f"{name} is {value!r}; it must be one of {', '.join(known)}")


def _strongest(
    positive: Float[np.ndarray, "*rows filters"], number: int
) -> Float[np.ndarray, "*rows filters"]:
    kept = np.argsort(-positive, axis=-1, kind="stable")[..., :number]
    only = np.zeros_like(positive)
    np.put_along_axis(only, kept, np.take_along_axis(positive, kept, -1), -1)
    return only
