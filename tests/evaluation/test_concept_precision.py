"""Concept precision by hand, beside chance; and the published precisions' chance, from a published dissection."""

import csv
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import Bootstrap
from kgexplain.evaluation.concept_precision import (
    LARGEST,
    RANDOM_FILTERS,
    SHUFFLED,
    SIZES,
    Chance,
    Size,
    by_lot,
    class_statements,
    classifier_figures,
    figures,
    precisions,
    shared,
)
from kgexplain.evaluation.figures import statements
from kgexplain.explainers.ranking import Classifier, Lists
from kgexplain.vocabulary import (
    CLASS_CONCEPT_PRECISION,
    CLASS_CONCEPT_PRECISION_BY_CHANCE,
    CLASSIFIER_ACCURACY,
    CLASSIFIER_F1,
    CLASSIFIER_ITERATIONS,
    CONCEPT_PRECISION,
    CONCEPT_PRECISION_DEVIATION,
    CONCEPT_PRECISION_LIFT,
    CONCEPT_PRECISION_P,
    IS_MEASUREMENT_OF,
    MEASURED_VALUE,
    OF_CLASS,
    VARIANT,
    document,
    thing,
)

TABLE = (
    Path(__file__).parents[2] / ".." / "shared" / "realdata" / "netdissect" / "ResNet-152-model_imagenet.csv"
)
CATEGORIES = ("object", "part", "material", "color")
RUN = document("run", "ranking", "toy", "0a1b2c3d")
FEW = Chance(200)


@pytest.fixture(scope="module")
def resnet152():
    """Of each of 2,048 filters the best concept of four categories, as a number, and its IoU."""
    if not TABLE.exists():
        pytest.skip("the published tables of NetDissect are not here")
    with TABLE.open(encoding="utf-8", newline="") as lines:
        best = [
            max((float(row[f"{c}-iou"]), row[f"{c}-label"]) for c in CATEGORIES)
            for row in csv.DictReader(lines)
        ]
    names = sorted({name for _, name in best})
    return np.array([names.index(name) for _, name in best]), np.array([iou for iou, _ in best])


def test_the_published_filters_have_154_concepts(resnet152):
    concept_of, iou = resnet152
    assert (len(concept_of), len(set(concept_of.tolist()))) == (2048, 154)
    assert (int((iou > 0.04).sum()), len(set(concept_of[iou > 0.04].tolist()))) == (928, 99)


@pytest.mark.parametrize(
    ("least", "expected"), [(0.0, (0.106, 0.429, 0.647, 0.874)), (0.04, (0.149, 0.564, 0.772, 0.953))]
)
def test_the_published_precisions_chance(resnet152, least, expected):
    """With filters drawn at random; the published 95 % for ten and ten stand beside 87 %."""
    concept_of, iou = resnet152
    found = by_lot(np.where(iou > least, concept_of, -1), chance=Chance(20_000))
    assert found == pytest.approx(expected, abs=0.01)


IMAGES = Lists(np.array([[0, 1], [2, 3], [3, -1], [4, 0], [1, 4]]), np.zeros((5, 2)))
LABELS = np.array([3, 3, 7, 7, 3])
CLASSES = Lists(np.array([[0, 4], [3, -1]]), np.zeros((2, 2)))
NAMED = np.array([3, 7])


@pytest.fixture
def found():
    return precisions(IMAGES, LABELS, CLASSES, NAMED, (0.1, 0.2, 0.3, 0.4), FEW)


def test_precision_by_hand(found):
    """Class 3, concepts 0 and 4: images 0 and 4 of its three. Class 7, concept 3: one of its two images."""
    assert found[1].of_classes.tolist() == [2 / 3, 1 / 2]
    assert found[1].value == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found[1].deviation == pytest.approx((2 / 3 - 1 / 2) / 2)


def test_with_one_concept_of_a_class_fewer_images_agree(found):
    """Concept 0 is that of one image of class 3."""
    assert (found[0].size, found[0].of_classes.tolist()) == (Size(5, 1), [1 / 3, 1 / 2])


def test_of_an_image_as_many_concepts_count_as_are_said():
    """The class's concept is the sixth of its image."""
    lists = Lists(np.array([[1, 2, 3, 4, 5, 6, -1, -1, -1, -1]] * 2), np.zeros((2, 10)))
    wanted = Lists(np.full((2, 1), 6), np.zeros((2, 1)))
    given = precisions(lists, np.array([0, 1]), wanted, np.array([0, 1]), chance=FEW)
    assert [precision.value for precision in given] == [0, 0, 0, 1]


def test_sizes_are_those_of_the_paper():
    assert [str(size) for size in SIZES] == ["5–1", "5–5", "5–10", "10–10"]


def test_lists_dealt_at_random_by_hand(found):
    """Three of three images of class 3 have 0 or 4, or one has 3: (2/3 + 1/3)/2. Of class 7: (1/2 + 1/2)/2."""
    assert found[1].of_classes_shuffled.tolist() == [1 / 2, 1 / 2]
    assert found[1].shuffled == 1 / 2
    assert found[1].lift == pytest.approx((7 / 12) / (1 / 2))


def test_images_of_other_classes_do_not_count():
    some = precisions(IMAGES, np.array([3, 3, 7, 7, -1]), CLASSES, NAMED, chance=FEW)[1]
    assert some.of_classes.tolist() == [1 / 2, 1 / 2]
    assert len(some.own) == 4


def precision_slowly(images, labels, classes, size):
    """Equation 2: Σ C_lc,gc / #L_c, image by image; the mean over classes."""
    shares = []
    for class_, concepts in classes.items():
        own = [image for image, label in zip(images, labels, strict=True) if label == class_]
        agree = [bool({c for c in i[: size.image] if c >= 0} & set(concepts[: size.class_])) for i in own]
        shares.append(sum(agree) / len(own))
    return shares


lists_of = st.lists(st.integers(0, 6), min_size=0, max_size=10, unique=True)


def padded(lists):
    return np.array([one + [-1] * (10 - len(one)) for one in lists])


@given(
    st.lists(st.tuples(lists_of, st.sampled_from([1, 4, 5])), min_size=3, max_size=12),
    st.tuples(*[lists_of] * 3),
)
def test_precision_is_equation_2(images, of_classes):
    images = [*images, ([0], 1), ([1], 4), ([2], 5)]
    lists, labels = [i for i, _ in images], np.array([label for _, label in images])
    given_ = precisions(
        Lists(padded(lists), np.zeros((len(lists), 10))),
        labels,
        Lists(padded(of_classes), np.zeros((3, 10))),
        np.array([1, 4, 5]),
        chance=Chance(1),
    )
    for precision in given_:
        slowly = precision_slowly(
            lists, labels, dict(zip((1, 4, 5), of_classes, strict=True)), precision.size
        )
        assert precision.of_classes.tolist() == pytest.approx(slowly)


@given(
    arrays(np.int64, (5, 4), elements=st.integers(-1, 4)),
    arrays(np.int64, (3, 2), elements=st.integers(-1, 4)),
)
def test_what_is_shared_is_an_intersection(images, classes):
    expected = [[bool(set(i) & set(c) - {-1}) for c in classes.tolist()] for i in images.tolist()]
    assert shared(images, classes).tolist() == expected


@pytest.fixture(scope="module")
def dealt():
    """Four classes with six images each, which mostly have their class's first concept."""
    random = np.random.default_rng(4)
    labels = np.repeat(np.arange(4), 6)
    concepts = np.where(random.random(24) < 0.8, labels, random.integers(0, 5, 24))[:, None]
    images = Lists(np.hstack([concepts, np.full((24, 1), -1)]), np.zeros((24, 2)))
    classes = Lists(np.arange(4)[:, None], np.zeros((4, 1)))
    return images, labels, classes, np.arange(4)


def all_deals(images, labels, classes):
    """The mean precision of each of the 24 ways to deal four lists to four classes."""
    hits = shared(images.concepts, classes.concepts)
    return [
        np.mean([hits[labels == class_, given_].mean() for class_, given_ in enumerate(deal)])
        for deal in permutations(range(4))
    ]


def test_chance_is_the_mean_of_all_deals(dealt):
    images, labels, classes, named = dealt
    precision = precisions(images, labels, classes, named, chance=FEW)[0]
    assert precision.shuffled == pytest.approx(np.mean(all_deals(images, labels, classes)))


def test_how_far_deals_differ_is_drawn(dealt):
    images, labels, classes, named = dealt
    precision = precisions(images, labels, classes, named, chance=Chance(20_000))[0]
    assert precision.shuffled_deviation == pytest.approx(np.std(all_deals(images, labels, classes)), rel=0.03)


def test_p_is_the_share_of_deals_that_give_as_much(dealt):
    """No other of the 24 deals gives as much."""
    images, labels, classes, named = dealt
    deals = all_deals(images, labels, classes)
    assert sum(deal >= deals[0] for deal in deals) == 1
    precision = precisions(images, labels, classes, named, chance=Chance(20_000))[0]
    assert precision.p == pytest.approx(1 / 24, rel=0.1)


def test_p_of_lists_that_are_all_the_same_is_1(dealt):
    images, labels, _, named = dealt
    same = Lists(np.zeros((4, 1), int), np.zeros((4, 1)))
    precision = precisions(images, labels, same, named, chance=FEW)[0]
    assert precision.p == 1
    assert precision.lift == 1


def test_p_is_never_0(dealt):
    images, labels, classes, named = dealt
    assert precisions(images, labels, classes, named, chance=Chance(1))[0].p >= 1 / 2


def test_chance_is_the_same_each_time(dealt):
    assert precisions(*dealt, chance=FEW)[0].p == precisions(*dealt, chance=FEW)[0].p
    assert precisions(*dealt, chance=FEW)[0].p != precisions(*dealt, chance=Chance(200, seed=1))[0].p


def test_filters_by_lot_are_those_with_a_concept():
    """All that have one have the same."""
    assert by_lot(np.array([-1, 3, -1, 3]), chance=Chance(50)) == (1, 1, 1, 1)


def test_filters_by_lot_by_hand():
    """One filter of four for an image and one for a class, each of a concept of its own."""
    assert by_lot(np.arange(4), (1, 1), Chance(20_000)) == pytest.approx((0.25,) * 4, abs=0.01)


def test_filters_are_drawn_once():
    """Two of two filters are both of them."""
    assert by_lot(np.arange(2), (2, 2), Chance(100))[1:] == (1, 1, 1)


def test_chance_takes_a_drawing():
    with pytest.raises(InputError, match="drawings is 0; it must be at least 1"):
        Chance(0)


def of(figures_, metric, **fields):
    (figure,) = [
        f for f in figures_ if f.metric == metric and all(getattr(f, n) == v for n, v in fields.items())
    ]
    return figure


@pytest.fixture
def measured(found):
    return figures(found, Bootstrap(50))


@pytest.mark.parametrize(("baseline", "value"), [("", 7 / 12), (SHUFFLED, 1 / 2), (RANDOM_FILTERS, 0.2)])
def test_a_precision_stands_beside_chance(measured, baseline, value):
    figure = of(measured, CONCEPT_PRECISION, variant="5–5", baseline=baseline, above="")
    assert figure.interval.value == pytest.approx(value)
    assert figure.images == 5


@pytest.mark.parametrize(("above", "value"), [(SHUFFLED, 1 / 12), (RANDOM_FILTERS, 7 / 12 - 0.2)])
def test_a_precision_is_above_chance(measured, above, value):
    figure = of(measured, CONCEPT_PRECISION, variant="5–5", above=above)
    assert figure.interval.value == pytest.approx(value)
    assert figure.interval.low < figure.interval.value < figure.interval.high


def test_lift_deviation_and_p_are_said(measured, found):
    assert of(measured, CONCEPT_PRECISION_LIFT, variant="5–5").interval.value == found[1].lift
    assert of(measured, CONCEPT_PRECISION_DEVIATION, variant="5–5").interval.value == found[1].deviation
    assert of(measured, CONCEPT_PRECISION_P, variant="5–5").interval.value == found[1].p


def test_what_filters_by_lot_give_is_only_said_where_it_is_known():
    unknown = precisions(IMAGES, LABELS, CLASSES, NAMED, chance=FEW)
    assert {figure.baseline for figure in figures(unknown, Bootstrap(5))} == {"", SHUFFLED}


def test_an_interval_is_over_images_of_each_class(found):
    """The mean over classes of images counted 2, 0, 1, 3, 0 times: class 3 has image 0 twice, class 7 one of four."""
    weights = np.array([[2.0, 0, 1, 3, 0]])
    assert found[1].over_classes(found[1].own_hits)(weights) == pytest.approx([(1 + 1 / 4) / 2])


def test_a_class_that_is_not_drawn_does_not_count(found):
    weights = np.array([[1.0, 1, 0, 0, 1]])
    assert found[1].over_classes(found[1].own_hits)(weights) == pytest.approx([2 / 3])


def test_every_class_has_its_precision_beside_chance(found):
    said = list(class_statements(found, lambda index: thing(RUN, "class", index), RUN))
    node = thing(RUN, "classConceptPrecision", "variant", "5–5", "class", 7)
    own = {s.predicate: s.object for s in said if s.subject == node}
    assert own[MEASURED_VALUE] == Literal(0.5)
    assert own[OF_CLASS] == thing(RUN, "class", 7)
    assert own[IS_MEASUREMENT_OF] == CLASS_CONCEPT_PRECISION
    assert own[VARIANT] == Literal("5–5")
    metrics = [s.object for s in said if s.predicate == IS_MEASUREMENT_OF]
    assert metrics.count(CLASS_CONCEPT_PRECISION_BY_CHANCE) == 8


def test_every_figure_of_a_class_has_an_iri_of_its_own(found):
    said = list(class_statements(found, lambda index: thing(RUN, "class", index), RUN))
    assert len({s.subject for s in said}) == 2 * 4 * 2


@pytest.fixture
def learned():
    """Five images of two classes, one of which had no part; three of four were told right."""
    return Classifier(
        classes=np.array([3, 7]),
        coefficients=np.zeros((2, 1)),
        labels=np.array([3, 3, -1, 7, 3]),
        predicted=np.array([3, 7, -1, 7, 3]),
        fold=np.array([0, 1, -1, 0, 1]),
        kept=0,
        f1=(1.0, 0.25),
        iterations=(12, 40),
    )


def test_the_classifiers_accuracy_stands_beside_the_largest_class(learned):
    found = classifier_figures(learned, Bootstrap(50))
    accuracy = of(found, CLASSIFIER_ACCURACY, baseline="", above="")
    assert (accuracy.interval.value, accuracy.images) == (0.75, 4)
    assert of(found, CLASSIFIER_ACCURACY, baseline=LARGEST).interval.value == 0.75
    assert of(found, CLASSIFIER_ACCURACY, above=LARGEST).interval.value == 0


def test_the_classifiers_f1_is_that_of_each_fold(learned):
    found = classifier_figures(learned, Bootstrap(50))
    assert [f.interval.value for f in found if f.metric == CLASSIFIER_F1] == [1.0, 0.25]
    assert of(found, CLASSIFIER_F1, variant="fold 1").interval.value == 0.25


def test_the_most_iterations_of_a_fold_are_said(learned):
    found = classifier_figures(learned, Bootstrap(50))
    assert of(found, CLASSIFIER_ITERATIONS).interval.value == 40


def test_figures_have_iris_of_their_own(measured, learned):
    every = [*measured, *classifier_figures(learned, Bootstrap(50))]
    assert len({s.subject for s in statements(every, RUN)}) == len(every)
    assert NamedNode(RUN) not in {s.subject for s in statements(every, RUN)}
