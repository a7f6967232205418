"""Assertions into a database: what is kept, what is refused, and that nothing is ever half done."""

import gzip
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.errors import InputError
from kgexplain.knowledge.conceptnet import Edge, LocalConceptNet, import_assertions, open_conceptnet
from kgexplain.knowledge.conceptnet.assertions import _FACTS, _slowly
from kgexplain.knowledge.conceptnet.edge import OTHERS, RELATIONS, SYMMETRIC
from kgexplain.knowledge.conceptnet.reading import Lines

CONTRIBUTOR = [{"activity": "/s/activity/omcs", "contributor": "/s/contributor/omcs/dev"}]
WN31 = "http://wordnet-rdf.princeton.edu/wn31/"


def line(relation, start, end, weight=1.0, **more):
    """A line as ConceptNet's own: the keys of its JSON are sorted."""
    facts = {
        "dataset": "/d/conceptnet/4/en",
        "license": "cc:by/4.0",
        "sources": CONTRIBUTOR,
        "weight": weight,
    }
    said = json.dumps({**facts, **more}, ensure_ascii=False, sort_keys=True)
    return f"/a/[/r/{relation}/,{start}/,{end}/]\t/r/{relation}\t{start}\t{end}\t{said}\n"


LINES = [
    line("Antonym", "/c/ab/агыруа/n", "/c/ab/аҧсуа"),
    line("IsA", "/c/en/dog", "/c/en/pet", 2.0, surfaceText='[[dog]] is a "[[pet]]", "weight": 9}'),
    line("IsA", "/c/en/dog", "/c/en/animal", 2.828),
    line("IsA", "/c/en/poodle", "/c/en/dog", 4.472),
    line("IsA", "/c/en/dog/n/wn/animal", "/c/en/canine/n/wn/animal", 2.0, dataset="/d/wordnet/3.1"),
    line("IsA", "/c/fr/chien", "/c/fr/animal"),
    line("Synonym", "/c/en/dog", "/c/fr/chien"),
    line("Synonym", "/c/en/dog", "/c/en/hound", 1.5),
    line("Synonym", "/c/en/hound", "/c/en/dog", 1.0),
    line("NotHasProperty", "/c/en/dog", "/c/en/green", 5.0),
    line("AtLocation", "/c/en/dog", "/c/en/kennel", 0.5),
    line("AtLocation", "/c/en/dog", "/c/en/dog", 8.0),
    line("AtLocation", "/c/en/dogma", "/c/en/church"),
    line("ExternalURL", "/c/en/dog/n/wn/animal", f"{WN31}102086723-n", dataset="/d/wordnet/3.1"),
    line("ExternalURL", "/c/en/domestic_dog/n/wn/animal", f"{WN31}102086723-n", dataset="/d/wordnet/3.1"),
    line("ExternalURL", "/c/fr/chien/n/wn/animal", f"{WN31}102086723-n", dataset="/d/wordnet/3.1"),
    line("ExternalURL", "/c/en/dog", "http://dbpedia.org/resource/Dog", dataset="/d/dbpedia/en"),
]


@pytest.fixture
def official(tmp_path):
    path = tmp_path / "assertions.csv.gz"
    path.write_bytes(gzip.compress("".join(LINES).encode()))
    return path


@pytest.fixture
def asked(official, tmp_path):
    """The database of the lines above."""
    import_assertions([official], tmp_path / "net.sqlite")
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        yield conceptnet


def pairs(edges):
    return [(edge.start.rpartition("/")[2], edge.end.rpartition("/")[2]) for edge in edges]


# What is kept, and found again.


def test_an_edge_comes_back_with_its_weight_dataset_and_licence(asked):
    (edge,) = asked.edges("/c/en/poodle")
    assert edge == Edge("/r/IsA", "/c/en/poodle", "/c/en/dog", 4.472, "/d/conceptnet/4/en", "cc:by/4.0")
    assert edge.uri == "/a/[/r/IsA/,/c/en/poodle/,/c/en/dog/]"


def test_edges_come_strongest_first_from_both_ends(asked):
    found = asked.edges("/c/en/dog", ["IsA"])
    assert pairs(found) == [("poodle", "dog"), ("dog", "animal"), ("dog", "pet")]


def test_the_strongest_edges_are_those_of_all_relations(asked):
    weights = [edge.weight for edge in asked.edges("/c/en/dog", limit=4)]
    assert weights == [4.472, 2.828, 2.0, 1.5]


def test_a_limit_holds_for_one_relation(asked):
    assert pairs(asked.edges("/c/en/dog", ["IsA"], limit=1)) == [("poodle", "dog")]


def test_a_weight_that_a_text_pretends_is_not_read(asked):
    assert {edge.end: edge.weight for edge in asked.edges("/c/en/pet")} == {"/c/en/pet": 2.0}


def test_a_symmetric_edge_is_found_from_both_ends(asked):
    assert pairs(asked.edges("/c/en/hound", ["Synonym"])) == [("dog", "hound")]


def test_of_two_edges_that_say_the_same_the_stronger_is_told(asked):
    (edge,) = asked.edges("/c/en/dog", ["Synonym"])
    assert edge.weight == 1.5


def test_a_node_of_a_sense_has_its_own_edges(asked):
    (edge,) = asked.edges("/c/en/dog/n/wn/animal")
    assert edge.end == "/c/en/canine/n/wn/animal"


def test_nodes_of_a_word_are_the_bare_term_and_then_its_senses(asked):
    assert asked.nodes("a Dog") == ("/c/en/dog", "/c/en/dog/n/wn/animal")


def test_a_word_that_only_begins_like_another_is_another(asked):
    assert asked.nodes("dogma") == ("/c/en/dogma",)


@pytest.mark.parametrize("word", ["cat", "aaa", "zzz", "!"])
def test_a_word_without_a_node_has_none(asked, word):
    assert asked.nodes(word) == ()


@pytest.mark.parametrize("uri", ["/c/en/cat", "/c/en/aaa", "/c/en/zzz", "/c/fr/chien", "nonsense"])
def test_a_node_that_is_not_there_has_no_edges(asked, uri):
    assert asked.edges(uri) == ()


def test_a_relation_that_denies_is_not_kept_unless_asked_for(asked):
    assert "/c/en/green" not in {edge.end for edge in asked.edges("/c/en/dog", limit=100)}


def test_no_relation_that_denies_is_kept_by_default():
    denying = {name for name in OTHERS if name.startswith("Not")} | {
        "Antonym",
        "DistinctFrom",
        "ObstructedBy",
    }
    assert denying & set(RELATIONS) == set()


def test_symmetric_relations_are_those_of_conceptnet():
    assert set(RELATIONS + OTHERS) >= SYMMETRIC
    assert "LocatedNear" not in SYMMETRIC


def test_conceptnet_has_fifty_relations_one_of_them_to_urls():
    assert len({*RELATIONS, *OTHERS, "ExternalURL"}) == len(RELATIONS) + len(OTHERS) + 1 == 50


def test_an_edge_from_a_thing_to_itself_is_not_kept(asked):
    assert ("dog", "dog") not in pairs(asked.edges("/c/en/dog", limit=100))


def test_senses_are_those_that_conceptnet_links_to_wordnet(asked):
    found = asked.senses(f"{WN31}102086723-n")
    assert found == ("/c/en/dog/n/wn/animal", "/c/en/domestic_dog/n/wn/animal")


def test_a_synset_without_a_link_has_no_senses(asked):
    assert asked.senses(f"{WN31}100000001-n") == ()


def test_languages_and_relations_are_those_asked_for(official, tmp_path):
    import_assertions([official], tmp_path / "net.sqlite", ("fr",), ("IsA",))
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        assert conceptnet.languages == ("fr",)
        assert pairs(conceptnet.edges("/c/fr/chien")) == [("chien", "animal")]
        assert conceptnet.nodes("dog") == ()


def test_an_edge_between_two_languages_is_kept_if_both_are_asked_for(official, tmp_path):
    import_assertions([official], tmp_path / "net.sqlite", ("en", "fr"), ("Synonym",))
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        assert ("dog", "chien") in pairs(conceptnet.edges("/c/en/dog"))


def test_where_it_comes_from_is_kept(asked, official):
    digest = hashlib.sha256(official.read_bytes()).hexdigest()
    assert asked.files == (("assertions.csv.gz", digest, len(LINES), 10),)


def test_a_plain_file_is_read_as_a_packed_one(tmp_path, asked):
    (tmp_path / "plain.csv").write_text("".join(LINES).rstrip("\n"), encoding="utf-8")
    import_assertions([tmp_path / "plain.csv"], tmp_path / "plain.sqlite")
    with LocalConceptNet(tmp_path / "plain.sqlite") as plain:
        assert plain.edges("/c/en/dog") == asked.edges("/c/en/dog")


def test_the_same_edge_of_two_files_is_one_with_the_larger_weight(tmp_path, official):
    (tmp_path / "more.csv").write_text(line("IsA", "/c/en/dog", "/c/en/pet", 3.0))
    (tmp_path / "less.csv").write_text(line("IsA", "/c/en/dog", "/c/en/pet", 1.0))
    files = [tmp_path / "less.csv", tmp_path / "more.csv", official]
    assert [file.kept for file in import_assertions(files, tmp_path / "net.sqlite")] == [1, 1, 10]
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        assert [edge.weight for edge in conceptnet.edges("/c/en/pet")] == [3.0]


# Facts are read fast where they are written as ConceptNet writes them, and slowly where not.

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\t"), min_size=1)
EVIL = TEXTS | st.sampled_from(['", "weight": 9}', '\\", "weight": 9}', "\\", '"}'])


@given(EVIL, EVIL, EVIL, st.floats(0, 100) | st.integers(0, 100))
def test_the_fast_way_says_what_json_says(dataset, license_, text, weight):
    facts = {"dataset": dataset, "license": license_, "sources": [{"weight": 7}], "surfaceText": text}
    said = json.dumps({**facts, "weight": weight}, ensure_ascii=False).encode()
    if found := _FACTS.fullmatch(said):
        assert (found[1].decode(), found[2].decode(), float(found[3])) == (dataset, license_, weight)
    by, under, number = _slowly(Lines(Path("x")), said)
    assert (by.decode(), under.decode(), float(number)) == (dataset, license_, weight)


def test_facts_in_another_order_are_read_all_the_same(tmp_path):
    start = line("IsA", "/c/en/dog", "/c/en/pet").partition("{")[0]
    (tmp_path / "x.csv").write_text(f'{start}{{"weight": 1e1, "license": "cc:by/4.0", "dataset": "/d/x"}}\n')
    import_assertions([tmp_path / "x.csv"], tmp_path / "net.sqlite")
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        (edge,) = conceptnet.edges("/c/en/dog")
    assert (edge.weight, edge.dataset) == (10.0, "/d/x")


# Triples of phrases.


def test_triples_are_recognised_and_weigh_one(tmp_path):
    (tmp_path / "train.txt").write_text(
        "IsA\ta dog\tpet\nHasSubevent\twake up\tyawn\nUsedFor\tyo-yo\tto play\t1\n"
    )
    assert import_assertions([tmp_path / "train.txt"], tmp_path / "net.sqlite")[0][2:] == (3, 2)
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        assert conceptnet.edges("/c/en/pet")[0] == (
            "/r/IsA",
            "/c/en/dog",
            "/c/en/pet",
            1.0,
            "",
            "cc:by-sa/4.0",
        )
        assert pairs(conceptnet.edges("/c/en/yo_yo")) == [("yo_yo", "play")]


def test_triples_that_are_called_false_are_left_out(tmp_path):
    (tmp_path / "dev.txt").write_text("IsA\tdog\tpet\t1\nIsA\tdog\tplanet\t0\n")
    assert import_assertions([tmp_path / "dev.txt"], tmp_path / "net.sqlite")[0].kept == 1


def test_triples_and_assertions_go_into_one_database(tmp_path, official):
    (tmp_path / "train.txt").write_text("HasA\tdog\ttail\n")
    import_assertions([official, tmp_path / "train.txt"], tmp_path / "net.sqlite")
    with LocalConceptNet(tmp_path / "net.sqlite") as conceptnet:
        assert pairs(conceptnet.edges("/c/en/dog", ["HasA"])) == [("dog", "tail")]
        assert [name for name, *_ in conceptnet.files] == ["assertions.csv.gz", "train.txt"]


# What cannot be imported: one sentence with the line, and the old database stays.

GOOD = line("IsA", "/c/en/dog", "/c/en/pet")
BROKEN = {
    "empty": (b"", "line 1: is empty"),
    "blank": (b"\n", "line 1: is empty"),
    "a web page": (b"<html>\n<body>\n", "line 1: is no line of ConceptNet, which has five columns"),
    "a table": (b"a,b,c\n1,2,3\n", "line 1: is no line of ConceptNet"),
    "four columns of something": (b"1\t2\t3\t4\n", "line 1: is no line of ConceptNet"),
    "cut off in the facts": (GOOD.encode() * 3 + GOOD[:-20].encode(), "line 4: has 5 columns and ends with"),
    "cut off in the columns": (GOOD.encode() + GOOD[:30].encode(), "line 2: has 1 columns and ends with"),
    "a line in between": (f"{GOOD}nonsense\n{GOOD}".encode(), "line 2: has 1 columns"),
    "no weight": (
        GOOD.replace("weight", "mass").encode(),
        "line 1: the last column is no JSON with dataset, license",
    ),
    "no JSON": (GOOD.replace(": ", " ").encode(), "line 1: the last column is no JSON"),
    "a weight that is text": (GOOD.replace("1.0", '"heavy"').encode(), "line 1: the last column is no JSON"),
    "no UTF-8": (GOOD.encode().replace(b"pet", b"p\xe9t"), "line 1: is not UTF-8"),
    "triples with a line in between": (
        b"IsA\tdog\tpet\nIsA dog pet\n",
        "line 2: is no triple of relation, head and",
    ),
    "triples that are no UTF-8": (b"IsA\tdog\tpet\nIsA\tcaf\xe9\tbar\n", "line 2: is not UTF-8"),
    "packed and cut off": (
        gzip.compress(GOOD.encode() * 500)[:-30],
        "the packed file ends or breaks off here",
    ),
    "packed and damaged": (
        gzip.compress(GOOD.encode())[:12] + b"\xff" * 40,
        "the packed file ends or breaks off here",
    ),
    "packed nonsense": (gzip.compress(b"nonsense\n"), "line 1: is no line of ConceptNet"),
    "nothing wanted": (
        line("IsA", "/c/fr/chien", "/c/fr/animal").encode(),
        "has no assertion in en of IsA, PartOf",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_broken_changes_nothing(kind, tmp_path, official):
    database = tmp_path / "net.sqlite"
    import_assertions([official], database)
    before = database.read_bytes()
    content, message = BROKEN[kind]
    (tmp_path / "broken").write_bytes(content)
    with pytest.raises(InputError) as caught:
        import_assertions(
            [official, tmp_path / "broken"] if kind != "nothing wanted" else [tmp_path / "broken"], database
        )
    assert message in str(caught.value)
    assert "nothing was imported" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert database.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"net.sqlite", "assertions.csv.gz", "broken"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_packed_file_that_is_cut_off_tells_the_line(tmp_path, language):
    many = [line("IsA", f"/c/{language}/dog{number}", f"/c/{language}/pet") for number in range(2000)]
    whole = gzip.compress("".join(many[:1500]).encode())
    (tmp_path / "cut.gz").write_bytes(whole + gzip.compress("".join(many[1500:]).encode())[:9])
    with pytest.raises(InputError, match=r"cut\.gz, line 1,501: the packed file ends"):
        import_assertions([tmp_path / "cut.gz"], tmp_path / "net.sqlite")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: cannot be read \(No such file"):
        import_assertions([tmp_path / "none.csv"], tmp_path / "net.sqlite")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory"):
        import_assertions([tmp_path], tmp_path / "net.sqlite")


def test_a_place_that_cannot_be_written_is_told(tmp_path, official):
    with pytest.raises(InputError, match=r"net\.sqlite: cannot be written"):
        import_assertions([official], official / "net.sqlite")


def test_a_relation_that_conceptnet_does_not_have_is_told(tmp_path, official):
    with pytest.raises(
        InputError, match=r"relations \['Isa'\]: not among those of ConceptNet; there are IsA, PartOf"
    ):
        import_assertions([official], tmp_path / "net.sqlite", relations=("Isa",))


# What is no database of ours.


def test_a_database_that_is_not_there_tells_how_it_is_made(tmp_path):
    with pytest.raises(
        InputError, match=r"there is no such file; make it from .* kgexplain conceptnet FILE --to"
    ):
        open_conceptnet(tmp_path / "none.sqlite")


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000, gzip.compress(GOOD.encode())])
def test_another_file_is_no_database(tmp_path, content):
    (tmp_path / "x.csv.gz").write_bytes(content)
    with pytest.raises(InputError, match="is no database that kgexplain conceptnet wrote"):
        open_conceptnet(str(tmp_path / "x.csv.gz"))


def test_a_database_of_something_else_is_no_database_of_ours(tmp_path):
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as other:
        other.execute("CREATE TABLE edge(a)")
    with pytest.raises(InputError, match="is no database that kgexplain conceptnet wrote"):
        LocalConceptNet(tmp_path / "x.sqlite")


def test_a_relation_that_was_not_imported_is_told(asked):
    with pytest.raises(InputError, match=r"relations \['Causes'\]: not imported into .*; it has IsA, PartOf"):
        asked.edges("/c/en/dog", ["Causes"])


# Its laws.

WORDS = st.sampled_from([f"/c/en/{word}" for word in ("a", "a/n", "ab", "b", "é", "b/v/wn/x")])
EDGES = st.lists(
    st.tuples(
        st.sampled_from(["IsA", "Synonym", "HasA"]), WORDS, WORDS, st.sampled_from([0.5, 1.0, 2.0, 2.828])
    ),
    min_size=1,
)


@given(EDGES, WORDS, st.integers(1, 5))
def test_what_is_found_is_what_a_search_of_all_lines_finds(tmp_path_factory, edges, node, limit):
    folder = tmp_path_factory.mktemp("law")
    loops = all(start == end for _, start, end, _ in edges)
    (folder / "x.csv").write_text(
        "".join(line(*edge) for edge in [*edges, ("IsA", "/c/en/x", "/c/en/y", 1.0)])
    )
    import_assertions([folder / "x.csv"], folder / "net.sqlite")
    heaviest = {}
    for relation, start, end, weight in edges:
        ends = (min(start, end), max(start, end)) if relation == "Synonym" else (start, end)
        if node in ends and start != end:
            key = (relation, *ends)
            heaviest[key] = max(weight, heaviest.get(key, 0))
    with LocalConceptNet(folder / "net.sqlite") as conceptnet:
        found = conceptnet.edges(node, limit=limit)
        everything = conceptnet.edges(node, limit=1000)
    assert [edge.weight for edge in found] == sorted(heaviest.values(), reverse=True)[:limit]
    assert found == everything[:limit]
    assert loops <= (everything == ())
