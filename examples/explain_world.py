"""The main job: tag the filters of a network, then ask the graph why it sees what it sees."""

from pathlib import Path

from kgexplain import AttributeDensity, Dissection, FilTag, Plan, explain, open_store, query, why
from kgexplain.workflow.demo import world_network
from kgexplain.world import make_annotated

network = world_network()  # or open_network("squeezenet1_1", weights="DEFAULT"), or a module of your own
images = make_annotated(Path("world"), 12).images  # or your folder of class folders
words = AttributeDensity(source="world/birds")  # captions of the same pictures, or your own
concepts = Dissection(source="world/broden")  # masks of the same pictures, or your own
with open_store("graph") as store:  # a folder; or "memory:", or the address of a SPARQL endpoint
    explain(network, images, [FilTag(q=25), words, concepts], store, Plan(hold_out=0.25))
    print(why(images / "n03063599" / "n03063599_1.png", store).explanation.sentence)
    for row in store.select(query("comparison/layers_by_synset").bind(synset="n02084071")):
        print(f"{row['layer'].value}: {row['filters'].value} filters react to some dog")
