"""The command that says what tags have in common: coarsen."""

# A command imports what it runs when it is run.
# ruff: noqa: PLC0415

import click

from kgexplain.cli.options import echo, store_option, style_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.text import written


@click.command()
@click.option("--run", metavar="IRI", help="The run whose tags are coarsened.  [default: the newest that tagged]")
@click.option("--by", default="filter", show_default=True, metavar="filter|class|layer|network", help="What is shown.")
@click.option("--share", default=2 / 3, show_default="2/3", help="Share of the tags that a concept must cover.")
@click.option("--best", type=int, help="Look at so many tags of each filter, by rank.  [default: all]")
@click.option("--sentences", is_flag=True, help="Also say each coarse tag in words, on stderr.")
@store_option
@style_option
def coarsen(run: str | None, by: str, share: float, best: int | None, sentences: bool, **given: str) -> None:  # noqa: FBT001, PLR0913
    """Find what the tags of filters have in common, and write it into the graph.

    Filters of one tag and of none are counted apart. Classes, layers and the network are coarsened, too; --by says
    which of them are shown.

    Example: kgexplain coarsen --by layer
    """
    from kgexplain.workflow.coarsen import coarsen as coarsen_
    from kgexplain.workflow.coarsen import overview

    with existing_store(given["store"]) as store:
        found = coarsen_(store, run, share, best)
    echo(written(overview(found, by), given["style"]))
