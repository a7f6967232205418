"""What a server may say instead of the whole answer, and what is said about it; no lie is passed on."""

import dataclasses
import json
import time

import pytest
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import QueryError, StoreError
from kgexplain.graph import remote
from kgexplain.graph.endpoint import Credentials, Endpoint, Patience
from kgexplain.graph.engines import ENGINES, addresses, split_address
from kgexplain.graph.remote import RemoteStore
from kgexplain.graph.store import STAGING
from kgexplain.vocabulary import Statement
from tests.servers import Double, free_port

JSON = {"Content-Type": "application/sparql-results+json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
YES = (200, JSON, '{"head": {}, "boolean": true}')
DONE = (204, {}, "")
GRAPH = NamedNode("urn:graph")
ASKED = "SELECT ?o { ?s ?p ?o }"
NOBODY = Credentials()
QUICK = Patience(answer=5, pauses=(0, 0))


def table(column, *values, kind="literal", **headers):
    bindings = [{column: {"type": kind, "value": value}} for value in values]
    return 200, JSON | headers, json.dumps({"head": {"vars": [column]}, "results": {"bindings": bindings}})


class Told:
    """Answers of a server: to the first question, to the one for its graphs, to ours, to updates and to graphs."""

    def __init__(self, asked=YES, graphs=("urn:graph",), update=DONE, graph=DONE):
        self.asked, self.update, self.graph = asked, update, graph
        self.graphs = list(graphs)

    def __call__(self, path, form):
        if path.startswith("/store"):
            return self.graph
        if "update" in form:
            return self.update
        query = form["query"][0]
        answer = YES if query == "ASK {}" else self.asked
        if "?g" in query:
            answer = table("g", *self.graphs, kind="uri")
        return answer(query) if callable(answer) else answer


@pytest.fixture
def store_of():
    """A store behind a server that answers as it is told."""
    opened = []

    def open_store(told, address="/query", credentials=NOBODY, patience=QUICK, engine=None):
        server = Double(told).__enter__()
        opened.append(server)
        store = RemoteStore(server.address + address, Endpoint(credentials, patience))
        if engine:
            store._engine = ENGINES[engine]
            store._at = addresses(store._at.query, store._engine, {})
            store._has_graph_store = True
        store.server = server
        return store

    yield open_store
    for server in opened:
        server.__exit__()


def rows(*values, **headers):
    return table("o", *values, **headers)


def test_an_answer_is_passed_on(store_of):
    store = store_of(Told(rows("a", "b")))
    assert [row["o"] for row in store.select(ASKED)] == [Literal("a"), Literal("b")]


def test_a_query_is_a_form_that_names_all_graphs(store_of):
    store = store_of(Told(rows("a"), graphs=["urn:2", "urn:1", f"{STAGING}5-x"]))
    store.select(ASKED)
    path, form, headers = store.server.received[-1]
    assert (path, headers["Content-Type"]) == ("/query", "application/x-www-form-urlencoded")
    assert form == {
        "query": [ASKED],
        "default-graph-uri": ["urn:1", "urn:2"],
        "named-graph-uri": ["urn:1", "urn:2"],
    }


def test_a_store_without_graphs_is_no_store_of_all(store_of):
    store = store_of(Told(rows(), graphs=[f"{STAGING}5-x"]))
    store.select(ASKED)
    assert store.server.received[-1][1]["default-graph-uri"] == [f"{STAGING}nothing"]


def test_a_server_with_a_union_of_its_own_is_asked_for_it(store_of):
    store = store_of(Told(rows("a")), engine="oxigraph")
    store.select(ASKED)
    assert store.server.received[-1][1] == {"query": [ASKED], "union-default-graph": ["true"]}


def test_a_union_of_its_own_is_not_asked_for_while_a_graph_is_staged(store_of):
    store = store_of(Told(rows("a"), graphs=["urn:1", f"{STAGING}5-x"]), engine="oxigraph")
    store.select(ASKED)
    assert store.server.received[-1][1]["default-graph-uri"] == ["urn:1"]


def test_graphs_of_the_server_itself_are_not_listed(store_of):
    told = Told(graphs=["urn:1", "http://www.w3.org/ns/ldp#", f"{STAGING}5-x"])
    assert store_of(told, engine="virtuoso").graphs() == {NamedNode("urn:1")}


def test_graphs_are_listed_once_in_a_while_where_that_takes_long(store_of):
    store = store_of(Told(rows("a")), engine="virtuoso")
    store.select(ASKED)
    store.select(ASKED)
    assert ["?g" in form["query"][0] for _, form, _ in store.server.received] == [False, True, False, False]


def test_graphs_are_listed_anew_after_a_change(store_of):
    store = store_of(Told(rows("a")), engine="virtuoso")
    for change in (lambda: store.replace(GRAPH, []), lambda: store.clear(GRAPH)):
        store.select(ASKED)
        change()
    store.select(ASKED)
    assert sum("?g" in form.get("query", [""])[0] for _, form, _ in store.server.received) == 3


LIES = {
    "Virtuoso's time is up": (
        rows("a", **{"X-SQL-State": "S1TAT", "X-SQL-Message": "Returning incomplete results"}),
        "answered only in part .S1TAT: Returning incomplete",
    ),
    "a page that every server has": (
        (200, HTML, "<html>Welcome</html>"),
        "answers with a web page; give the address of a SPARQL endpoint",
    ),
    "the answer ends too soon": ((200, JSON, rows("a", "b")[2][:-9]), "or only a part of them; it ends in"),
    "an error in the middle": (
        (200, JSON, rows("a")[2][:-4] + "Virtuoso 42000 Error"),
        "or only a part of them; it ends in .*42000 Error",
    ),
    "no answer at all": ((200, JSON, ""), "answers something else than SPARQL results"),
    "another JSON": ((200, JSON, '{"error": "none"}'), "answers something else than SPARQL results"),
    "a yes instead of rows": (YES, "answers True where rows are due"),
    "an error": (
        (500, {"Content-Type": "text/plain"}, "Virtuoso S1T00 Error"),
        "does not answer: 500, Virtuoso S1T00 Error",
    ),
    "an error as a page": ((500, HTML, "<html>"), "does not answer: 500, a web page"),
    "a place without endpoint": (
        (404, {}, ""),
        "does not answer: 404, nothing is at this address; give the address that takes queries",
    ),
    "a new place": (
        (301, {"Location": "https://example.org/new"}, ""),
        "it has moved; give the address https://example.org/new",
    ),
    "hung up": (None, "cannot be reached"),
    "hung up too early": (
        (200, JSON | {"Content-Length": "5000"}, rows("a")[2]),
        "ended in the middle of its answer|cannot be reached",
    ),
    "always busy": ((503, {}, ""), "does not answer: 503, Service Unavailable"),
    "not for everybody": (
        (401, {}, ""),
        "it asks who you are; set KGEXPLAIN_USER and KGEXPLAIN_PASSWORD, or KGEXPLAIN_TOKEN",
    ),
    "for nobody": ((403, {}, ""), "403, it does not let anybody do this; give a user that may"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_is_not_the_whole_answer_is_refused(store_of, lie):
    answer, sentence = LIES[lie]
    with pytest.raises(StoreError, match=sentence):
        store_of(Told(answer)).select(ASKED)


@pytest.mark.parametrize("lie", [lie for lie in LIES if lie != "a yes instead of rows"])
def test_an_address_that_answers_so_is_not_opened(store_of, lie):
    with pytest.raises(StoreError, match=LIES[lie][1]):
        store_of(lambda path, form: LIES[lie][0])


def test_a_query_that_the_server_does_not_understand_is_told(store_of):
    store = store_of(Told((400, {}, "SP030: syntax error\nat 'x'")))
    with pytest.raises(QueryError, match=r"/query does not take the query: SP030: syntax error at 'x'"):
        store.select(ASKED)


def test_a_server_that_is_down_is_told():
    with pytest.raises(
        StoreError, match=r"http://127.0.0.1:\d+/query cannot be reached \(Connection refused\); is the"
    ):
        RemoteStore(f"http://127.0.0.1:{free_port()}/query", Endpoint())


def test_an_address_that_is_none_is_told():
    with pytest.raises(StoreError, match=r"http://:80:80/ is no address of an endpoint|cannot be reached"):
        RemoteStore("http://:80:80/", Endpoint())


def test_a_server_that_takes_too_long_is_told(store_of):
    def slow(query):
        store.server.stopped.wait(5)
        return rows("a")

    store = store_of(Told(slow), patience=Patience(answer=0.05))
    with pytest.raises(StoreError, match=r"gave no answer within 0.05 s; ask for less, or try again later"):
        store.select(ASKED)


def test_a_server_that_is_busy_for_a_moment_is_asked_again(store_of):
    answers = iter([(503, {}, ""), (502, {}, ""), rows("a")])
    store = store_of(Told(lambda query: next(answers)))
    assert len(store.select(ASKED)) == 1


def numbered(query, most):
    """Rows 0, 1, 2 … 9 for a server that gives so many at most."""
    size, start = most, 0
    if "OFFSET" in query:
        size, start = (int(query.split(word)[1].split()[0]) for word in ("LIMIT", "OFFSET"))
    found = [str(number) for number in range(10)][start : start + min(size, most)]
    return rows(*found, **({"X-SPARQL-MaxRows": str(most)} if len(found) == most else {}))


@pytest.mark.parametrize("most", [2, 3, 4, 6, 9, 10, 11])
def test_an_answer_that_is_cut_is_asked_for_page_by_page(store_of, most):
    store = store_of(Told(lambda query: numbered(query, most)))
    assert [row["o"].value for row in store.select(ASKED)] == list("0123456789")


def test_a_server_that_knows_no_pages_is_refused(store_of):
    store = store_of(Told(rows("a", "b", "c", **{"X-SPARQL-MaxRows": "3"})))
    with pytest.raises(StoreError, match=r"cuts every answer at 3 rows; ask for fewer, or raise its limit"):
        store.select(ASKED)


def test_a_server_that_gives_one_row_at_most_is_refused(store_of):
    store = store_of(Told(rows("a", **{"X-SPARQL-MaxRows": "1"})))
    with pytest.raises(StoreError, match=r"cuts every answer at 1 rows"):
        store.select(ASKED)


def test_pages_that_all_begin_alike_are_refused(store_of):
    store = store_of(
        Told(
            lambda query: (
                rows("a", "b") if "OFFSET" in query else rows("a", "b", "c", **{"X-SPARQL-MaxRows": "3"})
            )
        )
    )
    with pytest.raises(StoreError, match=r"cuts every answer at 3 rows"):
        store.select(ASKED)


def test_a_row_limit_that_was_not_reached_is_no_cut(store_of):
    store = store_of(Told(rows("a", **{"X-SPARQL-MaxRows": "3"})))
    assert len(store.select(ASKED)) == 1


def test_virtuosos_yes_is_a_table(store_of):
    assert store_of(Told(table("__ASK_RETVAL", "1"))).ask("ASK { ?s ?p ?o }") is True


def test_virtuosos_no_is_an_empty_table(store_of):
    assert store_of(Told(table("__ASK_RETVAL"))).ask("ASK { ?s ?p ?o }") is False


def test_a_blank_node_of_others_gets_an_iri(store_of):
    store = store_of(Told(table("o", "b0", kind="bnode")))
    assert [row["o"].value for row in store.select(ASKED)] == [
        "https://w3id.org/kgexplain/.well-known/genid/b0"
    ]


REFUSALS = {
    401: "/query refuses to write: it asks who you are; set KGEXPLAIN_USER",
    403: "/query refuses to write: 403, it does not let anybody do this",
    405: "/query refuses to write: 405, Method Not Allowed",
    500: "/query refuses to write: 500, Internal Server Error",
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_server_that_refuses_to_write_is_told(store_of, status):
    with pytest.raises(StoreError, match=REFUSALS[status]):
        store_of(Told(update=(status, {}, ""))).clear(GRAPH)


def test_an_update_that_is_answered_by_a_page_was_not_carried_out(store_of):
    with pytest.raises(StoreError, match=r"/query takes no updates: 200, a web page"):
        store_of(Told(update=(200, HTML, "<html>"))).clear(GRAPH)


def test_an_update_is_not_sent_twice(store_of):
    store = store_of(Told(update=(503, {}, "")))
    with pytest.raises(StoreError, match=r"503"):
        store.clear(GRAPH)
    assert sum("update" in form for _, form, _ in store.server.received) == 1


def many(size=1200):
    return (Statement(NamedNode("urn:s"), NamedNode("urn:p"), Literal(number)) for number in range(size))


def written(store):
    """The first word of each update, and the path of each graph, in their order."""
    return [
        form["update"][0].split()[0] if "update" in form else path.partition("?")[0]
        for path, form, _ in store.server.received
        if "query" not in form
    ]


def test_many_statements_are_staged_in_pieces(store_of, monkeypatch):
    monkeypatch.setattr(remote, "PIECE", 500)
    store = store_of(Told(), address="/query#store=store")
    store.replace(GRAPH, many())
    assert written(store) == ["/store", "/store", "/store", "DELETE", "DROP"]


def test_a_server_without_graph_store_gets_batches(store_of):
    store = store_of(Told(graph=(404, {}, "")), address="/query#store=store")
    store.replace(GRAPH, many())
    assert written(store) == ["/store", "INSERT", "INSERT", "INSERT", "DELETE", "DROP"]


def test_a_graph_that_is_refused_is_told_and_dropped(store_of):
    store = store_of(Told(graph=(403, {}, "")), address="/query#store=store")
    with pytest.raises(StoreError, match=r"/store refuses to write: 403"):
        store.replace(GRAPH, many())
    assert written(store) == ["/store", "DROP"]


def test_a_new_graph_is_sent_as_a_whole_where_that_is_safe(store_of):
    store = store_of(Told(graphs=["urn:other"]), engine="oxigraph")
    store._engine = dataclasses.replace(store._engine, batch=500)
    store.replace(GRAPH, many())
    assert written(store) == ["/store"]
    assert store.server.received[-1][0] == "/store?no_transaction&graph=urn%3Agraph"


def test_what_others_left_in_staging_is_dropped_after_a_day(store_of):
    day = 24 * 60 * 60
    old, new = (f"{STAGING}{int(time.time()) - age}-x" for age in (day + 60, day - 60))
    store = store_of(Told(graphs=[old, new, f"{STAGING}x"]))
    store.replace(GRAPH, many())
    drops = [form["update"][0] for _, form, _ in store.server.received if "update" in form][:1]
    assert drops == [f"DROP SILENT GRAPH <{old}>"]


@pytest.mark.parametrize(
    ("challenge", "way"), [("Digest realm=x, nonce=y, qop=auth", "Digest"), ("Basic realm=x", "Basic")]
)
def test_a_server_is_told_who_asks_in_the_way_it_wants(challenge, way):
    def locked(path, form):
        return (
            YES if "Authorization" in server.received[-1][2] else (401, {"WWW-Authenticate": challenge}, "")
        )

    with Double(locked) as server:
        RemoteStore(server.address, Endpoint(Credentials("somebody", "secret"), QUICK))
        assert server.received[-1][2]["Authorization"].startswith(way)


def test_a_wrong_password_is_told(store_of):
    with pytest.raises(StoreError, match=r"401, it does not let somebody do this; give a user that may"):
        store_of(
            lambda path, form: (401, {"WWW-Authenticate": "Basic"}, ""),
            credentials=Credentials("somebody", "x"),
        )


def test_a_wrong_token_is_told(store_of):
    with pytest.raises(StoreError, match=r"401, it does not let the bearer of the token do this"):
        store_of(lambda path, form: (401, {}, ""), credentials=Credentials(token="x"))


@pytest.mark.parametrize(
    ("engine", "query", "update", "store"),
    [
        ("oxigraph", "http://h:7878/query", "http://h:7878/update", "http://h:7878/store?no_transaction"),
        ("virtuoso", "http://h/sparql", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("fuseki", "http://h/ds/query", "http://h/ds/update", "http://h/ds/data"),
    ],
)
def test_each_server_has_its_addresses(engine, query, update, store):
    found = addresses(query, ENGINES[engine], {})
    assert (found.query, found.update, found.store) == (query, update, store)


def test_given_addresses_go_first():
    query, given = split_address("https://h/a/query#update=/u?x=1&store=")
    found = addresses(query, ENGINES["fuseki"], given)
    assert (found.query, found.update, found.store) == ("https://h/a/query", "https://h/u?x=1", "")


@pytest.mark.parametrize("fragment", ["top", "updates=x", "update=x&user=y"])
def test_other_words_behind_the_address_are_refused(fragment):
    with pytest.raises(StoreError, match=r"behind #; there may be update=ADDRESS and store=ADDRESS"):
        split_address(f"https://h/query#{fragment}")
