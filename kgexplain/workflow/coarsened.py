"""A coarsening as tables: coarse tags with how many carry them, what layers are about, sentences, counts."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.coarsening.coarse import Coarse
from kgexplain.answers.coarsening.statements import ACCORDS, Agreement
from kgexplain.errors import InputError
from kgexplain.graph.store import Rows
from kgexplain.vocabulary import Term
from kgexplain.workflow.coarsen import Coarsening

BY = ("filter", "class", "layer", "network", "sentences", "counts")


def overview(found: Coarsening, by: str = "filter") -> Rows:
    """The coarse tags of filters or classes, those of most first; of layers and the network, what each is about.

    ``sentences`` are those of all coarse tags of filters, ``counts`` how many filters and classes conform, are mixed, have
    one tag, or none.
    """
    if by not in BY:
        raise InputError(f"by is {by!r}; what can be shown is {', '.join(BY)}")
    if by in ("sentences", "counts"):
        return _sentences(found) if by == "sentences" else _counts(found)
    return _parts(found, by) if by in ("layer", "network") else _grouped(found, by)


def _sentences(found: Coarsening) -> Rows:
    columns = ("filter", "rank", "sentence")
    ones = found.coarse["filter"]
    rows = [(NamedNode(one.thing), Literal(one.rank), Literal(one.sentence)) for one in ones]
    return Rows(columns, [_row(columns, row) for row in rows])


def _counts(found: Coarsening) -> Rows:
    rows = [
        {"of": Literal(by), **{accord: Literal(number) for accord, number in found.counts(by).items()}}
        for by in found.agreements
    ]
    return Rows(("of", *ACCORDS), rows)


def _grouped(found: Coarsening, by: str) -> Rows:
    groups: defaultdict[tuple[str, str], list[Coarse]] = defaultdict(list)
    for one in found.coarse[by]:
        if one.rank == 1 and one.thing in found.about:
            groups[one.label, one.concept].append(one)
    columns = (
        "coarse_tag",
        "filters" if by == "filter" else "classes",
        "coverage",
        "specificity",
        "conformance",
        "concept",
    )
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return Rows(columns, [_row(columns, _group(found.agreements[by], *group)) for group in ordered])


def _group(agreements: Mapping[str, Agreement], key: tuple[str, str], ones: list[Coarse]) -> tuple[Term, ...]:
    values = [agreements[one.thing].conformance or 0.0 for one in ones]
    means = (np.mean([one.coverage for one in ones]), ones[0].specificity, np.mean(values))
    return (Literal(key[0]), Literal(len(ones)), *(Literal(float(mean)) for mean in means), NamedNode(key[1]))


def _parts(found: Coarsening, by: str) -> Rows:
    columns = (by, "rank", "coarse_tag", "coverage", "specificity", "filters", "concept")
    rows = [
        (
            NamedNode(one.thing),
            Literal(one.rank),
            Literal(one.label),
            Literal(one.coverage),
            Literal(one.specificity),
            Literal(one.tags),
            NamedNode(one.concept),
        )
        for one in found.coarse[by]
    ]
    return Rows(columns, [_row(columns, row) for row in rows])


def _row(columns: tuple[str, ...], values: tuple[Term, ...]) -> dict[str, Term]:
    return dict(zip(columns, values, strict=True))
