"""The command that analyses errors: mistakes."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import echo, files_option, network_options, store_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.mistakes import STYLES, reported


@click.command()
@click.argument("images", type=click.Path())
@click.option(
    "--network", help="As for explain.  [default: the network that the newest tags are of, as it was opened]"
)
@network_options
@click.option(
    "--held-out",
    "part",
    flag_value="held-out",
    default="all",
    help="Only of those photographs that the run which tagged kept back.",
)
@click.option("--page", type=click.Path(path_type=Path), help="Also write a page, picture beside text.")
@click.option("--first", default=20, show_default=True, help="Mistakes on that page.")
@click.option("--batch-size", default=16, show_default=True, help="Photographs in one forward pass.")
@click.option(
    "--evidence", type=click.Path(path_type=Path), help="Folder of finished passes.  [default: in --files]"
)
@click.option(
    "--save-every", default=20.0, show_default=True, help="Seconds between two saves of an unfinished pass."
)
@store_option
@files_option
@click.option(
    "--as",
    "style",
    type=click.Choice(STYLES),
    default="text",
    show_default=True,
    help="How it is written.",
)
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
