"""Why images are misclassified: what their active filters are tagged with, how the classes are related, a diagnosis."""
