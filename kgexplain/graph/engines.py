"""What SPARQL servers do differently: where they take changes, what their default graph is, how much they take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urldefrag, urljoin

from kgexplain.errors import StoreError


@dataclass(frozen=True)
class Engine:
    """A kind of server; its addresses are relative to the one that answers queries.

    ``store`` is where whole graphs are sent (SPARQL 1.1 Graph Store Protocol), empty where that is not possible.
    ``listing`` asks for the names of all graphs ``?g``; ``own`` are graphs that every such server brings. ``union``
    are the parameters that make all graphs the default graph; without them, each query names all graphs, as they
    were listed at most ``listed`` seconds ago. ``batch`` is how many statements one INSERT DATA may bring.
    ``rounds``: doubles come back with fewer digits than they have; asked for as text, they have more.
    ``loads_whole``: what is sent to ``store`` in one request is there as a whole or not at all, however long it is.
    """

    name: str
    update: str
    store: str = ""
    listing: str = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    own: frozenset[str] = frozenset()
    union: Mapping[str, str] = field(default_factory=dict)
    batch: int = 500
    listed: float = 0
    loads_whole: bool = False
    rounds: bool = False


ANY = Engine("SPARQL 1.1", "")

# Each word is what the server says of itself in the header "Server".
ENGINES = {
    "oxigraph": Engine(
        "Oxigraph",
        "update",
        # A transaction needs memory for all of it, and nobody sees a staging graph before it is whole.
        "store?no_transaction",
        listing="SELECT ?g { GRAPH ?g {} }",
        union={"union-default-graph": "true"},
        batch=10_000,
        loads_whole=True,
    ),
    "virtuoso": Engine(
        "Virtuoso",
        "sparql-auth",
        "sparql-graph-crud-auth",
        # Grouped, it takes 7 ms for 105,000 statements; DISTINCT, 10 s.
        listing="SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        listed=5,
        # Six digits of a double, in every format of rows.
        rounds=True,
        own=frozenset(
            {
                "http://www.openlinksw.com/schemas/virtrdf#",
                "http://www.w3.org/ns/ldp#",
                "http://localuriqaserver/sparql",
            }
        ),
    ),
    "fuseki": Engine("Fuseki", "update", "data", listing="SELECT ?g { GRAPH ?g {} }"),
}


def engine(server: str) -> Engine:
    """The kind of server that calls itself so; an unknown one is asked in the standard's words only.

    >>> engine("Virtuoso/07.20.3229 (Linux)").name
    'Virtuoso'
    """
    return next((ENGINES[word] for word in ENGINES if word in server.lower()), ANY)


@dataclass(frozen=True)
class Addresses:
    """Where a server answers queries, takes updates, and takes whole graphs (nowhere, if empty)."""

    query: str
    update: str
    store: str


def split_address(address: str) -> tuple[str, dict[str, str]]:
    """An endpoint's address, and the addresses that were given explicitly behind ``#``.

    >>> split_address("https://example.org/ask#update=change&store=graphs")
    ('https://example.org/ask', {'update': 'change', 'store': 'graphs'})
    """
    query, fragment = urldefrag(address)
    given = {key: values[-1] for key, values in parse_qs(fragment, keep_blank_values=True).items()}
    unknown = sorted(set(given) - {"update", "store"})
    if unknown or (fragment and not given):
        raise StoreError(
            f"{address} says {', '.join(unknown) or fragment} behind #; there may be update=ADDRESS and store=ADDRESS"
        )
    return query, given


def addresses(query: str, kind: Engine, given: Mapping[str, str]) -> Addresses:
    """All addresses of a server; explicit ones go before what its kind usually has.

    >>> addresses("http://localhost:8890/sparql", ENGINES["virtuoso"], {}).update
    'http://localhost:8890/sparql-auth'
    """
    update, store = given.get("update", kind.update), given.get("store", kind.store)
    return Addresses(query, urljoin(query, update), urljoin(query, store) if store else "")
