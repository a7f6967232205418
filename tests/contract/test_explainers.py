"""What every explainer does: its parameters count, its graph is its own, the network stays as it was."""

import importlib.util
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyoxigraph
import pyshacl
import pytest
import rdflib
import torch
from PIL import Image
from pyoxigraph import Literal, NamedNode
from rdflib.namespace import RDF, SH
from torch import nn

from kgexplain.activations.head import head
from kgexplain.activations.look import look
from kgexplain.activations.moments import ClassMeans
from kgexplain.activations.recording import Recording
from kgexplain.explainers import EXPLAINERS
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.explainer import Conclusion
from kgexplain.explainers.learned import densities_of
from kgexplain.explainers.rationale import Rationales, Reasons
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import network_of
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.knowledge import wordnet
from kgexplain.knowledge.linking import links_document
from kgexplain.shipped import shipped
from kgexplain.vocabulary import BASE, PREFIXES, Statement, thing
from kgexplain.workflow.beside import Beside
from kgexplain.workflow.explain import Plan, explain, import_dump
from kgexplain.workflow.why import why

# For each parameter a value that is not the default and must change what is said of the toy world.
CHANGES = {
    "filtag": {
        "k": 1,
        "q": 25.0,
        "contrast": "centered",
        "direction": "filter_to_classes",
        "layers": ("2",),
        "tags_per_filter": 1,
        "truthy_k": 1,
    },
    "attributes": {
        "source": "other.csv",
        "layer": "0",
        "weighting": "mean",
        "shrinkage": 1.0,
        "prior": "tfidf",
        "smoothing": "add_one",
        "min_df": 5,
        "least": 0.9,
        "normalisation": "softmax",
        "temperature": 0.1,
        "strongest": 1,
        "class_weights": "class_mean",
        "attributes_per_filter": 1,
        "truthy_k": 1,
    },
    "dissection": {
        "source": "otherwise",
        "categories": ("color",),
        "share": 0.3,
        "iou": 0.2,
        "union": "sparse",
        "resolution": 4,
        "layers": ("2",),
        "concepts_per_filter": 1,
        "seed": 1,
    },
}
# What an explainer cannot do without, and what else must be set for a parameter to count.
NEEDED = {
    "filtag": {},
    "attributes": {"source": "captions.csv", "min_df": 2},
    "dissection": {"source": "marks", "share": 0.2},
}
NEEDED_FOR = {
    "smoothing": {"prior": "idf"},
    "least": {"source": "table.csv"},
    "temperature": {"normalisation": "softmax"},
    "strongest": {"normalisation": "topk_relu"},
}
# What an explainer says less with; and those that can be asked of raw maps, too.
LESS = {
    "filtag": {"layers": ("2",)},
    "attributes": {"attributes_per_filter": 1},
    "dissection": {"layers": ("2",)},
}
PLACED = {"filtag": {}, "dissection": {}}
CHANGED = [(kind, parameter) for kind in EXPLAINERS for parameter in CHANGES[kind.name]]

CLASSES = ("n01443537", "n02099601", "n02391049")  # goldfish, golden retriever, zebra
NAMES = ("goldfish", "golden retriever", "zebra")
CRANES = (("n02012849", "crane"), ("n03126707", "crane"))
SOMEBODY = NamedNode("urn:somebody")
ELSE = Statement(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"))


def module():
    torch.manual_seed(3)
    # Nine and eight filters, so that the five of a class are not all of them.
    return nn.Sequential(
        nn.Conv2d(3, 9, 3, bias=False),
        nn.BatchNorm2d(9),
        nn.Conv2d(9, 8, 3),
        nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 3),
    ).eval()


def toy():
    classes = tuple(OutputClass(i, NAMES[i], wnid) for i, wnid in enumerate(CLASSES))
    return network_of(module(), "toy", classes, Preprocessing(resize=(12, 12), crop=None))


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Twelve pictures of random pixels, four of each class, each class brighter in another colour."""
    folder = tmp_path_factory.mktemp("toys")
    random = np.random.default_rng(4)
    for number, wnid in enumerate(CLASSES):
        (folder / wnid).mkdir()
        for picture in range(4):
            pixels = random.integers(0, 160, (12, 12, 3), dtype=np.uint8)
            pixels[..., number] += 90
            Image.fromarray(pixels).save(folder / wnid / f"{picture}.png")
    return folder


@pytest.fixture(scope="module")
def images(photographs):
    return open_images(photographs, toy().classes)


@pytest.fixture(scope="module")
def sources(photographs, tmp_path_factory):
    """A folder with what is said of the pictures: captions, other captions, a table; and with what is marked in them."""
    folder = tmp_path_factory.mktemp("sources")
    random = np.random.default_rng(8)
    keys = [path.relative_to(photographs).as_posix() for path in sorted(photographs.rglob("*.png"))]
    for name in ("captions.csv", "other.csv"):
        said = [f"{key},A {_phrase(random)} and a {_phrase(random)}." for key in keys for _ in range(3)]
        (folder / name).write_text("\n".join(["image,caption", *said]) + "\n")
    shares = [f"{key},{','.join(map(str, random.choice([0.3, 0.6, 0.95], 4)))}" for key in keys]
    (folder / "table.csv").write_text("\n".join(["image,red,striped,long tail,white head", *shares]) + "\n")
    for name in ("marks", "otherwise"):
        _mark(folder / name, keys, random)
    return folder


def _mark(folder, keys, random):
    """Masks of random labels for all pictures but the last, and a mask that is not there."""
    folder.mkdir()
    labels = ("1,fish,object", "2,dog,object", "3,red,color", "4,grass,material")
    (folder / "labels.csv").write_text("\n".join(["number,name,category", *labels]) + "\n")
    rows = ["image,mask"]
    for number, key in enumerate(keys[:-1]):
        mask = random.integers(0, 5, (4, 4), dtype=np.uint8).repeat(3, 0).repeat(3, 1)
        Image.fromarray(mask).save(folder / f"{number}.png")
        rows.append(f"{key},{number}.png" + ";lost.png" * (number == 1))
    (folder / "index.csv").write_text("\n".join(rows) + "\n")


def _phrase(random):
    return f"{random.choice(['white', 'black', 'long'])} {random.choice(['tail', 'head', 'leg'])}"


@pytest.fixture(autouse=True)
def where_sources_are(sources, monkeypatch):
    monkeypatch.chdir(sources)


def made(kind, **settings):
    """An explainer with what it needs, and settings."""
    return kind(**{**NEEDED[kind.name], **settings})


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """One pass for all runs that want the same of it."""
    return tmp_path_factory.mktemp("passes")


def ran(explainer, images, folder, store=None, evidence=None):
    """A store with one run in it, and the run's IRI."""
    opened = store or open_store("memory:")
    plan = Plan(Recording(batch_size=5), files=folder, evidence=evidence)
    (run,) = explain(toy(), images, [explainer], opened, plan)
    return opened, run


@pytest.fixture(scope="module")
def once(images, tmp_path_factory, seen):
    """A store with one run in it, the same for whoever asks for the same explainer."""
    return cache(lambda explainer: ran(explainer, images, tmp_path_factory.mktemp("once"), evidence=seen))


def said(store, graph):
    """Statements of a graph, without the times at which it was made."""
    asked = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    return {s for s in store.construct(asked) if not s.predicate.value.startswith(f"{PREFIXES['prov']}")}


def found(store, run):
    """What a run says of the network, without what it says of itself and of its files."""
    own = (f"{run}#setting", f"{run}#array", f"{run}#checksum", f"{BASE}ontology#", f"{BASE}software")
    return {s for s in said(store, run) if s.subject.value != run and not s.subject.value.startswith(own)}


def unnamed(store, run):
    """What a run says of the network, whatever the run is called."""
    return {str(statement).replace(run, "") for statement in found(store, run)}


def options(store, run):
    rows = store.select(query("provenance/options_of_run").bind(run=run))
    return {row["option"].value: row["value"].value for row in rows}


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_every_parameter_is_a_field_and_tried_here(kind):
    assert {field.name for field in fields(kind)} == CHANGES[kind.name].keys()


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_every_explainer_has_known_answers(kind):
    """Its module's own test module has a test whose answer was worked out by hand."""
    name = kind.__module__.rpartition(".")[2]
    path = Path(__file__).parents[1] / "explainers" / f"test_{name}.py"
    spec = importlib.util.spec_from_file_location(f"known_{name}", path)
    known = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(known)
    assert [test for test in vars(known) if test.startswith("test_") and "by_hand" in test]


@pytest.mark.parametrize(("kind", "parameter"), CHANGED, ids=lambda v: getattr(v, "name", v))
def test_every_parameter_is_stored(kind, parameter, once):
    value = CHANGES[kind.name][parameter]
    store, run = once(made(kind, **NEEDED_FOR.get(parameter, {}), **{parameter: value}))
    written = ", ".join(value) if isinstance(value, tuple) else Literal(value).value
    assert options(store, run)[f"{kind.name}.{parameter}"] == written


@pytest.mark.parametrize(("kind", "parameter"), CHANGED, ids=lambda v: getattr(v, "name", v))
def test_every_parameter_has_an_effect(kind, parameter, once):
    needed, value = NEEDED_FOR.get(parameter, {}), CHANGES[kind.name][parameter]
    store, run = once(made(kind, **needed))
    other, another = once(made(kind, **needed, **{parameter: value}))
    assert found(store, run)
    assert unnamed(store, run) != unnamed(other, another)


@pytest.mark.parametrize("kind", [k for k in EXPLAINERS if k.name in PLACED], ids=lambda kind: kind.name)
def test_the_place_of_the_maps_is_stored_and_has_an_effect(kind, images, tmp_path):
    explainer = made(kind, **PLACED[kind.name])
    store, run = ran(explainer, images, tmp_path)
    raw = open_store("memory:")
    explain(toy(), images, [explainer], raw, Plan(Recording("raw", 5), files=tmp_path))
    assert (options(store, run)["explain.place"], options(raw, run)["explain.place"]) == ("activation", "raw")
    assert found(store, run) != found(raw, run)


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_the_same_run_gives_the_same_graph(kind, images, tmp_path):
    store, run = ran(made(kind), images, tmp_path / "first")
    other, _ = ran(made(kind), images, tmp_path / "second")
    assert said(store, run) == said(other, run)


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_a_second_run_that_says_less_leaves_nothing_of_the_first(kind, images, tmp_path, seen):
    store, run = ran(made(kind), images, tmp_path, evidence=seen)
    less = made(kind, **LESS[kind.name])
    alone, _ = ran(less, images, tmp_path, evidence=seen)
    ran(less, images, tmp_path, store, seen)
    assert said(store, run) == said(alone, run)


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_a_second_run_changes_nobody_elses_graph(kind, images, tmp_path, seen):
    store, run = ran(made(kind), images, tmp_path, evidence=seen)
    store.replace(SOMEBODY, [ELSE])
    before = {graph.value: said(store, graph.value) for graph in store.graphs() if graph.value != run}
    ran(made(kind, **LESS[kind.name]), images, tmp_path, store, seen)
    after = {graph.value: said(store, graph.value) for graph in store.graphs() if graph.value != run}
    assert before == after
    architecture = toy().architecture
    written = {architecture.document, links_document(architecture), wordnet.WORDNET.value}
    assert before.keys() == {SOMEBODY.value, *written}


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_batches_of_another_size_give_the_same_tags(kind, images, tmp_path):
    store, run = ran(made(kind), images, tmp_path / "five")
    other = open_store("memory:")
    explain(toy(), images, [made(kind)], other, Plan(Recording(batch_size=12), files=tmp_path / "twelve"))
    assert answers(store, run) == answers(other, run)


def answers(store, run):
    """Statements between things, without numbers, whose last digits depend on the order of sums."""
    return {s for s in found(store, run) if isinstance(s.object, NamedNode)}


@dataclass(frozen=True)
class Failing:
    """An explainer whose statistic fails at the second batch."""

    name: ClassVar[str] = "failing"

    def explain(self, network, images, run):
        """Fails on the way."""
        yield [Broken("0", 3, 9)]
        return Conclusion(())


class Broken(ClassMeans):
    """Fails at the second batch."""

    def observe(self, batch):
        """One batch goes well."""
        if int(self.state()["counts"].sum()):
            raise RuntimeError("broken")
        super().observe(batch)


def hooks(network):
    parts = list(network.module.modules())
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return Counter(kind for part in parts for kind in kinds for _ in getattr(part, kind))


def state(network):
    return {name: tensor.clone() for name, tensor in network.module.state_dict().items()}


def unchanged(network, before):
    return all(torch.equal(tensor, before[name]) for name, tensor in network.module.state_dict().items())


@pytest.mark.parametrize("kind", EXPLAINERS, ids=lambda kind: kind.name)
def test_the_network_is_as_it_was(kind, images, tmp_path):
    network = toy()
    before = state(network)
    explain(network, images, [made(kind)], open_store("memory:"), Plan(files=tmp_path))
    assert hooks(network) == Counter()
    assert unchanged(network, before)
    assert not network.module.training


def test_the_network_is_as_it_was_after_an_error(images, tmp_path):
    network, store = toy(), open_store("memory:")
    before = state(network)
    with pytest.raises(RuntimeError, match="broken"):
        explain(network, images, [Failing()], store, Plan(Recording(batch_size=4), files=tmp_path))
    assert hooks(network) == Counter()
    assert unchanged(network, before)
    assert store.graphs() == set()


def test_a_run_without_images_of_a_class_tells_which(photographs, tmp_path):
    network = toy()
    listing = photographs / "two.csv"
    listing.write_text("file,label\n" + "".join(f"{wnid}/0.png,{wnid}\n" for wnid in CLASSES[:2]))
    store, run = ran(EXPLAINERS[0](), open_images(listing, network.classes), tmp_path)
    rows = store.select(query("provenance/classes_without_images").bind(run=run))
    assert [row["name"].value for row in rows] == ["zebra"]


def turtle(store):
    """All that a store says, of WordNet only what the toys' classes need."""
    everything = [
        s for graph in store.graphs() if graph != wordnet.WORDNET for s in said_whole(store, graph.value)
    ]
    return pyoxigraph.serialize(
        (pyoxigraph.Triple(*s) for s in {*everything, *wordnet.statements(CLASSES)}),
        format=pyoxigraph.RdfFormat.TURTLE,
    ).decode()


def said_whole(store, graph):
    return store.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")


def reasoned(network, path, folder, run):
    """Why a picture could be called each class, of which nothing speaks for the last."""
    learned = densities_of({title: arrays(folder, run, title) for title in ("densities", "classes", "names")})
    seen = look(network, head(network), Image.open(path), (0, 1, 2))
    contributions = seen.contributions - np.array([[0.0], [0.0], [np.abs(seen.contributions).max()]])
    image = thing(f"{BASE}images/toys", "image", path.name)
    probability = float(seen.probabilities.max())
    reasons = Reasons(path.name, image, seen.predicted, probability, seen.classes, contributions, "linear")
    method = made(AttributeDensity)
    return list(Rationales(method, network.architecture, f"{run}-rationales", learned).statements(reasons))


def arrays(folder, run, title):
    """Arrays that were kept beside a graph, by layer."""
    with np.load(Beside(open_store("memory:"), folder).arrays(run, title)) as kept:
        return dict(kept)


@pytest.fixture(scope="module")
def everything(photographs, sources, tmp_path_factory):
    """Explained with every explainer, with images held out; why of two images, one unlabelled; a dump imported."""
    folder = tmp_path_factory.mktemp("everything")
    network, store = toy(), open_store("memory:")
    broken = photographs / CLASSES[0] / "broken.png"
    broken.write_bytes(b"no picture")
    spoilt = open_images(photographs, network.classes)
    broken.unlink()
    plan = Plan(hold_out=0.25, files=folder)
    with chdir(sources):
        runs = explain(network, spoilt, [made(kind) for kind in EXPLAINERS], store, plan)
    run = runs[EXPLAINERS.index(AttributeDensity)]
    store.replace(
        NamedNode(f"{run}-rationales"), reasoned(network, photographs / CLASSES[1] / "0.png", folder, run)
    )
    for wnid in CLASSES[:2]:
        why(photographs / wnid / "0.png", store, network, folder)
    lonely = folder / "lonely.png"
    lonely.write_bytes((photographs / CLASSES[2] / "1.png").read_bytes())
    why(lonely, store, network, folder)
    (folder / "dump.txt").write_text("filter tags\n0:[' goldfish ', ' zebra ']\n1:[]\n2:[' crane ']\n")
    (folder / "classes.txt").write_text(
        "".join(f"{wnid}, {name}\n" for wnid, name in [*zip(CLASSES, NAMES, strict=True), *CRANES])
    )
    import_dump(folder / "dump.txt", str(folder / "classes.txt"), store)
    return rdflib.Graph().parse(data=turtle(store), format="turtle")


def test_all_that_is_said_conforms_to_the_shapes(everything):
    shapes = rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")
    _, report, text = pyshacl.validate(everything, shacl_graph=shapes)
    assert not list(report.subjects(RDF.type, SH.ValidationResult)), text


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Run",
            "FilterTag",
            "Activation",
            "Image",
            "Filter",
            "SkippedImage",
            "Synset",
            "Attribute",
            "Rationale",
        ),
        *("FilterConcept", "VisualConcept", "NullCount", "AnnotationFault"),
    ],
)
def test_what_conforms_is_not_nothing(everything, name):
    assert (None, RDF.type, rdflib.URIRef(f"{PREFIXES['kgx']}{name}")) in everything
