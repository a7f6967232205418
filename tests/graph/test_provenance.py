"""Where the statements of a run come from."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kgexplain.errors import InputError
from kgexplain.graph.provenance import (
    Outcome,
    Pictures,
    Run,
    StoredArray,
    method_iri,
    provenance,
    stored_array,
)
from kgexplain.inputs.architecture import Architecture, OutputClass
from kgexplain.vocabulary import XSD_DATETIME, Term, term, thing

START = datetime(2025, 5, 1, 10, 0, 0, 123456, tzinfo=UTC)
NETWORK = Architecture(
    "tiny", "0a1b2c3d4e5f", {}, (OutputClass(0, "crane", "n02012849"), OutputClass(1, "gnome"))
)
PICTURES = Pictures("garden", "9f8e7d6c5b4a", 7, 2)
RUN = Run("filtag", NETWORK, PICTURES, START, START + timedelta(seconds=20), "0.1.0")
IRI = "https://w3id.org/kgexplain/run/filtag--tiny--0a1b2c3d--garden--9f8e7d6c"


def objects(run: Run, property_: str, subject: str = IRI) -> list[Term]:
    return [s.object for s in provenance(run) if s[:2] == (NamedNode(subject), term(property_))]


def settings(run: Run) -> dict[str, Term]:
    """What each parameter was set to, found as a question would find it."""
    said = {(s.subject, s.predicate): s.object for s in provenance(run)}
    return {
        said[said[setting, term("mls:specifiedBy")], term("rdfs:label")].value: said[
            setting, term("mls:hasValue")
        ]
        for setting in objects(run, "mls:hasInput")
    }


def test_a_run_is_named_after_method_network_and_images():
    assert RUN.iri == IRI


@pytest.mark.parametrize(
    "other",
    [
        replace(RUN, method="dissection"),
        replace(RUN, network=replace(NETWORK, name="other")),
        replace(RUN, network=replace(NETWORK, digest="ffffffff")),
        replace(RUN, images=replace(PICTURES, name="park")),
        replace(RUN, images=replace(PICTURES, digest="ffffffff")),
    ],
)
def test_what_tells_runs_apart_is_in_the_name(other):
    assert other.iri != RUN.iri


def test_options_and_times_do_not_rename_a_run():
    assert replace(RUN, options={"filtag": {"k": 3}}, ended=START + timedelta(days=1), version="9").iri == IRI


@pytest.mark.parametrize(
    ("property_", "expected"),
    [
        ("rdf:type", [term("kgx:Run")]),
        ("kgx:method", [term("kgx:method--filtag")]),
        (
            "prov:used",
            [
                NamedNode("https://w3id.org/kgexplain/net/tiny--0a1b2c3d"),
                NamedNode("https://w3id.org/kgexplain/images/garden--9f8e7d6c"),
            ],
        ),
        ("prov:startedAtTime", [Literal("2025-05-01T10:00:00Z", datatype=XSD_DATETIME)]),
        ("prov:endedAtTime", [Literal("2025-05-01T10:00:20Z", datatype=XSD_DATETIME)]),
        ("kgx:taggingImages", [Literal(7)]),
        ("kgx:heldOutImages", [Literal(2)]),
        ("kgx:truthyK", []),
        ("kgx:tagsSelected", []),
        ("kgx:tagsStated", []),
        ("mls:hasInput", []),
    ],
)
def test_a_run_says(property_, expected):
    assert objects(RUN, property_) == expected


def test_the_software_is_named_with_its_version():
    (agent,) = objects(RUN, "prov:wasAssociatedWith")
    assert objects(RUN, "dcterms:title", agent.value) == [Literal("kgexplain")]
    assert objects(RUN, "dcat:version", agent.value) == [Literal("0.1.0")]


def test_the_method_is_named_as_on_the_command_line():
    assert objects(RUN, "dcterms:identifier", method_iri("filtag").value) == [Literal("filtag")]


def test_the_images_have_title_and_whole_digest():
    assert objects(RUN, "dcterms:title", PICTURES.document) == [Literal("garden")]
    assert objects(RUN, "kgx:digest", PICTURES.document) == [Literal("9f8e7d6c5b4a")]


def test_the_rank_of_direct_statements_is_said():
    assert objects(replace(RUN, truthy_k=3), "kgx:truthyK") == [Literal(3)]


def test_classes_of_the_images_that_the_network_lacks_are_named():
    run = replace(RUN, images=replace(PICTURES, unmatched=("emu", "dodo")))
    assert objects(run, "kgx:unmatched") == [Literal("emu"), Literal("dodo")]


def test_options_keep_their_kind():
    run = replace(
        RUN, options={"filtag": {"k": 5, "q": 0.5, "contrast": "none", "exact": True, "layers": ("a", "b")}}
    )
    assert settings(run) == {
        "filtag.k": Literal(5),
        "filtag.q": Literal(0.5),
        "filtag.contrast": Literal("none"),
        "filtag.exact": Literal(True),
        "filtag.layers": Literal("a, b"),
    }


def test_options_of_the_same_name_are_kept_apart_by_their_owner():
    run = replace(RUN, options={"filtag": {"size": 1}, "preprocessing": {"size": 2}})
    assert settings(run) == {"filtag.size": Literal(1), "preprocessing.size": Literal(2)}


def test_an_option_that_was_not_set_is_not_said():
    assert settings(replace(RUN, options={"filtag": {"k": None, "q": 0}})) == {"filtag.q": Literal(0)}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("squeezenet1_1", "squeezenet1_1"),
        ("package.module:function", "package.module:function"),
        ("/home/me/nets/factories.py:resnet", "factories.py:resnet"),
        ("..\\weights\\net.npz", "net.npz"),
        ("/home/me/weights/", "weights"),
    ],
)
def test_of_a_path_only_the_last_part_is_said(word, said):
    assert settings(replace(RUN, source={"weights": word})) == {"network.weights": Literal(said)}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_folder_ever_reaches_the_graph(word):
    (said,) = settings(replace(RUN, source={"weights": word})).values()
    assert "/" not in said.value
    assert "\\" not in said.value


def test_skipped_images_are_named_with_their_reason():
    run = replace(RUN, outcome=Outcome({"cats/a b.jpg": "cut off", "x.png": "too large"}))
    images = [thing(PICTURES.document, "image", key) for key in ("cats/a b.jpg", "x.png")]
    assert objects(run, "kgx:skipped") == images
    assert objects(run, "kgx:reason", images[0].value) == [Literal("cut off")]
    assert objects(run, "dcterms:identifier", images[1].value) == [Literal("x.png")]


def test_classes_without_images_are_said():
    run = replace(RUN, outcome=Outcome(classes_without_images=(1,)))
    assert objects(run, "kgx:classWithoutImages") == [NETWORK.class_(1)]


def test_numbers_of_tags_are_said_also_when_they_are_0():
    run = replace(RUN, outcome=Outcome(tags_selected=4, tags_stated=0))
    assert objects(run, "kgx:tagsSelected") == [Literal(4)]
    assert objects(run, "kgx:tagsStated") == [Literal(0)]


def test_an_array_is_said_with_file_size_shape_and_checksum():
    run = replace(RUN, outcome=Outcome(arrays=(StoredArray("conv", "conv.npy", (3, 2), 176, "ab" * 32),)))
    array = f"{IRI}#array--conv"
    assert {s.predicate: s.object for s in provenance(run) if s.subject.value == array} == {
        term("rdf:type"): term("dcat:Distribution"),
        term("prov:wasGeneratedBy"): NamedNode(IRI),
        term("dcterms:title"): Literal("conv"),
        term("spdx:fileName"): Literal("conv.npy"),
        term("dcat:mediaType"): Literal("application/octet-stream"),
        term("dcat:byteSize"): Literal(176),
        term("kgx:shape"): Literal("3 × 2"),
        term("spdx:checksum"): NamedNode(f"{IRI}#checksum--conv"),
    }
    assert objects(run, "spdx:checksumValue", f"{IRI}#checksum--conv") == [Literal("ab" * 32)]


def test_a_stored_array_has_the_size_and_checksum_of_its_file(tmp_path):
    (tmp_path / "z.npy").write_bytes(b"twelve bytes")
    sha256 = hashlib.sha256(b"twelve bytes").hexdigest()
    assert stored_array("conv", tmp_path / "z.npy", (2, 3)) == StoredArray(
        "conv", "z.npy", (2, 3), 12, sha256
    )


@pytest.mark.parametrize(
    ("file", "media_type"),
    [("z.npz", "application/zip"), ("z.csv", "text/csv"), ("z.npy", "application/octet-stream")],
)
def test_a_stored_array_is_of_the_media_type_of_its_suffix(file, media_type, tmp_path):
    (tmp_path / file).write_bytes(b"")
    assert stored_array("conv", tmp_path / file, (0,)).media_type == media_type


def test_a_time_of_another_zone_is_said_in_utc():
    there = START.astimezone(timezone(timedelta(hours=-5)))
    assert objects(replace(RUN, started=there), "prov:startedAtTime") == objects(RUN, "prov:startedAtTime")


def test_a_time_without_zone_is_refused():
    with pytest.raises(
        InputError, match=r"started is 2025-05-01T10:00:00, without a time zone; give a time in UTC"
    ):
        replace(RUN, started=datetime(2025, 5, 1, 10))  # noqa: DTZ001


def test_a_run_that_ends_before_it_starts_is_refused():
    with pytest.raises(InputError, match=r"ended is 2025-05-01T09.*, before started, 2025-05-01T10"):
        replace(RUN, ended=START - timedelta(hours=1))


def test_nothing_is_said_twice():
    said = list(provenance(replace(RUN, options={"filtag": {"k": 5}}, truthy_k=1)))
    assert len(said) == len(set(said))
