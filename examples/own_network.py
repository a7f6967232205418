"""A module of one's own: made, trained and explained in Python."""

from pathlib import Path

import torch
from torch import nn

from kgexplain import FilTag, Plan, Preprocessing, explain, network_of, open_images, open_store, query
from kgexplain.inputs.architecture import OutputClass
from kgexplain.world import make_annotated

# A class that has a wnid is linked to WordNet; one that has only a name is a class as well.
CLASSES = (
    OutputClass(0, "goldfish", "n01443537"),
    OutputClass(1, "zebra", "n02391049"),
    OutputClass(2, "school bus", "n04146614"),
)
torch.manual_seed(0)
module = nn.Sequential(
    nn.Conv2d(3, 8, 5, stride=2), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(8, 12, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 3),
)  # fmt: skip
pixels = Preprocessing(resize=(48, 48), crop=None, mean=(0.5, 0.5, 0.5), deviation=(0.25, 0.25, 0.25))

# The world has 14 classes. Folders that the network has no class for are left out, and said.
images = open_images(make_annotated(Path("world"), 12).images, CLASSES)
print(f"{len(images.photographs)} photographs of 3 classes; {len(images.unmatched)} folders are of no class")

optimiser = torch.optim.Adam(module.parameters(), lr=0.02)
for _ in range(12):
    for shown in images.batches(pixels, 12):
        labels = torch.tensor([photograph.label for photograph in shown.photographs])
        optimiser.zero_grad()
        nn.functional.cross_entropy(module(shown.pixels), labels).backward()
        optimiser.step()

# From here on the module is in evaluation mode, and its weights name it in the graph.
network = network_of(module, "mine", CLASSES, pixels)
with open_store("memory:") as store:
    (run,) = explain(network, images, [FilTag(k=3, contrast="centered")], store, Plan(hold_out=0.25))
    for class_ in network.classes:
        iri = network.architecture.class_(class_.index)
        rows = list(store.select(query("explanation/filters_of_class").bind(**{"class": iri})))
        filters = ", ".join(f"{row['layer'].value}:{row['index'].value}" for row in rows)
        print(f"{class_.name} tags {filters}")
    first = next(iter(store.select(query("evaluation/hits_at_n").bind(run=run))))
    by_chance = float(first["true_by_chance"].value)
    print(
        f"Hits@1 on photographs that were held out: {float(first['true'].value):.2f}, by chance {by_chance:.2f}"
    )
