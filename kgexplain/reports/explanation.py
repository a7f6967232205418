"""An explanation for people, as text, and for programs, as JSON or CSV."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict

from kgexplain.answers.explanation import Explanation

STYLES = ("text", "json", "csv")
_TAGS = 10
_FILTERS = 10


def explained(explanation: Explanation, style: str) -> Iterator[str]:
    """The lines of an explanation: text is the sentence, the first tags and filters; JSON and CSV hold all."""
    return {"text": _text, "json": _json, "csv": _csv}[style](explanation)


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
