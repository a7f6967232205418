"""WordNet 3.0 as NLTK reads it, made into a lexicon."""

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from typing import Any

from kgexplain.errors import InputError
from kgexplain.knowledge.wordnet.hierarchy import Hierarchy
from kgexplain.knowledge.wordnet.lexicon import WHOLE, Lexicon, Sense

VERSION = "3.0"
# Nouns first: most names of classes and concepts are.
_PARTS_OF_SPEECH = "nva"
# The number in a sense key of each part of speech; 5 are satellites of adjectives.
_KINDS = {"1": "n", "2": "v", "3": "a", "5": "a"}


def lexicon_of(root: Any) -> Lexicon:
    """The lexicon of a folder that NLTK may read; InputError where it is not of WordNet 3.0."""
    reader = _reader(root)
    try:
        if (version := reader.get_version()) != VERSION:
            raise InputError(
                f"{root}: is WordNet {version}; wnids are offsets in WordNet {VERSION} and in no other, so install "
                "that: python -m nltk.downloader wordnet"
            )
        return _read(reader)
    finally:
        # NLTK keeps them open until the process ends.
        for file in reader._data_file_map.values():  # noqa: SLF001
            file.close()


def _read(reader: Any) -> Lexicon:
    nodes = {pos: list(reader.all_synsets(pos)) for pos in _PARTS_OF_SPEECH}
    synsets = {_wnid(node): node for pos in _PARTS_OF_SPEECH for node in nodes[pos]}
    words = {wnid: _words(node) for wnid, node in synsets.items()}
    hierarchy = Hierarchy(words, {wnid: tuple(_above(node)) for wnid, node in synsets.items()}, WHOLE)
    return Lexicon(
        hierarchy,
        {wnid: node.definition() for wnid, node in synsets.items()},
        {wnid: node.lexname() for wnid, node in synsets.items()},
        _senses(reader, nodes),
        dict(_irregular(_text(reader, "noun.exc"))),
        Counter(chain.from_iterable(hierarchy.above.values())),
    )


def _senses(reader: Any, nodes: Mapping[str, Iterable[Any]]) -> Mapping[str, tuple[Sense, ...]]:
    """The senses of each word, in the order of WordNet's sense numbers, part of speech by part of speech."""
    times = dict(_counts(_text(reader, "cntlist.rev")))
    senses: defaultdict[str, list[Sense]] = defaultdict(list)
    for pos in _PARTS_OF_SPEECH:
        for lemma, wnids in _by_lemma(nodes[pos]).items():
            for number, wnid in enumerate(_in_order(reader, pos, lemma, wnids), 1):
                senses[lemma.replace("_", " ")].append(Sense(wnid, times.get((lemma, pos, number), 0)))
    return {word: tuple(found) for word, found in senses.items()}


def _text(reader: Any, name: str) -> str:
    with reader.open(name) as file:
        return str(file.read())


def _reader(root: Any) -> Any:
    from nltk.corpus.reader.wordnet import WordNetCorpusReader  # noqa: PLC0415 (an extra)

    with warnings.catch_warnings():
        # It tells that there are no translations, for which nobody asked.
        warnings.simplefilter("ignore")
        return WordNetCorpusReader(root, None)


def _wnid(node: Any) -> str:
    return f"{node.pos()}{node.offset():08d}"


def _words(node: Any) -> tuple[str, ...]:
    return tuple(lemma.name().replace("_", " ") for lemma in node.lemmas())


def _above(node: Any) -> Iterator[str]:
    """What a synset is a kind or an instance of; verbs and nouns only, adjectives have nothing above them."""
    yield from (_wnid(other) for other in (*node.hypernyms(), *node.instance_hypernyms()))


def _by_lemma(nodes: Iterable[Any]) -> Mapping[str, list[str]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for node in nodes:
        for lemma in node.lemmas():
            found[lemma.name().lower()][_wnid(node)] = None
    return {lemma: list(wnids) for lemma, wnids in found.items()}


def _in_order(reader: Any, pos: str, lemma: str, wnids: list[str]) -> list[str]:
    """The synsets of a lemma by their sense numbers, 1 first."""
    if len(wnids) == 1:
        return wnids
    return [
        _wnid(reader.synset(f"{lemma}.{pos}.{number:02d}"))
        for number, _ in zip(count(1), wnids, strict=False)
    ]


def _counts(text: str) -> Iterator[tuple[tuple[str, str, int], int]]:
    """How often a sense was met, by lemma, part of speech and sense number: cntlist(5WN), in its reversed form."""
    for line in text.splitlines():
        key, number, times = line.split()
        lemma, _, rest = key.rpartition("%")
        if rest[0] in _KINDS:
            yield (lemma, _KINDS[rest[0]], int(number)), int(times)


def _irregular(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The base forms of irregular plurals: the exception list of morphy(7WN)."""
    for line in text.splitlines():
        word, *bases = (part.replace("_", " ") for part in line.split())
        yield word, tuple(bases)
