"""Where a machine has WordNet 3.0: NLTK's own, Debian's, or one that is downloaded; read once, then kept."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kgexplain.errors import InputError
from kgexplain.knowledge.cache import cache_folder
from kgexplain.knowledge.wordnet.corpus import lexicon_of
from kgexplain.knowledge.wordnet.lexicon import Lexicon, load, save

DEBIAN = Path("/usr/share/wordnet")
"""Where Debian's package wordnet-base puts WordNet 3.0."""

WITHOUT = (
    "without it, all works with the 1,860 synsets that ship, which are ImageNet's classes and what they are kinds "
    "of, but words are not linked by their sense"
)
"""What still works where there is no WordNet."""

# The number in its name goes up when what is kept in it changes.
_KEPT = "wordnet-3.0.1.tsv"
_CORPUS = "corpora/wordnet"
# The files of lexicographers in the order of their numbers: lexnames(5WN), which Debian leaves out.
_DOMAINS = {
    "noun": "Tops act animal artifact attribute body cognition communication event feeling food group location motive "
    "object person phenomenon plant possession process quantity relation shape state substance time",
    "verb": "body change cognition communication competition consumption contact creation emotion motion perception "
    "possession social stative weather",
}
_PARTS_OF_SPEECH = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}


@cache
def whole_wordnet() -> Lexicon:
    """The whole of WordNet 3.0, from where this machine has it; InputError says what to install where it has none.

    Read through NLTK the first time, which takes some ten seconds, and kept in the cache folder from then on.
    """
    return lexicon(cache_folder())


def lexicon(folder: Path, debian: Path = DEBIAN, server: str | None = None) -> Lexicon:
    """The whole of WordNet 3.0, kept in ``folder``; else NLTK's, Debian's, or downloaded from NLTK's server."""
    kept = folder / _KEPT
    if kept.exists():
        return load(kept)
    if find_spec("nltk") is None:
        raise InputError(
            "the whole of WordNet is read through NLTK, which is not installed: pip install 'kgexplain[wordnet]'; "
            + WITHOUT
        )
    data = folder / "nltk_data"
    with _allowed(data):
        found = _installed() or _debian(debian, data) or _downloaded(data, server)
        read = lexicon_of(found)
    save(read, kept)
    return read


@contextmanager
def _allowed(data: Path) -> Iterator[None]:
    """NLTK reads no file outside the folders that it was told of."""
    from nltk.data import path as folders  # noqa: PLC0415 (an extra)

    folders.append(str(data))
    try:
        yield
    finally:
        folders.remove(str(data))


def _installed() -> Any:
    """The WordNet that NLTK finds in its folders, unpacked or not; None where there is none."""
    from nltk.data import find  # noqa: PLC0415 (an extra)

    for name in (_CORPUS, f"{_CORPUS}.zip/wordnet/"):
        try:
            return find(name)
        except LookupError:
            continue
    return None


def _debian(debian: Path, data: Path) -> Any:
    """Debian's WordNet, copied, because NLTK follows no link out of its folders, with the files that Debian lacks."""
    if not (debian / "data.noun").is_file():
        return None
    corpus = data / _CORPUS
    corpus.mkdir(parents=True, exist_ok=True)
    for file in debian.iterdir():
        if file.is_file():
            shutil.copyfile(file, corpus / file.name)
    (corpus / "lexnames").write_text(domain_table(), encoding="ascii")
    # Only translations need it, but NLTK opens it.
    (corpus / "index.sense").touch()
    return _installed()


def domain_table() -> str:
    r"""The file ``lexnames`` of WordNet: number, name and part of speech of each domain.

    >>> domain_table().splitlines()[5]
    '05\tnoun.animal\t1'
    """
    inner = [f"{kind}.{name}" for kind, names in _DOMAINS.items() for name in names.split()]
    rows = enumerate(("adj.all", "adj.pert", "adv.all", *inner, "adj.ppl"))
    return "".join(f"{number:02d}\t{name}\t{_PARTS_OF_SPEECH[name.split('.')[0]]}\n" for number, name in rows)


def _downloaded(data: Path, server: str | None) -> Any:
    """WordNet 3.0 from NLTK's server, put into ``data``."""
    from nltk.downloader import Downloader  # noqa: PLC0415 (an extra)

    data.mkdir(parents=True, exist_ok=True)
    reason: object = "nothing of that name is there"
    try:
        # Not "wordnet31": wnids are offsets in 3.0.
        Downloader(server, str(data)).download("wordnet", quiet=True, raise_on_error=True)
    except (ValueError, OSError) as error:
        reason = error
    if found := _installed():
        return found
    raise InputError(
        f"no WordNet 3.0 on this machine, and none could be downloaded ({reason}); install Debian's package "
        f"wordnet-base, or where there is a network run python -m nltk.downloader wordnet; {WITHOUT}"
    )
