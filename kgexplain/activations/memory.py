"""Freed memory stays with the process: on a CPU, a pass spends up to half of its time on getting it again."""

import ctypes
import platform

# mallopt(3) of glibc: from which size on memory is mapped anew, and how much of what is free is given back.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_MOST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let the whole process keep memory that was freed, for the next maps; whether it could be done.

    By default glibc maps each large block anew, page by page, and gives it back when it is freed; the maps of a batch
    are such blocks. This is a choice for a program, so the command line makes it, not the library. Other systems'
    memory is left as it is.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_MMAP_THRESHOLD, _MOST) and mallopt(_TRIM_THRESHOLD, _MOST))
