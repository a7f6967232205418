"""The command that says what tags have in common: coarsen."""

# A command imports what it runs when it is run.
# ruff: noqa: PLC0415

from typing import Any

import click

from kgexplain.cli.options import echo, store_option, style_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.text import written


@click.command()
@click.option(
    "--run", metavar="IRI", help="The run whose tags are coarsened.  [default: the newest that tagged]"
)
@click.option(
    "--by",
    default="filter",
    show_default=True,
    metavar="filter|class|layer|network|sentences|counts",
    help="What is shown.",
)
@click.option(
    "--share", default=2 / 3, show_default="2/3", help="Share of the tags that a concept must cover."
)
@click.option("--best", type=int, help="Look at so many tags of each filter, by rank.  [default: all]")
@click.option(
    "--define",
    "defining",
    is_flag=True,
    help="First put WordNet's definitions, if it is here, into the graph.",
)
@store_option
@style_option
def coarsen(by: str, defining: bool, store: str, style: str, **given: Any) -> None:  # noqa: FBT001
    """Find what the tags of filters have in common, and write it into the graph.

    Filters of one tag and of none are counted apart. Classes, layers and the network are coarsened, too; --by says
    which of them are shown.

    Example: kgexplain coarsen --by layer
    """
    from kgexplain.workflow.coarsen import coarsen as coarsen_
    from kgexplain.workflow.coarsen import define
    from kgexplain.workflow.coarsened import overview

    with existing_store(store) as opened:
        if defining:
            define(opened, given["run"])
        found = coarsen_(opened, **given)
    echo(written(overview(found, by), style))
