"""What is marked in photographs, as a network sees them: where a concept is, or anything that a synset has below it."""

from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Bool

from kgexplain.answers.concepts.detectors import Match
from kgexplain.errors import InputError
from kgexplain.inputs.concepts import Annotation, Concepts
from kgexplain.inputs.preprocessing import Preprocessing
from kgexplain.inputs.view import view
from kgexplain.vocabulary import concept


class Markings:
    """Where photographs are annotated with what filters agree with.

    ``below`` has for a synset the concepts that are kinds of it, all by their IRIs.
    """

    def __init__(
        self, concepts: Concepts, preprocessing: Preprocessing, below: Mapping[str, Iterable[str]]
    ) -> None:
        self.concepts = concepts
        self.preprocessing = preprocessing
        self.below = below
        named = enumerate(concepts.concepts)
        self.index = {concept(one.category, one.name).value: place for place, one in named}
        self._categories: dict[str, frozenset[str]] = {}

    def area(self, key: str, match: Match) -> Bool[np.ndarray, "rows columns"]:
        """Where a photograph is annotated with a concept; nowhere, where it is not annotated at all."""
        indices = self._indices(match)
        if key not in self.concepts.marks:
            return np.zeros(self.preprocessing.size, bool)
        annotation = self._annotation(key)
        everywhere = np.full(self.preprocessing.size, not indices.isdisjoint(annotation.whole))
        return np.asarray(everywhere | np.isin(annotation.planes, [i + 1 for i in indices]).any(axis=0))

    def counting_first(self, keys: Iterable[str], match: Match) -> list[str]:
        """Keys of photographs in their order, but first those in which anything of a concept's category is marked."""
        categories = {self.concepts.concepts[index].category for index in self._indices(match)}
        return sorted(keys, key=lambda key: categories.isdisjoint(self.categories(key)))

    def categories(self, key: str) -> frozenset[str]:
        """Of which categories anything is marked in a photograph."""
        if key not in self.concepts.marks:
            return frozenset()
        if key not in self._categories:
            annotation = self._annotation(key)
            indices = {*annotation.whole, *(np.unique(annotation.planes).astype(int) - 1).tolist()} - {-1}
            self._categories[key] = frozenset(self.concepts.concepts[i].category for i in indices)
        return self._categories[key]

    def _annotation(self, key: str) -> Annotation:
        part = view(self.preprocessing, *self.concepts.size(key))
        return self.concepts.annotation(key, part, *self.preprocessing.size)

    def _indices(self, match: Match) -> frozenset[int]:
        meant = self.below.get(match.concept, (match.concept,))
        indices = frozenset(self.index[iri] for iri in meant if iri in self.index)
        if not indices:
            raise InputError(
                f"{self.concepts.name}: {match.name} is no concept of it; "
                "the annotations are not those of the dissection, run explain again"
            )
        return indices
