"""A small world of generated pictures for which everything is known."""
