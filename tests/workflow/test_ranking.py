"""Concepts of images and of classes ranked: from what filters stand for to lists in the graph."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode

from kgexplain.activations.head import head
from kgexplain.activations.look import look
from kgexplain.errors import InputError, QueryError
from kgexplain.explainers.dissected import Match, concepts_said, matches_said
from kgexplain.explainers.ranking import Ranking
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.graph.query import query
from kgexplain.inputs.images import open_images, open_photograph
from kgexplain.inputs.labelled import labelled
from kgexplain.inputs.layouts import Concept
from kgexplain.shipped import shipped
from kgexplain.vocabulary import (
    CLASS_WITH_FEW_IMAGES,
    ENDED,
    PREF_LABEL,
    RANK,
    RELIES_ON,
    SHOWS,
    STARTED,
    USED,
    concept,
)
from kgexplain.workflow.explain import write_network
from kgexplain.workflow.ranking import Course, rank

TIME = datetime(2025, 5, 1, tzinfo=UTC)
METHOD = Ranking(folds=2, cost=1.0)
COURSE = Course(drawings=200)
BEFORE, LAST = "conv4", "conv5"


def dissected(network):
    """A run that says of each of the last filters which class it speaks for most, as if that had been marked.

    Every second one has a part, too, and the filters of the layer before have a texture.
    """
    weights = head(network).weights
    best = zip(weights.argmax(0).tolist(), np.linspace(0.01, 0.9, weights.shape[1]).tolist(), strict=True)
    matches = []
    for filter_, (class_, iou) in enumerate(best):
        matches.append(Match(filter_, Concept(network.classes[class_].name, "object"), iou, 1))
        if filter_ % 2:
            matches.append(Match(filter_, Concept(f"part {filter_ % 5}", "part"), iou / 2, 2))
    before = [Match(filter_, Concept("dotted", "texture"), 0.5, 1) for filter_ in range(32)]
    run = Run("dissection", network.architecture, Pictures("marked", "0a1b2c3d4e", 1), TIME, TIME, "0.4.0")
    said = chain(
        concepts_said({match.concept for match in (*matches, *before)}),
        matches_said(network.architecture, run.iri, LAST, matches, 0.04),
        matches_said(network.architecture, run.iri, BEFORE, before, 0.04),
        provenance(run),
    )
    return run.iri, list(said)


def store_of(world):
    """A store in memory with the network and what its filters stand for."""
    store = open_store("memory:")
    write_network(store, world.architecture)
    run, said = dissected(world)
    store.replace(NamedNode(run), said)
    return store


@pytest.fixture(scope="module")
def photographs(world_images, world):
    return open_images(world_images, world.classes, "world")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def store(world):
    return store_of(world)


def ranked(photographs, store, world, files, method=METHOD, **course):
    return rank(photographs, store, world, method, replace(COURSE, files=files, **course))


@pytest.fixture(scope="module")
def found(photographs, store, world, files):
    return ranked(photographs, store, world, files)


def objects(store, subject, predicate, graph):
    found = store.select(f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ {subject} {predicate} ?o }} }}")
    return {row["o"] for row in found}


def concept_of(world):
    """What each of the last filters stands for, −1 where its IoU is not above 0.04: the linear layer's largest weight."""
    weights = head(world).weights
    iou = np.linspace(0.01, 0.9, weights.shape[1])
    return np.where(iou > 0.04, weights.argmax(0), -1)


def test_an_image_shows_what_its_most_active_filters_stand_for(found, store, world, photographs):
    """By the maps of this one photograph, filter by filter."""
    photograph = photographs.photographs[5]
    pooled = look(world, head(world), open_photograph(photograph.path)).pooled
    of = concept_of(world)
    first = [k for k in np.argsort(-pooled, kind="stable").tolist() if of[k] >= 0 and pooled[k] > 0][:20]
    names = list(dict.fromkeys(world.classes[of[k]].name for k in first))[:5]
    expected = {concept("object", name) for name in names}
    assert objects(store, photographs.image(photograph.key), SHOWS, found.run) == expected


def test_a_class_relies_on_what_its_filters_stand_for(store, world, photographs, files):
    """Each filter stands for the class that its weight is largest for; of 14 classes 13 have a photograph-proof one."""
    by_gradient = replace(METHOD, iou=0.0, importance="gradient")
    told = ranked(photographs, store_of(world), world, files, by_gradient)
    assert sum(name == concepts[0] for name, concepts in told.named) >= 9
    assert sum(name in concepts for name, concepts in told.named) >= 13


def test_what_a_class_relies_on_is_said(found, store, world):
    name, concepts = found.named[0]
    (class_,) = [world.architecture.class_(c.index) for c in world.classes if c.name == name]
    assert objects(store, class_, RELIES_ON, found.run) == {concept("object", c) for c in concepts[:5]}


def test_planted_concepts_agree_more_than_by_chance(found):
    """An image's filters stand for what it shows."""
    assert [str(precision.size) for precision in found.precisions] == ["5–1", "5–5", "5–10", "10–10"]
    assert found.precisions[0].value > 2 * found.precisions[0].shuffled
    assert found.precisions[0].p < 0.01


def test_figures_are_said_of_the_run(found, store):
    rows = store.select(query("evaluation/figures").bind(run=found.run))
    said = {
        (row["measure"].value.rpartition("#")[2], row["variant"].value): float(row["value"].value)
        for row in rows
        if "variant" in row and "baseline" not in row and "above" not in row
    }
    assert said["conceptPrecision", "5–5"] == found.precisions[1].value
    assert said["conceptPrecisionLift", "10–10"] == found.precisions[3].lift


def test_the_run_says_what_it_was_made_of(found, store, world):
    assert NamedNode(dissected(world)[0]) in objects(store, f"<{found.run}>", USED, found.run)


def test_the_sentence_says_how_far_the_classifier_may_be_believed(found):
    right = found.learned.right.mean()
    assert found.sentence.startswith(
        "56 images, 14 classes, 61 of 64 filters stand for 14 concepts; a linear "
    )
    assert f"is right on {right:.1%} of 56 images that it did not see, and converged." in found.sentence
    assert right > 0.8


def said(store, run):
    """What a graph says, but for the times of the run."""
    made = store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{run}> {{ ?s ?p ?o }} }}")
    return {statement for statement in made if statement.predicate not in (STARTED, ENDED)}


def test_ranking_twice_is_ranking_once(found, store, world, photographs, files):
    before = said(store, found.run)
    assert ranked(photographs, store, world, files).run == found.run
    assert said(store, found.run) == before


def test_a_second_run_that_says_less_leaves_nothing_of_the_first(world, photographs, files):
    store = store_of(world)
    first = ranked(photographs, store, world, files)
    ranked(photographs, store, world, files, replace(METHOD, concepts=1, truthy_k=0))
    assert objects(store, "?s", SHOWS, first.run) == set()
    assert {rank.value for rank in objects(store, "?s", RANK, first.run)} == {"1"}


@pytest.mark.parametrize(
    "change",
    [
        {"iou": 0.5},
        {"importance": "coef_spread"},
        {"importance": "gradient"},
        {"cost": 0.0001},
        {"folds": 3},
        {"local_filters": 2},
        {"global_filters": 2},
        {"concepts": 2},
        {"truthy_k": 1},
        {"seed": 1},
        {"categories": ("part",), "iou": 0.0},
        {"layers": ("conv4", "conv5")},
    ],
    ids=str,
)
def test_every_parameter_has_an_effect(change, found, store, world, photographs, files):
    other = store_of(world)
    told = ranked(photographs, other, world, files, replace(METHOD, **change))
    assert told.run == found.run
    assert lists(other, told.run) != lists(store, found.run)


def lists(store, run):
    return {s for s in said(store, run) if s.predicate in (SHOWS, RELIES_ON)}


def test_parameters_are_said(found, store):
    rows = store.select(query("provenance/options_of_run").bind(run=found.run))
    options = {row["option"].value: row["value"].value for row in rows}
    assert options["ranking.importance"] == "coef"
    assert float(options["ranking.cost"]) == 1.0
    assert {f"ranking.{field.name}" for field in fields(Ranking)} <= options.keys()


@pytest.fixture(scope="module")
def actions(world_images, tmp_path_factory):
    """Photographs in the layout of Stanford-40, of actions that the network knows nothing of; one has but one photograph."""
    folder = tmp_path_factory.mktemp("actions")
    (folder / "JPEGImages").mkdir()
    (folder / "ImageSplits").mkdir()
    (folder / "ImageSplits" / "train.txt").write_text("")
    (folder / "ImageSplits" / "test.txt").write_text("")
    for action, wnid, number in (
        ("swimming", "n01443537", 4),
        ("driving", "n04146614", 3),
        ("idling", "n03063599", 1),
    ):
        for place, source in enumerate(sorted((world_images / wnid).iterdir())[:number], start=1):
            (folder / "JPEGImages" / f"{action}_{place:03}{source.suffix}").write_bytes(source.read_bytes())
    return folder


@pytest.fixture(scope="module")
def acted(actions, world, files):
    store = store_of(world)
    return store, ranked(actions, store, world, files, classes="own")


def test_a_set_may_have_classes_of_its_own(acted):
    """What is shown by goldfish and school buses."""
    named = dict(acted[1].named)
    assert "goldfish" in named["swimming"]
    assert "school bus" in named["driving"]
    assert "goldfish" not in named["driving"]


def test_a_class_with_fewer_images_than_folds_is_said(acted):
    store, found = acted
    (few,) = objects(store, f"<{found.run}>", CLASS_WITH_FEW_IMAGES, found.run)
    assert objects(store, few, PREF_LABEL, found.run) == {Literal("idling")}
    assert "idling" not in dict(found.named)


def test_own_classes_can_be_weighed_by_what_images_are_taken_for(actions, world, files):
    method = replace(METHOD, importance="gradient", iou=0.0)
    told = ranked(actions, store_of(world), world, files, method, classes="own")
    assert dict(told.named)["driving"][0] == "school bus"


def test_images_that_are_open_bring_their_classes(actions, acted, world, files):
    images, classes = labelled(actions)
    told = rank(images, store_of(world), world, METHOD, replace(COURSE, files=files), classes)
    assert told.named == acted[1].named


def test_what_is_said_conforms_to_the_shapes(acted):
    """The graph of the run, of the network, and of what was found before."""
    every = acted[0].construct("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    lines = "".join(f"{pyoxigraph.Triple(*statement)} .\n" for statement in every)
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    graph = rdflib.Graph().parse(data=lines, format="nt")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report


def test_without_concepts_there_is_nothing_to_rank(photographs, world, files):
    store = open_store("memory:")
    write_network(store, world.architecture)
    with pytest.raises(QueryError, match="no filter in the graph at memory: has a concept by iou"):
        ranked(photographs, store, world, files)


def test_where_no_filter_meets_the_demand_the_best_is_named(store, world, photographs, files):
    with pytest.raises(
        InputError, match=r"layers conv5: no filter stands for a concept with an IoU above 0\.95 .* 0\.9$"
    ):
        ranked(photographs, store, world, files, replace(METHOD, iou=0.95))


def test_a_category_that_nothing_has_is_named(store, world, photographs, files):
    with pytest.raises(InputError, match=r"no filter stands for a concept of scene with an IoU above 0\.04"):
        ranked(photographs, store, world, files, replace(METHOD, categories=("scene",)))


def test_classes_are_the_networks_or_the_sets():
    with pytest.raises(InputError, match="classes is 'mine'; it must be network or own"):
        Course(classes="mine")


def test_images_that_cannot_be_read_are_named(world, files, tmp_path, store):
    (tmp_path / "n01443537").mkdir()
    (tmp_path / "n01443537" / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"no image can be read; n01443537/broken\.jpg: "):
        ranked(tmp_path, store, world, files)
