"""What the graph says in words, and that it is the same wherever the graph is."""

import pyoxigraph
import pytest
from pyoxigraph import NamedNode

from kgexplain.answers.attributes.description import described
from kgexplain.answers.attributes.mistaken import mistaken
from kgexplain.answers.attributes.reading import Description, description, estimates, rationales
from kgexplain.errors import QueryError
from kgexplain.graph.opening import open_store
from kgexplain.vocabulary import RANK, Statement
from tests.answers.attributes import birds


@pytest.fixture(scope="module")
def store():
    with birds.graph() as graph:
        yield graph


@pytest.fixture(scope="module")
def given(store):
    return rationales(store, birds.image("figure1.jpg"))


def test_what_a_filter_responds_to_is_read_best_first(store):
    found = estimates(store, birds.FILTER, birds.LEARNED)
    assert [(e.adjective, e.noun, e.probability, e.rank) for e in found] == [
        ("long", "tail", 0.3, 1),
        ("", "tail", 0.2, 2),
        ("brown", "crown", 0.1, 3),
    ]


def test_a_run_that_says_nothing_of_a_thing_estimates_nothing(store):
    assert estimates(store, birds.FILTER, birds.RUN) == ()


def test_the_predicted_class_comes_first(given):
    assert [(r.name, r.is_predicted, r.is_true) for r in given] == [
        ("Carolina_Wren", True, False),
        ("House_Wren", False, True),
    ]


def test_a_class_may_be_both_predicted_and_true_and_another_neither(store):
    given = rationales(store, birds.image("right.jpg"))
    assert [(r.name, r.is_predicted, r.is_true) for r in given] == [
        ("House_Wren", True, True),
        ("Carolina_Wren", False, False),
    ]


def test_a_rationale_is_read_whole(given):
    first = given[0]
    assert (first.key, first.weights_by, first.positive_share, first.residual) == (
        "figure1.jpg",
        "linear",
        0.5,
        0.25,
    )
    assert (first.run, first.class_, first.image) == (birds.RUN, birds.CAROLINA, birds.image("figure1.jpg"))


def test_the_sentences_of_figure_1_come_from_the_graph(given):
    assert [rationale.sentence() for rationale in given] == [
        "This is a Carolina Wren because it has brown and black crown, white breast, white eyebrow, and short beak.",
        "This is a House Wren because it has brown crown, white eyebrow, long tail, and pointy and long beak.",
    ]


def test_a_class_for_which_nothing_speaks_has_no_sentence_but_a_reason(store):
    silent = rationales(store, birds.image("right.jpg"))[1]
    assert silent.estimates
    assert silent.sentence() == (
        "There is no reason to call this a Carolina Wren: no filter that the image activates speaks for it."
    )


@pytest.fixture
def two_runs():
    with birds.graph() as graph:
        again = [
            *birds.seen("figure1.jpg", "house", "house"),
            *birds.rationale(birds.OTHER_RUN, "figure1.jpg", "house", "red eye"),
        ]
        graph.replace(NamedNode(birds.OTHER_RUN), again)
        yield graph


def test_rationales_of_two_runs_are_not_mixed(two_runs):
    (only,) = rationales(two_runs, birds.image("figure1.jpg"), birds.OTHER_RUN)
    assert only.sentence() == "This is a House Wren because it has red eye."
    assert len(rationales(two_runs, birds.image("figure1.jpg"), birds.RUN)) == 2


def test_of_two_runs_one_must_be_chosen(two_runs):
    with pytest.raises(
        QueryError, match=r"2 runs gave rationales of it; choose one of .*again.*, .*rationale"
    ):
        rationales(two_runs, birds.image("figure1.jpg"))


def test_an_image_without_rationale_is_an_error(store):
    with pytest.raises(
        QueryError, match=r"has no rationale of .*nobody.jpg; explain the image by attributes first"
    ):
        rationales(store, birds.image("nobody.jpg"))


def test_a_class_is_described_by_its_best(store):
    found = description(store, birds.CAROLINA, birds.LEARNED)
    assert described(found) == "To the network, a Carolina Wren has white eyebrow, and brown crown."
    assert (found.name, found.residual) == ("Carolina_Wren", 0.25)


def test_a_description_is_as_long_as_wanted(store):
    found = description(store, birds.HOUSE, birds.LEARNED)
    assert described(found, 1) == "To the network, a House Wren has long tail."


def test_of_a_class_without_attributes_nothing_is_known():
    assert described(Description("", "gnome", 1.0, ())) == "Nothing is known of a gnome."


def test_a_run_that_describes_no_class_is_an_error(store):
    with pytest.raises(
        QueryError, match=r"rationale--birds says nothing of .*; the runs that do: .*attributes--birds"
    ):
        description(store, birds.CAROLINA, birds.RUN)


def test_a_class_that_no_run_describes_is_an_error(store):
    with pytest.raises(QueryError, match="the runs that do: none"):
        description(store, "https://example.org/gnome", birds.LEARNED)


def test_mistakes_have_both_rationales(store):
    (only,) = mistaken(store, birds.RUN)
    assert (only.key, only.predicted.name, only.true.name) == ("figure1.jpg", "Carolina_Wren", "House_Wren")


def test_a_mistake_says_what_speaks_more_for_the_true_class(store):
    """White eyebrow 0.2 − 0.1, and what the Carolina Wren does not state, with at most 0.05: long tail 0.1 − 0.05."""
    (only,) = mistaken(store, birds.RUN)
    assert [(d.estimate.text, pytest.approx(d.more)) for d in only.contrast.for_other] == [
        ("white eyebrow", 0.1),
        ("long tail", 0.05),
        ("pointy beak", 0.03),
    ]


def said(store):
    """All sentences of a store."""
    for key in ("figure1.jpg", "right.jpg"):
        yield from (rationale.sentence() for rationale in rationales(store, birds.image(key), birds.RUN))
    yield from (
        described(description(store, class_, birds.LEARNED)) for class_ in (birds.CAROLINA, birds.HOUSE)
    )
    yield from (mistake.contrast.reason() for mistake in mistaken(store, birds.RUN))


def test_a_graph_loaded_elsewhere_says_the_same(store, tmp_path):
    lines = "".join(
        f"{row['s']} {row['p']} {row['o']} {row['g']} .\n"
        for row in store.select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }")
    )
    with open_store(str(tmp_path / "elsewhere")) as elsewhere:
        for quad in pyoxigraph.parse(lines.encode(), pyoxigraph.RdfFormat.N_QUADS):
            elsewhere.add(quad.graph_name, [Statement(*quad.triple)])
        sentences = list(said(elsewhere))
    assert sentences == list(said(store))
    assert len(sentences) == 7


def test_a_place_that_is_no_number_is_an_error():
    node = NamedNode("urn:estimated")
    said_of_it = [
        s._replace(object=NamedNode("urn:first")) if s.predicate == RANK else s
        for s in birds.estimated(birds.LEARNED, node, "red eye")
    ]
    with open_store("memory:") as broken:
        broken.replace(NamedNode(birds.LEARNED), said_of_it)
        with pytest.raises(QueryError, match="stands where the graph should have a number"):
            estimates(broken, node.value, birds.LEARNED)
