"""Where in an image an attribute is: a map over the image, and the one place where it is most."""

import numpy as np
from jaxtyping import Float

from kgexplain.inputs.view import View


def heat_map(
    densities: Float[np.ndarray, " filters"], maps: Float[np.ndarray, "filters height width"]
) -> Float[np.ndarray, "height width"]:
    """How much each place of an image speaks for an attribute: y = Σ_k p(t|f_k) · f_k(x)   (arXiv:1805.08969, eq. 9).

    It is not normalised: for where it is highest that changes nothing, and pictures have a scale of their own.

    >>> heat_map(np.array([0.5, 2.0]), np.array([[[4.0, 0.0]], [[1.0, 3.0]]]))
    array([[4., 6.]])
    """
    return np.asarray(np.tensordot(densities, maps, axes=1))


def telling(densities: Float[np.ndarray, " filters"]) -> Float[np.ndarray, " filters"]:
    """How much more, or less, each filter signals an attribute than filters do on average: p(t|f_k) − mean_j p(t|f_j).

    Differs from arXiv:1805.08969, whose weights are p(t|f_k): these differ little from filter to filter, so that every
    attribute's map shows where filters are active at all. What all filters have in common is taken out here.

    >>> telling(np.array([0.25, 0.5, 0.75]))
    array([-0.25,  0.  ,  0.25])
    """
    return np.asarray(densities - densities.mean())


def enlarged(
    map_: Float[np.ndarray, "height width"], rows: int, columns: int
) -> Float[np.ndarray, "rows columns"]:
    """The map at the size of a picture, by bilinear interpolation between the middles of its places.

    Outside the outermost middles it goes on as it is there.

    >>> enlarged(np.array([[0.0, 8.0]]), 1, 4)
    array([[0., 2., 6., 8.]])
    """
    lower, upper, share = _between(map_.shape[0], rows)
    # a + (b − a) · share is a to the last bit where b is a: places that tie go on to tie.
    down = map_[lower] + (map_[upper] - map_[lower]) * share[:, None]
    left, right, share = _between(map_.shape[1], columns)
    return np.asarray(down[:, left] + (down[:, right] - down[:, left]) * share)


def predicted(map_: Float[np.ndarray, "height width"], seen: View) -> tuple[float, float]:
    """Where in the photograph, as (x, y), the map is highest once it is as large as what is seen.

    Of several places, the first as one reads: the uppermost, and of these the leftmost.
    """
    row, column = divmod(int(np.argmax(enlarged(map_, seen.rows, seen.columns))), seen.columns)
    return seen.original(column, row)


def _between(places: int, pixels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pixel, the two places between whose middles it is, and how far it is on its way to the second."""
    at = np.clip((np.arange(pixels) + 0.5) * places / pixels - 0.5, 0, places - 1)
    lower = np.floor(at).astype(np.int64)
    return lower, np.minimum(lower + 1, places - 1), at - lower
