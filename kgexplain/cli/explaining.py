"""Commands that run a network: demo, explain, why."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgexplain.answers.runs import explained_by
from kgexplain.cli.options import (
    again_options,
    echo,
    files_option,
    network_options,
    pass_options,
    store_option,
    style_option,
)
from kgexplain.errors import InputError
from kgexplain.graph.opening import existing_store, open_store
from kgexplain.graph.store import Store
from kgexplain.reports.explanation import explained
from kgexplain.reports.text import written

if TYPE_CHECKING:
    from kgexplain.inputs.network import Network


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Explain the small network of a generated world, into FOLDER; downloads nothing.

    Example: kgexplain demo
    """
    from kgexplain.activations.memory import keep_freed_memory
    from kgexplain.workflow.demo import demo as demo_

    keep_freed_memory()
    echo(demo_(folder))


@click.command()
@click.argument("network")
@click.argument("images", type=click.Path())
@network_options
@click.option(
    "--with", "names", multiple=True, default=("filtag",), show_default=True, help="An explainer; repeatable."
)
@click.option(
    "--set", "settings", multiple=True, metavar="NAME.PARAMETER=VALUE", help="A parameter; repeatable."
)
@click.option(
    "--options", "file", type=click.Path(path_type=Path), help="TOML file: one table for each explainer."
)
@click.option(
    "--hold-out", default=0.0, show_default=True, help="Share of each class kept from tagging, to test on."
)
@click.option("--seed", default=0, show_default=True, help="Of the choice of images that are held out.")
@click.option(
    "--place",
    default="activation",
    show_default=True,
    metavar="activation|raw",
    help="Where a filter's map is taken.",
)
@pass_options
@store_option
@files_option
@style_option
def explain(network: str, images: str, style: str, **given: Any) -> None:
    """Explain NETWORK by IMAGES: tag its filters, and write what is found into a graph.

    NETWORK is a torchvision name or a factory, package.module:function or file.py:function. IMAGES is a folder of
    class folders, a CSV of paths and labels, or a folder of photographs with masks, as Broden.

    Example: kgexplain explain squeezenet1_1 photographs/ --weights DEFAULT --set filtag.q=25 --hold-out 0.2
    """
    from kgexplain.activations.memory import keep_freed_memory
    from kgexplain.activations.recording import Recording
    from kgexplain.explainers.options import explainers
    from kgexplain.inputs.network import open_network
    from kgexplain.workflow.ask import found
    from kgexplain.workflow.explain import Plan
    from kgexplain.workflow.explain import explain as explain_

    keep_freed_memory()
    chosen = explainers(given["names"], given["settings"], given["file"])
    plan = Plan(
        recording=Recording(given["place"], given["batch_size"]),
        hold_out=given["hold_out"],
        seed=given["seed"],
        files=given["files"],
        evidence=given["evidence"],
        save_every=given["save_every"],
    )
    with open_store(given["store"]) as store:
        opened = open_network(
            network, **{k: given[k] for k in ("weights", "classes", "preprocessing", "device")}
        )
        runs = explain_(opened, images, chosen, store, plan)
        for answer in found(store, runs):
            echo(written(answer, style))


@click.command()
@click.argument("image", type=click.Path(path_type=Path))
@again_options
@click.option(
    "--by",
    type=click.Choice(("tags", "attributes")),
    help="What it is explained by.  [default: tags, if the graph has some]",
)
@click.option(
    "--true", "true", metavar="CLASS", help="The image's class.  [default: its folder's name, if a class]"
)
@click.option("--instead", metavar="CLASS", help="Why not this class? By attributes.")
@click.option(
    "--page", type=click.Path(path_type=Path), help="Also write a page with the filters' maps, to look at."
)
@store_option
@files_option
@style_option
def why(image: Path, network: str | None, store: str, style: str, **given: Any) -> None:
    """Explain why a network calls IMAGE what it does, by the tags or by the attributes in the graph.

    Example: kgexplain why dog.jpg --store graph/
    """
    from kgexplain.inputs.network import open_network

    words = {name: given[name] for name in ("weights", "classes", "preprocessing", "device")}
    with existing_store(store) as opened:
        chosen = open_network(network, **words) if network else None
        by = given["by"] or ("attributes" if given["instead"] else explained_by(opened))
        answer = _by_tags if by == "tags" else _by_attributes
        echo(answer(image, opened, chosen, given, style))


def _by_tags(image: Path, store: Store, network: "Network | None", given: Any, style: str) -> Iterator[str]:
    from kgexplain.workflow.page import write_page
    from kgexplain.workflow.why import why

    if given["instead"]:
        raise InputError("--instead is answered by attributes; leave --by out, or give --by attributes")
    answer = why(image, store, network, given["files"], given["true"])
    if given["page"]:
        click.echo(f"Look at {write_page(answer, given['page'])}", err=True)
    return explained(answer.explanation, style)


def _by_attributes(
    image: Path, store: Store, network: "Network | None", given: Any, style: str
) -> Iterator[str]:
    from kgexplain.reports.attributes import note_of, of_contrast, of_rationales, told
    from kgexplain.workflow.narrator import Narrator
    from kgexplain.workflow.page import write_words

    answer = Narrator(store, network, given["files"]).tell(image, given["true"], given["instead"])
    if given["page"]:
        click.echo(f"Look at {write_words(answer, given['page'])}", err=True)
    found, reasons = answer.contrast, answer.rationales
    report = of_contrast(found, found.reason(), note_of(reasons)) if found else of_rationales(reasons)
    return told(report, style)
