"""Questions with parameters, about two networks side by side: one trained, the other as it was before training."""

from pathlib import Path

import torch

from kgexplain import FilTag, ask, explain, network_of, open_store, query, written
from kgexplain.workflow.demo import world_network
from kgexplain.world import CLASSES, make_annotated
from kgexplain.world.cnn import WorldCNN

BIRD = "n01503061"
# A question of one's own is SPARQL; the header says what must be told, and that stands as $layer in the query.
OWN = """#+ summary: How many filters of a layer have each number of tags.
#+ $layer: the layer's name (text)
PREFIX kgx: <https://w3id.org/kgexplain/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?network ?tags (COUNT(?filter) AS ?filters) WHERE {
  { SELECT ?network ?filter (COUNT(?tag) AS ?tags) WHERE {
      ?in dcterms:identifier $layer .
      ?model <https://w3id.org/nno/ontology#hasLayer> ?in ; dcterms:title ?network .
      ?filter kgx:inLayer ?in ; kgx:hasTag ?tag .
    } GROUP BY ?network ?filter }
} GROUP BY ?network ?tags ORDER BY ?network ?tags
"""

trained = world_network()
torch.manual_seed(0)
untrained = network_of(WorldCNN(len(CLASSES)), "untrained", trained.classes, trained.preprocessing)
images = make_annotated(Path("world"), 12).images

with open_store("memory:") as store:
    for network in (trained, untrained):
        explain(network, images, [FilTag(q=25)], store)

    print("Filters whose best tags are birds:")
    for row in store.select(query("comparison/layers_by_synset").bind(synset=BIRD)):
        network_name, layer = row["network"].value, row["layer"].value
        print(f"  {network_name:10} {layer}  {float(row['share'].value):4.0%}")

    print("What the last layer of the trained one is about, in the words of WordNet:")
    rows = store.select(query("coarsening/hypernyms_of_layer").bind(layer="conv5", least_depth=10))
    for row in [row for row in rows if row["network"].value == trained.name][:5]:
        print(f"  {row['name'].value}: {row['filters'].value} filters")

    print("A question of one's own, from a file: how many tags has a filter of the last layer?")
    Path("tags_a_filter.rq").write_text(OWN, encoding="utf-8")
    answer = ask("tags_a_filter.rq", ["layer=conv5"], store)
    print(*written(answer, "csv"), sep="\n")
