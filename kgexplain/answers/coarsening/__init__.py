"""Coarsening: what tags have in common, in the most specific words that cover them."""
