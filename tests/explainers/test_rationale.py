"""Why a network would call an image a class: by hand, against a slow twin, and what classes share."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.learned import Densities
from kgexplain.explainers.rationale import Rationales, Reasons
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.inputs.attributes import Phrase
from kgexplain.vocabulary import (
    ATTRIBUTE,
    ESTIMATED,
    FOR_CLASS,
    HAS_ATTRIBUTE,
    HAS_RATIONALE,
    IDENTIFIER,
    POSITIVE_SHARE,
    PREDICTED_CLASS,
    PROBABILITY,
    RANK,
    RESIDUAL,
    TRUE_CLASS,
    WEIGHTS_BY,
    A,
    attribute,
    thing,
)

DOCUMENT = "https://w3id.org/kgexplain/run/rationale--test"
IMAGE = NamedNode("https://w3id.org/kgexplain/images/birds#image--a.png")
BLACK, BLUE, TAIL = (attribute(text) for text in ("black head", "blue head", "long tail"))
TABLE = np.array([[0.6, 0.0], [0.4, 0.25], [0.0, 0.75]], np.float32)


def network(filters=2):
    classes = (OutputClass(0, "tench", "n01440764"), OutputClass(1, "crane"), OutputClass(2, "boat"))
    return Architecture("toy", "0123456789abcdef", {"conv": Layer("conv", filters, 1)}, classes)


def learned(table=TABLE):
    phrases = tuple(Phrase(*text.value.rpartition("--")[2].split("-20-")) for text in (BLACK, BLUE, TAIL))
    return Densities("conv", phrases, table, np.full((len(table), 3), np.nan, np.float32))


def reasons(contributions=((1.0, 3.0), (2.0, 0.0)), classes=(1, 0), label=0):
    return Reasons("a.png", IMAGE, 1, 0.875, classes, np.array(contributions), "linear", label)


def stated(given, number=20, **options):
    rationales = Rationales(AttributeDensity(**options), network(), DOCUMENT, learned(), number)
    return list(rationales.statements(given))


def rationale(class_key):
    return thing(DOCUMENT, "rationale", "a.png", class_key)


def objects(statements, subject, predicate):
    return [s.object for s in statements if (s.subject, s.predicate) == (subject, predicate)]


def estimates(statements, subject):
    """Attribute, probability and rank of what is estimated of a subject."""
    of_node = {(s.subject, s.predicate): s.object for s in statements}
    return {
        of_node[n, ESTIMATED]: (
            pytest.approx(float(of_node[n, PROBABILITY].value), abs=1e-6),
            int(of_node[n, RANK].value),
        )
        for n in objects(statements, subject, HAS_ATTRIBUTE)
    }


def test_a_rationale_by_hand():
    """Class 1: importances 1/4, 3/4: black 0.15, blue 0.1 + 0.1875, tail 0.5625. Class 0: filter 0 alone."""
    statements = stated(reasons())
    assert estimates(statements, rationale("1")) == {BLACK: (0.15, 3), BLUE: (0.2875, 2), TAIL: (0.5625, 1)}
    assert estimates(statements, rationale("n01440764")) == {BLACK: (0.6, 1), BLUE: (0.4, 2), TAIL: (0, 3)}


def test_what_is_first_for_one_class_is_stated_for_all():
    """First of class 1 is the tail, of class 0 the black head; the blue head, second of both, is left to the residual."""
    statements = stated(reasons(), number=1)
    assert estimates(statements, rationale("1")) == {BLACK: (0.15, 3), TAIL: (0.5625, 1)}
    assert estimates(statements, rationale("n01440764")) == {BLACK: (0.6, 1), TAIL: (0, 3)}
    rests = [objects(statements, rationale(key), RESIDUAL) for key in ("1", "n01440764")]
    assert [float(rest.value) for (rest,) in rests] == pytest.approx([0.2875, 0.4])


def test_an_image_has_a_rationale_for_each_class_that_is_asked_for():
    statements = stated(reasons())
    assert objects(statements, IMAGE, HAS_RATIONALE) == [rationale("1"), rationale("n01440764")]
    assert objects(statements, rationale("1"), FOR_CLASS) == [network().class_(1)]
    assert objects(statements, rationale("1"), WEIGHTS_BY) == [Literal("linear")]


def test_an_image_is_stated_with_its_prediction():
    statements = stated(reasons())
    assert objects(statements, IMAGE, IDENTIFIER) == [Literal("a.png")]
    assert objects(statements, IMAGE, TRUE_CLASS) == [network().class_(0)]
    assert objects(statements, IMAGE, PREDICTED_CLASS) == [network().class_(1)]
    assert objects(statements, IMAGE, PROBABILITY) == [Literal(0.875)]


def test_the_class_of_an_unlabelled_image_is_not_stated():
    assert objects(stated(reasons(label=None)), IMAGE, TRUE_CLASS) == []


def test_what_speaks_for_a_class_is_stated_as_a_share():
    """3 of 3 + 1; where nothing speaks for a class, 0, and its density is the mean of all filters'."""
    statements = stated(reasons(((3.0, -1.0), (-2.0, 0.0))))
    assert objects(statements, rationale("1"), POSITIVE_SHARE) == [Literal(0.75)]
    assert objects(statements, rationale("n01440764"), POSITIVE_SHARE) == [Literal(0.0)]
    nothing = estimates(statements, rationale("n01440764"))
    assert nothing == {BLACK: (0.3, 3), BLUE: (0.325, 2), TAIL: (0.375, 1)}


def test_the_methods_normalisation_holds():
    """3 − 1 of 4: importances 0.75, −0.25."""
    statements = stated(reasons(((3.0, -1.0),), (1,)), normalisation="signed_l1")
    assert estimates(statements, rationale("1")) == {BLACK: (0.45, 1), BLUE: (0.2375, 2)}


def test_the_attributes_that_are_stated_are_told_in_words():
    told = {s.subject for s in stated(reasons(), number=1) if (s.predicate, s.object) == (A, ATTRIBUTE)}
    assert told == {BLACK, TAIL}


@given(seed=st.integers(0, 2**32 - 1))
def test_densities_are_those_of_the_slow_twin(seed):
    """Equations 5 and 6: p(t|x, c) = Σ_k p(t|f_k) σ(φ_k w_ck), σ divides what is above 0 by its sum."""
    random = np.random.default_rng(seed)
    table = random.random((3, 6)).astype(np.float32)
    pooled, weights = random.random(6), random.normal(size=(2, 6))
    method = AttributeDensity()
    found = Rationales(method, network(6), DOCUMENT, learned(table)).densities(pooled * weights)
    for class_ in range(2):
        positive = [max(pooled[k] * weights[class_, k], 0.0) for k in range(6)]
        for t in range(3):
            if sum(positive):
                slow = sum(table[t, k] * positive[k] / sum(positive) for k in range(6))
            else:
                slow = sum(table[t, k] / 6 for k in range(6))
            assert found[class_, t] == pytest.approx(slow, rel=1e-5)


def test_two_filters_explain_away():
    """A filter of black and blue heads, and one of blue heads alone: only where both fire is the head blue."""
    table = np.array([[0.6, 0.0], [0.4, 1.0], [0.0, 0.0]], np.float32)
    both, alone = Rationales(AttributeDensity(), network(), DOCUMENT, learned(table)).densities(
        np.array([[2.0, 4.0], [3.0, 0.0]])
    )
    assert both.tolist() == pytest.approx([0.2, 0.8, 0])
    assert alone.tolist() == pytest.approx([0.6, 0.4, 0])


def test_reasons_of_one_class_are_enough():
    one = reasons(((1.0, 3.0),), (1,))
    assert objects(stated(one), IMAGE, HAS_RATIONALE) == [rationale("1")]
    assert estimates(stated(replace(one)), rationale("1"))[TAIL] == (0.5625, 1)
