"""WordNet 3.0 synsets in other dictionaries: the Collaborative Interlingual Index and what it leads to."""

import gzip
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests
from pyoxigraph import NamedNode

from kgexplain.errors import InputError
from kgexplain.vocabulary import PREFIXES

ADDRESS = "https://raw.githubusercontent.com/globalwordnet/cili/master/"
"""Where the maps of the Collaborative Interlingual Index are published (CC BY 4.0)."""

VERSIONS = ("pwn30", "pwn31")
_SECONDS = 30.0
# The first digit of a synset in the IRIs of 3.1 that ConceptNet has.
_PARTS_OF_SPEECH = {"n": 1, "v": 2, "a": 3, "s": 3, "r": 4}


@dataclass(frozen=True)
class InterlingualIndex:
    """The identifier of each synset of WordNet 3.0, and the synset of WordNet 3.1 of each identifier.

    A synset is written as an offset and a letter, 02084071-n. Offsets of 3.0 and 3.1 differ: of ImageNet's 1,000
    synsets none has the same.
    """

    identifiers: Mapping[str, str]
    synsets31: Mapping[str, str]

    def identifier(self, wnid: str) -> NamedNode | None:
        """The interlingual IRI of a wnid; None for one that the index does not have."""
        found = self.identifiers.get(f"{wnid[1:]}-{wnid[0]}")
        return NamedNode(PREFIXES["ili"] + found) if found else None

    def wordnet31(self, wnid: str) -> tuple[NamedNode, ...]:
        """The IRIs of the same synset in WordNet 3.1 (today's, then ConceptNet's) and in Open English WordNet."""
        synset = self.synsets31.get(self.identifiers.get(f"{wnid[1:]}-{wnid[0]}", ""))
        if synset is None:
            return ()
        return (
            NamedNode(f"{PREFIXES['wn']}{synset}"),
            NamedNode(f"{PREFIXES['wn31']}{_PARTS_OF_SPEECH[synset[-1]]}{synset}"),
            NamedNode(f"{PREFIXES['oewn']}{synset}"),
        )


def open_ili(words: str, cache: Path, address: str = ADDRESS) -> InterlingualIndex:
    """The index from a folder (or one of the files in it), or with ``download`` from ``address``, kept in ``cache``."""
    if words == "download":
        folder = cache / "ili"
        for version in VERSIONS:
            _download(f"ili-map-{version}.tab", folder, address)
        return read_ili(folder)
    given = Path(words)
    return read_ili(given.parent if given.is_file() else given)


def read_ili(folder: Path) -> InterlingualIndex:
    """The index of a folder with ``ili-map-pwn30.tab`` and ``ili-map-pwn31.tab``, or these with ``.gz``."""
    to30, to31 = (dict(_pairs(_map(folder, version))) for version in VERSIONS)
    return InterlingualIndex({synset: identifier for identifier, synset in to30.items()}, to31)


def _map(folder: Path, version: str) -> Path:
    names = (f"ili-map-{version}.tab", f"ili-map-{version}.tab.gz")
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise InputError(f"{folder}: has no {' or '.join(names)}; give the folder of CILI's maps, or download")


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Identifier and synset of each line."""
    for number, line in enumerate(_text(path).splitlines(), 1):
        identifier, tab, synset = line.partition("\t")
        offset, _, letter = synset.partition("-")
        if not (tab and identifier[:1] == "i" and offset.isdigit() and letter in _PARTS_OF_SPEECH):
            raise InputError(f"{path}, line {number}: {line[:40]!r} is not like i46360, a tab, 02084071-n")
        yield identifier, synset


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("ascii")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: is no map of CILI that can be read whole ({error})") from error


def _download(name: str, folder: Path, address: str) -> None:
    path = folder / name
    if path.exists():
        return
    try:
        answer = requests.get(address + name, timeout=_SECONDS)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise InputError(
            f"{address}{name}: could not be downloaded ({type(error).__name__}); get CILI's maps elsewhere and give "
            "their folder"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{name}.{os.getpid()}.part")
    part.write_bytes(answer.content)
    part.replace(path)
