"""What filters, classes and images are about, in words: read from the graph, said in sentences."""
