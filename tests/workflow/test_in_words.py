"""Photographs and classes in words: from captions to sentences, by the graph alone."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from pyoxigraph import NamedNode

from kgexplain.activations.look import look
from kgexplain.activations.recording import Recording
from kgexplain.answers.attributes.reading import rationales as read_rationales
from kgexplain.errors import EvidenceError, InputError, QueryError
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.inputs.images import open_images, open_photograph
from kgexplain.workflow.ask import ask, found
from kgexplain.workflow.describe import describe, distinguish, find
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.narrator import Narrator
from kgexplain.workflow.page import write_words
from kgexplain.workflow.rationales import Round, rationales
from kgexplain.world.making import make_world

PER_CLASS = 8


@pytest.fixture(scope="module")
def told_world(tmp_path_factory):
    """The world with captions and parts: eight pictures of each of its 14 classes."""
    return make_world(tmp_path_factory.mktemp("told"), PER_CLASS, scenes=1)


@pytest.fixture(scope="module")
def photographs(told_world, world):
    return open_images(told_world.images, world.classes, "world")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def method(told_world):
    return AttributeDensity(source=str(told_world.birds), min_df=2)


@pytest.fixture(scope="module")
def made(world, photographs, method, files):
    """A store with the attributes that six pictures of each class have taught, two kept back; and the run."""
    store = open_store("memory:")
    (run,) = explain(world, photographs, [method], store, Plan(hold_out=0.25, files=files))
    return store, run


@pytest.fixture(scope="module")
def narrator(made, world, files):
    return Narrator(made[0], world, files)


@pytest.fixture(scope="module")
def narrated(made, photographs, world, told_world, files):
    return rationales(
        photographs, made[0], world, Round(part="held-out", parts=told_world.birds, files=files)
    )


def of_class(photographs, name, world, number=0):
    (index,) = [c.index for c in world.classes if c.name == name]
    return [p for p in photographs.photographs if p.label == index][number]


def test_a_sentence_says_what_can_be_seen_of_the_thing(narrator, photographs, world):
    """Every goldfish of the world is orange."""
    told = narrator.tell(of_class(photographs, "goldfish", world).path)
    first = told.rationales[0]
    assert first.name == "goldfish"
    assert first.sentence().startswith("This is a goldfish because it has ")
    assert "orange fin" in first.sentence()


def test_a_sentence_is_made_of_equations_5_and_6(narrator, photographs, world):
    """p(t|x, c) = Σ_k p(t|f_k) relu(φ_k w_ck) / Σ relu(φ w_c), and its five largest."""
    path = of_class(photographs, "dalmatian", world).path
    seen = look(world, narrator.head, open_photograph(path))
    weights = narrator.head.weights[seen.predicted]
    positive = np.maximum(seen.pooled * weights, 0)
    density = narrator.learned.filters @ (positive / positive.sum())
    best = np.argsort(-density, kind="stable")[:5]
    first = narrator.tell(path).rationales[0]
    assert [e.text for e in first.estimates[:5]] == [narrator.learned.phrases[i].text for i in best]
    np.testing.assert_allclose([e.probability for e in first.estimates[:5]], density[best], rtol=1e-5)


def test_the_same_graph_elsewhere_gives_the_same_sentence(narrator, photographs, world, made):
    told = narrator.tell(of_class(photographs, "goldfinch", world).path)
    elsewhere = open_store("memory:")
    for graph in made[0].graphs():
        said = made[0].construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        elsewhere.add(graph, list(said))
    (first, *_) = read_rationales(elsewhere, told.rationales[0].image, told.rationales[0].run)
    assert first.sentence() == told.rationales[0].sentence()


def test_telling_twice_replaces_what_was_told(narrator, photographs, world, made):
    path = of_class(photographs, "dalmatian", world).path
    first = narrator.tell(path, instead="golden retriever")
    graphs = made[0].graphs()
    second = narrator.tell(path)
    assert len(first.rationales) == 2
    assert len(second.rationales) == 1
    assert made[0].graphs() == graphs


def test_a_contrast_names_the_feature_that_differs(narrator, photographs, world):
    """Dalmatians are spotted, golden retrievers are not."""
    path = of_class(photographs, "dalmatian", world).path
    contrast = narrator.tell(path, instead="golden retriever").contrast
    assert any("spotted" in difference.estimate.text for difference in contrast.for_one[:5])
    assert not any("spotted" in difference.estimate.text for difference in contrast.for_other)


def test_a_class_that_the_photograph_is_taken_for_is_no_other(narrator, photographs, world):
    path = of_class(photographs, "dalmatian", world).path
    with pytest.raises(InputError, match="'dalmatian' is what world_cnn takes this for; name another class"):
        narrator.tell(path, instead="dalmatian")


def test_what_is_no_class_is_refused(narrator, photographs, world):
    with pytest.raises(InputError, match="'dodo' is no class of world_cnn; give a wnid or a name"):
        narrator.tell(of_class(photographs, "dalmatian", world).path, instead="dodo")


def test_an_image_that_is_misclassified_is_told_for_both_classes(narrator, photographs, world):
    path = of_class(photographs, "dalmatian", world).path
    told = narrator.tell(path, true="goldfish").rationales
    assert [(r.name, r.is_predicted, r.is_true) for r in told] == [
        ("dalmatian", True, False),
        ("goldfish", False, True),
    ]


def test_a_page_shows_each_attribute_of_the_sentence(narrator, photographs, world, tmp_path):
    told = narrator.tell(of_class(photographs, "goldfish", world).path)
    html = write_words(told, tmp_path / "page.html").read_text(encoding="utf-8")
    assert told.rationales[0].sentence() in html
    assert html.count("data:image/") == 1 + 5 + 1


def test_a_class_is_described(made):
    assert any("orange" in e.text for e in describe("goldfish", made[0]).estimates[:5])


def test_two_classes_are_told_apart_by_what_differs(made):
    contrast = distinguish("dalmatian", "golden retriever", made[0])
    assert any("spotted" in d.estimate.text for d in contrast.for_one[:5])


def test_of_a_class_that_nothing_was_learned_of_nothing_is_known(world, told_world, method, tmp_path):
    one = tmp_path / "one"
    shutil.copytree(told_world.images / "n01443537", one / "n01443537")
    store = open_store("memory:")
    explain(world, one, [method], store, Plan(files=tmp_path / "files"))
    assert not describe("dalmatian", store).speaks
    assert (
        len(
            ask(
                "attributes/undescribed_classes",
                [f"run={Narrator(store, world, tmp_path / 'files').run.run}"],
                store,
            )
        )
        == 0
    )


def test_attributes_of_raw_maps_are_refused(world, photographs, method, tmp_path):
    with pytest.raises(
        InputError, match="place is 'raw': attributes are learned of what the rest of the network"
    ):
        explain(world, photographs, [method], open_store("memory:"), Plan(Recording("raw"), files=tmp_path))


def test_the_same_explainer_twice_is_refused(world, photographs, method, tmp_path):
    with pytest.raises(InputError, match="one is there twice, and its second run would replace its first"):
        explain(world, photographs, [method, method], open_store("memory:"), Plan(files=tmp_path))


def test_a_class_is_not_told_from_itself(made):
    with pytest.raises(
        InputError, match="'dalmatian' and 'n02110341' are one class; name another to tell it from"
    ):
        distinguish("dalmatian", "n02110341", made[0])


def layers_of(store, run):
    """The layers of the filters that a run describes."""
    prefixes = (
        "PREFIX kgx: <https://w3id.org/kgexplain/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>"
    )
    said = f"GRAPH <{run}> {{ ?filter kgx:signals ?attribute }}"
    asked = f"{prefixes} SELECT DISTINCT ?name {{ {said} ?filter kgx:inLayer ?layer . ?layer dcterms:identifier ?name }}"
    return {row["name"].value for row in store.select(asked)}


def test_runs_about_other_layers_stand_beside_each_other(world, photographs, method, tmp_path):
    store, layer = open_store("memory:"), next(iter(world.layers))
    about_last, about_first = explain(
        world, photographs, [method, replace(method, layer=layer)], store, Plan(files=tmp_path)
    )
    assert layers_of(store, about_last) == {list(world.layers)[-1]}
    assert layers_of(store, about_first) == {layer}


def test_a_wrong_folder_of_parts_is_told_before_what_was_told_is_replaced(
    narrated, made, photographs, world, files, tmp_path
):
    before = len(ask("evaluation/figures", [f"run={narrated.run}"], made[0]))
    with pytest.raises(InputError, match=r"has no images\.txt"):
        rationales(photographs, made[0], world, Round(part="held-out", parts=tmp_path, files=files))
    assert len(ask("evaluation/figures", [f"run={narrated.run}"], made[0])) == before > 0


def test_what_is_no_class_cannot_be_described(made):
    with pytest.raises(
        InputError, match="'dodo' is no class of world_cnn; give a wnid or a name that it knows"
    ):
        describe("dodo", made[0])


def test_retrieval_is_far_above_both_baselines(narrated):
    """Two held-out pictures of each class; the lower end of each interval is above the baseline by half of all."""
    above = {
        f.above: f.interval.low for f in narrated.figures if f.measure == "meanAveragePrecision" and f.above
    }
    assert set(above) == {"permuted images", "constant density"}
    assert min(above.values()) > 0.35


def test_sentences_are_nearer_to_their_own_captions_than_to_those_of_others(narrated):
    (above,) = [
        f.interval.low
        for f in narrated.figures
        if f.measure == "bleu" and f.variant == "bleu1" and f.above and not f.group
    ]
    assert above > 0.1


def test_places_are_measured_where_parts_are_known(narrated):
    assert {f.alpha for f in narrated.figures if f.measure == "pck"} == {0.1, 0.2, 0.3}


def test_figures_are_in_the_graph(narrated, made):
    rows = list(ask("evaluation/figures", [f"run={narrated.run}"], made[0]))
    assert len(rows) == sum(not np.isnan(f.interval.value) for f in narrated.figures)


def test_images_are_found_by_what_they_have(narrated, made, photographs, world):
    (goldfish,) = [c.key for c in world.classes if c.name == "goldfish"]
    images = find(["orange fin"], made[0])
    assert images
    assert images[0].key.startswith(goldfish)


def test_every_held_out_image_has_a_rationale(narrated, photographs, made):
    _, out = photographs.split(0.25, 0)
    rows = ask("attributes/explained_images", [f"run={narrated.run}"], made[0])
    assert sorted(row["key"].value for row in rows) == [p.key for p in out.photographs]


def test_the_graph_says_the_name_of_what_was_learned_from_and_not_where_it_lies(made, narrator, told_world):
    options = ask("provenance/options_of_run", [f"run={made[1]}"], made[0])
    said = {row["option"].value: row["value"].value for row in options}
    assert said["attributes.source"] == "birds"
    assert narrator.method.source == str(told_world.birds)


def test_what_is_said_of_images_that_were_held_out_is_not_said_of_none(made):
    assert len(ask("attributes/missing_images", [f"run={made[1]}"], made[0])) == 0


def test_a_run_of_attributes_is_no_run_of_tags(made):
    assert len(list(ask("provenance/tagging_runs", [], made[0]))) == 0


def test_what_attributes_found_is_told_apart_from_what_tags_found(world, photographs, method, files):
    store = open_store("memory:")
    runs = explain(
        world, photographs, [FilTag(layers=("conv5",)), method], store, Plan(hold_out=0.25, files=files)
    )
    tags, attributes = found(store, runs)
    assert "tags" in tags.columns
    ((row,),) = [list(attributes)]
    assert (row["filters"].value, row["classes"].value) == ("64", "14")


def test_without_attributes_there_is_nothing_to_tell(world, files):
    with pytest.raises(
        QueryError, match=r"no run in the graph at memory: has attributes of .*--with attributes"
    ):
        Narrator(open_store("memory:"), world, files)


def test_densities_that_are_not_those_of_the_graph_are_refused(made, world, files, tmp_path):
    shutil.copytree(files, tmp_path / "files")
    (path,) = (tmp_path / "files").glob("*.densities.npz")
    np.savez(path, conv5=np.zeros((2, 64)))
    with pytest.raises(
        EvidenceError, match=r"not the densities that the graph links to .*; run explain again"
    ):
        Narrator(made[0], world, tmp_path / "files")


def test_images_without_classes_are_enough(world, told_world, method, tmp_path):
    """Attributes are said of photographs, not of classes."""
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in sorted(told_world.images.rglob("*.png"))[::3]:
        shutil.copy(path, flat / path.name)
    store = open_store("memory:")
    (run,) = explain(world, flat, [method], store, Plan(files=tmp_path / "files"))
    assert NamedNode(run) in store.graphs()
