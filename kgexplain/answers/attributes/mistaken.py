"""Misclassified images: what speaks for the class that they are, beside what speaks for the one they are taken for."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgexplain.answers.attributes.contrast import Contrast, contrast
from kgexplain.answers.attributes.reading import Rationale, rationales
from kgexplain.graph.query import query
from kgexplain.graph.store import Store


@dataclass(frozen=True)
class Mistaken:
    """A misclassified image with both rationales."""

    image: str
    key: str
    predicted: Rationale
    true: Rationale

    @property
    def contrast(self) -> Contrast:
        """What speaks for the predicted class rather than for the true one."""
        return contrast(self.predicted, self.true)


def mistaken(store: Store, run: str) -> Iterator[Mistaken]:
    """The misclassified images that ``run`` gave both rationales of, by key."""
    rows = store.select(query("attributes/explained_images").bind(run=NamedNode(run)))
    for row in rows:
        if row.get("true") not in (None, row["predicted"]):
            given = rationales(store, row["image"].value, run)
            predicted = next((r for r in given if r.is_predicted), None)
            true = next((r for r in given if r.is_true), None)
            if predicted and true:
                yield Mistaken(row["image"].value, row["key"].value, predicted, true)
