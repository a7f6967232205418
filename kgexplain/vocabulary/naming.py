"""How IRIs are made: prefixes, statements, and the names of the things we talk about."""

import re
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

Term: TypeAlias = NamedNode | Literal


class Statement(NamedTuple):
    """One RDF statement; never a blank node, so that graphs can be compared and replaced."""

    subject: NamedNode
    predicate: NamedNode
    object: Term


BASE = "https://w3id.org/kgexplain/"
KGX = BASE + "ontology#"

PREFIXES = {
    "kgx": KGX,
    "nno": "https://w3id.org/nno/ontology#",
    "mls": "http://www.w3.org/ns/mls#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "spdx": "http://spdx.org/rdf/terms#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "wn30": "http://wordnet-rdf.princeton.edu/pwn30/",
    "wn31": "http://wordnet-rdf.princeton.edu/wn31/",
    "wn": "http://wordnet-rdf.princeton.edu/id/",
    "oewn": "https://en-word.net/id/oewn-",
    "ili": "http://globalwordnet.org/ili/",
}


def term(curie: str) -> NamedNode:
    """The IRI that a prefixed name stands for.

    >>> term("kgx:hasTag").value
    'https://w3id.org/kgexplain/ontology#hasTag'
    """
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


# Printed as they are in a name; every other character becomes "-<hexadecimal code point>-".
_ESCAPED = re.compile(r"[^A-Za-z0-9_.]|\.$")


def name(*keys: str | int) -> str:
    """A name made of keys, of letters, digits and ``_.-`` only; different keys, different names.

    Keys are joined by ``--``; inside a key, any other character is ``-<hexadecimal code point>-``. Read from the left
    this can be taken apart again, so no two lists of keys share a name (the number 7 and the text "7" are one key).
    Such a name can follow a prefix in Turtle and SPARQL.

    >>> name("filter", "layer1.0.conv1", 7)
    'filter--layer1.0.conv1--7'
    >>> name("image", "n01440764/tench 1.jpg")
    'image--n01440764-2f-tench-20-1.jpg'
    """
    return "--".join(_ESCAPED.sub(lambda match: f"-{ord(match[0]):x}-", str(key)) for key in keys)


def thing(document: str, *keys: str | int) -> NamedNode:
    """The IRI of a thing that ``document`` (a network, a run, a set of images) speaks of.

    >>> thing("https://w3id.org/kgexplain/net/vgg16-0a1b2c3d", "filter", "features.28", 95).value
    'https://w3id.org/kgexplain/net/vgg16-0a1b2c3d#filter--features.28--95'
    """
    return NamedNode(f"{document}#{name(*keys)}")


def document(kind: str, *keys: str | int) -> str:
    """The IRI of a document: ``net``, ``images`` or ``run``, and what tells it from others of its kind.

    >>> document("net", "squeezenet1_1", "0a1b2c3d")
    'https://w3id.org/kgexplain/net/squeezenet1_1--0a1b2c3d'
    """
    return f"{BASE}{kind}/{name(*keys)}"


def run_document(
    method: str, network: tuple[str, str], images: tuple[str, str], about: tuple[str, ...] = ()
) -> str:
    """The IRI of a run over images, network and images given as name and digest.

    ``about`` is what tells it from other runs of the same method, network and images, such as a layer.

    >>> run_document("attributes", ("vgg16", "0a1b2c3d4e"), ("birds", "4c5d6e7f80"), ("captions",))
    'https://w3id.org/kgexplain/run/attributes--vgg16--0a1b2c3d--birds--4c5d6e7f--captions'
    """
    of_network, of_images = ((title, digest[:8]) for title, digest in (network, images))
    return document("run", method, *of_network, *of_images, *about)


def synset(wnid: str) -> NamedNode:
    """The WordNet 3.0 synset that a wnid (letter and eight-digit offset in WordNet 3.0) names.

    >>> synset("n02084071").value
    'http://wordnet-rdf.princeton.edu/pwn30/02084071-n'
    """
    return NamedNode(f"{PREFIXES['wn30']}{wnid[1:]}-{wnid[0]}")
