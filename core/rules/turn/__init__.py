"""One turn of the dialogue, by how it came about: something typed, a button, a word that means the same everywhere."""
