"""The command line: what it answers, and one sentence for each thing that cannot be."""

import csv
import json
import pickle
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyoxigraph
import pytest
from click.testing import CliRunner

from kgexplain.cli import cli
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.shipped import shipped
from tests import servers

WORLD = shipped("data") / "world"
DUMP = "filter tags k=1\n0:[' goldfish ']\n1:[' goldfish ', ' zebra ']\n2:[]\n"
JSON = {"Content-Type": "application/sparql-results+json"}


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def answer(*words):
    """What a command says on stdout, when all goes well."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refusal(*words):
    """The one sentence that a command says when it cannot do what it is asked."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    (sentence,) = result.stderr.splitlines()
    assert sentence.startswith("Error: ")
    assert isinstance(result.exception, SystemExit)
    return sentence


def explain(images, folder, *more, network="kgexplain.world.cnn:world_cnn", classes=WORLD / "classes.tsv"):
    """The words of ``kgexplain explain`` on the generated world, into a store in a folder."""
    words = ["explain", network, images, "--store", folder / "graph"]
    if network == "kgexplain.world.cnn:world_cnn":
        words += ["--classes", classes, "--preprocessing", WORLD / "preprocessing.json"]
    return [*words, *more]


def graphs(folder):
    """What graphs a folder's store has; none where there is no store."""
    if not (folder / "graph").exists():
        return set()
    with open_store(str(folder / "graph")) as store:
        return store.graphs()


@pytest.fixture(scope="session")
def told(world_images, tmp_path_factory):
    """A folder with a graph in it: the world explained."""
    folder = tmp_path_factory.mktemp("told")
    answer(*explain(world_images, folder, "--set", "filtag.q=25", "--hold-out", "0.25"))
    return folder


@pytest.fixture
def photograph(world_images):
    return world_images / "n01443537" / min(p.name for p in (world_images / "n01443537").iterdir())


def in_graph(told, *words):
    return [*words, "--store", told / "graph"]


# What every command has.

COMMANDS = sorted(cli.commands)


def test_there_are_these_commands():
    assert {"ask", "demo", "explain", "import", "list", "why"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_that_can_be_typed(name):
    shown = answer(name, "--help")
    example = " ".join(shown.partition("Example: ")[2].partition("\n\n")[0].split())
    words = shlex.split(example)
    assert words[:2] == ["kgexplain", name]
    assert cli.commands[name].make_context(name, words[2:])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name):
    bare = [p.name for p in cli.commands[name].params if p.param_type_name == "option" and not p.help]
    assert bare == []


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["explain"],
        ["explain", "alexnet"],
        ["explain", "alexnet", "images", "--nonsense"],
        ["explain", "alexnet", "images", "--batch-size", "many"],
        ["explain", "alexnet", "images", "--hold-out", "some"],
        ["why"],
        ["ask"],
        ["ask", "explanation/why", "--as", "yaml"],
        ["list"],
        ["import", "dump.txt"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.output


def test_debug_shows_where_an_error_comes_from():
    result = run("--debug", "ask", "nonsense", "--store", "memory:")
    assert "no question 'nonsense'" in str(result.exception)
    assert not isinstance(result.exception, SystemExit)


# Answers in each style.


def test_json_answers_are_sparql_results(told):
    rows = json.loads(answer(*in_graph(told, "list", "layers", "--as", "json")))
    assert len(rows["results"]["bindings"]) == 5


def test_csv_answers_are_tables(told):
    rows = list(csv.DictReader(answer(*in_graph(told, "list", "layers", "--as", "csv")).splitlines()))
    assert len(rows) == 5


def test_turtle_answers_are_turtle(told):
    text = answer(*in_graph(told, "list", "layers", "--as", "turtle"))
    solutions = [
        t
        for t in pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE)
        if t.predicate.value.endswith("#solution")
    ]
    assert len(solutions) == 5


def test_text_answers_are_a_table(told):
    assert len(answer(*in_graph(told, "list", "layers")).splitlines()) == 2 + 5


@pytest.mark.parametrize("style", ["json", "csv", "turtle", "text"])
def test_why_is_told_in_every_style(told, photograph, style):
    text = answer(*in_graph(told, "why", photograph, "--as", style))
    parts = {
        "json": lambda: json.loads(text)["predicted"],
        "csv": lambda: next(csv.DictReader(text.splitlines()))["layer"],
        "turtle": lambda: len(list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE))) > 100,
        "text": lambda: text.splitlines()[0].split(" takes this for ")[0],
    }
    assert parts[style]() in ("goldfish", "conv1", True, "world_cnn")


def test_explain_answers_with_what_was_found(told, world_images):
    words = explain(world_images, told, "--set", "filtag.q=25", "--hold-out", "0.25", "--as", "json")
    rows = json.loads(answer(*words))["results"]["bindings"]
    assert [row["n"]["value"] for row in rows] == ["1", "5", "10", "50"]
    # A quarter of 24, 32, 48, 64 and 64 filters is 58, for each of 14 classes.
    assert {row["tags"]["value"] for row in rows} == {str(58 * 14)}


def test_a_page_is_written_where_asked(told, photograph, tmp_path):
    result = run(*in_graph(told, "why", photograph, "--page", tmp_path / "new" / "page.html"))
    assert result.exit_code == 0
    assert result.stderr == f"Look at {tmp_path / 'new' / 'page.html'}\n"
    assert "see goldfish?" in (tmp_path / "new" / "page.html").read_text(encoding="utf-8")


def test_all_queries_are_listed():
    rows = csv.DictReader(answer("list", "queries", "--as", "csv").splitlines())
    files = shipped("queries").rglob("*.rq")
    assert {row["query"] for row in rows} == {f"{f.parent.name}/{f.stem}" for f in files}


def test_explainers_are_listed_with_their_parameters():
    rows = list(csv.DictReader(answer("list", "explainers", "--as", "csv").splitlines()))
    assert [row["explainer"] for row in rows] == ["filtag", "attributes", "dissection"]
    assert rows[0]["parameters"].startswith("k=5, q=0.0, contrast='none'")


def test_a_dump_is_imported_and_answers(tmp_path):
    (tmp_path / "dump.txt").write_text(DUMP)
    (tmp_path / "classes.txt").write_text("n01443537, goldfish\nn02391049, zebra\n")
    words = [
        "import",
        tmp_path / "dump.txt",
        "--classes",
        tmp_path / "classes.txt",
        "--store",
        tmp_path / "graph",
    ]
    answer(*words)
    asked = ["ask", "explanation/tags_of_numbered_filter", "layer=conv5_3", "index=1", "--as", "csv"]
    rows = list(csv.DictReader(answer(*asked, "--store", tmp_path / "graph").splitlines()))
    assert {(row["name"], row["score"], row["rank"]) for row in rows} == {
        ("goldfish", "", ""),
        ("zebra", "", ""),
    }


# Values are data.

EVIL = [
    'x" } ; DROP ALL #',
    '" ; INSERT DATA { <urn:s> <urn:p> <urn:o> } #',
    "conv1\\",
    "\\u0022 } #",
    "'''",
    "> } #",
    "$index ?layer",
]


@pytest.mark.parametrize("value", EVIL)
def test_a_text_with_syntax_in_it_stays_a_text(told, value):
    before = graphs(told)
    words = in_graph(
        told, "ask", "explanation/tags_of_numbered_filter", f"layer={value}", "index=0", "--as", "csv"
    )
    assert len(answer(*words).splitlines()) == 1
    assert graphs(told) == before


@pytest.mark.parametrize("value", EVIL)
def test_an_iri_with_syntax_in_it_is_refused(told, value):
    sentence = refusal(*in_graph(told, "ask", "explanation/tags_of_filter", f"filter={value}"))
    assert sentence.startswith("Error: filter=")


@pytest.mark.parametrize("value", ["0 } #", "many", "1e3", "0x1"])
def test_a_number_with_syntax_in_it_is_refused(told, value):
    words = in_graph(told, "ask", "explanation/tags_of_numbered_filter", "layer=conv1", f"index={value}")
    assert "is no whole number" in refusal(*words)


# What cannot be asked.


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nonsense"], "no question 'nonsense'; there are "),
        (["explanation/tags_of_filters"], "there are explanation/tags_of_filter, "),
        (["none.rq"], "none.rq"),
        (["explanation/tags_of_filter"], "explanation/tags_of_filter wants $filter: the filter (IRI)"),
        (["explanation/tags_of_filter", "filters=x"], "has no parameter filters; it has filter"),
        (["explanation/tags_of_filter", "self=x"], "has no parameter self; it has filter"),
        (["explanation/tags_of_filter", "kgx:x"], "'kgx:x' is no parameter; write name=value"),
        (["explanation/tags_of_filter", "=x"], "has no parameter ; it has filter"),
    ],
)
def test_a_question_that_cannot_be_asked(told, words, message):
    assert message in refusal(*in_graph(told, "ask", *words))


# What cannot be explained; a store in which nothing may be half-written is told by ``graphs``.


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--with", "dissect"], "no explainer 'dissect'; there are filtag"),
        (["--set", "filtag.layers=conv9"], "no layer ['conv9'] in this network; it has ['conv1', 'conv2'"),
        (["--set", "filtag.size=3"], "filtag has no parameter ['size']; it has k, q"),
        (["--set", "filtag.k=0"], "k is 0; it must be at least 1"),
        (["--set", "k"], "'k' is no setting; write explainer.parameter=value"),
        (["--options", "none.toml"], "none.toml: cannot be read as TOML"),
        (["--batch-size", "0"], "batch_size is 0; it must be at least 1"),
        (["--hold-out", "1"], "hold_out is 1.0; it is a share and must be at least 0 and less than 1"),
        (["--hold-out", "-0.1"], "hold_out is -0.1; it is a share"),
        (["--hold-out", "nan"], "hold_out is nan; it is a share"),
        (["--place", "nowhere"], "place is 'nowhere'; it must be one of activation, raw"),
        (["--save-every", "-1"], "save_every is -1.0; it is in seconds and must be at least 0"),
        (["--device", "abacus"], "cannot be used"),
        (["--weights", "DEFAULT"], "are no file, and kgexplain.world.cnn:world_cnn is a factory"),
        (["--weights", "none.pt"], "none.pt"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_an_option_that_does_not_fit(world_images, tmp_path, words, message):
    assert message in refusal(*explain(world_images, tmp_path, *words))
    assert graphs(tmp_path) == set()


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ("alexnett", "alexnett"),
        ("nowhere:nothing", "nowhere"),
        ("kgexplain.world.cnn:nothing", "nothing"),
        ("pathlib:Path", "pathlib:Path"),
        ("none.py:network", "none.py"),
    ],
)
def test_a_network_that_is_none(world_images, tmp_path, network, message):
    assert message in refusal(*explain(world_images, tmp_path, network=network))
    assert graphs(tmp_path) == set()


def test_an_unknown_network_is_told_those_that_exist(world_images, tmp_path):
    assert "alexnet" in refusal(*explain(world_images, tmp_path, network="alexnett")).replace("alexnett", "")


def test_weights_of_another_architecture(world_images, tmp_path):
    with np.load(WORLD / "cnn.npz") as file:
        weights = {name: file[name] for name in file.files}
    weights["conv1.weight"] = np.zeros((7, 3, 5, 5), np.float32)
    np.savez(tmp_path / "other.npz", **weights)
    sentence = refusal(*explain(world_images, tmp_path, "--weights", tmp_path / "other.npz"))
    assert (
        "are of another architecture (wrong shape: conv1.weight (7, 3, 5, 5) instead of (24, 3, 5, 5))"
        in sentence
    )
    assert graphs(tmp_path) == set()


class Evil:
    """What makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".npz"])
def test_a_pickle_that_would_run_code(world_images, tmp_path, suffix):
    weights = tmp_path / f"weights{suffix}"
    weights.write_bytes(pickle.dumps(Evil(tmp_path / "ran")))
    assert "weights" in refusal(*explain(world_images, tmp_path, "--weights", weights))
    assert not (tmp_path / "ran").exists()
    assert graphs(tmp_path) == set()


def folder_of(tmp_path, *names, content=None):
    for name in names:
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content or b"no picture")
    return tmp_path / "images"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["readme.txt"],
            "no images are in it; give a folder of class folders, or a .csv of paths and labels",
        ),
        (["n00000001/a.png"], "none of its 1 labels (n00000001) is a class of the network; it has 14"),
        (["a.png", "b.png"], "none of its images has a class; sort them into folders named by class"),
        (["zebra/a.png", "zebra/b.png"], "no image with a class can be read; zebra/a.png: not an image"),
    ],
)
def test_images_that_explain_nothing(tmp_path, names, message):
    assert message in refusal(*explain(folder_of(tmp_path, *names), tmp_path))
    assert graphs(tmp_path) == set()


def test_images_that_are_not_there(tmp_path):
    assert "does not exist" in refusal(*explain(tmp_path / "none", tmp_path))
    assert graphs(tmp_path) == set()


def test_a_folder_whose_name_two_classes_have(tmp_path):
    classes = (WORLD / "classes.tsv").read_text().replace("n01443537\tgoldfish", "n02012849\tcrane")
    (tmp_path / "classes.tsv").write_text(classes.replace("n01531178\tgoldfinch", "n03126707\tcrane"))
    words = explain(folder_of(tmp_path, "crane/a.png"), tmp_path, classes=tmp_path / "classes.tsv")
    assert "2 classes, n02012849 (crane), n03126707 (crane)" in refusal(*words)
    assert graphs(tmp_path) == set()


# Places that cannot be written, or are somebody else's.


def test_a_store_that_is_a_file(world_images, tmp_path):
    (tmp_path / "graph").write_text("x")
    assert "graph is a file; a store is a folder" in refusal(*explain(world_images, tmp_path))
    assert (tmp_path / "graph").read_text() == "x"


def test_a_store_that_holds_other_things(world_images, tmp_path):
    assert "it holds n01443537" in refusal(*explain(world_images, tmp_path, "--store", world_images))


def test_files_that_cannot_be_written(world_images, tmp_path):
    (tmp_path / "file").write_text("x")
    words = explain(world_images, tmp_path, "--files", tmp_path / "file", "--evidence", tmp_path / "evidence")
    assert "file: what is kept beside the graph cannot be written there" in refusal(*words)
    assert graphs(tmp_path) == set()


def test_a_store_that_another_process_has_open(told):
    program = "import sys, pyoxigraph; s = pyoxigraph.Store(sys.argv[1]); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, told / "graph"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        assert "is in use, here or by another process" in refusal(*in_graph(told, "list", "runs"))
        process.communicate("\n")
    assert answer(*in_graph(told, "list", "runs"))


@pytest.mark.parametrize(
    "words", [["list", "runs"], ["ask", "provenance/runs"], ["why", "a.png"]], ids=" ".join
)
def test_a_store_that_is_not_there_is_not_made(tmp_path, words):
    sentence = refusal(*words, "--store", tmp_path / "none")
    assert "there is no store in" in sentence
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", [["list", "runs"], ["ask", "provenance/runs"]], ids=" ".join)
def test_an_endpoint_that_is_down(words):
    address = f"http://127.0.0.1:{servers.free_port()}/query"
    assert address in refusal(*words, "--store", address)


def test_an_endpoint_that_is_down_is_told_before_the_pass(world_images, tmp_path):
    address = f"http://127.0.0.1:{servers.free_port()}/query"
    assert address in refusal(
        *explain(world_images, tmp_path, "--store", address, "--files", tmp_path / "files")
    )
    assert not (tmp_path / "files").exists()


def test_an_endpoint_that_refuses_to_write(world_images, tmp_path):
    def read_only(path, form):
        if "update" in form:
            return 403, {}, "you may not write here"
        return 200, JSON, '{"head": {"vars": ["g"]}, "results": {"bindings": []}}'

    with servers.Double(read_only) as server:
        words = explain(
            world_images, tmp_path, "--store", f"{server.address}/query", "--files", tmp_path / "files"
        )
        assert "403" in refusal(*words)


def test_an_address_that_is_none():
    assert "'ftp://somewhere' is no address of a store" in refusal(
        "list", "runs", "--store", "ftp://somewhere"
    )


# Questions about one image.


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--true", "unicorn"], "'unicorn' is no class of world_cnn; give a wnid or a name that it knows"),
        (["--network", "alexnett"], "alexnett"),
        (
            ["--files", "nowhere"],
            "network.json: not there, so how to open world_cnn is not known; give --network",
        ),
        (["--page", "/dev/null/page.html"], "the page cannot be written"),
    ],
)
def test_an_image_that_cannot_be_explained_so(told, photograph, words, message):
    result = run(*in_graph(told, "why", photograph, *words))
    assert result.exit_code == 1
    (sentence,) = result.stderr.splitlines()
    assert message in sentence


def test_an_image_that_is_not_there(told):
    assert "no such file" in refusal(*in_graph(told, "why", "none.png"))


def test_a_file_that_is_no_image(told, tmp_path):
    (tmp_path / "text.png").write_text("x")
    assert "not an image of a kind that can be read" in refusal(*in_graph(told, "why", tmp_path / "text.png"))


def test_an_image_in_a_graph_without_tags(tmp_path, photograph):
    with open_store(str(tmp_path / "graph")):
        pass
    assert "tagged any filters; run `kgexplain explain` first" in refusal(
        *in_graph(tmp_path, "why", photograph)
    )


def test_what_cannot_be_listed():
    assert "'everything' cannot be listed; explainers, queries, layers, networks, runs can" in refusal(
        "list", "everything"
    )


def test_a_refused_question_about_an_image_leaves_the_graph_as_it_was(told, photograph):
    before = graphs(told)
    refusal(*in_graph(told, "why", photograph, "--true", "unicorn"))
    assert graphs(told) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dump.txt", "--classes", "none.txt"], "none.txt"),
        (["none.txt", "--classes", "classes.txt"], "none.txt: cannot be read"),
        (["classes.txt", "--classes", "classes.txt"], "a dump of FilTag is"),
    ],
)
def test_a_dump_that_is_none(tmp_path, words, message):
    (tmp_path / "dump.txt").write_text(DUMP)
    (tmp_path / "classes.txt").write_text("n01443537, goldfish\nn02391049, zebra\n")
    given = [tmp_path / word if word.endswith(".txt") else word for word in words]
    assert message in refusal("import", *given, "--store", tmp_path / "graph")
    assert graphs(tmp_path) == set()


def test_evidence_of_other_images_is_refused(world_images, tmp_path):
    answer(
        *explain(world_images, tmp_path, "--evidence", tmp_path / "passes", "--set", "filtag.layers=conv5")
    )
    picture = next((world_images / "n02391049").iterdir()).read_bytes()
    words = explain(
        folder_of(tmp_path, "zebra/a.png", content=picture), tmp_path, "--evidence", tmp_path / "passes"
    )
    sentence = refusal(*words)
    assert "passes/tagging: recorded from images images " in sentence
    assert sentence.endswith("choose another folder or delete it")


def test_the_python_and_the_command_line_ask_the_same(told):
    rows = json.loads(answer(*in_graph(told, "ask", "provenance/layers", "--as", "json")))["results"][
        "bindings"
    ]
    with open_store(str(told / "graph")) as store:
        assert len(store.select(query("provenance/layers").bind())) == len(rows)
