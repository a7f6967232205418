"""Mistakes of the generated world's network, some of whose pictures get the label of another class."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from kgexplain.cli import cli
from kgexplain.errors import EvidenceError, InputError, QueryError
from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.inputs.images import Images, open_images
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.mistakes import Found, Search, in_turn, mistakes, write_page

ROOT = Path(__file__).parents[2]
METHOD = FilTag(q=25, layers=("conv4", "conv5"))
ZEBRA, TIGER = "n02391049", "n02129604"
SECONDS = 120


@pytest.fixture(scope="module")
def photographs(world_images, world):
    return open_images(world_images, world.classes, "world")


@pytest.fixture(scope="module")
def made(world, photographs, tmp_path_factory):
    """A store in a folder with tags of three quarters of the pictures."""
    folder = tmp_path_factory.mktemp("made")
    with open_store(str(folder / "graph")) as store:
        explain(world, photographs, [METHOD], store, Plan(hold_out=0.25))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="module")
def swapped(world_images, tmp_path_factory):
    """A table of all pictures that calls the zebras tigers."""
    table = tmp_path_factory.mktemp("swapped") / "swapped.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "wnid"))
        for path in sorted(world_images.glob("*/*")):
            label = TIGER if path.parent.name == ZEBRA else path.parent.name
            writer.writerow((os.path.relpath(path, table.parent), label))
    return table


def said(store):
    """All that the graphs of runs over labelled images say, without times."""
    return {
        graph: {
            s
            for s in store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
            if not s.predicate.value.endswith(("startedAtTime", "endedAtTime"))
        }
        for graph in store.graphs()
        if "/run/mistakes" in graph.value
    }


def test_the_mislabelled_are_among_the_mistakes(folder, swapped):
    with open_store(str(folder / "graph")) as store:
        found = mistakes(swapped, store)
    zebras = [m for m in found.answer.mistakes if m.true == "tiger" and m.predicted == "zebra"]
    assert len(zebras) >= 3
    assert found.answer.images == len(found.images.photographs) == 56


def test_a_second_run_replaces_its_own_statements_and_nobody_elses(folder, swapped):
    with open_store(str(folder / "graph")) as store:
        before = store.graphs()
        mistakes(swapped, store)
        once, graphs = said(store), store.graphs()
        mistakes(swapped, store)
        assert said(store) == once
        assert store.graphs() == graphs
        assert len(graphs - before) == 1
        assert len(next(iter(once.values()))) > 200


def test_held_out_are_the_pictures_that_the_run_kept_back(folder, photographs):
    with open_store(str(folder / "graph")) as store:
        found = mistakes(photographs, store, search=Search(part="held-out"))
    assert found.answer.images == 14
    assert {p.class_key for p in found.images.photographs} == {p.class_key for p in photographs.photographs}


def test_held_out_of_other_pictures_is_refused(folder, photographs):

    one = photographs.photographs[0]
    others = Images("others", (type(one)("x.png", one.path, one.label, one.class_key, one.content),))
    with (
        open_store(str(folder / "graph")) as store,
        pytest.raises(InputError, match="others: none of the 14 images that were held out is here, as "),
    ):
        mistakes(others, store, search=Search(part="held-out"))


def test_held_out_needs_pictures_that_were_held_out(world, photographs, tmp_path):
    store = open_store("memory:")
    explain(world, photographs, [METHOD], store, Plan(files=tmp_path))
    with pytest.raises(InputError, match="no image was held out from tagging; run explain with --hold-out"):
        mistakes(photographs, store, search=Search(part="held-out", files=tmp_path))


def test_a_listing_that_was_changed_is_refused(folder, photographs):
    (listing,) = (folder / "graph.files").glob("*.images.csv")
    listing.write_text(listing.read_text().replace("held-out", "tagging"))
    with (
        open_store(str(folder / "graph")) as store,
        pytest.raises(EvidenceError, match="not the listing that the graph links to its tags"),
    ):
        mistakes(photographs, store, search=Search(part="held-out"))


def test_a_listing_that_is_gone_is_told(folder, photographs):
    (listing,) = (folder / "graph.files").glob("*.images.csv")
    listing.unlink()
    with (
        open_store(str(folder / "graph")) as store,
        pytest.raises(InputError, match=r"images.csv: cannot be read \(No such file or directory\)"),
    ):
        mistakes(photographs, store, search=Search(part="held-out"))


def test_a_graph_without_tags_is_told(photographs):
    with pytest.raises(QueryError, match="no run in the graph at memory: tagged any filters"):
        mistakes(photographs, open_store("memory:"))


def test_images_of_unknown_classes_are_refused(folder, world_images, tmp_path):
    (tmp_path / "images" / "gnome").mkdir(parents=True)
    shutil.copy(next((world_images / ZEBRA).iterdir()), tmp_path / "images" / "gnome")
    with (
        open_store(str(folder / "graph")) as store,
        pytest.raises(InputError, match=r"none of its 1 labels \(gnome\) is a class of the network"),
    ):
        mistakes(tmp_path / "images", store)


def test_images_without_labels_are_refused(folder, world_images, tmp_path):
    (tmp_path / "images").mkdir()
    shutil.copy(next((world_images / ZEBRA).iterdir()), tmp_path / "images")
    with (
        open_store(str(folder / "graph")) as store,
        pytest.raises(InputError, match="images: none of its images has a class; sort them into folders"),
    ):
        mistakes(tmp_path / "images", store)


def test_images_that_cannot_be_read_are_refused(folder, tmp_path):
    (tmp_path / "images" / ZEBRA).mkdir(parents=True)
    (tmp_path / "images" / ZEBRA / "a.png").write_text("x")
    with (
        open_store(str(folder / "graph")) as store,
        pytest.raises(
            InputError, match=r"images: no image with a class can be read; n02391049/a.png: not an image"
        ),
    ):
        mistakes(tmp_path / "images", store)


def test_a_part_that_is_none_is_refused():
    with pytest.raises(InputError, match="part is 'some'; it must be all or held-out"):
        Search(part="some")


def test_none_misclassified_is_a_sentence(folder, world_images, tmp_path):
    for path in sorted((world_images / ZEBRA).iterdir())[:2]:
        (tmp_path / ZEBRA).mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / ZEBRA)
    page = tmp_path / "page.html"
    result = CliRunner().invoke(
        cli, ["mistakes", str(tmp_path), f"--store={folder / 'graph'}", f"--page={page}"]
    )
    assert result.exit_code == 0, result.output
    assert result.stdout == "None of 2 images is misclassified.\n"
    assert "None of 2 images is misclassified." in page.read_text(encoding="utf-8")


def test_the_page_takes_a_mistake_of_each_diagnosis_in_turn(folder, swapped, tmp_path):
    with open_store(str(folder / "graph")) as store:
        found = mistakes(swapped, store)
    first = in_turn(found.answer, 3)
    assert len({m.called for m in first}) == min(3, len({m.called for m in found.answer.mistakes}))
    page = write_page(found, tmp_path / "new" / "page.html", 2).read_text(encoding="utf-8")
    assert page.count("<img ") == 2


def test_a_page_that_cannot_be_written_is_told(folder, swapped, tmp_path):
    (tmp_path / "file").write_text("")
    with open_store(str(folder / "graph")) as store:
        found = mistakes(swapped, store)
    assert isinstance(found, Found)
    with pytest.raises(InputError, match="the page cannot be written"):
        write_page(found, tmp_path / "file" / "page.html")


def test_the_command_prints_a_table(folder, swapped):
    result = CliRunner().invoke(cli, ["mistakes", str(swapped), f"--store={folder / 'graph'}", "--as=json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["images"] == 56


def words(folder, swapped):
    return [
        *("mistakes", str(swapped), f"--store={folder / 'graph'}", f"--evidence={folder / 'passes'}"),
        *("--batch-size=1", "--save-every=0"),
    ]


def test_a_killed_run_goes_on_and_ends_with_the_same_graph(folder, made, swapped, tmp_path):
    whole = tmp_path / "whole"
    shutil.copytree(made, whole)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    deadline = time.monotonic() + SECONDS
    command = [sys.executable, "-m", "kgexplain", *words(folder, swapped)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and not list((folder / "passes").glob("pass-*.npz")):
            assert time.monotonic() < deadline, "no part of the pass was saved"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    with open_store(str(folder / "graph")) as store:
        assert said(store) == {}
    for where in (folder, whole):
        assert CliRunner().invoke(cli, words(where, swapped)).exit_code == 0
    graphs = []
    for where in (folder, whole):
        with open_store(str(where / "graph")) as store:
            graphs.append(said(store))
    assert graphs[0] == graphs[1] != {}
