"""The vocabulary: its terms are those of the package, and its shapes let through what is whole, and nothing else."""

import re
import runpy
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH

from kgexplain import vocabulary
from kgexplain.graph.description import described
from kgexplain.graph.provenance import Outcome, Pictures, Run, StoredArray, method_iri, provenance
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge.linking import links
from kgexplain.knowledge.wordnet import statements
from kgexplain.shipped import shipped

DOCS = Path(__file__).parents[1] / "docs"
FILES = ("kgexplain", "alignments", "shapes", "example")
# Terms that stand above those that are stated.
MOTHERS = {"Unit", "Assertion", "hasAssertion", "value"}
METHODS = {method_iri("filtag").value, method_iri("why").value}


def path(name: str) -> Path:
    return shipped("ontologies") / f"{name}.ttl"


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(path("kgexplain"))


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(path("shapes"))


@pytest.fixture(scope="module")
def declared(ontology) -> set[str]:
    return {str(subject) for subject in ontology.subjects() if str(subject).startswith(vocabulary.KGX)}


def constants() -> set[str]:
    named = (value for value in vars(vocabulary).values() if isinstance(value, pyoxigraph.NamedNode))
    return {node.value for node in named if node.value.startswith(vocabulary.KGX)}


def violations(text: str, shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """The focus node's local name, and the local name of the path, of everything that does not conform."""
    _, report, _ = pyshacl.validate(rdflib.Graph().parse(data=text, format="turtle"), shacl_graph=shapes)
    return {
        (_local(report.value(result, SH.focusNode)), _local(report.value(result, SH.resultPath)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def _local(node: object) -> str:
    return str(node).replace("/", "#").rpartition("#")[2] if isinstance(node, rdflib.URIRef) else "inverse"


@pytest.mark.parametrize("name", FILES)
def test_two_parsers_read_the_same_number_of_triples(name):
    assert len(rdflib.Graph().parse(path(name))) == len(list(pyoxigraph.parse(path=path(name))))


@pytest.mark.parametrize("name", ["kgexplain", "example"])
def test_only_shapes_have_blank_nodes(name):
    assert not any(isinstance(node, rdflib.BNode) for row in rdflib.Graph().parse(path(name)) for node in row)


def test_every_constant_is_declared(declared):
    assert constants() - declared == set()


def test_every_declared_term_is_a_constant_or_stands_above_one(declared):
    assert declared - constants() == METHODS | {vocabulary.KGX + name for name in MOTHERS}


def test_every_mother_says_so(ontology):
    said = {
        str(term)
        for term, comment in ontology.subject_objects(RDFS.comment)
        if any(f"Mother {kind}" in comment for kind in ("class", "property"))
    }
    assert said == {vocabulary.KGX + name for name in MOTHERS}


@pytest.mark.parametrize("property_", [RDFS.label, RDFS.comment, RDFS.isDefinedBy])
def test_every_term_has_exactly_one(property_, ontology, declared):
    assert {
        term: len(list(ontology.objects(rdflib.URIRef(term), property_))) for term in declared
    } == dict.fromkeys(declared, 1)


def test_every_property_has_a_range(ontology):
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty)
    properties = {term for kind in kinds for term in ontology.subjects(RDF.type, kind)}
    assert properties == set(ontology.subjects(RDFS.range))


def test_superclasses_domains_and_ranges_of_ours_are_declared(ontology, declared):
    named = {
        str(o)
        for p in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)
        for o in ontology.objects(None, p)
    }
    assert {term for term in named if term.startswith(vocabulary.KGX)} <= declared


@pytest.mark.parametrize("name", ["alignments", "shapes", "example"])
def test_no_file_uses_a_term_that_is_not_declared(name, declared):
    """Terms of the example's options and methods are minted by the run that has them."""
    used = {str(node) for row in rdflib.Graph().parse(path(name)) for node in row}
    ours = {term for term in used if term.startswith(vocabulary.KGX) and "--" not in term}
    assert ours - declared == set()


def test_ontology_has_a_version_and_a_licence(ontology):
    this = rdflib.URIRef("https://w3id.org/kgexplain/ontology")
    version = str(ontology.value(this, OWL.versionInfo))
    assert str(ontology.value(this, OWL.versionIRI)) == f"{this}/{version}"
    assert str(ontology.value(this, rdflib.DCTERMS.license)) == "https://spdx.org/licenses/CC0-1.0"


def test_example_conforms(shapes):
    assert violations(path("example").read_text(encoding="utf-8"), shapes) == set()


def test_example_shows_every_term_that_is_stated(declared):
    used = {str(node) for row in rdflib.Graph().parse(path("example")) for node in row}
    assert {t for t in constants() if t not in used} == set()


DOG = "run:tag--conv--1--n02099601 a kgx:FilterTag ; kgx:tag net:class--n02099601 ; kgx:score 0.42e0 ; kgx:rank 1 ."
ACTIVE = "kgx:filter net:filter--conv--1 ; kgx:activation 0.31e0 ; kgx:rank 1 ."
BROKEN = {
    "a tag without score": ("kgx:score 0.42e0 ;", "", "tag--conv--1--n02099601", "score"),
    "a tag with two scores": (
        "kgx:score 0.42e0",
        "kgx:score 0.42e0, 0.5e0",
        "tag--conv--1--n02099601",
        "score",
    ),
    "a score that is text": ("kgx:score 0.42e0", 'kgx:score "0.42"', "tag--conv--1--n02099601", "score"),
    "a tag of rank 0": (DOG, DOG.replace("rank 1", "rank 0"), "tag--conv--1--n02099601", "rank"),
    "a tag without rank": (DOG, DOG.replace("; kgx:rank 1", ""), "tag--conv--1--n02099601", "rank"),
    "a rank that is a fraction": (DOG, DOG.replace("rank 1", "rank 1.5"), "tag--conv--1--n02099601", "rank"),
    "a tag without class": (
        DOG,
        DOG.replace("kgx:tag net:class--n02099601 ;", ""),
        "tag--conv--1--n02099601",
        "tag",
    ),
    "a tag that is a filter": (
        DOG,
        DOG.replace("kgx:tag net:class--n02099601", "kgx:tag net:filter--conv--0"),
        "tag--conv--1--n02099601",
        "tag",
    ),
    "a tag of no filter": (
        "kgx:hasTag run:tag--conv--1--n02099601 , ",
        "kgx:hasTag ",
        "tag--conv--1--n02099601",
        "inverse",
    ),
    "a tag of two filters": (
        DOG,
        f"{DOG} net:filter--conv--0 kgx:hasTag run:tag--conv--1--n02099601 .",
        "tag--conv--1--n02099601",
        "inverse",
    ),
    "a filter tagged with a filter": (
        "kgx:taggedWith net:class--n02099601",
        "kgx:taggedWith net:filter--conv--0",
        "filter--conv--1",
        "taggedWith",
    ),
    "an activation of a layer": (
        ACTIVE,
        ACTIVE.replace("filter--conv--1", "layer--conv"),
        "activation--dogs-2f-rex.jpg--conv--1",
        "filter",
    ),
    "an activation without filter": (
        ACTIVE,
        ACTIVE.replace("kgx:filter net:filter--conv--1 ;", ""),
        "activation--dogs-2f-rex.jpg--conv--1",
        "filter",
    ),
    "an activation of rank 0": (
        ACTIVE,
        ACTIVE.replace("rank 1", "rank 0"),
        "activation--dogs-2f-rex.jpg--conv--1",
        "rank",
    ),
    "an activation without value": (
        "kgx:activation 0.31e0 ;",
        "",
        "activation--dogs-2f-rex.jpg--conv--1",
        "activation",
    ),
    "an activation by no image": (
        " ;\n    kgx:activates why:activation--dogs-2f-rex.jpg--conv--1 .",
        " .",
        "activation--dogs-2f-rex.jpg--conv--1",
        "inverse",
    ),
    "a probability above 1": ("0.93e0", "1.5e0", "image--dogs-2f-rex.jpg", "probability"),
    "a probability below 0": ("0.93e0", "-0.1e0", "image--dogs-2f-rex.jpg", "probability"),
    "a prediction that is a synset": (
        "kgx:predictedClass net:class--n02099601",
        "kgx:predictedClass wn30:02099601-n",
        "image--dogs-2f-rex.jpg",
        "predictedClass",
    ),
    "a true class that is a name": (
        "kgx:trueClass net:class--n02099601",
        'kgx:trueClass "golden retriever"',
        "image--dogs-2f-rex.jpg",
        "trueClass",
    ),
    "an image without key": (
        'dcterms:identifier "dogs/rex.jpg" ;',
        "",
        "image--dogs-2f-rex.jpg",
        "identifier",
    ),
    "an image skipped for no reason": (
        ' ; kgx:reason "the file ends too early"',
        "",
        "image--cats-2f-broken.jpg",
        "reason",
    ),
    "a skipped image that no run skipped": (
        "kgx:skipped images:image--cats-2f-broken.jpg ;",
        "",
        "image--cats-2f-broken.jpg",
        "inverse",
    ),
    "a filter in no layer": (
        "net:filter--conv--0 a kgx:Filter ; kgx:inLayer net:layer--conv ;",
        "net:filter--conv--0 a kgx:Filter ;",
        "filter--conv--0",
        "inLayer",
    ),
    "a filter without index": (
        "kgx:inLayer net:layer--conv ; kgx:index 0",
        "kgx:inLayer net:layer--conv",
        "filter--conv--0",
        "index",
    ),
    "a filter of index -1": (
        "net:layer--conv ; kgx:index 0",
        "net:layer--conv ; kgx:index -1",
        "filter--conv--0",
        "index",
    ),
    "a layer of no network": ("nno:hasLayer net:layer--conv ;", "", "layer--conv", "inverse"),
    "a layer without number of filters": ("kgx:filters 2 ;", "", "layer--conv", "filters"),
    "a layer in place 0": (
        "nno:hasLayerSequence 1",
        "nno:hasLayerSequence 0",
        "layer--conv",
        "hasLayerSequence",
    ),
    "a stride of 0": ("kgx:strideWidth 2", "kgx:strideWidth 0", "layer--conv", "strideWidth"),
    "a network without digest": ('kgx:digest "0a1b2c3d4e5f" ;', "", "tiny--0a1b2c3d", "digest"),
    "a network without name": ('dcterms:title "tiny" ;', "", "tiny--0a1b2c3d", "title"),
    "a class of no network": (" , net:class--2 .", " .", "class--2", "inverse"),
    "a class without name": ('; skos:prefLabel "gnome"', "", "class--2", "prefLabel"),
    "a class with a wnid that is none": (
        'kgx:index 1 ; skos:prefLabel "tabby" ; kgx:wnid "n02123045"',
        'kgx:index 1 ; skos:prefLabel "tabby" ; kgx:wnid "2123045"',
        "class--n02123045",
        "wnid",
    ),
    "a synset that is not below itself": (
        'skos:prefLabel "carnivore" ; kgx:subsumedBy wn30:02075296-n',
        'skos:prefLabel "carnivore"',
        "02075296-n",
        "subsumedBy",
    ),
    "a synset below a class": (
        "kgx:subsumedBy wn30:02123045-n",
        "kgx:subsumedBy net:class--2",
        "02123045-n",
        "subsumedBy",
    ),
    "a synset without depth": ("kgx:depth 0 ;", "", "02075296-n", "depth"),
    "a run without method": (
        "kgx:method kgx:method--filtag ;",
        "",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "method",
    ),
    "a run on no network": (
        "kgx:method--filtag ;\n    kgx:truthyK 1 ;\n    prov:used <https://w3id.org/kgexplain/net/tiny--0a1b2c3d> ,",
        "kgx:method--filtag ;\n    kgx:truthyK 1 ;\n    prov:used",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "used",
    ),
    "a run that ends before it starts": (
        "2025-05-01T10:00:20Z",
        "2025-05-01T09:00:20Z",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "startedAtTime",
    ),
    "a run that states more than it selected": (
        "kgx:tagsStated 2",
        "kgx:tagsStated 3",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "tagsStated",
    ),
    "a setting without value": ("; mls:hasValue 1 .", ".", "setting--filtag--k", "hasValue"),
    "a software without version": ('; dcat:version "0.1.0"', "", "kgexplain--0.1.0", "version"),
    "images without digest": ('; kgx:digest "9f8e7d6c5b4a"', "", "garden--9f8e7d6c", "digest"),
    "a file with a path": ('"conv.npy"', '"/tmp/conv.npy"', "array--conv", "fileName"),
    "a file without checksum": ("; spdx:checksum run:checksum--conv", "", "array--conv", "checksum"),
    "a checksum of 65 digits": (
        'spdx:checksumValue "',
        'spdx:checksumValue "0',
        "checksum--conv",
        "checksumValue",
    ),
    "a file of no run": (
        "prov:wasGeneratedBy <https://w3id.org/kgexplain/run/filtag--tiny--0a1b2c3d--garden--9f8e7d6c> ;",
        "",
        "array--conv",
        "wasGeneratedBy",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_shapes_reject(broken, shapes):
    whole, part, focus, property_ = BROKEN[broken]
    text = path("example").read_text(encoding="utf-8")
    assert text.count(whole) == 1, "the variant no longer fits the example"
    assert (focus, property_) in violations(text.replace(whole, part), shapes)


def architecture() -> Architecture:
    layers = {"conv1": Layer("conv1", 3, 1, (5, 3), (2, 1)), "conv2": Layer("conv2", 2, 2, groups=2)}
    classes = (
        OutputClass(0, "crane", "n02012849"),
        OutputClass(1, "crane", "n03126707"),
        OutputClass(2, "gnome"),
    )
    return Architecture("net", "0a1b2c3d4e5f", layers, classes)


def test_what_the_package_states_conforms(shapes):
    network = architecture()
    outcome = Outcome(
        {"a/b c.jpg": "cut off"}, (1,), (StoredArray("conv1", "conv1.npy", (3, 3), 200, "0" * 64),), 7, 5
    )
    run = Run(
        "filtag",
        network,
        Pictures("birds", "9f8e7d6c5b4a", 8, 2, ("emu",)),
        datetime(2025, 5, 1, 10, tzinfo=UTC),
        datetime(2025, 5, 1, 11, tzinfo=UTC),
        "0.1.0",
        {"filtag": {"k": 5, "layers": ("conv1",)}},
        {"network": "net"},
        3,
        outcome,
    )
    said = [*described(network), *links(network), *statements(["n02012849", "n03126707"]), *provenance(run)]
    text = pyoxigraph.serialize([pyoxigraph.Triple(*s) for s in said], format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert violations(text.decode(), shapes) == set()


@pytest.fixture(scope="module")
def drawing():
    return runpy.run_path(str(DOCS / "make_vocabulary_picture.py"))


def test_the_picture_is_drawn_from_the_shapes_as_they_are(drawing):
    assert (DOCS / "vocabulary.svg").read_text(encoding="utf-8") == drawing["picture"]()


def test_the_page_has_the_terms_as_they_are(drawing):
    text = (DOCS / "vocabulary.md").read_text(encoding="utf-8")
    assert text == drawing["page"](text)


def test_every_class_of_ours_has_a_shape_and_a_box(drawing, ontology):
    classes = {str(term).rpartition("#")[2] for term in ontology.subjects(RDF.type, OWL.Class)}
    boxes = {name.removeprefix("kgx:") for name in drawing["PLACES"] if name.startswith("kgx:")}
    assert classes - boxes == {"Unit", "Assertion"}


def test_no_two_boxes_of_the_picture_touch(drawing):
    frames = re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', drawing["picture"]())
    boxes = [tuple(map(int, frame)) for frame in frames]
    assert len(boxes) == len(drawing["PLACES"])
    for one, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[one + 1 :]:
            assert x + width < left or left + wide < x or y + height < top or top + high < y


def test_the_question_of_the_page_finds_the_filter_of_the_example():
    (sparql,) = re.findall(
        r"```sparql\n(.*?)```", (DOCS / "vocabulary.md").read_text(encoding="utf-8"), re.DOTALL
    )
    store = pyoxigraph.Store()
    store.load(path=path("example"))
    # In the example, carnivores stand where dogs would.
    rows = list(store.query(sparql.replace("wn30:02084071-n", "wn30:02075296-n")))
    assert [row["filter"].value.rpartition("#")[2] for row in rows] == ["filter--conv--1"]
