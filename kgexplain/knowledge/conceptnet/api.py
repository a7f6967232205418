"""ConceptNet behind its public API, which is often down: asked slowly, and never twice for the same."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urljoin

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from kgexplain.errors import InputError
from kgexplain.knowledge.cache import cache_folder
from kgexplain.knowledge.conceptnet.edge import RELATIONS, Edge, chosen, strongest
from kgexplain.knowledge.conceptnet.kept import KeptAnswers
from kgexplain.knowledge.conceptnet.pace import Pace
from kgexplain.knowledge.conceptnet.terms import BASE, concept

FILE = "https://s3.amazonaws.com/conceptnet/downloads/2019/edges/conceptnet-assertions-5.7.0.csv.gz"
INSTEAD = f"work offline: download {FILE} (475 MB), then: kgexplain conceptnet FILE --to conceptnet.sqlite"

# The most edges that the API gives in one answer.
_PAGE = 1000
# A word has more edges than this in rare cases only, and they are its weakest.
_PAGES = 5
_BUSY = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Manners:
    """How a server is asked: its pace, how long one waits for an answer, and before each further try; in seconds.

    A server that asks for a longer pause than ``longest`` is not waited for.
    """

    pace: Pace = field(default_factory=Pace)
    answer: float = 30
    pauses: Sequence[float] = (1, 4, 10)
    longest: float = 90
    sleep: Callable[[float], None] = time.sleep


class PublicConceptNet:
    """ConceptNet as its API answers; what it has once answered is kept in a file."""

    def __init__(
        self,
        address: str = BASE,
        languages: Sequence[str] = ("en",),
        kept: Path | None = None,
        manners: Manners | None = None,
    ) -> None:
        self.address = address.rstrip("/")
        self.languages = tuple(languages)
        self.relations = RELATIONS
        self._kept = KeptAnswers(kept or cache_folder() / "conceptnet-api.sqlite")
        self._manners = manners or Manners()
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/ld+json, application/json"

    def nodes(self, word: str) -> tuple[str, ...]:
        """The URIs among the strongest edges of a word or phrase: the bare term first, then its senses."""
        found: list[str] = []
        for language in self.languages:
            if term := concept(word, language):
                some = islice(self._asked({"node": term}), _PAGE)
                ends = {end for edge in some for end in (edge.start, edge.end)}
                found += sorted(end for end in ends if _is_below(end, term))
        return tuple(found)

    def edges(self, uri: str, relations: Sequence[str] = (), limit: int = 20) -> tuple[Edge, ...]:
        """The strongest edges that start or end at exactly this node."""
        found = (
            edge
            for name in chosen(relations)
            for edge in islice(self._at(uri, {"node": uri, "rel": f"/r/{name}"}), limit)
        )
        return strongest(found, uri, limit)

    def senses(self, synset: str) -> tuple[str, ...]:
        """The nodes that are exactly a synset of WordNet 3.1, given by its IRI."""
        edges = self._asked({"end": synset, "rel": "/r/ExternalURL"})
        return tuple(
            sorted({edge.start for edge in edges if edge.end == synset and self._speaks(edge.start)})
        )

    def close(self) -> None:
        """Let go of connections and of the file of answers."""
        self._session.close()
        self._kept.close()

    def __enter__(self) -> "PublicConceptNet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _at(self, uri: str, query: Mapping[str, str]) -> Iterator[Edge]:
        """The API also gives what is said of the senses of a term, which is another node."""
        for edge in self._asked(query):
            if uri in (edge.start, edge.end) and self._speaks(edge.start) and self._speaks(edge.end):
                yield edge

    def _speaks(self, uri: str) -> bool:
        return uri.startswith(tuple(f"/c/{language}/" for language in self.languages))

    def _asked(self, query: Mapping[str, str]) -> Iterator[Edge]:
        """Edges in the order of the API, which is by weight, page after page."""
        address: str | None = f"{self.address}/query?{urlencode({**query, 'limit': _PAGE})}"
        for _ in range(_PAGES):
            if address is None:
                return
            page = self._page(address)
            yield from self._edges(address, page)
            following = page.get("view", {}).get("nextPage")
            address = following and urljoin(f"{self.address}/", str(following))

    def _page(self, address: str) -> dict[str, Any]:
        known = self._kept.get(address)
        text = known if known is not None else self._answer(address)
        try:
            page = json.loads(text)
        except ValueError as error:
            raise self._nonsense(address, str(error)) from error
        if not isinstance(page, dict) or not isinstance(page.get("edges"), list):
            raise self._nonsense(address, "no list of edges")
        if known is None:
            self._kept.keep(address, text)
        return page

    def _edges(self, address: str, page: Mapping[str, Any]) -> Iterable[Edge]:
        try:
            return [_edge(said) for said in page["edges"]]
        except (KeyError, TypeError, ValueError) as error:
            raise self._nonsense(address, f"an edge without {error}") from error

    def _answer(self, address: str) -> str:
        response = self._send(address)
        for usual in self._manners.pauses:
            if response.status_code not in _BUSY:
                break
            pause = _wanted_pause(response) or usual
            if pause > self._manners.longest:
                raise self._down(f"asks to be left alone for {pause:g} s")
            self._manners.sleep(pause)
            response = self._send(address)
        if not response.ok:
            raise self._down(f"answers {response.status_code} {response.reason}".strip())
        return response.text

    def _send(self, address: str) -> requests.Response:
        self._manners.pace.wait()
        try:
            return self._session.get(address, timeout=self._manners.answer)
        except requests.exceptions.Timeout as error:
            raise self._down(f"gave no answer within {self._manners.answer:g} s") from error
        except requests.exceptions.ConnectionError as error:
            raise self._down("cannot be reached") from error
        except requests.exceptions.RequestException as error:
            raise self._down(f"broke off ({error})") from error

    def _down(self, what: str) -> InputError:
        return InputError(f"{self.address} {what}; ConceptNet's public API is often down, so {INSTEAD}")

    def _nonsense(self, address: str, what: str) -> InputError:
        return InputError(f"{address}: answered what is no answer of ConceptNet ({what}); {INSTEAD}")


def _edge(said: Mapping[str, Any]) -> Edge:
    """An edge of JSON-LD; its ends have their URIs in ``@id``."""
    return Edge(
        said["rel"]["@id"],
        said["start"]["@id"],
        said["end"]["@id"],
        float(said["weight"]),
        said["dataset"],
        said["license"],
    )


def _is_below(uri: str, term: str) -> bool:
    return uri == term or uri.startswith(f"{term}/")


def _wanted_pause(response: requests.Response) -> float | None:
    """What the header Retry-After says, in seconds, whether it has a number or a date."""
    try:
        return Retry().get_retry_after(response.raw)
    except InvalidHeader:
        return None
