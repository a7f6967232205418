"""The command line: concepts of images and of classes are ranked."""

from datetime import UTC, datetime
from itertools import chain

import pytest
from pyoxigraph import NamedNode

from kgexplain.activations.head import head
from kgexplain.cli import ranking as command
from kgexplain.explainers.dissected import Match, concepts_said, matches_said
from kgexplain.explainers.ranking import IMPORTANCES
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.inputs.layouts import Concept
from kgexplain.workflow.explain import write_network
from tests.test_cli import WORLD, answer, refusal

TIME = datetime(2025, 5, 1, tzinfo=UTC)
NETWORK = ["--network", "kgexplain.world.cnn:world_cnn", "--classes", WORLD / "classes.tsv"]
NETWORK += ["--preprocessing", WORLD / "preprocessing.json"]
FEW = ["--folds", "2", "--cost", "1", "--drawings", "100"]


@pytest.fixture(scope="module")
def graph(world, tmp_path_factory):
    """The words that name a store in which the world's filters stand for what they speak for most."""
    best = head(world).weights.argmax(0).tolist()
    matches = [
        Match(i, Concept(world.classes[class_].name, "object"), 0.5, 1) for i, class_ in enumerate(best)
    ]
    told = Run("dissection", world.architecture, Pictures("marked", "0a1b2c3d", 1), TIME, TIME, "0.4.0")
    said = matches_said(world.architecture, told.iri, "conv5", matches, 0.04)
    address = tmp_path_factory.mktemp("ranking") / "graph"
    with open_store(str(address)) as store:
        write_network(store, world.architecture)
        concepts = concepts_said({match.concept for match in matches})
        store.replace(NamedNode(told.iri), chain(concepts, said, provenance(told)))
    return ["--store", address]


def test_ranking_tells_precisions_and_concepts(world_images, graph):
    said = answer("rank", world_images, *NETWORK, *FEW, *graph)
    lines = said.splitlines()
    assert lines[0].startswith("56 images, 14 classes, 64 of 64 filters stand for 14 concepts; ")
    assert lines[2].split() == [
        "concepts",
        "precision",
        "±",
        "shuffled",
        "±",
        "lift",
        "p",
        "random",
        "filters",
    ]
    assert [line.split("class")[0] for line in lines[4:8]] == [
        f"{image} of image, {class_} of " for image, class_ in ((5, 1), (5, 5), (5, 10), (10, 10))
    ]
    zebra = next(line for line in lines if line.startswith("zebra "))
    assert "zebra" in zebra.removeprefix("zebra ")


def test_programs_get_every_figure(world_images, graph):
    header, *rows = answer("rank", world_images, "--as", "csv", *NETWORK, *FEW, *graph).splitlines()
    assert header.startswith("measure,alpha,variant,")
    assert sum(row.startswith("conceptPrecision,,5–1,") for row in rows) == 5
    assert any(row.startswith("classifierAccuracy,") for row in rows)


def test_a_photographs_own_classes_need_a_word(world_images, graph, tmp_path):
    (tmp_path / "swimming").symlink_to(world_images / "n01443537")
    (tmp_path / "driving").symlink_to(world_images / "n04146614")
    assert "is a class of the network" in refusal("rank", tmp_path, *NETWORK, *FEW, *graph)
    assert "8 images, 2 classes" in answer("rank", tmp_path, "--own-classes", *NETWORK, *FEW, *graph)


def test_a_wrong_option_is_one_sentence(world_images, graph):
    assert "folds is 1; it must be at least 2" in refusal(
        "rank", world_images, "--folds", "1", *NETWORK, *graph
    )


def test_without_a_dissection_it_is_said_what_to_do(world_images, tmp_path, world):
    with open_store(str(tmp_path / "graph")) as store:
        write_network(store, world.architecture)
    said = refusal("rank", world_images, *NETWORK, *FEW, "--store", tmp_path / "graph")
    assert "run `kgexplain explain --with dissection` first" in said


def test_the_command_offers_the_importances_that_there_are():
    assert command.IMPORTANCES == IMPORTANCES
