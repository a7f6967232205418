"""The command line: reads words, calls the library, prints answers; decides nothing."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from kgexplain import __version__
from kgexplain.errors import KGExplainError
from kgexplain.graph.opening import existing_store, open_store
from kgexplain.reports.explanation import STYLES as EXPLAINED
from kgexplain.reports.explanation import explained
from kgexplain.reports.text import STYLES, written

F = TypeVar("F", bound=Callable[..., Any])


class _Group(click.Group):
    """Our errors are one sentence and exit code 1; ``--debug`` shows where they come from."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KGExplainError as error:
            if context.params.get("debug"):
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgexplain")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:  # noqa: FBT001
    """Explain convolutional networks through a knowledge graph.

    Example: kgexplain demo
    """


def options(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Several options as one decorator."""

    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


store_option = click.option(
    "--store", default="graph/", show_default=True, help="A folder, memory:, or a SPARQL endpoint's address."
)
style_option = click.option(
    "--as",
    "style",
    type=click.Choice(STYLES),
    default="text",
    show_default=True,
    help="How answers are written.",
)
files_option = click.option(
    "--files",
    type=click.Path(path_type=Path),
    help="Folder of what is kept beside the graph.  [default: STORE.files]",
)
network_options = options(
    click.option("--weights", help="DEFAULT, a weights name, or a file: .pt, .pth, .safetensors, .npz."),
    click.option("--classes", help="File of the classes, in the order of the outputs."),
    click.option("--preprocessing", help="JSON file: how the network wants its pixels."),
    click.option(
        "--device", default="cpu", show_default=True, help="Where the network runs, as torch names it."
    ),
)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
def demo(folder: Path) -> None:
    """Explain the small network of a generated world, into FOLDER; downloads nothing.

    Example: kgexplain demo
    """
    from kgexplain.activations.memory import keep_freed_memory
    from kgexplain.workflow.demo import demo as demo_

    keep_freed_memory()
    _echo(demo_(folder))


@cli.command()
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
@click.option("--batch-size", default=16, show_default=True, help="Photographs in one forward pass.")
@click.option(
    "--evidence", type=click.Path(path_type=Path), help="Folder of finished passes.  [default: in --files]"
)
@click.option(
    "--save-every", default=20.0, show_default=True, help="Seconds between two saves of an unfinished pass."
)
@store_option
@files_option
@style_option
def explain(network: str, images: str, style: str, **given: Any) -> None:
    """Explain NETWORK by IMAGES: tag its filters, and write what is found into a graph.

    NETWORK is a torchvision name or a factory, package.module:function or file.py:function. IMAGES is a folder of
    class folders or a CSV of paths and labels.

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
        _echo(written(found(store, runs), style))


@cli.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--network", help="As for explain.  [default: the network that the newest tags are of, as it was opened]"
)
@network_options
@click.option(
    "--true", "true", metavar="CLASS", help="The image's class.  [default: its folder's name, if a class]"
)
@click.option(
    "--page", type=click.Path(path_type=Path), help="Also write a page with the filters' maps, to look at."
)
@store_option
@files_option
@click.option(
    "--as",
    "style",
    type=click.Choice(EXPLAINED),
    default="text",
    show_default=True,
    help="How it is written.",
)
def why(image: Path, network: str | None, store: str, style: str, **given: Any) -> None:
    """Explain why a network calls IMAGE what it does, by the tags in the graph.

    Example: kgexplain why dog.jpg --store graph/
    """
    from kgexplain.inputs.network import open_network
    from kgexplain.workflow.page import write_page
    from kgexplain.workflow.why import why as why_

    words = {name: given[name] for name in ("weights", "classes", "preprocessing", "device")}
    with existing_store(store) as opened:
        chosen = open_network(network, **words) if network else None
        answer = why_(image, opened, chosen, given["files"], given["true"])
        _echo(explained(answer.explanation, style))
        if given["page"]:
            click.echo(f"Look at {write_page(answer, given['page'])}", err=True)


@cli.command()
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
        _echo(written(ask_(query, values, opened), style))


@cli.command("list")
@click.argument("what", metavar="explainers|queries|layers|networks|runs")
@click.argument("network", required=False)
@store_option
@style_option
def list_(what: str, network: str | None, store: str, style: str) -> None:
    """List explainers, queries, networks, and the runs and layers of a graph; or the layers of NETWORK.

    Example: kgexplain list layers squeezenet1_1
    """
    from kgexplain.workflow.ask import listed

    _echo(written(listed(what, store, network), style))


@cli.command("import")
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
        _echo(written(found(opened, [run]), style))


def _echo(lines: Iterable[str]) -> None:
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        sys.stderr.close()


def main() -> None:
    """The command line; what happens is told on stderr."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    cli()
