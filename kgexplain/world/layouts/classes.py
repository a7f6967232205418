"""Class folders, as ImageNet's: the folder of a photograph is the wnid of its class."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kgexplain.world.drawing.pictures import Picture
from kgexplain.world.things import Thing


@dataclass(frozen=True)
class Sample:
    """One picture of a class, numbered from 0 within it."""

    thing: Thing
    number: int
    picture: Picture

    @property
    def stem(self) -> str:
        """The picture's file name without ending: ``n01443537_0``."""
        return f"{self.thing.wnid}_{self.number}"

    @property
    def is_training(self) -> bool:
        """Whether it is for training, as seven of every ten pictures of a class, or for testing."""
        return self.number % 10 < 7


def class_folders(folder: Path, samples: Sequence[Sample]) -> None:
    """Write each picture as ``<wnid>/<wnid>_<number>.png``."""
    for sample in samples:
        save(sample.picture, folder / sample.thing.wnid / f"{sample.stem}.png")


def save(picture: Picture, path: Path) -> None:
    """Write a picture, in the format that its name ends with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.image().save(path, quality=95)
