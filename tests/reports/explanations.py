"""Explanations made by hand, for tests of what is told of them."""

from kgexplain.answers.explanation import ActiveFilter, Explanation, TagCount

IRI = "https://w3id.org/kgexplain/net/toy--0a1b2c3d#filter--{}--{}"


def active(layer, index, rank, *tags):
    return ActiveFilter(IRI.format(layer, index), layer, index, 1 / rank, rank, tags)


def zebra(**changes):
    """Four active filters in two layers; zebra is right, and tags three of them."""
    given = {
        "image": "a.png",
        "network": "toy",
        "predicted": "zebra",
        "probability": 0.875,
        "true": "zebra",
        "active": 4,
        "layers": 2,
        "tags": (
            TagCount("urn:z", "zebra", 3, 1),
            TagCount("urn:a", "agaric", 1, 2),
            TagCount("urn:t", "tiger", 1, 2),
        ),
        "filters": (
            active("conv1", 7, 1),
            active("conv1", 2, 2, "zebra", "tiger"),
            active("conv2", 5, 1, "zebra"),
            active("conv2", 0, 2, "agaric", "zebra"),
        ),
    }
    return Explanation(**(given | changes))
