"""The main job on the embedded default: a generated world, its small network, one page to look at."""

from collections.abc import Iterator
from pathlib import Path

from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import Network, open_network
from kgexplain.reports.explanation import explained
from kgexplain.reports.text import written
from kgexplain.shipped import shipped
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.narrator import Narrator
from kgexplain.workflow.page import write_page, write_words
from kgexplain.workflow.why import why
from kgexplain.world.making import make_captioned

_IMAGES_PER_CLASS = 40
_PLAN = Plan(hold_out=0.2)
_BIRD, _OTHER = "n01503061", "anemone fish"


def demo(folder: Path) -> Iterator[str]:
    """Make the world in ``folder``, tag its network's filters, and explain one photograph that was held out.

    Lines of text; the last names the page to look at.
    """
    world = make_captioned(folder / "world", _IMAGES_PER_CLASS)
    network = world_network()
    opened = open_images(world.images, network.classes, "world")
    _, held_out = opened.split(_PLAN.hold_out, _PLAN.seed)
    with open_store(str(folder / "graph")) as store:
        words = AttributeDensity(source=str(world.birds))
        run, _ = explain(network, opened, [FilTag(q=25), words], store, _PLAN)
        yield f"The filters of {network.name}, tagged with {len(opened.photographs) - len(held_out.photographs)} pictures:"
        yield from _answer(store, "provenance/runs")
        yield f"Do the tags of an image's active filters name its class? On {len(held_out.photographs)} other pictures:"
        yield from _answer(store, "evaluation/hits_at_n", run=run)
        yield "How many filters of each layer react to a bird?"
        yield from _answer(store, "comparison/layers_by_synset", synset=_BIRD)
        answer = why(held_out.photographs[0].path, store)
        yield from explained(answer.explanation, "text")
        page = write_page(answer, folder / "index.html", _questions(folder))
        yield ""
        yield "And in words, learned from captions of the pictures:"
        told = Narrator(store, network).tell(held_out.photographs[0].path, instead=_OTHER)
        yield from (told.rationales[0].sentence(), *((told.contrast.reason(),) if told.contrast else ()))
        in_words = write_words(told, folder / "words.html", _questions_in_words(folder))
    yield ""
    yield f"Look at {page} and {in_words}"


def world_network() -> Network:
    """The small network of the generated world, which ships with the package."""
    folder = shipped("data") / "world"
    return open_network(
        "kgexplain.world.cnn:world_cnn",
        classes=str(folder / "classes.tsv"),
        preprocessing=str(folder / "preprocessing.json"),
    )


def _answer(store: Store, name: str, **values: str) -> Iterator[str]:
    yield from written(store.select(query(name).bind(**values)), "text")
    yield ""


def _questions_in_words(folder: Path) -> tuple[str, ...]:
    store = f"--store {folder / 'graph'}"
    return (
        f'kgexplain describe dalmatian --instead "golden retriever" {store}',
        f"kgexplain rationales {folder / 'world' / 'images'} --held-out --parts {folder / 'world' / 'birds'} {store}",
        f'kgexplain find "orange fin" {store}',
    )


def _questions(folder: Path) -> tuple[str, ...]:
    store = f"--store {folder / 'graph'}"
    return (
        f"kgexplain ask explanation/filters_below_synset synset={_BIRD} {store}",
        f"kgexplain ask explanation/most_selective_filters {store}",
        f"kgexplain list queries {store}",
    )
