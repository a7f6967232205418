"""Concepts: what filters are labelled with, how concepts belong together, which rules a network follows."""
