"""Batches made by hand or drawn at random, for tests of statistics."""

from dataclasses import replace

import numpy as np
import torch

from kgexplain.activations.statistic import HEAD, OUTPUT, Batch


def batch(layer, maps, labels):
    maps = torch.as_tensor(np.asarray(maps, dtype=np.float32))
    names = tuple(f"{i}" for i in range(len(maps)))
    return Batch(layer, names, torch.as_tensor(labels), torch.zeros(len(maps), 3, 2, 2), maps)


def drawn(seed, images=11, filters=4, classes=5):
    """Images of all classes but the last, some of no known class; a batch of maps and a batch of scores."""
    random = np.random.default_rng(seed)
    labels = random.integers(-1, classes - 1, images)
    maps = random.normal(size=(images, filters, 3, 2))
    scores = random.normal(size=(images, classes))
    pixels = torch.as_tensor(random.integers(0, 9, (images, 3, 4, 8)) / 8, dtype=torch.float32)
    return tuple(
        replace(whole, pixels=pixels)
        for whole in (batch("conv", maps, labels), batch(OUTPUT, scores, labels))
    )


def part(whole, rows):
    return Batch(
        whole.layer,
        tuple(np.array(whole.images)[rows]),
        whole.labels[rows],
        whole.pixels[rows],
        whole.maps[rows],
    )


def pooled(whole):
    """What a linear layer would get of a batch of maps."""
    return Batch(HEAD, whole.images, whole.labels, whole.pixels, whole.maps.mean((2, 3)))
