"""Conformance beside what people thought of the published tags: 51 filters with several tags, rated by FilTag's authors.

The rating is the colour of the filter's number: green for strongly given, orange for given, red for not given. What is
compared is the order only: the area under the curve, green against the rest and all others against red. No number of the
score was chosen by these ratings.
"""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from kgexplain.answers.coarsening.coarse import Tagging
from kgexplain.answers.coarsening.hierarchy import Classes, hierarchy
from kgexplain.answers.coarsening.reading import Source, Tags
from kgexplain.answers.coarsening.relatives import relatives
from kgexplain.evaluation.conformance import conformance, kinship
from kgexplain.explainers.filtag_dump import read_dump
from kgexplain.inputs.classes import read_classes
from kgexplain.knowledge.wordnet import wordnet
from kgexplain.vocabulary import synset
from kgexplain.workflow.coarsen import by_meaning

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "realdata" / "filtag"
DEFINITIONS = Path("/usr/share/wordnet/data.noun")
COLOURS = {"FF00B050": 2, "FFFFC000": 1, "FFFF0000": 0}
NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the published tags and ratings are not here")


def ratings():
    """The rating of each of the first 100 filters that has one, by index."""
    with zipfile.ZipFile(FOLDER / "filtag_evaluation.xlsx") as file:
        styles, sheet, strings = (
            ET.fromstring(file.read(f"xl/{name}.xml"))
            for name in ("styles", "worksheets/sheet1", "sharedStrings")
        )
    words = ["".join(part.itertext()) for part in strings.findall("x:si", NS)]
    fonts = [font.find("x:color", NS) for font in styles.find("x:fonts", NS)]
    colours = [fonts[int(style.get("fontId"))] for style in styles.find("x:cellXfs", NS)]
    found = {}
    for cell in sheet.iterfind(".//x:c", NS):
        value, colour = cell.find("x:v", NS), colours[int(cell.get("s", 0))]
        if re.fullmatch(r"A\d+", cell.get("r")) and value is not None and colour is not None:
            text = words[int(value.text)] if cell.get("t") == "s" else value.text
            if text.isdigit() and int(text) < 100 and colour.get("rgb") in COLOURS:
                found[int(text)] = COLOURS[colour.get("rgb")]
    return found


def definitions():
    lines = DEFINITIONS.read_text(encoding="latin-1").splitlines()
    return {
        synset(f"n{line[:8]}").value: line.partition("|")[2] for line in lines if not line.startswith(" ")
    }


@pytest.fixture(scope="module")
def known():
    """The published tags as coarsening reads them from a graph, without definitions."""
    dump = read_dump(
        FOLDER / "EXAMPLE_FilterTags_VGG16_conv5-3_k1.txt", read_classes(str(FOLDER / "decoding_wnids.txt"))
    )
    every = wordnet()
    names = {str(class_.index): class_.name for class_ in dump.architecture.classes}
    own = {str(c.index): (synset(c.wnid).value,) for c in dump.architecture.classes if c.wnid}
    edges = [
        (synset(below).value, synset(above).value)
        for below in every.words
        for above in every.hypernyms[below]
    ]
    labels = {synset(wnid).value: words[0] for wnid, words in every.words.items()}
    classes = Classes(names, own)
    tags = np.zeros((len(dump.tags), len(names)), dtype=bool)
    for filter_, carried in enumerate(dump.tags):
        tags[filter_, list(carried)] = True
    tagged = Tagging(tuple(map(str, range(len(tags)))), ("conv5_3",) * len(tags), tags)
    source = Source("run", "network", "vgg16", "0", "images", "0")
    return Tags(source, tagged, hierarchy(classes, edges, labels), relatives(classes, ()), {})


def area(higher, lower):
    """How often one of ``higher`` is above one of ``lower``; equals count half."""
    difference = np.subtract.outer(higher, lower)
    return float(((difference > 0) + (difference == 0) / 2).mean())


def areas(known, near):
    """Green against the rest, and the rest against red, over filters with two tags or more."""
    values = conformance(known.tagging.tags, near)
    rated = {filter_: rating for filter_, rating in ratings().items() if known.tagging.sizes[filter_] > 1}
    assert len(rated) == 51
    scores = np.array([values[filter_] for filter_ in rated])
    given = np.array(list(rated.values()))
    return area(scores[given == 2], scores[given < 2]), area(scores[given > 0], scores[given == 0])


def test_the_ratings_are_those_that_were_counted():
    assert np.bincount(list(ratings().values())).tolist() == [12, 11, 50]


def test_kinship_alone_orders_the_ratings(known):
    assert areas(known, kinship(known.hierarchy)) == pytest.approx((0.843, 0.733), abs=0.001)


@pytest.mark.skipif(
    not DEFINITIONS.exists(), reason="Debian's wordnet-base, which has definitions, is not here"
)
def test_definitions_order_the_ratings_better(known):
    with_texts = Tags(known.source, known.tagging, known.hierarchy, known.relatives, definitions())
    assert areas(known, by_meaning(with_texts)) == pytest.approx((0.877, 0.816), abs=0.001)
