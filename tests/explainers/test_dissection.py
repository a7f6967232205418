"""Network Dissection: known answers by hand, and the whole method written again from its equations."""

import csv
import math
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from kgexplain.activations.evidence import Evidence
from kgexplain.activations.recording import glance
from kgexplain.errors import InputError
from kgexplain.explainers.dissection import Dissection
from kgexplain.explainers.explainer import run
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import network_of
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.vocabulary import (
    CATEGORY,
    DETECTORS_BY_CHANCE,
    DETECTS,
    HAS_CONCEPT,
    HAS_NULL_COUNT,
    IDENTIFIER,
    IMAGE_WITHOUT_ANNOTATION,
    MATCHED,
    P_VALUE,
    RANK,
    REASON,
    SCORE,
    concept,
)

CLASSES = (OutputClass(0, "one"), OutputClass(1, "two"))
UNIT = {"mean": (0.0, 0.0, 0.0), "deviation": (1.0, 1.0, 1.0)}


def write(folder, pictures, masks, labels):
    """A folder of pictures with its tables; ``masks[picture]`` are arrays by category, and "" is a label of the whole."""
    categories = sorted({category for of in masks.values() for category in of if category})
    (folder / "masks").mkdir(parents=True)
    with (folder / "index.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["image", *(f"{category}_mask" for category in categories), "scene_label"])
        for name, pixels in pictures.items():
            Image.fromarray(pixels).save(folder / name)
            of = masks.get(name, {})
            for category in of.keys() & categories:
                Image.fromarray(of[category]).save(folder / "masks" / f"{category}-{name}")
            rows.writerow(
                [name, *(f"masks/{c}-{name}" if c in of else "" for c in categories), of.get("", "")]
            )
    lines = [f"{number},{name},{category}" for number, (name, category) in labels.items()]
    (folder / "labels.csv").write_text("\n".join(["id,name,category", *lines]) + "\n")
    return folder


def marked(shape, row, columns, number):
    """A mask with a label's number at some columns of a row."""
    mask = np.zeros(shape, np.uint8)
    mask[row, columns] = number
    return mask


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """Three pictures of 4 × 4 pixels, of which two are annotated.

    Red of a: 255 in the first row, else 100. Red of b: 250 at the first pixel, else 0. c is red all over.
    In a, sky is marked at two pixels of the first row; in b, a cat in the last pixel and fur in the first.
    """
    red = {"a.png": np.full((4, 4), 100), "b.png": np.zeros((4, 4)), "c.png": np.full((4, 4), 255)}
    red["a.png"][0] = 255
    red["b.png"][0, 0] = 250
    pictures = {
        name: np.stack([of, np.zeros((4, 4)), np.zeros((4, 4))], -1).astype(np.uint8)
        for name, of in red.items()
    }
    masks = {
        "a.png": {"object": marked((4, 4), 0, [0, 1], 1)},
        "b.png": {"object": marked((4, 4), 3, 3, 2), "material": marked((4, 4), 0, 0, 3)},
    }
    labels = {1: ("sky", "object"), 2: ("cat", "object"), 3: ("fur", "material")}
    return write(tmp_path_factory.mktemp("by_hand"), pictures, masks, labels)


def reds():
    """Filter 0 gives the red of a pixel, filter 1 nothing."""
    module = nn.Sequential(nn.Conv2d(3, 2, 1, bias=False), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([[1.0, 0, 0], [0, 0, 0]])[..., None, None])
    return network_of(
        module.eval(), "reds", CLASSES, Preprocessing(resize=(4, 4), crop=None, scale=255.0, **UNIT)
    )


# Of 32 values of two annotated pictures, 6 are 18.75 %; the sixth is 100: 255 four times and 250 are above it.
HAND = {"share": 0.1875, "resolution": 4}


def found(network, folder, **settings):
    (finding,) = run(network, open_images(folder, network.classes), [Dissection(**settings)])
    return finding


def said(finding, predicate):
    return {s.subject: s.object for s in finding.conclusion.statements if s.predicate == predicate}


@pytest.fixture(scope="module")
def reading(by_hand):
    """What is said of the pictures, read once, as a list that can be read again."""
    finding = found(reds(), by_hand, **HAND)
    return list(finding.conclusion.statements), finding


def of(reading, predicate):
    return [(s.subject, s.object) for s in reading[0] if s.predicate == predicate]


def test_intersection_over_union_by_hand(by_hand):
    """Rows are cat, sky, fur. Active are four pixels of a and one of b, and both pictures contain objects.

    Cat: 0 of 5 + 1. Sky: 2 of 5 + 2 − 2. Fur: 1 of 1 + 1 − 1, as only b contains a material.
    """
    iou = found(reds(), by_hand, **HAND).conclusion.arrays["iou"]["0"]
    assert iou.tolist() == [[0.0, 0.0], [0.4, 0.0], [1.0, 0.0]]


def test_the_union_of_netdissect_lite_by_hand(by_hand):
    """In b nothing active is an object: sky is 2 of 4 + 2 − 2."""
    iou = found(reds(), by_hand, union="lite", **HAND).conclusion.arrays["iou"]["0"]
    assert iou[:, 0].tolist() == [0.0, 0.5, 1.0]


def test_the_sparse_union_by_hand(by_hand):
    """Only two active pixels carry an object: sky is 2 of 2 + 2 − 2."""
    iou = found(reds(), by_hand, union="sparse", **HAND).conclusion.arrays["iou"]["0"]
    assert iou[:, 0].tolist() == [0.0, 1.0, 1.0]


def test_what_chance_gives_by_hand(by_hand):
    """The two pictures get each other's annotations. Cat: 0 of 5 + 1.

    Sky, in b: 1 of 5 + 2 − 1. Fur, in a: 1 of 4 + 1 − 1.
    """
    iou = found(reds(), by_hand, **HAND).conclusion.arrays["iou_by_chance"]["0"]
    assert np.allclose(iou, [[0, 0], [1 / 6, 0], [1 / 4, 0]], rtol=1e-12)


def test_concepts_of_a_filter_by_hand(reading):
    """Fur, sky; of the cat it has nothing, and the other filter never fires."""
    network = reds().architecture
    ranks = {node.value: rank for node, rank in of(reading, RANK)}
    scores = {node.value: score for node, score in of(reading, SCORE)}
    concepts = {node.value: found for node, found in of(reading, MATCHED)}
    entries = [(filter_, node.value) for filter_, node in of(reading, HAS_CONCEPT)]
    assert [
        (filter_, concepts[node].value, int(ranks[node].value), float(scores[node].value))
        for filter_, node in entries
    ] == [
        (network.filter("0", 0), concept("material", "fur").value, 1, 1.0),
        (network.filter("0", 0), concept("object", "sky").value, 2, 0.4),
    ]


def test_p_values_by_hand(reading):
    """By chance the one live filter reaches 0.25 with fur; fur and sky are above it: 1 of 2."""
    assert [float(p.value) for _, p in of(reading, P_VALUE)] == [0.5, 0.5]


def test_a_filter_detects_its_best_concept_only(reading):
    assert of(reading, DETECTS) == [(reds().architecture.filter("0", 0), concept("material", "fur"))]


def test_detectors_by_chance_by_hand(reading):
    """The filter would detect fur, with 0.25; nobody an object."""
    categories = {node.value: c.value for node, c in of(reading, CATEGORY)}
    counts = {categories[node.value]: int(n.value) for node, n in of(reading, DETECTORS_BY_CHANCE)}
    assert counts == {"object": 0, "material": 1}
    assert {layer for layer, _ in of(reading, HAS_NULL_COUNT)} == {reds().architecture.layer("0")}


def test_images_without_annotation_are_named(reading):
    assert [key.value for _, key in of(reading, IMAGE_WITHOUT_ANNOTATION)] == ["c.png"]


def test_matches_are_counted(reading):
    assert (reading[1].conclusion.selected, reading[1].conclusion.stated) == (2, 2)


def test_fewer_matches_can_be_stated(by_hand):
    conclusion = found(reds(), by_hand, concepts_per_filter=1, **HAND).conclusion
    assert (conclusion.selected, conclusion.stated) == (2, 1)
    assert len([s for s in conclusion.statements if s.predicate == HAS_CONCEPT]) == 1


def test_of_chosen_categories_only_concepts_are_said(by_hand):
    finding = found(reds(), by_hand, categories=("object",), **HAND)
    arrays = finding.conclusion.arrays
    assert arrays["concepts"]["concepts"].tolist() == [["cat\tobject"], ["sky\tobject"]]
    assert arrays["iou"]["0"][:, 0].tolist() == [0.0, 0.4]
    assert arrays["moments"]["0"].shape == (2, 2)
    assert {o.value for o in said(finding, CATEGORY).values()} == {"object"}


def test_of_a_chosen_category_all_is_as_before(by_hand):
    """The second of two categories: fur is 1 of 1 + 1 − 1, its sums are 250 and 250², over 16 cells."""
    arrays = found(reds(), by_hand, categories=("material",), **HAND).conclusion.arrays
    assert arrays["iou"]["0"].tolist() == [[1.0, 0.0]]
    assert arrays["moments"]["0"][:, 0].tolist() == [250, 250**2]
    assert (arrays["cells"]["0"].item(), arrays["gram"]["4x4"].item()) == (16, 1)


def test_sums_by_hand(by_hand):
    """Σ a·c: the cat's pixel has 0; sky's two 255 each; fur's 250.

    Of pictures with an object the sum is 4 · 255 + 12 · 100 + 250, and the squares likewise; with a material 250.
    """
    arrays = found(reds(), by_hand, **HAND).conclusion.arrays
    assert arrays["products"]["0"][:, 0].tolist() == [0, 510, 250]
    squares = 4 * 255**2 + 12 * 100**2
    assert arrays["moments"]["0"][:, 0].tolist() == [2470, 250, squares + 250**2, 250**2]
    assert arrays["cells"]["0"].ravel().tolist() == [32, 16]
    assert arrays["gram"]["4x4"].tolist() == [[1, 0, 0], [0, 2, 0], [0, 0, 1]]
    assert arrays["areas"]["4x4"].ravel().tolist() == [1, 2, 1]
    assert arrays["image_areas"]["4x4"].ravel().tolist() == [1 / 16, 2 / 16, 1 / 16]
    assert arrays["image_squares"]["4x4"].ravel().tolist() == [1 / 256, 4 / 256, 1 / 256]
    assert arrays["sizes"]["0"].tolist() == [[4, 4]]
    assert arrays["thresholds"]["0"].tolist() == [[100, 0]]


def test_products_by_chance_by_hand(by_hand):
    """a has the cat at 100 and fur at 255, b sky at 250 and 0; now a alone has a material."""
    arrays = found(reds(), by_hand, **HAND).conclusion.arrays
    assert arrays["products_by_chance"]["0"][:, 0].tolist() == [100, 250, 255]
    assert arrays["moments_by_chance"]["0"][:2, 0].tolist() == [2470, 2220]


def test_the_strongest_images_are_kept(by_hand):
    """The unannotated picture is as red as the first; there are three of the twelve that would be kept."""
    kept = found(reds(), by_hand, **HAND).conclusion.arrays["strongest"]["0"]
    assert kept[:, 0].tolist() == ["a.png", "c.png", "b.png", *[""] * 9]


def patterned(random):
    """A small network of two layers whose maps have different sizes."""
    torch.manual_seed(int(random.integers(1000)))
    module = nn.Sequential(
        nn.Conv2d(3, 5, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(5, 4, 3),
        nn.Sigmoid(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4, 2),
    ).eval()
    return network_of(module, "patterned", CLASSES, Preprocessing(resize=(14, 18), crop=None, **UNIT))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Seven pictures of random blocks, six with random masks: two objects, two materials; a scene in three."""
    random = np.random.default_rng(7)
    pictures, masks = {}, {}
    for number in range(7):
        blocks = random.integers(0, 256, (7, 9, 3), dtype=np.uint8)
        pictures[f"{number}.png"] = blocks.repeat(2, 0).repeat(2, 1)
        if number != 4:
            masks[f"{number}.png"] = {
                "object": random.choice([0, 0, 1, 2], (14, 18)).astype(np.uint8),
                "": "street" if number % 2 else "",
            }
        if number in (1, 2, 5):
            masks[f"{number}.png"]["material"] = random.choice([0, 3, 3, 5], (14, 18)).astype(np.uint8)
    labels = {
        1: ("sky", "object"),
        2: ("cat", "object"),
        3: ("fur", "material"),
        4: ("street", "scene"),
        5: ("skin", "material"),
    }
    return write(tmp_path_factory.mktemp("drawn"), pictures, masks, labels), masks


def slowly_marked(masks, name, rows, columns):
    """Which concept covers each pixel of an annotation, the nearest of the mask's: {concept: set of (row, column)}."""
    order = {2: 0, 1: 1, "street": 2, 3: 3, 5: 4}  # cat, sky, street, fur, skin
    marked = {concept: set() for concept in range(5)}
    for row in range(rows):
        for column in range(columns):
            for category, mask in masks[name].items():
                if category:
                    at = math.floor((row + 0.5) * 14 / rows), math.floor((column + 0.5) * 18 / columns)
                    if mask[at]:
                        marked[order[int(mask[at])]].add((row, column))
                elif mask:
                    marked[order[mask]].add((row, column))
    return marked


def slowly_upsampled(map_, row, column, rows, columns):
    """The map at the middle of a pixel, from its four nearest cells; beyond the outer cells' middles it is theirs."""
    height, width = map_.shape
    y = min(max((row + 0.5) * height / rows - 0.5, 0.0), height - 1.0)
    x = min(max((column + 0.5) * width / columns - 0.5, 0.0), width - 1.0)
    top, left = math.floor(y), math.floor(x)
    below, right = min(top + 1, height - 1), min(left + 1, width - 1)
    down, across = y - top, x - left
    return (
        (1 - down) * (1 - across) * map_[top, left]
        + (1 - down) * across * map_[top, right]
        + down * (1 - across) * map_[below, left]
        + down * across * map_[below, right]
    )


def slowly(maps, marked, union, share, rows, columns):
    """IoU of concept and filter, from its definition; ``maps`` and ``marked`` are lists over images."""
    filters = len(maps[0])
    iou = np.zeros((5, filters))
    for filter_ in range(filters):
        values = sorted((v for of in maps for line in of[filter_] for v in line), reverse=True)
        threshold = values[math.floor(share * len(values)) - 1]
        active = [
            {
                (row, column)
                for row in range(rows)
                for column in range(columns)
                if slowly_upsampled(of[filter_], row, column, rows, columns) > threshold
            }
            for of in maps
        ]
        for place in range(5):
            of_category = {0: (0, 1), 1: (0, 1), 2: (2,), 3: (3, 4), 4: (3, 4)}[place]
            both = area = union_activation = 0
            for pixels, concepts in zip(active, marked, strict=True):
                category = set().union(*(concepts[other] for other in of_category))
                both += len(pixels & concepts[place])
                area += len(concepts[place])
                counts = {
                    "category": len(pixels) if category else 0,
                    "lite": len(pixels) if pixels & category else 0,
                    "sparse": len(pixels & category),
                }
                union_activation += counts[union]
            whole = union_activation + area - both
            iou[place, filter_] = both / whole if whole else 0.0
    return iou


@pytest.mark.parametrize("union", ["category", "lite", "sparse"])
@pytest.mark.parametrize("resolution", [0, 5])
def test_the_method_is_what_its_equations_say(drawn, union, resolution):
    """The whole method slowly, over six annotated pictures; by chance, each has the annotation of the next in a circle."""
    folder, masks = drawn
    network = patterned(np.random.default_rng(3))
    rows, columns = (5, 6) if resolution else (7, 9)
    finding = found(network, folder, share=0.1, union=union, resolution=resolution, seed=5)
    names = sorted(masks)
    marked = [slowly_marked(masks, name, rows, columns) for name in names]
    circle = np.random.default_rng(5).permutation(len(names)).tolist()
    after = dict(zip(circle, circle[1:] + circle[:1], strict=True))
    dealt = [marked[after[place]] for place in range(len(names))]
    for layer in ("0", "3"):
        maps = [glance(network, Image.open(folder / name), (layer,)).maps[layer] for name in names]
        arrays = finding.conclusion.arrays
        slow = slowly(maps, marked, union, 0.1, rows, columns)
        assert np.allclose(arrays["iou"][layer], slow, rtol=1e-12)
        by_chance = slowly(maps, dealt, union, 0.1, rows, columns)
        assert np.allclose(arrays["iou_by_chance"][layer], by_chance, rtol=1e-12)
        assert slow.any()
        assert not np.allclose(slow, by_chance)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"share": 0.0}, r"share is 0\.0; it is of a filter's activations, more than 0 and less than 1"),
        ({"share": 1.0}, r"share is 1\.0; it is of a filter's"),
        ({"iou": -0.01}, r"iou is -0\.01; it must be at least 0 and less than 1"),
        ({"iou": 1.0}, r"iou is 1\.0; it must be at least 0 and less than 1"),
        ({"union": "all"}, "union is 'all'; it must be one of category, lite, sparse"),
        ({"resolution": -1}, "resolution is -1; it must be at least 0"),
        ({"concepts_per_filter": 0}, "concepts_per_filter is 0; it must be at least 1"),
        ({"seed": -1}, "seed is -1; it must be at least 0"),
    ],
)
def test_parameters_that_cannot_be_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        Dissection(**settings)


def test_a_category_that_is_not_marked_is_refused(by_hand):
    with pytest.raises(InputError, match=r"categories scene: not in by_hand\d*; it has object, material"):
        found(reds(), by_hand, categories=("object", "scene"))


def test_a_layer_that_is_not_there_is_refused(by_hand):
    with pytest.raises(InputError, match=r"no layer \['conv9'\] in this network; it has \['0'\]"):
        found(reds(), by_hand, layers=("conv9",))


def test_images_that_are_nowhere_annotated_need_a_source(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    (tmp_path / "one").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "one" / "a.png")
    with pytest.raises(InputError, match=r"dissection\.source is empty, and .*: has no annotations; give"):
        found(reds(), tmp_path)


def test_weights_that_are_no_numbers_are_refused(by_hand):
    network = reds()
    with torch.no_grad():
        network.module[0].weight[0] = torch.nan
    with pytest.raises(InputError, match="layer 0 gave values that are no numbers; check the weights"):
        found(network, by_hand, **HAND)


@pytest.fixture
def faulty(tmp_path, by_hand):
    """The same pictures, with a mask that is not there and one with an unknown number."""
    folder = tmp_path / "faulty"
    shutil.copytree(by_hand, folder)
    (folder / "masks" / "material-b.png").unlink()
    Image.fromarray(marked((4, 4), 3, [2, 3], 9)).save(folder / "masks" / "object-b.png")
    return folder


FAULTS = [
    ("b.png", "mask material-b.png: no such file"),
    ("b.png", "mask object-b.png: label numbers 9 (2 pixels): unknown; they count as nothing"),
]


def faults(finding):
    statements = list(finding.conclusion.statements)
    keys = {s.subject: s.object.value for s in statements if s.predicate == IDENTIFIER}
    reasons = {s.subject: s.object.value for s in statements if s.predicate == REASON}
    return sorted((key, reasons[node]) for node, key in keys.items())


def test_faults_of_annotations_are_named(faulty):
    assert faults(found(reds(), faulty, **HAND)) == FAULTS


def test_faults_and_photographs_without_annotation_are_counted(faulty, caplog):
    found(reds(), faulty, **HAND)
    assert [record.message for record in caplog.records] == [
        "1 photographs have no annotation: c.png",
        f"2 faults of annotations: {', '.join(f'{key}: {why}' for key, why in FAULTS)}",
    ]


def test_faults_of_annotations_are_named_where_the_passes_are_kept(faulty, tmp_path):
    """The second time no pass is run again, and nothing in it looks at the annotations."""

    def again():
        images = open_images(faulty, CLASSES)
        evidence = Evidence(tmp_path / "evidence", {"images": images.digest})
        (finding,) = run(reds(), images, [Dissection(**HAND)], evidence=lambda: evidence)
        return faults(finding)

    assert again() == again() == FAULTS
