"""Finished and interrupted passes in a folder, valid for one fingerprint."""

import hashlib
import json
import os
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgexplain.activations.statistic import Statistic
from kgexplain.errors import EvidenceError
from kgexplain.inputs.images import Skipped

_FINGERPRINT = "fingerprint.json"


@dataclass(frozen=True)
class Progress:
    """How far a pass has come: the number of photographs behind it, and those that could not be read."""

    photographs: int = 0
    skipped: tuple[Skipped, ...] = ()
    finished: bool = False


class Evidence:
    """What passes have shown, kept in ``folder``: a killed run goes on, a finished pass is not run again.

    ``fingerprint`` is everything that the numbers depend on (weights, images, preprocessing …), by name. A folder
    that was recorded from something else is refused. ``seconds`` is the time between two saves.
    """

    def __init__(self, folder: Path, fingerprint: Mapping[str, str], seconds: float = 20.0) -> None:
        self.folder = folder
        self.seconds = seconds
        self._saved = time.monotonic()
        known = _read_fingerprint(folder / _FINGERPRINT)
        for name, value in fingerprint.items():
            if known is not None and known.get(name) != value:
                raise EvidenceError(
                    f"{folder}: recorded from {name} {known.get(name)}, not from {value}; "
                    "choose another folder or delete it"
                )
        if known is None:
            _make(folder)
            with _replaced(folder / _FINGERPRINT) as part:
                part.write_text(json.dumps(dict(fingerprint), indent=2, sort_keys=True) + "\n")

    def resume(self, statistics: Sequence[Statistic]) -> Progress:
        """Bring ``statistics`` to where the last pass over them stopped; a pass not yet begun is at 0."""
        path = self._path(statistics)
        if not path.exists():
            return Progress()
        try:
            with path.open("rb") as content, np.load(content, allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            progress = _progress(arrays)
            for index, statistic in enumerate(statistics):
                prefix = f"{index}."
                statistic.restore({k[len(prefix) :]: a for k, a in arrays.items() if k.startswith(prefix)})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise EvidenceError(
                f"{path}: not a whole recording ({error}); delete it and run again"
            ) from error
        return progress

    def save(self, statistics: Sequence[Statistic], progress: Progress) -> None:
        """Keep all that ``statistics`` know; the file is whole at any moment."""
        arrays = {f"{i}.{key}": array for i, s in enumerate(statistics) for key, array in s.state().items()}
        skipped = json.dumps([[s.key, s.reason] for s in progress.skipped])
        with _replaced(self._path(statistics)) as part, part.open("wb") as file:
            np.savez(
                file,
                allow_pickle=False,
                photographs=np.int64(progress.photographs),
                finished=np.bool_(progress.finished),
                skipped=np.array(skipped),
                **arrays,
            )
        self._saved = time.monotonic()

    def is_due(self) -> bool:
        """Whether it is time to save an unfinished pass."""
        return time.monotonic() - self._saved >= self.seconds

    def _path(self, statistics: Sequence[Statistic]) -> Path:
        identity = hashlib.sha256("\n".join(s.identity for s in statistics).encode()).hexdigest()
        return self.folder / f"pass-{identity[:16]}.npz"


def _progress(arrays: Mapping[str, np.ndarray]) -> Progress:
    skipped = tuple(Skipped(key, reason) for key, reason in json.loads(str(arrays["skipped"])))
    return Progress(int(arrays["photographs"]), skipped, bool(arrays["finished"]))


def _read_fingerprint(path: Path) -> dict[str, str] | None:
    if not path.exists():
        return None
    try:
        known: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"{path}: cannot be read ({error}); choose another folder or delete it"
        ) from error
    return known


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvidenceError(f"{folder}: cannot be made ({error.strerror}); choose another folder") from error


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A file to write beside ``path``, which takes its place when it is whole."""
    part = path.with_name(path.name + f".{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
