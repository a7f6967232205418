"""What the world knows: WordNet's synsets and what they are kinds of, and links from classes to them."""
