"""One photograph: where it is, and its picture, upright and in RGB, or why there is none."""

import hashlib
import re
import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeVar, cast

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from kgexplain.errors import InputError

T = TypeVar("T")

ABSENT = "absent"

# Left out on purpose: EPS, which starts Ghostscript, and TGA, which has no signature and "reads" any bytes. HEIF is
# there where the program has registered a reader for it.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF", "JPEG2000", "HEIF")

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation."""

SIDEWAYS = {TURNS[orientation] for orientation in (5, 6, 7, 8)}


@dataclass(frozen=True, slots=True)
class Photograph:
    """A file that should hold a picture, and its class.

    ``key`` is its path below the images' root, parts joined by "/"; ``label`` the index of its class in the network,
    −1 if unknown; ``class_key`` the key of that class; ``content`` the SHA-256 of the file, "absent" if none is there.
    """

    key: str
    path: Path
    label: int
    class_key: str = ""
    content: str = ""


@dataclass(frozen=True)
class Skipped:
    """A photograph that could not be shown, and why."""

    key: str
    reason: str


class Fault(NamedTuple):
    """Why a file gives no picture; does not name the file."""

    reason: str


class Silence:
    """While a thread is inside, no warning of PIL's is shown or raised as an error.

    ``warnings.catch_warnings`` is no way to do this in threads: it swaps the filters of the whole process, and threads
    that overlap leave the filters of one to another. Here one more filter, for PIL's modules alone, lies on top of
    the others from the first thread's coming to the last one's going; nothing else is touched.
    """

    FILTER = ("ignore", None, Warning, re.compile(r"PIL\."), 0)

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._laid: list[list[object]] = []

    def __enter__(self) -> None:
        # Not warnings.filterwarnings: it makes Python forget which warnings it has shown, so that each would come again.
        filters = cast("list[object]", warnings.filters)
        with self._lock:
            self._inside += 1
            if filters[:1] != [self.FILTER]:
                filters.insert(0, self.FILTER)
                self._laid.append(filters)

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                # Somebody's catch_warnings may have begun meanwhile, with a copy, or ended, with what was before.
                for filters in (*self._laid, cast("list[object]", warnings.filters)):
                    while self.FILTER in filters:
                        filters.remove(self.FILTER)
                self._laid.clear()


SILENCE = Silence()


def open_photograph(path: str | Path) -> Image.Image:
    """The picture in a file, upright and in RGB.

    Of an animation the first frame; transparent parts on white; 16-bit grey scaled to 8 bits; CMYK by PIL's formula,
    without colour profiles. A file without a readable picture is an InputError.
    """
    opened = picture(Path(path))
    if isinstance(opened, Fault):
        raise InputError(f"{path}: {opened.reason}; readable are {', '.join(formats())}")
    return opened


def picture(path: Path) -> Image.Image | Fault:
    """The picture that ``open_photograph`` gives, or why there is none."""
    return content(path, upright)


def content(path: Path, reader: Callable[[Image.Image], T]) -> T | Fault:
    """What ``reader`` finds in the image that a file holds, or why there is none."""
    try:
        return decoded(path, reader)
    except Image.DecompressionBombError:
        return too_large()
    except UnidentifiedImageError:
        return Fault("not an image of a kind that can be read")
    except OSError as error:
        return Fault(error.strerror or f"cannot be decoded: {error}")
    except Exception as error:  # noqa: BLE001  (there is nothing that a decoder does not raise on some broken file)
        return Fault(f"cannot be decoded: {str(error) or type(error).__name__}")


def decoded(path: Path, reader: Callable[[Image.Image], T]) -> T | Fault:
    """What ``reader`` finds in a file's image; what PIL finds wrong with it is raised as PIL raises it."""
    if not path.is_file():
        return Fault("not a file" if path.exists() else "no such file")
    if path.stat().st_size == 0:
        return Fault("empty file")
    # Not by its path: PIL would map some TIFFs into memory, by their upright size, and scramble what is stored turned.
    with SILENCE, path.open("rb") as file, Image.open(file, formats=formats()) as image:
        is_large = Image.MAX_IMAGE_PIXELS is not None and image.width * image.height > Image.MAX_IMAGE_PIXELS
        return too_large() if is_large else reader(image)


def too_large() -> Fault:
    """What is said of a picture so large that it may be there to fill the memory."""
    return Fault(f"more than {Image.MAX_IMAGE_PIXELS} pixels, could be a decompression bomb")


@cache
def formats() -> tuple[str, ...]:
    """The formats that this installation of PIL reads."""
    Image.init()
    return tuple(f for f in FORMATS if f in Image.OPEN)


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Columns and rows of the picture once it is upright; its pixels are not decoded."""
    columns, rows = image.size
    # PIL says the upright size of a TIFF from the start.
    is_turned = image.format != "TIFF" and orientation_turn(image) in SIDEWAYS
    return (rows, columns) if is_turned else (columns, rows)


def upright(image: Image.Image) -> Image.Image:
    """The picture in RGB, turned as its EXIF orientation says, and without EXIF that would have it turned again.

    A broken EXIF block says nothing about the pixels: the picture stays as it is.
    """
    coloured = rgb(image)
    # After the pixels: PIL turns TIFF itself when it reads them, and then forgets the orientation.
    turn = orientation_turn(image)
    turned = coloured if turn is None else coloured.transpose(turn)
    turned.info = {}
    return turned


def orientation_turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the picture upright; None if it is, or does not say."""
    try:
        return TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        struct.error,
    ):
        return None


def rgb(image: Image.Image) -> Image.Image:
    """The picture in 8-bit RGB; transparent parts on white.

    White, because such pictures are made for a page; the colour that lies under full transparency is accidental.
    """
    if image.mode == "F":
        raise ValueError("its pixels are fractions, and which of them is white is not said")
    if image.mode.startswith("I"):
        return eight_bits(image).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image.convert("RGBA"))
    return page.convert("RGB")


def eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey as 8-bit grey, white staying white: v / 257, rounded.

    PIL's own conversion cuts everything above 255 off.
    """
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ValueError("its pixels exceed 16 bits, and which value is white is not said")
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; "absent" if none is there that can be read."""
    try:
        # A pipe or a device may have no end.
        if not path.is_file():
            return ABSENT
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ABSENT
