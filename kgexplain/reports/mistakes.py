"""Mistakes for people, as text and as a page with picture beside text, and for programs, as JSON, CSV or Turtle."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.mistakes.answer import Mistake, Mistakes
from kgexplain.graph.store import Rows
from kgexplain.reports.pictures import data_uri
from kgexplain.reports.text import written
from kgexplain.vocabulary import Term

_EXAMPLES = 3
_CONCEPTS = 8
_PAIRS = 4
_FILTERS = 8
_CLASSES = 8
_TAGS = 4

COLUMNS = (
    *("image", "true", "predicted", "diagnosis", "probability", "true_probability", "true_place"),
    *("for_true", "for_predicted", "for_both", "for_neither", "tag_place_true", "tag_place_predicted"),
    *("presence_true", "presence_predicted", "strongest", "hypernym", "distance", "relations", "evidence"),
)


def reported(answer: Mistakes, style: str) -> Iterator[str]:
    """The lines of a report: text is the summary with some examples; the others hold every mistake."""
    return {"text": _text, "json": _json, "csv": _csv, "turtle": _turtle}[style](answer)


def summary(answer: Mistakes) -> Iterator[str]:
    """How many images were misclassified, and what the tags can say of them at all."""
    wrong = len(answer.mistakes)
    if not wrong:
        yield f"None of {answer.images} images is misclassified."
        return
    are = "is" if wrong == 1 else "are"
    yield f"{wrong} of {answer.images} images {are} misclassified ({wrong / answer.images:.0%})."
    if answer.tagged < answer.classes:
        yield (
            f"Only {answer.tagged} of the network's {answer.classes} classes carry tags: of {answer.beyond} mistakes "
            f"the true class has none, of {answer.untagged} the predicted class has none, and of "
            "a class without tags they say nothing."
        )
    for n, hits in answer.hits_true.items():
        yield f"Hits@{n} of the mistakes: true class {hits:.3f}, predicted class {answer.hits_predicted[n]:.3f}."


def _text(answer: Mistakes) -> Iterator[str]:
    yield from summary(answer)
    if not answer.mistakes:
        return
    yield from ("", "Diagnoses")
    for label, number in answer.diagnoses.items():
        yield f"  {label:30}  {number:5d}"
        yield from (f"      {_line(mistake)}" for mistake in examples(answer, label))
    yield from ("", "Confusions, by what both classes are kinds of")
    yield from _confusions(answer)
    yield from (
        "",
        "Filters that speak for wrong predictions: how often in mistakes, how often in right ones, tags",
    )
    for r in answer.responsible[:_FILTERS]:
        tags = ", ".join(r.tags[:_TAGS]) + (" …" if len(r.tags) > _TAGS else "")
        where = f"{r.filter_.layer} filter {r.filter_.number}"
        yield f"  {where:34} {r.active:4d} of {r.mistakes:<4d} ({r.rate:.0%}), {r.right_rate:.0%}: {tags}"
    yield from (
        "",
        "Classes whose images need more variety: features missing on, active filters with its tag",
    )
    for v in answer.variety[:_CLASSES]:
        yield (
            f"  {v.class_:26} {v.missing:3d} of {v.images:<4d} usually {v.usual:.0f}, misclassified {v.mistaken:.0f}, "
            f"other classes {v.other:.0f}"
        )


def examples(answer: Mistakes, label: str) -> list[Mistake]:
    """Some mistakes with this diagnosis, the surest first."""
    found = [mistake for mistake in answer.mistakes if mistake.called == label]
    return sorted(found, key=lambda m: (-m.probability, m.key))[:_EXAMPLES]


def _line(mistake: Mistake) -> str:
    return f"{mistake.key}: {mistake.true}, taken for {mistake.predicted} ({mistake.probability:.0%})"


def _confusions(answer: Mistakes) -> Iterator[str]:
    groups = [(name, list(group)) for name, group in groupby(answer.confusions, lambda c: c.hypernym)]
    for name, group in groups[:_CONCEPTS]:
        pairs = ", ".join(f"{c.true} → {c.predicted} {c.images}" for c in group[:_PAIRS])
        yield f"  {name:24} {sum(c.images for c in group):4d}: {pairs}{' …' if len(group) > _PAIRS else ''}"
    if len(groups) > _CONCEPTS:
        rest = sum(c.images for _, group in groups[_CONCEPTS:] for c in group)
        yield f"  {len(groups) - _CONCEPTS} more concepts {rest:6d}"


def _cells(mistake: Mistake) -> dict[str, str | int | float | None]:
    values: tuple[str | int | float | None, ...] = (
        *(mistake.key, mistake.true, mistake.predicted, mistake.called),
        *(mistake.probability, mistake.true_probability, mistake.true_place),
        *(*mistake.counts, *mistake.tag_places, *mistake.presences),
        *(mistake.strongest, mistake.hypernym, mistake.distance),
        ", ".join(relation.rpartition("/")[2] for relation in mistake.relations) or None,
        mistake.evidence,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _json(answer: Mistakes) -> Iterator[str]:
    told = {
        "summary": list(summary(answer)),
        "images": answer.images,
        "right": answer.right,
        "hits": {"true": answer.hits_true, "predicted": answer.hits_predicted},
        "diagnoses": answer.diagnoses,
        "mistakes": [_cells(mistake) for mistake in answer.mistakes],
        "confusions": [asdict(confusion) for confusion in answer.confusions],
        "responsible": [{**asdict(r), "filter_": r.filter_._asdict()} for r in answer.responsible],
        "variety": [asdict(class_) for class_ in answer.variety],
    }
    yield json.dumps(told, indent=2, ensure_ascii=False)


def _csv(answer: Mistakes) -> Iterator[str]:
    for cells in (COLUMNS, *(_cells(mistake).values() for mistake in answer.mistakes)):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow("" if cell is None else cell for cell in cells)
        yield line.getvalue()


def _turtle(answer: Mistakes) -> Iterator[str]:
    return written(Rows(COLUMNS, [_row(mistake) for mistake in answer.mistakes]), "turtle")


def _row(mistake: Mistake) -> dict[str, Term]:
    """The cells as terms, the image and the diagnosis by their IRIs."""
    said: dict[str, Term] = {k: Literal(v) for k, v in _cells(mistake).items() if v is not None}
    return {**said, "image": NamedNode(mistake.image), "diagnosis": mistake.diagnosis}


def page(answer: Mistakes, network: str, shown: Sequence[tuple[Mistake, Image.Image]]) -> str:
    """The page as HTML, whole in itself: what the mistakes have in common, and ``shown`` mistakes with their pictures."""
    environment = Environment(
        loader=PackageLoader("kgexplain", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    groups = Counter[str]()
    for confusion in answer.confusions:
        groups[confusion.hypernym] += confusion.images
    return environment.get_template("mistakes.html").render(
        answer=answer,
        network=network,
        summary=list(summary(answer)),
        shown=[(mistake, data_uri(picture), sum(mistake.counts)) for mistake, picture in shown],
        concepts=groups.most_common(_CONCEPTS),
        filters=answer.responsible[:_FILTERS],
        variety=answer.variety[:_CLASSES],
    )
