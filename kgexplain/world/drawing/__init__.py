"""How pictures are drawn: chance, colours, outlines, and a canvas that remembers what every pixel is."""
