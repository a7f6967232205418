"""The command that says what filters respond to, in concepts and what is above them: label."""

# A command imports what it runs when it is run: nobody should wait for more than that to read a help text.
# ruff: noqa: PLC0415

from typing import Any

import click

from kgexplain.cli.options import echo, files_option, store_option, style_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.text import written


@click.command()
@click.option(
    "--run", metavar="IRI", help="The dissection whose filters are labelled.  [default: the newest]"
)
@click.option(
    "--measure",
    default="profile",
    show_default=True,
    metavar="profile|pearson|cosine|soft_iou|iou",
    help="How a filter and a concept are compared; iou is of concepts only.",
)
@click.option(
    "--limit",
    default=0.01,
    show_default=True,
    help="Up to which p-value a filter's best concept is its label.",
)
@click.option(
    "--null",
    metavar="IRI",
    help="A dissection of the same architecture with random weights, to compare with.  [default: annotations dealt at random]",
)
@files_option
@store_option
@style_option
def label(store: str, style: str, **given: Any) -> None:
    """Label filters with what they respond to: a concept, or what WordNet has above several; some with nothing.

    It needs a dissection and, for what is above concepts, `kgexplain link`. What is printed counts labels layer by layer;
    `kgexplain ask concepts/labelled_filters` tells each.

    Example: kgexplain label --measure profile --limit 0.01 --store graph/
    """
    from kgexplain.workflow.label import label as label_

    with existing_store(store) as opened:
        echo(written(label_(opened, **given).rows(), style))
