"""The vocabulary: its terms are those of the package, and its page and picture show them as they are."""

import re
import runpy
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS

from kgexplain import vocabulary
from kgexplain.graph.provenance import method_iri
from kgexplain.shipped import shipped

DOCS = Path(__file__).parents[1] / "docs"
FILES = ("kgexplain", "alignments", "shapes", "example")
# Terms that stand above those that are stated.
MOTHERS = {"Unit", "Assertion", "hasAssertion", "value"}
METHODS = {
    method_iri(name).value
    for name in (
        "attributes",
        "coarsening",
        "dissection",
        "dissection-table",
        "filtag",
        "filtag-dump",
        "labels",
        "mistakes",
        "ranking",
        "rationale",
        "rules",
        "why",
    )
}


def path(name: str) -> Path:
    return shipped("ontologies") / f"{name}.ttl"


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(path("kgexplain"))


@pytest.fixture(scope="module")
def declared(ontology) -> set[str]:
    return {str(subject) for subject in ontology.subjects() if str(subject).startswith(vocabulary.KGX)}


def constants() -> set[str]:
    named = (value for value in vars(vocabulary).values() if isinstance(value, pyoxigraph.NamedNode))
    return {node.value for node in named if node.value.startswith(vocabulary.KGX)}


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


def test_no_module_and_no_question_uses_a_term_that_is_not_declared(declared):
    files = [*Path(vocabulary.__file__).parent.rglob("*.py"), *shipped("queries").rglob("*.rq")]
    used = {
        name
        for file in files
        for name in re.findall(r"\bkgx:([A-Za-z]\w*)", file.read_text(encoding="utf-8"))
    }
    assert {vocabulary.KGX + name for name in used if "--" not in name} - declared == set()


def test_ontology_has_a_version_and_a_licence(ontology):
    this = rdflib.URIRef("https://w3id.org/kgexplain/ontology")
    version = str(ontology.value(this, OWL.versionInfo))
    assert str(ontology.value(this, OWL.versionIRI)) == f"{this}/{version}"
    assert str(ontology.value(this, rdflib.DCTERMS.license)) == "https://spdx.org/licenses/CC0-1.0"


def test_example_shows_every_term_that_is_stated(declared):
    used = {str(node) for row in rdflib.Graph().parse(path("example")) for node in row}
    assert {t for t in constants() if t not in used} == set()


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
