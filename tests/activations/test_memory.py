"""Freed memory stays with the process, counted in pages that have to be got again."""

import platform
import subprocess
import sys

import pytest

from kgexplain.activations.memory import keep_freed_memory

# Ten times 64 MB, each freed before the next; the pages that this costs when the heap has found its size.
PAGES = """
import resource, sys
import torch
from kgexplain.activations.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
def touch():
    torch.ones(16 * 2**20)
for _ in range(10):
    touch()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    touch()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) * resource.getpagesize())
"""

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's memory is kept")


def got_again(word):
    """Bytes that the process got again."""
    answer = subprocess.run([sys.executable, "-c", PAGES, word], capture_output=True, text=True, check=True)
    return int(answer.stdout)


@glibc
def test_freed_memory_is_used_again():
    assert got_again("keep") < 64 * 2**20


@glibc
def test_without_it_large_blocks_are_got_anew_each_time():
    """The test of the test: else the machine's settings decide, not ours."""
    assert got_again("leave") > 5 * 64 * 2**20


def test_another_system_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(platform, "libc_ver", lambda: ("musl", "1.2"))
    assert keep_freed_memory() is False
