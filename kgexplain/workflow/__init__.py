"""The commands as library calls, in the same words: one module each."""
