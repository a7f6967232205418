"""The command that brings published results of Network Dissection into a graph: import-dissection."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Any

import click

from kgexplain.cli.options import echo, store_option, style_option
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.reports.text import written


@click.command("import-dissection")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--layer", required=True, help="The layer that the table is of.")
@click.option("--network", default="", help="The network that the table is of.  [default: the file's name]")
@click.option("--classes", default="", help="File of the network's classes.  [default: none are known]")
@click.option(
    "--iou", default=0.04, show_default=True, help="Above which agreement a filter detects a concept."
)
@store_option
@style_option
def import_dissection(table: Path, store: str, style: str, **given: Any) -> None:
    """Import TABLE, results that Network Dissection's authors published, as the labels of a network's filters.

    TABLE is a .csv with a line for each filter, as NetDissect and NetDissect-Lite write it. The answer counts filters
    by their best concept.

    Example: kgexplain import-dissection caffe_reference_imagenet.csv --layer conv5 --network alexnet
    """
    from kgexplain.workflow.dissection_table import import_dissection as import_

    with open_store(store) as opened:
        run = import_(table, opened, **given)
        echo(written(opened.select(query("concepts/detectors_of_run").bind(run=run)), style))
