"""The command that links what a graph speaks of to what the world knows: link."""

# A command imports what it runs when it is run: nobody should wait for more than that to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import echo, store_option, style_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.text import written


@click.command()
@click.option("--network", help="Only networks of this name.  [default: all of the graph]")
@click.option(
    "--wordnet",
    metavar="whole|shipped",
    help="Which part of WordNet 3.0.  [default: the whole where a class or word needs it and the machine has it]",
)
@click.option("--ili", metavar="FOLDER|download", help="CILI's maps, which lead to WordNet 3.1 and others.")
@click.option(
    "--conceptnet", metavar="ADDRESS", help="A file that `kgexplain conceptnet` made, or an API's address."
)
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="CSV of words and their synsets: word, wnid, comment."
)
@click.option(
    "--least", default=2 / 3, show_default="2/3", help="How sure a chosen sense must be to become a link."
)
@store_option
@style_option
def link(network: str | None, store: str, style: str, **given: Any) -> None:
    """Link classes, attributes and other words of the graph to WordNet and ConceptNet, anew.

    Example: kgexplain link --ili cili/ --mapping corrections.csv
    """
    from kgexplain.workflow.link import Sources
    from kgexplain.workflow.link import link as link_

    sources = Sources(**given)
    with existing_store(store) as opened:
        echo(written(link_(opened, sources, network), style))
