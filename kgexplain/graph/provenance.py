"""Where the statements of a run come from: by what method, from what, how, when, and what lies beside them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kgexplain.errors import InputError
from kgexplain.inputs.architecture import Architecture
from kgexplain.vocabulary import (
    ASSOCIATED_WITH,
    BASE,
    BYTE_SIZE,
    CHECKSUM,
    CHECKSUM_ALGORITHM,
    CHECKSUM_CLASS,
    CHECKSUM_VALUE,
    CLASS_WITHOUT_IMAGES,
    DATASET,
    DIGEST,
    DISTRIBUTION,
    ENDED,
    FILE_NAME,
    GENERATED_BY,
    HAS_INPUT,
    HAS_VALUE,
    HELD_OUT_IMAGES,
    IDENTIFIER,
    LABEL,
    MEDIA_TYPE,
    METHOD,
    METHOD_CLASS,
    PARAMETER,
    REASON,
    RUN,
    SETTING,
    SHA256,
    SHAPE,
    SKIPPED,
    SKIPPED_IMAGE,
    SOFTWARE_AGENT,
    SPECIFIED_BY,
    STARTED,
    TAGGING_IMAGES,
    TAGS_SELECTED,
    TAGS_STATED,
    TITLE,
    TRUTHY_K,
    UNMATCHED,
    USED,
    VERSION,
    XSD_DATETIME,
    A,
    Statement,
    document,
    run_document,
    thing,
)

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None

ONTOLOGY = f"{BASE}ontology"
ANY_BYTES = "application/octet-stream"
MEDIA_TYPES = {".csv": "text/csv", ".npz": "application/zip", ".tsv": "text/tab-separated-values"}


@dataclass(frozen=True)
class Pictures:
    """A set of images as the graph speaks of it: what was tagged with, what was kept back, what nobody knows.

    ``unmatched`` are names of classes or folders that the network has no class for.
    """

    name: str
    digest: str
    tagging: int
    held_out: int = 0
    unmatched: tuple[str, ...] = ()

    @property
    def document(self) -> str:
        """The IRI of the set; its images are named after it."""
        return document("images", self.name, self.digest[:8])


@dataclass(frozen=True)
class StoredArray:
    """A file beside the graph that holds one array; ``file`` is its name without folders."""

    name: str
    file: str
    shape: tuple[int, ...]
    bytes: int
    sha256: str
    media_type: str = ANY_BYTES


def stored_array(name: str, path: Path, shape: tuple[int, ...]) -> StoredArray:
    """The array that was written to ``path``: size and checksum are those of the file."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    media_type = MEDIA_TYPES.get(path.suffix, ANY_BYTES)
    return StoredArray(name, path.name, shape, path.stat().st_size, sha256, media_type)


@dataclass(frozen=True)
class Outcome:
    """What came of a run, beyond its statements.

    ``skipped`` is a reason for each image that could not be read, by the image's key; ``classes_without_images``
    are indices; ``tags_selected`` and ``tags_stated`` are how many tags the method chose, and how many of them the
    graph holds.
    """

    skipped: Mapping[str, str] = field(default_factory=dict)
    classes_without_images: tuple[int, ...] = ()
    arrays: tuple[StoredArray, ...] = ()
    tags_selected: int | None = None
    tags_stated: int | None = None


@dataclass(frozen=True)
class Run:
    """One explainer, run on one network and one set of images; its IRI names its graph.

    ``options`` are what was set, by whom: ``{"filtag": {"k": 5}, "recording": {"place": "activation"}}``. ``None``
    is left unsaid. ``source`` are the words that the network was opened with; of a path only the last part is said. ``truthy_k`` is the rank
    up to which an assertion is also said in one direct statement. ``about`` tells this run from others of the same
    method, network and images; ``of`` is the run that it used, by its IRI.
    """

    method: str
    network: Architecture
    images: Pictures
    started: datetime
    ended: datetime
    version: str
    options: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    truthy_k: int | None = None
    outcome: Outcome = Outcome()
    about: tuple[str, ...] = ()
    of: str = ""

    def __post_init__(self) -> None:
        for name, time in (("started", self.started), ("ended", self.ended)):
            if time.tzinfo is None:
                raise InputError(f"{name} is {time.isoformat()}, without a time zone; give a time in UTC")
        if self.ended < self.started:
            raise InputError(f"ended is {self.ended.isoformat()}, before started, {self.started.isoformat()}")

    @property
    def iri(self) -> str:
        """The same method, network and images are the same run, which a second one replaces; see ``run_document``."""
        network, images = self.network, self.images
        return run_document(
            self.method, (network.name, network.digest), (images.name, images.digest), self.about
        )


def method_iri(method: str) -> NamedNode:
    """The IRI of a method, by its name in Python and on the command line.

    >>> method_iri("filtag").value
    'https://w3id.org/kgexplain/ontology#method--filtag'
    """
    return thing(ONTOLOGY, "method", method)


def provenance(run: Run) -> Iterator[Statement]:
    """All that is known about how a run came to its statements, for the run's own graph."""
    node = NamedNode(run.iri)
    yield Statement(node, A, RUN)
    yield from _method(node, run)
    yield Statement(node, STARTED, _time(run.started))
    yield Statement(node, ENDED, _time(run.ended))
    yield Statement(node, USED, NamedNode(run.network.document))
    yield Statement(node, USED, NamedNode(run.images.document))
    if run.of:
        yield Statement(node, USED, NamedNode(run.of))
    yield from _software(node, run.version)
    yield from _pictures(node, run.images)
    for owner, options in run.options.items():
        yield from _settings(node, owner, options)
    yield from _settings(node, "network", _without_folders(run.source))
    yield from _outcome(node, run)


def _method(node: NamedNode, run: Run) -> Iterator[Statement]:
    method = method_iri(run.method)
    yield Statement(node, METHOD, method)
    yield Statement(method, A, METHOD_CLASS)
    yield Statement(method, IDENTIFIER, Literal(run.method))
    if run.truthy_k is not None:
        yield Statement(node, TRUTHY_K, Literal(run.truthy_k))


def _software(node: NamedNode, version: str) -> Iterator[Statement]:
    agent = NamedNode(document("software", "kgexplain", version))
    yield Statement(node, ASSOCIATED_WITH, agent)
    yield Statement(agent, A, SOFTWARE_AGENT)
    yield Statement(agent, TITLE, Literal("kgexplain"))
    yield Statement(agent, VERSION, Literal(version))


def _pictures(node: NamedNode, images: Pictures) -> Iterator[Statement]:
    dataset = NamedNode(images.document)
    yield Statement(dataset, A, DATASET)
    yield Statement(dataset, TITLE, Literal(images.name))
    yield Statement(dataset, DIGEST, Literal(images.digest))
    # How the images were divided belongs to the run: another one may divide the same images otherwise.
    yield Statement(node, TAGGING_IMAGES, Literal(images.tagging))
    yield Statement(node, HELD_OUT_IMAGES, Literal(images.held_out))
    yield from (Statement(node, UNMATCHED, Literal(name)) for name in images.unmatched)


def _without_folders(source: Mapping[str, str]) -> dict[str, str]:
    """Words without the machine they were typed on: ``/home/me/nets.py:vgg`` is ``nets.py:vgg``."""
    return {name: re.split(r"[/\\]", word.rstrip("/\\"))[-1] for name, word in source.items()}


def _settings(node: NamedNode, owner: str, options: Mapping[str, Value]) -> Iterator[Statement]:
    for name, value in options.items():
        if value is not None:
            setting = thing(node.value, "setting", owner, name)
            parameter = thing(ONTOLOGY, "option", owner, name)
            yield Statement(node, HAS_INPUT, setting)
            yield Statement(setting, A, SETTING)
            yield Statement(setting, SPECIFIED_BY, parameter)
            yield Statement(setting, HAS_VALUE, _literal(value))
            yield Statement(parameter, A, PARAMETER)
            yield Statement(parameter, LABEL, Literal(f"{owner}.{name}"))


def _literal(value: Scalar | tuple[Scalar, ...]) -> Literal:
    return Literal(", ".join(str(part) for part in value) if isinstance(value, tuple) else value)


def _time(time: datetime) -> Literal:
    return Literal(time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD_DATETIME)


def _outcome(node: NamedNode, run: Run) -> Iterator[Statement]:
    outcome = run.outcome
    for key, reason in outcome.skipped.items():
        image = thing(run.images.document, "image", key)
        yield Statement(node, SKIPPED, image)
        yield Statement(image, A, SKIPPED_IMAGE)
        yield Statement(image, IDENTIFIER, Literal(key))
        yield Statement(image, REASON, Literal(reason))
    for index in outcome.classes_without_images:
        yield Statement(node, CLASS_WITHOUT_IMAGES, run.network.class_(index))
    for array in outcome.arrays:
        yield from _array(node, array)
    for property_, number in ((TAGS_SELECTED, outcome.tags_selected), (TAGS_STATED, outcome.tags_stated)):
        if number is not None:
            yield Statement(node, property_, Literal(number))


def _array(node: NamedNode, array: StoredArray) -> Iterator[Statement]:
    distribution = thing(node.value, "array", array.name)
    checksum = thing(node.value, "checksum", array.name)
    yield Statement(distribution, A, DISTRIBUTION)
    yield Statement(distribution, GENERATED_BY, node)
    yield Statement(distribution, TITLE, Literal(array.name))
    yield Statement(distribution, FILE_NAME, Literal(array.file))
    yield Statement(distribution, MEDIA_TYPE, Literal(array.media_type))
    yield Statement(distribution, BYTE_SIZE, Literal(array.bytes))
    yield Statement(distribution, SHAPE, Literal(" × ".join(str(size) for size in array.shape)))
    yield Statement(distribution, CHECKSUM, checksum)
    yield Statement(checksum, A, CHECKSUM_CLASS)
    yield Statement(checksum, CHECKSUM_ALGORITHM, SHA256)
    yield Statement(checksum, CHECKSUM_VALUE, Literal(array.sha256))
