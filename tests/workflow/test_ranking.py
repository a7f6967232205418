"""Concepts of images and of classes ranked: from what filters stand for to lists in the graph."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode

from kgexplain.activations.head import head
from kgexplain.activations.look import look
from kgexplain.errors import InputError, QueryError
from kgexplain.explainers.dissected import Match, concepts_said, matches_said
from kgexplain.explainers.ranking import Ranking
from kgexplain.graph.opening import open_store
from kgexplain.graph.provenance import Pictures, Run, provenance
from kgexplain.inputs.images import open_images, open_photograph
from kgexplain.inputs.labelled import labelled
from kgexplain.inputs.layouts import Concept
from kgexplain.shipped import shipped
from kgexplain.vocabulary import CLASS_WITH_FEW_IMAGES, RELIES_ON, SHOWS, USED, concept
from kgexplain.workflow.explain import write_network
from kgexplain.workflow.ranking import Course, rank

TIME = datetime(2025, 5, 1, tzinfo=UTC)
METHOD = Ranking(folds=2, cost=1.0)
COURSE = Course(drawings=200)
LAST = "conv5"


def dissected(network):
    """A run that says of each of the last filters which class it speaks for most, as if that had been marked."""
    weights = head(network).weights
    best = [
        Match(filter_, Concept(network.classes[class_].name, "object"), iou, 1)
        for filter_, (class_, iou) in enumerate(
            zip(weights.argmax(0).tolist(), np.linspace(0.01, 0.9, weights.shape[1]).tolist(), strict=True)
        )
    ]
    run = Run("dissection", network.architecture, Pictures("marked", "0a1b2c3d4e", 1), TIME, TIME, "0.4.0")
    said = chain(
        concepts_said({match.concept for match in best}),
        matches_said(network.architecture, run.iri, LAST, best, 0.04),
        provenance(run),
    )
    return run.iri, list(said)


@pytest.fixture(scope="module")
def photographs(world_images, world):
    return open_images(world_images, world.classes, "world")


@pytest.fixture
def store(world, tmp_path):
    store = open_store("memory:")
    write_network(store, world.architecture)
    run, said = dissected(world)
    store.replace(NamedNode(run), said)
    return store


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def ranked(photographs, store, world, files, method=METHOD, **course):
    return rank(photographs, store, world, method, replace(COURSE, files=files, **course))


def objects(store, subject, predicate):
    found = store.select(f"SELECT DISTINCT ?o WHERE {{ {subject} {predicate} ?o }}")
    return [row["o"] for row in found]


def test_a_class_relies_on_what_its_filters_stand_for(store, world, photographs, files):
    """Each filter stands for the class that its weight is largest for."""
    method = replace(METHOD, iou=0.0, importance="gradient")
    found = ranked(photographs, store, world, files, method)
    own = [name in concepts for name, concepts in found.named]
    print(found.sentence, found.named)
    assert sum(own) >= 12
