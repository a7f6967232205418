"""What is marked in a photograph, as a network sees it; and what is wrong with the marks."""

import numpy as np
import pytest
from PIL import Image

from kgexplain.errors import InputError
from kgexplain.inputs.concepts import Concept, open_concepts
from kgexplain.inputs.concepts.annotated import once
from kgexplain.inputs.images import open_images
from kgexplain.inputs.view import View

# In the order of concepts: cat 1, ear 2, wood 3; their numbers in masks are 2, 3 and 1.
CAT, EAR, WOOD = 1, 2, 3
WHOLE = View(0, 0, 3, 2, 3, 2)
BLACK = np.zeros((2, 3, 3), np.uint8)
MASK = [[2, 2, 0], [1, 3, 3]]
PLANE = [[CAT, CAT, 0], [WOOD, EAR, EAR]]


@pytest.fixture
def opened(write):
    """The concepts of one photograph, a.png, of 3 × 2 pixels, with the masks given."""

    def opened(address="{}", cells="m.png", label="", **masks):
        folder = write(f"image,seg,label\na.png,{cells},{label}\n", **{"a.png": BLACK}, **masks)
        return open_concepts(address.format(folder), open_images(folder, []))

    return opened


def test_planes_have_the_place_of_each_concept_counted_from_1(opened):
    annotation = opened(**{"m.png": MASK}).annotation("a.png", WHOLE, 2, 3)
    assert annotation.planes.tolist() == [PLANE]
    assert annotation.planes.dtype == np.uint16
    assert (annotation.whole, annotation.faults) == ((), ())


def test_a_photograph_has_a_plane_for_each_mask_and_its_labels_of_the_whole(opened):
    concepts = opened(cells="m.png;n.png", label="1;cat", **{"m.png": MASK, "n.png": [[0, 1, 3], [0, 0, 0]]})
    annotation = concepts.annotation("a.png", WHOLE, 2, 3)
    assert annotation.planes.tolist() == [PLANE, [[0, WOOD, EAR], [0, 0, 0]]]
    assert annotation.whole == (CAT - 1, WOOD - 1)


def test_two_numbers_of_one_label_are_one_concept(opened):
    annotation = opened(**{"m.png": [[3, 5, 0], [5, 2, 3]]}).annotation("a.png", WHOLE, 2, 3)
    assert annotation.planes.tolist() == [[[EAR, EAR, 0], [EAR, CAT, EAR]]]


def test_no_pixel_has_a_concept_in_two_planes(opened):
    concepts = opened(cells="m.png;n.png", **{"m.png": MASK, "n.png": [[2, 1, 2], [2, 3, 0]]})
    second = concepts.annotation("a.png", WHOLE, 2, 3).planes[1]
    assert second.tolist() == [[0, WOOD, CAT], [CAT, 0, 0]]


def test_a_third_plane_is_compared_to_the_first_one_too():
    planes = [np.array([row], np.uint16) for row in ([1, 2, 0], [2, 2, 1], [1, 2, 1])]
    assert once(planes, (1, 3)).tolist() == [[[1, 2, 0]], [[2, 0, 1]], [[0, 0, 0]]]


def test_without_masks_there_are_no_planes(opened):
    planes = opened(cells="", label="2").annotation("a.png", WHOLE, 5, 7).planes
    assert planes.shape == (0, 5, 7)


def test_a_mask_of_half_the_size_is_used(opened):
    concepts = opened(**{"m.png": np.repeat(np.repeat(MASK, 2, axis=0), 2, axis=1)})
    annotation = concepts.annotation("a.png", WHOLE, 2, 3)
    assert (annotation.planes.tolist(), annotation.faults) == ([PLANE], ())


def test_a_mask_of_another_shape_is_named_and_not_used(opened):
    concepts = opened(cells="m.png;n.png", **{"m.png": np.ones((9, 2)), "n.png": MASK})
    annotation = concepts.annotation("a.png", WHOLE, 2, 3)
    assert annotation.planes.tolist() == [PLANE]
    assert annotation.faults == ("mask m.png: is 2 × 9 pixels, its photograph 3 × 2; it is not used",)


def test_a_mask_that_cannot_be_read_is_named_and_not_used(opened):
    annotation = opened(**{"m.png": "no picture"}).annotation("a.png", WHOLE, 2, 3)
    assert annotation.planes.shape == (0, 2, 3)
    assert annotation.faults == ("mask m.png: not an image of a kind that can be read; it is not used",)


def test_unknown_numbers_are_counted_over_the_whole_mask_and_say_nothing(opened):
    concepts = opened(**{"m.png": [[2, 200, 4], [200, 3, 0]]})
    annotation = concepts.annotation("a.png", View(0, 0, 1, 1, 1, 1), 1, 1)
    assert annotation.planes.tolist() == [[[CAT]]]
    (fault,) = annotation.faults
    assert fault == "mask m.png: label numbers 4 (1 pixels), 200 (2 pixels): unknown; they count as nothing"
    assert concepts.annotation("a.png", WHOLE, 2, 3).planes.tolist() == [[[CAT, 0, 0], [0, EAR, 0]]]


def test_a_turned_photograph_is_marked_upright(write):
    """The file has 2 × 3 pixels and says that it is to be turned; its mask is as one sees it, 3 × 2."""
    folder = write("image,seg\na.jpg,m.png\n", **{"m.png": MASK})
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (2, 3)).save(folder / "a.jpg", exif=exif)
    concepts = open_concepts(folder, open_images(folder, []))
    assert concepts.size("a.jpg") == (3, 2)
    assert concepts.annotation("a.jpg", WHOLE, 2, 3).planes.tolist() == [PLANE]


def test_a_turned_tiff_has_its_upright_size(write):
    folder = write("image,seg\na.tif,m.png\n", **{"m.png": MASK})
    Image.new("RGB", (2, 3)).save(folder / "a.tif", tiffinfo={274: 6})
    assert open_concepts(folder, open_images(folder, [])).size("a.tif") == (3, 2)


def test_a_photograph_that_is_not_annotated_has_no_annotation(opened):
    concepts = opened(**{"m.png": MASK})
    with pytest.raises(InputError, match=r"b.png: is not annotated by set; annotated are a.png"):
        concepts.annotation("b.png", WHOLE, 2, 3)


def test_categories_are_those_of_the_concepts_in_order(opened):
    concepts = opened(**{"m.png": MASK})
    assert concepts.concepts == (
        Concept("cat", "object"),
        Concept("ear", "part"),
        Concept("wood", "material"),
    )
    assert concepts.categories == ("object", "part", "material")
    assert concepts.category_of.tolist() == [0, 1, 2]


def test_of_some_categories_the_others_are_nothing(opened):
    concepts = opened(label="1;2", **{"m.png": [[2, 2, 4], [1, 3, 9]]}).only(["material", "part"])
    annotation = concepts.annotation("a.png", WHOLE, 2, 3)
    assert concepts.categories == ("part", "material")
    assert (annotation.planes.tolist(), annotation.whole) == ([[[0, 0, 0], [2, 1, 0]]], (1,))
    assert annotation.faults == (
        "mask m.png: label numbers 4 (1 pixels), 9 (1 pixels): unknown; they count as nothing",
    )


def test_of_an_unknown_category_nothing_is_marked(opened):
    with pytest.raises(InputError, match=r"scene: no category of set; it has object, part, material"):
        opened(**{"m.png": MASK}).only(["part", "scene"])


def test_colours_of_pixels_are_one_more_plane(opened):
    concepts = opened("{}+pixels:colours", **{"m.png": MASK})
    black = concepts.concepts.index(Concept("black", "color")) + 1
    planes = concepts.annotation("a.png", WHOLE, 2, 3).planes
    assert concepts.concepts[:3] == (
        Concept("cat", "object"),
        Concept("ear", "part"),
        Concept("wood", "material"),
    )
    assert planes.tolist() == [PLANE, [[black] * 3] * 2]


def test_a_colour_that_is_marked_and_seen_is_one_concept(write):
    folder = write(
        "image,seg\na.png,m.png\n",
        "id,name,category\n1,black,color\n",
        **{"m.png": [[1, 0, 0]] * 2, "a.png": BLACK},
    )
    concepts = open_concepts(f"{folder}+pixels:colours", open_images(folder, []))
    black = concepts.concepts.index(Concept("black", "color")) + 1
    assert len(concepts.concepts) == 11
    assert concepts.annotation("a.png", WHOLE, 2, 3).planes.tolist() == [
        [[black, 0, 0]] * 2,
        [[0, black, black]] * 2,
    ]


def test_without_their_category_colours_are_not_looked_at(opened):
    concepts = opened("{}+pixels:colours", **{"m.png": MASK}).only(["object"])
    assert concepts.annotation("a.png", WHOLE, 2, 3).planes.tolist() == [[[CAT, CAT, 0], [0, 0, 0]]]


def test_colours_of_a_photograph_that_is_broken_off_are_not_known(write):
    folder = write("image,seg\na.png,\n")
    Image.effect_noise((64, 64), 90).save(folder / "a.png")
    data = (folder / "a.png").read_bytes()
    (folder / "a.png").write_bytes(data[: len(data) // 2])
    annotation = open_concepts("pixels:colours", open_images(folder, [])).annotation("a.png", WHOLE, 2, 3)
    assert annotation.planes.shape == (0, 2, 3)
    (fault,) = annotation.faults
    assert fault.startswith("photograph: cannot be decoded: ")
    assert fault.endswith("; its colours are not known")
