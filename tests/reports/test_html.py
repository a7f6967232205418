"""The page that shows why."""

import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from kgexplain.answers.explanation import TagCount
from kgexplain.reports.html import LayerCount, Sight, layer_counts, page
from tests.reports.explanations import active, zebra

PICTURE = Image.new("RGB", (2, 2))
VOID = {"meta", "img", "br", "link"}


class Parts(HTMLParser):
    """Which elements are open, and which were closed in the wrong order."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.seen = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def parts(text):
    parser = Parts()
    parser.feed(text)
    return parser


def made(sights=(), questions=(), **changes):
    return page(zebra(**changes), PICTURE, sights, questions)


def words(text):
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def test_the_page_says_the_sentence():
    assert zebra().sentence in words(made())


def test_every_element_is_closed():
    told = parts(made([Sight(active("conv1", 2, 1, "zebra"), PICTURE)], ["kgexplain list runs"]))
    assert (told.open, told.wrong) in (([], []), (["html"], []))


def test_the_page_loads_nothing():
    told = parts(made([Sight(active("conv1", 2, 1, "zebra"), PICTURE)]))
    addresses = [attrs[name] for _, attrs in told.seen for name in ("src", "href") if name in attrs]
    assert len(addresses) == 2
    assert all(address.startswith("data:") for address in addresses)
    assert not [tag for tag, _ in told.seen if tag in ("script", "link", "iframe")]


@pytest.mark.parametrize("field", ["image", "network", "predicted", "true"])
def test_names_are_text_and_not_markup(field):
    evil = "<script>alert('x')</script>"
    assert "<script" not in made(**{field: evil})


def test_tags_of_filters_and_questions_are_text_and_not_markup():
    evil = "<script>"
    filters = (active(evil, 2, 1, evil),)
    tags = (TagCount("urn:x", evil, 1, 1),)
    assert "<script" not in made([Sight(filters[0], PICTURE)], [evil], filters=filters, tags=tags)


def test_bars_are_as_long_as_tags_are_frequent():
    assert re.findall(r"width:([0-9.]+)%\"", made()) == ["100.0", "33.3", "33.3"]


def test_there_is_a_picture_for_each_sight():
    sights = [Sight(active("conv2", index, index + 1, "zebra"), PICTURE) for index in range(3)]
    assert made(sights).count("<figure>") == 3


def test_questions_can_be_copied():
    assert "<code>kgexplain list runs</code>" in made(questions=["kgexplain list runs"])


def test_a_wrong_prediction_is_shown_beside_the_true_class():
    told = words(made(true="agaric"))
    assert "it is agaric" in told
    assert "tagged agaric" in told


def test_layers_by_hand():
    """In conv1 one of two filters is tagged zebra, in conv2 both; agaric only in conv2, once."""
    assert layer_counts(zebra(true="agaric")) == [LayerCount("conv1", 2, 1, 0), LayerCount("conv2", 2, 2, 1)]


def test_an_image_without_a_known_class_has_none_in_any_layer():
    assert [count.true for count in layer_counts(zebra(true=None))] == [0, 0]


def test_an_explanation_without_filters_has_a_page():
    assert "toy" in made(tags=(), filters=(), active=0, layers=0)
