"""Files of assertions, line by line: packed or plain, counted, digested, with a progress bar."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Never

from tqdm import tqdm

from kgexplain.errors import InputError

BREAKS = (EOFError, zlib.error, gzip.BadGzipFile)
"""What comes out of a packed file that is cut off or damaged."""

_GZIP = b"\x1f\x8b"
# Read at once from the disk, unpacked, digested and counted.
_PIECE = 1 << 20


class _Raw(io.RawIOBase):
    """The bytes of a file as they lie there, digested and counted while they are read."""

    def __init__(self, file: BinaryIO, bar: "tqdm[Never]") -> None:
        self._file, self._bar = file, bar
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer)  # type: ignore[attr-defined]
        self.digest.update(memoryview(buffer)[:count])
        self._bar.update(count)
        return int(count)


class _Unpacked(io.RawIOBase):
    """The bytes of a packed file; where it breaks off, all that came before has been read."""

    def __init__(self, packed: "io.BufferedReader[_Raw]") -> None:
        self._file = gzip.GzipFile(fileobj=packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # GzipFile.readinto would throw away what it has when the next piece is missing.
        piece = self._file.read1(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


class Lines:
    """The lines of a file, and, when they have been read, how many they were and the digest of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0
        self.sha256 = ""

    def __iter__(self) -> Iterator[bytes]:
        try:
            size = self.path.stat().st_size
            with self.path.open("rb", buffering=0) as file, self._bar(size) as bar:
                yield from self._read(_Raw(file, bar))
        except gzip.BadGzipFile:
            raise
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read ({error.strerror or error})") from error

    def broken(self, what: str) -> InputError:
        """The error of a line, the one after those that were counted; nothing of the file is used."""
        return InputError(f"{self.path}, line {self.number + 1:,}: {what}; nothing was imported")

    def _read(self, raw: _Raw) -> Iterator[bytes]:
        whole = io.BufferedReader(raw, _PIECE)
        packed = whole.peek(2)[:2] == _GZIP
        lines = io.BufferedReader(_Unpacked(whole), _PIECE) if packed else whole
        yield from lines
        # What follows the last line belongs to the digest, too.
        while whole.read(_PIECE):
            pass
        self.sha256 = raw.digest.hexdigest()

    def _bar(self, size: int) -> "tqdm[Never]":
        return tqdm(total=size, desc=self.path.name, unit="B", unit_scale=True, disable=None, leave=False)
