"""Attributes on real scenes: photographs of SUN that people voted attributes for, by a trained MobileNetV2."""

import csv
import shutil
from pathlib import Path

import pytest

from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.graph.opening import open_store
from kgexplain.inputs.network import open_network
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.rationales import Round, rationales

REAL = Path(__file__).parents[2] / ".." / "shared" / "realdata"
VOTES = REAL / "sun_attributes" / "image_attributes.csv"
WEIGHTS = REAL / "nets" / "mobilenet_v2.npz"
pytestmark = pytest.mark.skipif(not VOTES.exists(), reason=f"{VOTES} is not there")


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """What reasons are worth on the three tenths of the photographs that nothing was learned from."""
    folder = tmp_path_factory.mktemp("scenes")
    (folder / "images").mkdir()
    with VOTES.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            shutil.copy(VOTES.parent / row["file"], folder / "images")
    network = open_network("mobilenet_v2", weights=str(WEIGHTS), preprocessing='{"resize": 256, "crop": 224}')
    store = open_store("memory:")
    explain(
        network,
        folder / "images",
        [AttributeDensity(source=str(VOTES))],
        store,
        Plan(hold_out=0.3, files=folder / "files"),
    )
    told = rationales(folder / "images", store, network, Round(part="held-out", files=folder / "files"))
    return told.figures


def low(figures, measure, above):
    """The lower end of how far a measure is above a baseline."""
    (found,) = [f for f in figures if f.measure == measure and f.above == above and not f.attribute]
    return found.interval.low


@pytest.mark.parametrize("baseline", ["permuted images", "constant density"])
@pytest.mark.parametrize(
    ("measure", "least"),
    [("retrievalRecall", 0.1), ("retrievalPrecision", 0.1), ("meanAveragePrecision", 0.25)],
)
def test_scenes_are_found_by_what_people_see_in_them(figures, measure, least, baseline):
    """An interval of 95 % lies wholly so far above what knows nothing of attributes."""
    assert low(figures, measure, baseline) > least


def test_each_attribute_that_was_asked_for_has_its_average_precision(figures):
    assert len({f.attribute for f in figures if f.measure == "averagePrecision"}) == 50
