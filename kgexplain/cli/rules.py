"""Commands about the concepts of classes: rules, relate."""

# A command imports what it runs when it is run.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import echo, store_option, style_option
from kgexplain.graph.opening import existing_store

_run_option = click.option(
    "--run", metavar="IRI", help="The run whose concepts are taken.  [default: the newest that ranked some]"
)


@click.command()
@_run_option
@click.option(
    "--best", type=int, help="How many of an image's concepts count.  [default: as many as kgx:shows says]"
)
@click.option("--conditions", default=3, show_default=True, help="Conditions of a rule, at most.")
@click.option(
    "--least-images", default=5, show_default=True, help="Images that a rule is learned from, at least."
)
@click.option(
    "--least-confidence",
    default=0.5,
    show_default=True,
    help="Share of them that must be predicted to be of its class.",
)
@click.option(
    "--hold-out",
    "held_out",
    default=0.25,
    show_default=True,
    help="Share of each class's images that are kept back.",
)
@click.option("--most", "rules_", default=5, show_default=True, help="Rules of a class, at most.")
@click.option("--seed", default=0, show_default=True, help="Chooses the images that are kept back.")
@store_option
@style_option
def rules(store: str, style: str, run: str | None, best: int | None, **given: Any) -> None:
    """Learn rules, as "cat ⇐ fur ∧ ear ∧ not wheel", and write them into the graph.

    They are made of the concepts that images show and say what the network takes an image for. What they are worth is
    told on images that are kept back, beside chance. Each rule has a query in the graph that finds its images.

    Example: kgexplain rules --store graph/
    """
    from kgexplain.answers.concepts.rules import Learning
    from kgexplain.reports.attributes import told
    from kgexplain.reports.rules import of_rules
    from kgexplain.workflow.rules import rules as rules_

    learning = Learning(rules=given.pop("rules_"), **given)
    with existing_store(store) as opened:
        found = rules_(opened, run, best, learning)
    echo(told(of_rules(found.rules, found.fidelity, found.run), style))


@click.command()
@click.argument("class_", metavar="CLASS")
@_run_option
@click.option("--limit", default=3.0, show_default=True, help="How long a way between two concepts may be.")
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    help="Also draw the small graph: a file ending in .svg or .dot.",
)
@store_option
@style_option
def relate(class_: str, store: str, style: str, picture: Path | None, **given: Any) -> None:
    """Say how the concepts that CLASS relies on belong together, by WordNet and ConceptNet, and which does not.

    CLASS is a name, a wnid or an IRI. What is known of concepts is what `kgexplain link` put into the graph.

    Example: kgexplain relate "school bus" --picture bus.svg --store graph/
    """
    from kgexplain.reports.attributes import told
    from kgexplain.reports.relations import of_relations
    from kgexplain.workflow.relations import relate as relate_
    from kgexplain.workflow.relations import write_picture

    with existing_store(store) as opened:
        found = relate_(class_, opened, **given)
    echo(told(of_relations(found), style))
    if picture:
        click.echo(f"Look at {write_picture(found, picture)}", err=True)
