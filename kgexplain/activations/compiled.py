"""Loops that are compiled when they first run, and kept for the next program."""

import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import torch
from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

# Filters whose values a processor reads, compares and adds at once.
LANES = 16


def compiled(function: F) -> F:
    """A function of arrays and numbers, compiled; threads run it at the same time.

    >>> import numpy as np
    >>> compiled(lambda values: values.sum())(np.arange(4))
    6
    """
    # What checks types in tests wraps the function, and cannot be compiled.
    bare = inspect.unwrap(function)
    try:
        done: F = njit(bare, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # numba finds no folder that it may keep it in
        done = njit(bare, nogil=True, error_model="numpy")
    return done


def in_threads(function: Callable[[int, int], object], filters: int) -> None:
    """Call ``function`` for all filters, some in each of torch's threads: from the first one to before the last one.

    >>> parts = []
    >>> in_threads(lambda first, last: parts.append(range(first, last)), 1000)
    >>> sum(len(part) for part in parts)
    1000
    """
    threads = torch.get_num_threads()
    most = -(-filters // (threads * LANES)) * LANES
    parts = [(first, min(first + most, filters)) for first in range(0, filters, most)]
    if len(parts) == 1:
        function(*parts[0])
        return
    others = [_pool(threads).submit(function, *part) for part in parts[1:]]
    function(*parts[0])
    for other in others:
        other.result()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "compiled")
