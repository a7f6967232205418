"""Draw docs/vocabulary.svg and write the table of docs/vocabulary.md, from the ontology and its shapes.

python docs/make_vocabulary_picture.py
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS
from rdflib.term import Node

DOCS = Path(__file__).parent
ONTOLOGIES = DOCS.parent / "ontologies"
KGX = rdflib.Namespace("https://w3id.org/kgexplain/ontology#")
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
START, END = "<!-- terms: made by make_vocabulary_picture.py -->", "<!-- end of terms -->"

# Where the boxes stand: left edge and top, in pixels. A class of the shapes without a place here is a KeyError.
PLACES = {
    "mls:HyperParameter": (20, 20),
    "mls:HyperParameterSetting": (20, 110),
    "kgx:Method": (20, 215),
    "prov:SoftwareAgent": (20, 318),
    "dcat:Distribution": (20, 470),
    "spdx:Checksum": (20, 645),
    "kgx:Run": (410, 100),
    "dqv:QualityMeasurement": (320, 610),
    "dcat:Dataset": (320, 445),
    "kgx:SkippedImage": (620, 648),
    "nno:Model": (800, 20),
    "nno:Conv2D": (755, 150),
    "kgx:Filter": (800, 445),
    "kgx:FilterTag": (1190, 430),
    "kgx:Activation": (1190, 600),
    "kgx:OutputClass": (1190, 20),
    "kgx:CoarseTag": (870, 740),
    "kgx:Attribute": (170, 900),
    "kgx:AttributeEstimate": (540, 990),
    "kgx:Rationale": (1190, 1110),
    "kgx:Image": (1580, 430),
    "kgx:Mistake": (1580, 650),
    "kgx:Diagnosis": (1580, 1010),
    "kgx:UsualSupport": (1190, 900),
    "kgx:Synset": (1580, 20),
    "kgx:Link": (1900, 20),
    "kgx:Candidate": (1900, 230),
    "kgx:ConceptNetNode": (1900, 430),
    "kgx:Edge": (1900, 600),
    "kgx:NullCount": (20, 1310),
    "kgx:AnnotationFault": (20, 1420),
    "kgx:FilterConcept": (410, 1310),
    "kgx:VisualConcept": (800, 1310),
    "kgx:ClassConcept": (1190, 1310),
    "kgx:ImageConcept": (1580, 1310),
    "kgx:Rule": (1900, 1310),
}
SIZE = (2190, 1530)
WIDTH, LINE, HEAD = 280, 17, 26
# A class may be linked to a synset that no graph describes, so the shapes ask for no more than an IRI.
UNCHECKED = (("kgx:OutputClass", "skos:exactMatch ?", "kgx:Synset"),)
# Arrows for these would cross half the picture.
IN_THE_BOX = (
    "kgx:Run kgx:classWithout",
    "dqv:QualityMeasurement dqv:computedOn",
    "kgx:OutputClass kgx:describedBy",
    "kgx:OutputClass kgx:hasAttribute",
    "kgx:Rationale kgx:forClass",
    "kgx:Filter kgx:hasConcept",
    "kgx:Filter kgx:detects",
    "kgx:OutputClass kgx:hasConcept",
    "kgx:OutputClass kgx:hasRule",
    "kgx:Image kgx:hasConcept",
    "kgx:Rule kgx:forClass",
    "kgx:Run kgx:hasAnnotationFault",
    "nno:Conv2D kgx:hasNullCount",
    "kgx:NullCount kgx:ofLayer",
)
STYLE = (
    "text { font: 12px 'DejaVu Sans', Verdana, sans-serif; fill: #222 } .name { font-weight: bold }"
    " .kind, .arrow { fill: #555; font-size: 11px } rect { stroke: #667; fill: #f4f4f4 }"
    " .ours rect { fill: #e3eefc; stroke: #2a5d9f } path { stroke: #667; fill: none }"
    " .arrow { paint-order: stroke; stroke: white; stroke-width: 4px; text-anchor: middle }"
)
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto">'
    '<path d="M0,0 L8,4 L0,8 z" style="fill:#667;stroke:none"/></marker></defs>'
)


@dataclass(frozen=True)
class Box:
    """A class, the line under its name, and what is said of it in literals."""

    name: str
    kind: str
    lines: tuple[str, ...]

    @property
    def left(self) -> int:
        """Left edge."""
        return PLACES[self.name][0]

    @property
    def top(self) -> int:
        """Top edge."""
        return PLACES[self.name][1]

    @property
    def height(self) -> int:
        """Room for the name, what it is a kind of, and the lines."""
        return HEAD + LINE * (len(self.lines) + bool(self.kind)) + 4

    @property
    def middle(self) -> tuple[float, float]:
        """The point that arrows aim at."""
        return self.left + WIDTH / 2, self.top + self.height / 2

    def border(self, towards: tuple[float, float]) -> tuple[float, float]:
        """Where the straight line from the middle to a point outside leaves the box."""
        x, y = self.middle
        across, down = towards[0] - x, towards[1] - y
        share = min(WIDTH / 2 / abs(across) if across else 9e9, self.height / 2 / abs(down) if down else 9e9)
        return x + across * share, y + down * share


def picture() -> str:
    """The SVG: a box for each class of the shapes, an arrow for each pair of classes that a property joins."""
    ontology, shapes = _read("kgexplain"), _read("shapes")
    lines: defaultdict[str, list[str]] = defaultdict(list)
    arrows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for subject, property_, target in sorted([*_said(shapes), *UNCHECKED]):
        if target and target != subject and not f"{subject} {property_}".startswith(IN_THE_BOX):
            arrows[subject, target].append(property_)
        else:
            lines[subject].append(f"{property_} → {target.partition(':')[2]}" if target else property_)
    boxes = {name: Box(name, _kind(ontology, name), tuple(lines[name])) for name in _classes(shapes)}
    parts = [_box(box) for box in boxes.values()]
    parts += [_arrow(boxes[a], boxes[b], labels) for (a, b), labels in arrows.items()]
    width, height = SIZE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f"<title>The vocabulary of kgexplain</title><style>{STYLE}</style>",
            TIP,
            f'<rect width="{width}" height="{height}" style="fill:white;stroke:none"/>',
            *parts,
            "</svg>\n",
        ]
    )


def table() -> str:
    """Our terms, as a table in Markdown: first classes, then properties, metrics, methods, values."""
    ontology = _read("kgexplain")
    rows = ["| term | from → to | what it says |", "|---|---|---|"]
    for kinds in (
        (OWL.Class,),
        (OWL.ObjectProperty, OWL.DatatypeProperty),
        (DQV.Metric,),
        (KGX.Method,),
        (SKOS.Concept,),
    ):
        for term in sorted({term for kind in kinds for term in ontology.subjects(RDF.type, kind)}):
            comment = ontology.value(term, RDFS.comment)
            rows.append(f"| `{_short(ontology, term)}` | {_span(ontology, term)} | {comment} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page ``docs/vocabulary.md`` with its table as it should be."""
    before, _, rest = text.partition(START)
    return f"{before}{START}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


def _read(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGIES / f"{name}.ttl")


def _short(graph: rdflib.Graph, node: Node | None) -> str:
    return graph.namespace_manager.normalizeUri(node) if isinstance(node, rdflib.URIRef) else ""


def _classes(shapes: rdflib.Graph) -> list[str]:
    return sorted({_short(shapes, target) for target in shapes.objects(None, SH.targetClass)})


def _said(shapes: rdflib.Graph) -> Iterator[tuple[str, str, str]]:
    """Class, property with its number, and the class that it leads to, or nothing where that is a literal."""
    for shape, target in shapes.subject_objects(SH.targetClass):
        for said in shapes.objects(shape, SH.property):
            path = shapes.value(said, SH.path)
            qualified = shapes.value(said, SH.qualifiedValueShape)
            to = shapes.value(qualified or said, SH["class"])
            known = isinstance(path, rdflib.URIRef) and path != SKOS.exactMatch
            if known:
                yield (
                    _short(shapes, target),
                    f"{_short(shapes, path)}{_number(shapes, said)}",
                    _short(shapes, to),
                )


def _number(shapes: rdflib.Graph, said: Node) -> str:
    least = shapes.value(said, SH.minCount) or shapes.value(said, SH.qualifiedMinCount)
    most = shapes.value(said, SH.maxCount) or shapes.value(said, SH.qualifiedMaxCount)
    return {(True, True): "", (False, True): " ?", (True, False): " +", (False, False): " *"}[
        bool(least), bool(most)
    ]


def _kind(ontology: rdflib.Graph, name: str) -> str:
    above = (
        ontology.value(ontology.namespace_manager.expand_curie(name), RDFS.subClassOf)
        if "kgx:" in name
        else None
    )
    return f"a kind of {_short(ontology, above)}" if above else ""


def _span(ontology: rdflib.Graph, term: Node) -> str:
    above = ontology.value(term, RDFS.subClassOf)
    if above:
        return f"a kind of `{_short(ontology, above)}`"
    domain, range_ = (_short(ontology, ontology.value(term, end)) for end in (RDFS.domain, RDFS.range))
    return f"`{domain or 'anything'}` → `{range_}`" if range_ else ""


def _box(box: Box) -> str:
    kind = [("kind", box.kind)] if box.kind else []
    texts = [("name", box.name), *kind, *(("line", line) for line in box.lines)]
    ours = ' class="ours"' if box.name.startswith("kgx:") else ""
    rows = "".join(
        f'<text class="{style}" x="{box.left + 10}" y="{box.top + 19 + LINE * row}">{escape(text)}</text>'
        for row, (style, text) in enumerate(texts)
    )
    frame = f'<rect x="{box.left}" y="{box.top}" width="{WIDTH}" height="{box.height}" rx="5"/>'
    return f"<g{ours}>{frame}{rows}</g>"


def _arrow(start: Box, end: Box, labels: list[str]) -> str:
    (x1, y1), (x2, y2) = start.border(end.middle), end.border(start.middle)
    middle, first = (x1 + x2) / 2, (y1 + y2) / 2 + 4 - 14 * (len(labels) - 1) / 2
    text = "".join(
        f'<text class="arrow" x="{middle:.0f}" y="{first + 14 * row:.0f}">{escape(label)}</text>'
        for row, label in enumerate(labels)
    )
    return f'<path d="M{x1:.0f},{y1:.0f} L{x2:.0f},{y2:.0f}" marker-end="url(#tip)"/>{text}'


if __name__ == "__main__":
    (DOCS / "vocabulary.svg").write_text(picture(), encoding="utf-8")
    (DOCS / "vocabulary.md").write_text(
        page((DOCS / "vocabulary.md").read_text(encoding="utf-8")), encoding="utf-8"
    )
