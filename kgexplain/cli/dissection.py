"""The command that shows what a dissection found: detectors."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import again_options, echo, files_option, store_option, style_option
from kgexplain.graph.opening import existing_store
from kgexplain.reports.dissection import BY, overview
from kgexplain.reports.text import written


@click.command()
@click.argument("images", type=click.Path(), required=False)
@again_options
@click.option(
    "--by",
    type=click.Choice(BY),
    default="layer",
    show_default=True,
    help="A row for each layer, filter that detects something, or concept.",
)
@click.option(
    "--labels",
    "by_labels",
    is_flag=True,
    help="What filters are labelled with by `kgexplain label`, not what they detect by IoU.",
)
@click.option("--run", metavar="IRI", help="The dissection.  [default: the newest]")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="NAME",
    help="Only this layer, with * for any text; repeatable.",
)
@click.option(
    "--page", type=click.Path(path_type=Path), help="Also write a page, with photographs to look at."
)
@click.option("--first", default=6, show_default=True, help="Detectors of each layer on that page.")
@store_option
@files_option
@style_option
def detectors(images: str | None, network: str | None, store: str, style: str, **given: Any) -> None:
    """Show which filters of a dissected network detect which concepts, and how many would by chance.

    IMAGES are those that were dissected. Only a page needs them, and only if they lie elsewhere than they did.

    Example: kgexplain detectors --store graph/ --page detectors.html
    """
    from kgexplain.inputs.network import open_network
    from kgexplain.workflow.dissected import detectors as detectors_
    from kgexplain.workflow.dissected import labelled, write_dissection

    words = {name: given[name] for name in ("weights", "classes", "preprocessing", "device")}
    with existing_store(store) as opened:
        chosen = open_network(network, **words) if network else None
        read = labelled if given["by_labels"] else detectors_
        found = read(opened, chosen, given["layers"], given["files"], given["run"])
        echo(written(overview(found.dissected, given["by"]), style))
        if given["page"]:
            questions = (
                f"kgexplain ask concepts/labelled_filters run={found.dissected.run} --store {store}",
                f"kgexplain ask concepts/unique_detectors run={found.dissected.run} --store {store}",
            )
            page = write_dissection(found, given["page"], images, chosen, given["first"], questions)
            click.echo(f"Look at {page}", err=True)
