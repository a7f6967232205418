"""Questions about a whole network, answered from the arrays beside the graph: all tags, not the stated ones only.

A graph with a million tags answers questions about one filter, image or synset; sums over all of them take seconds
there and milliseconds here. The graph links the file by its digest, and a file that is another is refused.
"""

import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int

from kgexplain.errors import EvidenceError, QueryError
from kgexplain.graph.query import query
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
