"""An explanation for people, as text, and for programs, as JSON, CSV or Turtle."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict

from pyoxigraph import Literal, NamedNode

from kgexplain.answers.explanation import ActiveFilter, Explanation
from kgexplain.graph.store import Rows
from kgexplain.reports.text import written
from kgexplain.vocabulary import Term

_TAGS = 10
_FILTERS = 10


def explained(explanation: Explanation, style: str) -> Iterator[str]:
    """The lines of an explanation: text is the sentence, the first tags and filters; the others hold all."""
    return {"text": _text, "json": _json, "csv": _csv, "turtle": _turtle}[style](explanation)


def _text(explanation: Explanation) -> Iterator[str]:
    yield explanation.sentence
    yield ""
    yield "Tags of its active filters"
    width = max((len(tag.name) for tag in explanation.tags[:_TAGS]), default=0)
    most = max((tag.filters for tag in explanation.tags), default=1)
    for tag in explanation.tags[:_TAGS]:
        yield f"  {tag.name:{width}}  {tag.filters:5d}  {'█' * round(30 * tag.filters / most)}"
    yield ""
    yield f"Its most active filters tagged {explanation.predicted}"
    tagged = [f for f in explanation.filters if explanation.predicted in f.tags]
    # The last layers know things best.
    order = {
        layer: number for number, layer in enumerate(dict.fromkeys(f.layer for f in explanation.filters))
    }
    for filter_ in sorted(tagged, key=lambda f: (f.rank, -order[f.layer]))[:_FILTERS]:
        tags = ", ".join(filter_.tags[:4]) + (" …" if len(filter_.tags) > 4 else "")
        yield f"  {filter_.layer} filter {filter_.index}, place {filter_.rank} in its layer: {tags}"


def _json(explanation: Explanation) -> Iterator[str]:
    yield json.dumps({"sentence": explanation.sentence, **asdict(explanation)}, indent=2, ensure_ascii=False)


def _csv(explanation: Explanation) -> Iterator[str]:
    """One row for each active filter and each of its tags."""
    rows = [("layer", "filter", "rank", "activation", "tag")]
    rows += [
        (f.layer, str(f.index), str(f.rank), repr(f.activation), tag)
        for f in explanation.filters
        for tag in f.tags or ("",)
    ]
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(row)
        yield line.getvalue()


def _turtle(explanation: Explanation) -> Iterator[str]:
    """Each active filter with each of its tags, as an answer to a query."""
    rows = [_row(filter_, tag) for filter_ in explanation.filters for tag in filter_.tags or ("",)]
    return written(Rows(("filter", "rank", "activation", "tag"), rows), "turtle")


def _row(filter_: ActiveFilter, tag: str) -> dict[str, Term]:
    said = {"rank": Literal(filter_.rank), "activation": Literal(filter_.activation)}
    return {"filter": NamedNode(filter_.iri), **said, **({"tag": Literal(tag)} if tag else {})}
