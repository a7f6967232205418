import io
import json
import os
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from kgexplain.errors import InputError
from kgexplain.inputs import photograph
from kgexplain.inputs.photograph import SILENCE, Fault, open_photograph, picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ORIENTATION = 0x0112


def pixels(image):
    """Rows of colours."""
    return [[image.getpixel((x, y)) for x in range(image.width)] for y in range(image.height)]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, rows, kind=2):
    """A PNG of 8 bits that says it has this width and height, whatever its rows are."""
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def noise(side=64):
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (side, side, 3), dtype=np.uint8))


def coded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def truncated(kind, **options):
    content = coded(noise(), kind, **options)
    return content[: len(content) // 2]


@pytest.fixture
def file(tmp_path):
    """Writes bytes, or a picture, into a file; its path."""

    def written(content, name="a.png", **options):
        path = tmp_path / name
        if isinstance(content, Image.Image):
            content.save(path, **options)
        else:
            path.write_bytes(content)
        return path

    return written


def reason(path):
    fault = picture(path)
    assert isinstance(fault, Fault)
    return fault.reason


def test_a_picture_is_what_was_saved(file):
    """Two pixels, red and blue; PNG loses nothing."""
    two = Image.new("RGB", (2, 1), RED)
    two.putpixel((1, 0), BLUE)
    assert pixels(open_photograph(file(two))) == [[RED, BLUE]]


def test_a_file_may_be_named_by_a_string(file):
    assert open_photograph(str(file(Image.new("RGB", (1, 1), RED)))).size == (1, 1)


def test_one_pixel_is_a_picture(file):
    assert pixels(open_photograph(file(Image.new("RGB", (1, 1), GREEN)))) == [[GREEN]]


def test_what_a_file_holds_counts_and_not_its_suffix(file):
    content = coded(Image.new("RGB", (2, 2), BLUE), "PNG")
    assert pixels(open_photograph(file(content, "a.jpg")))[0][0] == BLUE


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 77, (77, 77, 77)),
        ("1", 1, WHITE),
        ("LA", (10, 255), (10, 10, 10)),
        ("RGBA", (*RED, 255), RED),
    ],
)
def test_opaque_modes_keep_their_colour(mode, colour, expected, file):
    assert pixels(open_photograph(file(Image.new(mode, (1, 1), colour)))) == [[expected]]


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGBA", (255, 0, 0, 0), WHITE),
        ("LA", (10, 0), WHITE),
        ("RGBA", (0, 0, 0, 51), (204, 204, 204)),
    ],
)
def test_transparent_parts_are_on_white(mode, colour, expected, file):
    """A fifth of black (51 of 255) on white is 255 · 4/5 = 204."""
    assert pixels(open_photograph(file(Image.new(mode, (1, 1), colour)))) == [[expected]]


def palette():
    three = Image.new("P", (3, 1))
    three.putpalette([*RED, *GREEN, *BLUE])
    for x in range(3):
        three.putpixel((x, 0), x)
    return three


def test_a_palette_gives_its_colours(file):
    assert pixels(open_photograph(file(palette()))) == [[RED, GREEN, BLUE]]


def test_one_transparent_entry_of_a_palette_is_white(file):
    assert pixels(open_photograph(file(palette(), transparency=1))) == [[RED, WHITE, BLUE]]


def test_a_palette_with_an_opacity_for_each_entry_is_laid_on_white(file):
    """Opacities 255, 0 and 51: red, white, and a fifth of blue on white, (204, 204, 255)."""
    shown = pixels(open_photograph(file(palette(), transparency=bytes([255, 0, 51]))))
    assert shown == [[RED, WHITE, (204, 204, 255)]]


def test_a_transparent_colour_of_an_rgb_picture_is_white(file):
    two = Image.new("RGB", (2, 1), RED)
    two.putpixel((1, 0), BLUE)
    assert pixels(open_photograph(file(two, transparency=BLUE))) == [[RED, WHITE]]


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.pgm"])
def test_sixteen_bits_are_scaled_and_not_cut_off(name, file):
    """v / 257, rounded: 0, 128 (0.498), 129 (0.502), 32896 (128), 65535 (255)."""
    values = np.array([[0, 128, 129, 32896, 65535]], dtype=np.uint16)
    shown = pixels(open_photograph(file(Image.fromarray(values), name)))
    assert [colour[0] for colour in shown[0]] == [0, 0, 1, 128, 255]


def test_a_grey_of_sixteen_bits_is_a_grey(file):
    shown = pixels(open_photograph(file(Image.fromarray(np.array([[25700]], dtype=np.uint16)))))
    assert shown == [[(100, 100, 100)]]


@pytest.mark.parametrize("value", [-1, 65536])
def test_whole_numbers_beyond_sixteen_bits_are_no_picture(value, file):
    path = file(Image.fromarray(np.array([[value]], dtype=np.int32)), "a.tif")
    assert (
        reason(path) == "cannot be decoded: its pixels exceed 16 bits, and which value is white is not said"
    )


def test_fractions_are_no_picture(file):
    path = file(Image.fromarray(np.array([[0.5]], dtype=np.float32)), "a.tif")
    expected = "cannot be decoded: its pixels are fractions, and which of them is white is not said"
    assert reason(path) == expected


def without_adobe(content):
    """A JPEG without the segment in which Adobe's programs say that inks are inverted."""
    start = content.index(b"\xff\xee")
    (length,) = struct.unpack(">H", content[start + 2 : start + 4])
    return content[:start] + content[start + 2 + length :]


INKS = Image.new("CMYK", (8, 8), (0, 255, 255, 0))


def test_cmyk_as_adobe_writes_it_is_red(file):
    """No cyan, all magenta and yellow, no black: red. In the file, Adobe's way, inks are inverted."""
    content = coded(INKS, "JPEG", quality=100)
    assert b"Adobe" in content
    assert np.abs(np.asarray(open_photograph(file(content, "a.jpg"))).astype(int) - RED).max() <= 3


def test_cmyk_that_does_not_say_adobe_is_read_as_adobes(file):
    """Such files come from the same programs, with their remarks stripped off."""
    content = without_adobe(coded(INKS, "JPEG", quality=100))
    assert b"Adobe" not in content
    assert np.abs(np.asarray(open_photograph(file(content, "a.jpg"))).astype(int) - RED).max() <= 3


def test_black_ink_is_black(file):
    content = coded(Image.new("CMYK", (8, 8), (0, 0, 0, 255)), "JPEG", quality=100)
    assert np.asarray(open_photograph(file(content, "a.jpg"))).max() <= 3


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_of_an_animation_the_first_frame_is_shown(name, file):
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, GREEN, BLUE)]
    options = {"lossless": True} if name == "a.webp" else {}
    path = file(frames[0], name, save_all=True, append_images=frames[1:], **options)
    with Image.open(path) as animation:
        assert animation.n_frames == 3
    assert pixels(open_photograph(path))[3][3] == RED


def test_a_gifs_transparent_parts_are_white(file):
    assert pixels(open_photograph(file(palette(), "a.gif", transparency=2))) == [[RED, GREEN, WHITE]]


CORNERS = ("lt", "rt", "lb", "rb")
SEEN = {1: "lt", 2: "rt", 3: "rb", 4: "lb", 5: "lt", 6: "rt", 7: "rb", 8: "lb"}
"""Where the first stored pixel is seen; EXIF: row 0 is seen at the top, top, bottom, bottom, left, right, right, left,
and column 0 at the left, right, right, left, top, top, bottom, bottom."""


def turned(orientation):
    """What 3 × 2 numbers 0 … 5 look like, by EXIF's table, built row by row."""
    stored = [[0, 1, 2], [3, 4, 5]]
    mirrored = [row[::-1] for row in stored]
    columns = [[0, 3], [1, 4], [2, 5]]
    return {
        1: stored,
        2: mirrored,
        3: mirrored[::-1],
        4: stored[::-1],
        5: columns,
        6: [row[::-1] for row in columns],
        7: [row[::-1] for row in columns][::-1],
        8: columns[::-1],
    }[orientation]


def with_orientation(orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def six(orientation, name, file):
    """A file with the numbers 0 … 5, as greys 0, 40 … 200, in two rows, and an orientation."""
    greys = Image.fromarray(np.arange(0, 240, 40, dtype=np.uint8).reshape(2, 3)).convert("RGB")
    options = {"lossless": True} if name.endswith("webp") else {}
    return file(greys, name, exif=with_orientation(orientation), **options)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_exif_says(orientation, name, file):
    shown = open_photograph(six(orientation, name, file))
    assert [[colour[0] // 40 for colour in row] for row in pixels(shown)] == turned(orientation)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["L", "RGBA", "CMYK", "I;16"])
def test_a_turned_tiff_that_pil_would_map_into_memory_is_not_scrambled(mode, orientation, file):
    """Uncompressed, of these modes, and opened by its path, a file would not be decoded but mapped."""
    greys = Image.fromarray(np.arange(0, 240, 40, dtype=np.uint8).reshape(2, 3))
    deep = Image.fromarray(np.asarray(greys).astype(np.uint16) * 257)
    stored = deep if mode == "I;16" else greys.convert("RGB").convert(mode)
    shown = open_photograph(file(stored, "a.tif", exif=with_orientation(orientation)))
    assert [[colour[0] // 40 for colour in row] for row in pixels(shown)] == turned(orientation)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_first_corner_of_a_turned_jpeg_is_where_exif_says(orientation, file):
    """A picture of 32 × 16, black but for white in its first corner; JPEG is not exact, corners are."""
    stored = Image.new("RGB", (32, 16))
    stored.paste(WHITE, (0, 0, 8, 8))
    shown = open_photograph(file(stored, "a.jpg", exif=with_orientation(orientation)))
    right, bottom = shown.width - 2, shown.height - 2
    places = dict(zip(CORNERS, ((1, 1), (right, 1), (1, bottom), (right, bottom)), strict=True))
    assert [c for c in CORNERS if shown.getpixel(places[c])[0] > 128] == [SEEN[orientation]]


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation, file):
    shown = open_photograph(six(orientation, "a.png", file))
    assert [[colour[0] // 40 for colour in row] for row in pixels(shown)] == turned(1)


def test_an_upright_picture_does_not_ask_to_be_turned_again(file):
    shown = open_photograph(six(6, "a.png", file))
    assert ImageOps.exif_transpose(shown).size == shown.size == (2, 3)


def test_a_grey_transparent_picture_is_turned_too(file):
    two = Image.new("LA", (2, 1), (0, 255))
    two.putpixel((1, 0), (0, 0))
    shown = open_photograph(file(two, exif=with_orientation(6)))
    assert pixels(shown) == [[(0, 0, 0)], [WHITE]]


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0MM",
        b"Exif\0\0not a TIFF header at all",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x04\0\0\0\xff\xff\xff\x7f",
    ],
)
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_a_picture_with_broken_exif_is_shown_as_it_is_stored(exif, name, file):
    wide = Image.new("RGB", (16, 8), WHITE)
    assert open_photograph(file(wide, name, exif=exif)).size == (16, 8)


@given(st.data())
def test_no_exif_makes_a_picture_unreadable(data):
    """The bytes of a real EXIF block, some of them overwritten, the end cut off."""
    real = bytearray(with_orientation(6).tobytes())
    for place in data.draw(st.lists(st.integers(6, len(real) - 1), max_size=5)):
        real[place] = data.draw(st.sampled_from([0, 1, 2, 255]) | st.integers(0, 255))
    image = Image.new("RGB", (3, 2), RED)
    image.info["exif"] = bytes(real[: data.draw(st.integers(0, len(real)))])
    with SILENCE:
        assert sorted(photograph.upright(image).size) == [2, 3]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("JPEG", "a.jpg"), ("PNG", "a.png"), ("GIF", "a.gif"), ("BMP", "a.bmp"), ("WEBP", "a.webp")],
)
def test_a_truncated_file_gives_no_picture(kind, name, file):
    """Never half a picture: what is missing would be shown grey."""
    assert reason(file(truncated(kind), name)).startswith(("cannot be decoded: ", "not an image"))


def test_what_pil_says_of_a_truncated_jpeg_is_passed_on(file):
    message = r"^cannot be decoded: image file is truncated \(\d+ bytes not processed\)$"
    with pytest.raises(InputError, match=message.replace("^", "a.jpg: ").replace("$", "; readable are JPEG")):
        open_photograph(file(truncated("JPEG"), "a.jpg"))


def test_a_png_with_a_wrong_checksum_gives_no_picture(file):
    content = bytearray(coded(Image.new("RGB", (4, 4), RED), "PNG"))
    content[content.index(b"IHDR") + 4 + 13] ^= 255
    assert reason(file(bytes(content))) in (
        "not an image of a kind that can be read",
        "cannot be decoded: broken PNG file",
    )


def test_a_file_without_a_byte_is_empty(file):
    assert reason(file(b"", "a.jpg")) == "empty file"


def test_text_named_as_a_picture_is_none(file):
    assert reason(file(b"<html>404 Not Found</html>", "a.jpg")) == "not an image of a kind that can be read"


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert reason(tmp_path / "a.jpg") == "no such file"


def test_a_folder_is_not_a_file(tmp_path):
    assert reason(tmp_path) == "not a file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")
    assert reason(tmp_path / "a.jpg") == "not a file"


def test_a_file_that_may_not_be_read_is_said(file, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = file(Image.new("RGB", (1, 1)))
    monkeypatch.setattr(Image, "open", refused)
    assert reason(path) == "Permission denied"


def test_a_decoder_that_raises_without_a_word_is_named_by_its_error(file, monkeypatch):
    def broken(*_, **__):
        raise IndexError

    path = file(Image.new("RGB", (1, 1)))
    monkeypatch.setattr(Image, "open", broken)
    assert reason(path) == "cannot be decoded: IndexError"


def test_a_program_in_postscript_is_never_run(file):
    """PIL would start Ghostscript for it."""
    content = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
    assert reason(file(content, "a.jpg")) == "not an image of a kind that can be read"


@pytest.mark.parametrize("content", [b"P6 0 5 255\n", png(0, 5, b"")])
def test_a_picture_without_pixels_is_none(content, file):
    assert reason(file(content)) == "not an image of a kind that can be read"


def test_the_message_names_file_fault_and_what_can_be_read(tmp_path):
    with pytest.raises(InputError, match=r"none\.jpg: no such file; readable are JPEG, PNG, GIF, .*TIFF"):
        open_photograph(tmp_path / "none.jpg")


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_small_file_that_would_fill_the_memory_is_refused(side, file):
    """10,000² pixels are more than PIL's limit, of which it warns; 60,000² are more than twice that: an error."""
    bomb = file(png(side, side, b"\0" * 1000))
    assert bomb.stat().st_size < 200
    assert reason(bomb) == f"more than {Image.MAX_IMAGE_PIXELS} pixels, could be a decompression bomb"


@pytest.mark.parametrize(("limit", "is_refused"), [(99, True), (100, False), (49, True), (None, False)])
def test_the_limit_is_that_of_pil_and_one_may_change_it(limit, is_refused, file, monkeypatch):
    path = file(Image.new("RGB", (10, 10)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    assert isinstance(picture(path), Fault) == is_refused


def test_a_refused_bomb_is_told_with_the_limit(file, monkeypatch):
    path = file(Image.new("RGB", (10, 10)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 50)
    with pytest.raises(InputError, match=r"a\.png: more than 50 pixels, could be a decompression bomb; "):
        open_photograph(path)


def complaining(file):
    """A JPEG of which PIL warns: its EXIF block ends too early."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0"
    return file(Image.new("RGB", (8, 8)), "a.jpg", exif=exif)


def read_by_pil(path):
    with Image.open(path) as image:
        image.load()
        return image.getexif().get(ORIENTATION)


def test_pil_warns_of_the_file_that_these_tests_read(file):
    """Otherwise the tests below would test nothing."""
    with pytest.warns(UserWarning, match="Corrupt EXIF data"):
        read_by_pil(complaining(file))


def test_a_file_of_which_pil_warns_is_read_without_a_word(file):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        open_photograph(complaining(file))
    assert heard == []


def test_pil_warns_others_as_before_when_a_picture_was_read(file):
    path = complaining(file)
    open_photograph(path)
    with pytest.warns(UserWarning, match="Corrupt EXIF data"):
        read_by_pil(path)


def test_filters_are_the_same_before_and_after(file):
    before = list(warnings.filters)
    open_photograph(complaining(file))
    assert list(warnings.filters) == before


def test_filters_are_the_same_before_and_after_a_picture_that_fails(file):
    before = list(warnings.filters)
    picture(file(truncated("JPEG"), "a.jpg"))
    assert list(warnings.filters) == before


def test_warnings_stay_silent_in_many_threads_at_once(file):
    """Warnings are errors here, and an error would be a fault of the picture, or be raised."""
    path = complaining(file)
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(picture, [path] * 200))
    assert (any(isinstance(p, Fault) for p in read), list(warnings.filters)) == (False, before)


def test_one_thread_leaving_does_not_end_the_silence_of_another(file):
    path = complaining(file)
    with SILENCE:
        thread = threading.Thread(target=picture, args=[path])
        thread.start()
        thread.join()
        assert read_by_pil(path) is not None


def test_other_warnings_are_heard_in_the_silence():
    with SILENCE, pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", stacklevel=1)


def test_the_silence_ends_also_where_filters_were_swapped_meanwhile():
    before = list(warnings.filters)
    with warnings.catch_warnings():
        SILENCE.__enter__()
        inner = warnings.catch_warnings()
        inner.__enter__()
        SILENCE.__exit__()
        assert SILENCE.FILTER not in warnings.filters
        inner.__exit__()
        assert SILENCE.FILTER not in warnings.filters
    assert list(warnings.filters) == before


def test_the_silence_ends_also_where_it_outlives_a_swap():
    with warnings.catch_warnings():
        with warnings.catch_warnings():
            SILENCE.__enter__()
        SILENCE.__exit__()
        assert SILENCE.FILTER not in warnings.filters


def test_nothing_is_heard_outside_of_a_test_either(file):
    """In a program of its own, with every warning an error: what comes out is the size, and no word beside it."""
    code = (
        "import json, sys; from kgexplain.inputs.photograph import open_photograph;"
        "print(json.dumps(open_photograph(sys.argv[1]).size))"
    )
    command = [sys.executable, "-W", "error::UserWarning", "-c", code, str(complaining(file))]
    ended = subprocess.run(command, capture_output=True, check=True, text=True)
    assert (json.loads(ended.stdout), ended.stderr) == ([8, 8], "")
