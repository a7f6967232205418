"""What a network knows its classes by, in words, and which images have what: asked of the graph, without the network."""

from collections.abc import Sequence

from kgexplain.answers.attributes.contrast import Contrast, contrast
from kgexplain.answers.attributes.reading import Description, description
from kgexplain.answers.attributes.retrieval import Found
from kgexplain.answers.attributes.retrieval import find as found
from kgexplain.answers.explanation import number
from kgexplain.answers.runs import attribute_run, newest_run
from kgexplain.errors import InputError, QueryError
from kgexplain.graph.query import query
from kgexplain.graph.store import Store
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.listing import Names


def describe(class_: str, store: Store) -> Description:
    """What the network of the newest attributes knows a class by; ``class_`` is its wnid or name.

    Of a class of which nothing was learned the description is empty. Raises InputError for what is no class.
    """
    run = attribute_run(store)
    iri, name = _class(store, run.network, run.network_name, class_)
    try:
        return description(store, iri, run.run)
    except QueryError:
        return Description(iri, name, 1.0, ())


def distinguish(one: str, other: str, store: Store) -> Contrast:
    """What the network tells one class from the other by; InputError where both are one class."""
    sides = describe(one, store), describe(other, store)
    if sides[0].class_ == sides[1].class_:
        raise InputError(f"{one!r} and {other!r} are one class; name another to tell it from")
    return contrast(*sides)


def find(phrases: Sequence[str], store: Store, first: int = 5) -> tuple[Found, ...]:
    """The images that have all these attributes among the ``first`` of their reasons, by the newest rationales.

    They are those that ``rationales`` was last run over.
    """
    return found(store, phrases, newest_run(store, "rationales"), first)


def _class(store: Store, network: str, title: str, name: str) -> tuple[str, str]:
    rows = store.select(query("links/classes_of_network").bind(network=network))
    classes = {
        int(number(row["index"])): (
            row["class"].value,
            row["name"].value,
            row["wnid"].value if "wnid" in row else None,
        )
        for row in rows
    }
    names = Names([OutputClass(index, called, wnid) for index, (_, called, wnid) in classes.items()])
    chosen = names.find(name)
    if chosen is None:
        raise InputError(f"{name!r} is no class of {title}; give a wnid or a name that it knows")
    return classes[chosen.index][:2]
