"""Which filters detect what, by hand and from the graph."""

from dataclasses import replace

import pytest

from kgexplain.answers.concepts.detectors import Detector, Dissected, LayerDetectors, Match, ordered
from kgexplain.answers.concepts.dissection import dissected, dissection_run, labelled, labelling_run
from kgexplain.errors import QueryError
from kgexplain.graph.opening import open_store
from kgexplain.vocabulary import concept
from tests.answers.concepts import detected

DOG, CAT = (Match(concept("object", name).value, name, "object", 0.5) for name in ("dog", "cat"))
EAR = Match(concept("part", "ear").value, "ear", "part", 0.5)


def detector(index, match, score):
    return Detector(f"conv {index}", "conv", index, match._replace(score=score))


def layer(*detectors, by_chance=()):
    return LayerDetectors("conv", 10, ordered(detectors), dict(by_chance))


def whole(*layers):
    return Dissected("run", "toy", "garden", 6, 0.005, 0.04, layers)


@pytest.fixture(scope="module")
def found():
    with detected.store() as store:
        return dissected(store, dissection_run(store))


def test_the_best_detector_comes_first_and_of_equals_the_lower_filter():
    detectors = [detector(7, DOG, 0.25), detector(2, EAR, 0.25), detector(5, CAT, 0.5)]
    assert [d.index for d in ordered(detectors)] == [5, 2, 7]


def test_of_each_concept_the_best_detector_is_foremost():
    of = layer(
        *(detector(i, m, v) for i, m, v in ((0, DOG, 0.5), (1, DOG, 0.4), (2, EAR, 0.3), (3, CAT, 0.2)))
    )
    assert [d.index for d in of.foremost(2)] == [0, 2]


def test_detectors_are_counted_by_category_and_by_concept():
    of = layer(detector(0, DOG, 0.5), detector(1, DOG, 0.4), detector(2, EAR, 0.3), detector(3, CAT, 0.2))
    assert of.categories == {"object": 3, "part": 1}
    assert of.concepts == {DOG.concept: 2, CAT.concept: 1, EAR.concept: 1}


def test_the_category_of_most_detectors_comes_first_and_one_of_chance_alone_is_there():
    first = layer(detector(0, EAR, 0.5), by_chance={"color": 2, "part": 1, "scene": 0})
    second = layer(detector(0, DOG, 0.5), detector(1, CAT, 0.5))
    assert whole(first, second).categories == ("object", "part", "color")


def test_the_sentence_counts_filters_concepts_and_chance():
    """Three detectors of two concepts in two layers of ten filters each; one and two by chance."""
    first = layer(detector(0, DOG, 0.5), by_chance={"object": 1})
    second = layer(detector(1, DOG, 0.4), detector(2, EAR, 0.3), by_chance={"object": 1, "part": 1})
    assert whole(first, second).sentence() == "3 of 20 filters detect one of 2 concepts. By chance, 3 would."


def test_of_what_was_not_compared_with_chance_the_sentence_does_not_speak():
    assert whole(layer(detector(0, DOG, 0.5))).sentence() == "1 of 10 filters detect one of 1 concepts."


def test_the_sentence_says_that_nothing_is_detected():
    assert whole(layer(by_chance={"object": 0})).sentence() == (
        "None of 10 filters detects a concept. By chance, 0 would."
    )


def test_detectors_are_read_layer_by_layer_the_best_first(found):
    read = {of.layer: [(d.index, d.match.name, d.match.score) for d in of.detectors] for of in found.layers}
    assert read == {
        "conv1": [(1, "grey", 0.25)],
        "conv2": [(0, "dog", 0.5), (2, "dog", 0.375), (3, "ear", 0.25)],
    }


def test_layers_come_in_the_order_in_which_they_run_with_all_their_filters(found):
    assert [(of.layer, of.filters) for of in found.layers] == [("conv1", 2), ("conv2", 4)]


def test_chance_is_read_beside_them(found):
    assert [of.by_chance for of in found.layers] == list(detected.BY_CHANCE.values())


def test_a_detector_has_its_p_value_and_the_next_two_concepts(found):
    best = found.layers[1].detectors[0]
    assert best.p_value == 0.0625
    assert [(m.name, m.score) for m in best.others] == [("cat", 0.25), ("ear", 0.125)]
    assert best.filter_ == detected.NETWORK.filter("conv2", 0).value


def test_what_the_run_was_set_to_is_read(found):
    assert (found.share, found.limit, found.shown, found.images) == (0.02, detected.LEAST, 6, "garden")


def test_the_run_knows_its_network_its_images_and_where_maps_were_taken():
    with detected.store() as store:
        run = dissection_run(store, detected.NETWORK.document)
    assert (run.network_name, run.network_digest) == ("toy", detected.NETWORK.digest)
    assert (run.images_digest, run.place) == ("c" * 64, "raw")


def test_a_published_table_is_not_compared_with_chance():
    with detected.store(detected.run("dissection-table"), by_chance={}) as store:
        found = dissected(store, dissection_run(store))
    assert not found.is_compared
    assert len(found.detectors) == 4


@pytest.fixture(scope="module")
def two_runs():
    """The older, the newer, and a store with both."""
    older, newer = detected.run(day=1), detected.run("dissection-table", day=2)
    return older, newer, detected.store(older, newer)


def test_the_newest_run_is_read(two_runs):
    _, newer, store = two_runs
    assert dissection_run(store).run == newer.iri


def test_an_older_run_can_be_chosen(two_runs):
    older, _, store = two_runs
    assert dissection_run(store, run=older.iri).run == older.iri


@pytest.fixture(scope="module")
def labels():
    with detected.labelled_store() as store:
        run = dissection_run(store)
        return labelled(store, run, labelling_run(store, run))


def test_labels_are_read_as_far_as_chance_does_not_explain_them(labels):
    read = {of.layer: [(d.index, d.match.name, d.match.score) for d in of.detectors] for of in labels.layers}
    assert read == {"conv1": [], "conv2": [(1, "mammal", 0.75), (3, "ear", 0.5)]}


def test_a_label_that_is_a_synset_has_no_category(labels):
    assert [d.match.category for d in labels.detectors] == ["", "part"]


def test_labels_know_their_measure_their_limit_and_all_filters_of_a_layer(labels):
    assert (labels.measure, labels.limit, labels.share) == ("profile", 0.0625, 0.02)
    assert [of.filters for of in labels.layers] == [2, 4]


def test_the_sentence_of_labels_is_of_labels(labels):
    assert labels.sentence() == "2 of 6 filters are labelled with one of 2 concepts."


def test_filters_that_nobody_labelled_are_refused():
    with (
        detected.store() as store,
        pytest.raises(QueryError, match="--garden--cccccccc; run `kgexplain label` first"),
    ):
        labelling_run(store, dissection_run(store))


def test_labels_by_another_dissection_are_not_of_this_one():
    with detected.labelled_store() as store:
        run = dissection_run(store)
        with pytest.raises(QueryError, match="run `kgexplain label` first"):
            labelling_run(store, replace(run, run=f"{run.run}--conv2"))


def test_a_graph_without_a_dissection_is_refused():
    with (
        open_store("memory:") as store,
        pytest.raises(
            QueryError,
            match="does not know any dissection; dissections are none; run `kgexplain explain --with",
        ),
    ):
        dissection_run(store)


def test_a_network_that_was_not_dissected_is_refused_beside_what_was():
    with detected.store() as store:
        known = detected.run().iri
        with pytest.raises(QueryError, match=f"does not know net/other; dissections are {known}"):
            dissection_run(store, "net/other")


def test_a_run_that_is_no_dissection_is_refused():
    with (
        detected.store() as store,
        pytest.raises(QueryError, match="does not know run/other; dissections are"),
    ):
        dissection_run(store, run="run/other")
