"""What filters can be labelled with: concepts and the synsets above several of them."""

from kgexplain.answers.concepts.candidates import Above, Concept, candidates, extents

DOG, CAT, CAR, ROAD, SKY = (Concept(name, name, "object") for name in ("dog", "cat", "car", "road", "sky"))
FUR = Concept("fur", "fur", "material")
OBJECTS = (DOG, CAT, CAR, ROAD, SKY)


def above(synset, *concepts, depth=1):
    return [Above(concept.iri, synset, synset, depth) for concept in concepts]


def synsets(concepts, rows):
    return [(c.name, c.covers) for c in candidates(concepts, rows) if c.is_synset]


def test_concepts_are_candidates_by_themselves():
    assert [(c.iri, c.covers, c.is_synset) for c in candidates((DOG, FUR), ())] == [
        ("dog", (0,), False),
        ("fur", (1,), False),
    ]


def test_a_synset_above_two_concepts_is_one():
    assert synsets(OBJECTS, above("animal", DOG, CAT)) == [("animal", (0, 1))]


def test_a_synset_above_one_concept_is_none():
    assert synsets(OBJECTS, above("canine", DOG)) == []


def test_of_synsets_above_the_same_concepts_the_deepest_is_one():
    rows = above("animal", DOG, CAT, depth=6) + above("carnivore", DOG, CAT, depth=9)
    assert synsets(OBJECTS, rows) == [("carnivore", (0, 1))]


def test_a_synset_above_more_than_half_of_a_category_says_nothing():
    assert synsets(OBJECTS, above("thing", DOG, CAT, CAR)) == []


def test_a_synset_above_half_of_a_category_says_something():
    assert synsets(OBJECTS[:4], above("animal", DOG, CAT)) == [("animal", (0, 1))]


def test_a_synset_does_not_join_concepts_of_two_categories():
    assert synsets((*OBJECTS, FUR), above("coat", DOG, FUR)) == []


def test_extents_have_a_column_for_each_candidate():
    found = candidates(OBJECTS, above("animal", DOG, CAT))
    assert extents(5, found)[:, 5].tolist() == [1, 1, 0, 0, 0]
