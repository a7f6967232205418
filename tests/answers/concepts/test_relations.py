"""How concepts of a class belong together: by hand, on ties that are few enough to draw; and laws that hold for all."""

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgexplain.answers.concepts.relations import Concept, Knowledge, Tie, edge, relations, step
from kgexplain.answers.concepts.shown import Sight, shown
from kgexplain.errors import InputError

CLASS = "zebra"


def known(concepts, ties, meanings=None):
    """Concepts by name, each of which means the node of its name; ties between names."""
    ranked = tuple(Concept(f"c:{name}", name, rank, 1 / rank) for rank, name in enumerate(concepts, start=1))
    means = {f"c:{name}": (name,) for name in concepts} | {CLASS: ("n:zebra",)} | (meanings or {})
    things = {end for tie in ties for end in (tie.start, tie.end)}
    names = {thing: thing.removeprefix("n:") for thing in things} | {one.concept: one.name for one in ranked}
    return Knowledge(CLASS, ranked, means, tuple(ties), {**names, CLASS: CLASS})


def has(start, end, length=1.0):
    return Tie(start, "HasA", end, length)


def ends(found):
    return {(found.names[tie.start], found.names[tie.end]) for tie in found.ties}


ZEBRA = [has("n:zebra", "tail"), has("n:zebra", "mane"), has("n:car", "wheel"), has("n:car", "tail")]


def test_concepts_are_joined_by_what_lies_between():
    """The wheel reaches the tail by the car: 2; the zebra it reaches by car and tail: 3."""
    found = relations(known(["tail", "mane", "wheel"], ZEBRA))
    assert ends(found) == {("zebra", "tail"), ("zebra", "mane"), ("car", "wheel"), ("car", "tail")}


def test_a_way_that_is_too_long_is_none():
    found = relations(known(["tail", "mane", "wheel"], ZEBRA), limit=1.9)
    assert ends(found) == {("zebra", "tail"), ("zebra", "mane")}


def test_a_way_of_exactly_the_limit_is_one():
    found = relations(known(["tail", "mane", "wheel"], ZEBRA), limit=2.0)
    assert len(found.ties) == 4


def test_distances_by_hand():
    """To zebra, tail, mane, wheel: wheel 3, 2 and none, which is 3; mane 1, 2, 3; tail 1, 2, 2."""
    found = relations(known(["tail", "mane", "wheel"], ZEBRA), limit=3.0)
    assert [(a.concept.name, a.distance, a.unreached) for a in found.apart] == [
        ("wheel", pytest.approx(8 / 3), 1),
        ("mane", pytest.approx(2.0), 1),
        ("tail", pytest.approx(5 / 3), 0),
    ]


def test_what_belongs_least_is_farthest():
    found = relations(known(["tail", "mane", "wheel"], ZEBRA))
    assert found.odd.concept.name == "wheel"


def test_of_two_that_are_as_far_none_belongs_least():
    ties = [has("n:zebra", "tail"), has("n:zebra", "ear")]
    assert relations(known(["tail", "ear", "wheel", "window"], ties)).odd is None


def test_of_two_concepts_none_belongs_least():
    assert relations(known(["tail", "wheel"], [has("n:zebra", "tail")])).odd is None


def test_what_nothing_is_known_of_is_neither_odd_nor_missing():
    ties = [has("n:zebra", name) for name in ("tail", "ear", "mane")] + [has("n:mane", "mane", 0.1)]
    found = relations(known(["tail", "ear", "mane", "grass"], ties, {"c:grass": ()}))
    assert [one.name for one in found.unknown] == ["grass"]
    assert "grass" not in {apart.concept.name for apart in found.apart}
    assert found.missing == ()


def test_a_shorter_way_goes_before_one_with_fewer_steps():
    ties = [has("tail", "mane", 2.5), has("tail", "n:horse", 1.0), has("n:horse", "mane", 1.0)]
    assert ends(relations(known(["tail", "mane"], ties))) == {("tail", "horse"), ("horse", "mane")}


def test_of_two_ties_the_shorter_is_kept():
    ties = [Tie("n:zebra", "RelatedTo", "tail", 2.0), Tie("tail", "PartOf", "n:zebra", 1.0)]
    assert [tie.relation for tie in relations(known(["tail"], ties)).ties] == ["PartOf"]


def test_what_lies_on_no_way_is_left_out():
    ties = [*ZEBRA[:2], has("n:zebra", "hoof"), has("hoof", "horn")]
    assert set(relations(known(["tail", "mane"], ties)).graph) == {CLASS, "c:tail", "c:mane"}


def test_concepts_of_one_word_are_tied_by_it():
    """The pane and the material: both mean the node of the word, so the window has a way to both."""
    both = {"c:glass": ("n:glass",), "c:glass2": ("n:glass",)}
    found = relations(known(["glass", "glass2", "window"], [has("window", "n:glass")], both))
    assert {tie.relation for tie in found.ties} == {"HasA", "same word"}
    assert found.apart[-1].unreached == 1


def test_synset_and_node_of_one_name_are_tied():
    """The class is a kind of the synset called horse, and ConceptNet has a node called horse that has a mane."""
    ties = [step("n:zebra", "s:horse", 9), has("n:horse", "mane")]
    said = known(["mane"], ties)
    found = relations(
        Knowledge(CLASS, said.concepts, said.meanings, said.ties, {**said.names, "s:horse": "horse"})
    )
    assert {tie.relation for tie in found.ties} == {"kind of", "same word", "HasA"}


def test_high_above_nothing_is_common():
    """Both are entities, by one step each: 3 + 3 is more than the limit."""
    ties = [step("tail", "s:entity", 0), step("wheel", "s:entity", 0)]
    assert relations(known(["tail", "wheel"], ties)).ties == ()


def test_deep_below_two_kinds_of_one_thing_are_near():
    ties = [step("tail", "s:organ", 5), step("wheel", "s:organ", 5)]
    assert [tie.length for tie in relations(known(["tail", "wheel"], ties)).ties] == [0.5, 0.5]


def test_relations_say_unequal_much():
    lengths = [edge("a", name, "b", 1.0).length for name in ("PartOf", "AtLocation", "RelatedTo")]
    assert lengths == [1.0, 1.5, 2.0]


def images(*sets):
    rows = [Sight(f"i{i}", "zebra", f"c:{name}") for i, names in enumerate(sets) for name in names]
    return shown(rows, {})


def test_concepts_that_images_show_together_should_be_near():
    """Three of four images show the tail, three the wheel, all three both: by chance 9/4."""
    seen = images(("tail", "wheel"), ("tail", "wheel"), ("tail", "wheel"), ("mane",))
    (pair,) = relations(known(["tail", "wheel"], [has("n:zebra", "tail")]), seen).missing
    assert (pair.one.name, pair.other.name, pair.together, pair.expected) == ("tail", "wheel", 3, 2.25)


def test_concepts_that_images_show_apart_need_not_be_near():
    seen = images(("tail",), ("wheel",), ("tail", "wheel"), ("mane",), ("tail",))
    assert relations(known(["tail", "wheel"], [has("n:zebra", "tail")]), seen).missing == ()


def test_what_has_a_way_is_not_missing():
    seen = images(("tail", "mane"), ("tail", "mane"), ("wheel",))
    assert relations(known(["tail", "mane"], ZEBRA), seen).missing == ()


def test_without_images_every_pair_without_a_way_is_missing():
    found = relations(known(["tail", "mane", "wheel"], ZEBRA[:2]))
    assert [(m.one.name, m.other.name, m.together) for m in found.missing] == [
        ("tail", "wheel", None),
        ("mane", "wheel", None),
    ]


def test_a_concept_that_no_image_shows_is_not_missed():
    assert relations(known(["tail", "wheel"], []), images(("tail",), ("tail",))).missing == ()


def test_a_limit_is_a_length():
    with pytest.raises(InputError, match="limit is 0; it is a length and must be more than 0, as 3"):
        relations(known(["tail"], []), limit=0)


NODES = ["tail", "mane", "wheel", "n:zebra", "n:car", "n:horse"]
ties = st.lists(
    st.builds(has, st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from([0.5, 1.0, 1.5])),
    max_size=12,
)


@given(ties, st.sampled_from([1.0, 2.0, 3.0]))
def test_what_is_joined_is_what_has_a_way(ties, limit):
    """The graph is a forest, whose parts hold together exactly what ways, one after another, lead to."""
    found = relations(known(["tail", "mane", "wheel"], ties), limit=limit)
    things = [CLASS, "c:tail", "c:mane", "c:wheel"]
    own = {"n:zebra": CLASS} | {thing.removeprefix("c:"): thing for thing in things}
    every = nx.Graph()
    every.add_nodes_from(things)
    for tie in ties:
        start, end = own.get(tie.start, tie.start), own.get(tie.end, tie.end)
        known_ = every.get_edge_data(start, end, {"length": 99.0})["length"]
        every.add_edge(start, end, length=min(tie.length, known_))
    near = nx.Graph()
    near.add_nodes_from(things)
    for one, other in combinations(things, 2):
        if nx.has_path(every, one, other) and nx.dijkstra_path_length(every, one, other, "length") <= limit:
            near.add_edge(one, other)
    parts = {frozenset(part & set(things)) for part in nx.connected_components(found.graph)}
    assert parts == set(map(frozenset, nx.connected_components(near)))
    assert nx.is_forest(found.graph)


@given(ties, st.randoms())
def test_the_order_of_ties_does_not_matter(ties, random):
    shuffled = random.sample(ties, len(ties))
    one, other = (relations(known(["tail", "mane", "wheel"], some)) for some in (ties, shuffled))
    assert (one.ties, one.apart, one.missing) == (other.ties, other.apart, other.missing)
