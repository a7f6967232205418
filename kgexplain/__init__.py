"""Convolutional neural networks explained by a knowledge graph that can be asked.

The folders are the stages of the flow, in this order: ``world`` (generated pictures), ``inputs`` (network, images),
``activations`` (one pass over the images), ``explainers`` (statements), ``graph`` (store and questions), ``knowledge``
(WordNet), ``answers`` (from rows), ``evaluation`` (what an explanation is worth), ``reports`` (pages and tables),
``workflow`` and ``cli``.
"""

__version__ = "0.1.0"
