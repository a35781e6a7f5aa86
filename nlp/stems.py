"""Two words that differ only by an ending are one: "horaire" and "horaires", "gratuit" and "gratuite".
endings.

A light stemmer for folded words: it takes off plurals, feminines and the commonest verb endings, and stops early,
because two topics that melt into one are worse than an ending that is not recognised. The idea of a *light* stemmer
for French is Savoy's (Journal of the American Society for Information Science 50(10), 1999); the rules are ours.
"""

# Longest first; each ending with what replaces it and the fewest letters that must be left before it.
_FRENCH: tuple[tuple[str, str, int], ...] = (
    ("issements", "", 4),
    ("issement", "", 4),
    ("eraient", "", 4),
    ("iraient", "", 4),
    ("issent", "", 4),
    ("issant", "", 4),
    ("erait", "", 4),
    ("irait", "", 4),
    ("erons", "", 4),
    ("eront", "", 4),
    ("aient", "", 4),
    ("euses", "eur", 3),
    ("trices", "teur", 3),
    ("trice", "teur", 3),
    ("euse", "eur", 3),
    ("ennes", "en", 3),
    ("enne", "en", 3),
    ("elles", "el", 3),
    ("elle", "el", 3),
    ("ives", "if", 3),
    ("ive", "if", 3),
    ("eaux", "eau", 1),
    ("aux", "al", 3),
    ("ants", "", 5),
    ("ante", "", 5),
    ("ant", "", 5),
    ("ions", "ion", 3),
    ("ees", "", 4),
    ("ent", "", 5),
    ("ait", "", 5),
    ("ons", "", 5),
    ("ee", "", 4),
    ("er", "", 4),
    ("ez", "", 4),
    ("es", "", 4),
    ("e", "", 4),
    ("s", "", 3),
    ("x", "", 3),
)
_ENGLISH: tuple[tuple[str, str, int], ...] = (
    ("nesses", "", 4),
    ("ness", "", 4),
    ("ings", "", 4),
    ("ing", "", 4),
    ("ies", "y", 2),
    ("ers", "", 4),
    ("ed", "", 4),
    ("er", "", 4),
    ("es", "", 4),
    ("e", "", 4),
    ("s", "", 3),
)
_NOT_PLURAL = ("ss", "us", "is")


def stem(word: str, language: str) -> str:
    """The part of a folded `word` that its forms share; the word itself in a language without rules."""
    endings = _FRENCH if language == "fr" else _ENGLISH if language == "en" else ()
    for ending, put, left in endings:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            if ending == "s" and language == "en" and word.endswith(_NOT_PLURAL):
                return word
            return word[: len(word) - len(ending)] + put
    return word
