"""Sentence BLEU: how much of an explanation's sentence people also said of the image, beside sentences of other images.

BLEU has many variants, which give different figures for the same sentence, so each is named. NLTK counts.
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import takewhile
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Bool, Float
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from kgexplain.errors import InputError
from kgexplain.evaluation.bootstrap import USUAL, Bootstrap, mean
from kgexplain.evaluation.figures import Figure, measured
from kgexplain.vocabulary import BLEU

OTHER_IMAGES = "sentences of other images"

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
# What stands for no match in a logarithm is no score.
_LEAST = 1e-9
_ONE, _FOUR = (1.0,), (0.25, 0.25, 0.25, 0.25)

# From the precisions of runs of one word, two words, …, to those that are averaged.
Smoothing: TypeAlias = Callable[..., Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Told:
    """The sentences of images, what people said of the images, and whether they were predicted right."""

    sentences: tuple[str, ...]
    captions: tuple[tuple[str, ...], ...]
    right: Bool[np.ndarray, " images"]

    def __post_init__(self) -> None:
        sentences, captions, right = len(self.sentences), len(self.captions), len(self.right)
        if not sentences == captions == right:
            raise InputError(
                f"{sentences} sentences, captions of {captions} images, predictions of {right}; each image has all three"
            )
        if silent := sum(not said for said in self.captions):
            raise InputError(f"{silent} of {captions} images have no caption; leave them out")


def words(text: str) -> list[str]:
    """The words of a text, in small letters, without punctuation.

    >>> words("This is a Yellow-bellied Flycatcher, isn't it?")
    ['this', 'is', 'a', 'yellow', 'bellied', 'flycatcher', "isn't", 'it']
    """
    return _WORD.findall(text.lower())


def unsmoothed(precisions: Sequence[Fraction], **_: Any) -> list[Fraction | float]:
    """BLEU as defined (Papineni et al. 2002): without any match of four words, there is none."""
    # NLTK does the same and warns each time; the logarithm wants more than 0, and this is no more than 1e-77 of BLEU.
    return [precision if precision.numerator else sys.float_info.min for precision in precisions]


def legacy(precisions: Sequence[Fraction], **_: Any) -> list[Fraction]:
    """As releases of NLTK did for a while: runs longer than the longest that matches are left out, as if they matched.

    The weights stay a quarter each, so a sentence that has matches of one word only gets the fourth root of their share.
    """
    return list(takewhile(lambda precision: precision.numerator, precisions))


VARIANTS: Mapping[str, tuple[tuple[float, ...], Smoothing]] = {
    "bleu1": (_ONE, unsmoothed),
    "bleu4": (_FOUR, unsmoothed),
    "bleu4_smoothed": (_FOUR, SmoothingFunction().method1),
    "nltk_legacy": (_FOUR, legacy),
}


def sentence_score(sentence: str, captions: Sequence[str], variant: str) -> float:
    """BLEU of a sentence against what people said, 0 to 1, by one of ``VARIANTS``; nothing said is 0.

    >>> captions = ["a bird with a white head", "this bird has a white head"]
    >>> [round(sentence_score("It has a small white head.", captions, variant), 3) for variant in VARIANTS]
    [0.667, 0.0, 0.122, 0.719]
    """
    return _score(words(sentence), [words(caption) for caption in captions], variant)


def bleu(
    told: Told, variants: Sequence[str] = tuple(VARIANTS), bootstrap: Bootstrap = USUAL, seed: int = 0
) -> list[Figure]:
    """Mean sentence BLEU, by each variant, of all images and of those that were predicted right and wrong.

    Beside each figure is what the sentences of other images, dealt by lot, get in its place.
    """
    if unknown := [variant for variant in variants if variant not in VARIANTS]:
        raise InputError(f"BLEU has no variant {', '.join(unknown)}; it has {', '.join(VARIANTS)}")
    own = [words(sentence) for sentence in told.sentences]
    others = [own[other] for other in others_by_lot(len(own), seed)]
    captions = [[words(caption) for caption in said] for said in told.captions]
    return [
        figure
        for variant in variants
        for figure in _groups(
            Figure(BLEU, len(own), variant=variant),
            _scores(own, captions, variant),
            _scores(others, captions, variant),
            told.right,
            bootstrap,
        )
    ]


def others_by_lot(images: int, seed: int) -> list[int]:
    """For each image another one, and each once: the next in an order by lot. Of one image alone, itself."""
    order = np.random.default_rng(seed).permutation(images)
    following = np.empty(images, dtype=np.int64)
    following[order] = np.roll(order, -1)
    return following.tolist()


def _groups(
    figure: Figure,
    own: Float[np.ndarray, " images"],
    others: Float[np.ndarray, " images"],
    right: Bool[np.ndarray, " images"],
    bootstrap: Bootstrap,
) -> list[Figure]:
    groups = {"": np.ones_like(right), "right": right, "wrong": ~right}
    return [
        filled
        for group, chosen in groups.items()
        for filled in measured(
            replace(figure, group=group, images=int(chosen.sum())),
            mean(own[chosen]),
            {OTHER_IMAGES: mean(others[chosen])},
            bootstrap,
        )
    ]


def _scores(
    sentences: Sequence[list[str]], captions: Sequence[list[list[str]]], variant: str
) -> Float[np.ndarray, " images"]:
    scores = [_score(sentence, said, variant) for sentence, said in zip(sentences, captions, strict=True)]
    return np.array(scores, dtype=np.float64)


def _score(sentence: list[str], captions: list[list[str]], variant: str) -> float:
    weights, smoothing = VARIANTS[variant]
    score = float(sentence_bleu(captions, sentence, weights, smoothing))
    return score if score > _LEAST else 0.0
