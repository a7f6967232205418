"""The main job on the embedded default: a generated world, its small network, one page to look at."""

from collections.abc import Iterator
from pathlib import Path

from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import Network, open_network
from kgexplain.reports.text import written
from kgexplain.shipped import shipped
from kgexplain.workflow.ask import ask
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.page import write_page
from kgexplain.workflow.why import why
from kgexplain.world.making import make_photographs

_IMAGES_PER_CLASS = 40
_HOLD_OUT = 0.2


def demo(folder: Path) -> Iterator[str]:
    """Make the world in ``folder``, tag its network's filters, and explain one photograph that was held out.

    Lines of text; the last names the page to look at.
    """
    world = make_photographs(folder / "world", _IMAGES_PER_CLASS)
    network = world_network()
    images = open_images(world.images, network.classes)
    _, held_out = images.split(_HOLD_OUT, seed=0)
    with open_store(str(folder / "graph")) as store:
        (run,) = explain(network, images, [FilTag(q=25)], store, Plan(hold_out=_HOLD_OUT))
        yield f"{network.name}: {len(network.layers)} layers, {len(images.photographs)} photographs"
        yield from written(store.select(query("evaluation/hits_at_n").bind(run=run)), "text")
        yield ""
        answer = why(held_out.photographs[0].path, store)
        yield from explained_in_demo(answer)
        page = write_page(answer, store, folder / "index.html")
    yield ""
    yield f"Look at {page}"


def world_network() -> Network:
    """The small network of the generated world, which ships with the package."""
    folder = shipped("data") / "world"
    return open_network(
        "kgexplain.world.cnn:world_cnn",
        classes=str(folder / "classes.tsv"),
        preprocessing=str(folder / "preprocessing.json"),
    )
