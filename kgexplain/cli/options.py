"""What several commands share: their options, and how their answers go out."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from kgexplain.reports.text import STYLES

F = TypeVar("F", bound=Callable[..., Any])


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
again_options = options(
    click.option(
        "--network",
        help="As for explain.  [default: the network of the newest run that is asked for, as it was opened]",
    ),
    network_options,
)
pass_options = options(
    click.option("--batch-size", default=16, show_default=True, help="Photographs in one forward pass."),
    click.option(
        "--evidence",
        type=click.Path(path_type=Path),
        help="Folder of finished passes.  [default: in --files]",
    ),
    click.option(
        "--save-every",
        default=20.0,
        show_default=True,
        help="Seconds between two saves of an unfinished pass.",
    ),
)


def echo(lines: Iterable[str]) -> None:
    """Print an answer line by line, until its reader has seen enough."""
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        sys.stderr.close()
