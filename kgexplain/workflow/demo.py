"""The main job on the embedded default: a generated world, its small network, pages to look at."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeAlias

from kgexplain.explainers.attribute_density import AttributeDensity
from kgexplain.explainers.dissection import Dissection
from kgexplain.explainers.filtag import FilTag
from kgexplain.graph.opening import open_store
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.images import open_images
from kgexplain.inputs.network import Network, open_network
from kgexplain.reports.explanation import explained
from kgexplain.reports.text import written
from kgexplain.shipped import shipped
from kgexplain.workflow.dissected import detectors, write_dissection
from kgexplain.workflow.explain import Plan, explain
from kgexplain.workflow.label import label
from kgexplain.workflow.narrator import Narrator
from kgexplain.workflow.page import write_page, write_words
from kgexplain.workflow.why import why
from kgexplain.world.making import make_annotated

_IMAGES_PER_CLASS = 40
_PLAN = Plan(hold_out=0.2)
_BIRD, _OTHER = "n01503061", "anemone fish"

Part: TypeAlias = Generator[str, None, Path]
"""Lines of text, and the page to look at that comes of them."""


def demo(folder: Path) -> Iterator[str]:
    """Make the world in ``folder``, explain its network's filters, and one photograph that was held out.

    Lines of text; the last names the pages to look at.
    """
    world = make_annotated(folder / "world", _IMAGES_PER_CLASS)
    network = world_network()
    images = open_images(world.images, network.classes, "world")
    tagging, held_out = images.split(_PLAN.hold_out, _PLAN.seed)
    photograph = held_out.photographs[0].path
    explainers = (
        FilTag(q=25),
        AttributeDensity(source=str(world.birds)),
        Dissection(source=str(world.broden)),
    )
    with open_store(str(folder / "graph")) as store:
        tagged, _, dissected = explain(network, images, explainers, store, _PLAN)
        yield f"The filters of {network.name}, tagged with {len(tagging.photographs)} pictures:"
        yield from _answer(store, "provenance/runs")
        yield f"Do the tags of an image's active filters name its class? On {len(held_out.photographs)} other pictures:"
        yield from _answer(store, "evaluation/hits_at_n", run=tagged)
        pages = (
            (yield from _by_tags(store, photograph, folder)),
            (yield from _in_words(store, network, photograph, folder)),
            (yield from _of_concepts(store, dissected, folder)),
        )
    yield f"Look at {', '.join(map(str, pages[:-1]))} and {pages[-1]}"


def _by_tags(store: Store, photograph: Path, folder: Path) -> Part:
    yield "How many filters of each layer react to a bird?"
    yield from _answer(store, "comparison/layers_by_synset", synset=_BIRD)
    answer = why(photograph, store)
    yield from explained(answer.explanation, "text")
    yield ""
    return write_page(answer, folder / "index.html", _questions(folder))


def _in_words(store: Store, network: Network, photograph: Path, folder: Path) -> Part:
    yield "And in words, learned from captions of the pictures:"
    told = Narrator(store, network).tell(photograph, instead=_OTHER)
    yield from (told.rationales[0].sentence(), *((told.contrast.reason(),) if told.contrast else ()))
    yield ""
    return write_words(told, folder / "words.html", _questions_in_words(folder))


def _of_concepts(store: Store, run: str, folder: Path) -> Part:
    yield "And in concepts, by masks of the pictures: how many filters of each layer detect one, and would by chance?"
    yield from _answer(store, "concepts/findings", run=run)
    yield "How many have a label that chance does not explain?"
    yield from written(label(store).rows(), "text")
    yield ""
    found = detectors(store)
    return write_dissection(found, folder / "concepts.html", questions=_questions_of_concepts(folder))


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


def _questions_of_concepts(folder: Path) -> tuple[str, ...]:
    store = f"--store {folder / 'graph'}"
    return (
        f"kgexplain detectors --labels --by filter {store}",
        f"kgexplain rank {folder / 'world' / 'images'} {store}",
        f"kgexplain rules {store}",
        f"kgexplain relate dalmatian {store}",
    )


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
