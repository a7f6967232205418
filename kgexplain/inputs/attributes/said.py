"""What people say of photographs: phrases, and of which photographs they hold."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from scipy.sparse import csr_array

from kgexplain.errors import InputError
from kgexplain.inputs.listing import few


class Phrase(NamedTuple):
    """An adjective and what it is said of; ``adjective`` is empty where the noun alone is said.

    >>> Phrase("white", "head").text, Phrase("", "malar stripe").text
    ('white head', 'malar stripe')
    """

    adjective: str
    noun: str

    @property
    def text(self) -> str:
        """As it is read."""
        return f"{self.adjective} {self.noun}".strip()


@dataclass(frozen=True, eq=False)
class Attributes:
    """The attributes of photographs: p(x|t) of arXiv:1805.08969, equation 4, by photograph x and attribute t.

    ``phrases`` differ in their text and are sorted by it. ``images`` are the keys of the photographs that are described,
    in the order of the set; one of which all attributes are absent is described, too. ``present`` is 1 where a caption
    has the phrase; of a table it is the value, where that is high enough. ``counts`` is how often a photograph's captions
    have it, tf(t, x); of a table it equals ``present``. Neither stores a zero. ``without`` are the photographs that
    nothing is said of; ``unused`` is what is said of no photograph of the set. ``tagger`` found the phrases in captions.
    """

    name: str
    phrases: tuple[Phrase, ...]
    images: tuple[str, ...]
    present: csr_array
    counts: csr_array
    captions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    tagger: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over photographs, phrases and values: the same attributes have the same digest on every machine."""
        digest = hashlib.sha256()
        for key in self.images:
            digest.update(f"{key}\n".encode())
        for phrase in self.phrases:
            digest.update(f"{phrase.adjective}\0{phrase.noun}\n".encode())
        for matrix in (self.present, self.counts):
            for part, as_stored in ((matrix.indptr, "<i8"), (matrix.indices, "<i8"), (matrix.data, "<f4")):
                digest.update(np.asarray(part).astype(as_stored).tobytes())
        return digest.hexdigest()

    @property
    def document_frequencies(self) -> Int[np.ndarray, " attributes"]:
        """Of how many photographs each attribute is said, D_t."""
        return np.bincount(self.present.indices, minlength=len(self.phrases))

    def of(self, keys: Iterable[str]) -> "Attributes":
        """What is said of these photographs; the phrases stay, also those that are said of none of them."""
        wanted = set(keys)
        if strange := sorted(wanted.difference(self.images, self.without)):
            raise InputError(
                f"{few(strange)}: no photograph of the set that {self.name} describes; "
                f"it has {few((*self.images, *self.without))}"
            )
        rows = [row for row, key in enumerate(self.images) if key in wanted]
        return replace(
            self,
            images=tuple(self.images[row] for row in rows),
            present=self.present[rows],
            counts=self.counts[rows],
            captions={key: said for key, said in self.captions.items() if key in wanted},
            without=tuple(key for key in self.without if key in wanted),
        )

    def frequent(self, min_df: int) -> "Attributes":
        """The attributes that are said of at least so many photographs; these all stay."""
        often = self.document_frequencies
        columns = np.flatnonzero(often >= min_df)
        if not len(columns):
            most = (
                f"{self.phrases[int(often.argmax())].text!r} is, of {often.max()}"
                if len(often)
                else "there is none"
            )
            raise InputError(
                f"min_df {min_df}: no attribute of {self.name} is said of so many photographs; most often {most}"
            )
        return replace(
            self,
            phrases=tuple(self.phrases[column] for column in columns),
            present=self.present[:, columns],
            counts=self.counts[:, columns],
        )


def of_captions(
    name: str, captions: Mapping[str, tuple[str, ...]], found: Iterable[Iterable[Phrase]], tagger: str
) -> Attributes:
    """What captions say; ``found`` are the phrases in each photograph's captions, as often as they are there."""
    images = [Counter(phrases) for phrases in found]
    columns = one_by_text(sum(images, Counter()))
    phrases = sorted(set(columns.values()), key=lambda phrase: phrase.text)
    column = {phrase.text: number for number, phrase in enumerate(phrases)}
    cells: Counter[tuple[int, int]] = Counter()
    for row, counts in enumerate(images):
        for phrase, count in counts.items():
            cells[row, column[phrase.text]] += count
    shape = (len(images), len(phrases))
    counts_matrix = matrix(shape, {cell: float(count) for cell, count in cells.items()})
    present = matrix(shape, dict.fromkeys(cells, 1.0))
    return Attributes(name, tuple(phrases), tuple(captions), present, counts_matrix, captions, tagger=tagger)


def one_by_text(counts: Mapping[Phrase, int]) -> dict[str, Phrase]:
    """For each text one phrase: "red malar" "strip" and "red" "malar strip" are the same words; the more usual stays."""
    best: dict[str, Phrase] = {}
    for phrase in sorted(counts, key=lambda phrase: (-counts[phrase], phrase)):
        best.setdefault(phrase.text, phrase)
    return best


def matrix(shape: tuple[int, int], cells: Mapping[tuple[int, int], float]) -> csr_array:
    """Cells by row and column; no others are stored, and those in order."""
    places = np.array(sorted(cells), dtype=np.int64).reshape(-1, 2)
    values = np.array([cells[row, column] for row, column in places.tolist()], dtype=np.float32)
    return csr_array((values, (places[:, 0], places[:, 1])), shape=shape)
