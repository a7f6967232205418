"""Every error, by what the reader must do about it.

    KGExplainError
    ├── InputError      change what was given: a network, images, an option, a file
    ├── EvidenceError   choose another folder for finished passes, or delete the one that is named
    ├── QueryError      change the question or its parameters
    └── StoreError      look after the store: its address, its lock, its server

A message says what was given, what is wrong with it, and what would be right or what exists.
"""


class KGExplainError(Exception):
    """An error that the message alone explains; the command line shows no traceback for it."""


class InputError(KGExplainError):
    """What was given cannot be used; the message says what can."""


class EvidenceError(KGExplainError):
    """A folder of finished passes belongs to other inputs, or a file in it is broken."""


class QueryError(KGExplainError):
    """A question does not exist, is not well formed, or lacks a parameter."""


class StoreError(KGExplainError):
    """A store does not open, does not answer, or answered only in part."""
