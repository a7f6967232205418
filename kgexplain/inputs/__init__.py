"""What is explained: a trained network, and the photographs that it is shown."""
