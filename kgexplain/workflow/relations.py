"""How the concepts of a class belong together, asked of the graph; and a picture of it."""

from pathlib import Path

from kgexplain.answers.concepts.known import class_of, knowledge, ranking_run, shown_in
from kgexplain.answers.concepts.relations import LIMIT, Relations, relations
from kgexplain.graph.store import Store
from kgexplain.reports.relations import picture


def relate(class_: str, store: Store, run: str | None = None, limit: float = LIMIT) -> Relations:
    """How the concepts that a class relies on belong together; ``class_`` is its name, wnid or IRI.

    Concepts are those of ``run``, by default the newest that ranked some; what is known of them is what `kgexplain link`
    put into the graph. A way between two of them is at most ``limit`` long.
    """
    source = ranking_run(store, run)
    known = knowledge(store, source.run, class_of(store, source.run, class_))
    return relations(known, shown_in(store, source.run, source.most), limit)


def write_picture(found: Relations, path: Path) -> Path:
    """Draw the small graph: an SVG, or DOT for Graphviz, as the name ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture(found, path.suffix), encoding="utf-8")
    return path
