"""How the concepts of a class belong together: sentences with tables, and a picture of the small graph."""

import json
from collections.abc import Iterator, Mapping

import networkx as nx
from markupsafe import escape
from pyoxigraph import Literal, NamedNode

from kgexplain.answers.attributes.sentence import listed
from kgexplain.answers.concepts.relations import Relations, Tie
from kgexplain.errors import InputError
from kgexplain.reports.attributes import Report, Section
from kgexplain.vocabulary import Term

COLUMNS = (
    *("is", "from", "relation", "to", "length", "rank", "distance", "unreached"),
    *("together", "by_chance", "iri"),
)

# A letter is about so wide; a picture so large, with so much room at its edges for the names.
_LETTER, _HEIGHT = 7.5, 26
_WIDE, _HIGH, _EDGE_X, _EDGE_Y = 960, 640, 90, 40
_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif" font-size="13">\n'
    '<defs><marker id="arrow" markerWidth="9" markerHeight="9" refX="4" refY="4" orient="auto">'
    '<path d="M0,0 L8,4 L0,8 z" fill="#777777"/></marker></defs>'
)
_STYLES = {
    "class": "fill:#1f4e79;stroke:#1f4e79",
    "concept": "fill:#dcebf7;stroke:#1f4e79",
    "odd": "fill:#fbe3dd;stroke:#c0392b;stroke-width:2.5",
    "between": "fill:#ffffff;stroke:#999999;stroke-dasharray:4 3",
}


def of_relations(found: Relations) -> Report:
    """The ties of the small graph, how far each concept is from the others, and the links that are missing."""
    ties, apart, missing = (list(rows(found)) for rows in (_ties, _apart, _missing))
    sections = (
        Section(_together(found), ties, ("from", "relation", "to", "length"), len(ties)),
        Section(_odd(found), apart, ("from", "rank", "distance", "unreached"), len(apart)),
        Section(_lacking(found), missing, ("from", "to", "together", "by_chance"), len(missing)),
    )
    return Report(COLUMNS, tuple(section for section in sections if section.rows or section.sentence))


def picture(found: Relations, suffix: str) -> str:
    """The small graph as an ``.svg`` or, for Graphviz, as ``.dot``."""
    kinds = {".svg": svg, ".dot": dot}
    if suffix not in kinds:
        raise InputError(f"a picture called …{suffix} cannot be drawn; {' and '.join(kinds)} can")
    return kinds[suffix](found)


def dot(found: Relations) -> str:
    """The small graph for Graphviz."""
    roles = _roles(found)
    colours = {"class": "black", "concept": "blue", "odd": "red", "between": "grey"}
    nodes = [
        f"  {_quoted(node)} [label={_quoted(found.names[node])}, color={colours[role]}];"
        for node, role in roles.items()
    ]
    edges = [
        f"  {_quoted(tie.start)} -> {_quoted(tie.end)} [label={_quoted(tie.relation)}, len={tie.length:.2f}];"
        for tie in found.ties
    ]
    return "\n".join(["digraph relations {", "  node [shape=box, style=rounded];", *nodes, *edges, "}", ""])


def svg(found: Relations) -> str:
    """The small graph as a picture that needs nothing else; what is near by its ties is near in it."""
    places = _places(found)
    roles = _roles(found)
    parts = [
        _HEAD,
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#ffffff"/>',
        *(_line(tie, places) for tie in found.ties),
        *(_node(found.names[node], places[node], role) for node, role in roles.items()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _ties(found: Relations) -> Iterator[Mapping[str, Term]]:
    for tie in found.ties:
        yield {
            "is": Literal("tie"),
            "from": Literal(found.names[tie.start]),
            "relation": Literal(tie.relation),
            "to": Literal(found.names[tie.end]),
            "length": Literal(tie.length),
        }


def _apart(found: Relations) -> Iterator[Mapping[str, Term]]:
    for one in found.apart:
        yield {
            "is": Literal("concept"),
            "from": Literal(one.concept.name),
            "rank": Literal(one.concept.rank),
            "distance": Literal(one.distance),
            "unreached": Literal(one.unreached),
            "iri": NamedNode(one.concept.concept),
        }


def _missing(found: Relations) -> Iterator[Mapping[str, Term]]:
    for pair in found.missing:
        row: dict[str, Term] = {
            "is": Literal("missing link"),
            "from": Literal(pair.one.name),
            "to": Literal(pair.other.name),
        }
        if pair.together is not None and pair.expected is not None:
            row |= {"together": Literal(pair.together), "by_chance": Literal(pair.expected)}
        yield row


def _together(found: Relations) -> str:
    parts = nx.number_connected_components(found.graph)
    name, concepts = found.names[found.class_], len(found.apart) + len(found.unknown)
    if parts == 1:
        return f"{name} and its {concepts} concepts are one graph of {len(found.ties)} ties."
    return f"{name} and its {concepts} concepts fall into {parts} parts, held together by {len(found.ties)} ties."


def _odd(found: Relations) -> str:
    said = ""
    if odd := found.odd:
        said = (
            f"What belongs least is {odd.concept.name}: {odd.distance:.2f} from the others in the mean, "
            f"the next {found.apart[1].distance:.2f}; no way at all is {found.limit:g}."
        )
    if found.unknown:
        names = listed([one.name for one in found.unknown])
        said += (
            f" Nothing is known of {names}: without a synset or a node of ConceptNet, run `kgexplain link`."
        )
    return said.strip()


def _lacking(found: Relations) -> str:
    if not found.missing:
        return ""
    return "Between these there is no way, though images show them together more often than by chance."


def _roles(found: Relations) -> dict[str, str]:
    concepts = {one.concept.concept for one in found.apart} | {one.concept for one in found.unknown}
    roles = {node: "concept" if node in concepts else "between" for node in sorted(found.graph)}
    odd = {found.odd.concept.concept: "odd"} if found.odd else {}
    return {**roles, **odd, found.class_: "class"}


def _places(found: Relations) -> dict[str, tuple[float, float]]:
    """Where nodes stand: parts that nothing joins are drawn around the class, as far away as no way is."""
    shape: nx.Graph[str] = nx.Graph()
    shape.add_nodes_from(sorted(found.graph))
    shape.add_edges_from(sorted((tie.start, tie.end) for tie in found.ties))
    for part in sorted(nx.connected_components(shape), key=min):
        if found.class_ not in part:
            shape.add_edge(found.class_, min(part))
    layout = nx.kamada_kawai_layout(shape) if len(shape) > 1 else {found.class_: (0.0, 0.0)}
    return {
        node: (
            round(_WIDE / 2 + float(x) * (_WIDE / 2 - _EDGE_X), 1),
            round(_HIGH / 2 + float(y) * (_HIGH / 2 - _EDGE_Y), 1),
        )
        for node, (x, y) in layout.items()
    }


def _line(tie: Tie, places: Mapping[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[tie.start], places[tie.end]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return (
        f'<polyline points="{x1},{y1} {x:.1f},{y:.1f} {x2},{y2}" fill="none" stroke="#777777" marker-mid="url(#arrow)"/>'
        f'<text x="{x:.1f}" y="{y - 7:.1f}" text-anchor="middle" font-size="11" fill="#555555" '
        f'stroke="#ffffff" stroke-width="3" paint-order="stroke">{escape(tie.relation)}</text>'
    )


def _node(name: str, place: tuple[float, float], role: str) -> str:
    x, y = place
    wide = max(30.0, _LETTER * len(name) + 16)
    colour = "#ffffff" if role == "class" else "#222222"
    return (
        f'<rect x="{x - wide / 2:.1f}" y="{y - _HEIGHT / 2:.1f}" width="{wide:.1f}" height="{_HEIGHT}" rx="9" '
        f'style="{_STYLES[role]}"/>'
        f'<text x="{x:.1f}" y="{y + 4.5:.1f}" text-anchor="middle" fill="{colour}">{escape(name)}</text>'
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
