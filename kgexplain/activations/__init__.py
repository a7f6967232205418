"""One pass over the images, streaming: what is remembered of activations."""
