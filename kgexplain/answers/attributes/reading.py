"""What the graph says in words: attributes of filters and classes, and rationales of images."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kgexplain.answers.attributes.estimate import Estimate
from kgexplain.answers.attributes.sentence import sentence
from kgexplain.answers.attributes.wording import article, named
from kgexplain.answers.explanation import number
from kgexplain.errors import QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.vocabulary import Term


@dataclass(frozen=True)
class Rationale:
    """Why a network would call an image a class.

    ``weights_by`` is linear or gradient, how much a filter counts for the class; ``positive_share`` is that of what
    speaks for the class in all contributions, and ``residual`` what the attributes that are not stated add up to.
    """

    iri: str
    run: str
    image: str
    key: str
    class_: str
    name: str
    is_predicted: bool
    is_true: bool
    weights_by: str
    positive_share: float
    residual: float
    estimates: tuple[Estimate, ...]

    @property
    def speaks(self) -> bool:
        """Whether anything speaks for the class; where nothing does, the estimates say nothing of it."""
        return self.positive_share > 0

    def sentence(self, number: int = 5) -> str:
        """Why, by the most probable attributes; where nothing speaks for the class, that this is so."""
        if self.speaks:
            return sentence(self.name, self.estimates, number)
        return (
            f"There is no reason to call this {article(named(self.name))}: "
            "no filter that the image activates speaks for it."
        )


@dataclass(frozen=True)
class Description:
    """What a network knows a class by; ``residual`` is what the attributes that are not stated add up to."""

    class_: str
    name: str
    residual: float
    estimates: tuple[Estimate, ...]

    @property
    def speaks(self) -> bool:
        """Whether anything is known of the class."""
        return bool(self.estimates)


def estimates(store: Store, subject: str, run: str) -> tuple[Estimate, ...]:
    """What ``run`` estimates of a filter, a class or a rationale, best first; empty where it says nothing."""
    bound = query("attributes/estimates").bind(subject=NamedNode(subject), run=NamedNode(run))
    return tuple(
        Estimate(
            row["attribute"].value,
            row["adjective"].value if "adjective" in row else "",
            row["noun"].value,
            row["text"].value,
            number(row["probability"]),
            int(number(row["rank"])),
        )
        for row in store.select(bound)
    )


def rationales(store: Store, image: str, run: str | None = None) -> tuple[Rationale, ...]:
    """Why a network would call an image each class that was asked about: the predicted first, then the true, by name.

    ``run`` is the run that gave them; it may be left out where there is but one.
    """
    node = NamedNode(image)
    seen = {
        row["run"].value: row
        for row in store.select(query("attributes/classes_of_image").bind(image=node))
        if run in (None, row["run"].value)
    }
    if len(seen) != 1:
        raise QueryError(_not_one(store, image, run, sorted(seen)))
    ((chosen, facts),) = seen.items()
    rows = store.select(query("attributes/rationale_of_image").bind(image=node))
    heads = {row["rationale"].value: row for row in rows if row["run"].value == chosen}
    found = (_rationale(store, image, facts, head) for head in heads.values())
    return tuple(sorted(found, key=lambda r: (not r.is_predicted, not r.is_true, r.name, r.class_)))


def _not_one(store: Store, image: str, run: str | None, runs: list[str]) -> str:
    if runs:
        return f"{image}: {len(runs)} runs gave rationales of it; choose one of {', '.join(runs)}"
    whose = f" by {run}" if run else ""
    return f"the graph at {store.address} has no rationale of {image}{whose}; explain the image by attributes first"


def _rationale(store: Store, image: str, facts: Mapping[str, Term], head: Mapping[str, Term]) -> Rationale:
    run, iri = facts["run"].value, head["rationale"].value
    return Rationale(
        iri=iri,
        run=run,
        image=image,
        key=facts["key"].value,
        class_=head["class"].value,
        name=head["name"].value,
        is_predicted=head["class"] == facts["predicted"],
        is_true=head["class"] == facts.get("true"),
        weights_by=head["weights_by"].value,
        positive_share=number(head["positive_share"]),
        residual=number(head["residual"]),
        estimates=estimates(store, iri, run),
    )


def description(store: Store, class_: str, run: str) -> Description:
    """What ``run`` says a network knows a class by."""
    rows = store.select(query("attributes/attributes_of_class").bind(**{"class": NamedNode(class_)}))
    for row in rows:
        if row["run"].value == run:
            known = estimates(store, class_, run)
            return Description(class_, row["name"].value, number(row["residual"]), known)
    runs = ", ".join(dict.fromkeys(row["run"].value for row in rows)) or "none"
    raise QueryError(f"{run} says nothing of {class_}; the runs that do: {runs}")
