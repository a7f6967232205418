"""The command that analyses errors: mistakes."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import again_options, echo, files_option, pass_options, store_option, style_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.mistakes import reported


@click.command()
@click.argument("images", type=click.Path())
@again_options
@click.option(
    "--held-out",
    "part",
    flag_value="held-out",
    default="all",
    help="Only of those photographs that the run which tagged kept back.",
)
@click.option("--page", type=click.Path(path_type=Path), help="Also write a page, picture beside text.")
@click.option("--first", default=20, show_default=True, help="Mistakes on that page.")
@pass_options
@store_option
@files_option
@style_option
def mistakes(images: str, network: str | None, store: str, style: str, **given: Any) -> None:
    """Find out why a network misclassifies some of IMAGES, by the tags in the graph.

    IMAGES is a folder of class folders or a CSV of paths and labels.

    Example: kgexplain mistakes photographs/ --held-out --store graph/ --page mistakes.html
    """
    from kgexplain.activations.memory import keep_freed_memory
    from kgexplain.inputs.network import open_network
    from kgexplain.workflow.mistakes import Search, write_page
    from kgexplain.workflow.mistakes import mistakes as mistakes_

    keep_freed_memory()
    words = {name: given[name] for name in ("weights", "classes", "preprocessing", "device")}
    search = Search(
        **{name: given[name] for name in ("part", "batch_size", "files", "evidence", "save_every")}
    )
    with existing_store(store) as opened:
        chosen = open_network(network, **words) if network else None
        found = mistakes_(images, opened, chosen, search)
        echo(reported(found.answer, style))
        if given["page"]:
            click.echo(f"Look at {write_page(found, given['page'], given['first'])}", err=True)
