"""One SPARQL 1.1 server over HTTP: what is sent, who sends it, and every way in which it does not answer."""

import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from kgexplain.errors import QueryError, StoreError

# A server that restarts or is behind a proxy says these for a moment.
BUSY = {502, 503, 504}
CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Credentials:
    """Who asks: a user with a password, or the bearer of a token; both empty for anybody."""

    user: str = ""
    password: str = ""
    token: str = ""

    @classmethod
    def from_environment(cls) -> "Credentials":
        """What KGEXPLAIN_USER, KGEXPLAIN_PASSWORD and KGEXPLAIN_TOKEN say."""
        return cls(*(os.environ.get(f"KGEXPLAIN_{key}", "") for key in ("USER", "PASSWORD", "TOKEN")))

    def answer_to(self, challenge: str) -> AuthBase | None:
        """How to say it to a server that asks in this way (its header ``WWW-Authenticate``)."""
        if not self.user:
            return None
        way = HTTPDigestAuth if "digest" in challenge.lower() else HTTPBasicAuth
        return way(self.user, self.password)


@dataclass(frozen=True)
class Patience:
    """How long to wait for an answer, and before each further try when the server is busy; in seconds."""

    answer: float = 300
    pauses: Sequence[float] = (0.5, 2.0)


class Endpoint:
    """Requests to one server.

    Queries are always form-encoded: long addresses are cut by proxies, and Virtuoso 7 does not answer to a query
    that is the body.
    """

    def __init__(self, credentials: Credentials = Credentials(), patience: Patience = Patience()) -> None:
        self._session = requests.Session()
        self._credentials = credentials
        self._patience = patience
        if credentials.token:
            self._session.headers["Authorization"] = f"Bearer {credentials.token}"

    def ask(self, address: str, form: Mapping[str, str | Sequence[str]]) -> requests.Response:
        """Send a query; the answer is complete, as far as HTTP tells."""
        headers = {"Accept": "application/sparql-results+json"}
        response = self._patiently(address, data=form, headers=headers)
        if response.status_code == 400:
            raise QueryError(f"{address} does not take the query: {_said(response)}")
        if not response.ok or response.is_redirect:
            raise StoreError(f"{address} does not answer: {_failure(response, self._credentials)}")
        if state := response.headers.get("X-SQL-State"):
            raise StoreError(
                f"{address} answered only in part ({state}: {response.headers.get('X-SQL-Message', 'no reason given')}); "
                "ask for less, or give the server more time"
            )
        return response

    def change(self, address: str, sparql: str) -> None:
        """Send an update, once: whether a lost one was carried out cannot be known."""
        response = self._send(address, data={"update": sparql}, headers={})
        self._written(response)
        if "html" in response.headers.get("Content-Type", ""):
            raise StoreError(f"{address} takes no updates: {_failure(response, self._credentials)}")

    def send_graph(self, address: str, graph: str, lines: str) -> bool:
        """Send N-Triples to a graph; false if the server has no Graph Store Protocol there."""
        response = self._patiently(
            address,
            data=lines.encode(),
            headers={"Content-Type": "application/n-triples"},
            params={"graph": graph},
        )
        if response.status_code in {404, 405, 501}:
            return False
        self._written(response)
        return True

    def stream_graph(self, address: str, graph: str, batches: Iterable[str]) -> None:
        """Send N-Triples of any length to a graph, in one request."""
        self._written(
            self._post(
                address,
                data=(batch.encode() for batch in batches),
                headers={"Content-Type": "application/n-triples"},
                params={"graph": graph},
            )
        )

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _written(self, response: requests.Response) -> None:
        if not response.ok or response.is_redirect:
            at = response.url.partition("?")[0]
            raise StoreError(f"{at} refuses to write: {_failure(response, self._credentials)}")

    def _patiently(self, address: str, **request: object) -> requests.Response:
        for pause in self._patience.pauses:
            response = self._send(address, **request)
            if response.status_code not in BUSY:
                return response
            time.sleep(pause)
        return self._send(address, **request)

    def _send(self, address: str, **request: object) -> requests.Response:
        response = self._post(address, **request)
        if response.status_code == 401 and self._session.auth is None:
            answer = self._credentials.answer_to(response.headers.get("WWW-Authenticate", ""))
            if answer is not None:
                self._session.auth = answer
                response = self._post(address, **request)
        return response

    def _post(self, address: str, **request: object) -> requests.Response:
        seconds = (CONNECT_SECONDS, self._patience.answer)
        try:
            # A POST that is redirected would arrive as a GET without its query.
            return self._session.post(address, timeout=seconds, allow_redirects=False, **request)  # type: ignore[arg-type]
        except requests.exceptions.ReadTimeout as error:
            raise StoreError(
                f"{address} gave no answer within {self._patience.answer:g} s; ask for less, or try again later"
            ) from error
        except requests.exceptions.ConnectionError as error:
            raise StoreError(
                f"{address} cannot be reached ({_reason(error)}); is the server running?"
            ) from error
        except requests.exceptions.ChunkedEncodingError as error:
            raise StoreError(
                f"{address} ended in the middle of its answer; ask again, or ask for less"
            ) from error
        except requests.exceptions.RequestException as error:
            raise StoreError(f"{address} is no address of an endpoint: {_reason(error)}") from error


def _failure(response: requests.Response, credentials: Credentials) -> str:
    if response.is_redirect:
        return f"it has moved; give the address {response.headers['Location']}"
    if response.status_code == 401 and not (credentials.user or credentials.token):
        return "it asks who you are; set KGEXPLAIN_USER and KGEXPLAIN_PASSWORD, or KGEXPLAIN_TOKEN"
    if response.status_code in {401, 403}:
        who = credentials.user or ("the bearer of the token" if credentials.token else "anybody")
        return f"{response.status_code}, it does not let {who} do this; give a user that may"
    if response.status_code == 404:
        return "404, nothing is at this address; give the address that takes queries, as http://localhost:7878/query"
    if "html" in response.headers.get("Content-Type", ""):
        return f"{response.status_code}, a web page; give the address of a SPARQL endpoint"
    return f"{response.status_code}, {_said(response)}"


def _said(response: requests.Response) -> str:
    text = re.sub(r"\s+", " ", response.text).strip()
    return text[:200] or response.reason


def _reason(error: Exception) -> str:
    """The last part of a nested message: ``... : [Errno 111] Connection refused'))`` says ``Connection refused``."""
    return re.sub(r"\[Errno -?\d+\] ", "", str(error)).rsplit(": ", 1)[-1].rstrip("')\"")
