"""How a network wants its pixels: size, colours and their scale."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor
from torchvision.transforms import InterpolationMode, functional

from kgexplain.errors import InputError

Side: TypeAlias = int | tuple[int, int]

INTERPOLATIONS = ("bilinear", "bicubic", "nearest")
ORDERS = ("RGB", "BGR")
SCALES = (1.0, 255.0)
FIELDS = ("resize", "crop", "mean", "deviation", "scale", "interpolation", "antialias", "order")

# Resizing the shorter side lengthens the other: a strip of 1 × 60,000 pixels would become 256 × 15,360,000.
MOST_PIXELS = 2**27


@dataclass(frozen=True)
class Preprocessing:
    """What is done to a photograph before a network sees it; the defaults are those of most ImageNet networks.

    In this order: ``resize`` (the shorter side, or exactly height and width), ``crop`` from the centre (a square's
    side, or height and width), colours as 0 to ``scale`` (1 or 255), in ``order`` (RGB, or BGR as in Caffe), minus
    ``mean``, divided by ``deviation``, both in that scale and order. ``antialias`` tells whether shrinking averages
    over all pixels, as PIL does, or looks at the nearest few only, as tensors were resized in older code. What a crop
    needs beyond the picture is black.

    >>> Preprocessing(resize=(227, 227), crop=None, scale=255.0, deviation=(1.0, 1.0, 1.0)).size
    (227, 227)
    """

    resize: Side | None = 256
    crop: Side | None = 224
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    deviation: tuple[float, float, float] = (0.229, 0.224, 0.225)
    scale: float = 1.0
    interpolation: str = "bilinear"
    antialias: bool = True
    order: str = "RGB"

    def __post_init__(self) -> None:
        for name in FIELDS:
            object.__setattr__(self, name, checked(name, getattr(self, name)))
        self._check_sizes()

    def _check_sizes(self) -> None:
        if self.crop is None and not isinstance(self.resize, tuple):
            raise InputError(
                f"resize is {self.resize}, crop is null: photographs would differ in size; "
                "give crop, or resize as [height, width]"
            )
        if self.resize is None or self.crop is None:
            return
        if any(inner > outer for inner, outer in zip(both(self.crop), both(self.resize), strict=True)):
            raise InputError(
                f"crop is {self.crop}, resize is {self.resize}: a crop is no larger than the picture"
            )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of what the network sees."""
        return both(self.crop or self.resize or 0)

    def pixels(self, photograph: Image.Image) -> Float[Tensor, "3 height width"]:
        """What the network wants to see of a photograph; on torchvision's presets, the same to the last bit."""
        picture = self._seen(photograph)
        numbers = picture if isinstance(picture, Tensor) else functional.pil_to_tensor(picture)
        scaled = functional.convert_image_dtype(numbers) if self.scale == 1 else numbers.to(torch.float32)
        ordered = scaled if self.order == "RGB" else scaled.flip(0)
        result: Tensor = functional.normalize(ordered, list(self.mean), list(self.deviation))
        return result

    def seen(self, photograph: Image.Image) -> Image.Image:
        """The part of a photograph that the network sees, at the size at which it sees it, as a picture."""
        picture = self._seen(photograph)
        return functional.to_pil_image(picture) if isinstance(picture, Tensor) else picture

    def _seen(self, photograph: Image.Image) -> Image.Image | Tensor:
        picture: Image.Image | Tensor = photograph if photograph.mode == "RGB" else photograph.convert("RGB")
        if not self.antialias:
            # PIL cannot shrink without averaging, tensors can.
            picture = functional.pil_to_tensor(picture)
        return self._sized(picture, photograph.size)

    def _sized(self, picture: Image.Image | Tensor, size: tuple[int, int]) -> Image.Image | Tensor:
        if self.resize is not None:
            refuse_strips(size, self.resize)
            mode = InterpolationMode(self.interpolation)
            wanted = [self.resize] if isinstance(self.resize, int) else list(self.resize)
            picture = functional.resize(picture, wanted, interpolation=mode, antialias=self.antialias)
        return picture if self.crop is None else functional.center_crop(picture, list(both(self.crop)))

    def json(self) -> str:
        """These fields as JSON, which ``read_preprocessing`` reads.

        >>> read_preprocessing(Preprocessing(resize=224).json()).resize
        224
        """
        return json.dumps(asdict(self))


def of_preset(preset: Any) -> Preprocessing:
    """The preprocessing that torchvision ships with weights (``weights.transforms()``)."""
    return Preprocessing(
        resize=tuple(preset.resize_size) if len(preset.resize_size) == 2 else preset.resize_size[0],
        crop=tuple(preset.crop_size) if len(preset.crop_size) == 2 else preset.crop_size[0],
        mean=tuple(preset.mean),
        deviation=tuple(preset.std),
        interpolation=preset.interpolation.value,
        antialias=bool(preset.antialias),
    )


def read_preprocessing(text: str) -> Preprocessing:
    """The preprocessing in a JSON file, or in JSON itself (what begins with a brace); absent fields have defaults.

    >>> read_preprocessing('{"resize": [96, 128], "crop": null, "order": "BGR"}').size
    (96, 128)
    """
    try:
        is_json = text.lstrip().startswith("{")
        given = json.loads(text if is_json else Path(text).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"preprocessing {text}: cannot be read: {error.strerror}; give a JSON file"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"preprocessing {text}: is not JSON: {error}; give {example()}") from error
    if not isinstance(given, dict):
        raise InputError(f"preprocessing {text}: is not an object with fields; give {example()}")
    if unknown := [name for name in given if name not in FIELDS]:
        raise InputError(
            f"preprocessing {text}: has no field {', '.join(unknown)}; it has {', '.join(FIELDS)}"
        )
    return Preprocessing(**{name: checked(name, value) for name, value in given.items()})


def example() -> str:
    """The default preprocessing as JSON, for messages."""
    return Preprocessing().json()


def checked(name: str, value: object) -> Any:
    """A field's value as it is kept; what it cannot be is an InputError.

    >>> checked("resize", [96, 128]), checked("scale", 255)
    ((96, 128), 255.0)
    """
    match name:
        case "resize" | "crop":
            return side(name, value)
        case "mean" | "deviation":
            return colours(name, value)
        case "scale":
            return float(one_of(name, value, SCALES))
        case "antialias":
            return one_of(name, value, (True, False))
        case "interpolation":
            return one_of(name, value, INTERPOLATIONS)
        case _:
            return one_of(name, value, ORDERS)


def side(name: str, value: object) -> Side | None:
    """A size as given by JSON or Python: None, a whole number, or a pair of them."""
    if value is None or is_length(value):
        return value  # type: ignore[return-value]
    if isinstance(value, list | tuple) and len(value) == 2 and all(map(is_length, value)):
        return value[0], value[1]
    raise InputError(
        f"{name} is {value!r}: not a size; a size is null, 224, or [height, width], at most 65536"
    )


def is_length(value: object) -> bool:
    """Whether this is a number of pixels."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 2**16


def colours(name: str, value: object) -> tuple[float, float, float]:
    """One number for each of three colours; pixels are divided by the deviations."""
    numbers = tuple(value) if isinstance(value, list | tuple) else ()
    if len(numbers) != 3 or not all(map(is_finite, numbers)):
        raise InputError(f"{name} is {value!r}: not three numbers; give one for each colour")
    if name == "deviation" and 0 in numbers:
        raise InputError(f"{name} is {value!r}: pixels are divided by it; no colour's can be 0")
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


def is_finite(value: object) -> bool:
    """Whether this is a number that one can subtract."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def one_of(name: str, value: object, allowed: tuple[Any, ...]) -> Any:
    """The one of the allowed values that is meant; ``True`` is not the number 1 here."""
    for one in allowed:
        if value == one and isinstance(value, bool) == isinstance(one, bool):
            return one
    raise InputError(f"{name} is {value!r}: unknown; it is one of {', '.join(map(str, allowed))}")


def both(length: Side) -> tuple[int, int]:
    """Height and width, of a square if only one is given."""
    return (length, length) if isinstance(length, int) else length


def refuse_strips(size: tuple[int, int], resize: Side) -> None:
    """Refuses a photograph so long and narrow that its resized self would fill the memory."""
    if isinstance(resize, int) and resize * resize * max(size) // min(size) > MOST_PIXELS:
        raise InputError(
            f"photograph of {size[0]} × {size[1]} pixels: too narrow to make its shorter side {resize}; "
            f"at most {MOST_PIXELS // resize**2} times as long as wide, or resize as [height, width]"
        )
