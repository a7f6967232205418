"""The main job on the generated world: explain, why, ask; on each kind of store."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional

from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.inputs.images import open_images, open_photograph
from kgexplain.workflow.ask import ask
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.page import write_page
from kgexplain.workflow.why import why
from tests import servers

Q = 25
LAYERS = {"conv1": 24, "conv2": 32, "conv3": 48, "conv4": 64, "conv5": 64}
# A quarter of each layer's filters.
ACTIVE = {"conv1": 6, "conv2": 8, "conv3": 12, "conv4": 16, "conv5": 16}


@pytest.fixture(scope="module")
def photographs(world_images, world):
    return open_images(world_images, world.classes, "world")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def plan(files):
    return Plan(hold_out=0.25, files=files)


@pytest.fixture(scope="module")
def held_out(photographs, plan):
    return photographs.split(plan.hold_out, plan.seed)[1].photographs


def explained(world, photographs, plan, address):
    """A store in which the world is explained, and the run's IRI; passes are shared."""
    store = open_store(address)
    (run,) = explain(world, photographs, [FilTag(q=Q)], store, plan)
    return store, run


@pytest.fixture(scope="module")
def memory(world, photographs, plan):
    return explained(world, photographs, plan, "memory:")


@pytest.fixture(scope="module")
def reasons(world, memory, held_out, files):
    """Why each picture that was held out is called what it is."""
    store, _ = memory
    return [why(photograph.path, store, world, files) for photograph in held_out]


def test_one_picture_of_each_class_is_held_out(held_out, world):
    assert sorted(p.label for p in held_out) == list(range(len(world.classes)))


def test_most_pictures_are_best_explained_by_the_tag_of_their_prediction(reasons):
    """Among 14 classes chance would give one picture."""
    best = [reason.explanation.place(reason.explanation.predicted) == 1 for reason in reasons]
    assert sum(best) >= 0.6 * len(best)


def test_the_most_active_filter_of_the_last_layer_is_mostly_one_of_the_class(reasons):
    """A filter carries 3.5 of 14 tags, so chance would give a quarter of the pictures."""
    tops = [(r, next(f for f in r.explanation.filters if (f.layer, f.rank) == ("conv5", 1))) for r in reasons]
    assert np.mean([reason.explanation.true in top.tags for reason, top in tops]) >= 0.6


def test_the_sentence_names_the_prediction_and_how_sure_the_network_is(reasons, world):
    for reason in reasons:
        name = world.classes[int(reason.glance.scores.argmax())].name
        sure = torch.from_numpy(reason.glance.scores).softmax(0).max().item()
        article = "an" if name[0] in "aeiou" else "a"
        assert reason.explanation.sentence.startswith(
            f"world_cnn takes this for {article} {name} ({sure:.0%})."
        )


def plain_maps(world, path):
    """Each layer's maps of one photograph after normalisation and ReLU, and the scores: the network written out."""
    net = world.module
    x = world.preprocessing.pixels(open_photograph(path))[None]
    maps = {}
    for number in range(1, 6):
        x = functional.relu(getattr(net, f"norm{number}")(getattr(net, f"conv{number}")(x)))
        maps[f"conv{number}"] = x[0].double().numpy()
        x = functional.max_pool2d(x, 2) if number in (2, 3) else x
    return maps, net.linear(x.mean((2, 3)))[0]


def slow_active(maps):
    """The paper's words for one image: scale the layer, take each map's mean, and the filters with the largest."""
    active = {}
    for layer, values in maps.items():
        scaled = (values - values.min()) / (values.max() - values.min())
        means = [float(map_.mean()) for map_ in scaled]
        active[layer] = sorted(range(len(means)), key=lambda f: (-means[f], f))[: ACTIVE[layer]]
    return active


def slow_tags(z):
    """For each class the filters with the largest z, from the arrays beside the graph."""
    tags = {}
    for layer, rows in z.items():
        for class_, row in enumerate(rows):
            order = sorted(range(len(row)), key=lambda f: (-row[f], f))
            for filter_ in order[: ACTIVE[layer]]:
                tags.setdefault((layer, filter_), set()).add(class_)
    return tags


@pytest.fixture(scope="module")
def z(memory, files):
    _, run = memory
    with np.load(files / f"{run.rpartition('/')[2]}.scores.npz") as file:
        return {layer: file[layer] for layer in file.files}


def test_the_arrays_beside_the_graph_are_class_means(z, world, photographs, plan):
    """z of one class, from the pictures that were not held out, one at a time."""
    tagging, _ = photographs.split(plan.hold_out, plan.seed)
    pictures = [p.path for p in tagging.photographs if p.label == 3]
    with torch.no_grad():
        every = [plain_maps(world, path)[0] for path in pictures]
    for layer, filters in LAYERS.items():
        scaled = [(m[layer] - m[layer].min()) / (m[layer].max() - m[layer].min()) for m in every]
        mean = np.mean([s.mean((1, 2)) for s in scaled], axis=0)
        assert z[layer].shape == (14, filters)
        assert z[layer][3] == pytest.approx(mean, abs=1e-5)


def test_explanations_are_those_of_the_slow_twin(reasons, held_out, world, z):
    """Counted without the graph, from the arrays and from a forward pass of one picture."""
    tags = slow_tags(z)
    for reason, photograph in zip(reasons, held_out, strict=True):
        with torch.no_grad():
            maps, scores = plain_maps(world, photograph.path)
        active = [(layer, f) for layer, filters in slow_active(maps).items() for f in filters]
        counts = {c.name: sum(c.index in tags.get(f, ()) for f in active) for c in world.classes}
        told = reason.explanation
        assert [(f.layer, f.index) for f in told.filters] == active
        assert {tag.name: tag.filters for tag in told.tags} == {n: c for n, c in counts.items() if c}
        predicted = world.classes[int(scores.argmax())].name
        assert (told.predicted, told.carrying(predicted)) == (predicted, counts[predicted])
        share = re.search(r"Of the 58 filters .*?, (\d+) \((\d+)%\) are tagged", told.sentence)
        assert (int(share[1]), int(share[2])) == (counts[predicted], round(100 * counts[predicted] / 58))


def test_hits_in_the_graph_are_those_of_the_explanations(memory, reasons, held_out, world):
    """At n = 14 an image hits if any active filter carries its class; at 1 if no other tag is carried as often."""
    store, run = memory
    rows = store.select(query("evaluation/hits_at_n").bind(run=run))
    told = {int(row["n"].value): {k: v.value for k, v in row.items()} for row in rows}
    ones = []
    for reason, photograph in zip(reasons, held_out, strict=True):
        name = world.classes[photograph.label].name
        alike = [tag for tag in reason.explanation.tags if tag.place == 1]
        ones.append(sum(tag.name == name for tag in alike) / len(alike))
    (value,) = {v for k, v in told[1].items() if "true" in k and "chance" not in k}
    assert float(value) == pytest.approx(np.mean(ones))


@pytest.fixture(scope="module", params=["folder", "oxigraph"])
def other(request, world, photographs, plan, tmp_path_factory):
    """The same in a folder, and behind an endpoint."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "folder":
        yield explained(world, photographs, plan, str(folder / "graph"))
    else:
        with servers.oxigraph(folder) as address:
            yield explained(world, photographs, plan, address)


def test_every_store_tells_the_same_why(other, memory, reasons, held_out, world, files):
    store, _ = other
    assert why(held_out[0].path, store, world, files).explanation == reasons[0].explanation


QUESTIONS = {
    "explanation/filters_below_synset": ["synset=n02084071"],
    "explanation/tags_of_numbered_filter": ["layer=conv5", "index=0"],
    "explanation/most_selective_filters": [],
    "evaluation/hits_at_n": ["run"],
    "provenance/options_of_run": ["run"],
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_store_gives_the_same_answers(other, memory, name):
    answers = []
    for store, run in (memory, other):
        values = [f"run={run}" if value == "run" else value for value in QUESTIONS[name]]
        answers.append(ask(name, values, store).rows)
    assert answers[0] == answers[1]
    assert answers[0]


def test_filters_that_react_to_any_dog_are_those_tagged_with_the_two_dogs(memory, world, z):
    """Golden retriever and dalmatian are the dogs among the classes."""
    store, _ = memory
    dogs = {c.index for c in world.classes if c.name in ("golden retriever", "dalmatian")}
    expected = {
        world.architecture.filter(*filter_) for filter_, classes in slow_tags(z).items() if classes & dogs
    }
    assert {
        row["filter"] for row in ask("explanation/filters_below_synset", ["synset=n02084071"], store)
    } == expected


def test_the_page_shows_the_sentence_the_photograph_and_the_maps(reasons, tmp_path):
    page = write_page(reasons[0], tmp_path / "index.html").read_text(encoding="utf-8")
    assert reasons[0].explanation.predicted in page
    assert page.count("data:image/png;base64,") == 1 + 8
    assert "http" not in re.sub(r"data:image/png;base64,[^\"]+", "", page)
