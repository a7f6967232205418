"""Commands about ConceptNet: conceptnet, which imports it, and neighbours, which asks it."""

# A command imports what it runs when it is run: nobody should wait for more than that to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path

import click

from kgexplain.cli.options import echo, style_option
from kgexplain.reports.text import written

_relations_option = click.option(
    "--relations",
    metavar="NAME,…",
    default="",
    help="As IsA,PartOf.  [default: those that tell what a thing is like]",
)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "database",
    type=click.Path(path_type=Path),
    default=Path("conceptnet.sqlite"),
    show_default=True,
    help="The file that is written; one of an earlier import is replaced.",
)
@click.option(
    "--language", "languages", multiple=True, default=("en",), show_default=True, help="Repeatable."
)
@_relations_option
@style_option
def conceptnet(
    files: tuple[Path, ...], database: Path, languages: tuple[str, ...], relations: str, style: str
) -> None:
    """Import ConceptNet's assertions, FILE, for work without its API.

    FILE is the official one, conceptnet-assertions-5.7.0.csv.gz, packed or not, or one of triples of English phrases
    (relation, head, tail, parted by tabs). Both ends of what is kept are in the languages given.

    Example: kgexplain conceptnet conceptnet-assertions-5.7.0.csv.gz --to conceptnet.sqlite
    """
    from kgexplain.workflow.conceptnet import imported

    echo(written(imported(files, database, languages, relations), style))


@click.command()
@click.argument("word")
@click.option(
    "--conceptnet",
    "address",
    default="conceptnet.sqlite",
    show_default=True,
    help="A file that `kgexplain conceptnet` made, or an API's address.",
)
@_relations_option
@click.option("--limit", default=5, show_default=True, help="So many edges of each relation, the strongest.")
@style_option
def neighbours(word: str, address: str, relations: str, limit: int, style: str) -> None:
    """Show what ConceptNet says of WORD, a word, a phrase or a URI as /c/en/dog, and of each of its senses.

    Example: kgexplain neighbours "golden retriever" --relations IsA,AtLocation
    """
    from kgexplain.workflow.conceptnet import neighbours as neighbours_

    echo(written(neighbours_(word, address, relations, limit), style))
