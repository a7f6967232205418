"""Trains the small network of the world and writes what ships: weights, classes, preprocessing and a record.

    python data/make_world_network.py

Everything is drawn from fixed seeds. Other machines and versions of PyTorch round differently, so their weights
differ a little, and so does the accuracy.
"""

import json
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from kgexplain.world.cnn import WorldCNN
from kgexplain.world.making import samples
from kgexplain.world.things import CLASSES

FOLDER = Path(__file__).parent / "world"

# The worlds of other seeds stay unseen: the one that is made by default has seed 0.
TRAINING_SEED, TEST_SEED = 1, 2
TRAINING_IMAGES, TEST_IMAGES = 100, 40
EPOCHS, BATCH, RATE, DECAY = 12, 32, 4e-3, 5e-2
MEAN, DEVIATION = 0.5, 0.25


def pictures(
    images_per_class: int, seed: int
) -> tuple[Float[Tensor, "images 3 height width"], Int[Tensor, "images"]]:
    """All pictures of a world as the network wants them, and their classes."""
    drawn = samples(images_per_class, seed)
    pixels = torch.from_numpy(np.stack([sample.picture.pixels for sample in drawn])).permute(0, 3, 1, 2)
    labels = torch.tensor([CLASSES.index(sample.thing) for sample in drawn])
    return (pixels / 255 - MEAN) / DEVIATION, labels


def train(
    network: WorldCNN, pixels: Float[Tensor, "images 3 height width"], labels: Int[Tensor, "images"]
) -> None:
    """Train on batches in random order, half of the batches mirrored."""
    steps = len(pixels) // BATCH
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * steps)
    for epoch in range(EPOCHS):
        order = torch.randperm(len(pixels))
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            batch = pixels[chosen] if torch.rand(()) < 0.5 else pixels[chosen].flip(3)
            optimiser.zero_grad()
            loss = functional.cross_entropy(network(batch), labels[chosen])
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f}")


def accuracy(
    network: WorldCNN, pixels: Float[Tensor, "images 3 height width"], labels: Int[Tensor, "images"]
) -> float:
    """Share of the pictures whose class the network predicts."""
    with torch.inference_mode():
        predicted = torch.cat([network(batch).argmax(dim=1) for batch in pixels.split(100)])
    return float((predicted == labels).double().mean())


def halved(network: WorldCNN) -> dict[str, np.ndarray]:
    """The weights, fractions rounded to 16 bits: what ships, and what accuracy is measured with."""
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    return {
        name: array.astype(np.float16) if array.dtype == np.float32 else array
        for name, array in arrays.items()
    }


def write(weights: dict[str, np.ndarray], record: dict[str, object]) -> None:
    """Everything that ``world_cnn`` and whoever opens it need."""
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(FOLDER / "cnn.npz", **weights)
    rows = (f"{index}\t{thing.wnid}\t{thing.name}\n" for index, thing in enumerate(CLASSES))
    (FOLDER / "classes.tsv").write_text("index\twnid\tname\n" + "".join(rows), encoding="utf-8")
    side = [96, 96]
    preprocessing = {"resize": side, "crop": None, "mean": [MEAN] * 3, "deviation": [DEVIATION] * 3}
    (FOLDER / "preprocessing.json").write_text(json.dumps(preprocessing, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "record.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Train, measure on pictures of another seed, and write."""
    torch.manual_seed(0)
    network = WorldCNN(len(CLASSES)).to(memory_format=torch.channels_last)
    train(network, *pictures(TRAINING_IMAGES, TRAINING_SEED))
    weights = halved(network)
    network.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    reached = accuracy(network.eval(), *pictures(TEST_IMAGES, TEST_SEED))
    write(
        weights,
        {
            "training": {
                "seed": TRAINING_SEED,
                "images_per_class": TRAINING_IMAGES,
                "epochs": EPOCHS,
                "batch": BATCH,
                "optimiser": "AdamW",
                "highest_rate": RATE,
                "weight_decay": DECAY,
            },
            "test": {"seed": TEST_SEED, "images_per_class": TEST_IMAGES, "accuracy": round(reached, 4)},
            "torch": torch.__version__.split("+")[0],
        },
    )
    print(f"accuracy on {TEST_IMAGES * len(CLASSES)} pictures of another seed: {reached:.4f}")


if __name__ == "__main__":
    main()
