"""How the concepts of a class belong together, asked of a graph with WordNet and the world's ConceptNet; and its picture."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.known import class_of, knowledge
from kgexplain.cli import cli
from kgexplain.errors import InputError, QueryError
from kgexplain.graph.opening import open_store
from kgexplain.knowledge.conceptnet import CONCEPTNET
from kgexplain.reports.attributes import told
from kgexplain.reports.relations import dot, of_relations, picture, svg
from kgexplain.vocabulary import MATCHED, PREF_LABEL, Statement, synset
from kgexplain.workflow.relations import relate, write_picture
from tests.answers import ranked_graph as graph

EQUINE = synset("n02374149")


@pytest.fixture(scope="module")
def edges(tmp_path_factory):
    return graph.around(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def store(edges):
    with graph.written(edges) as opened:
        yield opened


@pytest.fixture(scope="module")
def zebra(store):
    return relate("zebra", store)


def ends(found):
    return {(found.names[tie.start], tie.relation, found.names[tie.end]) for tie in found.ties}


def test_what_a_zebra_has_belongs_to_it(zebra):
    """The world says that a zebra has mane, tail and ear; a wheel is of fire engines and buses alone."""
    assert {("zebra", "HasA", name) for name in ("mane", "tail", "ear")} <= ends(zebra)


def test_a_wheel_belongs_least_to_a_zebra(zebra):
    assert zebra.odd.concept.name == "wheel"


def test_of_grass_nothing_is_known(zebra):
    assert [one.name for one in zebra.unknown] == ["grass"]


def test_what_a_class_and_its_concepts_are_kinds_of_is_known(store):
    """A wheel is a machine, a school bus a conveyance; both are instruments."""
    known = knowledge(store, graph.RUN.iri, class_of(store, graph.RUN.iri, "school bus"))
    above = {known.names[tie.end] for tie in known.ties if tie.relation == "kind of"}
    assert {"machine", "conveyance", "instrumentality"} <= above


def test_what_a_class_means_is_its_synset_and_the_node_of_it(store):
    known = knowledge(store, graph.RUN.iri, class_of(store, graph.RUN.iri, "zebra"))
    assert set(known.meanings[known.class_]) == {
        synset(graph.ZEBRA).value,
        "http://api.conceptnet.io/c/en/zebra",
    }


@pytest.mark.parametrize(
    "word",
    ["zebra", "Zebra", graph.ZEBRA, graph.NETWORK.class_(0).value],
    ids=["name", "case", "wnid", "iri"],
)
def test_a_class_is_found_by_each_of_its_words(store, word):
    assert class_of(store, graph.RUN.iri, word).class_ == graph.NETWORK.class_(0).value


def test_an_unknown_class_is_told_beside_near_ones(store):
    with pytest.raises(InputError, match=r"'zebr' is no class that .* ranked concepts of; it has zebra"):
        relate("zebr", store)


def test_a_name_of_two_classes_is_not_enough():
    with graph.written() as opened:
        twice = Statement(graph.NETWORK.class_(1), PREF_LABEL, Literal("zebra"))
        opened.add(NamedNode("urn:again"), [twice])
        with pytest.raises(
            InputError, match=f"'zebra' is the name of 2 classes; give one of .*{graph.ZEBRA}"
        ):
            relate("zebra", opened)


def test_without_a_ranking_there_is_nothing_to_relate():
    with open_store("memory:") as empty, pytest.raises(QueryError, match="run `kgexplain rank` first"):
        relate("zebra", empty)


def test_without_conceptnet_the_parts_of_a_zebra_fall_apart():
    with graph.written() as opened:
        assert ends(relate("zebra", opened)) == set()


def test_what_images_show_together_and_nothing_ties_is_missing(store):
    """All eight zebras show tail and ear, and no other image an ear; with a limit below 1 nothing is tied."""
    found = relate("zebra", store, limit=0.9)
    assert [(m.one.name, m.other.name, m.together, m.expected) for m in found.missing] == [
        ("tail", "ear", 8, pytest.approx(16 * 8 / 24))
    ]


def test_a_synset_among_the_concepts_means_itself(edges):
    """Where a filter is labelled with a hypernym: of all that a zebra is, the nearest is an equine."""
    with graph.written(edges) as opened:
        said = [
            s._replace(object=EQUINE) if s[1:] == (MATCHED, graph.CONCEPTS["mane"]) else s
            for s in graph.ranked()
        ]
        opened.replace(NamedNode(graph.RUN.iri), said)
        found = relate("zebra", opened)
        assert ("zebra", "kind of", "equine") in ends(found)
        assert [one.name for one in found.unknown] == ["grass"]


def test_the_report_says_what_belongs_least(zebra):
    text = "\n".join(told(of_relations(zebra), "text"))
    assert "What belongs least is wheel: 3.00 from the others in the mean" in text


def test_the_report_says_of_what_nothing_is_known(zebra):
    text = "\n".join(told(of_relations(zebra), "text"))
    assert (
        "Nothing is known of grass: without a synset or a node of ConceptNet, run `kgexplain link`." in text
    )


def test_the_report_counts_the_parts_that_nothing_joins(zebra):
    """Grass and the wheel are by themselves."""
    first = next(iter(told(of_relations(zebra), "text")))
    assert first == "zebra and its 5 concepts fall into 3 parts, held together by 3 ties."


@pytest.mark.parametrize("style", ["text", "json", "csv", "turtle"])
def test_every_style_has_ties_and_concepts(zebra, style):
    text = "\n".join(told(of_relations(zebra), style))
    assert "HasA" in text
    assert "wheel" in text


def test_programs_are_told_distances_as_numbers(zebra):
    sections = json.loads("\n".join(told(of_relations(zebra), "json")))
    assert sections[1]["rows"][0] == {
        "is": "concept",
        "from": "wheel",
        "rank": 4,
        "distance": 3.0,
        "unreached": 4,
        "iri": graph.CONCEPTS["wheel"].value,
    }


def test_the_picture_has_a_box_for_each_thing_and_an_arrow_for_each_tie(zebra):
    root = ET.fromstring(svg(zebra))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("rect") == 1 + len(zebra.graph)
    assert tags.count("polyline") == len(zebra.ties)


def test_the_picture_is_the_same_every_time(store, zebra):
    assert svg(relate("zebra", store)) == svg(zebra)


def test_boxes_stand_within_the_picture(zebra):
    root = ET.fromstring(svg(zebra))
    boxes = [element.attrib for element in root.iter() if element.attrib.get("rx") == "9"]
    assert all(0 <= float(box["x"]) <= 960 - float(box["width"]) for box in boxes)
    assert all(0 <= float(box["y"]) <= 640 - float(box["height"]) for box in boxes)


def test_names_are_no_markup(zebra):
    odd = replace(zebra, names=dict.fromkeys(zebra.names, "a <b> & c"))
    assert "a &lt;b&gt; &amp; c" in svg(odd)


def test_graphviz_is_told_direction_and_relation(zebra):
    tie = next(tie for tie in zebra.ties if zebra.names[tie.end] == "tail")
    assert f'"{tie.start}" -> "{tie.end}" [label="HasA", len={tie.length:.2f}];' in dot(zebra)


def test_a_picture_is_svg_or_dot(zebra):
    with pytest.raises(InputError, match=r"a picture called ….png cannot be drawn; .svg and .dot can"):
        picture(zebra, ".png")


def test_a_picture_is_written_into_a_new_folder(zebra, tmp_path):
    written = write_picture(zebra, tmp_path / "new" / "zebra.dot")
    assert written.read_text(encoding="utf-8").startswith("digraph")


@pytest.fixture(scope="module")
def folder(edges, tmp_path_factory):
    """A store in a folder, as the command line has one."""
    path = tmp_path_factory.mktemp("ranked") / "graph"
    with graph.written(edges) as made, open_store(str(path)) as kept:
        for name in made.graphs():
            kept.replace(
                name, made.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}")
            )
        assert CONCEPTNET in kept.graphs()
    return path


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_the_command_relates_and_draws(folder, tmp_path):
    result = run("relate", "zebra", "--store", folder, "--picture", tmp_path / "zebra.svg")
    assert result.exit_code == 0, result.output
    assert "What belongs least is wheel" in result.stdout
    assert f"Look at {tmp_path / 'zebra.svg'}" in result.stderr
    assert (tmp_path / "zebra.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_command_takes_a_limit(folder):
    result = run("relate", "zebra", "--limit", "0.5", "--store", folder, "--as", "json")
    assert json.loads(result.stdout)[0]["rows"] == []


def test_the_command_learns_rules(folder):
    result = run("rules", "--store", folder)
    assert result.exit_code == 0, result.output
    assert "goldfish ⇐ fin" in result.stdout


def test_the_command_passes_its_options_on(folder):
    result = run(
        "rules",
        "--most",
        "1",
        "--least-images",
        "3",
        "--hold-out",
        "0.5",
        "--best",
        "1",
        "--conditions",
        "1",
        "--store",
        folder,
    )
    assert "zebra ⇐ tail" in result.stdout
    assert "Of 12 held-out images" in result.stdout
