"""What is known of the generated world: as its script says, in the format of ConceptNet, of every class and part."""

import gzip
import runpy
from pathlib import Path

import pytest

from kgexplain.knowledge.conceptnet import CONCEPTNET, LocalConceptNet, concept, import_assertions, statements
from kgexplain.knowledge.conceptnet.edge import OTHERS, RELATIONS
from kgexplain.shipped import shipped
from kgexplain.world.things import CLASSES

ROOT = Path(__file__).parents[2]
FILE = shipped("data") / "world" / "conceptnet.csv"
CILI = ROOT / ".." / "shared" / "realdata" / "cili"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "data" / "make_world_conceptnet.py"))


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The world's database, with all that the file has."""
    database = tmp_path_factory.mktemp("world") / "world.sqlite"
    import_assertions([FILE], database, ("en", "fr"), RELATIONS + OTHERS)
    with LocalConceptNet(database) as opened:
        yield opened


def test_the_file_is_as_its_script_makes_it(script):
    assert FILE.read_text(encoding="utf-8") == script["text"](), "run: python data/make_world_conceptnet.py"


@pytest.mark.parametrize("thing", CLASSES, ids=lambda thing: thing.name)
def test_every_class_has_its_parts_and_its_kind(known, thing):
    edges = known.edges(concept(thing.name), ["IsA", "HasA"], limit=100)
    ends = {edge.end for edge in edges if edge.start == concept(thing.name)}
    assert {concept(part.name) for part in thing.parts if part.name != "body"} | {concept(thing.kind)} <= ends


@pytest.mark.parametrize("thing", CLASSES, ids=lambda thing: thing.name)
def test_every_class_is_joined_to_its_synset_in_wordnet_31(known, thing, script):
    (sense,) = known.senses(f"http://wordnet-rdf.princeton.edu/wn31/1{script['OFFSETS_31'][thing.wnid]}-n")
    assert sense.startswith(f"{concept(thing.name)}/n/wn/")


@pytest.mark.skipif(not CILI.is_dir(), reason="CILI's maps are not here")
def test_the_offsets_in_wordnet_31_are_those_of_the_interlingual_index(script):
    index = {}
    for version in ("30", "31"):
        with gzip.open(CILI / f"ili-map-pwn{version}.tab.gz", "rt") as file:
            index[version] = dict(line.split()[:2] for line in file if line.strip())
    ili = {offset: name for name, offset in index["30"].items()}
    for wnid, offset in script["OFFSETS_31"].items():
        assert index["31"][ili[f"{wnid[1:]}-n"]] == f"{offset}-n"


def test_what_it_denies_is_not_kept_by_default(tmp_path):
    import_assertions([FILE], tmp_path / "world.sqlite")
    with LocalConceptNet(tmp_path / "world.sqlite") as conceptnet:
        assert "/c/en/edible" not in {edge.end for edge in conceptnet.edges("/c/en/agaric", limit=100)}


def test_none_of_it_is_said_to_be_conceptnets(known):
    found = statements(known.edges("/c/en/tiger", limit=100))
    assert CONCEPTNET not in {statement.subject for statement in found}
