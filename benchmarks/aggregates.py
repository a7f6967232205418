"""Sums over all tags of a VGG16 with ImageNet's classes and q = 25 %, 1.06 million, from the arrays beside the graph.

Run: python benchmarks/aggregates.py
"""

import statistics
import time

import numpy as np

from kgexplain.answers.arrays import TagArrays

FILTERS = (64, 64, 128, 128, *[256] * 3, *[512] * 6)
DOGS = range(151, 269)
QUESTIONS = {
    "untagged filters of each layer": lambda tags: tags.untagged(),
    "20 most selective filters": lambda tags: tags.most_selective(20),
    "20 least selective filters": lambda tags: tags.least_selective(20),
    "filters of each class": lambda tags: tags.filters_per_class,
    "filters that react to any dog": lambda tags: tags.reacting(DOGS),
}


def main() -> None:
    random = np.random.default_rng(0)
    layers = {f"layer {i}": random.random((1000, filters)) < 1 / 4 for i, filters in enumerate(FILTERS)}
    print(f"{sum(int(tags.sum()) for tags in layers.values()):,} tags")
    for question, answer in QUESTIONS.items():
        seconds = []
        for _ in range(9):
            tags = TagArrays(layers)  # a new one has nothing added up yet
            begin = time.perf_counter()
            answer(tags)
            seconds.append(time.perf_counter() - begin)
        print(f"{question:32} {1000 * statistics.median(seconds):6.1f} ms")


if __name__ == "__main__":
    main()
