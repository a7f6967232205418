"""Stores by their address: in memory, in a folder, or behind a SPARQL endpoint."""

import os
import re
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import urlencode

import pyoxigraph

from kgexplain.errors import StoreError
from kgexplain.graph.embedded import EmbeddedStore
from kgexplain.graph.endpoint import Credentials, Endpoint, Patience
from kgexplain.graph.remote import RemoteStore
from kgexplain.graph.store import Store

MEMORY = "memory:"

# RocksDB, in which Oxigraph keeps a folder, has one in each of its folders.
_SIGN = "CURRENT"


def open_store(address: str) -> Store:
    """The store at an address; a folder that does not exist is made, and a `with` that fails before it writes unmakes it.

    An address is ``memory:``, a folder, or ``http://`` and ``https://`` of the endpoint that answers queries. The
    addresses for updates and whole graphs are known for Oxigraph, Virtuoso and Fuseki; those of another server
    follow behind ``#``, relative to the first: ``https://example.org/sparql#update=update&store=graphs``. An endpoint
    without Graph Store Protocol has no ``store``. The environment says who asks: ``KGEXPLAIN_USER`` and
    ``KGEXPLAIN_PASSWORD``, or ``KGEXPLAIN_TOKEN``.

    >>> with open_store("memory:") as store:
    ...     store.graphs()
    set()
    """
    return _elsewhere(address) or _writable(Path(address))


def existing_store(address: str) -> Store:
    """The store at an address, to be asked; a folder has to be there, and may be one that nobody can write to."""
    if store := _elsewhere(address):
        return store
    folder = Path(address)
    if not folder.exists():
        raise StoreError(f"there is no store in {address}; its folder does not exist")
    if not _is_store(folder):
        raise StoreError(f"there is no store in {address}; {_contents(folder)}")
    return _writable(folder) if os.access(folder, os.W_OK) else _readable(folder)


@runtime_checkable
class Wrapper(Protocol):
    """What of a ``SPARQLWrapper.SPARQLWrapper`` says where the endpoint is, and who asks."""

    endpoint: str
    updateEndpoint: str  # noqa: N815 - SPARQLWrapper's own name
    user: str | None
    passwd: str | None
    timeout: int | None


def from_sparqlwrapper(wrapper: Wrapper) -> Store:
    """The store behind a SPARQLWrapper; of its settings, addresses, user, password and timeout are taken over."""
    explicit = {"update": wrapper.updateEndpoint} if wrapper.updateEndpoint != wrapper.endpoint else {}
    address = f"{wrapper.endpoint}#{urlencode(explicit)}" if explicit else wrapper.endpoint
    patience = Patience(wrapper.timeout) if wrapper.timeout else Patience()
    return RemoteStore(address, Endpoint(Credentials(wrapper.user or "", wrapper.passwd or ""), patience))


def _elsewhere(address: str) -> Store | None:
    """The store at an address that is no folder."""
    if address == MEMORY:
        return EmbeddedStore(pyoxigraph.Store(), MEMORY)
    if re.match("https?://", address):
        return RemoteStore(address, Endpoint(Credentials.from_environment()))
    if not address or re.match("[a-zA-Z][a-zA-Z0-9+.-]+:", address):
        raise StoreError(f"{address!r} is no address of a store; give {MEMORY}, a folder, or http(s)://…")
    return None


def _writable(folder: Path) -> EmbeddedStore:
    if folder.is_dir() and not _is_store(folder) and any(folder.iterdir()):
        raise StoreError(f"{folder} is no store; {_contents(folder)}; give an empty folder, or a new one")
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        store = EmbeddedStore(pyoxigraph.Store(folder), str(folder), made)
    except (OSError, RuntimeError) as error:
        raise StoreError(_trouble(folder, error)) from error
    store.tidy()
    return store


def _readable(folder: Path) -> EmbeddedStore:
    try:
        return EmbeddedStore(pyoxigraph.Store.read_only(str(folder)), str(folder))
    except (OSError, RuntimeError) as error:
        raise StoreError(_trouble(folder, error)) from error


def _is_store(folder: Path) -> bool:
    return (folder / _SIGN).is_file()


def _contents(folder: Path) -> str:
    if not folder.is_dir():
        return "it is a file"
    names = sorted(path.name for path in folder.iterdir())
    return (
        f"it holds {', '.join(names[:3])}{' …' if len(names) > 3 else ''}" if names else "the folder is empty"
    )


def _trouble(folder: Path, error: Exception) -> str:
    text = str(error)
    if folder.is_file():
        return f"{folder} is a file; a store is a folder, so give one that is empty or new"
    if "lock" in text.lower():
        return f"the store {folder} is in use, here or by another process; close it there, or give another folder"
    if isinstance(error, PermissionError) or "ermission denied" in text or "not permitted" in text:
        return f"{folder} cannot be written ({text}); give a folder that you may write to"
    return f"the store {folder} is broken or cannot be read ({text}); give another folder, or delete this one"
