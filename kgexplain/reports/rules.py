"""Rules as a table, below what they are worth on images that they were not learned from."""

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from kgexplain.answers.concepts.rule_statements import rule_node
from kgexplain.answers.concepts.rules import Rule
from kgexplain.evaluation.fidelity import Fidelity
from kgexplain.reports.attributes import Report, Section
from kgexplain.vocabulary import Term

COLUMNS = ("class", "rule", "support", "confidence", "held_out", "fidelity", "iri")


def of_rules(rules: Sequence[Rule], worth: Fidelity, run: str) -> Report:
    """The rules of all classes, class by class, the best first; ``run`` is where the graph has them."""
    rows = [_row(rule, run) for rule in rules]
    shown = ("rule", "support", "confidence", "held_out", "fidelity")
    return Report(COLUMNS, (Section(sentence(worth), rows, shown, len(rows)),))


def sentence(worth: Fidelity) -> str:
    """What the rules are worth together, beside chance.

    >>> print(sentence(Fidelity(40, 20, 15, 10.0, 2.0, 8)))
    Of 40 held-out images rules speak for 20 (50%) and say the network's class for 15 of these (75%); where predictions are
    dealt at random, for 2.0 of 10.0 (20%). That is 38% of all images; the most frequent class is right for 20%.
    """
    if not worth.images:
        return "No image is held out, so nobody knows what the rules are worth."
    most = worth.right_by_most_frequent / worth.images
    return (
        f"Of {worth.images} held-out images rules speak for {worth.spoken} ({worth.coverage:.0%}) and say the network's "
        f"class for {worth.right} of these ({worth.precision:.0%}); where predictions are dealt at random, for "
        f"{worth.right_by_chance:.1f} of {worth.spoken_by_chance:.1f} ({worth.precision_by_chance:.0%}). "
        f"That is {worth.fidelity:.0%} of all images; the most frequent class is right for {most:.0%}."
    )


def _row(rule: Rule, run: str) -> dict[str, Term]:
    row: dict[str, Term] = {
        "class": NamedNode(rule.class_),
        "rule": Literal(rule.text),
        "support": Literal(rule.support),
        "confidence": Literal(rule.confidence),
        "held_out": Literal(rule.unseen),
        "iri": rule_node(rule, run),
    }
    return row if rule.fidelity is None else {**row, "fidelity": Literal(rule.fidelity)}
