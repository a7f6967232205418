"""A process that replaces a graph of a folder and is killed at a given moment.

``python killed.py FOLDER STATEMENT SECONDS``: before a statement is made, or so many seconds after the last was made.
"""

import os
import signal
import sys
import threading

from pyoxigraph import Literal, NamedNode

from kgexplain.graph import embedded
from kgexplain.graph.opening import open_store
from kgexplain.vocabulary import Statement

SIZE = 3000


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def statements(last, seconds):
    for number in range(SIZE):
        if number == last:
            kill()
        yield Statement(NamedNode(f"urn:s{number}"), NamedNode("urn:new"), Literal(number))
    threading.Timer(seconds, kill).start()


if __name__ == "__main__":
    embedded.PIECE = 500
    with open_store(sys.argv[1]) as store:
        store.replace(NamedNode("urn:graph"), statements(int(sys.argv[2]), float(sys.argv[3])))
        store.replace(NamedNode("urn:done"), statements(-1, 0))
    kill()
