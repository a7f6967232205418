"""ConceptNet's public API as it is: in pages, slow, limited and often down; and what is said about it."""

import json
import re
import time

import pytest

from kgexplain.errors import InputError
from kgexplain.knowledge.conceptnet import LocalConceptNet, PublicConceptNet, import_assertions
from kgexplain.knowledge.conceptnet.api import Manners
from kgexplain.knowledge.conceptnet.edge import RELATIONS
from kgexplain.knowledge.conceptnet.pace import LIMITS, Pace
from kgexplain.knowledge.conceptnet.terms import assertion
from tests.servers import Double, conceptnet_api, free_port

WN31 = "http://wordnet-rdf.princeton.edu/wn31/"
EDGES = [
    ("/r/IsA", "/c/en/dog", "/c/en/pet", 2.0),
    ("/r/IsA", "/c/en/poodle", "/c/en/dog", 4.0),
    ("/r/IsA", "/c/en/dog", "/c/fr/animal", 9.0),
    ("/r/IsA", "/c/en/dog/n/wn/animal", "/c/en/canine", 8.0),
    ("/r/NotHasProperty", "/c/en/dog", "/c/en/green", 7.0),
    ("/r/AtLocation", "/c/en/dog", "/c/en/kennel", 1.0),
    *(("/r/HasA", "/c/en/dog", f"/c/en/part{number}", 1.0 + number / 10) for number in range(7)),
    ("/r/ExternalURL", "/c/en/dog/n/wn/animal", f"{WN31}102086723-n", 1.0),
    ("/r/ExternalURL", "/c/fr/chien/n/wn/animal", f"{WN31}102086723-n", 1.0),
]
HELP = re.compile(
    r"work offline: download https://s3\.amazonaws\.com/\S+\.csv\.gz .* kgexplain conceptnet FILE --to"
)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_api(tmp_path, clock):
    """ConceptNet behind a server that answers as it is told."""
    opened = []

    def open_(answer, answer_seconds=5.0):
        server = Double(answer).__enter__()
        manners = Manners(Pace(clock=clock, sleep=clock.sleep), answer_seconds, sleep=clock.sleep)
        api = PublicConceptNet(server.address, kept=tmp_path / "kept.sqlite", manners=manners)
        api.server = server
        opened.append(api)
        return api

    yield open_
    for api in opened:
        api.close()
        api.server.__exit__()


def after(*failures, then):
    """Answers that fail at first, and then are those of ``then``."""
    waiting = list(failures)
    return lambda path, form: waiting.pop(0) if waiting else then(path, form)


def failure(status, **headers):
    return status, {"Content-Type": "text/html", **headers}, "<html>502 Bad Gateway</html>"


def always(answer):
    return lambda path, form: answer


GOOD = conceptnet_api(EDGES)


def test_edges_of_a_node_come_strongest_first(open_api):
    found = open_api(GOOD).edges("/c/en/dog", ["IsA", "AtLocation"])
    assert [(edge.start, edge.end) for edge in found] == [
        ("/c/en/poodle", "/c/en/dog"),
        ("/c/en/dog", "/c/en/pet"),
        ("/c/en/dog", "/c/en/kennel"),
    ]


def test_an_edge_has_weight_dataset_and_licence(open_api):
    (edge,) = open_api(GOOD).edges("/c/en/kennel")
    assert edge == ("/r/AtLocation", "/c/en/dog", "/c/en/kennel", 1.0, "/d/conceptnet/4/en", "cc:by/4.0")


def test_what_is_said_of_a_sense_is_not_said_of_the_term(open_api):
    assert "/c/en/canine" not in {edge.end for edge in open_api(GOOD).edges("/c/en/dog")}


def test_other_languages_are_left_out(open_api):
    assert "/c/fr/animal" not in {edge.end for edge in open_api(GOOD).edges("/c/en/dog")}


def test_what_denies_is_not_asked_for(open_api):
    api = open_api(GOOD)
    assert "/c/en/green" not in {edge.end for edge in api.edges("/c/en/dog")}
    assert [form["rel"] for _, form, _ in api.server.received] == [[f"/r/{name}"] for name in RELATIONS]


TIES = [
    (f"/r/{relation}", f"/c/en/{start}", f"/c/en/{end}", 1.0)
    for relation in ("IsA", "RelatedTo", "HasA")
    for start, end in (
        ("akita", "dog"),
        ("dog", "animal"),
        ("dog", "akita"),
        ("dog's", "dog"),
        ("dog/n", "pet"),
    )
]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_file_and_the_api_answer_the_same(open_api, tmp_path, limit):
    facts = {"dataset": "/d/conceptnet/4/en", "license": "cc:by/4.0", "weight": 1.0}
    lines = (f"{assertion(*edge[:3])}\t" + "\t".join(edge[:3]) + f"\t{json.dumps(facts)}\n" for edge in TIES)
    (tmp_path / "x.csv").write_text("".join(lines))
    import_assertions([tmp_path / "x.csv"], tmp_path / "net.sqlite")
    api = open_api(conceptnet_api(TIES))
    with LocalConceptNet(tmp_path / "net.sqlite") as local:
        for node in ("/c/en/dog", "/c/en/akita", "/c/en/dog/n"):
            assert (
                local.edges(node, ["IsA", "RelatedTo", "HasA"], limit=100)[:limit]
                == api.edges(node, ["IsA", "RelatedTo", "HasA"], limit=100)[:limit]
            )
            assert local.edges(node, limit=limit) == local.edges(node, limit=100)[:limit]


def test_of_equals_what_a_node_is_goes_before_what_is_one(open_api):
    found = open_api(conceptnet_api(TIES)).edges("/c/en/dog", ["IsA"])
    assert [edge.start for edge in found] == ["/c/en/dog", "/c/en/dog", "/c/en/akita", "/c/en/dog's"]


def test_all_pages_are_read(open_api):
    api = open_api(conceptnet_api(EDGES, most=3))
    assert len(api.edges("/c/en/dog", ["HasA"])) == 7
    assert [form.get("offset") for _, form, _ in api.server.received] == [None, ["3"], ["6"]]


def test_no_more_pages_are_read_than_needed(open_api):
    api = open_api(conceptnet_api(EDGES, most=3))
    assert [edge.weight for edge in api.edges("/c/en/dog", ["HasA"], limit=2)] == [1.6, 1.5]
    assert len(api.server.received) == 1


def test_a_word_with_very_many_edges_is_not_read_to_the_end(open_api):
    api = open_api(conceptnet_api(EDGES, most=1))
    assert len(api.edges("/c/en/dog", ["HasA"])) == 5


def test_nodes_of_a_word_are_the_term_and_its_senses(open_api):
    assert open_api(GOOD).nodes("the Dog") == ("/c/en/dog", "/c/en/dog/n/wn/animal")


def test_a_word_without_edges_has_no_node(open_api):
    assert open_api(GOOD).nodes("xyzzy") == ()


def test_senses_are_in_the_languages_asked_for(open_api):
    assert open_api(GOOD).senses(f"{WN31}102086723-n") == ("/c/en/dog/n/wn/animal",)


def test_a_second_question_costs_no_request(open_api):
    api = open_api(GOOD)
    first = api.edges("/c/en/dog", ["IsA"])
    assert api.edges("/c/en/dog", ["IsA"]) == first
    assert len(api.server.received) == 1


def test_answers_are_kept_between_two_runs(open_api, tmp_path):
    api = open_api(after(then=GOOD))
    first = api.edges("/c/en/dog", ["IsA"])
    later = PublicConceptNet(api.address, kept=tmp_path / "kept.sqlite")
    assert later.edges("/c/en/dog", ["IsA"]) == first
    later.close()
    assert len(api.server.received) == 1


def test_a_failure_is_not_kept(open_api):
    api = open_api(after((200, {}, "no json"), then=GOOD))
    with pytest.raises(InputError):
        api.edges("/c/en/dog", ["IsA"])
    assert len(api.edges("/c/en/dog", ["IsA"])) == 2


# Patience.


def test_a_server_that_is_busy_for_a_moment_is_asked_again(open_api, clock):
    api = open_api(after(failure(502), failure(503), then=GOOD))
    assert len(api.edges("/c/en/dog", ["IsA"])) == 2
    assert clock.slept == [1, 4]


def test_a_server_says_itself_how_long_to_wait(open_api, clock):
    api = open_api(after(failure(429, **{"Retry-After": "7"}), then=GOOD))
    assert len(api.edges("/c/en/dog", ["IsA"])) == 2
    assert clock.slept == [7]


def test_a_server_says_until_when_to_wait(open_api, clock):
    until = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 30))
    open_api(after(failure(503, **{"Retry-After": until}), then=GOOD)).edges("/c/en/dog", ["IsA"])
    assert clock.slept == [pytest.approx(30, abs=3)]


def test_a_wish_that_cannot_be_read_is_no_wish(open_api, clock):
    open_api(after(failure(429, **{"Retry-After": "soon"}), then=GOOD)).edges("/c/en/dog", ["IsA"])
    assert clock.slept == [1]


def test_a_server_that_wants_to_be_left_alone_for_long_is_left_alone(open_api, clock):
    api = open_api(always(failure(429, **{"Retry-After": "3600"})))
    with pytest.raises(InputError, match="asks to be left alone for 3600 s") as caught:
        api.edges("/c/en/dog", ["IsA"])
    assert HELP.search(str(caught.value))
    assert clock.slept == []


def test_no_more_than_ten_requests_a_second_and_six_thousand_an_hour(clock):
    assert LIMITS == {60: 600, 3600: 6000}
    pace, begin = Pace(clock=clock, sleep=clock.sleep), clock.now
    times = []
    for _ in range(6001):
        pace.wait()
        times.append(clock.now - begin)
    assert times[599] == 0
    assert times[600] == pytest.approx(60)
    assert times[5999] == pytest.approx(9 * 60)
    assert times[6000] == pytest.approx(3600)


def test_requests_that_come_slowly_do_not_wait(clock):
    pace = Pace({60: 2}, clock, clock.sleep)
    for _ in range(10):
        pace.wait()
        clock.now += 30
    assert clock.slept == []


def test_every_try_counts_as_a_request(open_api, clock):
    api = open_api(after(failure(502), failure(502), then=GOOD))
    api.edges("/c/en/dog", ["IsA"])
    assert len(api._manners.pace._times) == 3


# What is said when it is down: one sentence with what to do.


def test_a_server_that_is_down_tells_what_to_do(open_api, clock):
    api = open_api(always(failure(502)))
    with pytest.raises(InputError, match=r"http://127\.0\.0\.1:\d+ answers 502 Bad Gateway; ") as caught:
        api.nodes("dog")
    assert HELP.search(str(caught.value))
    assert len(api.server.received) == 4
    assert clock.slept == [1, 4, 10]


def test_a_wrong_address_is_told_without_asking_again(open_api):
    api = open_api(always((404, {}, "nothing")))
    with pytest.raises(InputError, match="answers 404 Not Found"):
        api.nodes("dog")
    assert len(api.server.received) == 1


def test_a_server_that_does_not_answer_in_time_is_told(open_api):
    waiting = []
    api = open_api(lambda path, form: waiting[0].wait(5) and None, answer_seconds=0.1)
    waiting.append(api.server.stopped)
    with pytest.raises(InputError, match=r"gave no answer within 0\.1 s; ") as caught:
        api.nodes("dog")
    assert HELP.search(str(caught.value))


def test_a_server_that_hangs_up_is_told(open_api):
    with pytest.raises(InputError, match="cannot be reached; "):
        open_api(always(None)).nodes("dog")


def test_a_server_that_is_not_there_is_told(tmp_path):
    with PublicConceptNet(f"http://127.0.0.1:{free_port()}", kept=tmp_path / "kept.sqlite") as api:
        with pytest.raises(InputError, match="cannot be reached; ConceptNet's public API is often down"):
            api.nodes("dog")


def test_an_address_that_is_none_is_told(tmp_path):
    with PublicConceptNet("http://[nonsense", kept=tmp_path / "kept.sqlite") as api:
        with pytest.raises(InputError, match=r"broke off \("):
            api.nodes("dog")


EDGE = json.loads(GOOD("/query", {"end": ["/c/en/kennel"]})[2])["edges"][0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<html>", "Expecting value"),
        ('{"edges": [', "Expecting value"),
        ("[]", "no list of edges"),
        ("{}", "no list of edges"),
        ('{"edges": "many"}', "no list of edges"),
        ('{"edges": [{}]}', "an edge without 'rel'"),
        (json.dumps({"edges": [{**EDGE, "start": None}]}), "an edge without "),
        (json.dumps({"edges": [{**EDGE, "weight": "heavy"}]}), "an edge without "),
    ],
)
def test_what_is_no_answer_of_conceptnet_is_told(open_api, text, what):
    with pytest.raises(
        InputError, match=re.escape(f"answered what is no answer of ConceptNet ({what}")
    ) as caught:
        open_api(always((200, {}, text))).nodes("dog")
    assert HELP.search(str(caught.value))


def test_a_file_of_answers_that_is_none_is_told(tmp_path):
    (tmp_path / "kept.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(
        InputError, match=r"kept\.sqlite: answers of ConceptNet cannot be kept here .* delete the file"
    ):
        PublicConceptNet(kept=tmp_path / "kept.sqlite")


def test_a_place_where_answers_cannot_be_kept_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="answers of ConceptNet cannot be kept here"):
        PublicConceptNet(kept=tmp_path / "file" / "kept.sqlite")
