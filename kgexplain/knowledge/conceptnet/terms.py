"""What things are called in ConceptNet: URIs of concepts and assertions, and the IRIs that a graph has for them."""

import re
import unicodedata
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

BASE = "http://api.conceptnet.io"
WORDNET_31 = "http://wordnet-rdf.princeton.edu/wn31/"

# A word as Unicode's Annex 29 parts text: hyphens part words; full stops, colons and apostrophes between letters do not,
# nor do full stops and commas between digits. An apostrophe parts what it stands before if that is a vowel (l'eau).
_LETTER = r"[^\W\d_]"
_JOINT = rf"(?<={_LETTER})(?:[.:]|'(?![aeiouyàâæéèêëîïôœùûü]))(?={_LETTER})|(?<=\d)[.,'](?=\d)"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|{_JOINT})*")
_CURLED = str.maketrans("‘’", "''")
_ARTICLES = {"a", "an", "the"}

# ConceptNet's URIs have letters of every script, which IRIs have, too, and some marks that they do not have.
_PERMITTED = "/:,;=+$&'()*!@~._-"
# From here on, what counts as an accent only tells fonts what to do.
_BEYOND = "\U000e0000"


def concept(phrase: str, language: str = "en") -> str:
    """The URI of a phrase: words in lower case, joined by ``_``; nothing is lemmatised. Empty where no word is in it.

    Of English phrases, articles are left out, and "to" at the beginning.

    >>> [concept(phrase) for phrase in ("a Golden Retriever", "to play the piano", "jack-o'-lantern", "!")]
    ['/c/en/golden_retriever', '/c/en/play_piano', '/c/en/jack_o_lantern', '']
    """
    # In lower case first: what parts words is looked for among small letters.
    plain = unicodedata.normalize("NFC", phrase.replace("_", " ").translate(_CURLED)).casefold()
    words: list[str] = _WORD.findall(unicodedata.normalize("NFC", plain))
    if language == "en":
        words = _without_small_words(words)
    return f"/c/{language}/{'_'.join(words)}" if words else ""


def _without_small_words(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in _ARTICLES]
    while kept and kept[0] == "to":
        kept = kept[1:]
    # "the" and "to" are words, too, if they are all there is.
    return kept or words


def label(uri: str) -> str:
    """The words of a concept.

    >>> label("/c/en/crane/n/wn/animal")
    'crane'
    """
    return uri.split("/")[3].replace("_", " ")


def language(uri: str) -> str:
    """The language of a concept.

    >>> language("/c/en/dog")
    'en'
    """
    return uri.split("/")[2]


def assertion(relation: str, start: str, end: str) -> str:
    """The URI of the assertion that start stands in a relation to end.

    >>> assertion("/r/IsA", "/c/en/dog", "/c/en/pet")
    '/a/[/r/IsA/,/c/en/dog/,/c/en/pet/]'
    """
    return f"/a/[{relation}/,{start}/,{end}/]"


def iri(uri: str) -> NamedNode:
    """The IRI of what ConceptNet calls so; what an IRI may not have is percent-encoded, as the brackets of assertions.

    >>> iri("/a/[/r/IsA/,/c/en/dog/,/c/en/pet/]").value
    'http://api.conceptnet.io/a/%5B/r/IsA/,/c/en/dog/,/c/en/pet/%5D'
    """
    return NamedNode(BASE + "".join(c if _is_letter(c) else quote(c, safe=_PERMITTED) for c in uri))


def _is_letter(character: str) -> bool:
    """Whether it is a letter, a digit or an accent, of any script, which an IRI may have as it is."""
    return unicodedata.category(character)[0] in "LMN" and character < _BEYOND


def uri(node: NamedNode) -> str:
    """What ConceptNet calls the thing of an IRI.

    >>> uri(iri("/c/en/50%_off"))
    '/c/en/50%_off'
    """
    return unquote(node.value.removeprefix(BASE))
