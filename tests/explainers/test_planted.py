"""Planted pairs of filters and attributes are found again, from captions of pictures to a contrast."""

import csv
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from kgexplain.activations.head import head
from kgexplain.activations.look import look
from kgexplain.errors import InputError
from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.densities import contrast
from kgexplain.explainers.explainer import run
from kgexplain.explainers.learned import densities_of
from kgexplain.explainers.rationale import Rationales
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import network_of
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.vocabulary import SIGNALS, attribute
from kgexplain.world.captions import captions
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.making import samples

COLOURS = {"red": 0, "green": 1, "blue": 2}
NOUNS = {"red": "crown", "green": "breast", "blue": "wing"}
PLANTED = {filter_: f"{colour} {NOUNS[colour]}" for colour, filter_ in COLOURS.items()}
GREY = 3


def painter():
    """Filters 0 to 2 each see one colour that the others lack, filter 3 sees grey; each class has its colour."""
    module = nn.Sequential(
        nn.Conv2d(3, 4, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    ).eval()
    colours = torch.full((4, 3), -1.0)
    colours[:3].fill_diagonal_(1.0)
    colours[GREY] = 1.0
    with torch.no_grad():
        module[0].weight.copy_(colours[..., None, None])
        module[0].bias.copy_(torch.tensor([0.0, 0.0, 0.0, -1.2]))
        module[4].weight.copy_(torch.cat([torch.eye(3) * 5 - 1, torch.ones(3, 1) * 0.1], 1))
        module[4].bias.zero_()
    return module


def network():
    classes = tuple(OutputClass(i, f"{colour} bird") for colour, i in COLOURS.items())
    preprocessing = Preprocessing(resize=(16, 16), crop=None, mean=(0.0, 0.0, 0.0), deviation=(1.0, 1.0, 1.0))
    return network_of(painter(), "painter", classes, preprocessing)


def picture(colours, random):
    """A grey picture with a patch of each of some colours."""
    pixels = np.full((16, 16, 3), 128, np.uint8)
    for colour in colours:
        top, left = random.integers(0, 12, 2).tolist()
        pixels[top : top + 4, left : left + 4] = np.eye(3)[COLOURS[colour]] * 255
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def birds(tmp_path_factory):
    """Sixty pictures of one or two colours, and a caption of each that tells them, and what all birds have."""
    folder = tmp_path_factory.mktemp("painted")
    random = np.random.default_rng(3)
    captions = ["image,caption"]
    for number in range(60):
        first, second = random.permutation(list(COLOURS))[:2].tolist()
        colours = (first, second) if number % 3 == 0 else (first,)
        path = folder / "birds" / f"{first} bird" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(colours, random).save(path)
        said = " and a ".join(f"{colour} {NOUNS[colour]}" for colour in colours)
        extra = " and a long tail" if number % 2 else ""
        captions.append(f"{first} bird/{number}.png,This small bird has a {said}{extra}.")
    (folder / "captions.csv").write_text("\n".join(captions) + "\n")
    return folder


@pytest.fixture(scope="module")
def method(birds):
    return AttributeDensity(source=str(birds / "captions.csv"))


def found(birds, method):
    (finding,) = run(network(), open_images(birds / "birds", network().classes), [method])
    return finding


@pytest.fixture(scope="module")
def finding(birds, method):
    return found(birds, method)


def names(learned):
    return [phrase.text for phrase in learned.phrases]


def densities_for(method, finding, colours, classes):
    """Why a picture of these colours could be called these classes, a row of probabilities each."""
    learned = densities_of(finding.conclusion.arrays)
    seen = look(network(), head(network()), picture(colours, np.random.default_rng(11)), classes)
    return learned, Rationales(method, network().architecture, "urn:x", learned).densities(seen.contributions)


@pytest.mark.parametrize(
    "change",
    [{}, {"weighting": "mean"}, {"weighting": "sum", "prior": "tfidf"}],
    ids=lambda change: "-".join(change.values()) or "default",
)
def test_planted_filters_have_their_attributes_first(birds, method, change):
    learned = densities_of(found(birds, replace(method, **change)).conclusion.arrays)
    first = [names(learned)[t] for t in learned.filters.argmax(0).tolist()]
    assert first[:GREY] == list(PLANTED.values())


def test_the_graph_says_what_each_planted_filter_signals(birds, method):
    said = found(birds, replace(method, truthy_k=1)).conclusion.statements
    signals = {s.subject: s.object for s in said if s.predicate == SIGNALS}
    architecture = network().architecture
    assert {f: signals[architecture.filter("0", f)] for f in PLANTED} == {
        f: attribute(text) for f, text in PLANTED.items()
    }


def test_a_class_is_described_by_the_attribute_of_its_filter(finding):
    learned = densities_of(finding.conclusion.arrays)
    best = [names(learned)[t] for t in learned.classes.argmax(0).tolist()]
    assert best == list(PLANTED.values())


def test_a_contrast_names_the_feature_that_differs(method, finding):
    """A picture of red and green: for the one class its crown speaks, for the other its breast."""
    learned, (red, green) = densities_for(method, finding, ("red", "green"), (0, 1))
    difference = contrast(red, green)
    assert names(learned)[int(difference.argmax())] == "red crown"
    assert names(learned)[int(difference.argmin())] == "green breast"


def test_what_is_not_in_the_picture_speaks_less_for_a_class(method, finding):
    """A blue wing makes a picture a blue bird's, and a picture without one has less of it for any class."""
    learned, (with_wing,) = densities_for(method, finding, ("blue", "red"), (2,))
    _, (without,) = densities_for(method, finding, ("green", "red"), (2,))
    wing = names(learned).index("blue wing")
    assert with_wing[wing] > without[wing]


def test_without_a_source_it_is_said_what_one_can_be(birds):
    images = open_images(birds / "birds", network().classes)
    with pytest.raises(InputError, match=r"attributes\.source is empty; it must be a folder in CUB's layout"):
        run(network(), images, [AttributeDensity()])


def test_where_no_attribute_is_said_often_enough_the_most_frequent_is_named(birds, method):
    images = open_images(birds / "birds", network().classes)
    with pytest.raises(InputError, match=r"min_df 100: no attribute .* most often 'small bird' is, of 60"):
        run(network(), images, [replace(method, min_df=100)])


@pytest.fixture(scope="module")
def taught(tmp_path_factory, world_images, world):
    """The generated world's network, described by the captions of its pictures."""
    file = tmp_path_factory.mktemp("captions") / "captions.csv"
    with file.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(("image", "caption"))
        for sample in samples(4, 0):
            key = f"{sample.thing.wnid}/{sample.stem}.png"
            rows.writerows((key, said) for said in captions(sample.picture, Dice(sample.number), 4))
    images = open_images(world_images, world.classes, "world")
    method = AttributeDensity(source=str(file), min_df=2)
    (finding,) = run(world, images, [method])
    return method.attributes(world, images), images, densities_of(finding.conclusion.arrays)


def true_of_classes(taught, scores):
    """How many of the five attributes with the highest scores are said of any image of the class, on average."""
    attributes, images, _ = taught
    labels = {p.key: p.label for p in images.photographs}
    of_image = np.array([labels[key] for key in attributes.images])
    shares = []
    for class_ in range(scores.shape[1]):
        said = attributes.present[np.flatnonzero(of_image == class_)].toarray().any(0)
        shares.append(said[np.argsort(-scores[:, class_], kind="stable")[:5]].mean())
    return np.mean(shares)


def test_what_describes_the_worlds_classes_is_said_of_their_images(taught):
    """The most frequent attributes, the same for each class, are the baseline."""
    attributes, _, learned = taught
    frequent = np.repeat(attributes.document_frequencies[:, None].astype(float), learned.classes.shape[1], 1)
    assert true_of_classes(taught, learned.classes) > 0.85
    assert true_of_classes(taught, frequent) < 0.4


def test_a_contrast_of_two_dogs_names_what_really_differs(taught, world):
    """One is black, or white with spots; the other is yellow, with brown ears."""
    learned = taught[2]
    index = {class_.name: class_.index for class_ in world.classes}
    difference = contrast(
        learned.classes[:, index["dalmatian"]], learned.classes[:, index["golden retriever"]]
    )
    order = [names(learned)[t] for t in np.argsort(-difference).tolist()]
    assert all(name.startswith(("black", "spotted")) for name in order[:3])
    assert all(name.startswith(("yellow", "brown")) for name in order[-3:])
