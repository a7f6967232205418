"""Layouts of what people voted: the SUN Attribute Database, and ScenicOrNot."""

import statistics
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from kgexplain.world.attributes import ATTRIBUTES, scenic_score, scenic_votes
from kgexplain.world.drawing.dice import Dice
from kgexplain.world.drawing.pictures import Picture
from kgexplain.world.layouts.classes import save


def sun_layout(folder: Path, pictures: Sequence[Picture]) -> None:
    """Write ``images/<letter>/<scene>/sun_<number>.png`` and, below ``SUNAttributeDB``, who saw what in them.

    ``labels_cv`` has a row a picture and a column an attribute: the share of three voters who saw it. The
    arrays are in one .npz by the names of the original's variables, and where SciPy is installed also in the
    three .mat files of the original.
    """
    paths = [f"{p.scene[0]}/{p.scene.replace(' ', '_')}/sun_{n:06d}.png" for n, p in enumerate(pictures)]
    for path, picture in zip(paths, pictures, strict=True):
        save(picture, folder / "images" / path)
    votes = np.array([[attribute.votes(picture) for attribute in ATTRIBUTES] for picture in pictures])
    database = folder / "SUNAttributeDB"
    database.mkdir(parents=True)
    names = [attribute.name for attribute in ATTRIBUTES]
    np.savez(
        database / "sun_attribute_db.npz",
        images=np.array(paths),
        attributes=np.array(names),
        labels_cv=votes / 3,
    )
    if find_spec("scipy"):
        _write_mat(database, paths, names, votes / 3)


def _write_mat(folder: Path, paths: list[str], names: list[str], labels: np.ndarray) -> None:
    savemat = import_module("scipy.io").savemat
    savemat(folder / "images.mat", {"images": _cells(paths)})
    savemat(folder / "attributes.mat", {"attributes": _cells(names)})
    savemat(folder / "attributeLabels_continuous.mat", {"labels_cv": labels})


def _cells(words: list[str]) -> np.ndarray:
    cells = np.empty((len(words), 1), dtype=object)
    cells[:, 0] = words
    return cells


def scenic_layout(folder: Path, pictures: Sequence[Picture], seed: int = 0) -> None:
    """Write ``images/<1 to 10>/<ID>.jpg``, ``votes.tsv``, and the true scores in ``scores.tsv``."""
    lines, scores = ["ID\tLat\tLon\tAverage\tVariance\tVotes\tGeograph URI\n"], ["ID\tScore\n"]
    for number, picture in enumerate(pictures, start=1):
        save(picture, folder / "images" / str((number - 1) % 10 + 1) / f"{number}.jpg")
        dice = Dice(seed, number)
        votes = scenic_votes(picture, dice)
        where = f"{dice.between(50, 58):.4f}\t{dice.between(-5, 1):.4f}"
        numbers = (
            f"{statistics.fmean(votes):.4f}\t{statistics.pvariance(votes):.4f}\t{','.join(map(str, votes))}"
        )
        lines.append(f"{number}\t{where}\t{numbers}\thttp://example.org/photo/{number}\n")
        scores.append(f"{number}\t{scenic_score(picture):.4f}\n")
    (folder / "votes.tsv").write_text("".join(lines), encoding="utf-8")
    (folder / "scores.tsv").write_text("".join(scores), encoding="utf-8")
