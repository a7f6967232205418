"""Commands that ask a graph or bring tags into one: ask, list, import."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path

import click

from kgexplain.cli.options import echo, store_option, style_option
from kgexplain.graph.opening import existing_store, open_store
from kgexplain.reports.text import written


@click.command()
@click.argument("query")
@click.argument("values", nargs=-1, metavar="NAME=VALUE...")
@store_option
@style_option
def ask(query: str, values: tuple[str, ...], store: str, style: str) -> None:
    """Answer QUERY, one of `kgexplain list queries` or a .rq file, from the graph.

    Example: kgexplain ask explanation/filters_below_synset synset=n02084071
    """
    from kgexplain.workflow.ask import ask as ask_

    with existing_store(store) as opened:
        echo(written(ask_(query, values, opened), style))


@click.command("list")
@click.argument("what", metavar="explainers|queries|layers|networks|runs")
@click.argument("network", required=False)
@store_option
@style_option
def list_(what: str, network: str | None, store: str, style: str) -> None:
    """List explainers, queries, networks, and the runs and layers of a graph; or the layers of NETWORK.

    Example: kgexplain list layers squeezenet1_1
    """
    from kgexplain.workflow.ask import listed

    echo(written(listed(what, store, network), style))


@click.command("import")
@click.argument("dump", type=click.Path(path_type=Path))
@click.option("--classes", required=True, help="File of the classes' wnids and names.")
@click.option("--layer", default="conv5_3", show_default=True, help="The layer that the tags are of.")
@click.option("--network", default="vgg16", show_default=True, help="The network that the tags are of.")
@store_option
@style_option
def import_(dump: Path, classes: str, store: str, style: str, **names: str) -> None:
    """Import DUMP, tags published by FilTag's authors, as the tags of a network.

    Example: kgexplain import EXAMPLE_FilterTags_VGG16_conv5-3_k1.txt --classes decoding_wnids.txt
    """
    from kgexplain.workflow.ask import found
    from kgexplain.workflow.explain import import_dump

    with open_store(store) as opened:
        run = import_dump(dump, classes, opened, **names)
        for answer in found(opened, [run]):
            echo(written(answer, style))
