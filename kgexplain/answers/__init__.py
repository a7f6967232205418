"""Answers: rows of a graph made into explanations; knows the graph only, never an explainer."""
