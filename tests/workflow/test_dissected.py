"""A dissection of the world's network to look at: from marked photographs to a page."""

import base64
import io
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from kgexplain.activations.recording import glance
from kgexplain.answers.concepts.detectors import Match
from kgexplain.errors import InputError
from kgexplain.explainers.dissection import Dissection
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.inputs.concepts import Concept, open_concepts
from kgexplain.inputs.images import open_images, open_photograph
from kgexplain.inputs.view import view
from kgexplain.reports.dissection import colours
from kgexplain.reports.outline import marked, outlined
from kgexplain.reports.pictures import light_data_uri
from kgexplain.vocabulary import concept as concept_iri
from kgexplain.workflow.dissected import detectors, write_dissection
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.markings import Markings
from kgexplain.world.making import make_annotated
from tests.answers.concepts import detected


@pytest.fixture(scope="module")
def broden(tmp_path_factory):
    """Three pictures of each class of the world, with masks."""
    return make_annotated(tmp_path_factory.mktemp("annotated"), 3).broden


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def photographs(broden, world):
    return open_images(broden, world.classes)


@pytest.fixture(scope="module")
def store(world, broden, photographs, files):
    """A store with the dissection of two layers; annotations of other images deal with chance."""
    opened = open_store("memory:")
    last = tuple(world.layers)[-2:]
    explain(world, photographs, [Dissection(source=str(broden), layers=last)], opened, Plan(files=files))
    return opened


@pytest.fixture(scope="module")
def found(store, world, files):
    return detectors(store, world, files=files)


@pytest.fixture(scope="module")
def page(found, world, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "new" / "page.html"
    return write_dissection(found, path, network=world, first=2).read_text()


def pictures(html):
    addresses = re.findall(r'<img src="data:image/jpeg;base64,([^"]+)"', html)
    return [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(address)))).astype(int) for address in addresses
    ]


def test_all_that_the_graph_counts_is_found(found, store):
    rows = list(store.select(query("concepts/detectors_of_run").bind(run=found.run.run)))
    counted = {(r["layer"].value, r["category"].value): int(r["detectors"].value) for r in rows}
    chance = {(r["layer"].value, r["category"].value): int(r["by_chance"].value) for r in rows}
    layers = found.dissected.layers
    assert sum(counted.values()) > 5
    assert counted == {(la.layer, c): la.categories[c] for la in layers for c in la.by_chance}
    assert chance == {(la.layer, c): number for la in layers for c, number in la.by_chance.items()}


def test_the_page_shows_the_foremost_detectors_on_four_photographs_each(found, page):
    shown = [d for layer in found.dissected.layers for d in layer.foremost(2)]
    assert len(pictures(page)) == 4 * len(shown)


def test_a_photograph_is_clear_where_its_filter_is_above_its_threshold(
    found, page, world, photographs, broden
):
    """The first picture is of the last layer's best detector, on the photograph on which it is most active."""
    layer = found.dissected.layers[-1]
    best = layer.detectors[0]
    arrays = {
        title: found.beside.linked(found.store, found.run.run, title) for title in ("strongest", "thresholds")
    }
    key = arrays["strongest"][layer.layer][0, best.index]
    (photograph,) = (p for p in photographs.photographs if p.key == key)
    picture = open_photograph(photograph.path)
    map_ = glance(world, picture, [layer.layer]).maps[layer.layer][best.index]
    threshold = arrays["thresholds"][layer.layer][0, best.index]
    seen = outlined(world.preprocessing.seen(picture), map_, float(threshold))
    concepts = open_concepts(broden, photographs)
    where = view(world.preprocessing, *picture.size)
    index = concepts.concepts.index(Concept(best.match.name, best.match.category))
    planes = concepts.annotation(key, where, seen.height, seen.width).planes
    colour = colours(found.dissected.categories)[best.match.category]
    expected = light_data_uri(marked(seen, (planes == index + 1).any(0), colour))
    (same,) = pictures(f'<img src="{expected}"')
    # The network is folded in a pass, and not in a glance: a pixel of the edge may differ.
    assert np.abs(pictures(page)[0] - same).mean() < 0.5
    assert np.abs(pictures(page)[1] - same).mean() > 5


def test_the_photographs_are_looked_for_where_the_annotations_are(found, world, photographs, tmp_path, page):
    told = write_dissection(found, tmp_path / "page.html", photographs, world, first=2).read_text()
    assert told == page


def test_some_layers_can_be_chosen(store, world, files, found):
    last = found.dissected.layers[-1]
    chosen = detectors(store, world, (last.layer[:-1] + "*", last.layer), files)
    assert last in chosen.dissected.layers


def test_one_layer_can_be_chosen(store, world, files, found):
    last = found.dissected.layers[-1]
    assert detectors(store, world, (last.layer,), files).dissected.layers == (last,)


def test_a_layer_that_was_not_dissected_is_refused(store, world, files):
    known = ", ".join(tuple(world.layers)[-2:])
    with pytest.raises(InputError, match=f"no layer nowhere was dissected; {world.name} has {known}"):
        detectors(store, world, ("nowhere",), files)


def test_a_page_of_no_detectors_is_refused(found, tmp_path):
    with pytest.raises(InputError, match="first is 0; it is a number of detectors and must be at least 1"):
        write_dissection(found, tmp_path / "page.html", first=0)


def test_other_photographs_are_refused(found, world, broden, tmp_path):
    shutil.copytree(broden, tmp_path / "less")
    min((tmp_path / "less" / "images").iterdir()).write_bytes(b"another")
    with pytest.raises(
        InputError, match="these are not the photographs that were dissected, broden: their digest"
    ):
        write_dissection(found, tmp_path / "page.html", tmp_path / "less", world)


def test_photographs_that_nobody_knows_the_place_of_are_asked_for(found, world, tmp_path):
    elsewhere = shutil.copytree(found.beside.folder, tmp_path / "files")
    for source in elsewhere.glob("*.source.json"):
        source.unlink()
    lost = detectors(found.store, world, files=elsewhere)
    with pytest.raises(
        InputError, match="broden: where these photographs are is not known; give the images that"
    ):
        write_dissection(lost, tmp_path / "page.html", network=world)


def test_of_a_published_table_there_are_no_photographs(tmp_path):
    with detected.store(detected.run("dissection-table"), by_chance={}) as published:
        html = write_dissection(detectors(published), tmp_path / "page.html").read_text()
    assert "3 of 4" in html
    assert "<img" not in html


@pytest.fixture(scope="module")
def concepts(broden, photographs):
    return open_concepts(broden, photographs)


def iri(concept):
    return concept_iri(concept.category, concept.name).value


def meant(concept):
    return Match(iri(concept), concept.name, concept.category, 0.5)


@pytest.fixture(scope="module")
def seen(concepts, world):
    """What is marked in one photograph, and two concepts among that."""
    key = concepts.keys[0]
    part = view(world.preprocessing, *concepts.size(key))
    planes = concepts.annotation(key, part, *world.preprocessing.size).planes
    first, second, *_ = (int(i) - 1 for i in np.unique(planes) if i)
    return key, planes, first, second


def test_a_concept_is_marked_where_the_annotation_has_it(concepts, world, seen):
    key, planes, first, _ = seen
    area = Markings(concepts, world.preprocessing, {}).area(key, meant(concepts.concepts[first]))
    assert area.any()
    assert np.array_equal(area, (planes == first + 1).any(0))


def test_a_synset_is_marked_where_any_of_its_concepts_is(concepts, world, seen):
    key, planes, first, second = seen
    below = {"wn": [iri(concepts.concepts[first]), iri(concepts.concepts[second]), "elsewhere"]}
    area = Markings(concepts, world.preprocessing, below).area(key, Match("wn", "entity", "", 0.5))
    assert np.array_equal(area, np.isin(planes, [first + 1, second + 1]).any(0))


def test_nothing_is_marked_where_there_is_no_annotation(concepts, world, seen):
    area = Markings(concepts, world.preprocessing, {}).area("nowhere.jpg", meant(concepts.concepts[seen[2]]))
    assert area.shape == world.preprocessing.size
    assert not area.any()


def test_a_whole_photograph_can_be_marked(concepts, world, seen):
    key, _, first, _ = seen
    marks = {**concepts.marks, key: concepts.marks[key]._replace(whole=(first,), masks=())}
    area = Markings(replace(concepts, marks=marks), world.preprocessing, {}).area(
        key, meant(concepts.concepts[first])
    )
    assert area.all()


def test_photographs_in_which_the_category_is_marked_come_first(concepts, world, seen):
    key, _, first, _ = seen
    markings = Markings(concepts, world.preprocessing, {})
    ordered = markings.counting_first(["b.jpg", key, "a.jpg"], meant(concepts.concepts[first]))
    assert ordered == [key, "b.jpg", "a.jpg"]


def test_of_other_categories_a_photograph_does_not_come_first(concepts, world, seen):
    key, *_ = seen
    bare = replace(concepts, marks={**concepts.marks, key: concepts.marks[key]._replace(masks=(), whole=())})
    markings = Markings(bare, world.preprocessing, {})
    assert markings.counting_first(["b.jpg", key], meant(concepts.concepts[seen[2]])) == ["b.jpg", key]


def test_a_concept_that_the_annotations_do_not_have_is_refused(concepts, world):
    with pytest.raises(
        InputError, match="broden: unicorn is no concept of it; the annotations are not those of"
    ):
        Markings(concepts, world.preprocessing, {}).area("a.jpg", meant(Concept("unicorn", "object")))
