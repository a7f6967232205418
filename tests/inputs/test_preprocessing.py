import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torchvision import models

from kgexplain.errors import InputError
from kgexplain.inputs.preprocessing import INTERPOLATIONS, Preprocessing, of_preset, read_preprocessing

PRESETS = (
    models.AlexNet_Weights.IMAGENET1K_V1,
    models.ResNet50_Weights.IMAGENET1K_V2,
    models.Inception_V3_Weights.IMAGENET1K_V1,
    models.EfficientNet_B0_Weights.IMAGENET1K_V1,
    models.EfficientNet_V2_L_Weights.IMAGENET1K_V1,
    models.ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1,
    models.VGG16_Weights.IMAGENET1K_FEATURES,
)

PLAIN = {"mean": (0.0, 0.0, 0.0), "deviation": (1.0, 1.0, 1.0)}


@pytest.fixture
def photograph():
    noise = np.random.default_rng(7).integers(0, 256, (301, 437, 3), dtype=np.uint8)
    return Image.fromarray(noise)


@pytest.mark.parametrize("weights", PRESETS, ids=str)
def test_pixels_are_those_of_torchvisions_preset_to_the_last_bit(weights, photograph):
    preset = weights.transforms()
    assert torch.equal(of_preset(preset).pixels(photograph), preset(photograph))


def test_every_preset_of_torchvision_can_be_kept():
    for name in models.list_models(module=models):
        for weights in models.get_model_weights(name):
            preset = weights.transforms()
            assert of_preset(preset).size == (preset.crop_size[0], preset.crop_size[0])


def test_defaults_are_those_of_imagenet(photograph):
    preset = models.SqueezeNet1_1_Weights.IMAGENET1K_V1.transforms()
    assert Preprocessing() == of_preset(preset)


def test_pixels_by_hand():
    """A pixel (255, 51, 0) is (1, 0.2, 0); minus (0.5, 0.2, 0.25), by (0.5, 1, 0.125): (1, 0, −2)."""
    wanted = Preprocessing(resize=(1, 1), crop=None, mean=(0.5, 0.2, 0.25), deviation=(0.5, 1.0, 0.125))
    pixels = wanted.pixels(Image.new("RGB", (3, 2), (255, 51, 0)))
    assert pixels.flatten().tolist() == [1.0, 0.0, -2.0]


def test_scale_255_leaves_the_numbers_of_the_file():
    wanted = Preprocessing(resize=(1, 1), crop=None, scale=255.0, **PLAIN)
    assert wanted.pixels(Image.new("RGB", (1, 1), (255, 51, 1))).flatten().tolist() == [255.0, 51.0, 1.0]


def test_mean_and_deviation_are_in_the_order_of_the_colours():
    """BGR of (10, 20, 30) is (30, 20, 10); minus (1, 2, 3), by (1, 2, 7): (29, 9, 1)."""
    wanted = Preprocessing((1, 1), None, (1.0, 2.0, 3.0), (1.0, 2.0, 7.0), 255.0, order="BGR")
    assert wanted.pixels(Image.new("RGB", (1, 1), (10, 20, 30))).flatten().tolist() == [29.0, 9.0, 1.0]


def test_an_exact_size_does_not_keep_the_proportions(photograph):
    assert Preprocessing(resize=(40, 70), crop=None).pixels(photograph).shape == (3, 40, 70)


def test_a_crop_is_height_and_width_from_the_middle():
    """Columns 0 … 4 hold 0, 10 … 40; the middle three are 10, 20, 30; one row of three remains."""
    columns = np.repeat(np.arange(0, 50, 10, dtype=np.uint8)[None, :, None], 3, axis=0).repeat(3, axis=2)
    wanted = Preprocessing(resize=None, crop=(1, 3), scale=255.0, **PLAIN)
    assert wanted.pixels(Image.fromarray(columns))[0].tolist() == [[10.0, 20.0, 30.0]]


def test_nearest_makes_no_new_colours():
    squares = Image.fromarray(np.array([[0, 200], [200, 0]], dtype=np.uint8)).convert("RGB")
    wanted = Preprocessing(resize=(5, 5), crop=None, scale=255.0, interpolation="nearest", **PLAIN)
    assert set(wanted.pixels(squares).flatten().tolist()) == {0.0, 200.0}


def test_without_antialias_most_pixels_are_not_seen():
    """A white line in the first of 16 columns, shrunk to 2: PIL's triangle sees it, the two nearest do not."""
    line = np.zeros((4, 16, 3), dtype=np.uint8)
    line[:, 0] = 255
    averaged, near = (
        Preprocessing((1, 2), None, antialias=antialias, scale=255.0, **PLAIN).pixels(Image.fromarray(line))
        for antialias in (True, False)
    )
    assert (averaged[0, 0, 0] > 0, near[0, 0, 0].item()) == (True, 0.0)


def test_a_grey_picture_has_three_colours():
    wanted = Preprocessing(resize=(1, 1), crop=None, scale=255.0, **PLAIN)
    assert wanted.pixels(Image.new("L", (2, 2), 9)).flatten().tolist() == [9.0, 9.0, 9.0]


sides = st.one_of(st.integers(64, 90), st.tuples(st.integers(64, 90), st.integers(64, 90)))
colours = st.tuples(*[st.floats(0.125, 255)] * 3)


@given(
    st.builds(
        Preprocessing,
        resize=st.one_of(st.none(), sides),
        crop=st.integers(1, 64),
        mean=colours,
        deviation=colours,
        scale=st.sampled_from([1.0, 255.0]),
        interpolation=st.sampled_from(INTERPOLATIONS),
        antialias=st.booleans(),
        order=st.sampled_from(["RGB", "BGR"]),
    )
)
def test_json_gives_back_what_was_written(preprocessing):
    assert read_preprocessing(preprocessing.json()) == preprocessing


def test_a_file_says_only_what_differs_from_the_defaults(tmp_path):
    file = tmp_path / "pixels.json"
    file.write_text('{"resize": 224, "scale": 1}', encoding="utf-8")
    assert read_preprocessing(str(file)) == Preprocessing(resize=224)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 3}, r"has no field size; it has resize, crop, mean"),
        ({"resize": "big"}, r"resize is 'big': not a size; a size is null, 224, or \[height, width\]"),
        ({"resize": True}, r"resize is True: not a size"),
        ({"crop": 0}, r"crop is 0: not a size"),
        ({"crop": [3, 4, 5]}, r"crop is \[3, 4, 5\]: not a size"),
        ({"resize": 100}, r"crop is 224, resize is 100: a crop is no larger than the picture"),
        ({"resize": [300, 200]}, r"crop is 224, resize is \(300, 200\): a crop is no larger"),
        ({"crop": None}, r"resize is 256, crop is null: photographs would differ in size"),
        ({"mean": [1, 2]}, r"mean is \[1, 2\]: not three numbers"),
        ({"mean": ["a", 1, 2]}, r"not three numbers"),
        ({"deviation": [1, 0, 1]}, r"deviation is \[1, 0, 1\]: pixels are divided by it"),
        ({"scale": 2}, r"scale is 2: unknown; it is one of 1.0, 255.0"),
        ({"scale": True}, r"scale is True: unknown"),
        ({"antialias": 1}, r"antialias is 1: unknown; it is one of True, False"),
        ({"interpolation": "cubic"}, r"interpolation is 'cubic': unknown; it is one of bilinear, bicubic"),
        ({"order": "RBG"}, r"order is 'RBG': unknown; it is one of RGB, BGR"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_right(fields, message):
    with pytest.raises(InputError, match=message):
        read_preprocessing(json.dumps(fields))


def test_infinite_numbers_are_refused():
    with pytest.raises(InputError, match=r"mean is .*: not three numbers"):
        Preprocessing(mean=(float("nan"), 0.0, 0.0))


@pytest.mark.parametrize(
    ("text", "message"), [("[1]", "is not an object"), ("{", "is not JSON"), ("", "is not JSON")]
)
def test_a_file_that_is_no_object_is_refused(text, message, tmp_path):
    file = tmp_path / "pixels.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=f"pixels.json: {message}"):
        read_preprocessing(str(file))


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read: No such file"):
        read_preprocessing("nowhere.json")


def test_a_strip_that_would_fill_the_memory_is_refused():
    with pytest.raises(
        InputError, match=r"of 60000 × 1 pixels: too narrow .* at most 2048 times as long as wide"
    ):
        Preprocessing().pixels(Image.new("RGB", (60000, 1)))
