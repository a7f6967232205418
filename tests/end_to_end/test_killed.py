"""A run that is killed in the middle of the pass goes on where it was, and ends as if nothing had been."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from kgexplain.cli import cli
from kgexplain.graph.opening import open_store
from kgexplain.knowledge.wordnet import WORDNET
from kgexplain.shipped import shipped
from kgexplain.vocabulary import PREFIXES

WORLD = shipped("data") / "world"
ROOT = Path(__file__).parents[2]
SECONDS = 120


def words(images, folder):
    return [
        "explain",
        "kgexplain.world.cnn:world_cnn",
        str(images),
        f"--classes={WORLD / 'classes.tsv'}",
        f"--preprocessing={WORLD / 'preprocessing.json'}",
        "--batch-size=1",
        "--save-every=0",
        "--hold-out=0.25",
        "--set=filtag.q=25",
        f"--store={folder / 'graph'}",
        f"--evidence={folder / 'passes'}",
    ]


def run(images, folder):
    result = CliRunner().invoke(cli, words(images, folder))
    assert result.exit_code == 0, result.output


def progress(folder):
    """How far the pass in a folder has come, and whether it is finished; a file is whole at any moment."""
    for path in (folder / "passes" / "tagging").glob("pass-*.npz"):
        with np.load(path) as file:
            return int(file["photographs"]), bool(file["finished"])
    return 0, False


def killed(images, folder):
    """Run, and kill the process as soon as part of the pass is saved; where the pass then was."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kgexplain", *words(images, folder)]
    deadline = time.monotonic() + SECONDS
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        while process.poll() is None and not progress(folder)[0]:
            assert time.monotonic() < deadline, "no part of the pass was saved"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, process.stdout.read()
    return progress(folder)


def said(folder):
    """All statements of a store by graph, without the times of the runs; of WordNet only how many there are."""
    with open_store(str(folder / "graph")) as store:
        (count,) = store.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {WORDNET} {{ ?s ?p ?o }} }}")
        wordnet = {WORDNET: [count["n"]]} if count["n"] != Literal(0) else {}
        return wordnet | {
            graph: {
                s
                for s in store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
                if s.predicate
                not in (NamedNode(PREFIXES["prov"] + t) for t in ("startedAtTime", "endedAtTime"))
            }
            for graph in store.graphs() - {WORDNET}
        }


@pytest.fixture(scope="module")
def runs(world_images, tmp_path_factory):
    """A folder with an uninterrupted run, one with a run that was killed and run again, and where it was killed."""
    whole, broken = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("broken")
    where = killed(world_images, broken)
    graphs = said(broken)
    run(world_images, broken)
    run(world_images, whole)
    return whole, broken, where, graphs


def test_it_is_killed_in_the_middle_of_the_pass(runs):
    _, _, (photographs, finished), _ = runs
    assert 0 < photographs < 42
    assert not finished


def test_a_killed_run_leaves_nothing_half_written(runs):
    _, _, _, graphs = runs
    assert graphs == {}


def test_it_ends_with_the_same_graph(runs):
    whole, broken, _, _ = runs
    assert said(whole) == said(broken)
    assert sum(map(len, said(whole).values())) > 4000


def test_it_ends_with_the_same_scores_to_the_last_bit(runs):
    whole, broken, _, _ = runs
    files = [
        {p.name: p.read_bytes() for p in (f / "graph.files").glob("filtag--*.np*")} for f in (whole, broken)
    ]
    assert files[0] == files[1] != {}


def test_what_was_seen_is_not_looked_at_again(runs, world_images, monkeypatch):
    """With the pass finished, no picture is decoded."""
    whole, _, _, _ = runs
    monkeypatch.setattr("kgexplain.inputs.images.Images.batches", None)
    before = said(whole)
    run(world_images, whole)
    assert said(whole) == before
