"""No question falls into one of the traps of graph engines that do not know how large a graph is.

What is measured is how processor time grows when networks are added that the question is not about, or is about as much
as about the first; so a slow machine and a busy one give the same verdict. A trap is one that grows where nothing is
added that matters, or faster than what is added. One trap is seen in how a question is written.
"""

import time
from typing import NamedTuple

import pyoxigraph
import pytest
from pyoxigraph import NamedNode
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Variable

from benchmarks.attribute_graph import Size, attribute_graphs, words
from benchmarks.concept_graph import Size as ConceptSize
from benchmarks.concept_graph import concept_graphs, named
from benchmarks.vgg16 import architecture, synthetic
from kgexplain.graph.query import queries
from kgexplain.knowledge.wordnet import WORDNET
from kgexplain.vocabulary import HAS_TAG

QUESTIONS = queries()
LAYERS = (24, 40, 64)
NETWORKS = 6
# All networks know the same attributes, as those of one data set.
ATTRIBUTES = Size(attributes=200, stated=5, reasons=10, classes=250)
CONCEPTS = ConceptSize(concepts=100, of_filter=5, ranked=5, classes=250)

# What these are asked for belongs to one network, so five more should cost nothing.
ABOUT_ONE = {"filter", "class", "image", "network", "run", "subject", "tag"}
# Six times as many networks cost six times as much where the question is about all of them, and more where they no
# longer fit into the processor's caches; a trap costs 36 times as much. Where it is about one, nothing should grow.
CONSTANT, LINEAR = 2.5, 3.0 * NETWORKS
NOISE = 0.002
# The runs of the graphs of attributes and of concepts, as these are added.
RUNS = ("attributes", "rationales", "dissected", "labelled", "ranked", "ruled")
RUN_BY_MEANING = {
    "gave rationales": "rationales",
    "dissected or labelled": "dissected",
    "ranked concepts": "ranked",
    "found rules": "ruled",
}


@pytest.fixture(scope="module")
def graphs():
    """A graph of one network, a graph of six; and what is asked about, in the first."""
    built = [synthetic(architecture(f"net{i}", LAYERS), k=3, images=6, seed=i) for i in range(NETWORKS)]
    for seed, each in enumerate(built):
        own = [NamedNode(f"{image.value}-{seed}") for image in each.images] if seed else each.images
        each.graphs.update(attribute_graphs(each.network, own, ATTRIBUTES, seed))
        each.graphs.update(concept_graphs(each.network, own, CONCEPTS, seed))
    small = built[0].load(pyoxigraph.Store())
    large = built[0].load(pyoxigraph.Store())
    for other in built[1:]:
        other.graphs.pop(WORDNET.value)
        other.load(large)
    return small, large, about(built[0], small)


def about(first, store):
    tag = next(store.quads_for_pattern(None, HAS_TAG, None, None))
    return {
        "filter": tag.subject,
        "subject": tag.subject,
        "tag": tag.object,
        "layer": "features.2",
        "index": 3,
        "class": first.network.class_(207),
        "name": "golden retriever",
        "synset": "n02084071",
        "image": first.images[0],
        "network": NamedNode(first.network.document),
        "run": NamedNode(first.run),
        **dict(zip(RUNS, map(NamedNode, list(first.graphs)[-len(RUNS) :]), strict=True)),
        "other": NamedNode(first.network.document),
        "concept": named(12)[1],
        "phrase": words(1),
        "noun": "noun1",
    }


def seconds(store, sparql, repeats=5):
    """The least of several times: whatever else the machine does only adds."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        list(store.query(sparql, use_default_graph_as_union=True))
        times.append(time.process_time() - begin)
    return min(times)


def grows(graphs, sparql, factor):
    """Whether the question costs more than ``factor`` times as much in the large graph, noise left aside."""
    small, large, _ = graphs
    limit = factor * seconds(small, sparql) + NOISE
    return (
        seconds(large, sparql) > limit
        and seconds(large, sparql, 15) > factor * seconds(small, sparql, 15) + NOISE
    )


every_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)


def wanted(question):
    return {p.name: p.kind for p in question.parameters if p.default is None}


def bound(question, values):
    """The question about these values; where it wants another, about a thing or a word that is there."""
    other = {"IRI": values["network"], "text": values["name"]}
    given = {**values, "run": values[run_of(question)]}
    if any(parameter.meaning == "the concept's name" for parameter in question.parameters):
        given["name"] = values["concept"]
    return question.bind(
        **{name: given.get(name, other.get(kind, 1)) for name, kind in wanted(question).items()}
    )


def run_of(question):
    """Which of the runs a question is about, by what it says."""
    meaning = "".join(parameter.meaning for parameter in question.parameters if parameter.name == "run")
    found = [run for said, run in RUN_BY_MEANING.items() if meaning.endswith(said)]
    return (found or ["attributes" if question.name.startswith("attributes/") else "run"])[0]


@every_question
def test_a_question_costs_no_more_than_what_it_is_about(question, graphs):
    factor = CONSTANT if wanted(question).keys() & ABOUT_ONE else LINEAR
    assert not grows(graphs, bound(question, graphs[2]), factor)


PREFIX = (
    "PREFIX kgx: <https://w3id.org/kgexplain/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)


def test_the_measure_sees_an_optional_that_is_found_whole(graphs):
    """The first form of explanation/active_filters: all tags of all networks are found, then joined to a few filters."""
    trap = f"""{PREFIX} SELECT * {{
        {graphs[2]["image"]} kgx:activates ?a . ?a kgx:filter ?filter .
        OPTIONAL {{ GRAPH ?run {{ ?filter kgx:hasTag ?tag . ?tag kgx:tag ?class . }} ?class skos:prefLabel ?name . }}
    }}"""
    assert grows(graphs, trap, CONSTANT)


def test_the_measure_sees_what_one_thing_said_by_many_runs_multiplies(graphs):
    """The first form of provenance/runs: each run says anew what its software is, and the joins multiply it."""
    trap = f"""{PREFIX} PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX dcat: <http://www.w3.org/ns/dcat#>
    PREFIX dcterms: <http://purl.org/dc/terms/> SELECT DISTINCT * {{
        ?run a kgx:Run ; kgx:method ?by ; prov:used ?set ; prov:wasAssociatedWith ?software .
        ?by dcterms:identifier ?method .
        ?set a dcat:Dataset ; dcterms:title ?images ; kgx:digest ?digest .
        ?software dcat:version ?version .
    }}"""
    assert grows(graphs, trap, LINEAR)


class Bound(NamedTuple):
    """The variables of a pattern that have a value in each of its rows, and those that have one in some."""

    always: set
    sometimes: set


def bindings(pattern, missing):
    """What a pattern binds; ``missing`` collects what an OPTIONAL in it joins on though it may have no value."""
    inner = [bindings(pattern[key], missing) for key in ("p", "p1", "p2") if key in pattern]
    always = set().union(*(part.always for part in inner))
    sometimes = set().union(*(part.sometimes for part in inner))
    terms = [pattern[key] for key in ("term", "var") if key in pattern]
    terms += [term for key in ("triples",) if key in pattern for triple in pattern[key] for term in triple]
    own = {term for term in terms if isinstance(term, Variable)}
    match pattern.name:
        case "LeftJoin":
            missing |= inner[1].sometimes & (inner[0].sometimes - inner[0].always)
            always = inner[0].always
        case "Union":
            always = inner[0].always & inner[1].always
        case "Minus":
            always, sometimes = inner[0]
        case "Project":
            always, sometimes = always & set(pattern.PV), sometimes & set(pattern.PV)
    return Bound(always | own, sometimes | own)


def missing(sparql):
    found = set()
    bindings(translateQuery(parseQuery(sparql)).algebra, found)
    return {str(variable) for variable in found}


@every_question
def test_an_optional_joins_on_what_always_has_a_value(question, graphs):
    """Oxigraph joins on nothing else, and tries all that is left: each rank of a filter on each of its tags."""
    assert missing(bound(question, graphs[2])) == set()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?s kgx:a ?x OPTIONAL { ?s kgx:b ?y } OPTIONAL { ?s kgx:b ?y . ?y kgx:c ?z }", {"y"}),
        ("?s kgx:a ?x OPTIONAL { ?s kgx:b ?y OPTIONAL { ?s kgx:b ?y . ?y kgx:c ?z } }", set()),
        ("{ ?s kgx:a ?x } UNION { ?s kgx:b ?y } OPTIONAL { ?s kgx:c ?y }", {"y"}),
        ("{ ?s kgx:a ?y } UNION { ?s kgx:b ?y } OPTIONAL { ?s kgx:c ?y }", set()),
        ("{ SELECT ?s { ?s kgx:a ?x OPTIONAL { ?s kgx:b ?y } } } OPTIONAL { ?s kgx:c ?y }", set()),
        (
            "{ SELECT * { ?s kgx:a ?x OPTIONAL { GRAPH ?y { ?s kgx:b ?z } } } } OPTIONAL { ?s kgx:c ?y }",
            {"y"},
        ),
        ("?s kgx:a ?x MINUS { ?s kgx:b ?y } OPTIONAL { ?s kgx:c ?y }", set()),
        ("?s kgx:a ?x BIND(1 AS ?y) OPTIONAL { ?s kgx:c ?y }", set()),
    ],
)
def test_what_an_optional_joins_on_is_seen(pattern, expected):
    assert missing(f"{PREFIX} SELECT * {{ {pattern} }}") == expected
