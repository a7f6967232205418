"""The command line: reads words, calls the library, prints answers; decides nothing."""

import logging
import sys
from typing import Any

import click

from kgexplain import __version__
from kgexplain.cli.asking import ask, import_, list_
from kgexplain.cli.attributes import describe, find, rationales
from kgexplain.cli.coarsen import coarsen
from kgexplain.cli.conceptnet import conceptnet, neighbours
from kgexplain.cli.concepts import label
from kgexplain.cli.dissection import detectors
from kgexplain.cli.dissection_table import import_dissection
from kgexplain.cli.explaining import demo, explain, why
from kgexplain.cli.link import link
from kgexplain.cli.mistakes import mistakes
from kgexplain.cli.ranking import rank
from kgexplain.cli.rules import relate, rules
from kgexplain.errors import KGExplainError


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


COMMANDS = (
    *(demo, explain, why, ask, list_, import_, coarsen, link, conceptnet, neighbours, mistakes),
    *(describe, rationales, find),
    *(import_dissection, detectors, label, rank, rules, relate),
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The command line; what happens is told on stderr."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    cli()
