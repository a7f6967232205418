"""Probabilities of attributes by hand, and against slow twins written from the paper's equations."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kgexplain.errors import InputError
from kgexplain.explainers.densities import (
    CLASS_WEIGHTS,
    NORMALISATIONS,
    PRIORS,
    SMOOTHINGS,
    WEIGHTINGS,
    contrast,
    contributions,
    densities,
    importances,
    inverse_frequency,
    likelihood,
    mixture,
    positive_share,
    prior,
    steady,
)

# Few values, so that ties and silent filters are common; more than 16 filters, where numpy's default sort is not stable.
levels = st.sampled_from([-1.5, -0.25, 0.0, 0.5, 1.0, 3.0])
signed = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(17, 30)), elements=levels)
seeds = st.integers(0, 2**32 - 1)


class World:
    """Random pooled maps φ of some images, and what is said of them: probabilities and occurrences."""

    def __init__(self, seed):
        random = np.random.default_rng(seed)
        self.images, self.attributes, self.filters = random.integers(2, 8, 3).tolist()
        self.maps = random.random((self.images, self.filters)) * (random.random(self.filters) < 0.8)
        shape = (self.images, self.attributes)
        self.present = random.choice([0.0, 0.0, 0.6, 1.0], shape)
        self.occurrences = np.where(self.present > 0, random.integers(1, 5, shape), 0)

    @property
    def documents(self):
        return (self.present > 0).sum(0)

    def prior(self, how, smoothing):
        return prior(self.documents, self.occurrences.sum(0).astype(float), self.images, how, smoothing)

    def likelihood(self, how, shrinkage=2.0):
        sums, counts = self.present.T @ self.maps, self.present.sum(0)
        return likelihood(sums, counts, self.maps.sum(0), self.images, how, shrinkage)


def slow_prior(world, how, smoothing):
    """The words of the paper: TF counted in each file, IDF = log(N/D), then normalised."""
    weights = []
    for t in range(world.attributes):
        having = [x for x in range(world.images) if world.present[x, t] > 0]
        if not having:
            weights.append(0.0)
            continue
        n, d = world.images, len(having)
        idf = log(n / d) if smoothing == "none" else log((1 + n) / (1 + d)) + 1
        tf = sum(world.occurrences[x, t] for x in having)
        weights.append({"tfidf": idf * tf / d, "idf": idf, "tfidf_sum": idf * tf, "uniform": 1.0}[how])
    if not sum(weights):
        weights = [float(d > 0) for d in world.documents]
    if not sum(weights):
        weights = [1.0] * world.attributes
    return [weight / sum(weights) for weight in weights]


def slow_likelihood(world, how, shrinkage):
    """Equations 2 to 4 image by image: Σ_k p(f|x_k) p(x_k|t)."""
    rows = []
    for t in range(world.attributes):
        row = []
        for f in range(world.filters):
            total = count = overall = 0.0
            for x in range(world.images):
                total += world.maps[x, f] * world.present[x, t]
                count += world.present[x, t]
                overall += world.maps[x, f] / world.images
            mean = total / count if count else 0.0
            lift = (total + shrinkage * overall) / (count + shrinkage) / overall if overall else 0.0
            row.append({"sum": total, "mean": mean, "lift": lift}[how])
        rows.append(row)
    return rows


def slow_densities(prior, likelihood):
    """Equation 1, and its normalisation."""
    attributes, filters = likelihood.shape
    table = np.zeros((attributes, filters))
    for f in range(filters):
        joint = [prior[t] * likelihood[t, f] for t in range(attributes)]
        for t in range(attributes):
            table[t, f] = joint[t] / sum(joint) if sum(joint) else prior[t]
    return table


def slow_importances(row, how, temperature, strongest):
    """σ of equations 6 and 8, filter by filter."""
    if how == "softmax":
        raised = [exp(c / temperature) for c in row]
        return [r / sum(raised) for r in raised]
    if how == "signed_l1":
        size = sum(abs(c) for c in row)
        return [c / size if size else 0.0 for c in row]
    order = sorted(range(len(row)), key=lambda f: (-row[f], f))
    kept = order[:strongest] if how == "topk_relu" else order
    positive = [row[f] if f in kept and row[f] > 0 else 0.0 for f in range(len(row))]
    return [p / sum(positive) if sum(positive) else 1 / len(row) for p in positive]


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("how", PRIORS)
@given(seed=seeds)
def test_the_prior_is_that_of_the_slow_twin(how, smoothing, seed):
    world = World(seed)
    assert np.allclose(world.prior(how, smoothing), slow_prior(world, how, smoothing), rtol=1e-12, atol=0)


@pytest.mark.parametrize("how", WEIGHTINGS)
@given(seed=seeds, shrinkage=st.sampled_from([0.5, 2.0, 10.0]))
def test_the_likelihood_is_that_of_the_slow_twin(how, seed, shrinkage):
    world = World(seed)
    slow = slow_likelihood(world, how, shrinkage)
    assert np.allclose(world.likelihood(how, shrinkage), slow, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("how", WEIGHTINGS)
@given(seed=seeds)
def test_densities_are_those_of_the_slow_twin(how, seed):
    world = World(seed)
    before, seen = world.prior("tfidf", "add_one"), world.likelihood(how)
    assert np.allclose(densities(before, seen), slow_densities(before, seen), rtol=1e-9, atol=1e-12)


@given(seed=seeds, how=st.sampled_from(WEIGHTINGS), which=st.sampled_from(PRIORS))
def test_the_density_of_each_filter_sums_to_one(seed, how, which):
    world = World(seed)
    learned = densities(world.prior(which, "none"), world.likelihood(how))
    assert np.allclose(learned.sum(0), 1.0, rtol=1e-12)


@given(seed=seeds, factor=st.sampled_from([0.001, 3.0, 1000.0]), how=st.sampled_from(WEIGHTINGS))
def test_a_filter_twice_as_active_has_the_same_density(seed, factor, how):
    """Any σ of equation 3 that is linear in a filter's maps goes away in the normalisation."""
    world = World(seed)
    before = densities(world.prior("tfidf", "add_one"), world.likelihood(how))
    world.maps = world.maps * factor
    assert np.allclose(densities(world.prior("tfidf", "add_one"), world.likelihood(how)), before, atol=1e-12)


@pytest.mark.parametrize("how", NORMALISATIONS)
@given(table=signed, temperature=st.sampled_from([0.5, 1.0, 4.0]), strongest=st.integers(1, 20))
def test_importances_are_those_of_the_slow_twin(how, table, temperature, strongest):
    slow = [slow_importances(row, how, temperature, strongest) for row in table.tolist()]
    assert np.allclose(importances(table, how, temperature, strongest), slow, rtol=1e-9, atol=1e-15)


@given(seed=seeds, table=signed)
def test_the_mixture_is_that_of_the_slow_twin(seed, table):
    """Equations 5 and 7: Σ_k p(t|f_k) p(f_k|x, c)."""
    rows, filters = table.shape
    learned = np.random.default_rng(seed).random((5, filters))
    mixed = mixture(learned, importances(table))
    for row in range(rows):
        of_row = importances(table[row])
        for t in range(5):
            slow = sum(learned[t, k] * of_row[k] for k in range(filters))
            assert mixed[row, t] == pytest.approx(slow, rel=1e-9)


@given(table=signed)
def test_of_densities_and_importances_that_sum_to_one_so_does_the_mixture(table):
    learned = np.full((3, table.shape[1]), [[0.5], [0.25], [0.25]])
    assert np.allclose(mixture(learned, importances(table)).sum(-1), 1.0)


def test_priors_by_hand():
    """N = 4. "small bird" in 4 images, said 8 times; "red eye" in 2, 6 times; "long tail" in 1, once; idf 0, log 2, log 4.

    tfidf: 0, 3 log 2, 2 log 2; tfidf_sum: 0, 6 log 2, 2 log 2; idf: 0, log 2, 2 log 2.
    """
    documents, occurrences = np.array([4, 2, 1]), np.array([8.0, 6.0, 1.0])
    assert prior(documents, occurrences, 4).tolist() == pytest.approx([0, 0.6, 0.4])
    assert prior(documents, occurrences, 4, "tfidf_sum").tolist() == pytest.approx([0, 0.75, 0.25])
    assert prior(documents, occurrences, 4, "idf").tolist() == pytest.approx([0, 1 / 3, 2 / 3])
    assert prior(documents, occurrences, 4, "uniform").tolist() == pytest.approx([1 / 3] * 3)


def test_a_smoothed_frequency_leaves_something_of_what_is_said_of_each_image():
    """log(5/5) + 1 = 1, and log(5/2) + 1."""
    assert inverse_frequency(np.array([4, 1]), 4, "add_one").tolist() == pytest.approx([1, log(2.5) + 1])


def test_an_attribute_of_no_image_has_no_prior():
    assert prior(np.array([0, 2]), np.array([0.0, 2.0]), 4, "uniform").tolist() == [0, 1]


def test_attributes_that_are_said_of_each_image_are_alike():
    assert prior(np.array([4, 4, 0]), np.array([4.0, 9.0, 0.0]), 4).tolist() == [0.5, 0.5, 0]


def test_likelihoods_by_hand():
    """One filter, φ = 4, 2, 0, 2 (mean 2). Attribute 0 has the first two images, attribute 1 the third.

    sum: 6, 0. mean: 3, 0. lift with 2 images of the mean more: (6 + 4)/4/2, (0 + 4)/3/2.
    """
    sums, counts, total = np.array([[6.0], [0.0]]), np.array([2.0, 1.0]), np.array([8.0])
    assert likelihood(sums, counts, total, 4, "sum").tolist() == [[6], [0]]
    assert likelihood(sums, counts, total, 4, "mean").tolist() == [[3], [0]]
    assert likelihood(sums, counts, total, 4, "lift", 2.0).ravel().tolist() == pytest.approx([1.25, 2 / 3])
    assert likelihood(sums, counts, total, 4, "lift", 0.0).ravel().tolist() == [1.5, 0]


def test_a_frequent_attribute_wins_by_sum_and_not_by_mean():
    """The first attribute has 100 images of φ = 1, the second 2 of φ = 5: sums 100, 10, means 1, 5."""
    sums, counts = np.array([[100.0], [10.0]]), np.array([100.0, 2.0])
    first, second = likelihood(sums, counts, np.array([110.0]), 102, "sum").ravel()
    assert first > second
    first, second = likelihood(sums, counts, np.array([110.0]), 102, "mean").ravel()
    assert first < second


@pytest.mark.parametrize("how", WEIGHTINGS)
def test_an_attribute_that_silences_a_filter_has_no_likelihood(how):
    """φ sums to −3 over the first attribute's images and to 9 over the second's."""
    seen = likelihood(np.array([[-3.0], [9.0]]), np.array([1.0, 3.0]), np.array([6.0]), 4, how, 0.0)
    assert seen[0, 0] == 0
    assert seen[1, 0] > 0


@pytest.mark.parametrize("how", WEIGHTINGS)
def test_of_a_filter_that_never_fires_the_prior_is_all_that_is_known(how):
    before = np.array([0.25, 0.75])
    seen = likelihood(np.zeros((2, 1)), np.array([1.0, 2.0]), np.zeros(1), 3, how)
    assert densities(before, seen).ravel().tolist() == [0.25, 0.75]


def test_what_is_too_small_to_divide_by_is_no_evidence():
    assert densities(np.array([0.25, 0.75]), np.full((2, 1), 1e-320)).ravel().tolist() == [0.25, 0.75]


def test_class_weights_by_hand():
    """w = (2, −1), E[φ] = (0.5, 4), E[φ|class] = (3, 0)."""
    weights, means, class_means = np.array([[2.0, -1.0]]), np.array([0.5, 4.0]), np.array([[3.0, 0.0]])
    found = [contributions(weights, how, means, class_means).tolist() for how in CLASS_WEIGHTS]
    assert found == [[[2, -1]], [[1, -4]], [[6, 0]]]


def test_the_strongest_of_equals_are_the_first():
    assert importances(np.array([1.0, 2.0, 1.0, 1.0]), "topk_relu", strongest=2).tolist() == pytest.approx(
        [1 / 3, 2 / 3, 0, 0]
    )


def test_a_low_temperature_leaves_the_strongest_filter_only():
    assert importances(np.array([1.0, 900.0, -5.0]), "softmax", 0.01).tolist() == [0, 1, 0]


def test_where_nothing_speaks_for_a_class_its_density_is_the_mean_of_all_filters():
    learned = np.array([[1.0, 0.5], [0.0, 0.5]])
    assert mixture(learned, importances(np.array([-1.0, 0.0]))).tolist() == [0.75, 0.25]


def test_the_share_that_speaks_for_a_class_by_hand():
    """2 + 1 of 2 + 1 + 1 + 2."""
    assert positive_share(np.array([[2.0, -1.0, 1.0, -2.0]])).tolist() == [0.5]


def test_a_mixture_is_as_precise_as_the_densities():
    assert mixture(np.ones((2, 3), np.float32), np.ones((1, 3))).dtype == np.float32


def test_a_contrast_names_the_attribute_that_differs():
    """Both birds have a long beak; the first has a green crown, the second a blue one (the paper's example)."""
    green, blue = np.array([0.4, 0.5, 0.1]), np.array([0.4, 0.1, 0.5])
    assert contrast(green, blue).tolist() == pytest.approx([0, 0.4, -0.4])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: prior(np.array([1]), np.array([1.0]), 1, "bm25"), "prior is 'bm25'; it must be one of tfidf,"),
        (lambda: inverse_frequency(np.array([1]), 1, "yes"), "smoothing is 'yes'; it must be one of none, add_one"),
        (
            lambda: likelihood(np.ones((1, 1)), np.ones(1), np.ones(1), 1, "max"),
            "weighting is 'max'; it must be one of lift, mean, sum",
        ),
        (lambda: importances(np.ones(2), "l2"), "normalisation is 'l2'; it must be one of relu_l1, signed_l1,"),
        (
            lambda: contributions(np.ones((1, 2)), "bias", np.ones(2), np.ones((1, 2))),
            "class_weights is 'bias'; it must be one of weight, mean, class_mean",
        ),
    ],
)  # fmt: skip
def test_an_option_that_there_is_not_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        asked()


def test_ties_stay_ties_whatever_the_order_of_adding():
    """Attributes that are said of the same images are as probable, for one image and for many at once."""
    lot = np.random.default_rng(0)
    table = np.repeat(lot.random((20, 640)), 3, axis=0).astype(np.float32)
    many = importances(lot.standard_normal((39, 640)))
    for rows in (many, many[:1]):
        found = steady(mixture(table, rows)).reshape(len(rows), 20, 3)
        assert (found == found[..., :1]).mean() > 0.999
