"""A dissection of the world's network to look at: from marked photographs to a page."""

import base64
import io
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from kgexplain.activations.recording import glance
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
from kgexplain.workflow.dissected import detectors, write_dissection
from kgexplain.workflow.explain import Plan, explain
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


def test_the_page_shows_the_foremost_detectors_on_three_photographs_each(found, page):
    shown = [d for layer in found.dissected.layers for d in layer.foremost(2)]
    assert len(pictures(page)) == 3 * len(shown)


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
