"""Commands that speak of images and classes in attributes: describe, rationales, find."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import again_options, echo, files_option, pass_options, store_option, style_option
from kgexplain.graph.opening import existing_store


@click.command()
@click.argument("class_", metavar="CLASS")
@click.option("--instead", metavar="CLASS", help="What tells CLASS from this one?")
@store_option
@style_option
def describe(class_: str, instead: str | None, store: str, style: str) -> None:
    """Say what a network knows CLASS by, by the attributes in the graph; CLASS is a wnid or a name.

    Example: kgexplain describe "Crested Auklet" --instead "Least Auklet" --store graph/
    """
    from kgexplain.reports.attributes import of_contrast, of_descriptions, told
    from kgexplain.workflow.describe import describe as describe_
    from kgexplain.workflow.describe import distinguish

    with existing_store(store) as opened:
        if instead is None:
            echo(told(of_descriptions([describe_(class_, opened)]), style))
        else:
            found = distinguish(class_, instead, opened)
            echo(told(of_contrast(found, found.distinction()), style))


@click.command()
@click.argument("images", type=click.Path())
@again_options
@click.option(
    "--held-out",
    "part",
    flag_value="held-out",
    default="all",
    help="Only of those photographs that the run which learned the attributes kept back.",
)
@click.option("--reasons", default=10, show_default=True, help="Attributes of each rationale in the graph.")
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="What the photographs really show, to compare with.  [default: what the attributes were learned from]",
)
@click.option(
    "--parts",
    type=click.Path(path_type=Path),
    help="Folder in CUB's layout: where parts are, to compare with.",
)
@pass_options
@store_option
@files_option
@style_option
def rationales(images: str, network: str | None, store: str, style: str, **given: Any) -> None:
    """Say in attributes why a network calls IMAGES what it does, into the graph, and measure how true that is.

    IMAGES is a folder of class folders or a CSV of paths and labels. What is printed is what the reasons are worth, over
    all attributes; `kgexplain ask evaluation/figures` tells it of each, too, and `kgexplain ask
    attributes/rationales_of_mistakes` why mistakes were made.

    Example: kgexplain rationales birds/images --held-out --parts birds/ --store graph/
    """
    from kgexplain.activations.memory import keep_freed_memory
    from kgexplain.inputs.network import open_network
    from kgexplain.reports.attributes import of_figures, told
    from kgexplain.workflow.rationales import Round
    from kgexplain.workflow.rationales import rationales as rationales_

    keep_freed_memory()
    words = {name: given[name] for name in ("weights", "classes", "preprocessing", "device")}
    fields = ("part", "reasons", "batch_size", "source", "parts", "files", "evidence", "save_every")
    with existing_store(store) as opened:
        chosen = open_network(network, **words) if network else None
        found = rationales_(images, opened, chosen, Round(**{name: given[name] for name in fields}))
        shown = found.overall if style == "text" else found.figures
        echo(told(of_figures(shown, found.sentence), style))


@click.command()
@click.argument("phrases", nargs=-1, required=True, metavar="ATTRIBUTE...")
@click.option("--first", default=5, show_default=True, help="How many of an image's reasons are looked at.")
@store_option
@style_option
def find(phrases: tuple[str, ...], first: int, store: str, style: str) -> None:
    """Find the images that have every ATTRIBUTE among their reasons, by the rationales in the graph.

    Example: kgexplain find "white head" "black throat" --store graph/
    """
    from kgexplain.reports.attributes import of_found
    from kgexplain.reports.text import written
    from kgexplain.workflow.describe import find as find_

    with existing_store(store) as opened:
        echo(written(of_found(find_(phrases, opened, first)), style))
