"""Loops that are compiled when they first run, and kept for the next program."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


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
