"""Questions about very many tags, answered from the arrays beside the graph: all tags, not the stated ones only.

A graph with a million tags answers questions about one filter, image or synset; sums over all of them take seconds
there and milliseconds here, and so do questions about an image or a synset that a hundred thousand tags answer. Names
come from the graph. It links the file by its digest, and a file that is another is refused.
"""

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int
from pyoxigraph import NamedNode

from kgexplain.errors import EvidenceError, QueryError
from kgexplain.graph.query import Value, query
from kgexplain.graph.store import Store


@dataclass(frozen=True)
class TagArrays:
    """Which class tags which filter, layer by layer, (classes, filters).

    >>> tags = TagArrays({"conv": np.array([[True, True, False], [False, True, False]])})
    >>> tags.tags_per_filter["conv"], tags.untagged()
    (array([1, 2, 0]), {'conv': 1})
    """

    layers: Mapping[str, Bool[np.ndarray, "classes filters"]]

    @cached_property
    def tags_per_filter(self) -> Mapping[str, Int[np.ndarray, " filters"]]:
        """How many tags each filter has."""
        return {layer: tags.sum(0) for layer, tags in self.layers.items()}

    @cached_property
    def filters_per_class(self) -> Mapping[str, Int[np.ndarray, " classes"]]:
        """How many filters each class tags."""
        return {layer: tags.sum(1) for layer, tags in self.layers.items()}

    def untagged(self) -> dict[str, int]:
        """How many filters of each layer no class tags."""
        return {layer: int((tags == 0).sum()) for layer, tags in self.tags_per_filter.items()}

    def reacting(self, classes: Collection[int]) -> dict[str, int]:
        """How many filters of each layer are tagged with one of these classes, given by index."""
        rows = sorted(classes)
        return {layer: int(tags[rows].any(0).sum()) for layer, tags in self.layers.items()}

    def carried(self, filters: Mapping[str, Collection[int]]) -> dict[str, Int[np.ndarray, " classes"]]:
        """How many of these filters, given by layer and index, each class tags; layers that have no tags are left out.

        >>> TagArrays({"conv": np.array([[True, True, False], [False, True, False]])}).carried({"conv": {1, 2}})
        {'conv': array([1, 1])}
        """
        chosen = {layer: sorted(filters[layer]) for layer in self.layers if layer in filters}
        return {layer: self.layers[layer][:, columns].sum(1) for layer, columns in chosen.items()}

    def kinds(self, classes: Collection[int]) -> list[tuple[str, int, int]]:
        """Layer, index and number of these classes, given by index, that tag the filter; filters without are left out."""
        rows = sorted(classes)
        counts = {layer: tags[rows].sum(0) for layer, tags in self.layers.items()}
        return [
            (layer, index, int(of_layer[index]))
            for layer, of_layer in counts.items()
            for index in np.flatnonzero(of_layer).tolist()
        ]

    def most_selective(self, number: int) -> list[tuple[str, int, int]]:
        """Layer, index and number of tags of the filters with the fewest tags, at least one; of equals the first."""
        return self._ordered(number, 1)

    def least_selective(self, number: int) -> list[tuple[str, int, int]]:
        """Layer, index and number of tags of the filters with the most tags; of equals the first."""
        return self._ordered(number, -1)

    def _ordered(self, number: int, sign: int) -> list[tuple[str, int, int]]:
        names = [layer for layer, tags in self.tags_per_filter.items() for _ in tags]
        indices = np.concatenate([np.arange(len(tags)) for tags in self.tags_per_filter.values()])
        counts = np.concatenate(list(self.tags_per_filter.values()))
        order = np.argsort(sign * counts, kind="stable")
        chosen = order[counts[order] > 0][:number]
        return [(names[i], int(indices[i]), int(counts[i])) for i in chosen]


def tag_arrays(store: Store, run: str, folder: Path) -> TagArrays:
    """The tags that the graph links to a run, from the file of that name in ``folder``."""
    rows = store.select(query("provenance/files_of_run").bind(run=run))
    files = {row["title"].value: (row["file"].value, row["sha256"].value) for row in rows}
    if "tags" not in files:
        raise QueryError(f"the graph at {store.address} links no tags to {run}; see `kgexplain list runs`")
    name, digest = files["tags"]
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvidenceError(
            f"{path}: cannot be read ({error.strerror}); give the folder beside the graph"
        ) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise EvidenceError(f"{path}: not the file that the graph links; run explain again")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return TagArrays({layer: arrays[layer] for layer in arrays.files})


class Carried(NamedTuple):
    """A tag of an image, and how many of the filters that the image activates carry it, in one layer or in all."""

    class_: str
    name: str
    filters: int


def tags_of_image(store: Store, tags: TagArrays, image: NamedNode, network: NamedNode) -> list[Carried]:
    """What the question explanation/tags_of_image asks, of all tags of one run, in its order."""
    carried = tags.carried(_active(store, image, network))
    counts = np.sum(list(carried.values()), axis=0) if carried else np.zeros(0, int)
    return list(_named(counts, _classes(store, network)))


def tags_of_image_by_layer(
    store: Store, tags: TagArrays, image: NamedNode, network: NamedNode
) -> dict[str, list[Carried]]:
    """What the question explanation/tags_of_image_by_layer asks, of all tags of one run, in its order."""
    classes = _classes(store, network)
    carried = tags.carried(_active(store, image, network))
    return {layer: list(_named(counts, classes)) for layer, counts in carried.items() if counts.any()}


def filters_below_synset(
    store: Store, tags: TagArrays, synset: Value, network: NamedNode
) -> list[tuple[str, int, int]]:
    """Layer, index and number of tags that are a kind of the synset, of each filter that has such tags."""
    found = store.select(query("links/classes_below_synset").bind(synset=synset))
    below = {row["class"].value for row in found if row["model"] == network}
    return tags.kinds([i for i, (class_, _) in _classes(store, network).items() if class_ in below])


def _active(store: Store, image: NamedNode, network: NamedNode) -> dict[str, set[int]]:
    """The filters that an image activates, by layer."""
    active: dict[str, set[int]] = defaultdict(set)
    for row in store.select(query("explanation/active_filters_best").bind(image=image, network=network)):
        active[row["layer"].value].add(int(row["index"].value))
    return active


def _classes(store: Store, network: NamedNode) -> dict[int, tuple[str, str]]:
    """IRI and name of each class of a network, by index."""
    rows = store.select(query("links/classes_of_network").bind(network=network))
    return {int(row["index"].value): (row["class"].value, row["name"].value) for row in rows}


def _named(counts: Int[np.ndarray, " classes"], classes: Mapping[int, tuple[str, str]]) -> Iterator[Carried]:
    """The classes that are counted at all, most first, of equals by IRI."""
    found = [(-int(counts[index]), *classes[index]) for index in np.flatnonzero(counts).tolist()]
    for number, class_, name in sorted(found):
        yield Carried(class_, name, -number)
