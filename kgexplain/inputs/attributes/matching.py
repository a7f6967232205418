"""Which photograph of a set a path means that a file of attributes has."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from kgexplain.inputs.listing import SUFFIXES

# A path that is the key agrees further than any that ends as the key does.
ALL = math.inf


def matched(paths: Iterable[str], keys: Sequence[str]) -> dict[str, str]:
    """The photograph's key for each path that means one; paths that mean none are not in it.

    A path means the photograph with this key; else the one whose key, without its file's suffix, alone ends as the path
    does, as far back as possible: ``dog/1``, ``images/dog/1.jpg`` and, where only one file is called 1, ``1.jpg`` all
    mean ``train/dog/1.jpg``. If several paths mean one photograph, the one that agrees the furthest does; if they agree
    equally far, none.

    >>> matched(["images/a/1.jpg", "2"], ["a/1.jpg", "b/1.jpg", "b/2.png"])
    {'images/a/1.jpg': 'a/1.jpg', '2': 'b/2.png'}
    """
    known = dict.fromkeys(keys)
    by_ending = endings_of(keys)
    claims: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for path in dict.fromkeys(paths):
        if path in known:
            claims[path].append((ALL, path))
        elif found := furthest(path, by_ending):
            claims[found[1]].append((found[0], path))
    return {path: key for key, claimed in claims.items() for path in surest(claimed)}


def endings_of(keys: Iterable[str]) -> Mapping[str, list[str]]:
    """The keys by each way in which they end."""
    by_ending: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        for ending in endings(key):
            by_ending[ending].append(key)
    return by_ending


def furthest(path: str, by_ending: Mapping[str, Sequence[str]]) -> tuple[int, str] | None:
    """How many parts of a path the key has that alone ends so, and the key."""
    for ending in endings(path):
        found = by_ending.get(ending, ())
        if len(found) == 1:
            return ending.count("/") + 1, found[0]
    return None


def endings(path: str) -> Iterator[str]:
    """The ends of a path, the longest first, without its file's suffix.

    >>> list(endings("images/a.b/1.jpg"))
    ['images/a.b/1', 'a.b/1', '1']
    """
    parts = [part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in (".", "/")]
    if parts and PurePosixPath(parts[-1]).suffix.lower() in SUFFIXES:
        parts[-1] = PurePosixPath(parts[-1]).stem
    for start in range(len(parts)):
        yield "/".join(parts[start:])


def surest(claimed: Sequence[tuple[float, str]]) -> Iterator[str]:
    """The one path that agrees the furthest, if it is one."""
    best = max(agreed for agreed, _ in claimed)
    paths = [path for agreed, path in claimed if agreed == best]
    if len(paths) == 1:
        yield paths[0]
