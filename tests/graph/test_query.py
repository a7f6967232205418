"""Questions: found, described, filled in."""

import pytest
from pyoxigraph import Literal, NamedNode
from rdflib.plugins.sparql.parser import parseQuery

from kgexplain.errors import QueryError
from kgexplain.graph.query import queries, query

KGX = "https://w3id.org/kgexplain/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture
def file(tmp_path):
    """Writes a question and reads it."""

    def write(text):
        path = tmp_path / "question.rq"
        path.write_text(text, encoding="utf-8")
        return query(str(path))

    return write


def one(kind, default=""):
    return f"#+ summary: All.\n#+ $value: what is looked for ({kind}){default}\nSELECT ?s WHERE {{ ?s ?p $value . }}\n"


def bound(question, value):
    """What stands in the place of the only parameter."""
    before, after = question.sparql.rsplit("$value", 1)
    return question.bind(value=value).removeprefix(before).removesuffix(after)


def test_a_question_is_described_by_its_header(file):
    question = file(
        "#+ summary: Filters.\n#+ description: Of one layer,\n#+ description: by name.\n"
        "#+ $layer: the layer (text)\n#+ $least: weakest score (number) = 0.5\n"
        "SELECT ?f WHERE { ?f ?p $layer . FILTER(?f > $least) }"
    )
    assert question.summary == "Filters."
    assert question.description == "Of one layer, by name."
    assert [(p.name, p.meaning, p.kind, p.default) for p in question.parameters] == [
        ("layer", "the layer", "text", None),
        ("least", "weakest score", "number", "0.5"),
    ]


def test_shipped_questions_are_found_by_name_without_the_file_ending():
    assert query("explanation/tags_of_filter").name == "explanation/tags_of_filter"


def test_all_shipped_questions_are_in_order_of_their_names():
    names = [question.name for question in queries()]
    assert names == sorted(names)
    assert {"explanation/tags_of_filter", "comparison/layers_by_synset", "provenance/of_tag"} <= set(names)


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("IRI", "kgx:hasTag", f"<{KGX}hasTag>"),
        ("IRI", "wn30:02084071-n", "<http://wordnet-rdf.princeton.edu/pwn30/02084071-n>"),
        ("IRI", "https://example.org/a#b", "<https://example.org/a#b>"),
        ("IRI", "<urn:a>", "<urn:a>"),
        ("IRI", NamedNode("urn:a"), "<urn:a>"),
        ("synset", "n02084071", "<http://wordnet-rdf.princeton.edu/pwn30/02084071-n>"),
        (
            "synset",
            "http://wordnet-rdf.princeton.edu/pwn30/02084071-n",
            "<http://wordnet-rdf.princeton.edu/pwn30/02084071-n>",
        ),
        ("integer", 7, f'"7"^^<{XSD}integer>'),
        ("integer", "-7", f'"-7"^^<{XSD}integer>'),
        ("integer", Literal(7), f'"7"^^<{XSD}integer>'),
        ("number", "0.25", f'"0.25"^^<{XSD}double>'),
        ("number", 3, f'"3.0"^^<{XSD}double>'),
        ("text", "conv5_3", '"conv5_3"'),
        ("text", 'a "quote" and a \\', '"a \\"quote\\" and a \\\\"'),
        ("text", "two\nlines", '"two\\nlines"'),
        ("text", "\\u0022", '"\\\\\\U000000750022"'),
        ("text", Literal("plain"), '"plain"'),
    ],
)
def test_a_value_is_written_as_one_term(file, kind, value, term):
    assert bound(file(one(kind)), value) == term


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("IRI", "no iri", r"value='no iri': .*; \$value: what is looked for \(IRI\), as wn30:02084071-n"),
        ("IRI", "urn:a> } #", "Invalid IRI"),
        ("IRI", "kgx:a> } #", "Invalid IRI"),
        ("IRI", 7, "is no IRI"),
        ("synset", "dog", r"\(synset\), as n02084071"),
        ("synset", "n0208407", r"\(synset\), as n02084071"),
        ("integer", "1.5", "is no whole number"),
        ("integer", "1 } #", "is no whole number"),
        ("integer", 10**18, "at most 18 digits"),
        ("integer", True, "is no whole number"),
        ("number", "much", r"\(number\), as 0.5"),
        ("number", "inf", "is no finite number"),
        ("number", "nan", "is no finite number"),
        ("text", 7, "is no text"),
        ("text", "\ud800", "is not Unicode"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_the_kind(file, kind, value, reason):
    with pytest.raises(QueryError, match=reason):
        file(one(kind)).bind(value=value)


def test_only_whole_tokens_are_replaced(file):
    question = file(
        "#+ summary: All.\n#+ $a: one thing (text)\n# A comment about $a.\nPREFIX a: <urn:$a#>\n"
        'SELECT ?s WHERE { ?s a:a \'$a\' , """$a""" , $a . ?s <urn:$a> ?ab . }'
    )
    assert question.bind(a="x") == question.sparql.replace(" , $a .", ' , "x" .')


def test_a_parameter_is_not_taken_for_a_longer_one(file):
    question = file(
        "#+ summary: All.\n#+ $a: one (integer)\n#+ $ab: other (integer)\nSELECT ?s WHERE { ?s $a $ab . }".replace(
            "?s $a $ab", "?s ?p $a , $ab"
        )
    )
    assert f'?p "1"^^<{XSD}integer> , "2"^^<{XSD}integer>' in question.bind(a=1, ab=2)


def test_a_value_that_looks_like_a_parameter_is_left_alone(file):
    question = file(
        "#+ summary: All.\n#+ $a: one (text)\n#+ $b: other (text)\nSELECT ?s WHERE { ?s ?p $a , $b . }"
    )
    assert '"$b" , "$a"' in question.bind(a="$b", b="$a")


def test_a_parameter_next_to_operators_is_replaced(file):
    question = file(
        "#+ summary: All.\n#+ $a: one (number)\nSELECT ?s WHERE { ?s ?p ?o . FILTER(?o>$a&&?o!=$a) }"
    )
    assert f'?o>"2.0"^^<{XSD}double>&&?o!="2.0"^^<{XSD}double>)' in question.bind(a=2)


def test_a_default_is_taken_where_no_value_is_given(file):
    assert f'"5"^^<{XSD}integer>' in file(one("integer", " = 5")).bind()


def test_a_value_goes_before_a_default(file):
    assert bound(file(one("integer", " = 5")), 6) == f'"6"^^<{XSD}integer>'


def test_what_hides_in_code_points_stays_in_its_string(file):
    """The standard, and rdflib, replace code points before they read strings."""
    text = file(one("text")).bind(value="\\u0022 . } ORDER BY ?s #")
    assert len(parseQuery(text)[1].where.part) == 1


def test_an_unknown_question_is_refused_with_the_nearest_first():
    with pytest.raises(
        QueryError,
        match=r"no question 'explanation/tag_of_filter'; there are explanation/tags_of_filter, .*links/",
    ):
        query("explanation/tag_of_filter")


def test_an_unknown_parameter_is_refused_with_the_nearest_first():
    with pytest.raises(
        QueryError, match=r"tags_of_numbered_filter has no parameter layers; it has layer, index"
    ):
        query("explanation/tags_of_numbered_filter").bind(layers="conv", index=1)


def test_a_parameter_of_a_question_without_any_is_refused():
    with pytest.raises(QueryError, match="provenance/runs has no parameter run; it has none"):
        query("provenance/runs").bind(run="urn:a")


def test_missing_parameters_are_named_with_what_they_mean():
    with pytest.raises(
        QueryError, match=r"wants \$layer: the layer's name \(text\); \$index: .* \(integer\)"
    ):
        query("explanation/tags_of_numbered_filter").bind()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o . }", "has no summary; begin with #\\+ summary:"),
        ("#+ summary: A.\nSELECT ?s WHERE { ?s ?p $a . }", r"\$a is in the query and not in the header"),
        (
            "#+ summary: A.\n#+ $a: x (text)\nSELECT ?s WHERE { ?s ?p ?o . }",
            r"\$a is in the header and not in the query",
        ),
        (
            "#+ summary: A.\n#+ $a: x (text)\nSELECT ?s WHERE { ?s ?p '$a' . }",
            r"\$a is in the header and not in the query",
        ),
        (
            "#+ summary: A.\n#+ $a: x (date)\nSELECT ?s WHERE { ?s ?p $a . }",
            "of kind 'date'; the kinds are IRI, integer",
        ),
        (
            "#+ summary: A.\n#+ $a: x (integer) = b\nSELECT ?s WHERE { ?s ?p $a . }",
            "a='b': is no whole number",
        ),
        ("#+ summary: A.\n#+ $a x\nSELECT ?s WHERE { ?s ?p $a . }", r"line '\$a x': is none of summary:"),
        (
            "#+ summary: A.\n#+ $a: x (text)\nSELECT $a WHERE { ?s ?p $a . }",
            "a parameter cannot be projected, bound or a LIMIT",
        ),
        (
            "#+ summary: A.\n#+ $a: x (integer)\nSELECT ?s WHERE { ?s ?p ?o } LIMIT $a",
            "a parameter cannot be projected",
        ),
        (
            "#+ summary: A.\n#+ $a: x (text)\nSELECT ?s WHERE { ?s ?p ?a , $a . }",
            r"\?a and \$a are the same variable",
        ),
        ("#+ summary: A.\nSELECT ?s WHERE { ?s ?p }", "is no SPARQL once its parameters have values"),
    ],
)
def test_a_file_whose_header_and_query_disagree_is_refused(file, text, reason):
    with pytest.raises(QueryError, match=rf"question\.rq: .*{reason}"):
        file(text)


def test_a_file_that_is_not_there_is_said():
    with pytest.raises(QueryError, match=r"missing\.rq: cannot be read: No such file or directory"):
        query("missing.rq")


def test_a_file_that_is_not_text_is_said(tmp_path):
    (tmp_path / "a.rq").write_bytes(b"\xff\xfe")
    with pytest.raises(QueryError, match=r"a\.rq: cannot be read: it is not UTF-8"):
        query(str(tmp_path / "a.rq"))
