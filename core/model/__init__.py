"""The nouns of Porte-voix: frozen values and the only moves they may make."""
