"""The command that ranks concepts: rank."""

# A command imports what it runs when it is run: torch takes seconds, which nobody should wait for to read a help text.
# ruff: noqa: PLC0415

from dataclasses import fields
from typing import Any

import click

from kgexplain.cli.options import (
    again_options,
    echo,
    files_option,
    options,
    pass_options,
    store_option,
    style_option,
)
from kgexplain.graph.opening import existing_store

# What is known here without importing the method itself, whose libraries take seconds; a test compares them.
IMPORTANCES = ("coef", "coef_spread", "gradient")

method_options = options(
    click.option("--layers", multiple=True, help="A layer, or several by *; repeatable.  [default: the last]"),
    click.option("--measure", default="iou", show_default=True, help="What decides which concept a filter stands for."),
    click.option("--iou", default=0.04, show_default=True, help="Filters count above this IoU; 0 counts all."),
    click.option("--p-value", default=1.0, show_default=True, help="Filters count up to this p-value; 1 counts all."),
    click.option("--category", "categories", multiple=True, help="Only concepts of this category; repeatable."),
    click.option("--importance", type=click.Choice(IMPORTANCES), default="coef", show_default=True, help="How much a filter matters to a class."),
    click.option("--cost", default=0.001, show_default=True, help="The classifier's C."),
    click.option("--folds", default=5, show_default=True, help="How often it is learned, each time without some images."),
    click.option("--local-filters", default=20, show_default=True, help="Most active filters of an image."),
    click.option("--global-filters", default=10, show_default=True, help="Most important filters of a class."),
    click.option("--concepts", default=10, show_default=True, help="Different concepts of each list."),
    click.option("--truthy-k", default=5, show_default=True, help="Concepts that are also said in one statement."),
    click.option("--seed", default=0, show_default=True, help="Of folds and of chance."),
)  # fmt: skip


@click.command()
@click.argument("images", type=click.Path())
@again_options
@click.option(
    "--own-classes",
    "of",
    flag_value="own",
    default="network",
    help="IMAGES are sorted into classes that the network does not know, as in Stanford-40.",
)
@click.option("--labels", default="", help="The run that says what filters stand for.  [default: the newest]")
@method_options
@click.option("--drawings", default=10_000, show_default=True, help="How often chance is drawn.")
@pass_options
@store_option
@files_option
@style_option
def rank(images: str, network: str | None, store: str, style: str, **given: Any) -> None:
    """Rank the concepts of IMAGES and of their classes, into the graph, and measure how well they agree.

    IMAGES is a folder of class folders, a CSV of paths and labels, or Stanford-40's. What filters stand for is taken
    from the graph, of a dissection or of labels. What is printed is how often an image has a concept in common with its
    class, beside what chance gives; `kgexplain ask concepts/concepts_of_class` tells more of a class.

    Example: kgexplain rank photographs/ --iou 0.04 --importance coef_spread --store graph/
    """
    from kgexplain.activations.memory import keep_freed_memory
    from kgexplain.explainers.ranking import Ranking
    from kgexplain.inputs.network import open_network
    from kgexplain.reports.ranking import told
    from kgexplain.workflow.ranking import Course
    from kgexplain.workflow.ranking import rank as rank_

    keep_freed_memory()
    words = {name: given[name] for name in ("weights", "classes", "preprocessing", "device")}
    method = Ranking(**{field.name: given[field.name] for field in fields(Ranking)})
    names = ("labels", "drawings", "batch_size", "files", "evidence", "save_every")
    course = Course(given["of"], **{name: given[name] for name in names})
    with existing_store(store) as opened:
        chosen = open_network(network, **words) if network else None
        found = rank_(images, opened, chosen, method, course)
        echo(told(found.sentence, found.precisions, found.figures, found.named, style))
