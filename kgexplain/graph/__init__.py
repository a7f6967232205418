"""Statements and where they are kept: description, provenance, stores and questions."""
