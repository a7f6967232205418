"""Work done ahead in threads: results in order, a bounded number of them waiting."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def ahead(
    function: Callable[[T], R], things: Iterable[T], threads: int, most: int
) -> Generator[R, None, None]:
    """``function`` of each of ``things``, in their order, computed in ``threads`` before it is asked for.

    At most ``most`` results are computed or waiting. An error of the function comes where its result would have
    come. When the generator ends or is closed, its threads have ended.

    >>> list(ahead(abs, [-1, 2, -3], threads=2, most=2))
    [1, 2, 3]
    """
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(threads, "ahead")
    try:
        for thing in things:
            waiting.append(pool.submit(function, thing))
            if len(waiting) == most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """How many processors this program may use."""
    # Not os.cpu_count alone: it counts those that a container or a batch system keeps for others.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
