"""The shapes let through what is whole, and nothing else."""

from datetime import UTC, datetime

import pyoxigraph
import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from kgexplain.graph.description import described
from kgexplain.graph.provenance import Outcome, Pictures, Run, StoredArray, provenance
from kgexplain.inputs.architecture import Architecture, Layer, OutputClass
from kgexplain.knowledge.linking import links
from kgexplain.knowledge.wordnet import statements
from kgexplain.shipped import shipped

EXAMPLE = (shipped("ontologies") / "example.ttl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(shipped("ontologies") / "shapes.ttl")


def violations(text: str, shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """The focus node's local name, and the local name of the path, of everything that does not conform.

    What is no single path, as that of two which stand together, is "no path".
    """
    _, report, _ = pyshacl.validate(rdflib.Graph().parse(data=text, format="turtle"), shacl_graph=shapes)
    return {
        (_local(report.value(result, SH.focusNode)), _local(report.value(result, SH.resultPath)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def _local(node: object) -> str:
    return str(node).replace("/", "#").rpartition("#")[2] if isinstance(node, rdflib.URIRef) else "no path"


def test_example_conforms(shapes):
    assert violations(EXAMPLE, shapes) == set()


DOG = "run:tag--conv--1--n02099601 a kgx:FilterTag ; kgx:tag net:class--n02099601 ; kgx:score 0.42e0 ; kgx:rank 1 ."
ACTIVE = "kgx:filter net:filter--conv--1 ; kgx:activation 0.31e0 ; kgx:rank 1 ."
BROKEN = {
    "a tag without score": ("kgx:score 0.42e0 ;", "", "tag--conv--1--n02099601", "no path"),
    "a tag with two scores": (
        "kgx:score 0.42e0",
        "kgx:score 0.42e0, 0.5e0",
        "tag--conv--1--n02099601",
        "score",
    ),
    "a score that is text": ("kgx:score 0.42e0", 'kgx:score "0.42"', "tag--conv--1--n02099601", "score"),
    "a tag of rank 0": (DOG, DOG.replace("rank 1", "rank 0"), "tag--conv--1--n02099601", "rank"),
    "a tag without rank": (DOG, DOG.replace("; kgx:rank 1", ""), "tag--conv--1--n02099601", "no path"),
    "a rank that is a fraction": (DOG, DOG.replace("rank 1", "rank 1.5"), "tag--conv--1--n02099601", "rank"),
    "a tag without class": (
        DOG,
        DOG.replace("kgx:tag net:class--n02099601 ;", ""),
        "tag--conv--1--n02099601",
        "tag",
    ),
    "a tag that is a filter": (
        DOG,
        DOG.replace("kgx:tag net:class--n02099601", "kgx:tag net:filter--conv--0"),
        "tag--conv--1--n02099601",
        "tag",
    ),
    "a tag of no filter": (
        "kgx:hasTag run:tag--conv--1--n02099601 , ",
        "kgx:hasTag ",
        "tag--conv--1--n02099601",
        "no path",
    ),
    "a tag of two filters": (
        DOG,
        f"{DOG} net:filter--conv--0 kgx:hasTag run:tag--conv--1--n02099601 .",
        "tag--conv--1--n02099601",
        "no path",
    ),
    "a filter tagged with a filter": (
        "kgx:taggedWith net:class--n02099601",
        "kgx:taggedWith net:filter--conv--0",
        "filter--conv--1",
        "taggedWith",
    ),
    "an activation of a layer": (
        ACTIVE,
        ACTIVE.replace("filter--conv--1", "layer--conv"),
        "activation--dogs-2f-rex.jpg--conv--1",
        "filter",
    ),
    "an activation without filter": (
        ACTIVE,
        ACTIVE.replace("kgx:filter net:filter--conv--1 ;", ""),
        "activation--dogs-2f-rex.jpg--conv--1",
        "filter",
    ),
    "an activation of rank 0": (
        ACTIVE,
        ACTIVE.replace("rank 1", "rank 0"),
        "activation--dogs-2f-rex.jpg--conv--1",
        "rank",
    ),
    "an activation without value": (
        "kgx:activation 0.31e0 ;",
        "",
        "activation--dogs-2f-rex.jpg--conv--1",
        "activation",
    ),
    "an activation by no image": (
        " ;\n    kgx:activates why:activation--dogs-2f-rex.jpg--conv--1 .",
        " .",
        "activation--dogs-2f-rex.jpg--conv--1",
        "no path",
    ),
    "a probability above 1": ("0.93e0", "1.5e0", "image--dogs-2f-rex.jpg", "probability"),
    "a probability below 0": ("0.93e0", "-0.1e0", "image--dogs-2f-rex.jpg", "probability"),
    "a prediction that is a synset": (
        "kgx:predictedClass net:class--n02099601",
        "kgx:predictedClass wn30:02099601-n",
        "image--dogs-2f-rex.jpg",
        "predictedClass",
    ),
    "a true class that is a name": (
        "kgx:trueClass net:class--n02099601",
        'kgx:trueClass "golden retriever"',
        "image--dogs-2f-rex.jpg",
        "trueClass",
    ),
    "an image without key": (
        'dcterms:identifier "dogs/rex.jpg" ;',
        "",
        "image--dogs-2f-rex.jpg",
        "identifier",
    ),
    "an image skipped for no reason": (
        ' ; kgx:reason "the file ends too early"',
        "",
        "image--cats-2f-broken.jpg",
        "reason",
    ),
    "a skipped image that no run skipped": (
        "kgx:skipped images:image--cats-2f-broken.jpg ;",
        "",
        "image--cats-2f-broken.jpg",
        "no path",
    ),
    "a filter in no layer": (
        "net:filter--conv--0 a kgx:Filter ; kgx:inLayer net:layer--conv ;",
        "net:filter--conv--0 a kgx:Filter ;",
        "filter--conv--0",
        "inLayer",
    ),
    "a filter without index": (
        "kgx:inLayer net:layer--conv ; kgx:index 0",
        "kgx:inLayer net:layer--conv",
        "filter--conv--0",
        "index",
    ),
    "a filter of index -1": (
        "net:layer--conv ; kgx:index 0",
        "net:layer--conv ; kgx:index -1",
        "filter--conv--0",
        "index",
    ),
    "a layer of no network": ("nno:hasLayer net:layer--conv ;", "", "layer--conv", "no path"),
    "a layer without number of filters": ("kgx:filters 2 ;", "", "layer--conv", "filters"),
    "a layer in place 0": (
        "nno:hasLayerSequence 1",
        "nno:hasLayerSequence 0",
        "layer--conv",
        "hasLayerSequence",
    ),
    "a stride of 0": ("kgx:strideWidth 2", "kgx:strideWidth 0", "layer--conv", "strideWidth"),
    "a network without digest": ('kgx:digest "0a1b2c3d4e5f" ;', "", "tiny--0a1b2c3d", "digest"),
    "a network without name": ('dcterms:title "tiny" ;', "", "tiny--0a1b2c3d", "title"),
    "a class of no network": (" , net:class--2 .", " .", "class--2", "no path"),
    "a class without name": ('; skos:prefLabel "gnome"', "", "class--2", "prefLabel"),
    "a class with a wnid that is none": (
        'kgx:index 1 ; skos:prefLabel "tabby" ; kgx:wnid "n02123045"',
        'kgx:index 1 ; skos:prefLabel "tabby" ; kgx:wnid "2123045"',
        "class--n02123045",
        "wnid",
    ),
    "a synset that is not below itself": (
        'skos:prefLabel "carnivore" ; kgx:subsumedBy wn30:02075296-n',
        'skos:prefLabel "carnivore"',
        "02075296-n",
        "subsumedBy",
    ),
    "a synset below a class": (
        "kgx:subsumedBy wn30:02123045-n",
        "kgx:subsumedBy net:class--2",
        "02123045-n",
        "subsumedBy",
    ),
    "a synset without depth": ("kgx:depth 0 ;", "", "02075296-n", "depth"),
    "a run without method": (
        "kgx:method kgx:method--filtag ;",
        "",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "method",
    ),
    "a run on no network": (
        "kgx:method--filtag ;\n    kgx:truthyK 1 ;\n    prov:used <https://w3id.org/kgexplain/net/tiny--0a1b2c3d> ,",
        "kgx:method--filtag ;\n    kgx:truthyK 1 ;\n    prov:used",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "used",
    ),
    "a run that ends before it starts": (
        "2025-05-01T10:00:20Z",
        "2025-05-01T09:00:20Z",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "startedAtTime",
    ),
    "a run that states more than it selected": (
        "kgx:tagsStated 2",
        "kgx:tagsStated 3",
        "filtag--tiny--0a1b2c3d--garden--9f8e7d6c",
        "tagsStated",
    ),
    "a setting without value": ("; mls:hasValue 1 .", ".", "setting--filtag--k", "hasValue"),
    "a software without version": ('; dcat:version "0.1.0"', "", "kgexplain--0.1.0", "version"),
    "images without digest": ('; kgx:digest "9f8e7d6c5b4a"', "", "garden--9f8e7d6c", "digest"),
    "a file with a path": ('"conv.npy"', '"/tmp/conv.npy"', "array--conv", "fileName"),
    "a file without checksum": ("; spdx:checksum run:checksum--conv", "", "array--conv", "checksum"),
    "a checksum of 65 digits": (
        'spdx:checksumValue "',
        'spdx:checksumValue "0',
        "checksum--conv",
        "checksumValue",
    ),
    "a measurement without value": (
        "kgx:hitsTrue ; kgx:n 1 ; dqv:value 1.0e0 ;",
        "kgx:hitsTrue ; kgx:n 1 ;",
        "hitsTrue--1",
        "value",
    ),
    "a measurement whose interval ends before it begins": (
        "kgx:intervalLow 0.25e0 ; kgx:intervalHigh 0.75e0",
        "kgx:intervalLow 0.25e0 ; kgx:intervalHigh 0.2e0",
        "pck--alpha--0.1",
        "intervalLow",
    ),
    "a measurement of images that are neither right nor wrong": (
        'kgx:imageGroup "right"',
        'kgx:imageGroup "good"',
        "bleu--variant--bleu4--images--right",
        "imageGroup",
    ),
    "a measurement of a class as if it were an attribute": (
        "kgx:ofAttribute attribute:attribute--long-20-tail",
        "kgx:ofAttribute net:class--n02099601",
        "averagePrecision--attribute--long-20-tail",
        "ofAttribute",
    ),
    "a measurement of no images": (
        "kgx:imagesMeasured 2 ; kgx:intervalLow 0.25e0",
        "kgx:imagesMeasured 0 ; kgx:intervalLow 0.25e0",
        "pck--alpha--0.1",
        "imagesMeasured",
    ),
    "a measurement among 0 tags": ("kgx:hitsTrue ; kgx:n 1", "kgx:hitsTrue ; kgx:n 0", "hitsTrue--1", "n"),
    "a filter with an attribute that is no estimate": (
        "kgx:hasAttribute words:attribute--filter--conv--1--long-20-tail",
        "kgx:hasAttribute attribute:attribute--long-20-tail",
        "filter--conv--1",
        "hasAttribute",
    ),
    "a filter that signals a class": (
        "kgx:signals attribute:attribute--long-20-tail",
        "kgx:signals net:class--2",
        "filter--conv--1",
        "signals",
    ),
    "a residual above 1": ("kgx:residual 0.2e0", "kgx:residual 1.2e0", "filter--conv--1", "residual"),
    "a class described by a synset": (
        "kgx:describedBy attribute:attribute--grass",
        "kgx:describedBy wn30:02075296-n",
        "class--n02123045",
        "describedBy",
    ),
    "a node of ConceptNet without words": (
        'kgx:ConceptNetNode ; skos:prefLabel "pet"',
        "kgx:ConceptNetNode",
        "pet",
        "prefLabel",
    ),
    "a node of ConceptNet with two words": (
        'kgx:ConceptNetNode ; skos:prefLabel "pet"',
        'kgx:ConceptNetNode ; skos:prefLabel "pet" , "pets"',
        "pet",
        "prefLabel",
    ),
    "an edge without start": ("kgx:start <http://api.conceptnet.io/c/en/dog> ;", "", "%5D", "start"),
    "an edge from a class": (
        "kgx:start <http://api.conceptnet.io/c/en/dog>",
        "kgx:start net:class--2",
        "%5D",
        "start",
    ),
    "an edge to a word": (
        "kgx:end <http://api.conceptnet.io/c/en/pet>",
        'kgx:end "pet"',
        "%5D",
        "end",
    ),
    "an edge of two relations": (
        "kgx:relation <http://api.conceptnet.io/r/IsA>",
        "kgx:relation <http://api.conceptnet.io/r/IsA> , <http://api.conceptnet.io/r/HasA>",
        "%5D",
        "relation",
    ),
    "an edge of a word": (
        "kgx:relation <http://api.conceptnet.io/r/IsA>",
        'kgx:relation "IsA"',
        "%5D",
        "relation",
    ),
    "an edge without weight": ("kgx:weight 2.0e0 ;", "", "%5D", "weight"),
    "an edge that weighs nothing": ("kgx:weight 2.0e0", "kgx:weight 0.0e0", "%5D", "weight"),
    "an edge without licence": (
        "; dcterms:license <https://creativecommons.org/licenses/by/4.0/> .",
        ".",
        "%5D",
        "license",
    ),
    "an edge of two sources": (
        "dcterms:source <http://api.conceptnet.io/d/conceptnet/4/en>",
        "dcterms:source <http://api.conceptnet.io/d/conceptnet/4/en> , <http://api.conceptnet.io/d/wordnet/3.1>",
        "%5D",
        "source",
    ),
    "a link that is no match": (
        "kgx:mapping skos:broadMatch",
        "kgx:mapping skos:broader",
        "link--attribute--long-20-tail--wn30--02157557-n",
        "mapping",
    ),
    "a link by a guess": (
        'kgx:linkMethod "sense"',
        'kgx:linkMethod "guess"',
        "link--attribute--long-20-tail--wn30--02157557-n",
        "linkMethod",
    ),
    "a link that nobody believes": (
        "kgx:confidence 0.7e0",
        "kgx:confidence 0.0e0",
        "link--attribute--long-20-tail--wn30--02157557-n",
        "confidence",
    ),
    "a candidate for a filter": (
        "kgx:source net:class--2",
        "kgx:source net:filter--conv--0",
        "candidate--2",
        "source",
    ),
    "an attribute open for two reasons": (
        'kgx:openBecause "grass: no sense is likely enough, the likeliest 0.60"',
        'kgx:openBecause "grass: no sense is likely enough, the likeliest 0.60" , "nobody knows"',
        "attribute--grass",
        "openBecause",
    ),
    "an attribute without words": (
        'skos:prefLabel "grass" ; kgx:noun',
        "kgx:noun",
        "attribute--grass",
        "prefLabel",
    ),
    "an attribute without noun": ('; kgx:noun "tail"', "", "attribute--long-20-tail", "noun"),
    "an attribute with an empty adjective": (
        'kgx:adjective "long"',
        'kgx:adjective ""',
        "attribute--long-20-tail",
        "adjective",
    ),
    "an attribute of no image": ("kgx:imagesWith 2", "kgx:imagesWith 0", "attribute--grass", "imagesWith"),
    "a prior above 1": ("kgx:prior 0.25e0", "kgx:prior 1.25e0", "attribute--grass", "prior"),
    "an estimate of no attribute": (
        "kgx:attribute attribute:attribute--grass ;",
        "",
        "attribute--class--n02123045--grass",
        "attribute",
    ),
    "an estimate of a word": (
        "kgx:attribute attribute:attribute--grass",
        'kgx:attribute "grass"',
        "attribute--class--n02123045--grass",
        "attribute",
    ),
    "an estimate without probability": (
        "kgx:probability 0.6e0 ;",
        "",
        "attribute--class--n02123045--grass",
        "probability",
    ),
    "an estimate of more than all": (
        "kgx:probability 0.6e0",
        "kgx:probability 1.6e0",
        "attribute--class--n02123045--grass",
        "probability",
    ),
    "an estimate of rank 0": (
        "kgx:probability 0.6e0 ; kgx:rank 1",
        "kgx:probability 0.6e0 ; kgx:rank 0",
        "attribute--class--n02123045--grass",
        "rank",
    ),
    "an estimate of nothing": (
        "kgx:hasAttribute words:attribute--class--n02123045--grass ;",
        "",
        "attribute--class--n02123045--grass",
        "no path",
    ),
    "a rationale of no image": (
        "images:image--dogs-2f-rex.jpg kgx:hasRationale reason:rationale--dogs-2f-rex.jpg--n02099601 .",
        "",
        "rationale--dogs-2f-rex.jpg--n02099601",
        "no path",
    ),
    "an image whose rationale is an estimate": (
        "kgx:hasRationale reason:rationale--dogs-2f-rex.jpg--n02099601",
        "kgx:hasRationale reason:attribute--dogs-2f-rex.jpg--n02099601--long-20-tail",
        "image--dogs-2f-rex.jpg",
        "hasRationale",
    ),
    "a rationale for no class": (
        "kgx:forClass net:class--n02099601 ; kgx:weightsBy",
        "kgx:weightsBy",
        "rationale--dogs-2f-rex.jpg--n02099601",
        "forClass",
    ),
    "a rationale by weights of a third kind": (
        'kgx:weightsBy "linear"',
        'kgx:weightsBy "guess"',
        "rationale--dogs-2f-rex.jpg--n02099601",
        "weightsBy",
    ),
    "a rationale without residual": (
        "kgx:residual 0.1e0 ;",
        "",
        "rationale--dogs-2f-rex.jpg--n02099601",
        "residual",
    ),
    "a positive share below 0": (
        "kgx:positiveShare 0.7e0",
        "kgx:positiveShare -0.1e0",
        "rationale--dogs-2f-rex.jpg--n02099601",
        "positiveShare",
    ),
    "a run on a class without attributes that is text": (
        "kgx:classWithoutAttributes net:class--2",
        'kgx:classWithoutAttributes "gnome"',
        "attributes--tiny--0a1b2c3d--garden--9f8e7d6c",
        "classWithoutAttributes",
    ),
    "a run on an undescribed image without key": (
        'kgx:imageWithoutAttributes "dogs/rex.jpg"',
        'kgx:imageWithoutAttributes ""',
        "attributes--tiny--0a1b2c3d--garden--9f8e7d6c",
        "imageWithoutAttributes",
    ),
    "a run on a missing image that is an image": (
        'kgx:describedWithoutImage "dogs/fido.jpg"',
        "kgx:describedWithoutImage images:image--dogs-2f-rex.jpg",
        "attributes--tiny--0a1b2c3d--garden--9f8e7d6c",
        "describedWithoutImage",
    ),
    "a concept without name": (
        'skos:prefLabel "wheel" ; ',
        "",
        "concept--object--wheel",
        "prefLabel",
    ),
    "a concept of no category": (
        ' ; kgx:category "object"',
        "",
        "concept--object--wheel",
        "category",
    ),
    "a concept of two categories": (
        'kgx:category "object"',
        'kgx:category "object" , "part"',
        "concept--object--wheel",
        "category",
    ),
    "a filter that has a concept itself": (
        "net:filter--conv--1 kgx:hasConcept dissection:iou--conv--1--1",
        "net:filter--conv--1 kgx:hasConcept concept:concept--part--ear",
        "filter--conv--1",
        "hasConcept",
    ),
    "a filter that detects a synset": (
        "kgx:detects concept:concept--part--ear",
        "kgx:detects wn30:02075296-n",
        "filter--conv--1",
        "detects",
    ),
    "a filter that is labelled with a class": (
        "kgx:labelledWith wn30:05220461-n",
        "kgx:labelledWith net:class--2",
        "filter--conv--1",
        "labelledWith",
    ),
    "an agreement by no measure": (
        ' kgx:measure "iou" ;',
        "",
        "iou--conv--1--1",
        "measure",
    ),
    "an agreement with nothing": (
        "kgx:concept wn30:05220461-n ;",
        "",
        "pearson--conv--1--1",
        "concept",
    ),
    "an agreement with a class": (
        "kgx:concept wn30:05220461-n",
        "kgx:concept net:class--2",
        "pearson--conv--1--1",
        "concept",
    ),
    "an agreement of no filter": (
        "kgx:hasConcept labels:pearson--conv--1--1 ; ",
        "",
        "pearson--conv--1--1",
        "no path",
    ),
    "an agreement without score": (
        "kgx:score 0.12e0 ; kgx:rank 1 ; kgx:iou",
        "kgx:rank 1 ; kgx:iou",
        "iou--conv--1--1",
        "score",
    ),
    "an agreement without rank": (
        "kgx:score 0.12e0 ; kgx:rank 1 ;",
        "kgx:score 0.12e0 ;",
        "iou--conv--1--1",
        "rank",
    ),
    "an IoU above 1": (
        "kgx:iou 0.12e0",
        "kgx:iou 1.12e0",
        "iou--conv--1--1",
        "iou",
    ),
    "a p-value of 0": (
        "kgx:pValue 0.01e0",
        "kgx:pValue 0.0e0",
        "iou--conv--1--1",
        "pValue",
    ),
    "a p-value above 1": (
        "kgx:pValue 0.01e0",
        "kgx:pValue 1.01e0",
        "iou--conv--1--1",
        "pValue",
    ),
    "a null count of no layer": (
        "net:layer--conv kgx:hasNullCount dissection:null--conv--part .\n",
        "",
        "null--conv--part",
        "no path",
    ),
    "a null count of a filter": (
        "kgx:ofLayer net:layer--conv",
        "kgx:ofLayer net:filter--conv--1",
        "null--conv--part",
        "ofLayer",
    ),
    "a null count below 0": (
        "kgx:detectorsByChance 0",
        "kgx:detectorsByChance -1",
        "null--conv--part",
        "detectorsByChance",
    ),
    "a null count of no category": (
        'kgx:ofLayer net:layer--conv ; kgx:category "part"',
        "kgx:ofLayer net:layer--conv",
        "null--conv--part",
        "category",
    ),
    "a fault without reason": (
        ' ; kgx:reason "the mask is of another shape than the photograph"',
        "",
        "fault--cats-2f-tom.jpg",
        "reason",
    ),
    "a fault that no run found": (
        "    kgx:hasAnnotationFault dissection:fault--cats-2f-tom.jpg ;\n",
        "",
        "fault--cats-2f-tom.jpg",
        "no path",
    ),
    "a run on an unannotated image without key": (
        'kgx:imageWithoutAnnotation "dogs/rex.jpg"',
        'kgx:imageWithoutAnnotation ""',
        "dissection--tiny--0a1b2c3d--garden--9f8e7d6c",
        "imageWithoutAnnotation",
    ),
    "an image that shows a class": (
        "kgx:shows concept:concept--part--ear .\nranking:image",
        "kgx:shows net:class--2 .\nranking:image",
        "image--dogs-2f-rex.jpg",
        "shows",
    ),
    "an image with a concept of a class": (
        "images:image--dogs-2f-rex.jpg kgx:hasConcept ranking:image--dogs-2f-rex.jpg--1",
        "images:image--dogs-2f-rex.jpg kgx:hasConcept ranking:class--n02099601--1",
        "image--dogs-2f-rex.jpg",
        "hasConcept",
    ),
    "an image concept without score": (
        "kgx:score 0.3e0 ; kgx:rank 1",
        "kgx:rank 1",
        "image--dogs-2f-rex.jpg--1",
        "score",
    ),
    "an image concept of rank 0": (
        "kgx:score 0.3e0 ; kgx:rank 1",
        "kgx:score 0.3e0 ; kgx:rank 0",
        "image--dogs-2f-rex.jpg--1",
        "rank",
    ),
    "a class that relies on a class": (
        "kgx:reliesOn concept:concept--part--ear",
        "kgx:reliesOn net:class--2",
        "class--n02099601",
        "reliesOn",
    ),
    "a class concept of no class": (
        "net:class--n02099601 kgx:hasConcept ranking:class--n02099601--1 ;",
        "net:class--n02099601",
        "class--n02099601--1",
        "no path",
    ),
    "a class concept without rank": (
        "kgx:score 0.05e0 ; kgx:rank 1",
        "kgx:score 0.05e0",
        "class--n02099601--1",
        "rank",
    ),
    "a rule of no class": (
        "net:class--n02099601 kgx:hasRule rules:rule--n02099601--1 .\n",
        "",
        "rule--n02099601--1",
        "no path",
    ),
    "a rule for a concept": (
        "kgx:forClass net:class--n02099601 ;\n    kgx:requires",
        "kgx:forClass concept:concept--part--ear ;\n    kgx:requires",
        "rule--n02099601--1",
        "forClass",
    ),
    "a rule that asks for nothing": (
        "    kgx:requires concept:concept--part--ear ; kgx:excludes concept:concept--object--wheel ;\n",
        "",
        "rule--n02099601--1",
        "no path",
    ),
    "a rule that excludes a word": (
        "kgx:excludes concept:concept--object--wheel",
        'kgx:excludes "wheel"',
        "rule--n02099601--1",
        "excludes",
    ),
    "a rule without support": (
        "kgx:support 1 ; kgx:confidence",
        "kgx:confidence",
        "rule--n02099601--1",
        "support",
    ),
    "a rule that is surer than sure": (
        "kgx:support 1 ; kgx:confidence 1.0e0",
        "kgx:support 1 ; kgx:confidence 1.5e0",
        "rule--n02099601--1",
        "confidence",
    ),
    "a rule that is right below 0": (
        "kgx:fidelity 1.0e0",
        "kgx:fidelity -1.0e0",
        "rule--n02099601--1",
        "fidelity",
    ),
    "a rule that nobody can run": (
        'kgx:sparql "PREFIX',
        'rdfs:seeAlso "PREFIX',
        "rule--n02099601--1",
        "sparql",
    ),
    "a file of no run": (
        "prov:wasGeneratedBy <https://w3id.org/kgexplain/run/filtag--tiny--0a1b2c3d--garden--9f8e7d6c> ;",
        "",
        "array--conv",
        "wasGeneratedBy",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_shapes_reject(broken, shapes):
    whole, part, focus, property_ = BROKEN[broken]
    assert EXAMPLE.count(whole) == 1, "the variant no longer fits the example"
    assert (focus, property_) in violations(EXAMPLE.replace(whole, part), shapes)


def architecture() -> Architecture:
    layers = {"conv1": Layer("conv1", 3, 1, (5, 3), (2, 1)), "conv2": Layer("conv2", 2, 2, groups=2)}
    classes = (
        OutputClass(0, "crane", "n02012849"),
        OutputClass(1, "crane", "n03126707"),
        OutputClass(2, "gnome"),
    )
    return Architecture("net", "0a1b2c3d4e5f", layers, classes)


def test_what_the_package_states_conforms(shapes):
    network = architecture()
    outcome = Outcome(
        {"a/b c.jpg": "cut off"}, (1,), (StoredArray("conv1", "conv1.npy", (3, 3), 200, "0" * 64),), 7, 5
    )
    run = Run(
        "filtag",
        network,
        Pictures("birds", "9f8e7d6c5b4a", 8, 2, ("emu",)),
        datetime(2025, 5, 1, 10, tzinfo=UTC),
        datetime(2025, 5, 1, 11, tzinfo=UTC),
        "0.1.0",
        {"filtag": {"k": 5, "layers": ("conv1",)}},
        {"network": "net"},
        3,
        outcome,
    )
    said = [*described(network), *links(network), *statements(["n02012849", "n03126707"]), *provenance(run)]
    text = pyoxigraph.serialize([pyoxigraph.Triple(*s) for s in said], format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert violations(text.decode(), shapes) == set()


def test_a_class_may_be_one_of_a_set_of_images_own(shapes):
    own = "<https://w3id.org/kgexplain/images/garden--9f8e7d6c> kgx:hasClass images:class--asleep .\n"
    asleep = 'images:class--asleep a kgx:OutputClass ; kgx:index 0 ; skos:prefLabel "asleep" .\n'
    assert violations(EXAMPLE + own + asleep, shapes) == set()
    assert violations(EXAMPLE + asleep, shapes) == {("class--asleep", "no path")}


def test_what_a_concept_is_called_may_stay_open(shapes):
    said = """concept:concept--object--wheel kgx:openBecause "the list has it twice" .
        meant:candidate--concept--object--wheel a kgx:Candidate ; kgx:source concept:concept--object--wheel ;
            kgx:target wn30:04574999-n ; kgx:confidence 0.5e0 ; rdfs:comment "met 5 of 10 times" ."""
    assert violations(EXAMPLE + said, shapes) == set()
