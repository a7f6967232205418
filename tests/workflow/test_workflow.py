"""The commands as library calls: what they refuse, keep and leave alone."""

import csv
import json
import shutil

import numpy as np
import pytest
from pyoxigraph import NamedNode

from kgexplain.errors import EvidenceError, InputError, StoreError
from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.inputs.images import open_images
from kgexplain.knowledge.linking import links_document
from kgexplain.knowledge.wordnet import WORDNET
from kgexplain.workflow.ask import ask, found, listed
from kgexplain.workflow.beside import Beside
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.why import why

LAST = FilTag(k=2, layers=("conv5",))


@pytest.fixture(scope="module")
def photographs(world_images, world):
    return open_images(world_images, world.classes, "world")


@pytest.fixture(scope="module")
def passes(tmp_path_factory):
    """One pass for all that look at the last layer of all photographs."""
    return tmp_path_factory.mktemp("passes")


@pytest.fixture
def made(world, photographs, passes, tmp_path):
    store = open_store("memory:")
    (run,) = explain(world, photographs, [LAST], store, Plan(files=tmp_path, evidence=passes))
    return store, run


def zscored(world, photographs, passes, files):
    store = open_store("memory:")
    method = FilTag(k=2, layers=("conv5",), contrast="zscore")
    (run,) = explain(world, photographs, [method], store, Plan(files=files, evidence=passes))
    return store, run


def test_every_run_has_a_graph_of_its_own_beside_those_of_network_and_wordnet(made, world):
    store, run = made
    network = world.architecture
    of_network = {NamedNode(network.document), NamedNode(links_document(network))}
    assert store.graphs() == {NamedNode(run), *of_network, WORDNET}


def test_a_plan_that_cannot_be_is_refused():
    with pytest.raises(
        InputError, match="hold_out is 1; it is a share and must be at least 0 and less than 1"
    ):
        Plan(hold_out=1)
    with pytest.raises(InputError, match="save_every is -1; it is in seconds and must be at least 0"):
        Plan(save_every=-1)


def test_images_without_classes_are_refused(world, world_images, tmp_path):
    shutil.copy(next((world_images / "n02391049").iterdir()), tmp_path / "a.png")
    store = open_store("memory:")
    with pytest.raises(
        InputError, match="none of its images has a class; sort them into folders named by class"
    ):
        explain(world, tmp_path, [LAST], store)
    assert store.graphs() == set()


def test_images_that_cannot_be_read_are_refused(world, tmp_path):
    (tmp_path / "images" / "zebra").mkdir(parents=True)
    (tmp_path / "images" / "zebra" / "a.png").write_text("x")
    store = open_store("memory:")
    with pytest.raises(
        InputError, match=r"images: no image with a class can be read; zebra/a.png: not an image"
    ):
        explain(world, tmp_path / "images", [LAST], store, Plan(files=tmp_path / "files"))
    assert store.graphs() == set()


def test_the_listing_beside_the_graph_says_what_was_used_for_what(world, world_images, tmp_path):
    """One of two zebras is held out; the broken tiger is skipped, and why is said."""
    for wnid, number in (("n02391049", 2), ("n02129604", 1)):
        for path in sorted((world_images / wnid).iterdir())[:number]:
            (tmp_path / "images" / wnid).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / "images" / wnid)
    (tmp_path / "images" / "n02129604" / "broken.png").write_text("x")
    store = open_store("memory:")
    plan = Plan(hold_out=0.5, files=tmp_path / "files")
    (run,) = explain(world, tmp_path / "images", [LAST], store, plan)
    (listing,) = (tmp_path / "files").glob("*.images.csv")
    rows = list(csv.DictReader(listing.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 4
    assert sorted(row["part"] for row in rows if "n02391049" in row["image"]) == ["held-out", "tagging"]
    (broken,) = [row for row in rows if "broken" in row["image"]]
    assert (broken["part"], broken["reason"]) == ("skipped", "not an image of a kind that can be read")
    (skipped,) = store.select(query("provenance/skipped_images").bind(run=run))
    assert "n02129604/broken.png" in {term.value for term in skipped.values()}


def test_why_opens_the_network_again_as_it_was_opened(made, world_images, tmp_path):
    store, _ = made
    photograph = min((world_images / "n02391049").iterdir())
    assert why(photograph, store, files=tmp_path).explanation.network == "world_cnn"


def test_a_network_that_has_changed_since_is_refused(made, world, tmp_path):
    (words,) = tmp_path.glob("*.network.json")
    content = json.loads(words.read_text())
    words.write_text(json.dumps({**content, "network": "squeezenet1_1", "classes": "numbered"}))
    store, _ = made
    with pytest.raises(InputError, match="world_cnn is not the network of the graph: its digest is"):
        Beside(store, tmp_path).network(world.name, world.digest)


def test_why_looks_only_at_the_layers_that_were_tagged(made, world, world_images, tmp_path):
    store, _ = made
    photograph = min((world_images / "n02391049").iterdir())
    told = why(photograph, store, world, tmp_path).explanation
    assert [(f.layer, f.rank) for f in told.filters] == [("conv5", 1), ("conv5", 2)]


def test_why_says_the_class_of_the_photographs_folder(made, world, world_images, tmp_path):
    store, _ = made
    photograph = min((world_images / "n02391049").iterdir())
    assert why(photograph, store, world, tmp_path).explanation.true == "zebra"


def test_why_says_no_class_where_the_folder_is_none(made, world, world_images, tmp_path):
    store, _ = made
    photograph = shutil.copy(min((world_images / "n02391049").iterdir()), tmp_path / "a.png")
    assert why(photograph, store, world, tmp_path).explanation.true is None


def test_why_says_the_class_that_was_given(made, world, world_images, tmp_path):
    store, _ = made
    photograph = min((world_images / "n02391049").iterdir())
    assert why(photograph, store, world, tmp_path, "tiger").explanation.true == "tiger"


def test_asking_why_twice_is_asking_once(made, world, world_images, tmp_path):
    store, _ = made
    photograph = min((world_images / "n02391049").iterdir())
    first = why(photograph, store, world, tmp_path).explanation
    graphs = store.graphs()
    assert why(photograph, store, world, tmp_path).explanation == first
    assert store.graphs() == graphs


def test_contrasted_tags_are_compared_with_contrasted_activations(
    world, photographs, passes, world_images, tmp_path
):
    """Active are the filters that are furthest above their mean over the classes, in its deviations."""
    store, run = zscored(world, photographs, passes, tmp_path)
    photograph = min((world_images / "n02391049").iterdir())
    told = why(photograph, store, world, tmp_path)
    with np.load(Beside(store, tmp_path).arrays(run, "scores")) as file:
        z = file["conv5"]
    values = (told.glance.scaled["conv5"] - z.mean(0)) / np.where(z.std(0) > 0, z.std(0), 1)
    assert [f.index for f in told.explanation.filters] == np.argsort(-values, kind="stable")[:2].tolist()


def test_contrasted_tags_without_the_scores_beside_the_graph_are_told(
    world, photographs, passes, world_images, tmp_path
):
    store, run = zscored(world, photographs, passes, tmp_path)
    Beside(store, tmp_path).arrays(run, "scores").unlink()
    with pytest.raises(
        InputError, match=r"cannot be read .*, and the scores are needed; give --files, or run explain again"
    ):
        why(next((world_images / "n02391049").iterdir()), store, world, tmp_path)


def test_scores_that_are_not_those_of_the_graph_are_refused(
    world, photographs, passes, world_images, tmp_path
):
    store, run = zscored(world, photographs, passes, tmp_path)
    np.savez(Beside(store, tmp_path).arrays(run, "scores"), conv5=np.zeros((14, 64)))
    with pytest.raises(EvidenceError, match=r"not the .*that the graph links.*; run explain again"):
        why(next((world_images / "n02391049").iterdir()), store, world, tmp_path)


def test_the_newest_tags_count(made, world, photographs, passes, tmp_path):
    """A second run of the same method on the same images replaces the first."""
    store, run = made
    (again,) = explain(
        world, photographs, [FilTag(k=1, layers=("conv5",))], store, Plan(files=tmp_path, evidence=passes)
    )
    assert again == run
    ((row,),) = found(store, [run])
    assert row["tags"].value == "14"


def test_evidence_of_other_images_is_refused(made, world, photographs, passes, tmp_path):
    rest, _ = photographs.split(0.5, 0)
    store, run = made
    with pytest.raises(
        EvidenceError, match=r"recorded from images world .*, not from world .*; choose another folder or"
    ):
        explain(world, rest, [LAST], store, Plan(files=tmp_path, evidence=passes))
    assert NamedNode(run) in store.graphs()


def test_what_is_no_parameter_is_told():
    with pytest.raises(InputError, match="'n02084071' is no parameter; write name=value"):
        ask("explanation/filters_below_synset", ["n02084071"], open_store("memory:"))


def test_what_cannot_be_listed_is_told():
    with pytest.raises(
        InputError, match="'dogs' cannot be listed; explainers, queries, layers, networks, runs can"
    ):
        listed("dogs", "memory:")


def test_runs_of_a_graph_that_is_not_there_are_not_listed(tmp_path):
    with pytest.raises(StoreError, match="there is no store in"):
        listed("runs", str(tmp_path / "none"))


def test_nothing_found_is_no_rows(made):
    store, _ = made
    assert len(found(store, [])) == 0


def test_a_parameter_given_twice_is_refused():
    with (
        open_store("memory:") as store,
        pytest.raises(InputError, match="synset is given twice, 'a' and 'b'"),
    ):
        ask("explanation/filters_below_synset", ["synset=a", "synset=b"], store)


def test_what_is_refused_before_the_pass_leaves_nothing_beside_the_graph(world, photographs, tmp_path):
    with pytest.raises(InputError, match=r"no layer \['conv9'\] in this network"):
        explain(
            world,
            photographs,
            [FilTag(layers=("conv9",))],
            open_store("memory:"),
            Plan(files=tmp_path / "files"),
        )
    assert list(tmp_path.iterdir()) == []
