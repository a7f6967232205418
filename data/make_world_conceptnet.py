"""Writes data/world/conceptnet.csv: what there is to know of the generated world, in the format of ConceptNet's assertions.

    python data/make_world_conceptnet.py

Parts, places and patterns are those of ``kgexplain.world``; what things are good for is said here. No line is
ConceptNet's own.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from kgexplain.knowledge.conceptnet.assertions import EXTERNAL
from kgexplain.knowledge.conceptnet.edge import Edge
from kgexplain.knowledge.conceptnet.terms import WORDNET_31, concept
from kgexplain.world.things import CLASSES, Thing

FILE = Path(__file__).parent / "world" / "conceptnet.csv"
DATASET, LICENSE = "/d/kgexplain/world", "cc:zero/1.0"

# Offsets in WordNet 3.1 of the classes' synsets, whose wnids are offsets in 3.0.
OFFSETS_31 = {
    "n01443537": "01446178",
    "n01531178": "01533819",
    "n01558993": "01561634",
    "n02099601": "02102253",
    "n02110341": "02112993",
    "n02129604": "02132256",
    "n02279972": "02282624",
    "n02391049": "02393701",
    "n02607072": "02609702",
    "n03063599": "03067602",
    "n03345487": "03350333",
    "n04146614": "04153679",
    "n04398044": "04405179",
    "n12998815": "13019575",
}
# What ConceptNet calls the topic of a synset, by what the thing is.
TOPICS = {"vehicle": "artifact", "vessel": "artifact", "mushroom": "plant"}
# Of these, ConceptNet would say what they are made of; of animals hardly.
MATERIALS = ("ceramic", "glass", "metal", "rubber")

SAID = (
    ("bird", "IsA", "animal", 4.0),
    ("fish", "IsA", "animal", 4.0),
    ("dog", "IsA", "animal", 5.0),
    ("cat", "IsA", "animal", 5.0),
    ("horse", "IsA", "animal", 4.0),
    ("butterfly", "IsA", "insect", 4.0),
    ("insect", "IsA", "animal", 3.0),
    ("vessel", "IsA", "container", 2.0),
    ("mushroom", "IsA", "fungus", 2.0),
    ("goldfish", "AtLocation", "aquarium", 2.5),
    ("teapot", "UsedFor", "to serve tea", 3.0),
    ("teapot", "AtLocation", "the kitchen", 2.0),
    ("teapot", "RelatedTo", "tea", 2.0),
    ("coffee mug", "UsedFor", "to drink coffee", 3.0),
    ("coffee mug", "RelatedTo", "coffee", 2.0),
    ("coffee mug", "RelatedTo", "teapot", 1.0),
    ("fire engine", "UsedFor", "to fight fires", 3.5),
    ("fire engine", "HasProperty", "red", 2.0),
    ("school bus", "UsedFor", "to bring children to school", 3.5),
    ("school bus", "HasProperty", "yellow", 2.0),
    ("golden retriever", "IsA", "pet", 2.0),
    ("dalmatian", "IsA", "pet", 1.5),
    ("dalmatian", "RelatedTo", "fire engine", 1.0),
    ("goldfinch", "CapableOf", "sing", 1.5),
    ("robin", "CapableOf", "sing", 2.0),
    ("anemone fish", "Synonym", "clownfish", 2.0),
    ("agaric", "RelatedTo", "mushroom", 2.0),
    ("monarch", "IsA", "ruler", 2.0),
    ("agaric", "NotHasProperty", "edible", 2.0),
    ("tiger", "NotCapableOf", "fly", 1.0),
)


def edges() -> Iterator[Edge]:
    """All that is known."""
    for thing in CLASSES:
        yield from of(thing)
    for start, relation, end, weight in SAID:
        yield edge(concept(start), relation, concept(end), weight)
    yield edge(concept("tigre", "fr"), "Synonym", concept("tiger"), 1.0)


def of(thing: Thing) -> Iterator[Edge]:
    """What is known of one class: its kind, parts, materials, places and patterns, and which synset it is."""
    name, kind = concept(thing.name), concept(thing.kind)
    topic = f"n/wn/{TOPICS.get(thing.kind, 'animal')}"
    yield edge(name, "IsA", kind, 2.0)
    yield edge(f"{name}/{topic}", "IsA", f"{kind}/{topic}", 2.0)
    for part in sorted({part.name for part in thing.parts} - {"body"}):
        yield edge(name, "HasA", concept(part), 1.0)
        yield edge(concept(part), "PartOf", kind, 1.0)
    for material in sorted({part.material for part in thing.parts}.intersection(MATERIALS)):
        yield edge(name, "MadeOf", concept(material), 1.0)
    for pattern in sorted({part.pattern.kind for part in thing.parts if part.pattern}):
        yield edge(name, "HasProperty", concept(pattern), 1.0)
    for scene, weight in thing.scenes.items():
        yield edge(name, "AtLocation", concept(scene), float(weight))
    yield edge(f"{name}/{topic}", EXTERNAL, f"{WORDNET_31}1{OFFSETS_31[thing.wnid]}-n", 1.0)


def edge(start: str, relation: str, end: str, weight: float) -> Edge:
    """One assertion."""
    name = f"/r/{relation.removeprefix('/r/')}"
    return Edge(name, start, end, weight, DATASET, LICENSE)


def text() -> str:
    """The file: each assertion once, in the order of their URIs."""
    each = {found.uri: found for found in edges()}
    return "".join(line(each[uri]) for uri in sorted(each))


def line(found: Edge) -> str:
    """Five columns, the last of them JSON with sorted keys."""
    facts = {
        "dataset": found.dataset,
        "license": found.license,
        "sources": [{"contributor": "/s/kgexplain"}],
        "weight": found.weight,
    }
    said = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return f"{found.uri}\t{found.relation}\t{found.start}\t{found.end}\t{said}\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
